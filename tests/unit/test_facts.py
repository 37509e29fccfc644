"""Facts as people in Chile write them: each way of writing is the same fact."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from l10n_cl_ai.chat.facts import facts, fold


def read(text):
    return [(fact.kind, *sorted(map(str, fact.values)), *([fact.more] if fact.more else [])) for fact in facts(text)]


@pytest.mark.parametrize(
    ("texts", "kind", "value"),
    [
        (("$ 1.234.567", "$1.234.567", "1.234.567 pesos", "$ 1234567", "CLP 1.234.567"), "money", Decimal(1234567)),
        (("1,5 millones de pesos", "$ 1.500.000"), "money", Decimal(1500000)),
        (("19 %", "19%", "19 por ciento", "diecinueve por ciento"), "percent", Decimal(19)),
        (("19,5 %", "19.5%"), "percent", Decimal("19.5")),
        (("0,19", "0.19"), "number", Decimal("0.19")),
        (
            (
                "12-05-2026",
                "12/05/2026",
                "12/05/26",
                "12.05.2026",
                "2026-05-12",
                "12 de mayo de 2026",
                "12 de mayo del 2026",
                "12 mayo 2026",
                "12-may-2026",
            ),
            "date",
            (2026, 5, 12),
        ),
        (("mayo de 2026", "2026-05", "05/2026", "mayo 2026"), "date", (2026, 5, None)),
        (("12 de mayo", "el 12 de Mayo"), "date", (None, 5, 12)),
        (("1° de mayo", "primero de mayo"), "date", (None, 5, 1)),
        (("76.543.210-K", "76543210-k", "76.543.210–K"), "rut", "76543210k"),
        (("artículo 23", "art. 23", "Art 23°", "artículo N° 23", "ARTÍCULO 23"), "articulo", Decimal(23)),
        (("Ley N° 18.320", "ley 18320", "Ley 18.320"), "ley", Decimal(18320)),
        (("Res. Ex. N° 61", "Resolución Exenta SII N° 61", "Res. Ex. SII N°61"), "resolucion", Decimal(61)),
        (("Formulario 29", "F29", "formulario N° 29", "F-29"), "formulario", Decimal(29)),
        (("DTE 33", "tipo 33", "documento tipo 33"), "tipo", Decimal(33)),
        (("8 días", "ocho días", "ocho (8) días"), "dia", Decimal(8)),
        (("treinta y cinco UTM", "35 UTM"), "utm", Decimal(35)),
        (("folio 123", "factura N° 123"), "folio", Decimal(123)),
        (("D.L. 825", "DL 825", "decreto ley 825", "D.L. N° 825"), "decreto", Decimal(825)),
    ],
)
def test_ways_of_writing_the_same(texts, kind, value):
    for text in texts:
        assert [(fact.kind, fact.values) for fact in facts(f"Dice {text}.")] == [(kind, frozenset({value}))], text


def test_several_facts_of_one_sentence():
    assert read("artículos 23, 24 y 27 letra b), 8 días hábiles, dos meses, N° 5 y el art. 12 bis") == [
        ("articulo", "23"),
        ("articulo", "24"),
        ("articulo", "27"),
        ("letra", "b"),
        ("dia", "8", "habil"),
        ("mes", "2"),
        ("number", "5"),
        ("articulo", "12", "bis"),
    ]


@pytest.mark.parametrize(
    "text",
    ["Una factura", "por ciento", "un día cualquiera de estos".replace("un día", "algún día"), "No hay nada", "S.A."],
)
def test_what_is_no_fact(text):
    assert not facts(text)


@given(st.text())
def test_any_text_is_read_and_each_fact_stands_in_it(text):
    assert len(fold(text)) == len(text)
    for fact in facts(text):
        assert 0 <= fact.start < fact.end <= len(text)

"""What an answer says is marked where the sources cited for it don't say it, and only there."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from l10n_cl_ai.chat.grounding import check

RULES = (
    "El receptor de una factura tiene 8 días corridos desde la recepción para reclamar de su contenido. Pasado ese plazo la factura se "  # noqa: E501
    "entiende irrevocablemente aceptada, según el artículo 3° de la Ley N° 19.983. El emisor no puede anularla sin emitir una nota de "  # noqa: E501
    "crédito. La tasa del IVA es 19 % desde octubre de 2003. La Res. Ex. N° 61 de 2017 trata del registro de compras. El giro debe "  # noqa: E501
    "pagarse a más tardar el 12 de mayo de 2026."
)
RENT = "Las boletas de honorarios retienen 15,25 % durante 2026. La retención se declara en el Formulario 29 hasta el día 20 del mes siguiente."  # noqa: E501
ROW = {
    "document": "FAC 000101",
    "document_type": "33",
    "partner_id": "Comercial Andes SpA",
    "partner_vat": "76.543.210-K",
    "invoice_date_due": "2026-05-12",
    "payment": "not_paid",
    "amount_untaxed": 1000000,
    "amount_tax": 190000,
    "amount_total": 1190000,
}
OTHER = {
    **ROW,
    "document": "FAC 000102",
    "partner_id": "Sur Austral Ltda",
    "partner_vat": "77.111.222-3",
    "amount_untaxed": 10000,
    "amount_tax": 1900,
    "amount_total": 11900,
}
CLAIM = (
    "Si en ese plazo no reclama, el documento queda irrevocablemente aceptado. Pasado el plazo ya no se puede reclamar."
)
DOLLARS = {"document": "FAC 000107", "partner": "Comercial Andes SpA", "total": 1190, "currency": "USD"}
SOURCES = {
    "A1": RULES,
    "A2": RENT,
    "A3": CLAIM,
    "R1": json.dumps(ROW),
    "R2": json.dumps(OTHER),
    "R3": json.dumps(DOLLARS),
}


def marked(text, given=()):
    return [(text[start:end], why) for start, end, why in check(text, SOURCES, given).marks]


@pytest.mark.parametrize(
    "text",
    [
        "El plazo para reclamar es de ocho días corridos desde la recepción [A1].",
        "La factura se entiende aceptada (art. 3 de la ley 19983) [A1].",
        "La tasa es 19% [A1]. La retención es 15,25 por ciento [A2].",
        "La tasa es 0,19 [A1].",
        "Vence el 12/05/26 [A1].",
        "El giro debe pagarse hasta el 12 de mayo [A1].",
        "Sin nota de crédito el emisor no puede anularla [A1].",
        "La Resolución Exenta SII N° 61 trata del registro de compras [A1].",
        "El receptor tiene 8 días. La factura se entiende aceptada después. [A1]",
        "Según la base de conocimientos [A1]:\n\n- 8 días para reclamar la factura\n- tasa de 19 %",
        "- 8 días para reclamar\n- tasa de 19 % [A1]",
        "- 8 días para reclamar\n- tasa de 19 %\n\nFuente: [A1]",
        "La factura 101 de **Comercial Andes SpA** es por $ 1.190.000 y vence el 12 de mayo de 2026 [R1].",
        "Comercial Andes (RUT 76543210-k) debe 1.190.000 pesos [R1].",
        "| Folio | Total | |\n|---|--:|---|\n| 101 | $ 1.190.000 | [R1] |\n| 102 | $ 11.900 | [R2] |\n\nEn total suman $ 1.201.900 [R1][R2].",  # noqa: E501
        "La diferencia es de $ 1.178.100 [R1, R2]. Son 2 facturas [R1][R2].",
        "Las facturas 101 [R1] y 102 [R2] suman $ 1.201.900.",
        "Hola, con gusto.",
        "Tiene 2 facturas:\n\n- 101 de Comercial Andes [R1]\n- 102 de Sur Austral [R2]",
        "La factura 101 está impaga [R1].",
        "La factura 107 de Comercial Andes es por US$ 1.190 [R3].",
        "No puede reclamar después del plazo: el documento queda irrevocablemente aceptado [A3].",
        "Preparé la propuesta; espera su clic para aplicarse.",
        "No se escribe nada hasta que usted la confirme con un clic.",
        "Nada se ha escrito: espera que usted lo apruebe.",
        "¿Quiere que revise las facturas de mayo?",
        "No tengo ese dato. Puedo buscarlo si me dice el período.",
        "Estas son las facturas:",
        "# Facturas por cobrar de los clientes",
        "```\nel total es 77\n```",
        "> el total es 77",
        "",
    ],
)
def test_what_is_said_as_the_sources_say_it_is_not_marked(text):
    assert not marked(text)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("El plazo para reclamar es de nueve días corridos [A1].", ("nueve días corridos", "number")),
        ("El plazo para reclamar es de 8 días hábiles [A1].", ("8 días hábiles", "number")),
        ("El plazo para reclamar es de 8 meses [A1].", ("8 meses", "number")),
        ("Rige el artículo 8 de la ley [A1].", ("8", "number")),
        ("Rige la ley 19.984 [A1].", ("19.984", "number")),
        ("La tasa es 18 % [A1].", ("18 %", "number")),
        ("La tasa es 15,25 % [A1].", ("15,25 %", "number")),
        ("Vence el 13-05-2026 [A1].", ("13-05-2026", "date")),
        ("Vence en junio [A1].", ("junio", "date")),
        ("La factura 101 es por $ 1.191.000 [R1].", ("$ 1.191.000", "number")),
        ("La factura 102 es por $ 11.900 [R1].", ("102", "number")),
        ("Comercial Andes (RUT 76.543.211-K) debe [R1].", ("76.543.211-K", "number")),
        ("La factura de Sur Austral Ltda es por $ 1.190.000 [R1].", ("Sur Austral Ltda", "unsupported")),
        ("En total suman $ 1.201.901 [R1][R2].", ("$ 1.201.901", "number")),
        (
            "El emisor puede anularla sin emitir una nota de crédito [A1].",
            ("El emisor puede anularla sin emitir una nota de crédito [A1].", "negation"),
        ),
        (
            "Si no reclama en ese plazo, el documento no queda irrevocablemente aceptado [A3].",
            (
                "Si no reclama en ese plazo, el documento no queda irrevocablemente aceptado [A3].",
                "negation",
            ),
        ),
        (
            "El receptor no tiene 8 días desde la recepción para reclamar [A1].",
            ("El receptor no tiene 8 días desde la recepción para reclamar [A1].", "negation"),
        ),
        (
            "El emisor de una factura tiene 8 días corridos para reclamar [A1].",
            ("El emisor de una factura tiene 8 días corridos para reclamar [A1].", "negation"),
        ),
        (
            "Las empresas mineras pagan un recargo especial por maquinaria [A1].",
            ("Las empresas mineras pagan un recargo especial por maquinaria [A1].", "unsupported"),
        ),
        ("La tasa es 19 % [A7].", ("La tasa es 19 % [A7].", "unknown_source")),
        ("La tasa es 19 %.", ("La tasa es 19 %.", "uncited")),
        (
            "No se cambian facturas con IVA de 18 % hasta que el cliente las acepte.",
            ("No se cambian facturas con IVA de 18 % hasta que el cliente las acepte.", "uncited"),
        ),
        (
            "Las facturas se reclaman en el registro de compras.",
            ("Las facturas se reclaman en el registro de compras.", "uncited"),
        ),
        ("La tasa es 19 % [A1]. La retención vence el día 20.", ("La retención vence el día 20.", "uncited")),
        ("No tengo ese dato, pero la retención es de 15,25 %.", ("la retención es de 15,25 %.", "uncited")),
        ("| a | b |\n|---|---|\n| 102 | $ 1.190.000 [R1] |", ("102", "number")),
    ],
)
def test_what_the_sources_do_not_say_is_marked(text, found):
    assert found in marked(text)


def test_what_is_paid_is_what_the_record_says():
    assert [why for _text, why in marked("La factura 101 está pagada [R1].")] == ["negation"]
    assert [why for _text, why in marked("Tiene 3 facturas:\n\n- 101 de Comercial Andes [R1]\n- 102 [R2]")] == [
        "number"
    ]


def test_each_half_of_a_sentence_is_checked_against_its_own_source():
    assert marked("El plazo es 8 días [A1] y la retención es 15,25 % [A2].") == []
    assert [why for _text, why in marked("El plazo es 8 días [A2] y la retención es 15,25 % [A1].")] == [
        "number",
        "number",
    ]


def test_what_the_user_wrote_needs_no_source():
    assert not marked("No tengo datos de la factura 4521 por $ 77.000.", ["¿Y la factura 4521 por $77.000?"])
    assert marked("No tengo datos de la factura 4521 por $ 77.000.")


def test_keys_are_told_apart():
    report = check("Uno [A1, R2]. Otro [A9] y [R1].", SOURCES)
    assert report.cited == ["A1", "R2", "R1"]
    assert report.unknown == ["A9"]


@given(
    st.lists(
        st.sampled_from(
            [
                "8 días ",
                "[A1]",
                "[Z9]",
                "[A9]",
                "\n",
                "\n\n",
                "- ",
                "| ",
                "|-|-|\n",
                "```",
                "no ",
                "Andes ",
                ". ",
                "$ 5",
                "> ",
                "# ",
            ]
        ),
        max_size=40,
    )
)
def test_any_answer_has_marks_in_order_within_it(parts):
    text = "".join(parts)
    ends = [at for start, end, _why in check(text, SOURCES).marks for at in (start, end)]
    assert ends == sorted(ends)
    assert all(0 <= at <= len(text) for at in ends)

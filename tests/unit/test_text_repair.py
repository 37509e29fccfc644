"""Texts that a DTE can't carry, and their mending."""

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from l10n_cl_ai.dte.text_repair import is_writable, latin, shortened, split

LATIN = "".join(map(chr, [*range(32, 127), *range(160, 256)]))
right_texts = st.text(alphabet=LATIN + "\n\t")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Producto “x” — 5€ 😀", 'Producto "x" - 5EUR'),
        ("Ñandú, ¿qué? °C ½ ²", "Ñandú, ¿qué? °C ½ ²"),
        ("Servicio… mensual", "Servicio... mensual"),
        ("O’Higgins", "O'Higgins"),
        ("a 😀 b", "a b"),
        ("a😀b", "ab"),
        ("👩‍💻 Soporte técnico 👍🏽", "Soporte técnico"),
        ("1️⃣ Primera etapa", "1 Primera etapa"),
        ("Cafe\u0301", "Café"),
        ("Łódź, œuvre, Dvořák", "Lódz, oeuvre, Dvorák"),
        ("ﬁn Ⅳ № 5 ™", "fin IV No 5 TM"),
        ("Ｆｕｌｌ ①", "Full 1"),
        ("٣ cajas", "3 cajas"),
        ("dos\x0blíneas\x00", "dos líneas"),
        ("mal \x93leído\x94 \x96 sí", 'mal "leído" - sí'),
        ("tabla\u2003ancha\u200b", "tabla ancha"),
        ("línea\u2028otra", "línea\notra"),
        ("Дом 5", "??? 5"),
        ("日本", "??"),
        ("😀", ""),
        ("≤ 10 µm", "<= 10 µm"),
    ],
)
def test_nearest_writing(text, expected):
    assert latin(text) == expected


@given(st.text())
@example("\ud800")
@example("a \U0001f600 \x00 b")
@example("\x85")
def test_the_outcome_can_always_be_written(text):
    mended = latin(text)
    assert is_writable(mended)
    mended.encode("iso-8859-1")


@given(st.text())
def test_mending_twice_is_mending_once(text):
    assert latin(latin(text)) == latin(text)


@given(right_texts)
def test_a_right_text_is_left_alone(text):
    assert latin(text) == text


@given(st.text(), st.characters(categories=["L", "N"]), st.text())
def test_letters_and_digits_never_leave_nothing(before, letter, after):
    assert latin(before + letter + after).strip()


@given(right_texts.map(str.strip).filter(lambda text: "  " not in text), st.integers(0, 50))
def test_an_emoji_leaves_no_double_blank(text, place):
    place = min(place, len(text))
    assert "  " not in latin(text[:place] + "😀" + text[place:])


@pytest.mark.parametrize(
    ("text", "limit", "expected"),
    [
        ("Venta al por mayor de artículos de oficina y papelería", 40, "Venta al por mayor de artículos"),
        ("Venta al por mayor de artículos, de oficina", 34, "Venta al por mayor de artículos"),
        (
            "Cultivo de trigo, avena y otros cereales, y cosecha",
            40,
            "Cultivo de trigo, avena y otros cereales",
        ),
        ("Corta", 40, "Corta"),
        ("Otorrinolaringología", 8, "Otorrino"),
        ("uno dos", 3, "uno"),
        ("uno dos", 4, "uno"),
        ("de la", 3, "de"),
    ],
)
def test_shortened_at_a_word(text, limit, expected):
    assert shortened(text, limit) == expected


@given(st.text(), st.integers(1, 100))
def test_shortened_is_a_beginning_within_the_limit(text, limit):
    short = shortened(text, limit)
    assert len(short) <= limit
    assert text.strip().startswith(short)
    assert bool(short) == bool(text.strip())
    assert shortened(short, limit) == short


@given(st.text(), st.integers(1, 100))
def test_split_loses_nothing(text, limit):
    head, rest = split(text, limit)
    assert len(head) <= limit
    assert re.sub(r"\s", "", head + rest) == re.sub(r"\s", "", text)
    assert bool(head) == bool(text.strip())

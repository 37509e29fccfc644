"""Where one person stands in texts, and texts without him."""

import json
import re

import pytest

from l10n_cl_ai.llm.person import STRUCK, Person, folded
from l10n_cl_ai.llm.privacy import Masker
from l10n_cl_ai.llm.question import Private

JUANA = Person(
    ["Juana Fuentealba Ñancupil"],
    ["Los Aromos 1234, Temuco"],
    ["12.345.678-5", "+56 9 8765 4321", "juana.f@example.cl", "00-123-45678-09"],
)
NAMED = [
    "Factura de Juana Fuentealba Ñancupil por diseño",
    "FUENTEALBA ÑANCUPIL JUANA",
    "juana fuentealba nancupil",
    "RUT 12.345.678-5",
    "rut 12345678-5,",
    "emisor 123456785 del libro",
    "llamar al +56987654321 hoy",
    "fono 9 8765 4321",
    "escribir a JUANA.F@example.cl",
    "Los Aromos 1234",
]
NOT_NAMED = [
    "Juana Pérez vendió 3 resmas",
    "RUT 76.192.083-9",
    "total $ 12.345.678",
    "Los Aromos 99",
    "otra@example.cl",
    "",
]


@pytest.mark.parametrize("text", NAMED)
def test_is_found_as_people_write_it_and_struck_out(text):
    assert JUANA.is_in(text)
    struck = JUANA.strike(text)
    assert STRUCK in struck
    assert not JUANA.is_in(struck)


@pytest.mark.parametrize("text", NOT_NAMED)
def test_others_stay_as_they_are(text):
    assert not JUANA.is_in(text)
    assert JUANA.strike(text) == text


@pytest.mark.parametrize("text", NAMED)
def test_the_needle_misses_nothing(text):
    if "Aromos" not in text:  # an address alone is no needle: it is struck where he is named besides
        assert re.search(JUANA.needle, folded(text))


def test_the_rest_of_a_text_stays():
    assert JUANA.strike("A Juana Fuentealba Ñancupil, 12.345.678-5: $ 9.990") == f"A {STRUCK}, {STRUCK}: $ 9.990"


def test_what_a_masker_remembers_forgets_him_and_nobody_else():
    masker = Masker([Private("name", "Juana Fuentealba Ñancupil"), Private("name", "Pedro Marileo Cayul")])
    hers, his = "Juana Fuentealba Ñancupil (12.345.678-5, fono 9 8765 4321)", "Pedro Marileo Cayul (11.111.111-1)"
    sent = masker.mask(f"{hers} y {his}")
    state = json.loads(json.dumps(masker.state))
    struck = JUANA.strike_json({"masker": state, "other": ["Juana Fuentealba Ñancupil", 7]})
    text = json.dumps(struck, ensure_ascii=False)
    for his in ("Fuentealba", "fuentealba", "12345678", "12.345.678", "87654321", "8765 4321"):
        assert his not in text
    restored = Masker.resuming(struck["masker"]).restore(sent)
    assert "Pedro Marileo Cayul" in restored
    assert "11.111.111-1" in restored
    assert restored.count(STRUCK) == 3


def test_numbers_that_a_masker_remembers_bare_are_his_too():
    state = {"given": [["RUT", "12345678-5", "[RUT_1]", "12345678-5"], ["PHONE", "x", "[PHONE_1]", "22222222"]]}
    struck = JUANA.strike_json(state)
    assert struck["given"][0][3] == STRUCK
    assert struck["given"][1] == state["given"][1]


def test_nobody_is_found_by_nothing():
    nobody = Person()
    assert not nobody.needle
    assert nobody.strike(NAMED[0]) == NAMED[0]
    assert not Person(["A"]).needle

"""Which words of a text are a person's name, and which are words."""

import json
import re
import unicodedata
from unittest.mock import patch

import pytest
from hypothesis import given
from hypothesis import strategies as st

from l10n_cl_ai.llm import person_names
from l10n_cl_ai.llm.person import STRUCK, Person, folded

RUT, EMAIL, PHONE = "12.345.678-5", "persona@example.cl", "+56 9 8765 4321"
#: Contacts that are called as any text is: none of these words is a name by itself.
CALLED = ["Total", "Neto", "Santiago", "María", "Temuco", "Servicios", "IVA", "Casa Matriz", "Monto Neto", "María José",
          "Ventas", "Ripio", "Sol", "El Bosque", "Los Ángeles"]  # fmt: skip
#: What any kept text says, with each of them in it.
ORDINARY = [
    "el total neto es de 45.000 pesos más IVA",
    "Total: $ 45.000. Neto: $ 37.815. IVA: $ 7.185",
    "TOTAL NETO 37.815 IVA 19% MONTO NETO",
    "Santiago, 12 de marzo de 2026",
    "despacho a Santiago centro, desde Temuco y Los Ángeles",
    "Casa Matriz: Avenida Santa María 2450, El Bosque",
    "CASA MATRIZ SANTIAGO",
    "servicios de ventas; ripio 20 mm puesto en obra",
    "RIPIO 20 MM, SOL Y ARENA",
    "Ripio 20 mm",
    "El folio 12 de María Soto Rojas y de María José Pérez",
    "MARÍA SOTO",
    '{"columns": ["Neto", "IVA", "Total"], "Total": 45000, "city": "Santiago"}',
    "El proveedor factura el Total sin el Neto",
    "| Cliente | Neto | Total |",
    "RUT: 12.345.678-4, Total: 5",
    "Cliente: María Soto",
    "Proveedor: Servicios Sur SpA",
]
#: Where such a word stands as a name.
AS_A_NAME = [
    "Cliente: {}",
    "Cliente: {}, con deuda de 45.000",
    "a nombre de {}.",
    'la respuesta {{"partner": "{}", "amount": 3}}',
    "Sra. {} llamó ayer",
    "{} (12.345.678-5)",
    "{}, RUT 12345678-5, debe 3 facturas",
    "RUT 12.345.678-5 – {}",
    "escribir a {} <persona@example.cl>",
    "{} +56 9 8765 4321",
]
GIVEN = ["Juana", "Pedro", "José", "María", "Ana", "Nicolás", "Rosa"]
SECOND = ["Andrés", "Belén", "Ignacia", "Luis"]
SURNAMES = ["Fuentealba", "Ñancupil", "Muñoz", "Pérez", "Flores", "de la Fuente", "Soto", "Paz", "Pinto", "Lagos"]
CARRIERS = ["{}", "Factura de {} por diseño", "el cliente {}, de Temuco", "¿cuánto debe {}?", "TOTAL {} 45.000",
            '["{}", 3]']  # fmt: skip


def bare(text):
    return "".join(one for one in unicodedata.normalize("NFKD", text) if not unicodedata.combining(one))


WRITTEN = st.sampled_from([str, str.upper, str.lower, str.title, bare, lambda text: bare(text).upper()])


@pytest.mark.parametrize("name", CALLED)
@pytest.mark.parametrize("text", ORDINARY)
def test_words_stay_though_a_contact_is_called_so(name, text):
    person = Person([name], numbers=[RUT])
    assert person.strike(text) == text
    assert not person.is_in(text)


@pytest.mark.parametrize("name", CALLED)
@pytest.mark.parametrize("place", AS_A_NAME)
def test_such_a_name_goes_where_it_stands_as_one(name, place):
    person = Person([name], numbers=[RUT, EMAIL, PHONE])
    text = place.format(name)
    struck = person.strike(text)
    assert not re.search(rf"(?<!\w){re.escape(name)}(?!\w)", struck)
    assert STRUCK in struck
    assert not person.is_in(struck)
    assert re.search(person.needle, folded(text))


@given(st.sampled_from(CALLED), st.lists(st.sampled_from(ORDINARY), min_size=1, max_size=4), st.sampled_from("\n. |;"))
def test_no_text_of_ordinary_words_loses_any(name, lines, between):
    text = between.join(lines)
    assert Person([name], [name], [RUT]).strike(text) == text


@st.composite
def people(draw):
    """Return (a full name, ways in which it may be written)."""
    first, second = draw(st.sampled_from(GIVEN)), draw(st.sampled_from(["", *SECOND]))
    last, mothers = draw(st.lists(st.sampled_from(SURNAMES), min_size=2, max_size=2, unique=True))
    mothers = draw(st.sampled_from([mothers, ""]))
    all_given, surnames = f"{first} {second}".strip(), f"{last} {mothers}".strip()
    ways = [f"{all_given} {surnames}", f"{first} {last}", f"{last}, {first}", f"{last} {first}",
            f"{surnames} {all_given}",
            f"{surnames}, {first}", f"{first} {surnames}", f"{all_given} {last}"]  # fmt: skip
    return draw(st.sampled_from([f"{all_given} {surnames}", f"{surnames} {all_given}"])), draw(st.sampled_from(ways))


@given(people(), WRITTEN, WRITTEN, st.sampled_from(CARRIERS))
def test_given_name_and_surname_go_in_either_order_however_they_are_written(named, entered, written, carrier):
    name, way = named
    person = Person([entered(name)])
    text = carrier.format(written(way))
    struck = person.strike(text)
    for word in re.findall(r"\w{3,}", written(way)):
        assert not re.search(rf"(?<!\w){word}(?!\w)", struck), (name, text, struck)
    assert person.strike(struck) == struck
    assert re.search(person.needle, folded(text)), (name, text)


@given(
    st.sampled_from(["", *CALLED, "Juana Fuentealba"]),
    st.sampled_from([RUT, "12345678-5", "rut 12345678-5", "PERSONA@example.cl", "+56987654321", "9 8765 4321"]),
    st.lists(st.sampled_from(ORDINARY), max_size=3),
)
def test_numbers_go_whatever_the_name_is(name, number, around):
    person = Person([name], numbers=[RUT, EMAIL, PHONE])
    text = "\n".join([*around, number, *around])
    struck = person.strike(text)
    assert STRUCK in struck
    assert struck.count(STRUCK) == 1
    assert struck.replace(STRUCK, "") in (text.replace(number, ""), text.replace(number.removeprefix("rut "), ""))


@pytest.mark.parametrize(
    "text",
    [
        "Juana Soto vendió 3 resmas",
        "Juana Fuentealba Pérez es otra",
        "de los hermanos Fuentealba Ñancupil",
        "Fuentealba debe 3 facturas",
    ],
)
def test_others_of_the_same_name_stay(text):
    assert Person(["Juana Fuentealba Ñancupil"]).strike(text) == text


def test_where_one_lives_is_no_city():
    person = Person(["Juana Fuentealba"], ["Temuco", "Centro", "Los Aromos 1234 Temuco", "Fundo El Roble, Temuco"])
    assert person.strike("Temuco, Centro, los aromos") == "Temuco, Centro, los aromos"
    assert person.strike("En Los Aromos 1234 Temuco") == f"En {STRUCK}"
    assert person.strike("En fundo El Roble, Temuco") == f"En {STRUCK}"


def test_what_says_that_it_is_a_name_is_one_in_json():
    person = Person(["Total"])
    desk = {"private": [["name", "Total"], ["name", "Otro"]], "sources": [{"text": "Total: 3", "title": "Total"}]}
    state = {"given": [["NAME", "total", "[NAME_1]", "Total"], ["ADDRESS", "total", "[ADDRESS_1]", "Total"]]}
    struck = person.strike_json({"desk": desk, "masker": state, "params": {"name": "Total", "label": "Total"}})
    assert struck["desk"] == {"private": [["name", STRUCK], ["name", "Otro"]], "sources": desk["sources"]}
    assert struck["masker"]["given"][0][3] == STRUCK
    assert struck["masker"]["given"][1] == state["given"][1]
    assert struck["params"] == {"name": STRUCK, "label": "Total"}
    assert person.is_in(desk)
    written = json.dumps(desk, ensure_ascii=False)
    assert json.loads(person.strike(written))["sources"] == desk["sources"]


def test_a_word_that_nothing_is_called_by_is_a_name_with_a_capital_within_a_sentence():
    person = Person(["Marileo"])
    assert person.strike("Lo pidió Marileo ayer") == f"Lo pidió {STRUCK} ayer"
    for text in ("marileo", "MARILEO 20 MM", "Marileo 20 mm", "Pagado. Marileo 20 mm"):
        assert person.strike(text) == text


def test_with_its_legal_form_it_is_a_name():
    person = Person(["Servicios Generales SpA"])
    assert person.strike("pagar a SERVICIOS GENERALES S.p.A. hoy") == f"pagar a {STRUCK}. hoy"
    assert person.strike("los servicios generales") == "los servicios generales"


def test_many_names_beside_many_numbers_take_no_longer_than_both():
    person = Person(["Total"], numbers=[RUT])
    looked = []
    text = "Total " * 400 + f" {RUT}" * 400
    pattern = person_names._TO_NUMBER

    class Counting:
        def fullmatch(self, *args):
            looked.append(args[1:])
            return pattern.fullmatch(*args)

    with patch.object(person_names, "_TO_NUMBER", Counting()):
        assert person.strike(text).count(STRUCK) == 401
    assert len(looked) == 400

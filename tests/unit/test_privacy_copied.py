"""Masking: what copied texts hold beside what one reads, and names by the thousand."""

import itertools
import json
import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from private_texts import masked

from l10n_cl_ai.llm.privacy import Masker
from l10n_cl_ai.llm.private_reading import Reading, views
from l10n_cl_ai.llm.question import Private

MARIA = [Private("name", "María Quilapán")]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("12.345.678\u200b-5", "[RUT_1]"),
        ("12\u200b.345.678-5\u200b y", "[RUT_1]\u200b y"),
        ("12.345\u00ad.678-5", "[RUT_1]"),
        ("１２.３４５.６７８-５", "[RUT_1]"),
        ("١٢.٣٤٥.٦٧٨-٥", "[RUT_1]"),
        ("12.345.678\uff0d5, 12\uff0e345\uff0e678-5", "[RUT_1], [RUT_1]"),
        ("12.345.678-\n5 y 12.345.678-\r\n  5", "[RUT_1] y [RUT_1]"),
        ("12.345.678&#45;5, 12.345.678&#x2d;5, 12.345.678&amp;#45;5", "[RUT_1], [RUT_1], [RUT_1]"),
        ("&#49;2.345.678-5", "[RUT_1]"),
        ("rut12345678-5, Rut12.345.678-5, cl12345678-5", "rut[RUT_1], Rut[RUT_1], cl[RUT_1]"),
        ("Nº12.345.678-5², ñ12.345.678-5", "Nº[RUT_1]², ñ[RUT_1]"),
        ("juan.perez＠correo.cl", "[EMAIL_1]"),
        ("juan.perez\u200b@correo.cl, juan.perez@\u200bcorreo.cl", "[EMAIL_1], [EMAIL_1]"),
        ("juan.perez&#64;correo.cl, juan.perez&commat;correo.cl", "[EMAIL_1], [EMAIL_1]"),
        ("+56\u202f9\u202f8765\u202f4321", "[PHONE_1]"),
        ("9\u20098765\u20094321, +56 9 8765–4321", "[PHONE_1], [PHONE_1]"),
        ("９８７６５４３２１, ＋56987654321", "[PHONE_1], [PHONE_1]"),
        ("fono 2\u200b2345678, +56 9 8765\u00ad4321", "fono [PHONE_1], [PHONE_2]"),
        # Where the invisible character parts two texts, each is found.
        ("12.345.678-5\u200b987654321", "[RUT_1]\u200b[PHONE_1]"),
        ("RUT&nbsp;12.345.678-5&zwnj;11.111.111-1", "RUT&nbsp;[RUT_1]&zwnj;[RUT_2]"),
        ("Mar\u200bía Quilapán; María\u200b Quilapán; María\u200bQuilapán", "[NAME_1]; [NAME_1]; [NAME_1]"),
        ("Mar\u00adía Quila\u00adpán", "[NAME_1]"),
        ("María &nbsp;Quilapán; Mar&iacute;a Quilap&aacute;n", "[NAME_1]; [NAME_1]"),
        ("Quilapán, María y QUILAPAN MARIA", "[NAME_1] y [NAME_1]"),
        ("factura_María_Quilapán_2026.pdf", "factura_[NAME_1]_2026.pdf"),
    ],
)
def test_what_is_copied_is_found_and_comes_back(text, expected):
    assert masked(text, MARIA) == expected
    for one in re.split("[,;] | y ", text):
        masker = Masker(MARIA)
        assert masker.restore(masker.mask(one)) == one


@pytest.mark.parametrize("text", [
    "Factura Nº 987654321 de 10 m² a 5½ &c; &foo; &amp; &#0; ＡＢＣ １２３ x\u200by <b>a &lt; b</b> S&P…™ﬁ",
    "Total\u202f$\u202f912\u202f345\u202f678; UF 38.500,12²; 9\u20131050; folio&nbsp;987654321",
    "12345678-\n9 cajas; ítem 1234567-\n\n4",
])  # fmt: skip
def test_what_is_not_private_stays_as_it_was_written(text):
    assert masked(text, MARIA) == text


def test_a_name_in_json_and_html_at_once():
    text = json.dumps({"html": "<p>Mar&iacute;a\u00a0Quila\u00adpán, 12.345.678&#45;5</p>"})
    assert json.loads(masked(text, MARIA)) == {"html": "<p>[NAME_1], [RUT_1]</p>"}


def test_a_company_is_found_as_markup_writes_it():
    company = [Private("name", "Soto & Hijos Ltda."), Private("name", "Perez\u200b &amp; Soto")]
    assert masked("<R>Soto &amp; Hijos Ltda</R> Soto &amp;amp; Hijos, Pérez & Soto", company) == (
        "<R>[NAME_1]</R> [NAME_1], [NAME_2]"
    )


def test_each_of_two_people_of_the_same_words_is_himself():
    people = [Private("name", "Juan Martín"), Private("name", "Martín Juan")]
    assert masked("Martín Juan, Juan Martín", people) == "[NAME_1], [NAME_2]"


def test_words_left_out_before_a_number_hide_no_quotation_mark():
    text = json.dumps(["Libertad", "N 1234"])
    assert json.loads(masked(text, [Private("address", "Libertad 1234")]))


def test_a_name_does_not_hide_an_address_that_begins_alike():
    both = [Private("name", "Libertad N Rojas"), Private("address", "Libertad 1234")]
    assert masked("Libertad N 1234, Libertad N Rojas", both) == "[ADDRESS_1], [NAME_1]"


signs = st.text(st.sampled_from("1a-. \u200b\u00ad\u202f１＠é&;#45ampshy²ﬁ\\n"), max_size=30)


@given(signs)
def test_a_view_knows_where_each_of_its_characters_was_written(text):
    for view in views(text):
        for at, char in enumerate(view.text):
            written = text[view.start(at) : view.end(at + 1)]
            assert written == char or len(written) == 1 or (written[0] == "&" and written[-1] == ";")
        bounds = [(view.start(at), view.end(at + 1)) for at in range(len(view.text))]
        assert all(end <= start for (_, end), (start, _) in itertools.pairwise(bounds))
        assert (view.start(len(view.text)), view.end(0)) == (len(text), 0)


def test_a_reading_without_changes_is_the_text():
    reading = Reading("áéí 12")
    assert (reading.text, reading.start(2), reading.end(6)) == ("áéí 12", 2, 6)


# -- names by the thousand -------------------------------------------------------------------------------------


def seconds(masker, text):
    """Return the processor time of masking a text, the best of three."""
    times = []
    for _attempt in range(3):
        start = time.process_time()
        masker.mask(text)
        times.append(time.process_time() - start)
    return min(times)


@pytest.mark.parametrize("way", ["juan p{}", "juan juan juan juan p{}", "juan n no nro p{}"])
def test_a_hundred_times_the_names_take_no_longer(way):
    """A hundred times as long, if each of them were tried at each word."""
    few, many = (Masker(Private("name", way.format(i)) for i in range(count)) for count in (20, 2000))
    text = "juan n no nro " * 500 + "juan " * 4000
    assert seconds(many, text) < 5 * max(seconds(few, text), 0.005)


def test_a_name_of_a_thousand_words_is_not_followed_for_ever():
    short, long = (Masker([Private("name", "a b " + "juan " * count + "z")]) for count in (10, 3000))
    text = "a b " + "juan " * 10_000
    assert seconds(long, text) < 8 * max(seconds(short, text), 0.005)


def test_words_that_branch_at_each_step_are_not_followed_for_ever():
    fillers = ("n", "no")
    names = [Private("name", "x " + " ".join(fillers[i >> bit & 1] for bit in range(11)) + " z") for i in range(2048)]
    text = "x " + "n no " * 10
    few, many = Masker(names[:8]), Masker(names)
    assert seconds(many, text * 100) < 8 * max(seconds(few, text * 100), 0.005)

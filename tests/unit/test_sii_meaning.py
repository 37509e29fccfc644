"""What documents of the SII are about, by words and days."""

from datetime import date

import pytest

from l10n_cl_ai.sii.meaning import as_written, meaning_of

RES_154 = (
    "Modifica la Resolución Exenta SII N° 83 sobre guías de despacho electrónicas en el traslado de bienes. "
    "Los emisores deberán informar la comuna de destino. Deberán hacerlo a contar del 1 de noviembre de 2026. "
    "El incumplimiento será sancionado con multa. Los contribuyentes podrán adecuar sus sistemas hasta el 31-12-2026."
)


def test_what_is_issued_changes():
    found = meaning_of("Modifica el formato de las guías de despacho", RES_154)
    assert found.impact == 5 and found.types == (52,)
    assert [(dated.day, dated.what) for dated in found.days] == [
        (date(2026, 11, 1), "from"),
        (date(2026, 12, 31), "until"),
    ]
    assert found.deadline(date(2026, 11, 29)) == date(2026, 12, 31) and found.deadline(date(2027, 1, 1)) is None
    assert found.words["types"] == ("guias de despacho",) and "modifica" in found.words["binding"]
    assert "1 de noviembre de 2026" in found.days[0].quote


@pytest.mark.parametrize(("title", "text", "impact", "types", "taxes"), [
    ("Delega facultades en los directores regionales", "", 1, (), ()),
    ("Complementa la nómina de grandes contribuyentes que se indica", "", 1, (), ()),
    ("Fija la tasa de retención de las boletas de honorarios", "La tasa será de 16% a contar del 01-01-2027.", 4, (),
    ("retention",)),
    ("Formato DTE v2.6 (marzo 2027)", "", 4, (33, 34, 39, 41, 43, 46, 52, 56, 61, 110, 111, 112), ()),
    ("Modifica las notas de crédito de exportación", "", 5, (112,), ()),
    ("Modifica las notas de crédito y las notas de crédito de exportación", "", 5, (61, 112), ()),
    ("Tabla de reajustes, intereses y multas de noviembre", "", 1, (), ()),
    ("Instruye sobre el crédito fiscal", "Modifica. Se modifica lo dicho, y modifica la circular.", 3, (), ("iva",)),
    ("El SII celebra su aniversario", "Hubo torta.", 1, (), ()),
])  # fmt: skip
def test_how_much_it_matters(title, text, impact, types, taxes):
    found = meaning_of(title, text)
    assert (found.impact, found.types, found.taxes) == (impact, types, taxes)


def test_a_word_by_the_way_is_no_topic():
    assert meaning_of("Calendario", "Se nombra el IVA una vez.").taxes == ()
    assert meaning_of("Calendario", "Se nombra el IVA una vez, y el IVA otra.").taxes == ("iva",)


def test_what_a_company_wants_to_know_matters_to_it():
    assert meaning_of("Instruye sobre el vino a granel", "").impact < 4
    found = meaning_of("Instruye sobre el vino a granel", "", wanted=("Vino a granel",))
    assert found.impact == 4 and found.words["wanted"] == ("vino a granel",)


def test_a_day_of_nothing_is_no_day_to_act_by():
    assert meaning_of("x", "Dictada en Santiago, el 3 de marzo de 2026.").days == ()


def test_words_are_found_as_they_are_written():
    text = "Modifica la Resolución N° 83:\nlas GUÍAS  de Despacho electrónicas, según la Ley del Año."
    assert as_written("guias de despacho", text) == "guías de despacho"
    assert as_written("resolucion n 83", text) == "resolución n° 83"
    assert as_written("ano", text) == "año"
    assert as_written("boleta", text) == "boleta"


def test_a_quote_ends_with_a_word():
    found = meaning_of("x", "Los emisores deberán hacerlo a contar del 1 de mayo de 2099. " + "palabralarga " * 20)
    assert found.days[0].quote.endswith(" palabralarga…")
    whole = meaning_of("x", "Los emisores deberán hacerlo a contar del 1 de mayo de 2099.")
    assert whole.days[0].quote.endswith("2099.")


def test_hostile_text_takes_little_time():
    meaning_of("a" * 1000, ("hasta el 1 de enero de 2026 " * 5000) + "de " * 50_000)
    as_written("a a a a b", "a " * 30_000)

"""The stand-in chooses a project by the words it sees, and else none; what it says is always an answer."""

import json

from hypothesis import given
from hypothesis import strategies as st
from standin import chooser

from l10n_cl_ai import suggest
from l10n_cl_ai.llm.prompt import wrapped

OFFERS = (suggest.Offer("1:100", "Edificio Maipú"), suggest.Offer("2:100", "Puente Biobío"))


def answered(text, earlier=()):
    inquiry = suggest.Inquiry(suggest.Told(text), OFFERS, earlier)
    assert chooser.fits(inquiry.schema)
    said = chooser.answer("\n".join(wrapped(part) for part in inquiry.content()))
    return suggest.chosen_by(inquiry)(json.loads(json.dumps(said))).label


def test_a_name_in_the_text_is_chosen():
    assert answered("Flete a PUENTE biobío") == "2:100"


def test_a_similar_line_is_followed():
    earlier = (suggest.Told("Hormigón premezclado", None, None, "1:100"),)
    assert answered("Hormigón premezclado H30", earlier) == "1:100"
    assert answered("Acero corrugado", earlier) is None


def test_nothing_seen_is_none():
    assert answered("Artículos de aseo") is None
    assert chooser.answer("") == chooser._NONE


def test_other_questions_are_not_its():
    assert not chooser.fits(None)
    assert not chooser.fits({"properties": {"candidate": {}}})


@given(st.text(max_size=200))
def test_whatever_is_asked_there_is_an_answer(text):
    assert answered(text) in {None, "1:100", "2:100"}

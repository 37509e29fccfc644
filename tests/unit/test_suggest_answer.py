"""What the AI answers about a line is read as if it came from an enemy: only a key that was sent passes."""

import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from l10n_cl_ai import suggest
from l10n_cl_ai.llm.answers import InvalidAnswer, read
from l10n_cl_ai.suggest.answer import LONGEST_REASON

NAMED = {"12:100": "Edificio Maipú", "15:100": "Puente Biobío", "7:60;9:40": "Mina"}
OFFERS = tuple(suggest.Offer(label, name) for label, name in NAMED.items())
EARLIER = (
    suggest.Told("Hormigón", "2026-10", 100.0, "15:100", 501), suggest.Told("Arena", "2026-10", 5.0, "15:100", 502),
    suggest.Told("Moldaje", "2026-09", 9.0, "12:100", 503),
)  # fmt: skip
INQUIRY = suggest.Inquiry(suggest.Told("Hormigón H30"), OFFERS, EARLIER)
READ = suggest.chosen_by(INQUIRY)


def said(candidate="c2", reason="La línea dice hormigón.", **more):
    return {"candidate": candidate, "reason": reason, **more}


def test_a_key_that_was_sent_is_the_candidates_label_with_the_lines_it_rests_on():
    assert READ(said()) == suggest.Chosen("15:100", "La línea dice hormigón.", (501, 502))
    assert READ(said("c3")) == suggest.Chosen("7:60;9:40", "La línea dice hormigón.")


def test_none_of_them_is_an_answer():
    assert READ(said("ninguno")) == suggest.Chosen(None, "La línea dice hormigón.")


REFUSED = {
    "a key that was not sent": said("c4"),
    "the first of nothing": said("c0"),
    "a label": said("12:100"),
    "an id of the database": said("12"),
    "a name": said("Edificio Maipú"),
    "two keys": said("c1,c2"),
    "a key with more": said("c1 "),
    "nothing": said(""),
    "null": said(None),
    "a number": said(1),
    "a list": said(["c1"]),
    "no reason": said(reason=" \u200b\n"),
    "a reason too long": said(reason="x" * (LONGEST_REASON + 1)),
    "a reason that is none": said(reason=None),
    "more than was asked": said(confidence=99),
    "an order of its own": said(action="book"),
    "less than was asked": {"candidate": "c1"},
    "no object": ["c1"],
    "null alone": None,
}


@pytest.mark.parametrize("raw", REFUSED.values(), ids=REFUSED)
def test_it_is_refused(raw):
    with pytest.raises(ValueError):
        READ(raw)
    with pytest.raises(InvalidAnswer):
        read(json.dumps(raw), INQUIRY.schema, READ)


NAMES = st.sampled_from(["candidate", "reason", "x"])
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20) | st.sampled_from(["c1", "c9", "ninguno", "7:1"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=3),
    max_leaves=6,
)


@given(JSON | st.fixed_dictionaries({"candidate": JSON, "reason": JSON}))
def test_whatever_comes_nothing_but_what_was_sent_is_chosen(raw):
    try:
        chosen = read(json.dumps(raw), INQUIRY.schema, READ)
    except InvalidAnswer:
        return
    assert chosen.label in {None, *(offer.label for offer in OFFERS)}
    assert chosen.reason
    assert chosen.reason.isprintable()


@given(st.integers(1, 30), st.text(max_size=6) | st.integers(0, 60).map(lambda number: f"c{number}"))
def test_a_key_beyond_the_list_is_never_taken(count, key):
    offers = tuple(suggest.Offer(f"{number}:100", f"Obra {number}") for number in range(1, count + 1))
    inquiry = suggest.Inquiry(suggest.Told("x"), offers)
    sent = {f"c{number}" for number in range(1, min(count, suggest.MOST_OFFERS) + 1)}
    try:
        chosen = suggest.chosen_by(inquiry)(said(key))
    except ValueError:
        assert key not in sent | {"ninguno"}
    else:
        assert key in sent or chosen.label is None


def test_a_reason_is_one_line_without_signs_that_turn_it_round():
    assert READ(said(reason="Dice\n\u202ehormigón\x00 .")).reason == "Dice hormigón ."


def test_a_reason_names_no_candidate_for_others_may_read_it():
    reason = READ(said(reason="Nombra «puente BIOBÍO» (c2), no Edificio Maipú ni c1; C20 es el acero.")).reason
    assert reason == "Nombra «este proyecto» (este proyecto), no otro proyecto ni otro proyecto; C20 es el acero."
    assert not re.search("biobío|maipú", reason, re.IGNORECASE)


def test_words_that_only_begin_like_a_name_stay():
    assert READ(said(reason="Minas y Minería: Minas.")).reason == "Minas y Minería: Minas."


@pytest.mark.parametrize(
    ("right", "seen", "chance", "band"),
    [(0, 0, 0.6, "suggested"), (29, 29, 0.6, "suggested"), (30, 30, 1.0, "suggested"), (24, 30, 0.8, "suggested"),
     (15, 30, 0.5, "suggested"), (14, 30, 14 / 30, "unknown"), (0, 300, 0.0, "unknown"), (0, 29, 0.6, "suggested")],
)  # fmt: skip
def test_how_far_it_is_trusted_is_measured_and_it_is_never_automatic(right, seen, chance, band):
    found = suggest.likelihood(right, seen)
    assert found == (chance, band)
    assert found[1] is not suggest.Band.AUTO

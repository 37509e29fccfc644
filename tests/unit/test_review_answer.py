"""The answer of a review is read as if it came from an enemy: every refusal, and what passes."""

import copy
import json
import random

import factory
import pytest
import review_examples as examples
from review_examples import answer, remark

from l10n_cl_ai import review
from l10n_cl_ai.dte.rule import Action
from l10n_cl_ai.llm.answers import Abstained, InvalidAnswer, read
from l10n_cl_ai.review.answer import LEAST, LONGEST_QUOTE, LONGEST_TEXT, MOST_REMARKS, SURE

PICTURE = examples.picture(factory.changed(factory.dte(33), "Detalle[1]/NmbItem", "Resma de papel, 75 g «única»"))
MANY = examples.picture(examples.long(60))
READ = review.reader(PICTURE)


def test_a_remark_that_holds_is_kept_as_it_is():
    [kept] = READ(answer(remark(path="Detalle[1]/NmbItem")))
    assert (kept.code, kept.path, kept.quote, kept.quoted_at) == (
        "J03", "Detalle[1]/NmbItem", "Resma de papel", "Detalle[1]/NmbItem")  # fmt: skip
    assert (kept.reason, kept.confidence, kept.action) == ("No dice qué papel.", 80, Action.WARN)


def test_nothing_is_an_answer():
    assert READ(answer()) == ()


def test_cannot_tell_is_an_abstention():
    with pytest.raises(Abstained):
        READ(answer(outcome="cannot_tell"))


REFUSED = {
    "nothing, with remarks": (answer(remark(), outcome="nothing"), "contradict"),
    "remarks, without any": (answer(outcome="remarks"), "contradict"),
    "cannot tell, with remarks": (answer(remark(), outcome="cannot_tell"), "contradict"),
    "another outcome": (answer(outcome="send"), "outcome"),
    "an invented path": (answer(remark(path="Detalle[9]/NmbItem")), "not one of the paths"),
    "a path that was not sent": (answer(remark(path="Encabezado/Emisor/RznSoc")), "not one of the paths"),
    "a part for an element": (answer(remark(path="Detalle[1]")), "not one of the paths"),
    "an invented quote": (answer(remark(quote="unicornios")), "not in the document"),
    "a quote of nothing": (answer(remark(quote="")), "not in the document"),
    "a quote of marks": (answer(remark(quote=" …—! ")), "not in the document"),
    "a quote too short": (answer(remark(quote="sma")), "too short"),
    "a quote too long": (answer(remark(quote="Resma" + " " * LONGEST_QUOTE)), "too long"),
    "an invented topic": (answer(remark(code="J10")), "code"),
    "a rule for a topic": (answer(remark(code="F04")), "code"),
    "a topic of notes": (answer(remark(code="J04")), "type of document"),
    "a topic of other places": (answer(remark(path="Encabezado/Totales/IVA", quote="2537")), "this element"),
    "sure beyond all": (answer(remark(confidence=101)), "confidence"),
    "hardly sure": (answer(remark(confidence=LEAST - 1)), "confidence"),
    "below zero": (answer(remark(confidence=-80)), "confidence"),
    "half a percent": (answer(remark(confidence=80.5)), "confidence"),
    "true for a number": (answer(remark(confidence=True)), "confidence"),
    "a text for a number": (answer(remark(confidence="80")), "confidence"),
    "no reason": (answer(remark(reason=" \u200b \n")), "reason"),
    "too long a reason": (answer(remark(reason="x" * (LONGEST_TEXT + 1))), "reason"),
    "too long a suggestion": (answer(remark(suggestion="x" * (LONGEST_TEXT + 1))), "suggestion"),
    "twice the same": (answer(remark(), remark(reason="Otra.")), "two remarks"),
    "a field too many": (answer(remark(action="block")), "must not have"),
    "a verdict of its own": (answer(remark(), recommendation="send"), "must not have"),
    "a field too few": (answer({key: value for key, value in remark().items() if key != "quote"}), "quote"),
    "remarks that are none": (answer("J03"), "remarks"),
    "no object": ([], "object"),
    "null": (None, "object"),
}


@pytest.mark.parametrize(("raw", "words"), REFUSED.values(), ids=REFUSED)
def test_it_is_refused_with_what_is_wrong(raw, words):
    with pytest.raises(ValueError, match=words) as refusal:
        READ(raw)
    assert not isinstance(refusal.value, Abstained)


@pytest.mark.parametrize(("raw", "_words"), REFUSED.values(), ids=REFUSED)
def test_what_is_refused_says_so_in_the_gateways_words(raw, _words):
    with pytest.raises(InvalidAnswer):
        read(json.dumps(raw), review.SCHEMA, READ)


def numbered(count):
    return [remark(path=f"Detalle[{n}]/NmbItem", quote=f"Artículo número {n}") for n in range(1, count + 1)]


def test_as_many_as_may_be_and_one_more():
    read_many = review.reader(MANY)
    assert len(read_many(answer(*numbered(MOST_REMARKS)))) == MOST_REMARKS
    with pytest.raises(ValueError, match="more than"):
        read_many(answer(*numbered(MOST_REMARKS + 1)))


@pytest.mark.parametrize(
    ("confidence", "action"), [(LEAST, Action.INFO), (SURE - 1, Action.INFO), (SURE, Action.WARN), (100, Action.WARN)]
)
def test_only_who_is_sure_warns(confidence, action):
    [kept] = READ(answer(remark(confidence=confidence)))
    assert (kept.confidence, kept.action) == (confidence, action)


def test_a_topic_of_notes_never_warns_though_sure():
    raw = remark(code="J09", path="Encabezado/Receptor/CmnaRecep", quote="Temuco", confidence=100)
    [kept] = READ(answer(raw))
    assert kept.action is Action.INFO


def test_the_gravest_comes_first():
    kept = READ(answer(
        remark(confidence=60), remark(path="Detalle[2]/NmbItem", confidence=75),
        remark(code="J08", confidence=95),
    ))  # fmt: skip
    assert [one.confidence for one in kept] == [95, 75, 60]


@pytest.mark.parametrize(
    "quote", ["resma de papel", "RESMA DE PAPEL, 75 G «ÚNICA»", "unica", " Resma  de\tpapel ", "«única»"]
)
def test_a_quote_in_another_dress_is_the_same_quote(quote):
    [kept] = READ(answer(remark(quote=quote)))
    assert kept.quoted_at == "Detalle[1]/NmbItem"


def test_a_short_value_is_quoted_whole():
    [kept] = READ(answer(remark(code="J06", path="Detalle[1]/QtyItem", quote="10")))
    assert (kept.quote, kept.quoted_at) == ("10", "Detalle[1]/QtyItem")


def test_a_quote_may_rest_on_another_element():
    [kept] = READ(answer(remark(path="Detalle[2]/NmbItem")))
    assert (kept.path, kept.quoted_at) == ("Detalle[2]/NmbItem", "Detalle[1]/NmbItem")


MARKS = "\u202e\u2066\u200b\x07\x1b[31m\r\n\t\u2028\ufeff"


def test_marks_that_deceive_the_eye_do_not_reach_people():
    words = f"Resma{MARKS}de papel"
    [kept] = READ(answer(remark(quote="Resma\u202e de\n papel", reason=words, suggestion=words)))
    for text in (kept.quote, kept.reason, kept.suggestion):
        assert text.isprintable(), repr(text)
    assert kept.quote == "Resma de papel"


def test_a_document_of_no_type_takes_no_remark():
    picture = review.Picture(None, PICTURE.values, PICTURE.text)
    assert review.reader(picture)(answer()) == ()
    with pytest.raises(ValueError, match="type of document"):
        review.reader(picture)(answer(remark()))


# -- at random -------------------------------------------------------------------------------------------

ODD = (
    None, True, -1, 0, 49, 50, 70, 100, 101, 10**17, 1.5, "", " ", "x" * 700, "J04", "J05", "Detalle[2]/NmbItem",
    "Detalle[0]/NmbItem", "../../etc", "Encabezado/Totales/IVA", "10", "2537", "75", "remarks", "nothing",
    "cannot_tell", "WARN", [], {}, ["J03"], {"code": "J03"}, "\u202epapel", "papel\x00", "\ud800", "<b>papel</b>",
)  # fmt: skip


def mutated(dice, value):
    """Return a value with one thing somewhere in it made odd, left out, added or doubled."""
    value = copy.deepcopy(value)
    holders, queue = [], [value]
    while queue:
        one = queue.pop()
        if isinstance(one, (dict, list)):
            holders.append(one)
            queue += one.values() if isinstance(one, dict) else one
    holder = dice.choice(holders)
    keys = list(holder) if isinstance(holder, dict) else list(range(len(holder)))
    how = dice.randrange(6)
    if how < 3 and keys:
        holder[dice.choice(keys)] = copy.deepcopy(dice.choice(ODD))
    elif how == 3 and keys:
        del holder[dice.choice(keys)]
    elif isinstance(holder, dict):
        holder[dice.choice(("extra", "outcome", "code", "path"))] = copy.deepcopy(dice.choice(ODD))
    else:
        holder.append(copy.deepcopy(dice.choice(holder) if holder and how == 4 else dice.choice(ODD)))
    return value


def check(kept):
    topic = review.TOPICS[kept.code]
    assert PICTURE.type in topic.types
    assert kept.path in PICTURE.values
    assert kept.path.startswith(topic.places)
    assert kept.quoted_at in PICTURE.values
    assert PICTURE.holds(kept.quote, kept.path) == kept.quoted_at
    assert LEAST <= kept.confidence <= 100
    assert type(kept.confidence) is int
    assert kept.action in (Action.WARN, Action.INFO)
    assert 0 < len(kept.reason) <= LONGEST_TEXT
    assert all(text.isprintable() for text in (kept.quote, kept.reason, kept.suggestion))


def test_no_mutation_of_an_answer_does_harm():
    dice = random.Random(4)
    good = [
        answer(), answer(remark()), answer(outcome="cannot_tell"),
        answer(remark(), remark(code="J06", path="Detalle[1]/QtyItem", quote="10"), remark(code="J08", confidence=55)),
    ]  # fmt: skip
    kept, refused = 0, 0
    for _turn in range(24_000):
        raw = dice.choice(good)
        for _step in range(dice.randrange(1, 3)):
            raw = mutated(dice, raw)
        try:
            remarks = READ(raw)
        except ValueError:
            refused += 1
        else:
            kept += len(remarks)
            assert bool(remarks) is (raw["outcome"].casefold() == "remarks")
            for one in remarks:
                check(one)
    assert kept > 1000, "the mutations leave nothing alive to look at"
    assert refused > 5000, "the mutations do no harm worth the name"

"""What a model's text says: read if it is the one value asked for, refused in words otherwise."""

import contextlib
import json
import math
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from llm_examples import SCHEMA, VALUE, Review

from l10n_cl_ai.llm.answers import DEEPEST, LONGEST, MOST_WORDS, Abstained, InvalidAnswer, StrictAnswer, extract, read

GOOD = json.dumps(VALUE, ensure_ascii=False)


def answer(text: str) -> Review:
    return read(text, SCHEMA, Review.from_json)


AROUND = {
    "plain": GOOD,
    "blank": f"\n\t {GOOD} \r\n",
    "bom": "\ufeff" + GOOD,
    "fence": f"```json\n{GOOD}\n```",
    "bare fence": f"```\n{GOOD}\n```",
    "tildes": f"~~~JSON\r\n{GOOD}\r\n~~~",
    "prose": f"Claro:\n\n{GOOD}\n\n¿Algo más?",
    "prose with brackets": f'Según [1] y {{así}}, "esto" es: {GOOD} (ver [2]).',
    "escaped": json.dumps(VALUE),
    "indented": json.dumps(VALUE, indent=4),
    "fence in prose": f"Aquí va:\n```json\n{GOOD}\n```\nSaludos }} ].",
    "apostrophe": f'It\'s "this" one: {GOOD}',
    "quote alone": f'5" de largo: {GOOD}',
    "xml": f"<json>{GOOD}</json>",
}


@pytest.mark.parametrize("text", AROUND.values(), ids=AROUND)
def test_what_stands_around_the_answer_changes_nothing(text):
    assert answer(text) == Review.from_json(VALUE)


REFUSED = {
    "nothing": "",
    "blank": "  \n",
    "refusal": "No puedo responder.",
    "cut": GOOD[:-3],
    "cut in a text": GOOD[:60],
    "trailing comma": GOOD[:-1] + ",}",
    "comma in a list": GOOD.replace("}]", "},]"),
    "twice": GOOD + GOOD,
    "two": f"{GOOD}\nor\n{GOOD}",
    "a list": f"[{GOOD}]",
    "in a text": json.dumps(GOOD),
    "number": "7",
    "null": "null",
    "NaN": GOOD.replace("0.75", "NaN"),
    "Infinity": GOOD.replace("0.75", "-Infinity"),
    "beyond floats": GOOD.replace("0.75", "1e999"),
    "huge": GOOD.replace(": 3", ": " + "9" * 5000),
    "19 digits": GOOD.replace(": 3", ": " + "9" * 19),
    "key twice": GOOD[:-1] + ', "confidence": 1}',
    "half a pair": GOOD.replace("F11", "F\\ud83d"),
    "nul": GOOD.replace("F11", "F\\u0000"),
    "raw nul": GOOD.replace("F11", "\0"),
    "half a pair as it is": GOOD.replace("F11", "\ud83d"),
    "half a key": GOOD.replace("F11", "x").replace('"line"', '"\\udc00"'),
    "single quotes": GOOD.replace('"', "'"),
    "python": str(VALUE),
    "comment": GOOD.replace(",", ", // no\n", 1),
    "deep": '{"a":' * 100 + "1" + "}" * 100,
    "very deep": "[" * 500_000,
    "crossed": '{"a": [1}]',
    "extra key": GOOD[:-1] + ', "more": 1}',
    "no key": GOOD.replace('"confidence": 0.75, ', ""),
    "other enum": GOOD.replace("review", "banana"),
    "out of range": GOOD.replace("0.75", "900"),
    "text for number": GOOD.replace("0.75", '"0.75"'),
    "true for number": GOOD.replace("0.75", "true"),
    "too long a text": GOOD.replace("F11", "F" * 41),
    "contradiction": GOOD.replace("review", "send"),
    "too long": GOOD.replace("F11", "F" * LONGEST),
    "line of half": GOOD.replace(": 3", ": 3.5"),
}


@pytest.mark.parametrize("text", REFUSED.values(), ids=REFUSED)
def test_what_is_no_answer_is_refused_in_words(text):
    with pytest.raises(InvalidAnswer) as caught:
        answer(text)
    assert 5 < len(str(caught.value)) <= MOST_WORDS
    assert "banana" not in str(caught.value)


def test_the_case_of_an_enum_is_not_guaranteed_by_the_api():
    assert answer(GOOD.replace("review", "REVIEW").replace("Alto", "alto")) == Review.from_json(VALUE)


def test_a_model_that_says_it_does_not_know_abstains():
    with pytest.raises(Abstained):
        answer(GOOD.replace("review", "unknown"))


def test_without_a_schema_the_text_is_the_answer():
    assert read(f" {GOOD} ") == f" {GOOD} "
    assert read("42", parse=int) == 42
    with pytest.raises(InvalidAnswer, match="invalid literal"):
        read("x", parse=int)
    for text in ("a\0", "\udc00", "x" * (LONGEST + 1)):
        with pytest.raises(InvalidAnswer):
            read(text)


def test_without_a_parse_the_value_is_the_answer():
    assert read(GOOD, SCHEMA) == VALUE


def test_lists_and_plain_values_may_be_asked_for():
    assert extract("ver {x}: [1, 2]", "array") == [1, 2]
    assert extract(' "texto" ', "string") == "texto"
    for text, kind in (("{}", "array"), ("hola", "string"), ("[" * 200_000, "string")):
        with pytest.raises(InvalidAnswer):
            extract(text, kind)


@pytest.mark.parametrize(
    "error", [KeyError("76.123.456-0"), TypeError("x"), IndexError(), ZeroDivisionError(), AttributeError("y")]
)
def test_a_feature_that_did_not_expect_it_is_told_in_the_log_without_the_answer(error, caplog):
    def parse(_value):
        raise error

    with pytest.raises(InvalidAnswer):
        read(GOOD, SCHEMA, parse)
    assert type(error).__name__ in caplog.text and "76.123" not in caplog.text


def test_what_a_feature_says_is_wrong_is_said_to_the_model():
    def parse(_value):
        raise ValueError("line 9 is beyond the document's 5" + "!" * 999)

    with pytest.raises(InvalidAnswer, match="line 9 is beyond") as caught:
        read(GOOD, SCHEMA, parse)
    assert len(str(caught.value)) == MOST_WORDS


def test_what_a_model_refuses_is_told_with_its_place_and_without_its_value():
    with pytest.raises(InvalidAnswer) as caught:
        answer(GOOD.replace("F11", "secreto" * 9).replace("0.75", "900"))
    assert "confidence" in str(caught.value) and "findings.1.rule" in str(caught.value)
    assert "secreto" not in str(caught.value) and "900" not in str(caught.value)


class Dated(StrictAnswer):
    what: tuple[int, ...]


def test_a_strict_answer_converts_nothing_and_cannot_be_changed():
    assert Dated.from_json({"what": [1, 2]}).what == (1, 2)
    for wrong in ({"what": ["1"]}, {"what": [1.5]}, {"what": [True]}, {}, {"what": [], "more": 1}, [], None, "x",
                  {"what": [math.nan]}):  # fmt: skip
        with pytest.raises(ValueError):
            Dated.from_json(wrong)
    with pytest.raises(ValueError):
        Dated.from_json({"what": []}).what = ()


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**18) + 1, 10**18 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_characters="\0", codec="utf-8"), max_size=9),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.text(st.characters(exclude_characters="\0", codec="utf-8"), max_size=5), inner, max_size=4)
    ),
    max_leaves=20,
)
OBJECTS = st.dictionaries(st.text(st.characters(exclude_characters="\0", codec="utf-8"), max_size=5), JSON, max_size=5)
PROSE = st.text(st.characters(exclude_characters="{}[]", codec="utf-8"), max_size=30)


@given(OBJECTS, PROSE, PROSE, st.booleans(), st.sampled_from([None, 2]))
def test_any_object_in_any_prose_is_found(value, before, after, ascii_only, indent):
    text = before + json.dumps(value, ensure_ascii=ascii_only, indent=indent) + after
    assert extract(text) == value


@given(OBJECTS, st.integers(0, 400))
def test_no_cut_object_is_taken_for_a_whole_one(value, at):
    text = json.dumps(value)
    if at < len(text):
        with pytest.raises(InvalidAnswer):
            extract(text[:at])


@given(st.text(max_size=200) | st.text('{}[]":,\\ 0123456789eE+-.truefalsnNaIity\n`', max_size=80))
def test_whatever_the_text_it_is_an_object_or_refused(text):
    try:
        value = extract(text)
    except InvalidAnswer:
        return
    assert isinstance(value, dict)
    json.dumps(value, allow_nan=False, ensure_ascii=False).encode()


HARD = {
    "braces": "{" * LONGEST,
    "openings": "{}" * (LONGEST // 2),
    "quotes": '"' * LONGEST,
    "keys": '{"a":' * (LONGEST // 5),
    "a text without end": '{"' + "a" * (LONGEST - 2),
    "escapes": '{"' + "\\" * (LONGEST - 2),
    "fences": "```" * (LONGEST // 3),
    "spans": '{"a":1' + "}{x" * (LONGEST // 4),
    "texts": "{" + '"a",' * (LONGEST // 4 - 1),
    "digits": '{"a":' + "9" * (LONGEST - 6) + "}",
    "fraction": '{"a":0.' + "9" * (LONGEST - 9) + "}",
    "blanks": " " * LONGEST,
    "closings": "}" * LONGEST,
    "list": '{"a":[' + "1," * (LONGEST // 2 - 6) + "1]}",
}


@pytest.mark.parametrize("text", HARD.values(), ids=HARD)
def test_time_is_linear_in_the_text(text):
    start = time.process_time()
    with contextlib.suppress(InvalidAnswer):  # refused or not: in time
        extract(text)
    assert time.process_time() - start < 3


def test_depth_is_bounded_where_json_allows_more():
    def nested(levels: int) -> str:
        return '{"a":' * levels + "1" + "}" * levels

    assert extract(nested(DEEPEST))
    with pytest.raises(InvalidAnswer, match="deep"):
        extract(nested(DEEPEST + 1))

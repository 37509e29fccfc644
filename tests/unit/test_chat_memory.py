"""What of a conversation is sent again: byte by byte, whole, and always such that the provider takes it."""

import copy

from hypothesis import given
from hypothesis import strategies as st

from l10n_cl_ai.chat.memory import INTERRUPTED, Exchange, compacted, repaired, replay, seal_of, summary_of


def user(*blocks):
    return {"role": "user", "content": [text(one) if isinstance(one, str) else one for one in blocks]}


def assistant(*blocks):
    return {"role": "assistant", "content": [text(one) if isinstance(one, str) else one for one in blocks]}


def text(words):
    return {"type": "text", "text": words}


def call(one):
    return {"type": "tool_use", "id": one, "name": "search_invoices", "input": {"text": "[NAME_1]"}}


def result(one, words="nada"):
    return {"type": "tool_result", "tool_use_id": one, "content": words, "is_error": False}


THOUGHT = {"type": "thinking", "thinking": "", "signature": "c2VsbG8="}
WHOLE = [
    user("¿Cuánto debe?"), assistant(THOUGHT, call("a")), user(result("a")), assistant(THOUGHT, "Debe $ 100 [R1]."),
]  # fmt: skip


def test_a_whole_exchange_is_sent_again_as_it_was():
    assert replay([Exchange(WHOLE, "s")], "s") == WHOLE


def test_thoughts_bound_to_something_else_are_left_out_and_nothing_besides():
    [question, looked, results, answer] = replay([Exchange(WHOLE, "old")], "new")
    assert (question, results) == (WHOLE[0], WHOLE[2])
    assert looked["content"] == [call("a")]
    assert answer["content"] == [text("Debe $ 100 [R1].")]


def test_a_seal_changes_with_all_that_thoughts_are_bound_to():
    seal = seal_of("model", ("system",), [{"name": "tool"}], 0)
    assert seal == seal_of("model", ("system",), [{"name": "tool"}], 0)
    for other in (("m", ("system",), [{"name": "tool"}], 0), ("model", ("s",), [{"name": "tool"}], 0),
                  ("model", ("system",), [{"name": "t"}], 0),
                  ("model", ("system",), [{"name": "tool"}], 1)):  # fmt: skip
        assert seal != seal_of(*other)


def test_a_killed_worker_leaves_a_call_without_its_result():
    mended = repaired([user("¿Cuánto?"), assistant(call("a"), call("b"))])
    assert [block["tool_use_id"] for block in mended[2]["content"]] == ["a", "b"]
    assert all(block["is_error"] for block in mended[2]["content"])
    assert mended[3] == assistant(INTERRUPTED)


def test_a_result_that_is_missing_among_others_is_added_before_them():
    mended = repaired([user("?"), assistant(call("a"), call("b")), user(result("b")), assistant("ya")])
    assert [block["tool_use_id"] for block in mended[2]["content"]] == ["a", "b"]
    assert mended[3] == assistant("ya")


def test_a_question_without_an_answer_gets_one():
    assert repaired([user("¿Hola?")]) == [user("¿Hola?"), assistant(INTERRUPTED)]


def test_a_result_of_no_call_goes():
    assert repaired([user("a"), assistant("b"), user(result("x"), "c"), assistant("d")])[2] == user("c")


def test_nothing_comes_of_nothing():
    assert repaired([]) == [] == replay([], "s", "summary")


roles = st.sampled_from(["user", "assistant"])
blocks = st.one_of(
    st.builds(text, st.text(max_size=3)),
    st.builds(call, st.sampled_from("abc")),
    st.builds(result, st.sampled_from("abcd")),
    st.just(THOUGHT),
)
turns = st.lists(
    st.builds(lambda role, content: {"role": role, "content": content}, roles, st.lists(blocks, max_size=4))
)


@given(turns, st.booleans())
def test_whatever_was_left_is_mended_to_what_the_provider_takes(left, thoughts):
    before = copy.deepcopy(left)
    mended = repaired(left, thoughts)
    assert left == before
    assert [turn["role"] for turn in mended] == ["user", "assistant"] * (len(mended) // 2)
    for turn, following in zip(mended, [*mended[1:], None], strict=False):
        assert turn["content"]
        assert all(block.get("text") != "" for block in turn["content"])
        if turn["role"] == "assistant":
            calls = {block["id"] for block in turn["content"] if block["type"] == "tool_use"}
            results = {
                block["tool_use_id"]
                for block in (following or user())["content"]
                if block["type"] == "tool_result"
            }
            assert results == calls


@given(turns)
def test_mending_again_changes_nothing(left):
    assert repaired(repaired(left)) == repaired(left)


def exchange(number, size=300):
    return Exchange([user(f"Pregunta {number}"), assistant(f"Respuesta {number} " + "x" * size)])


def test_what_fits_stays_whole():
    exchanges = [exchange(number) for number in range(4)]
    assert compacted(exchanges, sum(one.size for one in exchanges)) == 0


def test_what_is_too_much_makes_room_for_half():
    exchanges = [exchange(number) for number in range(40)]
    whole = sum(one.size for one in exchanges)
    old = compacted(exchanges, whole - 1)
    assert 19 <= old <= 21
    assert compacted(exchanges[old:], whole - 1) == 0


def test_the_last_exchange_stays_however_large_it_is():
    assert compacted([exchange(1), exchange(2, size=100_000)], 100) == 1


def test_what_is_told_in_short_stands_before_what_is_sent_whole():
    summary = summary_of([exchange(1), exchange(2)])
    assert "Pregunta 1" in summary and "Respuesta 2" in summary
    [first, _answer] = replay([exchange(3)], "", summary)
    assert summary in first["content"][0]["text"]
    assert first["content"][1] == text("Pregunta 3")


def test_what_is_told_in_short_never_grows_beyond_its_room():
    summary = ""
    for round_ in range(30):
        summary = summary_of([exchange(round_, 500)], summary)
    assert len(summary) <= 6001
    assert "Pregunta 29" in summary and "Pregunta 0\n" not in summary

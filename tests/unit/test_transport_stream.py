"""Server-sent events, however they are cut, doubled or broken."""

import contextlib
import json
import time
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from transport_client import END, START, block

from l10n_cl_ai.llm.received import ProtocolError
from l10n_cl_ai.llm.stream import LARGEST_EVENT, ErrorEvent, Reply, events


def said(*all_events, ends: bytes = b"\n") -> bytes:
    lines = []
    for event in all_events:
        lines += [b"event: " + event["type"].encode(), b"data: " + json.dumps(event).encode(), b""]
    return ends.join((*lines, b""))


MESSAGE = [START, {"type": "ping"}, *block("Hola ñandú ", "🦙\n\ndata: no"), *END]


def pieces(data: bytes, cuts: list[int]):
    places = sorted({cut % (len(data) + 1) for cut in cuts} | {0, len(data)})
    return [data[start:end] for start, end in pairwise(places)]


@given(st.lists(st.integers(0, 10_000), max_size=30), st.sampled_from([b"\n", b"\r\n"]))
def test_it_does_not_matter_where_the_network_cuts(cuts, ends):
    assert list(events(pieces(said(*MESSAGE, ends=ends), cuts))) == MESSAGE


def test_byte_by_byte():
    data = said(*MESSAGE)
    assert list(events(data[i : i + 1] for i in range(len(data)))) == MESSAGE


def test_comments_other_fields_and_data_of_several_lines():
    data = b': hi\nid: 7\nretry: 5\ndata: {"type":\ndata:"ping"}\n\n\n\nevent: x\n\ndata: {"type": "cut off"'
    assert list(events([data])) == [{"type": "ping"}]


@pytest.mark.parametrize("data", [
    b"data: x\n\n", b"data: 7\n\n", b"data: {}\n\n", b'data: {"type": 7}\n\n', b"data: \xff\n\n",
    b"data: " + b"[" * 200_000 + b"\n\n", b"data: " + b"x" * (LARGEST_EVENT + 9),
    (b"data: " + b"x" * 999 + b"\n") * 4100,
])  # fmt: skip
def test_what_is_no_event_is_refused(data):
    with pytest.raises(ProtocolError):
        list(events(pieces(data, list(range(0, len(data), 65536)))))


@pytest.mark.parametrize("data", [b"data: x\n" * 400_000, b"\n" * 3_000_000, b"x" * 3_000_000, b":\n" * 1_500_000])
def test_time_grows_with_the_bytes_and_not_with_their_square(data):
    start = time.process_time()
    with contextlib.suppress(ProtocolError):  # refused or not: in time
        list(events(pieces(data, list(range(0, len(data), 1009)))))
    assert time.process_time() - start < 5


def test_text_is_put_together_and_shown_as_it_comes():
    shown = []
    reply = Reply(shown.append)
    for event in MESSAGE:
        reply.take(event)
    assert shown == ["Hola ñandú ", "🦙\n\ndata: no"]
    assert reply.text == "".join(shown) == reply.content[0]["text"]
    assert reply.complete and reply.ended and reply.final_usage
    assert (reply.known_usage("5m").input, reply.known_usage("5m").output) == (9, 2)


@given(st.lists(st.sampled_from([0, 1, 2, 4, 5, 6, 7]), max_size=5))
def test_events_that_come_twice_count_once_but_for_what_may_truly_come_twice(doubled):
    """A piece of text can be said twice: all others can't."""
    reply = Reply()
    for number, event in enumerate(MESSAGE):
        for _ in range(2 if number in doubled and event["type"] != "content_block_delta" else 1):
            reply.take(event)
    assert reply.text == "Hola ñandú 🦙\n\ndata: no"
    assert reply.known_usage("5m").output == 2


def test_blocks_keep_their_order_and_everything_the_provider_signed():
    deltas = [
        {
            "type": "content_block_start",
            "index": 0,
            "content_block": {"type": "thinking", "thinking": "", "signature": ""},
        },
        {"type": "content_block_delta", "index": 0, "delta": {"type": "thinking_delta", "thinking": "mm"}},
        {"type": "content_block_delta", "index": 0, "delta": {"type": "signature_delta", "signature": "c2ln"}},
        {"type": "content_block_delta", "index": 0, "delta": {"type": "future_delta", "x": 1}},
        {"type": "content_block_stop", "index": 0},
        {"type": "content_block_start", "index": 1, "content_block": {"type": "redacted_thinking", "data": "ZZ"}},
        {"type": "content_block_stop", "index": 1},
    ]
    cited = block("Art. 54", index=2)
    cited.insert(
        2,
        {
            "type": "content_block_delta",
            "index": 2,
            "delta": {"type": "citations_delta", "citation": {"type": "page_location"}},
        },
    )
    reply = Reply()
    for event in [START, *deltas, *cited, *END]:
        reply.take(event)
    assert reply.content == [
        {"type": "thinking", "thinking": "mm", "signature": "c2ln"},
        {"type": "redacted_thinking", "data": "ZZ"},
        {"type": "text", "text": "Art. 54", "citations": [{"type": "page_location"}]},
    ]
    assert reply.text == "Art. 54"


def test_a_block_may_begin_with_text():
    shown = []
    reply = Reply(shown.append)
    for event in [START, *block("dos", opened={"type": "text", "text": "uno "}), *END]:
        reply.take(event)
    assert (reply.text, shown, reply.content[0]["text"]) == ("uno dos", ["uno ", "dos"], "uno dos")


def test_an_empty_text_is_not_replayed():
    """The API refuses an empty text block in a turn."""
    reply = Reply()
    for event in [START, *block(), *END]:
        reply.take(event)
    assert reply.content == []


def test_half_characters_and_nul_are_no_characters():
    raw = rb'data: {"type": "ping", "a": "x\ud800y\u0000", "\udfff": ["\ud83d\ude00", 1]}' + b"\n\n"
    assert list(events([raw])) == [{"type": "ping", "a": "x\ufffdy\ufffd", "\ufffd": ["😀", 1]}]


@pytest.mark.parametrize("depth", [65, 850, 930, 960, 985])
@pytest.mark.parametrize("rest", [b"", b', "y": "\\u0000"'])
def test_an_event_nested_deeper_than_any_is_refused(depth, rest):
    deep = b"[" * depth + b"]" * depth
    with pytest.raises(ProtocolError):
        list(events([b'data: {"type": "ping", "x": ' + deep + rest + b"}\n\n"]))


def test_many_brackets_side_by_side_are_not_deep():
    event = {"type": "ping", "x": [[[]]] * 200, "y": "[" * 200}
    assert list(events([said(event)])) == [event]


@pytest.mark.parametrize("depth", [65, 950, 200_000])
def test_a_tool_input_nested_deeper_than_any_is_broken(depth):
    reply = Reply()
    delta = {"type": "input_json_delta", "partial_json": '{"a": ' + "[" * depth + "]" * depth + "}"}
    tool = block(opened={"type": "tool_use", "id": "t", "name": "n", "input": {}})
    tool.insert(1, {"type": "content_block_delta", "index": 0, "delta": delta})
    for event in [START, *tool, *END]:
        reply.take(event)
    assert (reply.broken, reply.content) == (True, [])


def test_an_error_event_is_not_taken_for_an_answer():
    with pytest.raises(ErrorEvent) as caught:
        Reply().take({"type": "error", "error": {"type": "overloaded_error"}})
    assert caught.value.error["error"]["type"] == "overloaded_error"


def test_muted_it_still_counts():
    shown = []
    reply = Reply(shown.append)
    for event in [START, *block("uno", "dos")]:
        reply.take(event)
        if shown:
            reply.mute()
    assert (shown, reply.text) == (["uno"], "unodos")


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-3, 3) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(
        ["type", "index", "delta", "text", "usage", "message", "content_block", "partial_json", "input_tokens",
         "stop_reason", "stop_details", "output_tokens", "thinking", "model"]), inner, max_size=4),
    max_leaves=8)  # fmt: skip
KINDS = st.sampled_from(
    [
        "message_start",
        "content_block_start",
        "content_block_delta",
        "content_block_stop",
        "message_delta",
        "message_stop",
        "ping",
        "content_block_future",
        "future",
        "error",
    ]
)
DELTAS = st.sampled_from(
    ["text_delta", "input_json_delta", "thinking_delta", "signature_delta", "citations_delta", "x"]
)


@st.composite
def likely(draw):
    """An event that is nearly one of the API's."""
    event = draw(st.dictionaries(st.text(max_size=3), VALUES, max_size=2)) | {"type": draw(KINDS)}
    if draw(st.booleans()):
        delta = {"type": draw(DELTAS), "text": draw(VALUES), "partial_json": draw(VALUES), "stop_reason": draw(VALUES)}
        event |= {
            "index": draw(st.integers(0, 2)),
            "delta": delta,
            "usage": draw(VALUES),
            "content_block": {"type": draw(st.sampled_from(["text", "tool_use", "thinking"])), "text": draw(VALUES)},
            "message": {"usage": draw(VALUES), "model": draw(VALUES)},
        }
    return event


@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(likely(), max_size=8))
@example(
    [
        START,
        {"type": "content_block_start", "index": 0, "content_block": {"type": "text", "text": 7}},
        {"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": "a"}},
        {"type": "content_block_stop", "index": 0},
    ]
)
@example(
    [
        START,
        {"type": "content_block_start", "index": 0, "content_block": {"type": "text", "citations": 7}},
        {"type": "content_block_delta", "index": 0, "delta": {"type": "citations_delta", "citation": 1}},
    ]
)
def test_no_event_breaks_what_takes_it(some):
    reply = Reply([].append)
    for event in some:
        try:
            reply.take(event)
        except (ProtocolError, ErrorEvent):
            break
    assert isinstance(reply.text, str)
    assert all(isinstance(one, dict) for one in reply.content)
    assert reply.complete in (True, False)
    assert reply.known_usage("1h") is None or reply.known_usage("1h").input >= 0

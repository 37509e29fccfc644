"""Every way a call can fail has its reason, its bill and its say about what may help: one table, and 0 tracebacks."""

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
import standin
from hypothesis import given
from hypothesis import strategies as st
from transport_client import END, HEAD, START, asked, block, chunk, hear, raw, self_signed, telling

from l10n_cl_ai.llm.cost import Usage
from l10n_cl_ai.llm.failure import of_event, of_exception, of_status, told_to_wait
from l10n_cl_ai.llm.question import Reason
from l10n_cl_ai.llm.transport import RetryBudget, Transport


@pytest.fixture(scope="module")
def server():
    with standin.running() as running:
        yield running


@pytest.fixture(autouse=True)
def _clean(server):
    server.reset()


def once(server, **changes):
    """An outcome without retries, and what the stand-in billed."""
    outcome = asked(server, transport=Transport(retries=RetryBudget(loan=0)), **changes)
    assert server.settled()
    return outcome, Usage(**server.bill.as_json())


#: Mode of the stand-in: reason, how its bill is known, the provider's fault, asking again may help.
FAULTS = {
    "unauthorized": (Reason.AUTH, "none", False, False),
    "forbidden": (Reason.AUTH, "none", False, False),
    "billing": (Reason.AUTH, "none", False, False),
    "spend_limit": (Reason.AUTH, "none", False, False),
    "unknown_model": (Reason.BAD_MODEL, "none", False, False),
    "bad_request": (Reason.BAD_MODEL, "none", False, False),
    "too_large": (Reason.TOO_LARGE, "none", False, False),
    "request_timeout": (Reason.OVERLOADED, "none", True, False),
    "conflict": (Reason.OVERLOADED, "none", False, False),
    "rate_limited": (Reason.OVERLOADED, "none", False, False),
    "rate_limited_an_hour": (Reason.OVERLOADED, "none", False, False),
    "server_error": (Reason.OVERLOADED, "none", True, False),
    "html_502": (Reason.OVERLOADED, "none", True, False),
    "unavailable": (Reason.OVERLOADED, "none", True, False),
    "gateway_timeout": (Reason.OVERLOADED, "none", True, False),
    "overloaded": (Reason.OVERLOADED, "none", True, False),
    "redirect": (Reason.UNREACHABLE, "none", True, False),
    "reset": (Reason.UNREACHABLE, "unknown", True, True),
    "eof": (Reason.UNREACHABLE, "unknown", True, True),
    "html": (Reason.UNREACHABLE, "unknown", True, True),
    "empty": (Reason.UNREACHABLE, "unknown", True, True),
    "nothing": (Reason.UNREACHABLE, "unknown", True, True),
    "stream_reset": (Reason.UNREACHABLE, "counted", True, True),
    "stream_eof": (Reason.UNREACHABLE, "counted", True, True),
    "stream_clean": (Reason.UNREACHABLE, "counted", True, True),
    "stream_bad_json": (Reason.UNREACHABLE, "counted", True, True),
    "invalid_utf8": (Reason.UNREACHABLE, "counted", True, True),
    "half_body": (Reason.UNREACHABLE, "counted", True, True),
    "stream_error": (Reason.OVERLOADED, "counted", True, True),
    "refusal": (Reason.REFUSED, "exact", False, False),
    "max_tokens": (Reason.TRUNCATED, "exact", False, False),
}


@pytest.mark.parametrize(("mode", "expected"), FAULTS.items(), ids=FAULTS)
def test_a_fault_has_its_reason(server, mode, expected):
    server.script(mode)
    outcome, billed = once(server)
    assert (outcome.failure, outcome.billing, outcome.provider_fault, outcome.retryable) == expected
    assert outcome.detail and "\n" not in outcome.detail and len(outcome.detail) < 200
    assert not outcome.stopped
    if outcome.billing != "unknown":
        assert outcome.usage == billed
    if outcome.failure is not Reason.UNREACHABLE or outcome.billing == "counted":
        assert outcome.provider_request_id


HARMLESS = ["duplicate", "unknown_events", "gzip", "wrong_usage", "no_usage", "no_content", "bom", "fenced", "prose"]


@pytest.mark.parametrize("mode", HARMLESS)
def test_what_does_no_harm_is_no_fault(server, mode):
    schema = {
        "type": "object",
        "additionalProperties": False,
        "required": ["a"],
        "properties": {"a": {"type": "string"}},
    }
    server.script(mode)
    outcome, billed = once(server, schema=schema)
    assert (outcome.failure, outcome.stop_reason, outcome.usage) == (None, "end_turn", billed)


def test_a_usage_that_cannot_be_is_not_believed(server):
    server.script("wrong_usage")
    outcome, billed = once(server)
    assert (outcome.billing, outcome.usage) == ("counted", billed)


@pytest.mark.parametrize("usage", [{}, {"input_tokens": -4}, {"input_tokens": "9"}, {"input_tokens": None}, None, []])
def test_without_a_usable_usage_the_bound_of_the_prompt_is_charged(usage):
    start = {"type": "message_start", "message": {"model": "m", "usage": usage}}
    with raw(telling(start, *block("hola"), *END)) as server:
        outcome = asked(server)
    assert (outcome.billing, outcome.text, outcome.failure) == ("counted", "hola", None)
    assert outcome.usage.input > 1000
    assert 2 <= outcome.usage.output <= 4


def test_a_window_that_is_full_is_a_truncated_answer(server):
    server.script(stop_reason="model_context_window_exceeded")
    assert once(server)[0].failure is Reason.TRUNCATED


def test_a_stop_reason_of_the_future_is_no_failure(server):
    server.script(stop_reason="took_a_walk")
    outcome, _ = once(server)
    assert (outcome.failure, outcome.stop_reason) == (None, "took_a_walk")


def test_why_it_was_refused_is_told(server):
    details = {"stop_reason": "refusal", "stop_details": {"type": "refusal", "category": "cyber"}}
    end = {"type": "message_delta", "delta": details, "usage": {"output_tokens": 1}}
    with raw(telling(START, end, END[1])) as place:
        assert asked(place).detail == "refusal cyber"


def test_a_tool_input_that_is_no_json_is_an_invalid_answer():
    opened = {"type": "tool_use", "id": "t", "name": "x", "input": {}}
    delta = {"type": "content_block_delta", "index": 0, "delta": {"type": "input_json_delta", "partial_json": '{"a'}}
    first, last = block(opened=opened)
    with raw(telling(START, first, delta, last, *END)) as server:
        outcome = asked(server)
    assert (outcome.failure, outcome.billing, outcome.content) == (Reason.INVALID_ANSWER, "exact", [])


@pytest.mark.parametrize("events", [
    [{"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": "a"}}],
    [START, {"type": "content_block_delta", "index": 3, "delta": {"type": "text_delta", "text": "a"}}],
    [START, {"type": "content_block_start", "index": "0", "content_block": {}}],
    [START, {"type": "content_block_start", "index": 0}],
    [START, block("a")[0], {"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": 7}}],
    [START, {"type": "message_delta"}],
    [{"type": "message_start", "message": []}],
    [{"type": 4}], [b"data: [1]\n\n"], [b"data: \xff\n\n"], [b"data: " + b"[" * 100_000 + b"\n\n"],
    [START, *block("a"), {"type": "message_stop"}],
    [START, *block("a"), {"type": "message_delta", "delta": {}, "usage": {"output_tokens": 3}}, END[1]],
], ids=range(13))  # fmt: skip
def test_events_that_contradict_themselves_are_not_the_api(events):
    with raw(telling(*events)) as server:
        outcome = asked(server)
    assert outcome.failure is Reason.UNREACHABLE
    assert outcome.billing == ("counted" if START in events else "unknown")


@pytest.mark.parametrize(("speech", "billing"), [
    (b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ncontent-encoding: gzip\r\n\r\nnot gzip", "unknown"),
    (b"SSH-2.0-OpenSSH_9.6\r\n", "unknown"),
    (b"HTTP/1.1 200 OK\r\ncontent-length: x\r\n\r\n", "unknown"),
    (b"HTTP/1.1 204 No Content\r\n\r\n", "unknown"),
    (b"HTTP/1.1 404 Not Found\r\ncontent-length: 4\r\n\r\nnope", "none"),
    (b"HTTP/1.1 407 Proxy Authentication Required\r\ncontent-length: 0\r\n\r\n", "none"),
    (b"", "unknown"),
], ids=["gzip", "ssh", "length", "204", "404", "407", "silence"])  # fmt: skip
def test_another_language_is_unreachable(speech, billing):
    def speak(connection, _server):
        hear(connection)
        connection.sendall(speech)

    with raw(speak) as server:
        outcome = asked(server)
    assert (outcome.failure, outcome.billing) == (Reason.UNREACHABLE, billing)


def test_an_answer_without_end_is_cut(monkeypatch):
    monkeypatch.setattr("l10n_cl_ai.llm.guard.LARGEST_RESPONSE", 1_000_000)

    def speak(connection, _server):
        hear(connection)
        connection.sendall(HEAD + chunk(START, block("")[0]))
        while True:
            connection.sendall(chunk(block("x" * 1000)[1]) * 100)

    with raw(speak) as server:
        outcome = asked(server)
    assert (outcome.failure, outcome.billing) == (Reason.UNREACHABLE, "counted")
    assert outcome.usage.output == 500


def test_a_host_that_refuses_is_unreachable_and_free(server):
    with raw(telling()) as gone:
        url = gone.url

    class Gone:
        key = "k"

    Gone.url = url
    outcome = asked(Gone, transport=Transport(retries=RetryBudget(loan=0)))
    assert (outcome.failure, outcome.billing, outcome.retryable) == (Reason.UNREACHABLE, "none", False)
    assert outcome.detail.endswith("ConnectionRefusedError")


def test_a_certificate_nobody_signed_is_not_tried_twice(tmp_path):
    import ssl

    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(self_signed(tmp_path))
    with raw(telling(START, *END), context, scheme="https", host="localhost") as server:
        outcome = asked(server)
        assert (outcome.failure, outcome.billing, outcome.attempts) == (Reason.UNREACHABLE, "none", 1)
        assert "SSLCertVerificationError" in outcome.detail
        assert server.heard == []


@pytest.mark.parametrize(("status", "error", "reason"), [
    (400, {"message": "Your credit balance is too low to access the API."}, Reason.AUTH),
    (400, {"message": "You have reached your specified API usage limits."}, Reason.AUTH),
    (429, {"type": "rate_limit_error", "details": {"error_code": "contract_spend_limit_reached"}}, Reason.AUTH),
    (429, {"type": "rate_limit_error", "details": {"error_code": "ramp_limit_exceeded"}}, Reason.OVERLOADED),
    (429, {"type": "rate_limit_error", "message": "usage limits per minute"}, Reason.OVERLOADED),
    (402, {"details": {"error_code": "linked_organization_spend_limit_reached"}}, Reason.AUTH),
    (400, {"message": "prompt is too long: 250000 tokens > 200000 maximum"}, Reason.TOO_LARGE),
    (400, {"message": "input length and `max_tokens` exceed context limit"}, Reason.TOO_LARGE),
    (400, {"message": "Schema is too complex for compilation"}, Reason.BAD_MODEL),
    (404, {"type": "not_found_error", "message": "model: x"}, Reason.BAD_MODEL),
    (418, {}, Reason.BAD_MODEL), (422, {}, Reason.BAD_MODEL),
    (413, {}, Reason.TOO_LARGE), (599, {}, Reason.OVERLOADED), (302, {}, Reason.UNREACHABLE),
])  # fmt: skip
def test_a_status_and_what_it_says_have_their_reason(status, error, reason):
    said = {"type": "error", "error": {"type": "invalid_request_error", **error}} if error else {}
    assert of_status(status, said, {}).reason is reason


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=9),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["type", "error", "message", "details", "error_code"]), inner, max_size=4)
    ),
    max_leaves=12,
)


@given(st.integers(300, 999), JSON, st.text(max_size=20))
def test_whatever_an_error_says_it_has_a_reason_and_a_harmless_detail(status, error, wait):
    for failure in (of_status(status, error, {"retry-after": wait, "x-should-retry": wait}), of_event(error)):
        assert failure.reason in Reason
        assert all(word.replace("_", "a").isalnum() for word in failure.detail.split())


def test_an_error_that_repeats_the_key_is_not_written_down():
    said = {"error": {"type": "sk-ant-api03-secret", "details": {"error_code": "key sk-ant-api03-secret"}}}
    assert of_status(400, said, {}).detail == "status 400"


def test_of_an_exception_only_the_types_are_kept():
    try:
        try:
            raise ConnectionResetError("RUT 76.123.456-0")
        except ConnectionResetError as inner:
            raise OSError("key sk-ant-secret") from inner
    except OSError as error:
        assert of_exception(error).detail == "OSError ConnectionResetError"


@pytest.mark.parametrize(("headers", "seconds"), [
    ({}, None), ({"retry-after": "7"}, 7), ({"retry-after": "1.5"}, 1.5), ({"retry-after-ms": "250"}, 0.25),
    ({"retry-after": "soon"}, None), ({"retry-after": "-3"}, None), ({"retry-after": "nan"}, None),
    ({"retry-after": "Sun, 22 Nov 2020 00:00:00 GMT"}, 0), ({"retry-after": "9" * 99}, None),
])  # fmt: skip
def test_how_long_the_provider_wants_us_to_wait(headers, seconds):
    assert told_to_wait(headers) == seconds


def test_a_date_to_come_back_is_understood():
    soon = format_datetime(datetime.now(UTC) + timedelta(seconds=90), usegmt=True)
    assert 85 < told_to_wait({"retry-after": soon}) <= 90

"""Every way in which a call can go wrong goes wrong as the facts about the real SDK say."""

import json
import threading

import anthropic
import httpx2
import pytest
import standin
from standin_client import HAIKU, SCHEMA, asked, client, structured, text_of

GOOD = {"verdict": "send", "confidence": 90, "reason": "Sin diferencias"}
#: The mode, and what the SDK's stream makes of it: an exception, or the types of the last events.
STREAMS = {
    "overloaded": anthropic.OverloadedError, "server_error": anthropic.InternalServerError,
    "unavailable": anthropic.ServiceUnavailableError, "gateway_timeout": anthropic.GatewayTimeoutError,
    "conflict": anthropic.ConflictError, "request_timeout": anthropic.RequestTimeoutError,
    "rate_limited": anthropic.RateLimitError, "rate_limited_an_hour": anthropic.RateLimitError,
    "spend_limit": anthropic.EnforcedSpendLimitReachedError, "billing": anthropic.PaymentRequiredError,
    "forbidden": anthropic.PermissionDeniedError, "unauthorized": anthropic.AuthenticationError,
    "unknown_model": anthropic.NotFoundError, "too_large": anthropic.RequestTooLargeError,
    "bad_request": anthropic.BadRequestError, "html_502": anthropic.InternalServerError,
    "redirect": anthropic.APIStatusError,
    "reset": anthropic.APIConnectionError, "eof": anthropic.APIConnectionError,
    "stream_reset": httpx2.ReadError, "stream_eof": httpx2.RemoteProtocolError,
    "stream_error": anthropic.APIStatusError, "stream_bad_json": json.JSONDecodeError,
    "invalid_utf8": UnicodeDecodeError, "half_body": json.JSONDecodeError,
    "html": [], "empty": [], "nothing": [],
    "stream_clean": ["content_block_delta"],
    "refusal": ["message_delta", "message_stop"], "no_content": ["message_delta", "message_stop"],
    "max_tokens": ["message_delta", "message_stop"],
    "duplicate": ["message_delta", "message_delta", "message_stop", "message_stop"],
    "unknown_events": ["message_delta", "message_stop"], "gzip": ["message_delta", "message_stop"],
    "wrong_usage": ["message_delta", "message_stop"], "no_usage": ["message_delta", "message_stop"],
}
#: What a model makes of the JSON asked for: the mode, and whether it still is JSON.
WRAPS = {"fenced": False, "prose": False, "bom": False, "truncated": False, "trailing_comma": False, "not_json": False,
         "enum_case": True, "extra_key": True, "missing_key": True, "wrong_types": True}
#: Modes that wait for something; each has a test of its own.
WAITING = {"slow", "stream_hang", "trickle"}


@pytest.fixture(scope="module")
def server():
    with standin.running() as running:
        yield running


@pytest.fixture(autouse=True)
def _clean(server):
    server.reset()


def test_every_mode_has_its_test():
    chat = {mode for mode in standin.MODES if mode.startswith("chat_")}  # test_standin_assistant.py
    assert set(standin.MODES) - chat == STREAMS.keys() | WRAPS.keys() | WAITING


@pytest.mark.parametrize("mode", STREAMS)
def test_stream(server, mode):
    server.script(mode)
    expected = STREAMS[mode]
    if isinstance(expected, list):
        kinds = [event.type for event in _streamed(server)]
        assert kinds[len(kinds) - len(expected):] == expected
        assert kinds or not expected
    else:
        with pytest.raises(expected):
            _streamed(server)
    assert server.settled()
    assert text_of(client(server).messages.create(**asked())), "the next call is as usual"


@pytest.mark.parametrize("mode", WRAPS)
def test_wrapped_answer(server, mode):
    server.script(mode, answer=GOOD)
    text = text_of(client(server).messages.create(**asked(output_config=structured())))
    if WRAPS[mode]:
        assert json.loads(text) != GOOD
    else:
        with pytest.raises(json.JSONDecodeError):
            json.loads(text)


def test_an_error_tells_its_status_code_and_when_to_come_back(server):
    server.script(status=429, error_code="ramp_limit_exceeded", retry_after=7, message="Despacio")
    with pytest.raises(anthropic.RateLimitError) as refused:
        client(server).messages.create(**asked())
    error = refused.value
    assert (error.status_code, error.type, error.error_code) == (429, "rate_limit_error", "ramp_limit_exceeded")
    assert error.response.headers["retry-after"] == "7"
    assert error.request_id == server.calls[0].request_id


def test_an_error_within_the_stream_has_status_200(server):
    server.script("stream_error", error_type="api_error")
    with pytest.raises(anthropic.APIStatusError) as refused:
        _streamed(server)
    assert (refused.value.status_code, refused.value.type) == (200, "api_error")


def test_a_page_of_a_proxy_comes_back_as_text_and_an_empty_object_as_an_empty_message(server):
    server.script("html", "empty")
    sdk = client(server)
    assert isinstance(sdk.messages.create(**asked()), str)
    assert sdk.messages.create(**asked()).usage is None


def test_a_body_broken_off_is_not_json(server):
    server.script("half_body")
    with pytest.raises(json.JSONDecodeError):
        client(server).messages.create(**asked())


@pytest.mark.parametrize("cut", ["reset", "eof"])
def test_a_whole_answer_can_break_off_too(server, cut):
    server.script(cut=cut)
    with pytest.raises(anthropic.APIConnectionError):
        client(server).messages.create(**asked())


def test_a_redirect_leads_to_another_origin_that_would_hear_the_prompt(server):
    server.script("redirect")
    with pytest.raises(anthropic.APIStatusError) as refused:
        client(server).messages.create(**asked())
    assert refused.value.status_code == 307
    assert refused.value.response.headers["location"] == f"http://localhost:{server.port}/v1/messages"
    assert len(server.calls) == 1
    server.script("redirect", billed=True)
    careless = client(server, http_client=anthropic.DefaultHttpxClient(transport=httpx2.HTTPTransport()))
    with pytest.raises(anthropic.AuthenticationError):
        careless.messages.create(**asked())
    assert "¿Está bien el IVA?" in server.calls[-1].text, "this is why redirects must not be followed"


def test_usage_can_lie_and_can_be_missing(server):
    server.script("wrong_usage", "no_usage")
    sdk = client(server)
    assert sdk.messages.create(**asked()).usage.output_tokens == 10**9
    assert sdk.messages.create(**asked()).usage.output_tokens is None
    assert server.calls[0].billed.output < 1000, "the bill does not lie"


def test_a_model_can_say_it_is_another(server):
    server.script(model="claude-sonnet-5-5")
    assert client(server).messages.create(**asked(model=HAIKU)).model == "claude-sonnet-5-5"


def test_a_refusal_has_no_content(server):
    server.script("refusal")
    message = client(server).messages.create(**asked())
    assert (message.content, message.stop_reason, message.stop_details.type) == ([], "refusal", "refusal")


def test_max_tokens_cut_the_answer_scripted_or_asked_for(server):
    server.script(cut_answer=True, answer=GOOD, thinking=0)
    sdk = client(server)
    half = sdk.messages.create(**asked(output_config=structured()))
    assert half.stop_reason == "max_tokens" and json.dumps(GOOD, ensure_ascii=False).startswith(text_of(half))
    short = sdk.messages.create(**asked(max_tokens=5, thinking={"type": "disabled"}))
    assert (short.stop_reason, short.usage.output_tokens) == ("max_tokens", 5)
    only_thought = sdk.messages.create(**asked(max_tokens=5))
    assert [block.type for block in only_thought.content] == ["thinking"]
    assert (only_thought.stop_reason, only_thought.usage.output_tokens) == ("max_tokens", 5)


def test_tools_are_used_when_scripted_or_forced(server):
    tool = {"name": "buscar", "input_schema": {**SCHEMA, "properties": SCHEMA["properties"]}}
    server.script(tool_use=("buscar", {"verdict": "send"}))
    sdk = client(server)
    with sdk.messages.stream(**asked(tools=[tool])) as stream:
        used = stream.get_final_message()
    assert (used.stop_reason, used.content[-1].name, used.content[-1].input) == ("tool_use", "buscar",
                                                                                {"verdict": "send"})
    forced = sdk.messages.create(**asked(tools=[tool]), tool_choice={"type": "tool", "name": "buscar"})
    assert forced.content[-1].input["verdict"] in ("send", "review")


def test_a_gate_holds_the_answer_until_the_test_opens_it(server):
    server.script("slow")
    answers = []
    asking = threading.Thread(target=lambda: answers.append(client(server).messages.create(**asked())))
    asking.start()
    while not server.calls:
        asking.join(0.01)
    assert not server.calls[0].done.is_set() and not answers
    server.gate("slow").set()
    asking.join(10)
    assert text_of(answers[0])


def test_a_slow_server_is_timed_out_and_notices(server):
    server.script("slow")
    with pytest.raises(anthropic.APITimeoutError):
        client(server, timeout=0.05).messages.create(**asked())
    assert server.settled() and server.calls[0].disconnected


def test_a_stream_that_hangs_is_timed_out(server):
    server.script("stream_hang")
    with pytest.raises(httpx2.ReadTimeout):
        list(client(server, timeout=0.1).messages.create(**asked(), stream=True))
    assert server.settled() and server.calls[0].disconnected


def test_a_trickle_keeps_a_read_timeout_from_striking(server):
    server.script("trickle", trickle=0.02)
    kinds = [event.type for event in client(server, timeout=0.5).messages.create(**asked(), stream=True)]
    assert kinds[-1] == "message_stop" and len(kinds) > 5


def test_steps_are_taken_in_order_by_whom_they_fit(server):
    server.script(when={"contains": "IVA"}, answer="uno")
    server.script(when=lambda call: call.stream, answer="dos")
    server.script(answer="tres", times=2)
    sdk = client(server)
    said = [text_of(sdk.messages.create(**asked(text))) for text in ("Hola", "IVA", "IVA")]
    assert said == ["tres", "uno", "tres"]
    with sdk.messages.stream(**asked("Hola")) as stream:
        assert text_of(stream.get_final_message()) == "dos"
    server.script("overloaded", when={"kind": "count_tokens"}, times=0)
    for _ in range(3):
        with pytest.raises(anthropic.OverloadedError):
            sdk.messages.count_tokens(model=HAIKU, messages=[{"role": "user", "content": "Hola"}])


def test_a_script_with_a_mistake_is_refused():
    with standin.running() as server:
        for wrong in ({"stats": 200}, {"when": {"knd": "messages"}}):
            with pytest.raises(ValueError, match="has no"):
                server.script(**wrong)
        with pytest.raises(ValueError, match="no such mode"):
            server.script("overlooked")


def test_a_stand_in_that_fails_itself_fails_the_test():
    with pytest.raises(ExceptionGroup, match="the stand-in failed") as failed:  # noqa: SIM117 - the order matters
        with standin.running() as server:
            server.script(when=lambda call: call.nothing_of_the_kind)
            with pytest.raises(anthropic.APIConnectionError):
                client(server).messages.create(**asked())
    assert failed.group_contains(AttributeError)


def _streamed(server):
    return list(client(server).messages.create(**asked(output_config=structured()), stream=True))


def test_a_step_may_be_chosen_by_what_is_asked(server):
    def choose(call):
        return standin.Step(status=529) if "IVA" in call.text else standin.Step(answer=f"{call.model} sin IVA")

    server.script(times=0, choose=choose)
    sdk = client(server)
    assert text_of(sdk.messages.create(**asked("¿Folio?"))).endswith("sin IVA")
    with pytest.raises(anthropic.APIStatusError):
        sdk.messages.create(**asked("¿IVA?"))
    assert text_of(sdk.messages.create(**asked("¿Giro?"))).endswith("sin IVA")

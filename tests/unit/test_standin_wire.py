"""The stand-in speaks the wire that the real SDK speaks."""

import http.client
import json
import subprocess
import sys
import urllib.error
import urllib.request
from pathlib import Path

import anthropic
import pytest
import standin
from standin_client import HAIKU, OPUS, SONNET, asked, client, structured, text_of

_PROGRAM = Path(standin.__file__).parent


@pytest.fixture(scope="module")
def server():
    with standin.running() as running:
        yield running


@pytest.fixture(autouse=True)
def _clean(server):
    server.reset()


def test_a_message_comes_whole_and_as_a_stream_with_the_same_words(server):
    sdk = client(server)
    whole = sdk.messages.create(**asked())
    with sdk.messages.stream(**asked()) as stream:
        streamed = stream.get_final_message()
    assert text_of(whole) == text_of(streamed) != ""
    assert whole.usage.output_tokens == streamed.usage.output_tokens
    assert whole.stop_reason == streamed.stop_reason == "end_turn"


def test_models_of_today_think_before_they_answer_unless_told_not_to(server):
    sdk = client(server)
    assert [block.type for block in sdk.messages.create(**asked()).content] == ["thinking", "text"]
    calm = sdk.messages.create(**asked(), thinking={"type": "disabled"})
    assert [block.type for block in calm.content] == ["text"]
    assert calm.usage.output_tokens_details.thinking_tokens == 0


def test_more_effort_means_more_thought(server):
    sdk = client(server)
    thought = [
        sdk.messages.create(**asked(model=OPUS), output_config={"effort": effort})
        .usage.output_tokens_details.thinking_tokens
        for effort in ("low", "medium", "high", "xhigh", "max")
    ]
    assert thought == sorted(set(thought)) and thought[0] > 0


def test_every_answer_names_itself_and_the_limits(server):
    raw = client(server).messages.with_raw_response.create(**asked())
    assert raw.headers["x-l10n-cl-ai-standin"] == "1"
    assert raw.headers["request-id"] == server.calls[0].request_id
    assert raw.headers["anthropic-ratelimit-requests-limit"] == "4000"
    assert raw.headers["anthropic-ratelimit-requests-remaining"] == "3999"
    assert int(raw.headers["anthropic-ratelimit-input-tokens-remaining"]) <= 2_000_000


def test_limits_are_enforced_where_a_test_wants_it(server):
    server.state.limits.most["requests"], server.state.limits.enforced = 2, True
    sdk = client(server)
    for _ in range(2):
        sdk.messages.create(**asked())
    with pytest.raises(anthropic.RateLimitError) as refused:
        sdk.messages.create(**asked())
    assert 1 <= float(refused.value.response.headers["retry-after"]) <= 60
    assert server.calls[-1].billed == standin.Usage()


def test_one_connection_serves_many_calls(server):
    connection = http.client.HTTPConnection("127.0.0.1", server.port)
    head = {"authorization": f"Bearer {server.key}", "anthropic-version": "2026-10-21"}
    for _ in range(3):
        connection.request("POST", "/v1/messages", json.dumps(asked()), head)
        socket = connection.sock
        answer = connection.getresponse()
        assert answer.status == 200 and json.load(answer)["type"] == "message"
        assert connection.sock is socket
    connection.close()


def test_the_wrong_key_is_refused_in_either_header(server):
    with pytest.raises(anthropic.AuthenticationError):
        client(server, api_key="sk-ant-otra").messages.create(**asked())
    assert _status(server, {"x-api-key": server.key, "anthropic-version": "2023-06-01"}) == 200
    assert _status(server, {"x-api-key": "otra", "anthropic-version": "2023-06-01"}) == 401
    assert _status(server, {"anthropic-version": "2023-06-01"}) == 401


def test_the_version_must_be_named(server):
    key = {"authorization": f"Bearer {server.key}"}
    assert _status(server, key) == 400
    assert _status(server, {**key, "anthropic-version": "1999-01-01"}) == 400
    assert _status(server, {**key, "anthropic-version": "2026-10-21"}) == 200


def test_a_body_too_long_is_refused_and_the_refusal_is_heard(server):
    with pytest.raises(anthropic.RequestTooLargeError) as refused:
        client(server).messages.create(**asked("a" * (33 * 1024 * 1024)))
    assert refused.value.type == "request_too_large"


def test_what_is_not_http_as_it_should_be_is_refused_in_the_api_s_words(server):
    head = {"authorization": f"Bearer {server.key}", "anthropic-version": "2026-10-21"}
    assert _status(server, head, data=b"{not json") == 400
    assert _status(server, head, path="/v1/nothing") == 404
    assert _status(server, {**head, "content-length": "many"}) == 400
    assert _status(server, head, method="OPTIONS") == 501
    assert all(call.request_id and call.status >= 400 for call in server.calls)


def test_tokens_are_counted_as_they_are_billed(server):
    sdk = client(server)
    question = {key: value for key, value in asked(output_config=structured()).items() if key != "max_tokens"}
    counted = sdk.messages.count_tokens(**question, system="Eres un contador.").input_tokens
    billed = sdk.messages.create(**asked(output_config=structured()), system="Eres un contador.").usage.input_tokens
    assert counted == billed > 0


def test_models_are_listed_page_by_page_and_told_one_by_one(server):
    sdk = client(server)
    names = [model.id for model in sdk.models.list(limit=3)]
    assert {HAIKU, SONNET, OPUS} <= set(names) and len(names) == len(set(names)) > 10
    assert len([call for call in server.calls if call.kind == "models"]) > 3
    active = [model.id for model in sdk.models.list(lifecycle=["active"])]
    assert set(active) < set(names)
    told = sdk.models.retrieve("claude-sonnet-4-5-20250929")
    assert (told.lifecycle, told.retires_at.date().isoformat()) == ("deprecated", "2026-11-30")
    assert sdk.models.retrieve(OPUS).capabilities.thinking.types.disabled.supported is False
    with pytest.raises(anthropic.NotFoundError):
        sdk.models.retrieve("claude-none")


def test_pages_go_backwards_too(server):
    sdk = client(server)
    every = [model.id for model in sdk.models.list(limit=100)]
    before = sdk.models.list(before_id=every[5], limit=3)
    assert ([model.id for model in before.data], before.has_more) == (every[2:5], True)
    assert [model.id for model in before] == [*every[2:5], *every[0:2]]
    with pytest.raises(anthropic.BadRequestError):
        sdk.models.list(limit=0)
    with pytest.raises(anthropic.BadRequestError):
        sdk.models.list(after_id="nobody")


def test_what_was_received_can_be_asserted_on(server):
    client(server).messages.create(**asked("RUT 76.123.456-0"), system="Fijo")
    (call,) = server.messages
    assert call.body["messages"][0]["content"] == "RUT 76.123.456-0" in call.text
    assert call.headers["authorization"] == f"Bearer {server.key}"
    assert (call.kind, call.status, call.model) == ("messages", 200, HAIKU)
    assert not call.stream and not call.disconnected


def test_its_keys_cannot_be_taken_for_real_ones():
    with pytest.raises(ValueError, match="begin with"):
        standin.Standin(key="sk-ant-api03-real")
    with standin.running(key="sk-ant-standin-a") as server:
        assert text_of(client(server).messages.create(**asked()))


def test_as_a_program_it_ends_with_whoever_started_it():
    program = subprocess.Popen([sys.executable, _PROGRAM, "--until-eof"], stdin=subprocess.PIPE,
                               stdout=subprocess.PIPE, text=True)
    assert program.stdout.readline().startswith("url http://127.0.0.1:")
    program.stdin.close()
    assert program.wait(10) == 0
    program.stdout.close()


def test_as_a_program_it_is_scripted_over_http():
    program = subprocess.Popen([sys.executable, _PROGRAM], stdout=subprocess.PIPE, text=True)
    try:
        url, key = (program.stdout.readline().split()[1] for _ in range(2))
        assert _admin(url, key, "reset")["ok"]
        assert _admin(url, key, "script", {"steps": ["overloaded", {"status": 404}]})["waiting_steps"] == 2
        sdk = anthropic.Anthropic(api_key=key, base_url=url, max_retries=0)
        with pytest.raises(anthropic.OverloadedError):
            sdk.messages.create(**asked())
        with pytest.raises(anthropic.NotFoundError):
            sdk.messages.create(**asked())
        assert text_of(sdk.messages.create(**asked()))
        calls = _admin(url, key, "calls")["calls"]
        assert [call["status"] for call in calls] == [529, 404, 200]
        assert key not in json.dumps(calls) and float(calls[-1]["cost"]) > 0
        assert "overloaded" in _admin(url, key, "modes")["modes"]
        bill = _admin(url, key, "bill")
        assert (bill["calls"], bill["usd"], bill["done"]) == ({"messages": 3}, calls[-1]["cost"], True)
        assert bill["usage"] == calls[-1]["billed"]
        for wrong in ({"steps": ["no such mode"]}, {"steps": [{"wen": 1}]}, {"steps": [{"when": {"kynd": 1}}]}):
            with pytest.raises(urllib.error.HTTPError, match="400"):
                _admin(url, key, "script", wrong)
        with pytest.raises(urllib.error.HTTPError, match="401"):
            _admin(url, "other", "calls")
    finally:
        program.terminate()
        assert program.wait(10) == 0
        program.stdout.close()


def _admin(url, key, what, body=None):
    data = None if what in ("calls", "modes", "bill") else json.dumps(body or {}).encode()
    request = urllib.request.Request(f"{url}/standin/{what}", data, {"authorization": f"Bearer {key}"})
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with opener.open(request, timeout=10) as answer:
        return json.load(answer)


def _status(server, headers, path="/v1/messages", data=None, method="POST"):
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=10)
    connection.request(method, path, data or json.dumps(asked()), headers)
    answer = connection.getresponse()
    assert answer.headers["request-id"]
    assert answer.status < 400 or json.load(answer)["error"]["message"]
    connection.close()
    return answer.status

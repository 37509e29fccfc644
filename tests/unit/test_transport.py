"""A call, when all goes well: what is sent, what comes back, what it used."""

import subprocess
import sys
import warnings
from pathlib import Path

import pytest
import standin
from hypothesis import given
from hypothesis import strategies as st
from standin_client import HAIKU, OPUS, SONNET
from transport_client import END, START, asked, block, call_at, raw, telling

from l10n_cl_ai.llm import transport
from l10n_cl_ai.llm.cost import Usage
from l10n_cl_ai.llm.outcome import body
from l10n_cl_ai.llm.question import Reason
from l10n_cl_ai.llm.transport import Deadline, Stop, Transport

SCHEMA = {
    "type": "object", "additionalProperties": False, "required": ["ok"], "properties": {"ok": {"type": "boolean"}},
}  # fmt: skip
TOOL = {"name": "buscar", "description": "Busca", "input_schema": {"type": "object", "properties": {}}}


@pytest.fixture(scope="module")
def server():
    with standin.running() as running:
        yield running


@pytest.fixture(autouse=True)
def _clean(server):
    server.reset()


def billed(server) -> Usage:
    assert server.settled()
    return Usage(**server.bill.as_json())


def test_an_answer_comes_in_pieces_and_whole(server):
    pieces = []
    server.script(answer="Un folio numera un documento tributario.")
    outcome = Transport().call(call_at(server), pieces.append)
    assert "".join(pieces) == outcome.text == "Un folio numera un documento tributario."
    assert len(pieces) > 1
    assert outcome.content == [{"type": "text", "text": outcome.text, "citations": None}]
    assert (outcome.failure, outcome.stopped, outcome.stop_reason) == (None, False, "end_turn")


def test_its_usage_is_the_providers(server):
    outcome = asked(server)
    assert (outcome.billing, outcome.usage) == ("exact", billed(server))
    assert outcome.usage.output > 0


def test_it_says_who_answered_and_how_long_it_took(server):
    outcome = asked(server)
    assert outcome.model == HAIKU
    assert outcome.provider_request_id == server.messages[0].request_id
    assert outcome.simulated
    assert outcome.attempts == 1
    assert 0 < outcome.first_token_ms < outcome.call_ms < 10_000


def test_only_a_stand_in_is_called_simulated():
    with raw(telling(START, *block("sí"), *END)) as server:
        assert not asked(server).simulated


def test_what_the_model_does_not_take_is_not_sent(server):
    asked(server, thinking=None, effort=None)
    assert set(server.messages[0].body) == {"model", "max_tokens", "messages", "stream"}


@pytest.mark.parametrize(
    ("model", "thinking"), [(HAIKU, "disabled"), (OPUS, "adaptive"), (SONNET, "between_tools"), (HAIKU, None)]
)
def test_thinking_is_sent_as_the_model_takes_it(server, model, thinking):
    outcome = asked(server, model=model, thinking=thinking, effort="low")
    assert outcome.failure is None, outcome.detail
    assert server.messages[0].body.get("thinking") == (thinking and {"type": thinking})
    assert server.messages[0].body["output_config"] == {"effort": "low"}


def test_the_schema_goes_as_it_was_written(server):
    outcome = asked(server, schema=SCHEMA)
    assert server.messages[0].body["output_config"] == {"format": {"type": "json_schema", "schema": SCHEMA}}
    assert outcome.failure is None and outcome.text.startswith("{")


def test_the_prompt_cache_ends_with_the_stable_texts(server):
    asked(server, system=("estable", "también"), prompt_cache="1h", user="u-7")
    sent = server.messages[0].body
    assert sent["system"] == [
        {"type": "text", "text": "estable"},
        {"type": "text", "text": "también", "cache_control": {"type": "ephemeral", "ttl": "1h"}},
    ]
    assert sent["messages"] == [{"role": "user", "content": "¿Qué es un folio? Explica con calma."}]
    assert sent["metadata"] == {"user_id": "u-7"}


DIALOGUE = (
    {"role": "user", "content": "hola"},
    {"role": "assistant", "content": [{"type": "text", "text": "¿sí?"}]},
    {"role": "user", "content": "¿folio?"},
)


def test_of_a_dialogue_the_cache_grows_with_it(server):
    asked(server, messages=DIALOGUE, prompt_cache="5m")
    turns = server.messages[0].body["messages"]
    assert turns[-1]["content"][-1]["cache_control"] == {"type": "ephemeral", "ttl": "5m"}
    assert turns[:-1] == list(DIALOGUE[:-1])
    assert DIALOGUE[-1]["content"] == "¿folio?"  # what was given is not changed


def test_an_answer_asked_to_be_mended_is_not_written_to_the_cache(server):
    asked(server, messages=DIALOGUE, prompt_cache="5m", schema=SCHEMA)
    assert "cache_control" not in str(server.messages[0].body["messages"])


def test_cached_tokens_are_counted_in_their_class(server):
    long = "El folio numera. " * 400
    first, second = (asked(server, system=(long,), prompt_cache="1h") for _ in range(2))
    assert first.usage.cache_write_1h == second.usage.cache_read > 512
    assert billed(server) == first.usage + second.usage


def test_thought_comes_before_the_text_and_is_no_part_of_it(server):
    pieces = []
    outcome = Transport().call(call_at(server, thinking=None), pieces.append)
    assert [one["type"] for one in outcome.content] == ["thinking", "text"]
    assert outcome.text == outcome.content[1]["text"] == "".join(pieces)
    assert outcome.usage == billed(server) and outcome.usage.thinking > 0


def test_an_answer_can_be_given_back_as_it_came(server):
    first = asked(server, thinking=None)
    # A thought is bound to all that stands before it: the question is given back as it was asked.
    question = server.messages[0].body["messages"]
    turns = (*question, {"role": "assistant", "content": first.content}, {"role": "user", "content": "¿y luego?"})
    assert asked(server, thinking=None, messages=turns).failure is None
    assert server.messages[1].body["messages"][1]["content"] == first.content


def test_a_tool_is_called_with_its_input(server):
    server.script(tool_use=("buscar", {"palabras": "IVA ñandú"}))
    outcome = asked(server, tools=(TOOL,))
    assert (outcome.stop_reason, outcome.failure) == ("tool_use", None)
    assert outcome.content[-1]["input"] == {"palabras": "IVA ñandú"}
    assert outcome.usage == billed(server)


def test_what_has_no_utf8_is_replaced_and_sent(server):
    assert asked(server, text="a\ud800ñ").failure is None
    assert server.messages[0].body["messages"][0]["content"] == "a?ñ"


@given(st.text(st.characters(codec=None), max_size=30))
def test_whatever_is_asked_can_be_sent(text):
    message = body(call_at(Nowhere, text=text))["messages"][0]["content"]
    message.encode()
    assert len(message) == len(text)


class Nowhere:
    key, url = "k", "http://127.0.0.1:1"


def test_a_count_is_the_providers_and_free(server):
    assert Transport().count(call_at(server)) > 5
    assert [call.kind for call in server.calls] == ["count_tokens"]
    assert billed(server) == Usage()


def test_a_count_that_fails_is_none(server):
    server.script(when={"kind": "count_tokens"}, status=529)
    server.script(when={"kind": "count_tokens"}, body="[]")
    server.script(when={"kind": "count_tokens"}, body='{"input_tokens": "many"}')
    assert [Transport().count(call_at(server)) for _ in range(3)] == [None] * 3


@pytest.mark.parametrize("depth", [900, 200_000])
def test_what_the_server_nests_too_deep_is_no_answer(server, depth):
    deep = '{"input_tokens": 5, "data": [{"id": "x", "y": ' + "[" * depth + "]" * depth + "}]}"
    server.script(when={"kind": "count_tokens"}, body=deep)
    assert Transport().count(call_at(server)) is None
    server.script(when={"kind": "models"}, body=deep)
    answer = Transport().models(server.key, server.url, Deadline(5))
    assert (answer.models, answer.failure) == ([], Reason.UNREACHABLE)


def test_what_we_nest_too_deep_is_not_the_providers_fault(server):
    content = "hola"
    for _ in range(5000):
        content = [content]
    turn = {"role": "user", "content": [{"type": "text", "text": "x", "y": content}]}
    outcome = asked(server, messages=(turn,))
    assert (outcome.failure, outcome.provider_fault, outcome.retryable) == (Reason.TOO_LARGE, False, False)
    assert Transport().count(call_at(server, messages=(turn,))) is None
    assert not server.calls


def test_all_pages_of_models_are_listed(server):
    answer = Transport().models(server.key, server.url, Deadline(5))
    assert {model["id"] for model in answer.models} >= {HAIKU, OPUS, SONNET}
    assert all("lifecycle" in model and "capabilities" in model for model in answer.models)
    assert answer.failure is None


def test_the_list_of_models_ends_even_if_the_server_does_not(server):
    page = '{"data": [{"id": "m"}], "has_more": true, "last_id": "m"}'
    server.script(when={"kind": "models"}, times=0, body=page)
    assert len(Transport().models(server.key, server.url, Deadline(5)).models) == 20


@pytest.mark.parametrize(
    ("page", "reason"),
    [("[]", Reason.UNREACHABLE), ('{"data": 7}', Reason.UNREACHABLE), ("<html>", Reason.UNREACHABLE)],
)
def test_a_list_of_models_that_is_none_has_a_reason(server, page, reason):
    server.script(when={"kind": "models"}, body=page)
    answer = Transport().models(server.key, server.url, Deadline(5))
    assert (answer.models, answer.failure) == ([], reason)


def test_models_are_not_listed_for_a_wrong_key(server):
    assert Transport().models("wrong", server.url, Deadline(5)).failure is Reason.AUTH
    assert Transport().models("", server.url, Deadline(5)).failure is Reason.NO_KEY


def test_a_connection_serves_the_next_call_too():
    with raw(telling(START, *block("sí"), *END)) as server:
        assert [asked(server).text for _ in range(5)] == ["sí"] * 5
        assert server.connections == 1


def test_a_model_about_to_retire_is_no_line_in_the_log(server):
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        transport._sdk.cache_clear()  # as in a process that loads it now
        assert asked(server, model="claude-sonnet-4-5", thinking=None).failure is None
    assert caught == []


def test_stop_can_be_given_and_not_used(server):
    outcome = Transport().call(call_at(server), stop=Stop())
    assert (outcome.stopped, outcome.failure) == (False, None)


def test_nothing_of_the_sdk_is_loaded_before_a_call():
    script = """
import sys, types
package = types.ModuleType("l10n_cl_ai"); package.__path__ = ["l10n_cl_ai"]; sys.modules["l10n_cl_ai"] = package
import l10n_cl_ai.llm.transport
print(sorted({"anthropic", "httpx2", "httpcore2"} & set(sys.modules)))
"""
    root = Path(__file__).parents[2]
    done = subprocess.run([sys.executable, "-c", script], cwd=root, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"

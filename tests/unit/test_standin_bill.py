"""The stand-in keeps books: what it counts, says and charges are one."""

import contextlib
import datetime
import json
from decimal import Decimal

import anthropic
import httpx2
import pytest
import standin
from genai_prices import Usage as PricedUsage
from genai_prices import calc_price
from hypothesis import given
from hypothesis import strategies as st
from standin import catalog, tokens
from standin_client import HAIKU, OPUS, SONNET, asked, client, structured

_DAY = datetime.date(2026, 11, 22)
_LONG = "El contribuyente presenta su declaración con el detalle de cada documento. " * 80


@pytest.fixture(scope="module")
def server():
    with standin.running() as running:
        yield running


@pytest.fixture(autouse=True)
def _clean(server):
    server.reset()


@given(st.text())
def test_never_more_tokens_than_bytes(text):
    assert tokens.count(text) <= len(text.encode("utf-8", "surrogatepass"))
    assert "".join(tokens.pieces(text)) == text


@given(st.text(min_size=1), st.integers(0, 20))
def test_a_text_cut_between_tokens_has_the_tokens_before_the_cut(text, place):
    pieces = tokens.pieces(text)
    assert tokens.pieces("".join(pieces[:place])) == pieces[:place]


def test_streamed_and_whole_cost_the_same_and_the_bill_agrees(server):
    sdk = client(server)
    for options in ({}, {"output_config": structured()}, {"thinking": {"type": "disabled"}}, {"model": OPUS}):
        whole = sdk.messages.create(**asked(**options)).usage
        with sdk.messages.stream(**asked(**options)) as stream:
            streamed = stream.get_final_message().usage
        one, other = (call.billed for call in server.calls[-2:])
        assert one == other
        for usage in (whole, streamed):
            assert (usage.input_tokens, usage.output_tokens) == (one.input, one.output)
            assert usage.output_tokens_details.thinking_tokens == one.thinking


def test_a_prefix_is_written_once_and_read_afterwards(server):
    sdk = client(server)
    system = [{"type": "text", "text": _LONG, "cache_control": {"type": "ephemeral", "ttl": "1h"}}]
    first = sdk.messages.create(**asked("Uno"), system=system).usage
    again = sdk.messages.create(**asked("Dos"), system=system).usage
    size = tokens.count(_LONG)
    assert (first.cache_creation.ephemeral_1h_input_tokens, first.cache_read_input_tokens) == (size, 0)
    assert (again.cache_creation.ephemeral_1h_input_tokens, again.cache_read_input_tokens) == (0, size)
    assert again.input_tokens == tokens.PER_MESSAGE + tokens.count("Dos")
    other = sdk.messages.create(**asked("Dos", model=OPUS), system=system).usage
    assert other.cache_read_input_tokens == 0, "each model has a cache of its own"


def test_another_schema_misses_the_cache(server):
    sdk = client(server)
    system = [{"type": "text", "text": _LONG, "cache_control": {"type": "ephemeral"}}]
    written = [
        sdk.messages.create(**asked(), system=system, **options).usage.cache_creation.ephemeral_5m_input_tokens
        for options in ({}, {"output_config": structured()}, {"output_config": structured()})
    ]
    assert written[0] > 0 and written[1] > written[0] and written[2] == 0


def test_a_short_prefix_is_silently_not_cached(server):
    system = [{"type": "text", "text": "Breve.", "cache_control": {"type": "ephemeral"}}]
    usage = client(server).messages.create(**asked(), system=system).usage
    assert usage.cache_creation_input_tokens == usage.cache_read_input_tokens == 0


def test_a_dialogue_marked_at_its_end_reads_what_it_said_before(server):
    sdk = client(server)
    turns = [{"role": "user", "content": _LONG}]
    first = sdk.messages.create(model=HAIKU, max_tokens=50, messages=turns, cache_control={"type": "ephemeral"})
    turns += [{"role": "assistant", "content": "Entendido."}, {"role": "user", "content": "¿Y ahora?"}]
    second = sdk.messages.create(model=HAIKU, max_tokens=50, messages=turns, cache_control={"type": "ephemeral"})
    assert second.usage.cache_read_input_tokens == first.usage.cache_creation_input_tokens > 0
    assert second.usage.cache_creation_input_tokens > 0 == second.usage.input_tokens


def test_a_cache_entry_ends(server):
    now = [0.0]
    cache = standin.server.State("k", "u").prompt_cache
    cache._clock = lambda: now[0]
    body = {"system": [{"type": "text", "text": _LONG, "cache_control": {"type": "ephemeral", "ttl": "5m"}}]}
    model = catalog.find(HAIKU)
    assert cache.usage(model, body).cache_write_5m > 0
    now[0] = 299
    assert cache.usage(model, body).cache_read > 0
    now[0] = 299 + 301
    assert cache.usage(model, body).cache_write_5m > 0


def test_who_hangs_up_pays_for_what_was_generated(server):
    server.script(gate="never", gate_after=7, thinking=0)
    stream = client(server).messages.create(**asked(), stream=True)
    said = ""
    for event in stream:
        if event.type == "content_block_delta":
            said += event.delta.text
        if tokens.count(said) == 7:
            break
    stream.close()
    assert server.settled() and server.calls[0].disconnected
    assert server.bill.output == 7 and server.bill.input == tokens.prompt(asked())


@pytest.mark.parametrize("cut", ["reset", "eof", "clean", "error", "bad_json"])
def test_a_stream_cut_after_some_tokens_is_billed_for_them(server, cut):
    server.script(cut=cut, after=5, thinking=11)
    with contextlib.suppress(anthropic.APIStatusError, httpx2.TransportError, json.JSONDecodeError):
        list(client(server).messages.create(**asked(), stream=True))
    assert server.settled()
    assert (server.bill.output, server.bill.thinking) == (16, 11)


@pytest.mark.parametrize("mode", ["overloaded", "rate_limited", "unauthorized", "html", "empty", "redirect"])
def test_what_never_was_answered_costs_nothing(server, mode):
    server.script(mode)
    with contextlib.suppress(anthropic.APIStatusError):
        client(server).messages.create(**asked())
    assert server.calls[0].status is not None
    assert server.bill == standin.Usage() and server.cost == 0


def test_a_call_that_broke_before_its_answer_is_billed_its_input(server):
    server.script("reset")
    with pytest.raises(anthropic.APIConnectionError):
        client(server).messages.create(**asked())
    assert server.bill == standin.Usage(input=tokens.prompt(asked()))


def test_money_is_tokens_times_price(server):
    client(server).messages.create(**asked(model=SONNET))
    (call,) = server.calls
    assert call.cost == (call.billed.input * Decimal(2) + call.billed.output * Decimal(10)) / 1_000_000 == server.cost


def test_prices_agree_with_those_others_publish():
    usage = catalog.Usage(input=1000, output=500, cache_write_5m=300, cache_read=2000)
    theirs = PricedUsage(input_tokens=3300, output_tokens=500, cache_write_tokens=300, cache_read_tokens=2000)
    compared = 0
    for model in (model for model in catalog.MODELS if model["prices"]):
        try:
            published = calc_price(theirs, model["id"], provider_id="anthropic",
                                   genai_request_timestamp=datetime.datetime(2026, 11, 22, tzinfo=datetime.UTC))
        except LookupError:
            continue  # not all are published there
        assert catalog.cost(model, usage, _DAY) == published.total_price, model["id"]
        compared += 1
    assert compared >= 8


def test_haiku_costs_five_times_beyond_a_hundred_thousand_tokens():
    model = catalog.find(HAIKU)
    at, beyond = (catalog.cost(model, catalog.Usage(input=number, output=10), _DAY) for number in (100_000, 100_001))
    assert at == Decimal("0.010005") and beyond == Decimal("0.0500255")
    assert catalog.cost(model, catalog.Usage(input=1000), _DAY, batch=True) == Decimal("0.00005")


def test_the_models_in_the_file_are_whole():
    for model in catalog.MODELS:
        shown = catalog.shown(model)
        assert json.loads(json.dumps(shown)) == shown
        assert model["prices"] or model["lifecycle"] == "retired"

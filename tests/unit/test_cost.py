"""What a call costs: exact for any usage, and never more than was estimated."""

import decimal
import unicodedata
from datetime import date, timedelta
from decimal import Decimal
from types import SimpleNamespace

import pytest
from anthropic import types as sdk
from hypothesis import given
from hypothesis import strategies as st

from l10n_cl_ai.llm import cost
from l10n_cl_ai.llm.cost import Prices, Rate, UnknownPrice, Usage

DAY = date(2026, 10, 7)
SMALL = Rate("small", DAY, 0, *map(Decimal, ("0.10", "0.50", "0.125", "0.20", "0.01")))
LONG = Rate("small", DAY, 100_000, *map(Decimal, ("0.50", "2.50", "0.625", "1", "0.05")))
PRICES = Prices([LONG, SMALL])

counts = st.integers(0, 300_000)
usages = st.builds(Usage, counts, counts, counts, counts, counts)
money = st.decimals(0, 100, allow_nan=False, places=6)


@st.composite
def books(draw):
    """Prices with up to three thresholds, dearer or cheaper above: nothing promises that they rise."""
    thresholds = {0, *draw(st.sets(st.integers(1, 300_000), max_size=2))}
    return Prices([Rate("m", DAY, threshold, *draw(st.tuples(*[money] * 5))) for threshold in thresholds])


@pytest.mark.parametrize(
    ("usage", "usd"),
    [
        (Usage(input=1_000_000), "0.50"),
        (Usage(input=100_000), "0.01"),
        (Usage(input=100_001), "0.0500005"),
        (Usage(output=1_000_000), "0.50"),
        (Usage(output=1_000_000, thinking=900_000), "0.50"),
        (Usage(cache_write_5m=8), "0.000001"),
        (Usage(cache_write_1h=10), "0.000002"),
        (Usage(cache_read=100), "0.000001"),
        # The threshold is of the whole prompt, and prices every token of the call.
        (Usage(input=1, cache_write_5m=40_000, cache_write_1h=20_000, cache_read=40_000, output=1000), "0.0495005"),
        (Usage(input=0, cache_write_5m=40_000, cache_write_1h=20_000, cache_read=40_000, output=1000), "0.0099"),
    ],
)
def test_every_class_of_tokens_has_its_price(usage, usd):
    assert PRICES.cost("small", usage, DAY) == Decimal(usd)


def test_a_batch_costs_half_of_every_class():
    usage = Usage(7, 11, 13, 17, 19)
    assert PRICES.cost("small", usage, DAY, batch=True) * 2 == PRICES.cost("small", usage, DAY)


@given(usages, st.integers(1, 12))
def test_the_cost_is_exact_whatever_the_precision_of_the_caller(usage, precision):
    rate = LONG if usage.prompt > 100_000 else SMALL
    counted = (
        (rate.input, usage.input), (rate.output, usage.output), (rate.cache_write_5m, usage.cache_write_5m),
        (rate.cache_write_1h, usage.cache_write_1h), (rate.cache_read, usage.cache_read),
    )  # fmt: skip
    picodollars = sum(int(price * 1_000_000) * tokens for price, tokens in counted)
    with decimal.localcontext(decimal.Context(prec=precision)):
        result = PRICES.cost("small", usage, DAY)
    assert result.as_tuple().exponent == -12
    assert int(result.scaleb(12)) == picodollars


@given(books(), usages, st.sampled_from([None, "5m", "1h"]), counts, counts, st.booleans())
def test_a_cost_within_the_bounds_is_never_above_the_estimate(book, usage, prompt_cache, more_in, more_out, batch):
    if prompt_cache is None:
        usage = Usage(usage.prompt, usage.output)
    elif prompt_cache == "5m":
        usage = Usage(usage.input, usage.output, usage.cache_write_5m + usage.cache_write_1h, 0, usage.cache_read)
    estimate = book.estimate("m", DAY, usage.prompt + more_in, usage.output + more_out, prompt_cache, batch)
    assert book.cost("m", usage, DAY, batch) <= estimate


@given(books(), counts, counts, st.sampled_from([None, "5m", "1h"]))
def test_an_estimate_is_reached_when_the_dearest_comes_true(book, tokens_in, tokens_out, prompt_cache):
    """No call of that size may cost it all at once over several thresholds, but one of its prices is met."""
    estimate = book.estimate("m", DAY, tokens_in, tokens_out, prompt_cache)
    split = [Usage(tokens_in, tokens_out), Usage(cache_read=tokens_in, output=tokens_out)]
    if prompt_cache:
        split.append(Usage(cache_write_5m=tokens_in, output=tokens_out))
    if prompt_cache == "1h":
        split.append(Usage(cache_write_1h=tokens_in, output=tokens_out))
    only = Prices([book.rates("m", DAY)[0]])
    assert max(only.cost("m", usage, DAY) for usage in split) == only.estimate(
        "m", DAY, tokens_in, tokens_out, prompt_cache
    )
    assert estimate >= only.estimate("m", DAY, tokens_in, tokens_out, prompt_cache)


small_counts = st.integers(0, 10_000)
small_usages = st.builds(Usage, *[small_counts] * 5)


@given(small_usages, small_usages)
def test_the_cost_of_two_calls_is_the_cost_of_their_sum(one, other):
    """Where no threshold lies between: the ledger's sums are the sums of its rows."""
    together = PRICES.cost("small", one, DAY) + PRICES.cost("small", other, DAY)
    assert PRICES.cost("small", one + other, DAY) == together


@given(usages, usages)
def test_more_tokens_never_cost_less(usage, more):
    assert PRICES.cost("small", usage + more, DAY) >= PRICES.cost("small", usage, DAY)


# -- days ------------------------------------------------------------------------------------------------


def test_a_price_holds_from_its_day_on():
    later = Rate("small", DAY + timedelta(30), 0, *[Decimal(1)] * 5)
    book = Prices([later, SMALL])
    usage = Usage(input=1_000_000)
    assert book.cost("small", usage, DAY + timedelta(29)) == Decimal("0.10")
    assert book.cost("small", usage, DAY + timedelta(30)) == Decimal(1)


def test_a_new_base_price_leaves_the_price_of_long_prompts():
    book = Prices([SMALL, LONG, Rate("small", DAY + timedelta(1), 0, *[Decimal(0)] * 5)])
    assert book.cost("small", Usage(input=1_000_000), DAY + timedelta(1)) == Decimal("0.50")
    assert book.cost("small", Usage(input=1000), DAY + timedelta(1)) == 0


@pytest.mark.parametrize("method", ["cost", "estimate"])
@pytest.mark.parametrize(
    ("book", "model", "day"),
    [
        (PRICES, "other", DAY),
        (PRICES, "small", DAY - timedelta(1)),
        (Prices([]), "small", DAY),
        (Prices([LONG]), "small", DAY),
    ],
)
def test_what_has_no_price_is_refused(method, book, model, day):
    arguments = (model, Usage(200_000, 1), day) if method == "cost" else (model, day, 200_000, 1)
    with pytest.raises(UnknownPrice):
        getattr(book, method)(*arguments)


def test_a_book_that_contradicts_itself_is_refused():
    with pytest.raises(ValueError, match="two prices"):
        Prices([SMALL, SMALL])
    with pytest.raises(ValueError, match="negative"):
        Prices([Rate("m", DAY, 0, *[Decimal(0)] * 4, Decimal("-0.01"))])


# -- usage -----------------------------------------------------------------------------------------------

REPORTED = {
    "input_tokens": 25,
    "cache_creation_input_tokens": 7,
    "cache_read_input_tokens": 3,
    "cache_creation": {"ephemeral_5m_input_tokens": 5, "ephemeral_1h_input_tokens": 2},
    "output_tokens": 15,
    "output_tokens_details": {"thinking_tokens": 9},
    "service_tier": "standard",
}


@pytest.mark.parametrize("convert", [dict, sdk.Usage.model_validate])
def test_usage_is_read_from_the_sdk_and_from_json(convert):
    usage = Usage.from_api(convert(REPORTED))
    assert usage == Usage(25, 15, 5, 2, 3, 9)
    assert (usage.prompt, usage.total) == (35, 50)


def test_what_a_provider_leaves_out_counts_nothing():
    assert Usage.from_api(None) == Usage.from_api({}) == Usage()
    assert Usage.from_api({"input_tokens": 1, "cache_creation": None, "output_tokens": None}) == Usage(1)
    assert Usage.from_api(SimpleNamespace(input_tokens=4)) == Usage(4)


@pytest.mark.parametrize(("ttl", "usage"), [("5m", Usage(cache_write_5m=9)), ("1h", Usage(cache_write_1h=9))])
def test_cache_writes_not_divided_are_of_the_class_asked_for(ttl, usage):
    assert Usage.from_api({"cache_creation_input_tokens": 9}, ttl) == usage


@pytest.mark.parametrize("wrong", [-1, "7", 1.5, True, [1]])
def test_a_count_that_is_none_is_refused(wrong):
    with pytest.raises(ValueError, match="output_tokens"):
        Usage.from_api({"input_tokens": 1, "output_tokens": wrong})


# -- bound -----------------------------------------------------------------------------------------------


@given(st.lists(st.text()))
def test_no_tokenizer_of_bytes_finds_more_tokens_than_the_bound(pieces):
    """Worst of all: a token for every byte, of the text as it is or made compatible, and a mark around it."""
    worst = sum(
        max(len(form.encode("utf-8", "surrogatepass")) for form in (piece, unicodedata.normalize("NFKC", piece))) + 4
        for piece in pieces
    )
    assert cost.input_bound(*pieces) >= worst + 700


def test_turns_and_schemas_count_as_the_json_they_are_sent_as():
    turn = {"role": "user", "content": [{"type": "text", "text": "ñandú" * 100}]}
    assert cost.input_bound(turn) >= len(str(turn).encode()) + cost.OVERHEAD_REQUEST
    assert cost.input_bound("ﷺ" * 1000) >= 33_000


@pytest.mark.parametrize("kind", ["base64", "url", "file"])
def test_a_picture_has_no_bound(kind):
    block = {"type": "image", "source": {"type": kind, "data": "AAAA"}}
    with pytest.raises(ValueError, match="picture"):
        cost.input_bound({"role": "user", "content": [{"type": "tool_result", "content": (block,)}]})
    assert cost.input_bound({"properties": {"source": {"type": "string"}}})

"""The price records that come with the addon, against another's book of prices."""

from datetime import date, datetime, time
from decimal import Decimal
from pathlib import Path

import pytest
from genai_prices import data as theirs
from genai_prices.types import TieredPrices
from lxml import etree

from l10n_cl_ai.llm.cost import Prices, Rate, Usage

DATA = Path(__file__).resolve().parents[2] / "l10n_cl_ai" / "data" / "ai_model_data.xml"
TODAY = date(2026, 11, 22)
#: Our classes and what they are called there.
CLASSES = {
    "input": "input_mtok", "output": "output_mtok", "cache_write_5m": "cache_write_mtok",
    "cache_write_1h": "cache_write_1h_mtok", "cache_read": "cache_read_mtok",
}  # fmt: skip
#: Where we know better: (model, class, over) -> why.
DIFFERENCES = {
    ("claude-sonnet-4-5", name, 200_000): "their price of longer prompts is of a beta that ended on 2026-04-30"
    for name in CLASSES
}
#: Of limited availability, or too new for them: priced as the provider's page says.
THEY_LACK = {"claude-mythos-5", "claude-mythos-5-1"}


def fields(record):
    """Return {field: text} of a data record, and of a reference its id."""
    return {field.get("name"): field.text or field.get("ref") for field in record.iter("field")}


@pytest.fixture(scope="module")
def seed():
    """Return ({model id: fields}, [Rate], [fields of a price])."""
    root = etree.parse(DATA)
    models = {record.get("id"): fields(record) for record in root.iterfind("record[@model='l10n_cl_ai.model']")}
    prices = [fields(record) for record in root.iterfind("record[@model='l10n_cl_ai.price']")]
    rates = [
        Rate(
            models[price["model_id"]]["name"],
            date.fromisoformat(price["valid_from"]),
            int(price.get("prompt_threshold", 0)),
            **{name: Decimal(price[f"{name}_usd"]) for name in CLASSES},
        )
        for price in prices
    ]
    return {values["name"]: values for values in models.values()}, rates, prices


def their_models():
    return next(provider for provider in theirs.providers if provider.id == "anthropic").models


def their_price(model, day):
    """Return {(class, over): price} of a model of theirs."""
    price, found = model.get_prices(datetime.combine(day, time())), {}
    for ours, name in CLASSES.items():
        value = getattr(price, name)
        if isinstance(value, TieredPrices):
            found[ours, 0] = value.base
            found |= {(ours, tier.start): tier.price for tier in value.tiers}
        elif value is not None:
            found[ours, 0] = value
    return found


def test_every_model_has_a_price_today_with_its_source(seed):
    models, rates, prices = seed
    book = Prices(rates)
    for name in models:
        assert book.cost(name, Usage(1, 1, 1, 1, 1), TODAY) > 0
    assert all(len(price["source"]) > 20 for price in prices)


def test_our_prices_are_theirs_but_where_we_know_better(seed):
    models, rates, _prices = seed
    book, differing = Prices(rates), {}
    for name in models.keys() - THEY_LACK:
        model = next(model for model in their_models() if model.is_match(name))
        ours = {(kind, rate.threshold): getattr(rate, kind) for rate in book.rates(name, TODAY) for kind in CLASSES}
        for key, price in their_price(model, TODAY).items():
            if ours.get(key) != price:
                differing[(name, *key)] = (ours.get(key), price)
    assert differing.keys() == DIFFERENCES.keys(), differing


def test_what_they_lack_is_what_we_say(seed):
    models, _rates, _prices = seed
    assert {name for name in models if not any(model.is_match(name) for model in their_models())} == THEY_LACK


def test_a_price_that_changed_is_still_known(seed):
    """They keep no history of Sonnet 5.5: its cache was read at twice the price until 2026-10-06."""
    _models, rates, _prices = seed
    book, read = Prices(rates), Usage(cache_read=1_000_000)
    assert book.cost("claude-sonnet-5-5", read, date(2026, 10, 6)) == Decimal("0.20")
    assert book.cost("claude-sonnet-5-5", read, date(2026, 10, 7)) == Decimal("0.10")


def test_their_batch_price_is_half_of_every_class(seed):
    """What we compute for all models they list for some."""
    models, rates, _prices = seed
    book, compared = Prices(rates), 0
    for name in models.keys() - THEY_LACK:
        model = next(model for model in their_models() if model.is_match(name))
        for variant in model.price_variants or ():
            if variant.when == {"processing": "batch"}:
                compared += 1
                for kind, attribute in CLASSES.items():
                    price = getattr(variant.prices, attribute)
                    price = price.base if isinstance(price, TieredPrices) else price
                    assert book.cost(name, Usage(**{kind: 1000}), TODAY, batch=True) == price / 1000, (name, kind)
    assert compared > 3

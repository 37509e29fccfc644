"""What a call costs: exactly when its usage is known, at most before it is made.

All money is USD in :class:`~decimal.Decimal`, never float; all counts are the provider's tokens.
"""

import json
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from datetime import date
from decimal import ROUND_UP, Context, Decimal, localcontext
from typing import Any, Self

#: Of a USD: a token at a rate of six decimals a million is 12 decimals, so nothing is lost by it.
_FINEST = Decimal(1).scaleb(-12)
#: Tokens no call has: what is beyond is no count, and has no place in the ledger.
_MOST = 2**31
_MILLION = Decimal(1_000_000)
#: The provider bills every token class of a Message Batch at half its price.
_BATCH = Decimal("0.5")
#: A context of our own: a caller's lower precision must not round our money.
_EXACT = Context(prec=60, rounding=ROUND_UP)

#: Tokens the provider adds around what we send: its own prompts for tools (up to some 700 tokens in its
#: tables) and for a structured answer, once a request; and role marks and separators, once a piece.
OVERHEAD_REQUEST = 1024
OVERHEAD_PIECE = 32

#: Blocks whose tokens their bytes do not bound: a compressed picture or file can be worth more.
_NOT_TEXT = frozenset({"base64", "url", "file"})


class UnknownPrice(LookupError):
    """No price is known for a model that day: the call must not be made."""


@dataclass(frozen=True)
class Usage:
    """Tokens of one call, each counted in one class only.

    :param input: neither written to nor read from the prompt cache
    :param output: thinking included
    :param thinking: of ``output``, for show: never charged twice
    """

    input: int = 0
    output: int = 0
    cache_write_5m: int = 0
    cache_write_1h: int = 0
    cache_read: int = 0
    thinking: int = 0

    @classmethod
    def from_api(cls, usage: Any, ttl: str = "5m") -> Self:
        """Return the usage of a provider's message, an SDK object or a dict; what is missing counts 0.

        :param ttl: the cache class ("5m", "1h") of writes the provider did not divide by class
        :raises ValueError: a count is no whole number, or negative
        """
        split = _get(usage, "cache_creation")
        short = _count(split, "ephemeral_5m_input_tokens")
        long = _count(split, "ephemeral_1h_input_tokens")
        undivided = max(0, _count(usage, "cache_creation_input_tokens") - short - long)
        return cls(
            input=_count(usage, "input_tokens"),
            output=_count(usage, "output_tokens"),
            cache_write_5m=short + (undivided if ttl != "1h" else 0),
            cache_write_1h=long + (undivided if ttl == "1h" else 0),
            cache_read=_count(usage, "cache_read_input_tokens"),
            thinking=_count(_get(usage, "output_tokens_details"), "thinking_tokens"),
        )

    @property
    def prompt(self) -> int:
        """Tokens of the whole prompt: what a price threshold is about."""
        return self.input + self.cache_write_5m + self.cache_write_1h + self.cache_read

    @property
    def total(self) -> int:
        """Tokens of prompt and answer."""
        return self.prompt + self.output

    def __add__(self, other: "Usage") -> "Usage":
        if not isinstance(other, Usage):
            return NotImplemented
        return Usage(*(getattr(self, f.name) + getattr(other, f.name) for f in fields(Usage)))


def _get(holder: Any, name: str) -> Any:
    if isinstance(holder, Mapping):
        return holder.get(name)
    return getattr(holder, name, None)


def _count(holder: Any, name: str) -> int:
    value = _get(holder, name)
    if value is None:
        return 0
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value < _MOST:
        raise ValueError(f"{name} is no count of tokens: {value!r:.40}")
    return value


@dataclass(frozen=True)
class Rate:
    """Prices of a model from a day on, for prompts of more than ``threshold`` tokens.

    :param threshold: tokens of the whole prompt; above it this rate holds for every token of the call
    :param input: USD per million tokens, as are all that follow
    """

    model: str
    valid_from: date
    threshold: int
    input: Decimal
    output: Decimal
    cache_write_5m: Decimal
    cache_write_1h: Decimal
    cache_read: Decimal

    def charge(self, usage: Usage) -> Decimal:
        """Return USD × 10⁶ of a usage. Thinking is inside the output, so it has no price of its own."""
        return (
            self.input * usage.input
            + self.output * usage.output
            + self.cache_write_5m * usage.cache_write_5m
            + self.cache_write_1h * usage.cache_write_1h
            + self.cache_read * usage.cache_read
        )

    def dearest_input(self, prompt_cache: str | None) -> Decimal:
        """Return the highest price a prompt's token can have when asked for this cache (None, "5m", "1h")."""
        rates = [self.input, self.cache_read]
        if prompt_cache:
            rates.append(self.cache_write_5m)
        if prompt_cache == "1h":
            rates.append(self.cache_write_1h)
        return max(rates)


class Prices:
    """A price book.

    :raises ValueError: two rates for one model, day and threshold, or a price below zero
    """

    def __init__(self, rates: Iterable[Rate]) -> None:
        self._rates: dict[str, list[Rate]] = {}
        seen = set()
        for rate in sorted(rates, key=lambda rate: rate.valid_from):
            key = (rate.model, rate.valid_from, rate.threshold)
            if key in seen:
                raise ValueError(f"two prices for {rate.model} from {rate.valid_from} over {rate.threshold}")
            if any(getattr(rate, f.name) < 0 for f in fields(Rate) if f.type is Decimal):
                raise ValueError(f"a negative price for {rate.model}")
            seen.add(key)
            self._rates.setdefault(rate.model, []).append(rate)

    def rates(self, model: str, day: date) -> list[Rate]:
        """Return what holds that day, lowest threshold first; the first is for any prompt.

        Of each threshold the newest: a new base price alone does not lift the price of long prompts.

        :raises UnknownPrice: nothing is known for prompts of any size
        """
        newest = {rate.threshold: rate for rate in self._rates.get(model, ()) if rate.valid_from <= day}
        if 0 not in newest:
            raise UnknownPrice(f"no price for {model} on {day}")
        return [newest[threshold] for threshold in sorted(newest)]

    def cost(self, model: str, usage: Usage, day: date, batch: bool = False) -> Decimal:
        """Return the exact USD of a usage.

        :param day: of the price: the day the call was admitted
        :raises UnknownPrice: see :meth:`rates`
        """
        rate = [rate for rate in self.rates(model, day) if not rate.threshold or usage.prompt > rate.threshold][-1]
        with localcontext(_EXACT):
            return _usd(rate.charge(usage), batch)

    def estimate(
        self,
        model: str,
        day: date,
        input_tokens: int,
        max_tokens: int,
        prompt_cache: str | None = None,
        batch: bool = False,
    ) -> Decimal:
        """Return the most USD a call can cost whose prompt and answer have at most so many tokens.

        :param input_tokens: bound of the whole prompt, cached or not
        :param prompt_cache: the cache class asked for: a token written to it costs more
        :raises UnknownPrice: see :meth:`rates`
        """
        reachable = [rate for rate in self.rates(model, day) if not rate.threshold or input_tokens > rate.threshold]
        with localcontext(_EXACT):
            return _usd(
                max(rate.dearest_input(prompt_cache) * input_tokens + rate.output * max_tokens for rate in reachable),
                batch,
            )


def _usd(millionths: Decimal, batch: bool) -> Decimal:
    return (millionths / _MILLION * (_BATCH if batch else 1)).quantize(_FINEST)


def input_bound(*pieces: str | Mapping[str, Any]) -> int:
    """Return a number of tokens that a request of these texts, turns, tools and schemas can't exceed.

    A token of a byte-level tokenizer is at least one byte, of the text as it is or of its compatible form
    (NFKC), to which a tokenizer may bring it and which can be longer. A real count is a third to a quarter.

    :raises ValueError: a picture or file, which its bytes do not bound
    """
    return OVERHEAD_REQUEST + sum(OVERHEAD_PIECE + _size(_written(piece)) for piece in pieces)


def _written(piece: str | Mapping[str, Any]) -> str:
    if isinstance(piece, str):
        return piece
    _refuse_files(piece)
    return json.dumps(piece, ensure_ascii=False)


def _refuse_files(value: Any) -> None:
    """Raise ValueError when a block of other than text is inside. Iterative: a dialogue may be nested deep."""
    queue = [value]
    while queue:
        value = queue.pop()
        if isinstance(value, Mapping):
            source = value.get("source")
            if isinstance(source, Mapping) and source.get("type") in _NOT_TEXT:
                raise ValueError("a picture or file has no bound in tokens")
            queue.extend(value.values())
        elif isinstance(value, list | tuple):
            queue.extend(value)


def _size(text: str) -> int:
    # A lone surrogate can't be sent; whoever sends it finds out, counting it is not the place to fail.
    as_is = len(text.encode("utf-8", "surrogatepass"))
    if text.isascii():
        return as_is
    return max(as_is, len(unicodedata.normalize("NFKC", text).encode("utf-8", "surrogatepass")))

"""What must outlive the process of a question in a batch until its answer comes, as plain JSON: no key in it."""

from collections.abc import Mapping
from dataclasses import astuple, dataclass, fields
from datetime import date
from decimal import Decimal
from typing import Any

from .asked import Ticket, is_simulated
from .cost import Prices, Rate, Usage

_KNOWN_VERSION = 1


@dataclass(frozen=True, kw_only=True)
class Kept:
    """A question in a batch.

    :param custom_id: what the provider calls it; of an equal question in the same batch, that one's
    :param token: of its row in the ledger
    :param follows: an equal question is asked in its place: nothing is reserved for it
    :param key: of the cache, hexadecimal; None where the answer may not be kept
    :param estimate: USD reserved
    :param rates: prices of the model on the day it was admitted
    :param originals: what stands for what in the masked text. Private: delete it with the answer
    """

    custom_id: str
    token: str
    follows: bool
    request_id: int | None
    key: str | None
    model: str
    max_tokens: int
    input_bound: int
    prompt_cache: str | None
    estimate: Decimal
    day: date
    rates: tuple[Rate, ...]
    company_id: int
    user_id: int
    feature: str
    prompt_version: str
    ttl: int
    res_model: str | None
    res_id: int | None
    originals: Mapping[str, str]
    keep_content: bool
    simulated: bool
    admit_ms: float | None

    @classmethod
    def of(cls, ticket: Ticket, custom_id: str) -> "Kept":
        """Return what to keep of a ticket. :param custom_id: whose answer it waits for"""
        plan, call = ticket.asked.plan, ticket.call
        return cls(
            custom_id=custom_id, token=ticket.token.hex, follows=custom_id != ticket.token.hex,
            request_id=ticket.request_id, key=ticket.key.hex() if ticket.key else None, model=call.model,
            max_tokens=call.max_tokens, input_bound=ticket.input_bound, prompt_cache=call.prompt_cache,
            estimate=ticket.estimate, day=plan.day, rates=tuple(plan.prices.rates(call.model, plan.day)),
            company_id=plan.company_id, user_id=plan.user_id, feature=plan.feature,
            prompt_version=plan.prompt_version, ttl=plan.ttl, res_model=plan.res_model, res_id=plan.res_id,
            originals=ticket.asked.masker.originals, keep_content=plan.keep_content,
            simulated=is_simulated(call), admit_ms=ticket.admit_ms,
        )  # fmt: skip

    def to_json(self) -> dict[str, Any]:
        """Return it as a JSON value; amounts and days are texts."""
        plain = {one.name: getattr(self, one.name) for one in fields(self)}
        rates = [[str(part) for part in astuple(rate)] for rate in self.rates]
        return {**plain, "estimate": str(self.estimate), "day": self.day.isoformat(), "rates": rates,
                "originals": dict(self.originals), "version": _KNOWN_VERSION}  # fmt: skip

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> "Kept":
        """Return what :meth:`to_json` wrote.

        :raises ValueError: another version of this addon wrote it
        """
        if value.get("version") != _KNOWN_VERSION:
            raise ValueError("a ticket of another version")
        given = {one.name: value[one.name] for one in fields(cls)}
        return cls(**{
            **given, "estimate": Decimal(value["estimate"]), "day": date.fromisoformat(value["day"]),
            "rates": tuple(_rate(*parts) for parts in value["rates"]),
        })  # fmt: skip

    def cost(self, usage: Usage) -> Decimal:
        """Return the exact USD of a usage in a batch, at the prices of its day."""
        return Prices(self.rates).cost(self.model, usage, self.day, batch=True)


def _rate(model: str, valid_from: str, threshold: str, *usd: str) -> Rate:
    return Rate(model, date.fromisoformat(valid_from), int(threshold), *map(Decimal, usd))

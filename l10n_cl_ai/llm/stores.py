"""Where the gateway remembers."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import psycopg2

_logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Stores:
    """PostgreSQL, or Redis before it, but for the budget (with its ledger)."""

    cache: Any
    flights: Any
    limiter: Any
    breaker: Any
    budget: Any


def after_the_call(what: str, done: Callable[..., Any], *args: Any) -> Any:
    """Do what may fail without the answer being lost, which is there and paid for: a failure is logged.

    What it leaves behind heals by itself: reservations are swept at their estimate, claims and probes have leases.
    """
    try:
        return done(*args)
    except psycopg2.Error:
        _logger.exception("after a call: could not %s", what)
        return None

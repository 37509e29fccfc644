"""What most gateways do: look whether the money is there, then write that it is used. The same tables, our peer."""

from . import plain  # noqa: F401 - makes the addon's pure packages importable

# isort: split
from l10n_cl_ai.llm.postgres.budget import OverBudget, Reserved
from l10n_cl_ai.llm.postgres.door import Door, Statement

_OPEN = Statement(
    "naive_open",
    "INSERT INTO l10n_cl_ai_budget_counter (budget_id, company_id, period_start, limit_usd) VALUES ($1, 1, $2, $3)"
    " ON CONFLICT DO NOTHING",
    ("integer", "date", "numeric"),
)
_LOOK = Statement(
    "naive_look",
    "SELECT id, spent, reserved FROM l10n_cl_ai_budget_counter WHERE budget_id = $1 AND period_start = $2",
    ("integer", "date"),
)
_TAKE = Statement(
    "naive_take", "UPDATE l10n_cl_ai_budget_counter SET reserved = reserved + $2 WHERE id = $1", ("integer", "numeric")
)
_WRITE = Statement(
    "naive_write",
    "INSERT INTO l10n_cl_ai_request (token, company_id, user_id, feature, state, reserved, counter_ids, lease_until)"
    " VALUES ($1, 1, $2, 'naive', 'running', $3, $4, clock_timestamp() AT TIME ZONE 'UTC') RETURNING id",
    ("uuid", "integer", "numeric", "integer[]"),
)
_BOOK = Statement(
    "naive_book",
    "UPDATE l10n_cl_ai_budget_counter SET reserved = reserved - $2, spent = spent + $3 WHERE id = $1",
    ("integer", "numeric", "numeric"),
)
_DONE = Statement(
    "naive_done",
    "UPDATE l10n_cl_ai_request SET state = 'done', settled_at = now(), cost = $2 WHERE token = $1"
    " AND state = 'running' RETURNING reserved, counter_ids",
    ("uuid", "numeric"),
)


class NaiveBudget:
    """Check, then act: right as long as nobody else is in between, and nobody dies."""

    def __init__(self, door: Door):
        self._door = door

    def reserve(self, entry, limits, amount, lease):
        seen = []
        for limit in limits:
            self._door.run(_OPEN, (limit.budget_id, limit.period_start, limit.limit))
            [(counter, spent, reserved)] = self._door.run(_LOOK, (limit.budget_id, limit.period_start))
            if spent + reserved + amount > limit.limit:
                return OverBudget(limit.budget_id, limit.name, limit.limit, spent, reserved)
            seen.append(counter)
        for counter in seen:
            self._door.run(_TAKE, (counter, amount))
        [(request_id,)] = self._door.run(_WRITE, (str(entry.token), entry.user_id, amount, seen))
        return Reserved(request_id, tuple(seen))

    def settle(self, token, settlement) -> bool:
        done = self._door.run(_DONE, (str(token), settlement.cost))
        for reserved, counters in done:
            for counter in counters:
                self._door.run(_BOOK, (counter, reserved, settlement.cost))
        return bool(done)

    def sweep(self) -> int:
        """Nobody thinks of the dead."""
        return 0

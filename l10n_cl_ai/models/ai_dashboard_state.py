"""What the panel says of now: budgets, breakers, and what waits."""

from collections import defaultdict
from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL

from ..llm.postgres.breaker import WINDOW
from ..llm.tier import Lost
from .ai_batch import OPEN as BATCH_OPEN
from .ai_budget import ALERT_PERCENT
from .ai_gateway import _engine
from .ai_queued import OPEN

#: Months shown beside their budget.
MONTHS = 12


class AiDashboard(models.AbstractModel):
    _inherit = "l10n_cl_ai.dashboard"

    @api.model
    def _state(self, companies, budgets, simulated):
        return {
            "budgets": budgets,
            "months": self._months(companies, budgets, simulated),
            "breakers": self._breakers(),
            "queues": self._waiting(companies),
            "running": self._running(companies),
        }

    # -- budgets ---------------------------------------------------------------------------------------

    def _budgets(self, companies, simulated):
        """Return the budgets that hold for a whole company, or its safe default, as they stand now.

        :param simulated: what a stand-in answered, which is counted apart by the same limits
        """
        # sudo: l10n_cl_ai.budget - an administrator sees the limits of companies whose panel he may see
        budgets = self.env["l10n_cl_ai.budget"].sudo()
        domain = [("company_id", "in", companies.ids), ("user_id", "=", False), ("feature_id", "=", False)]
        own = budgets.search(domain)
        counted = own._usage(simulated)
        rows = [
            {
                **self._budget(one.company_id, one.period, one.limit_usd,
                               *counted.get((one.id, one.period_start), (0.0, 0.0))),
                "alert": one.alert_percent,
            }
            for one in own
        ]
        for company in companies - own.company_id:
            limits = budgets._default_limits(company, budgets._today(company))
            used = self._default_usage(limits, simulated)
            for limit in limits:
                period = budgets._default_period(limit.budget_id)
                usage = used.get((limit.budget_id, limit.period_start), (0.0, 0.0))
                rows.append({**self._budget(company, period, float(limit.limit), *usage), "default": True})
        return sorted(rows, key=lambda row: (row["company_id"], row["period"]))

    def _budget(self, company, period, limit, spent, reserved):
        return {
            "company_id": company.id,
            "company": company.name,
            "period": period,
            "limit": limit,
            "spent": spent,
            "reserved": reserved,
            "percent": 100 * (spent + reserved) / limit if limit else 100.0,
            "alert": ALERT_PERCENT,
            "default": False,
        }

    def _default_usage(self, limits, simulated):
        rows = self.env.execute_query(
            SQL(
                "SELECT budget_id, period_start, spent, reserved FROM l10n_cl_ai_budget_counter"
                " WHERE budget_id = ANY(%s) AND simulated = %s",
                [limit.budget_id for limit in limits],
                simulated,
            )
        )
        return {(budget_id, start): (spent, reserved) for budget_id, start, spent, reserved in rows}

    def _counted(self, companies, period, since, simulated):
        """Return {(company id, first day of the period): (USD spent, limit)} as the budgets have counted it.

        Where a company had the safe default for a part of a period, both have counted a part; its own limit is told.
        """
        rows = self.env.execute_query(
            SQL(
                """
                SELECT c.company_id, c.period_start, c.spent, c.limit_usd
                  FROM l10n_cl_ai_budget_counter c LEFT JOIN l10n_cl_ai_budget b ON b.id = c.budget_id
                 WHERE c.company_id = ANY(%(companies)s) AND c.period_start >= %(since)s
                   AND c.simulated = %(simulated)s
                   AND CASE WHEN c.budget_id < 0 THEN (c.budget_id %% 2 <> 0) = %(monthly)s
                            ELSE b.period = %(period)s AND b.user_id IS NULL AND b.feature_id IS NULL END
                 ORDER BY c.budget_id > 0
                """,
                companies=list(companies), since=since, simulated=simulated, monthly=period == "month", period=period,
            )
        )  # fmt: skip
        found = {}
        for company, start, spent, limit in rows:
            before = found.get((company, start), (0.0, None))[0]
            found[company, start] = before + spent, limit
        return found

    def _months(self, companies, budgets, simulated):
        """Return what the budgets counted by month, the oldest first; months before the first are left out."""
        today = self.env["l10n_cl_ai.budget"]._today(companies[:1])
        starts, start = [], today.replace(day=1)
        for _month in range(MONTHS):
            starts.insert(0, start)
            start = (start - timedelta(days=1)).replace(day=1)
        counted = self._counted(companies.ids, "month", starts[0], simulated)
        now = _limits_now(budgets, "month")
        known = min((start for _company, start in counted), default=starts[-1])
        return [self._sum(companies, start, counted, now) for start in starts if start >= known]

    def _sum(self, companies, start, counted, now):
        """Return what companies spent in a period, and their limits: today's where they spent nothing."""
        parts = [counted.get((company.id, start), (0.0, now.get(company.id))) for company in companies]
        limits = [limit for _spent, limit in parts]
        return {
            "start": start,
            "spent": sum(spent for spent, _limit in parts),
            # A company without a limit for that period makes the sum none.
            "limit": None if None in limits else sum(limits),
        }

    def _day_limits(self, ledger, budgets, simulated):
        """Return {day: USD that the companies might spend that day, or None}."""
        companies = self.env["res.company"].browse(ledger.company_ids)
        counted = self._counted(companies.ids, "day", ledger.days[0].day, simulated)
        now = _limits_now(budgets, "day")
        return {one.day: self._sum(companies, one.day, counted, now)["limit"] for one in ledger.days}

    # -- the provider ----------------------------------------------------------------------------------

    def _breakers(self):
        """Return the models whose provider fails, and whether Redis knows of it: ``off``, ``up`` or ``down``."""
        redis = self.env["l10n_cl_ai.gateway"]._redis_state()
        if redis == "up":
            try:
                return {"redis": redis, "models": self._breakers_in_redis()}
            except Lost:
                redis = "down"
        return {"redis": redis, "models": self._breakers_here()}

    def _breakers_in_redis(self):
        """:raises Lost: when Redis is"""
        keys = self.env["l10n_cl_ai.metrics"]._breaker_keys()
        found = _engine(self.env).stores.breaker.health(sorted(keys))
        return [
            {
                "model": keys[key],
                "state": "faults" if one.state == "closed" else one.state,
                "until": one.until and one.until.replace(microsecond=0),
                "faults": one.faults,
            }
            for key, one in found.items()
            if one.state != "closed" or one.faults
        ]

    def _breakers_here(self):
        """Return what PostgreSQL knows: of all where there is no Redis, and what came about since it was lost."""
        rows = self.env.execute_query(
            SQL(
                """
                SELECT key, open_until IS NOT NULL,
                       open_until > (extract(epoch FROM clock_timestamp()) * 1000000)::bigint,
                       to_timestamp(open_until / 1e6) AT TIME ZONE 'UTC',
                       (SELECT count(*) FROM unnest(outcomes) o
                         WHERE o > (extract(epoch FROM clock_timestamp()) * 1000000)::bigint - %s)
                  FROM l10n_cl_ai_breaker ORDER BY key
                """,
                WINDOW * 1_000_000,
            )
        )
        return [
            {
                "model": key.rpartition("|")[2],
                "state": "open" if still else "half_open" if tripped else "faults",
                "until": until,
                "faults": faults,
            }
            for key, tripped, still, until, faults in rows
            if tripped or faults
        ]

    # -- what waits ------------------------------------------------------------------------------------

    def _waiting(self, companies):
        """Return what is in the queues and at the provider in batches, where there is anything."""
        now, rows = fields.Datetime.now(), []
        for name in self.env["l10n_cl_ai.queued"]._queues():
            # sudo: queues - counts of companies whose panel the user may see
            queue = self.env[name].sudo()
            domain = [("company_id", "in", companies.ids), ("state", "in", OPEN)]
            found = defaultdict(int)
            oldest = None
            for state, count, since in queue._read_group(domain, ["state"], ["__count", "create_date:min"]):
                found[state] = count
                oldest = since if state == "queued" else oldest
            if found:
                minutes = int((now - oldest).total_seconds() // 60) if oldest else 0
                rows.append(self._queue(queue, domain, found["queued"], found["running"], minutes))
        return rows + self._batches(companies)

    def _batches(self, companies):
        # sudo: l10n_cl_ai.batch - counts, as above
        batches = self.env["l10n_cl_ai.batch"].sudo()
        domain = [("company_id", "in", companies.ids), ("state", "in", BATCH_OPEN)]
        [(count, total, done)] = batches._read_group(domain, [], ["__count", "total:sum", "done:sum"])
        return [{**self._queue(batches, domain, (total or 0) - (done or 0), count, 0), "batch": True}] if count else []

    def _queue(self, model, domain, queued, running, minutes):
        return {
            "model": model._name,
            "name": self.env["ir.model"]._get(model._name).name,
            "queued": queued,
            "running": running,
            "minutes": minutes,
            "batch": False,
            "domain": domain,
            "can_open": model.sudo(False).has_access("read"),
        }

    def _running(self, companies):
        """Return the questions under way now, whenever they were asked, and the USD set aside for them."""
        [(asks, reserved)] = self.env.execute_query(
            SQL(
                "SELECT count(*), coalesce(sum(reserved), 0) FROM l10n_cl_ai_request"
                " WHERE state = 'running' AND company_id = ANY(%s)",
                companies.ids,
            )
        )
        domain = [("company_id", "in", companies.ids), ("state", "=", "running")]
        return {"asks": asks, "reserved": reserved, "domain": domain}


def _limits_now(budgets, period):
    """Return {company id: USD}."""
    return {row["company_id"]: row["limit"] for row in budgets if row["period"] == period}

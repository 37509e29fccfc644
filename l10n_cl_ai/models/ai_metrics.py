"""What Prometheus is told: computed from the database, so true with any number of workers and hosts."""

import hashlib
import hmac
import secrets
import time
from decimal import Decimal

from odoo import api, models
from odoo.tools import SQL

from ..llm.exposition import Family, render
from ..llm.metrics import Line, Names, ledger_families
from ..llm.postgres import totals

#: SHA-256 of the token, in hexadecimal. The token has 256 random bits: it needs neither salt nor a slow hash.
TOKEN = "l10n_cl_ai.metrics_token"
#: Statements of one run of the cron: it must end before Odoo ends it, and what is left is added the next time.
_ROUNDS = 250
#: Companies looked at; fewer are told by name.
_COMPANIES = 500


class AiMetrics(models.AbstractModel):
    """Read by :mod:`..controllers.observe` as root, for who has the token. Nothing here writes but the token's own."""

    _name = "l10n_cl_ai.metrics"
    _description = "Metrics of the AI"

    # -- token ---------------------------------------------------------------------------------------

    def _make_token(self):
        """Make a token in place of any before; return it. It is shown once: what is kept does not tell it."""
        token = f"l10n-cl-ai-{secrets.token_urlsafe(32)}"
        # sudo: ir.config_parameter - who calls has checked who asks
        self.env["ir.config_parameter"].sudo().set_param(TOKEN, _digest(token))
        return token

    def _remove_token(self):
        # sudo: ir.config_parameter - who calls has checked who asks
        self.env["ir.config_parameter"].sudo().set_param(TOKEN, False)

    def _has_token(self):
        # sudo: ir.config_parameter - whether there is one
        return bool(self.env["ir.config_parameter"].sudo().get_param(TOKEN))

    def _is_token(self, text):
        """Whether a text is the token. Takes as long for any."""
        # sudo: ir.config_parameter - compared, not shown
        kept = self.env["ir.config_parameter"].sudo().get_param(TOKEN) or ""
        return bool(kept) and hmac.compare_digest(_digest(text).encode(), kept.encode())

    # -- scrape --------------------------------------------------------------------------------------

    def _scrape(self):
        """Return the metrics as text. All of them are of one snapshot: the transaction's."""
        start = time.monotonic()
        lines = self._lines()
        names = Names(lines)
        families = [*self._families(lines, names)]
        took = Family("l10n_cl_ai_scrape_seconds", "gauge", "Time it took to compute these metrics.")
        took.add(round(time.monotonic() - start, 6))
        return render([*families, took])

    def _lines(self):
        """Return the ledger's sums, of totals and what they lack yet."""
        rows = self.env.execute_query(SQL(totals.READ))
        return [Line(*row[:7], Decimal(row[7]), row[8]) for row in rows]

    def _families(self, lines, names):
        """Return all metrics. Another addon adds its own to these."""
        ledger = ledger_families(lines, names, self._companies().ids)
        waiting = self._gauges_unsettled(names, ledger["l10n_cl_ai_swept_total"])
        return [*ledger.values(), *waiting, *self._gauges(names)]

    def _gauges(self, names):
        """Return what is so at this moment; see :mod:`.ai_metrics_gauges`."""
        return []

    def _gauges_unsettled(self, names, swept):
        """Return the ledger's rows that are not final: under way, or charged for want of a word.

        :param swept: the counter that those of them have begun to count in
        """
        reserved = Family("l10n_cl_ai_reserved_usd", "gauge", "US dollars reserved by questions under way.")
        count = Family("l10n_cl_ai_reservations_open", "gauge", "Questions under way.")
        expired = Family(
            "l10n_cl_ai_reservations_expired", "gauge", "Questions whose worker died, not swept yet.")
        charged = Family(
            "l10n_cl_ai_unconfirmed_usd", "gauge", "US dollars charged at the estimate, for want of a word.")
        lack = Family("l10n_cl_ai_uncounted_rows", "gauge", "Rows of the ledger that the totals do not hold yet.")
        for company, feature, running, n, late, usd in self.env.execute_query(SQL(_UNSETTLED)):
            labels = {"company": names.of("company", company), "feature": names.of("feature", feature)}
            if running:
                count.add(n, **labels)
                reserved.add(Decimal(usd), **labels)
                expired.add(late, **labels)
            else:
                swept.add(n, company=labels["company"])
                charged.add(Decimal(usd), **labels)
        [(uncounted,)] = self.env.execute_query(SQL(_UNCOUNTED))
        lack.add(uncounted)
        return [count, reserved, expired, charged, lack]

    # -- costs ---------------------------------------------------------------------------------------

    def _costs(self):
        """Return what was asked and cost today and this month, in all, by company and by feature.

        Amounts are USD as text, exact. Questions under way are not in it; of those whose worker died the estimate is.
        """
        rows, today = self._cost_rows(), self._today()
        return {
            "currency": "USD",
            "date": today.isoformat(),
            "today": self._costs_of(row for row in rows if row[0] == today),
            "month": self._costs_of(rows),
        }

    def _costs_of(self, rows):
        total, companies, features = _Sums(), {}, {}
        for _day, company, feature, *figures in rows:
            for sums in (total, companies.setdefault(company, _Sums()), features.setdefault(feature, _Sums())):
                sums.add(*figures)
        # sudo: res.company - names, for who has the token; a ledger may speak of a company that is no more
        called = {company.id: company.name for company in self.env["res.company"].sudo().browse(companies).exists()}
        return {
            **total.as_json(),
            "by_feature": {feature: sums.as_json() for feature, sums in sorted(features.items())},
            "by_company": [
                {"id": company, "name": called.get(company), **sums.as_json()}
                for company, sums in sorted(companies.items())
            ],
        }

    def _cost_rows(self):
        """Return (day in Chile, company id, feature, questions, USD, USD saved) of this month."""
        month = self._today().replace(day=1)
        rows = self.env.execute_query(SQL(totals.COSTS, month, month))
        return [(*row, Decimal(cost), Decimal(saved)) for *row, cost, saved in rows]

    def _companies(self):
        # sudo: res.company - ids and names, for who has the token
        return self.env["res.company"].sudo().search([], order="id", limit=_COMPANIES)

    def _today(self):
        return self.env["l10n_cl_ai.budget"]._today(self.env.company)

    # -- counting ------------------------------------------------------------------------------------

    @api.model
    def _cron_count(self):
        """Add what was settled since the last time to the totals."""
        door = self.env["l10n_cl_ai.gateway"]._door()
        for _round in range(_ROUNDS):
            [(counted,)] = door.run(totals.COUNT)
            if counted < totals.AT_ONCE:
                return


class _Sums:
    """Questions, and what they cost and saved."""

    def __init__(self):
        self.n, self.cost, self.saved = 0, Decimal(0), Decimal(0)

    def add(self, n, cost, saved):
        self.n, self.cost, self.saved = self.n + n, self.cost + cost, self.saved + saved

    def as_json(self):
        return {"requests": self.n, "cost": f"{self.cost:f}", "saved": f"{self.saved:f}"}


def _digest(token):
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()


_UNCOUNTED = "SELECT count(*) FROM l10n_cl_ai_request WHERE settled_at IS NOT NULL AND NOT counted"
# Each half has a small partial index to itself.
_UNSETTLED = """
    SELECT company_id, feature, true, count(*), count(*) FILTER (WHERE lease_until < now() AT TIME ZONE 'UTC'),
           sum(reserved)::text
      FROM l10n_cl_ai_request WHERE state = 'running' GROUP BY company_id, feature
     UNION ALL
    SELECT company_id, feature, false, count(*), 0, sum(cost)::text
      FROM l10n_cl_ai_request WHERE settled_at IS NULL AND state = 'done' GROUP BY company_id, feature
"""

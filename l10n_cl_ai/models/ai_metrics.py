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
        today = self._today()
        rows = self.env.execute_query(SQL(totals.READ, today=today, month=today.replace(day=1)))
        return [Line(*row[:7], Decimal(row[7]), row[8]) for row in rows]

    def _families(self, lines, names):
        """Return all metrics. Another addon adds its own to these."""
        companies = self._companies()
        return [*ledger_families(lines, names, companies).values(), *self._gauges(names, companies)]

    def _gauges(self, names, companies):
        """Return what is so at this moment beside the ledger; see :mod:`.ai_metrics_gauges`.

        :param companies: {id: name}
        """
        return []

    def _companies(self):
        """Return {id: name} of the companies, for who has the token."""
        return dict(self.env.execute_query(SQL("SELECT id, name FROM res_company ORDER BY id LIMIT %s", _COMPANIES)))

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
        called = self._companies()
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

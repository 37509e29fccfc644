"""A ledger made by hand, and the panel that managers see of it."""

from odoo.tests import freeze_time

from .common import NOW
from .ledger_common import LedgerCase

ALL = ("asks", "called", "answered", "cached", "waited", "failed", "errors", "limited", "running")


@freeze_time(NOW)
class DashboardCase(LedgerCase):
    """Now is 18 November, noon in Chile."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.manager.tz = "America/Santiago"
        cls.env.cr.execute("TRUNCATE l10n_cl_ai_request, l10n_cl_ai_day CASCADE")

    @classmethod
    def ask(cls, asked_at="2026-11-18 14:00:00", **values):
        """Write a row of the ledger: by default an answered question of today, of 0.25 USD."""
        base = {"asked_at": asked_at, "settled_at": asked_at, "attempts": 1, "call_ms": 1000.0, "first_token_ms": 300.0}
        return cls.row(**base | values)

    @classmethod
    def cached(cls, **values):
        return cls.ask(**{"status": "cached", "cost": 0, "saved": "0.25", "attempts": 0, "call_ms": None,
                          "first_token_ms": None, "wait_ms": 0.0} | values)  # fmt: skip

    @classmethod
    def refused(cls, reason, **values):
        base = {"status": "not_evaluated", "reason": reason, "cost": 0, "attempts": 0, "call_ms": None}
        return cls.ask(**base | {"first_token_ms": None} | values)

    def board(self, name="month", user=None, companies=None, **options):
        user = user or self.manager
        companies = companies or user.company_ids
        context = {"allowed_company_ids": companies.ids, "tz": user.tz, "lang": "en_US"}
        dashboard = self.env(user=user, context=context)["l10n_cl_ai.dashboard"]
        return dashboard.get_board(name, **options)

    def sum_up(self):
        """Do what the cron does, without its commits; return how many days have sums."""
        dashboard = self.env["l10n_cl_ai.dashboard"]
        dashboard._add_days()
        dashboard._sum_days(dashboard._days_to_sum())
        self.env.cr.execute("SELECT count(*) FROM l10n_cl_ai_day WHERE summed AND company_id = %s", [self.company.id])
        return self.env.cr.fetchone()[0]

"""Alerts over a real ledger: rows written past the ORM, as the gateway does, and the cron as Odoo runs it."""

from contextlib import nullcontext

from odoo import fields
from odoo.tests import HttpCase

from .ledger_common import LedgerCase


class AlertCase(LedgerCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.alerts = cls.env["l10n_cl_ai.alert"]
        cls.env.cr.execute("DELETE FROM l10n_cl_ai_request")  # the demo's

    def alert(self, kind, company=None):
        return self.alerts.search([("kind", "=", kind), ("company_id", "=", (company or self.company).id)])

    def measure(self):
        """Run the cron."""
        self.env.flush_all()
        # Tests in a browser are in that mode throughout.
        with nullcontext() if isinstance(self, HttpCase) else self.enter_registry_test_mode():
            self.env.ref("l10n_cl_ai.cron_measure").method_direct_trigger()
        self.env.invalidate_all()

    def ago(self, **span):
        return fields.Datetime.to_string(fields.Datetime.subtract(fields.Datetime.now(), **span))

    def rows(self, count, company=None, **values):
        """Write so many rows of the ledger, asked ten minutes ago."""
        values = {"asked_at": self.ago(minutes=10), "company_id": (company or self.company).id, "cost": "0", **values}
        for _number in range(count):
            self.row(**values)

    def empty(self):
        self.env.cr.execute("DELETE FROM l10n_cl_ai_request")

    def events(self, alert):
        return self.env["l10n_cl_ai.alert.event"].search([("alert_id", "=", alert.id)], order="id")

    def assertFires(self, kind, company=None):
        alert = self.alert(kind, company)
        self.measure()
        self.assertEqual(alert.state, "firing", f"{kind}: {alert.value} of {alert.threshold}")
        return alert

    def assertSilent(self, kind, company=None):
        alert = self.alert(kind, company)
        self.measure()
        self.assertTrue(alert.measured_at)
        self.assertFalse(alert.problem_since)
        self.assertEqual(alert.state, "quiet", f"{kind}: {alert.value} of {alert.threshold}")
        return alert

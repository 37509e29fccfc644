"""The panel in a real browser, on a generated month of traffic. axe-core looks on."""

from odoo import fields
from odoo.tests import tagged
from odoo.tools import SQL

from . import test_web_assistant
from .ledger_common import LedgerCase

#: Row ``n`` of a month: who asked what, when, and what came of it, by residues, so that each run has the same.
MONTH = (
    """
    INSERT INTO l10n_cl_ai_request (token, asked_at, settled_at, lease_until, company_id, user_id, feature, model,
           state, status, reason, cost, saved, attempts, wait_ms, call_ms, first_token_ms)
    SELECT gen_random_uuid(), moment, moment, moment, %(company)s, (%(users)s)[1 + n %% 3],
           (ARRAY['dte_review', 'chat', 'project_suggestion'])[1 + n %% 5 %% 3],
           (ARRAY['modelo-a', 'modelo-b'])[1 + n %% 2], 'done', kind,
           CASE WHEN kind = 'not_evaluated'
                THEN (ARRAY['unreachable', 'rate_limited', 'over_budget', 'deadline'])[1 + n / 13 %% 4] END,
           CASE WHEN kind = 'answered' THEN 0.004 + 0.0001 * (n %% 97) ELSE 0 END,
           CASE WHEN kind = 'cached' THEN 0.004 ELSE 0 END, CASE WHEN kind = 'answered' THEN 1 ELSE 0 END,
           CASE WHEN n %% 35 = 0 THEN 40 ELSE 0 END, CASE WHEN kind = 'answered' THEN 700 + 37 * (n %% 101) END,
           CASE WHEN kind = 'answered' THEN 250 + 11 * (n %% 53) END
      FROM (SELECT n, %(now)s::timestamp - n * interval '11 minutes' AS moment,
                   CASE WHEN n %% 13 = 0 THEN 'not_evaluated' WHEN n %% 5 = 0 THEN 'cached' ELSE 'answered' END AS kind
              FROM generate_series(1, 4500) n) rows
    """
)


@tagged("post_install_l10n", "post_install", "-at_install")
class TestDashboardWidgets(test_web_assistant.AxeCase):
    hoot = test_web_assistant.TestAssistantWidgets.hoot

    def test_desktop(self):
        self.hoot("desktop", "dashboard")

    def test_phone(self):
        self.browser_size, self.touch_enabled = "375x667", True
        self.hoot("mobile", "dashboard_phone")


@tagged("post_install_l10n", "post_install", "-at_install")
class TestDashboardTours(LedgerCase, test_web_assistant.AxeCase):
    def setUp(self):
        super().setUp()
        # OdooBot greets who is new, with a window over everything on a phone.
        self.manager.write({"odoobot_state": "disabled", "tz": "America/Santiago"})
        self.env.cr.execute("DELETE FROM l10n_cl_ai_request")
        self.company.currency_id.rate_ids.unlink()
        usd = {"currency_id": self.env.ref("base.USD").id, "company_id": self.company.id, "name": "2020-01-01"}
        self.env["res.currency.rate"].create({**usd, "rate": 1 / 950})

    def a_month(self):
        users = (self.user | self.colleague | self.manager).ids
        self.env.cr.execute(SQL(MONTH, company=self.company.id, users=users, now=fields.Datetime.now()))
        budgets = self.env["l10n_cl_ai.budget"].search([("company_id", "=", self.company.id)])
        for budget in budgets:
            self.counter(budget, spent="3.5", reserved="0.25")

    def look(self, name="l10n_cl_ai_dashboard"):
        self.start_tour("/odoo/ai-panel", name, login="gerente")

    def test_a_manager_looks_at_a_month(self):
        self.a_month()
        self.look()

    def test_in_the_dark(self):
        self.patch(type(self.env["ir.http"]), "color_scheme", lambda http: "dark")
        self.a_month()
        self.look()

    def test_on_a_phone(self):
        self.browser_size, self.touch_enabled = "375x667", True
        self.a_month()
        self.look("l10n_cl_ai_dashboard_phone")

    def test_before_anybody_asked(self):
        self.look("l10n_cl_ai_dashboard_empty")

"""What a stand-in answers holds to the same budgets, and takes nothing from what may be paid."""

import importlib.util
import uuid
from decimal import Decimal

from odoo.tests import freeze_time, tagged
from odoo.tools import file_path

from ..llm.postgres.budget import Budget, Limit, OverBudget, Reserved
from ..llm.postgres.ledger import Entry, Settlement
from .common import NOW
from .dashboard_common import DashboardCase
from .ledger_common import TODAY


@freeze_time(NOW)
@tagged("post_install_l10n", "post_install", "-at_install")
class TestSimulatedBudget(DashboardCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env.cr.execute("DELETE FROM l10n_cl_ai_budget_counter")
        cls.env["l10n_cl_ai.budget"].search([("company_id", "=", cls.company.id)]).unlink()
        cls.budget = cls.env["l10n_cl_ai.budget"].create(
            {"company_id": cls.company.id, "period": "month", "limit_usd": 10}
        )

    def spend(self, usd, simulated, settle=True):
        """Ask something that costs so much; return what the budget says."""
        money = Budget(self.door)
        entry = Entry(uuid.uuid4(), self.company.id, self.user.id, "dte_review", simulated=simulated)
        limit = Limit(self.budget.id, self.company.id, TODAY.replace(day=1), Decimal(10), "mes")
        said = money.reserve(entry, [limit], Decimal(usd), lease=60)
        if settle and isinstance(said, Reserved):
            money.settle(entry.token, Settlement(cost=Decimal(usd), status="answered", simulated=simulated))
        self.env.invalidate_all()
        self.assertEqual(money.audit(), [])
        return said

    def test_neither_takes_from_the_other_and_both_hold(self):
        for simulated in (True, False):
            self.assertIsInstance(self.spend(9, simulated), Reserved)
        for simulated in (True, False):
            said = self.spend(2, simulated)
            self.assertIsInstance(said, OverBudget)
            self.assertEqual((said.spent, said.limit), (9, 10))
        self.assertEqual((self.budget.spent, self.budget.simulated, self.budget.left), (9, 9, 1))

    def test_nobody_is_told_of_dollars_that_nobody_paid(self):
        self.spend(9, simulated=True)
        self.refused("over_budget", refused_by=self.budget.id, simulated=True)
        self.assertFalse(self.budget._due_alerts())
        self.spend(8, simulated=False)
        [alert] = self.budget._due_alerts()
        self.assertEqual((alert.level, alert.spent), (80, 8))

    def test_the_panel_shows_each_beside_its_like(self):
        self.spend(9, simulated=True)
        self.spend(2, simulated=False)
        for simulated, spent in ((False, 2), (True, 9)):
            with self.subTest(simulated=simulated):
                board = self.board(simulated=simulated)
                self.assertEqual([row["spent"] for row in board["budgets"]], [spent])
                self.assertEqual([row["spent"] for row in board["months"]], [spent])

    def test_metrics_tell_what_was_paid(self):
        self.spend(9, simulated=True)
        self.spend(2, simulated=False)
        self.env.cr.execute("SELECT count(*) FROM l10n_cl_ai_budget_counter WHERE budget_id = %s", [self.budget.id])
        self.assertEqual(self.env.cr.fetchone()[0], 2)
        text = self.env["l10n_cl_ai.metrics"]._scrape()
        lines = [line for line in text.splitlines() if line.startswith("l10n_cl_ai_budget_used_ratio{")
                 and f'company="{self.company.id}"' in line]  # fmt: skip
        self.assertEqual([line.rpartition(" ")[2] for line in lines], ["0.2"])

    def test_an_older_database_gets_counters_for_both(self):
        self.spend(4, simulated=False)
        counter = "ALTER TABLE l10n_cl_ai_budget_counter "
        self.env.cr.execute(counter + "DROP COLUMN simulated")
        self.env.cr.execute(counter + "ADD CONSTRAINT l10n_cl_ai_budget_counter_budget_id_period_start_key"
                                      " UNIQUE (budget_id, period_start)")  # fmt: skip
        for _again in range(2):
            self.env["l10n_cl_ai.request"].init()
        for simulated in (True, False):
            self.spend(1, simulated)
        self.assertEqual((self.budget.spent, self.budget.simulated), (5, 1))

    def test_counters_of_an_older_version_are_parted(self):
        self.spend(4, simulated=False)
        self.env.cr.execute("SELECT id FROM l10n_cl_ai_budget_counter")
        [(mixed,)] = self.env.cr.fetchall()
        for cost in ("1", "2"):
            self.row(cost=cost, simulated=True, counter_ids=[mixed], asked_at=NOW)
        self.env.cr.execute("UPDATE l10n_cl_ai_budget_counter SET spent = 7")
        self.assertEqual(Budget(self.door).audit(), [])
        for _again in range(2):
            self.migrate()
            self.assertEqual((self.budget.spent, self.budget.simulated), (4, 3))
            self.assertEqual(Budget(self.door).audit(), [])

    def test_counters_of_the_safe_default_and_asks_under_way_are_parted(self):
        budgets = self.env["l10n_cl_ai.budget"]
        limits = budgets._default_limits(self.company, budgets._today(self.company))
        self.env.cr.execute("DELETE FROM l10n_cl_ai_budget_counter")
        rows = [(one.budget_id, self.company.id, one.period_start, one.limit, 5, 3) for one in limits]
        for row in rows:
            self.env.cr.execute(
                "INSERT INTO l10n_cl_ai_budget_counter"
                " (budget_id, company_id, period_start, limit_usd, spent, reserved) VALUES %s", [row])
        self.env.cr.execute("SELECT array_agg(id) FROM l10n_cl_ai_budget_counter")
        [(mixed,)] = self.env.cr.fetchall()
        self.row(cost="3", simulated=False, counter_ids=mixed, asked_at=NOW)
        self.row(cost="2", simulated=True, counter_ids=mixed, asked_at=NOW)
        self.row(state="running", status=None, cost="0", reserved="3", simulated=True, counter_ids=mixed, asked_at=NOW,
                 settled_at=None)  # fmt: skip
        self.assertEqual(Budget(self.door).audit(), [])
        self.migrate()
        self.env.cr.execute(
            "SELECT simulated, spent, reserved FROM l10n_cl_ai_budget_counter ORDER BY simulated, budget_id")
        self.assertEqual(self.env.cr.fetchall(), [(False, 3, 0)] * len(limits) + [(True, 2, 3)] * len(limits))
        self.assertEqual(Budget(self.door).audit(), [])

    def migrate(self):
        path = file_path("l10n_cl_ai/migrations/19.0.1.4.0/post-budget.py")
        spec = importlib.util.spec_from_file_location("post_budget", path)
        spec.loader.exec_module(step := importlib.util.module_from_spec(spec))
        step.migrate(self.env.cr, "19.0.1.3.0")
        self.env.invalidate_all()

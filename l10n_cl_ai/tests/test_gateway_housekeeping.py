"""What runs by itself over the ledger: sweeper, audit, retention."""

from odoo.tests import freeze_time, tagged

from ..llm.postgres.budget import Budget
from .common import NOW
from .ledger_common import LedgerCase

TAGS = ("post_install_l10n", "post_install", "-at_install")
LOGGER = "odoo.addons.l10n_cl_ai.models.ai_request_housekeeping"


@tagged(*TAGS)
@tagged("post_install_l10n", "post_install", "-at_install")
class TestCrons(LedgerCase):
    def setUp(self):
        super().setUp()
        self.Request = self.env["l10n_cl_ai.request"]
        self.budget = self.env["l10n_cl_ai.budget"].search([("company_id", "=", self.company.id)], limit=1)

    def run_cron(self, name):
        self.env.ref(f"l10n_cl_ai.{name}").ir_actions_server_id.run()
        self.env.invalidate_all()

    def test_who_died_is_charged_at_the_estimate(self):
        counter = self.counter(self.budget, reserved="0.3")
        running = {
            "state": "running",
            "status": None,
            "cost": "0",
            "reserved": "0.3",
            "counter_ids": [counter],
        }
        dead = self.row(lease_until="2020-01-01 00:00:00", **running)
        alive = self.row(lease_until="2999-01-01 00:00:00", **running | {"counter_ids": []})
        with self.assertLogs(LOGGER, "WARNING"):
            self.run_cron("cron_sweep")
        self.assertEqual((dead.state, dead.cost, dead.unconfirmed), ("done", 0.3, True))
        self.assertEqual((alive.state, alive.cost), ("running", 0))
        self.assertEqual((self.budget.spent, self.budget.reserved), (0.3, 0))

    def test_with_nobody_dead_the_sweeper_says_nothing(self):
        with self.assertNoLogs(LOGGER, "WARNING"):
            self.run_cron("cron_sweep")

    def test_a_difference_calls_the_administrators_once(self):
        with self.assertNoLogs(LOGGER):
            self.run_cron("cron_audit")
        self.counter(self.budget, spent="1")
        before = self.env["mail.activity"].search([])
        for _night in range(2):
            with self.assertLogs(LOGGER, "ERROR"):
                self.run_cron("cron_audit")
        told = self.env["mail.activity"].search([]) - before
        self.assertEqual(told.user_id, self.env.ref("base.group_system").all_user_ids.filtered("active"))
        self.assertEqual(len(told), len(told.user_id))
        self.assertFalse(any(told.mapped("res_id")), "a contact is read by everybody")

    def test_what_differs_is_not_written_into_what_somebody_else_made_to_look_like_it(self):
        self.counter(self.budget, spent="1")
        before = self.env["mail.activity"].search([])
        with self.assertLogs(LOGGER, "ERROR"):
            self.run_cron("cron_audit")
        told = self.env["mail.activity"].search([]) - before
        planted = told.browse()
        for one in told:
            values = {"activity_type_id": one.activity_type_id.id, "summary": one.summary, "user_id": self.employee.id}
            own = told.with_user(self.employee).create(values)
            own.user_id = one.user_id
            planted |= own.sudo()
        told.unlink()
        with self.assertLogs(LOGGER, "ERROR"):
            self.run_cron("cron_audit")
        self.assertTrue(planted)
        self.assertFalse(planted.filtered("note"))

    def test_the_crons_are_on(self):
        for name in ("cron_sweep", "cron_alert", "cron_audit"):
            self.assertTrue(self.env.ref(f"l10n_cl_ai.{name}").active, name)


@freeze_time(NOW)
@tagged(*TAGS)
@tagged("post_install_l10n", "post_install", "-at_install")
class TestRetention(LedgerCase):
    def setUp(self):
        super().setUp()
        self.Request = self.env["l10n_cl_ai.request"]
        self.env.cr.execute("SELECT now() AT TIME ZONE 'UTC'")
        (self.now,) = self.env.cr.fetchone()

    def aged(self, days, **values):
        self.env.cr.execute("SELECT (now() AT TIME ZONE 'UTC') - interval '1 day' * %s", (days,))
        return self.row(asked_at=self.env.cr.fetchone()[0], **values)

    def clean(self, *names):
        counts = [getattr(self.Request, name)() for name in names]
        self.env.invalidate_all()
        return counts

    def keep(self, **days):
        self.company.write({f"l10n_cl_ai_{name}": value for name, value in days.items()})
        self.env.flush_all()

    def test_content_goes_after_its_days_and_figures_stay(self):
        self.keep(keep_content=True, content_days=30)
        content = {"content_sent": "¿…?", "content_answer": "…"}
        young, old = self.aged(29, **content), self.aged(31, **content)
        self.assertEqual(self.clean("_gc_content"), [(1, False)])
        self.assertEqual((young.content_sent, young.content_answer), ("¿…?", "…"))
        self.assertEqual((old.content_sent, old.content_answer, old.cost), (False, False, 0.25))

    def test_content_goes_when_a_company_no_longer_keeps_it(self):
        self.keep(keep_content=False, content_days=0)
        old, running = self.aged(0.1, content_sent="x"), self.aged(0.1, content_sent="x", state="running")
        self.clean("_gc_content")
        self.assertFalse(old.content_sent)
        self.assertTrue(running.content_sent, "its answer is yet to come")

    def test_rows_go_after_their_days(self):
        self.keep(ledger_days=100)
        young, old = self.aged(99), self.aged(101)
        running = self.aged(101, state="running")
        theirs = self.aged(101, company_id=self.other.id)
        child = self.aged(99, parent_id=old.id)
        self.clean("_gc_ledger")
        self.assertEqual((young | old | running | theirs | child).exists(), young | running | theirs | child)
        self.assertFalse(child.parent_id)

    def test_no_row_goes_that_a_counter_counts(self):
        self.keep(ledger_days=62)
        self.env.cr.execute("SELECT date_trunc('month', now() - interval '62 days')::date")
        (month,) = self.env.cr.fetchone()
        budget = self.env["l10n_cl_ai.budget"].search([("company_id", "=", self.company.id)], limit=1)
        counters = [
            self.counter(budget, spent="0.25", period_start=month),
            self.counter(budget, spent="0.25", period_start="2020-01-01"),
        ]
        counted = [
            self.aged(days, counter_ids=[counter]) for days, counter in zip((63, 2000), counters, strict=True)
        ]
        self.assertEqual(Budget(self.door).audit(), [])
        self.clean("_gc_ledger")
        self.assertTrue(counted[0].exists())
        self.assertFalse(counted[1].exists())
        self.assertEqual(self.env["l10n_cl_ai.budget.counter"].search([]).ids, counters[:1])
        self.assertEqual(Budget(self.door).audit(), [])

    def test_claims_rates_and_old_answers_go(self):
        self.insert_bare(
            "flight", key=b"old", owner="00000000-0000-0000-0000-000000000001", lease_until="2020-01-01"
        )
        self.insert_bare(
            "flight", key=b"new", owner="00000000-0000-0000-0000-000000000001", lease_until="2999-01-01"
        )
        self.insert_bare("rate", key="old", tat=1, wait=0)
        self.insert_bare("rate", key="new", tat=2**62, wait=0)
        self.clean("_gc_side_tables")
        for table in ("flight", "rate"):
            self.env.cr.execute(f"SELECT key FROM l10n_cl_ai_{table}")
            self.assertEqual(
                [bytes(key) if table == "flight" else key for (key,) in self.env.cr.fetchall()],
                [b"new" if table == "flight" else "new"],
            )

    def insert_bare(self, table, **values):
        columns = ", ".join(values)
        self.env.cr.execute(
            f"INSERT INTO l10n_cl_ai_{table} ({columns}) VALUES %s", (tuple(values.values()),)
        )

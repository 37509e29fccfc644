"""With OCA's queue_job installed what waits for the AI is asked by jobs, and by the cron only what no job has."""

from datetime import timedelta
from unittest.mock import patch

from odoo.addons.l10n_cl_ai.models.ai_queued import AiQueued
from odoo.addons.l10n_cl_ai.models.ai_queued_run import TO_JOBS
from odoo.addons.l10n_cl_ai.tests.common import NOW
from odoo.addons.l10n_cl_ai.tests.review_common import REMARK, ReviewCase, answer
from odoo.addons.queue_job.job import Job
from odoo.addons.queue_job.tests.common import trap_jobs
from odoo.fields import Datetime
from odoo.tests import freeze_time, tagged


@freeze_time(NOW)
@tagged("post_install_l10n", "post_install", "-at_install")
class TestQueueJob(ReviewCase):
    def setUp(self):
        super().setUp()
        # The job's cursor of its own, on the rows of the test.
        self.registry_enter_test_mode()

    def queued(self, *moves):
        """Have documents wait for a review. Return (rows, jobs that were put into the queue)."""
        with trap_jobs() as trap:
            rows = self.env["l10n_cl_ai.review"]
            for move in moves or (self.furnished(),):
                rows |= move.with_user(self.accountant)._l10n_cl_ai_review(forced=True).sudo()
        self.env.flush_all()
        return rows, trap

    def run_job(self, row):
        """Run a row's job, as the runner does. Return the jobs that it put into the queue."""
        with trap_jobs() as trap:
            Job(row._run_job).perform()
        self.env.invalidate_all()
        return trap

    def cron(self):
        self.env["l10n_cl_ai.queued"]._cron_run()
        self.env.invalidate_all()

    def test_a_review_is_a_job_and_the_cron_is_not_woken(self):
        with patch.object(type(self.env["ir.cron"]), "_trigger") as woken:
            row, trap = self.queued()
        trap.assert_jobs_count(1, only=row._run_job)
        [job] = trap.enqueued_jobs
        self.assertEqual((job.recordset, job.eta), (row, None))
        woken.assert_not_called()
        self.assertEqual(row.state, "queued")
        self.assertFalse(self.standin.messages)

    def test_the_job_asks_and_writes_the_review(self):
        row, _trap = self.queued()
        self.standin.script(answer=answer(REMARK))
        self.run_job(row)
        self.assertEqual((row.state, row.finding_ids.mapped("code")), ("done", ["J05"]), row.reason_message)
        self.assertEqual(row.user_id, self.accountant)
        self.assertGreater(row.cost, 0)

    def test_the_job_asks_with_the_rights_of_who_wanted_it(self):
        row, _trap = self.queued()
        self.accountant.group_ids -= self.env.ref("account.group_account_invoice")
        self.run_job(row)
        self.assertEqual((row.state, row.reason), ("not_evaluated", "no_access"))
        self.assertFalse(self.standin.messages)

    def test_a_job_run_twice_asks_once(self):
        row, _trap = self.queued()
        self.standin.script(answer=answer())
        self.run_job(row)
        self.run_job(row)
        self.assertEqual(len(self.standin.messages), 1)
        self.assertEqual((row.state, row.attempts), ("done", 1))

    def test_waking_twice_makes_one_job(self):
        row, _trap = self.queued()
        with trap_jobs() as trap:
            row._wake()
            row._wake()
        trap.assert_jobs_count(1)

    def test_what_does_not_wait_makes_no_job(self):
        self.env.ref("l10n_cl_ai.feature_dte_review").with_company(self.company)._switch().sudo().action_disable()
        row, trap = self.queued()
        self.assertEqual((row.state, row.reason), ("not_evaluated", "disabled"))
        trap.assert_jobs_count(0)

    def test_what_a_batch_asks_makes_no_job(self):
        with trap_jobs() as trap:
            row = self.furnished().with_user(self.accountant)._l10n_cl_ai_review(forced=True, batch_ref=7).sudo()
        self.assertEqual((row.state, row.batch_ref), ("queued", 7))
        trap.assert_jobs_count(0)

    def test_the_cron_leaves_to_jobs_what_is_theirs(self):
        row, _trap = self.queued()
        self.age(row, minutes=5)
        self.cron()
        self.assertEqual(row.state, "queued")
        self.assertFalse(self.env["l10n_cl_ai.review"]._waiting(), "or Odoo would run the cron again at once, for ever")
        self.assertFalse(self.standin.messages)

    def test_the_cron_asks_what_no_job_has_asked_for_an_hour(self):
        row, _trap = self.queued()
        self.age(row, seconds=TO_JOBS + 60)
        self.standin.script(answer=answer())
        self.assertEqual(self.env["l10n_cl_ai.review"]._waiting(), 1)
        self.cron()
        self.assertEqual(row.state, "done", row.reason_message)

    def test_the_cron_takes_up_what_a_dead_job_left(self):
        row, _trap = self.queued()
        self.assertTrue(row._claim(row.ids))
        self.age(row, minutes=20)
        self.standin.script(answer=answer())
        self.cron()
        self.assertEqual((row.state, row.deaths, row.attempts), ("done", 1, 2), row.reason_message)

    def test_what_is_limited_is_put_off_to_a_job_with_an_eta(self):
        self.env.ref("l10n_cl_ai.feature_dte_review").rate_per_minute = 1
        other = [self.line("Arriendo amoblado oficina", 1, 300000, taxes=self.env["account.tax"])]
        rows, _trap = self.queued(self.furnished(), self.invoice(34, other))
        self.standin.script(answer=answer())
        self.run_job(rows[0])
        trap = self.run_job(rows[1])
        self.assertEqual(rows.mapped("state"), ["done", "queued"])
        self.assertEqual((rows[1].reason, len(self.standin.messages)), ("rate_limited", 1))
        [job] = trap.enqueued_jobs
        self.assertEqual((job.recordset, job.eta), (rows[1], rows[1].not_before))
        self.assertGreater(job.eta, Datetime.now())

    def test_a_job_that_comes_too_early_makes_a_later_one(self):
        row, _trap = self.queued()
        later = Datetime.to_datetime("2100-01-01 00:00:00")
        row.not_before = later
        self.env.flush_all()
        trap = self.run_job(row)
        self.assertEqual([(job.recordset, job.eta) for job in trap.enqueued_jobs], [(row, later)])
        self.assertEqual((row.state, row.attempts), ("queued", 0))

    def test_a_cancelled_one_is_not_asked(self):
        row, _trap = self.queued()
        row.with_user(self.accountant).action_cancel()
        self.env.flush_all()
        self.run_job(row)
        self.assertEqual(row.state, "cancelled")
        self.assertFalse(self.standin.messages)

    def age(self, row, **ago):
        """Let a row have waited, or run, for that long: by PostgreSQL's clock, which nobody freezes."""
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE l10n_cl_ai_review SET create_date = (now() AT TIME ZONE 'UTC') - %(ago)s,"
            " lease_until = lease_until - %(ago)s WHERE id = %(id)s", {"ago": timedelta(**ago), "id": row.id}
        )  # fmt: skip
        self.env.invalidate_all()
        self.assertIsInstance(row, AiQueued)

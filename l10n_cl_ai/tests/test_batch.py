"""A mass review from the wizard to the last document, whatever happens in between."""

from datetime import timedelta
from decimal import Decimal
from unittest.mock import patch

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, freeze_time, tagged

from ..llm.batch_transport import BatchAnswer, BatchTransport
from ..llm.postgres.budget import Budget
from ..llm.question import Reason
from ..models import ai_batch_send, batch_gateway
from .common import NOW
from .review_common import REMARK, ReviewCase, answer


class BatchCase(ReviewCase):
    def setUp(self):
        super().setUp()
        self.standin.state.batch_polls = 0
        self.addCleanup(setattr, self.standin.state, "batch_polls", 1)

    def wizard(self, moves, user=None):
        user = user or self.accountant
        context = {"active_model": "account.move", "active_ids": moves.ids, "allowed_company_ids": user.company_id.ids}
        env = self.env(user=user.id, context=context)
        return env["l10n_cl_ai.batch.wizard"].create({})

    def started(self, moves, user=None):
        action = self.wizard(moves, user).action_start()
        return self.env["l10n_cl_ai.batch"].browse(action["res_id"])

    def documents(self, number=3):
        names = ("Arriendo amoblado", "Arriendo de estacionamiento", "Arriendo de bodega", "Arriendo de salón")
        empty = self.env["account.tax"]
        return self.env["account.move"].union(
            *(self.invoice(34, [self.line(f"{names[n % 4]} {n}", 1, 450000, taxes=empty)]) for n in range(number))
        )

    def cron(self, times=1, **ago):
        """Run the cron, each time when something is due; ``ago`` is how long ago everything happened by then."""
        for _time in range(times):
            batches = self.env["l10n_cl_ai.batch"].search([])
            batches.write({"next_look": fields.Datetime.now(), "lease_until": False})
            for batch in batches.filtered("sent_at"):
                batch.sent_at -= timedelta(**ago)
                batch.submitted_at = batch.submitted_at and batch.submitted_at - timedelta(**ago)
            self.env.flush_all()
            self.env["l10n_cl_ai.batch"]._cron_run()
            self.env.invalidate_all()

    def answering(self, *remarks, **step):
        self.standin.script(when={"kind": "batch"}, answer=answer(*remarks), times=0, **step)

    def reviews(self, batch):
        return self.env["l10n_cl_ai.review"].search([("batch_ref", "=", batch.id)])

    def assertClean(self, batch):
        """Counters and ledger agree, nothing stays reserved, and each review's cost is the ledger's."""
        self.assertEqual(Budget(self.engine.stores.budget._door).audit(), [])
        rows = self.env["l10n_cl_ai.request"].search([("company_id", "=", batch.company_id.id)])
        self.assertFalse(rows.filtered(lambda row: row.state == "running"))
        reviews = self.reviews(batch)
        self.assertAlmostEqual(sum(rows.mapped("cost")), sum(reviews.mapped("cost")), delta=1e-6 * len(reviews))
        self.assertFalse(batch.item_ids.filtered("ticket"))


@freeze_time(NOW)
@tagged("post_install_l10n", "post_install", "-at_install")
class TestBatch(BatchCase):
    def test_a_month_is_reviewed_at_half_price(self):
        moves = self.documents()
        self.answering()
        batch = self.started(moves)
        self.assertEqual((batch.state, batch.total), ("draft", 3))
        self.assertEqual(self.standin.calls, [], "nothing may be sent before the cron")
        self.cron()
        self.assertEqual((batch.state, batch.asked), ("submitted", 3))
        self.assertEqual(set(self.reviews(batch).mapped("state")), {"running"})
        self.assertGreater(batch.estimate, 0)
        self.cron()
        self.assertEqual((batch.state, batch.done, batch.progress), ("done", 3, 100), batch.reason_message)
        reviews = self.reviews(batch)
        self.assertEqual(set(reviews.mapped("state")), {"done"})
        self.assertEqual(set(reviews.mapped("trigger")), {"batch"})
        self.assertEqual(set(moves.mapped("l10n_cl_ai_review_state")), {"clean"})
        calls = [call for call in self.standin.calls if call.kind == "batch"]
        self.assertEqual(len(calls), 3)
        self.assertAlmostEqual(batch.cost, float(sum((call.cost for call in calls), Decimal(0))), 6)
        self.assertLessEqual(batch.cost, batch.estimate)
        self.assertTrue(all(row.batch for row in self.env["l10n_cl_ai.request"].browse(reviews.mapped("ledger_ref"))))
        self.assertClean(batch)

    def test_remarks_come_back_to_the_documents(self):
        move = self.furnished()
        self.answering(REMARK)
        batch = self.started(move)
        self.cron(2)
        self.assertEqual(self.reviews(batch).finding_ids.mapped("code"), ["J05"])
        self.assertEqual(move.l10n_cl_ai_review_state, "warn")

    def test_the_queue_leaves_them_to_the_batch(self):
        batch = self.started(self.documents(1))
        self.cron()
        self.queue()
        self.assertEqual(self.standin.messages, [])
        self.assertEqual(self.reviews(batch).state, "running")

    def test_a_document_under_way_is_not_asked_a_second_time(self):
        moves = self.documents(2)
        self.started(moves)
        self.cron()
        wizard = self.wizard(moves)
        self.assertEqual((wizard.reviewed, wizard.to_ask), (2, 0))
        with self.assertRaises(UserError):
            wizard.action_start()

    def test_over_budget_the_others_go(self):
        moves = self.documents(3)
        budget = self.env["l10n_cl_ai.budget"].search([("company_id", "=", self.company.id), ("period", "=", "day")])
        most = self.wizard(moves[:1])._figures(moves[:1]).most
        budget.limit_usd = float(most * Decimal("2.2"))
        self.answering()
        batch = self.started(moves)
        self.cron(2)
        self.assertEqual(sorted(self.reviews(batch).mapped("state")), ["done", "done", "not_evaluated"])
        self.assertEqual(self.reviews(batch).filtered("reason").mapped("reason"), ["over_budget"])
        self.assertEqual(batch.done, 3)
        self.assertClean(batch)

    def test_where_nothing_fits_nothing_is_sent(self):
        self.env["l10n_cl_ai.budget"].search([("company_id", "=", self.company.id)]).limit_usd = 0
        batch = self.started(self.documents(2))
        self.cron()
        self.assertEqual((batch.state, batch.reason), ("done", "unpaid"))
        self.assertEqual(self.standin.calls, [])

    def test_switched_off_it_can_not_be_started(self):
        moves = self.documents(1)
        feature = self.env["l10n_cl_ai.feature"].with_company(self.company).search([("code", "=", "dte_review")])
        wizard = self.wizard(moves)
        feature._switch().action_disable()
        with self.assertRaises(UserError):
            self.wizard(moves).action_start()
        self.assertTrue(wizard)

    def test_switched_off_meanwhile_nothing_is_sent(self):
        batch = self.started(self.documents(2))
        feature = self.env["l10n_cl_ai.feature"].with_company(self.company).search([("code", "=", "dte_review")])
        feature._switch().action_disable()
        self.cron()
        self.assertEqual(self.standin.calls, [])
        self.assertEqual(set(self.reviews(batch).mapped("reason")), {"disabled"})
        self.assertEqual(batch.done, 2)

    def test_changed_meanwhile_the_answer_is_paid_and_not_used(self):
        moves = self.documents(1)
        self.answering()
        batch = self.started(moves)
        self.cron()
        moves.invoice_line_ids.name = "Otra cosa"
        self.cron()
        review = self.reviews(batch)
        self.assertEqual((review.state, review.reason), ("not_evaluated", "changed"))
        self.assertGreater(review.cost, 0)
        self.assertClean(batch)

    def test_progress_is_pushed_to_who_asked(self):
        batch = self.started(self.documents(1))
        seen = []
        users = self.registry["res.users"]
        with patch.object(users, "_bus_send", lambda user, kind, notice, **_k: seen.append((user.id, notice))):
            self.cron(2)
        told = [record for user, notice in seen if user == self.accountant.id and notice.get("model") == batch._name
                for record in notice["records"]]  # fmt: skip
        self.assertEqual(told[-1], {"id": batch.id, "state": "done", "done": 1, "total": 1})


@freeze_time(NOW)
@tagged("post_install_l10n", "post_install", "-at_install")
class TestBatchWizard(BatchCase):
    def test_it_says_what_it_would_cost_and_writes_nothing(self):
        moves = self.documents(3)
        wizard = self.wizard(moves)
        self.assertEqual((wizard.total, wizard.not_dte, wizard.to_ask), (3, 0, 3))
        for words in (wizard.expected_words, wizard.most_words, wizard.alone_words, wizard.budget_words):
            self.assertIn("USD", words)
        figures = wizard._figures(moves)
        self.assertEqual(figures.alone, figures.expected * 2)
        self.assertGreater(figures.most, figures.expected)
        self.assertFalse(self.env["l10n_cl_ai.request"].search([("company_id", "=", self.company.id)]))
        self.assertFalse(moves.l10n_cl_ai_review_ids)
        self.assertEqual(self.standin.calls, [])

    def test_what_the_rules_block_is_not_asked(self):
        move = self.documents(1)
        move.partner_id = self._make_partner("Sin giro", "77262640-1", l10n_cl_activity_description=False)
        move._l10n_cl_ai_check()
        wizard = self.wizard(move)
        self.assertEqual((wizard.blocked, wizard.to_ask), (1, 0) if move.l10n_cl_ai_state == "block" else (0, 1))

    def test_a_period_takes_the_posted_documents_of_the_company(self):
        moves = self.documents(2)
        moves[0].action_post()
        wizard = self.env["l10n_cl_ai.batch.wizard"].with_user(self.accountant).create(
            {"date_from": moves[0].invoice_date, "date_to": moves[0].invoice_date})  # fmt: skip
        self.assertEqual(wizard._moves(), moves[0])
        wizard.date_to = wizard.date_from = fields.Date.subtract(moves[0].invoice_date, days=1)
        self.assertFalse(wizard._moves())

    def test_the_default_period_is_the_last_month(self):
        form = Form(self.env["l10n_cl_ai.batch.wizard"].with_user(self.accountant))
        self.assertEqual((str(form.date_from), str(form.date_to)), ("2026-10-01", "2026-10-31"))

    def test_many_documents_are_estimated_from_some(self):
        moves = self.documents(4)
        whole = self.wizard(moves)._figures(moves)
        with patch("odoo.addons.l10n_cl_ai.wizards.ai_batch_wizard.SAMPLE", 2):
            wizard = self.wizard(moves)
            self.assertTrue(wizard.sampled)
            self.assertEqual(wizard.to_ask, 4)
            self.assertAlmostEqual(float(wizard._figures(moves).most / whole.most), 1, 1)

    def test_over_budget_is_said_before(self):
        moves = self.documents(2)
        self.assertFalse(self.wizard(moves).over_budget)
        self.env["l10n_cl_ai.budget"].search([("company_id", "=", self.company.id)]).limit_usd = 0
        self.assertTrue(self.wizard(moves).over_budget)

    def test_too_many_for_one_sending_are_several(self):
        moves = self.documents(3)
        with patch("odoo.addons.l10n_cl_ai.models.ai_batch.MOST_REQUESTS", 2):
            action = self.wizard(moves).action_start()
        batches = self.env["l10n_cl_ai.batch"].search(action["domain"])
        self.assertEqual(sorted(batches.mapped("total")), [1, 2])

    def test_who_only_reads_can_not_start_one(self):
        reader = self._make_user("lectora", "account.group_account_readonly,l10n_cl_ai.group_user", self.company)
        with self.assertRaises(AccessError):
            self.wizard(self.documents(1), reader)

    def test_documents_of_another_company_are_not_taken(self):
        other = self._make_company("Otra Limitada", "76418205-7")
        user = self._make_user("de otra", "account.group_account_invoice,l10n_cl_ai.group_accountant", other)
        self._accept(other)
        wizard = self.wizard(self.documents(1), user)
        self.assertEqual((wizard.total, wizard.to_ask), (0, 0))


@freeze_time(NOW)
@tagged("post_install_l10n", "post_install", "-at_install")
class TestBatchRights(BatchCase):
    def test_everybody_sees_his_own_and_managers_those_of_the_company(self):
        batch = self.started(self.documents(1))
        colleague = self._make_user("colega", "account.group_account_invoice,l10n_cl_ai.group_accountant", self.company)
        other = self._make_company("Otra Limitada", "76418205-7")
        stranger = self._make_user("jefa ajena", "account.group_account_invoice,l10n_cl_ai.group_manager", other)
        batches = self.env["l10n_cl_ai.batch"].with_context(allowed_company_ids=None)
        users = (self.accountant, self.manager, colleague, stranger)
        self.assertEqual([batch in batches.with_user(user).search([]) for user in users], [True, True, False, False])

    def test_nobody_writes_one_or_reads_its_questions(self):
        batch = self.started(self.documents(1))
        self.cron()
        for user in (self.accountant, self.manager):
            with self.assertRaises(AccessError):
                batch.with_user(user).write({"state": "done"})
            with self.assertRaises(AccessError):
                batch.with_user(user).unlink()
            with self.assertRaises(AccessError):
                self.env["l10n_cl_ai.batch.item"].with_user(user).search_read([], ["ticket"])
            with self.assertRaises(AccessError):
                batch.with_user(user).read(["pending"])

    def test_only_who_asked_or_a_manager_cancels(self):
        batch = self.started(self.documents(1), self.manager)
        with self.assertRaises(AccessError):
            batch.with_user(self.accountant).action_cancel()
        batch.with_user(self.manager).action_cancel()
        self.assertTrue(batch.cancel_wanted)

    def test_who_has_left_the_company_asks_nothing(self):
        batch = self.started(self.documents(1))
        self.accountant.active = False
        self.cron()
        self.assertEqual((batch.state, batch.reason), ("failed", "no_access"))
        self.assertEqual(self.standin.calls, [])

    def test_what_may_no_longer_be_read_is_paid_and_not_written(self):
        self.answering(REMARK)
        batch = self.started(self.furnished())
        self.cron()
        self.accountant.active = False
        self.cron()
        review = self.reviews(batch)
        self.assertEqual((review.state, review.reason), ("not_evaluated", "no_access"))
        self.assertFalse(review.finding_ids)
        self.assertClean(batch)


@freeze_time(NOW)
@tagged("post_install_l10n", "post_install", "-at_install")
class TestBatchCancel(BatchCase):
    def test_before_anything_was_sent(self):
        batch = self.started(self.documents(2))
        batch.with_user(self.accountant).action_cancel()
        self.cron()
        self.assertEqual(batch.state, "cancelled")
        self.assertEqual(self.standin.calls, [])

    def test_at_the_provider(self):
        self.standin.state.batch_polls = None
        batch = self.started(self.documents(2))
        self.cron(2)
        self.assertEqual(batch.state, "submitted")
        batch.with_user(self.accountant).action_cancel()
        self.cron()
        self.assertEqual(batch.state, "cancelled")
        self.assertEqual(set(self.reviews(batch).mapped("state")), {"cancelled"})
        self.assertEqual(batch.cost, 0)
        self.assertClean(batch)

    def test_what_was_answered_by_then_is_taken_and_paid(self):
        self.answering()
        batch = self.started(self.documents(2))
        self.cron()
        self.standin.end_batches()
        batch.with_user(self.accountant).action_cancel()
        self.cron()
        self.assertEqual(batch.state, "cancelled")
        self.assertEqual(set(self.reviews(batch).mapped("state")), {"done"})
        self.assertGreater(batch.cost, 0)
        self.assertClean(batch)


@freeze_time(NOW)
@tagged("post_install_l10n", "post_install", "-at_install")
class TestBatchMishaps(BatchCase):
    def test_a_batch_refused_for_good_says_why_to_each_document(self):
        self.standin.script("unauthorized", when={"kind": "batches"})
        batch = self.started(self.documents(2))
        self.cron()
        self.assertEqual((batch.state, batch.reason), ("failed", "auth"))
        self.assertEqual(set(self.reviews(batch).mapped("reason")), {"auth"})
        self.assertClean(batch)

    def test_a_batch_refused_for_now_is_sent_later(self):
        self.answering()
        self.standin.script("rate_limited", when={"kind": "batches"})
        batch = self.started(self.documents(2))
        self.cron()
        self.assertEqual((batch.state, batch.reason, batch.sent_at), ("sending", "overloaded", False))
        self.cron(2)
        self.assertEqual(batch.state, "done", batch.reason)
        self.assertClean(batch)

    def test_a_lost_answer_is_found_back_and_nothing_is_sent_twice(self):
        self.answering()
        batch = self.started(self.documents(2))
        with self.lost_answer():
            self.cron()
        self.assertEqual((batch.state, batch.reason, batch.provider_ref), ("sending", "searching", False))
        self.standin.end_batches()
        self.cron(2)
        self.assertEqual((batch.state, batch.reason), ("done", False))
        self.assertEqual(len(self.standin.state.batches), 1)
        self.assertClean(batch)

    def test_another_batch_of_the_same_size_is_not_ours(self):
        foreign = {"custom_id": "ajeno", "params": {"model": "claude-haiku-5-5", "max_tokens": 9,
                   "messages": [{"role": "user", "content": "hola"}]}}  # fmt: skip
        env = self.env(user=self.accountant.id, context={"allowed_company_ids": self.company.ids})
        access, _reason = batch_gateway.reach(env)
        self.answering()
        self.engine_of_batches().make(access, [foreign], ai_batch_send.Deadline(10))
        self.standin.end_batches()
        batch = self.started(self.documents(1))
        self.standin.script("reset", when={"kind": "batches", "method": "POST"})
        self.cron()
        self.cron()
        self.assertEqual((batch.state, batch.reason), ("sending", "searching"))
        self.cron(minutes=20)  # the list does not have it: it was never made
        self.cron(2)
        self.assertEqual(batch.state, "done")
        self.assertEqual(len(self.standin.state.batches), 2)
        self.assertClean(batch)

    def test_never_found_it_is_charged_at_the_estimate(self):
        batch = self.started(self.documents(1))
        with self.lost_answer():
            self.cron()
        self.standin.script("server_error", when={"kind": "batches"}, times=0)
        self.cron(hours=27)
        self.assertEqual((batch.state, batch.reason), ("failed", "lost"))
        review = self.reviews(batch)
        self.assertEqual(review.reason, "unreachable")
        self.assertAlmostEqual(review.cost, batch.estimate, 6)
        self.assertTrue(self.env["l10n_cl_ai.request"].browse(review.ledger_ref).unconfirmed)
        self.assertClean(batch)

    def test_expired_and_errored_are_not_evaluated_and_free(self):
        self.standin.script(when={"kind": "batch"}, result="expired")
        self.standin.script(when={"kind": "batch"}, result="errored")
        batch = self.started(self.documents(2))
        self.cron(2)
        self.assertEqual(sorted(self.reviews(batch).mapped("reason")), ["deadline", "overloaded"])
        self.assertEqual((batch.state, batch.cost), ("done", 0))
        self.assertClean(batch)

    def test_results_broken_off_are_read_again(self):
        self.answering()
        batch = self.started(self.documents(2))
        self.cron()
        self.standin.script("reset", when=lambda call: False)
        self.standin.script(when={"kind": "batches"})  # the look
        self.standin.script("html_502", when={"kind": "batches"})  # the results
        self.cron()
        self.assertEqual((batch.state, batch.reason), ("collecting", "overloaded"))
        self.cron()
        self.assertEqual((batch.state, batch.cost > 0), ("done", True))
        self.assertClean(batch)

    def test_hostile_results_harm_only_themselves(self):
        self.answering()
        batch = self.started(self.documents(2))
        self.cron()
        [sent] = self.standin.state.batches.values()
        self.standin.end_batches()
        first, second = sent.results
        unknown = {"custom_id": "desconocido", "result": first["result"]}
        again, strange = {**first, "result": {"type": "errored"}}, {**second, "result": {"type": "magia"}}
        sent.results[:] = [unknown, first, again, strange]
        sent.shown = lambda _url: {**_shown(sent), "results_url": "http://127.0.0.1:9/x"}
        self.cron()
        self.assertEqual(batch.state, "done", batch.reason)
        self.assertEqual(sorted(self.reviews(batch).mapped("state")), ["done", "not_evaluated"])
        self.assertClean(batch)

    def test_collected_a_second_time_nothing_changes(self):
        self.answering()
        batch = self.started(self.documents(2))
        self.cron(2)
        reviews = self.reviews(batch)
        before = reviews.read(["state", "cost", "finished_at"]), batch.cost
        batch.write({"state": "collecting", "next_look": fields.Datetime.now()})
        self.cron()
        self.assertEqual((reviews.read(["state", "cost", "finished_at"]), batch.cost), before)
        self.assertClean(batch)

    def test_who_was_held_for_dead_writes_nothing(self):
        batch = self.started(self.documents(1))
        batch._claim()
        attempt = batch.attempts
        batch.attempts += 1
        with self.assertRaises(Exception) as caught:
            batch._mine(attempt)
        self.assertEqual(type(caught.exception).__name__, "TakenOver")

    def test_too_many_bytes_are_left_to_another_sending(self):
        self.answering()
        moves = self.documents(3)
        with patch.object(ai_batch_send, "AT_ONCE", 1), patch.object(ai_batch_send, "MOST_BYTES", 10):
            batch = self.started(moves)
            self.cron(8)
        batches = self.env["l10n_cl_ai.batch"].search([("company_id", "=", self.company.id)])
        self.assertEqual(len(batches), 3)
        self.assertEqual(set(batches.mapped("state")), {"done"})
        self.assertEqual(set(moves.mapped("l10n_cl_ai_review_state")), {"clean"})
        self.assertEqual(batch.total, 1)

    def test_reservations_are_renewed_while_the_provider_works(self):
        self.standin.state.batch_polls = None
        batch = self.started(self.documents(1))
        self.cron()
        batch.renewed_at -= timedelta(hours=7)
        self.env.cr.execute("UPDATE l10n_cl_ai_request SET lease_until = now() - interval '1 hour'")
        self.cron()
        Budget(self.engine.stores.budget._door).sweep()
        self.env.cr.execute("SELECT state FROM l10n_cl_ai_request WHERE company_id = %s", [self.company.id])
        self.assertEqual(self.env.cr.fetchall(), [("running",)])

    # -- helpers ---------------------------------------------------------------------------------------

    def engine_of_batches(self):
        return batch_gateway.batches(self.env).transport

    def lost_answer(self):
        """The batch is made, and its answer does not arrive."""
        real = BatchTransport.make

        def make(transport, *args):
            answer = real(transport, *args)
            self.assertIsNone(answer.failure)
            return BatchAnswer(failure=Reason.UNREACHABLE, detail="lost")

        return patch.object(BatchTransport, "make", make)


def _shown(batch):
    counts = dict.fromkeys(("processing", "succeeded", "errored", "canceled", "expired"), 0)
    return {"id": batch.id, "type": "message_batch", "processing_status": "ended", "request_counts": counts,
            "created_at": batch.created.isoformat()}  # fmt: skip

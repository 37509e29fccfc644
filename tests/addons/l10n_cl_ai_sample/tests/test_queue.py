"""A queue of another addon: a model with two methods, and the background does the rest."""

from odoo import Command
from odoo.addons.l10n_cl_ai.tests.review_common import ReviewCase
from odoo.exceptions import AccessError
from odoo.tests import tagged


@tagged("post_install_l10n", "post_install", "-at_install")
class TestQueue(ReviewCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.tasks = cls.env["l10n_cl_ai_sample.reminder.task"].with_user(cls.accountant)
        cls.move = cls.invoice(33)

    def requested(self):
        return self.tasks._request(self.move.with_user(self.accountant)).sudo()

    def test_it_is_asked_in_the_background_and_its_answer_written(self):
        self.accept("sample_reminder")
        self.standin.script(answer={"text": "Le recordamos su factura.", "tone": "friendly"})
        task = self.requested()
        self.assertEqual((task.state, self.standin.messages), ("queued", []))
        self.queue()
        self.assertEqual((task.state, task.text), ("done", "Le recordamos su factura."))
        row = self.env["l10n_cl_ai.request"].browse(task.ledger_ref)
        self.assertEqual((row.feature, row.user_id), ("sample_reminder", self.accountant))

    def test_not_accepted_it_says_why(self):
        task = self.requested()
        self.queue()
        self.assertEqual((task.state, task.reason, task.text), ("not_evaluated", "disabled", False))
        self.assertTrue(task.reason_message)
        self.assertFalse(self.standin.messages)

    def test_who_may_no_longer_read_the_invoice_gets_nothing(self):
        self.accept("sample_reminder")
        task = self.requested()
        far = self._make_company("Lejos SpA", "76418205-7")
        self.accountant.write({"company_id": far.id, "company_ids": [Command.set(far.ids)]})
        self.queue()
        self.assertEqual((task.state, task.reason), ("not_evaluated", "no_access"))
        self.assertFalse(self.standin.messages)

    def test_who_asked_takes_it_back_and_nobody_writes_it(self):
        self.accept("sample_reminder")
        task = self.requested()
        with self.assertRaises(AccessError):
            task.with_user(self.accountant).text = "Forjado"
        task.with_user(self.accountant).action_cancel()
        self.queue()
        self.assertEqual((task.state, self.standin.messages), ("cancelled", []))

"""An alert of another addon: a kind, its first limits, and one method that measures."""

from odoo.addons.l10n_cl_ai.tests.alert_common import AlertCase
from odoo.addons.l10n_cl_ai.tests.common import NOW
from odoo.tests import freeze_time, tagged


@freeze_time(NOW)
@tagged("post_install_l10n", "post_install", "-at_install")
class TestAlert(AlertCase):
    def remind(self, count):
        move = self.invoice(33)
        # sudo: rows of a queue are made by methods only; these stand for some that were answered
        self.env["l10n_cl_ai_sample.reminder.task"].sudo().create(
            [{"move_id": move.id, "company_id": self.company.id, "user_id": self.user.id, "state": "done"}] * count)

    def test_every_company_has_it_with_its_limits(self):
        for company in self.env["res.company"].search([]):
            alert = self.alert("sample_reminders_day", company)
            self.assertEqual((alert.threshold, alert.clear_threshold), (50, 20))

    def test_it_fires_and_stays_silent(self):
        self.remind(49)
        self.assertSilent("sample_reminders_day")
        self.remind(1)
        alert = self.assertFires("sample_reminders_day")
        self.assertEqual(alert.activity_ids.user_id, self.manager)
        self.assertEqual(self.alert("sample_reminders_day", self.other).state, "quiet")

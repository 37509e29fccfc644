"""Who is told that an alert fired or is over: by activity, e-mail, webhook; each in his language, and once."""

import json

from freezegun import freeze_time as at

from odoo.tests import freeze_time, tagged
from odoo.tools import SQL, html2plaintext

from ..watch import webhook as wire
from .alert_common import AlertCase
from .common import NOW
from .webhook_common import HOST, reachable, receiving

LATER = "2026-11-18 17:00:00"


class ToldCase(AlertCase):
    def setUp(self):
        super().setUp()
        self.errors_alert = self.alert("errors_hour")

    def fire(self, count=10):
        self.empty()
        self.rows(count, status="not_evaluated", reason="auth")
        self.measure()
        return self.events(self.errors_alert)[-1:]


@freeze_time(NOW)
@tagged("post_install_l10n", "post_install", "-at_install")
class TestAlertTold(ToldCase):
    def test_an_activity_once_and_not_twice(self):
        event = self.fire()
        activity = self.errors_alert.activity_ids
        self.assertEqual(activity.user_id, self.manager)
        self.assertEqual(event.activity_user_ids, self.manager)
        self.assertIn("10", html2plaintext(activity.note))
        self.measure()
        self.assertEqual(self.errors_alert.activity_ids, activity)

    def test_one_that_was_not_done_is_renewed(self):
        self.fire()
        activity = self.errors_alert.activity_ids
        self.errors_alert.activity_ids.write({"l10n_cl_ai_alert_id": self.errors_alert.id})
        self.env.cr.execute(
            SQL("UPDATE l10n_cl_ai_alert_event SET cleared_at = fired_at WHERE alert_id = %s", self.errors_alert.id))
        self.errors_alert.write({"state": "quiet", "told": False})
        with at(LATER):
            self.fire(44)
        self.assertEqual(self.errors_alert.activity_ids, activity)
        self.assertIn("44", html2plaintext(activity.note))

    def test_it_is_done_when_it_is_over(self):
        self.fire()
        self.fire(0)
        self.assertFalse(self.errors_alert.activity_ids)
        self.assertIn("It is over", html2plaintext(self.errors_alert.message_ids[:1].body))

    def test_chosen_people_are_told_who_work_there(self):
        """Who may not read alerts has his activity on no record: a contact is read by everybody."""
        self.errors_alert.user_ids = self.user
        event = self.fire()
        self.assertEqual(event.activity_user_ids, self.user)
        self.assertFalse(self.errors_alert.activity_ids)
        activity = self.activities(self.user)
        self.assertEqual(activity.mapped("res_model"), [False])
        self.assertFalse(activity.with_user(self.colleague).search([("id", "=", activity.id)]))
        self.assertFalse(self.user.partner_id.activity_ids)
        self.measure()
        self.fire(0)
        self.assertFalse(self.activities(self.user))

    def test_of_a_group_those_who_work_there(self):
        self.errors_alert.group_id = self.env.ref("l10n_cl_ai.group_accountant")
        told = self.fire().activity_user_ids
        self.assertLessEqual(self.user | self.colleague, told)
        self.assertNotIn(self.stranger, told)
        self.assertNotIn(self.employee, told)

    def test_who_left_is_not_told(self):
        self.errors_alert.user_ids = self.user | self.colleague
        self.user.active = False
        self.assertEqual(self.fire().activity_user_ids, self.colleague)

    def test_nobody_is_told_by_what_is_off(self):
        self.errors_alert.write({"by_activity": False, "by_webhook": False})
        before = self.env["mail.mail"].search([])
        event = self.fire()
        self.assertTrue(event.told_at)
        self.assertFalse(event.activity_user_ids | event.email_user_ids)
        self.assertFalse(self.errors_alert.activity_ids)
        self.assertFalse(self.env["mail.mail"].search([]) - before)

    def test_an_activity_brings_no_email_by_itself(self):
        before = self.env["mail.mail"].search([])
        self.fire()
        self.assertFalse(self.env["mail.mail"].search([]) - before)

    def test_an_email_in_the_language_of_who_is_told(self):
        for lang in ("es_CL", "en_US"):
            self.env["res.lang"]._activate_lang(lang)
        self.manager.write({"lang": "es_CL", "email": "gerente@example.cl"})
        self.colleague.write({"lang": "en_US", "email": "colega@example.cl"})
        self.user.email = False
        self.errors_alert.write(
            {"by_email": True, "by_activity": False, "user_ids": self.manager | self.colleague | self.user})
        before = self.env["mail.mail"].search([])
        event = self.fire(1234)
        self.assertEqual(event.email_user_ids, self.manager | self.colleague)
        mails = self.env["mail.mail"].search([]) - before
        spanish = mails.filtered(lambda mail: mail.recipient_ids == self.manager.partner_id)
        english = mails - spanish
        self.assertEqual(spanish.state, "outgoing", "Odoo's own queue sends it")
        self.assertIn("Alerta de IA", spanish.subject)
        self.assertIn("Errores en una hora", spanish.subject)
        self.assertIn("1.234", spanish.body_html)
        self.assertIn(self.company.name, spanish.body_html)
        self.assertIn("AI alert", english.subject)
        self.assertIn("1,234", english.body_html)
        self.assertIn(f"res_id={self.errors_alert.id}", english.body_html)
        before |= mails
        self.fire(0)
        over = self.env["mail.mail"].search([]) - before
        self.assertEqual(over.recipient_ids, (self.manager | self.colleague).partner_id)
        self.assertIn("Fin de la alerta de IA", " ".join(over.mapped("subject")))

    def test_webhooks_are_told_of_both_ends(self):
        webhook = self.env["l10n_cl_ai.webhook"].create(
            {"name": "Guardia", "url": "https://hooks.example.cl/", "company_id": self.company.id})
        event = self.fire()
        self.assertEqual(event.delivery_ids.webhook_id, webhook)
        said = json.loads(event.delivery_ids.body)
        self.assertEqual(said["type"], "alert.fired")
        self.assertEqual(
            {name: said["data"][name] for name in ("value", "threshold", "unit", "cleared_at")},
            {"value": 10, "threshold": 10, "unit": "count", "cleared_at": None},
        )
        self.assertEqual(said["data"]["alert"]["kind"], "errors_hour")
        self.fire(0)
        over = event.delivery_ids.filtered(lambda delivery: delivery.event == "alert.cleared")
        said = json.loads(over.body)["data"]
        self.assertEqual((said["peak"], said["cleared_at"]), (10, "2026-11-18T15:00:00Z"))

    def test_what_fires_in_silence_is_over_in_silence(self):
        self.fire()
        self.fire(0)
        before = self.env["l10n_cl_ai.webhook.delivery"].search([])
        self.env["l10n_cl_ai.webhook"].create(
            {"name": "Guardia", "url": "https://hooks.example.cl/", "company_id": self.company.id})
        self.fire()
        self.fire(0)
        self.assertFalse(self.env["l10n_cl_ai.webhook.delivery"].search([]) - before)
        self.assertFalse(self.errors_alert.activity_ids)


@tagged("post_install_l10n", "post_install", "-at_install")
class TestAlertDelivered(ToldCase):
    def test_from_the_ledger_to_the_receiver(self):
        with receiving() as receiver, reachable(receiver.trial):
            webhook = self.env["l10n_cl_ai.webhook"].create(
                {"name": "Guardia", "url": f"https://{HOST}/", "company_id": self.company.id})
            self.env.flush_all()
            self.env.cr.execute(SQL("UPDATE l10n_cl_ai_webhook SET url = %s WHERE id = %s", receiver.url, webhook.id))
            self.fire()
            with self.enter_registry_test_mode():
                self.env.ref("l10n_cl_ai.cron_webhook").method_direct_trigger()
            [(headers, body)] = receiver.got
        self.env.invalidate_all()
        delivery = webhook.delivery_ids
        self.assertEqual((delivery.state, headers["Webhook-Id"]), ("sent", delivery.ident))
        self.assertEqual(json.loads(body)["data"]["alert"]["kind"], "errors_hour")
        self.assertTrue(wire.is_taken(delivery.last_status))

"""Webhooks: who sets them, what is queued, what is sent, signed, tried again and given up."""

import contextlib
import json
from datetime import timedelta
from pathlib import Path

from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged
from odoo.tools import SQL, mute_logger

from ..models import ai_webhook_send
from ..models.ai_webhook_secret import opened
from ..sii.fetch import MOST_SENT
from ..watch import webhook as wire
from .ai_common import AiCase
from .webhook_common import HOST, reachable, receiving

SECRET = "a secret of the office 2026"
LOG = "odoo.addons.l10n_cl_ai.models.ai_webhook_send"


class WebhookCase(AiCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.receiver = cls.enterClassContext(receiving())
        cls.enterClassContext(reachable(cls.receiver.trial))

    def setUp(self):
        super().setUp()
        self.receiver.statuses, self.receiver.got = [204], []
        self.webhook = self.make()
        self.queue = self.env["l10n_cl_ai.webhook"]

    def make(self, company=None, **values):
        values = {"name": "Guardia", "url": f"https://{HOST}/in", "company_id": (company or self.company).id, **values}
        webhook = self.env["l10n_cl_ai.webhook"].create(values)
        if webhook._host() == HOST:
            self.env.flush_all()
            # No webhook has a port of its own, and the receiver can't have the only one that is used.
            self.env.cr.execute(
                SQL("UPDATE l10n_cl_ai_webhook SET url = %s WHERE id = %s", self.receiver.url, webhook.id))
            webhook.invalidate_recordset()
        return webhook

    def run_cron(self):
        with self.cron():
            self.env.ref("l10n_cl_ai.cron_webhook").method_direct_trigger()
        self.env.invalidate_all()

    @contextlib.contextmanager
    def cron(self):
        self.env.flush_all()
        with self.enter_registry_test_mode():
            yield

    def deliveries(self):
        return self.env["l10n_cl_ai.webhook.delivery"].search([("company_id", "in", (self.company | self.other).ids)])

    def age(self, delivery):
        """Let a delivery be due."""
        delivery.next_at = fields.Datetime.now() - timedelta(seconds=1)


@tagged("post_install_l10n", "post_install", "-at_install")
class TestWebhookQueue(WebhookCase):
    def test_each_webhook_of_the_company_that_wants_the_event_is_told(self):
        second = self.make(name="Otra")
        self.make(name="Sin alertas", event_alert_fired=False)
        self.make(name="Archivada", active=False)
        self.make(self.other)
        found = self.queue._queue(self.company, "alert.fired", {"value": 101.5})
        self.assertEqual(found.webhook_id, self.webhook | second)
        self.assertEqual(set(found.mapped("state")), {"queued"})
        self.assertEqual(len(set(found.mapped("ident"))), 2)
        said = json.loads(found[0].body)
        self.assertEqual((said["type"], said["data"]), ("alert.fired", {"value": 101.5}))
        self.assertEqual((said["id"], said["company"]["name"]), (found[0].ident, self.company.name))

    def test_nobody_is_told_where_nobody_wants_to_be(self):
        self.assertFalse(self.queue._queue(self.company, "sii.notice", {}))
        self.assertFalse(self.queue._queue(self.other, "alert.fired", {}))
        self.assertFalse(self.deliveries())

    def test_anybody_may_bring_an_event_about(self):
        queue = self.as_user(self.user, "l10n_cl_ai.webhook")
        self.assertEqual(len(queue._queue(self.company, "alert.cleared", {})), 1)

    def test_what_no_event_or_no_json_is_is_said_at_once(self):
        for event, payload in (("alert.gone", {}), ("alert.fired", {"a": object()}), ("alert.fired", float("nan"))):
            with self.subTest(event), self.assertRaises(ValueError):
                self.queue._queue(self.company, event, payload)

    def test_what_has_no_body_is_never_due(self):
        """A caller may swallow the error, and commit what there is."""
        with contextlib.suppress(ValueError):
            self.queue._queue(self.company, "alert.fired", "\ud800")
        self.env.flush_all()
        left = self.env["l10n_cl_ai.webhook.delivery"].search([("body", "=", False)])
        self.assertEqual(left.mapped("next_at"), [False])

    def test_too_much_is_not_sent_and_said(self):
        delivery = self.queue._queue(self.company, "alert.fired", "x" * MOST_SENT)
        self.assertEqual((delivery.state, delivery.reason, delivery.body), ("failed", "size", False))
        self.assertTrue(delivery.message)

    def test_the_cron_is_woken(self):
        triggers = self.env["ir.cron.trigger"].search([])
        self.queue._queue(self.company, "alert.fired", {})
        woken = self.env["ir.cron.trigger"].search([]) - triggers
        self.assertIn(self.env.ref("l10n_cl_ai.cron_webhook"), woken.cron_id)


@tagged("post_install_l10n", "post_install", "-at_install")
class TestWebhookSent(WebhookCase):
    def test_it_is_delivered_and_its_signature_is_right(self):
        self.with_vault()
        self.webhook.with_user(self.system).secret = SECRET
        delivery = self.queue._queue(self.company, "alert.fired", {"why": "año"})
        self.run_cron()
        [(headers, body)] = self.receiver.got
        self.assertEqual(body.decode(), delivery.body)
        self.assertEqual(headers["Webhook-Id"], delivery.ident)
        stamp = int(headers["Webhook-Timestamp"])
        self.assertEqual(headers["Webhook-Signature"], wire.signature(delivery.ident, stamp, body, SECRET))
        self.assertEqual((delivery.state, delivery.attempts, delivery.last_status), ("sent", 1, 204))
        self.assertFalse(delivery.message)
        self.run_cron()
        self.assertEqual(len(self.receiver.got), 1)

    def test_without_a_secret_it_is_unsigned(self):
        self.queue._queue(self.company, "alert.fired", {})
        self.run_cron()
        self.assertNotIn("Webhook-Signature", self.receiver.got[0][0])

    def test_a_secret_that_cannot_be_read_sends_nothing_unsigned(self):
        self.with_vault()
        self.webhook.secret = SECRET
        delivery = self.queue._queue(self.company, "alert.fired", {})
        self.with_vault()
        with self.assertLogs(LOG, "WARNING") as log:
            self.run_cron()
        self.assertNotIn(SECRET, "".join(log.output))
        self.assertFalse(self.receiver.got)
        self.assertEqual((delivery.state, delivery.reason), ("queued", "secret"))

    def test_a_failure_is_tried_again_later_with_the_same_identity_and_body(self):
        self.receiver.statuses = [500, 200]
        delivery = self.queue._queue(self.company, "alert.fired", {})
        self.run_cron()
        self.assertEqual((delivery.state, delivery.reason, delivery.last_status), ("queued", "status", 500))
        self.assertIn("500", delivery.message)
        self.assertGreater(delivery.next_at, fields.Datetime.now() + timedelta(seconds=wire.PAUSES[0] - 10))
        self.run_cron()
        self.assertEqual(len(self.receiver.got), 1, "not before its time")
        self.age(delivery)
        self.run_cron()
        self.assertEqual((delivery.state, delivery.attempts), ("sent", 2))
        (first, body), (second, again) = self.receiver.got
        self.assertEqual((first["Webhook-Id"], body), (second["Webhook-Id"], again))

    def test_pauses_grow_and_it_is_given_up(self):
        self.receiver.statuses = [503]
        delivery, pauses = self.queue._queue(self.company, "alert.fired", {}), []
        for _attempt in range(wire.MOST_ATTEMPTS):
            self.assertEqual(delivery.state, "queued")
            self.age(delivery)
            with mute_logger(LOG):
                self.run_cron()
            pauses.append(delivery.next_at and (delivery.next_at - fields.Datetime.now()).total_seconds())
        self.assertEqual(delivery.state, "failed")
        self.assertEqual(len(self.receiver.got), wire.MOST_ATTEMPTS)
        self.assertFalse(pauses.pop())
        for pause, wanted in zip(pauses, wire.PAUSES, strict=True):
            self.assertAlmostEqual(pause, wanted, delta=10)

    def test_given_up_it_is_sent_again_by_hand(self):
        delivery = self.queue._queue(self.company, "alert.fired", {})
        delivery.write({"state": "failed", "attempts": 7, "reason": "status"})
        with self.assertRaises(AccessError):
            delivery.with_user(self.user).action_retry()
        delivery.with_user(self.manager).action_retry()
        self.run_cron()
        self.assertEqual((delivery.state, delivery.attempts, len(self.receiver.got)), ("sent", 1, 1))

    def test_gone_is_gone(self):
        self.receiver.statuses = [410]
        delivery = self.queue._queue(self.company, "alert.fired", {})
        with mute_logger(LOG):
            self.run_cron()
        self.assertEqual((delivery.state, delivery.reason), ("failed", "gone"))

    def test_a_redirect_is_no_delivery(self):
        self.receiver.statuses = [302]
        delivery = self.queue._queue(self.company, "alert.fired", {})
        self.run_cron()
        self.assertEqual((delivery.state, delivery.last_status, len(self.receiver.got)), ("queued", 302, 1))

    def test_switched_off_it_says_nothing_more(self):
        delivery = self.queue._queue(self.company, "alert.fired", {})
        self.webhook.active = False
        with mute_logger(LOG):
            self.run_cron()
        self.assertFalse(self.receiver.got)
        self.assertEqual((delivery.state, delivery.reason), ("failed", "off"))

    def test_one_that_is_down_does_not_keep_the_others(self):
        down = self.make(url="https://nobody.invalid/in", event_alert_cleared=False)
        for _number in range(2 * ai_webhook_send.AT_ONCE):
            down._deliver("alert.fired", {})
        told = self.queue._queue(self.company, "alert.cleared", {})
        self.run_cron()
        self.assertEqual(told.state, "sent")
        waiting = down.delivery_ids.filtered(lambda delivery: delivery.state == "queued")
        self.assertEqual(len(waiting), 2 * ai_webhook_send.AT_ONCE)
        self.assertTrue(all(delivery.next_at > fields.Datetime.now() for delivery in waiting))
        self.assertEqual(sorted(waiting.mapped("attempts")), [0] * (2 * ai_webhook_send.AT_ONCE - 1) + [1])

    def came(self):
        """Return what the receiver got, by the number that the payload had."""
        return [json.loads(body)["data"]["n"] for _headers, body in self.receiver.got]

    def test_to_one_address_they_go_in_order(self):
        numbers = list(range(2 * ai_webhook_send.AT_ONCE))
        for number in numbers:
            self.webhook._deliver("alert.fired", {"n": number})
        self.run_cron()
        self.assertEqual(self.came(), numbers)
        sequences = [json.loads(body)["sequence"] for _headers, body in self.receiver.got]
        self.assertEqual(sequences, sorted(set(sequences)))

    def test_what_failed_goes_before_what_came_later(self):
        deliveries = [self.webhook._deliver("alert.fired", {"n": number}) for number in range(3)]
        self.receiver.statuses = [503, 204]
        self.run_cron()
        self.assertEqual(self.came(), [0])
        for delivery in reversed(deliveries):
            self.age(delivery)
        self.run_cron()
        self.assertEqual(self.came(), [0, 0, 1, 2])

    def test_it_is_overtaken_in_the_end_and_the_numbers_say_so(self):
        first, second = (self.webhook._deliver("alert.fired", {"n": number}) for number in range(2))
        first.write({"attempts": 3, "next_at": fields.Datetime.now() + timedelta(minutes=30)})
        self.run_cron()
        self.age(first)
        self.run_cron()
        self.assertEqual(self.came(), [1, 0])
        later, earlier = (json.loads(body)["sequence"] for _headers, body in self.receiver.got)
        self.assertEqual((earlier, later), (first.id, second.id))

    def test_while_one_is_on_its_way_the_next_waits(self):
        first, second = (self.webhook._deliver("alert.fired", {"n": number}) for number in range(2))
        others = self.make()._deliver("alert.fired", {"n": 2})
        self.assertEqual({row_id for row_id, _attempt in first._claim_rows()}, {first.id, others.id})
        self.assertFalse(first._claim_rows())
        self.env.invalidate_all()
        self.assertEqual(second.attempts, 0)

    def test_loopback_is_never_reached_but_in_tests(self):
        delivery = self.queue._queue(self.company, "alert.fired", {})
        self.webhook.url = f"https://{HOST}/in"
        self.patch(ai_webhook_send, "TRIAL", None)
        self.run_cron()
        self.assertFalse(self.receiver.got)
        self.assertEqual((delivery.state, delivery.reason), ("queued", "network"))

    def test_who_died_too_often_is_given_up(self):
        delivery = self.queue._queue(self.company, "alert.fired", {})
        delivery.write({"attempts": wire.MOST_ATTEMPTS, "lease_until": fields.Datetime.now() - timedelta(minutes=5)})
        with mute_logger(LOG):
            self.run_cron()
        self.assertEqual((delivery.state, delivery.reason), ("failed", "interrupted"))
        self.assertFalse(self.receiver.got)

    def test_a_claim_is_left_to_who_has_it(self):
        delivery = self.queue._queue(self.company, "alert.fired", {})
        delivery.write({"attempts": 1, "lease_until": fields.Datetime.now() + timedelta(minutes=1)})
        self.run_cron()
        self.assertFalse(self.receiver.got)
        self.assertEqual(delivery._mine(delivery.id, 1), delivery)
        self.assertFalse(delivery._mine(delivery.id, 0), "whose claim is over writes nothing")

    def test_the_button_sends_a_test(self):
        action = self.webhook.with_user(self.manager).action_test()
        delivery = self.env[action["res_model"]].browse(action["res_id"])
        self.run_cron()
        self.assertEqual((delivery.event, delivery.state), ("test", "sent"))

    def test_old_ones_are_deleted(self):
        old, waiting, young = (self.queue._queue(self.company, "alert.fired", {}) for _number in range(3))
        (old | young).write({"state": "sent"})
        self.env.flush_all()
        self.env.cr.execute(
            SQL("UPDATE l10n_cl_ai_webhook_delivery SET create_date = create_date - interval '91 days'"
                " WHERE id IN %s", (old.id, waiting.id)))  # fmt: skip
        self.env.invalidate_all()
        self.env["l10n_cl_ai.retention"]._sync()
        self.assertEqual(self.env["l10n_cl_ai.retention"]._sweep("webhook_deliveries"), (1, False))
        self.assertEqual(self.deliveries(), waiting | young)


@tagged("post_install_l10n", "post_install", "-at_install")
class TestWebhookRights(WebhookCase):
    def test_addresses_that_none_may_have(self):
        for url in (
            "http://hooks.example.cl/", "https://127.0.0.1/", "https://[::1]/", "https://localhost/",
            "hooks.example.cl", "https://a:b@hooks.example.cl/",
            "https://hooks.example.cl:8443/", "ftp://hooks.example.cl/", "https://",
            "https://2130706433/", "https://0x7f.1/", "https://ho oks.example.cl/", "https://hooks.exámple.cl/",
            "https://hooks.example.cl\\@127.0.0.1/", "javascript:alert(1)",
        ):  # fmt: skip
            with self.subTest(url), self.assertRaises(ValidationError):
                self.make(url=url)
        for url in ("https://hooks.example.cl", "https://Hooks.Example.cl:443/a?b=c", " https://a.b.cl/ "):
            self.make(url=url)

    def test_only_administrators_set_them_and_managers_see_them(self):
        mine = self.webhook.with_user(self.manager)
        self.assertEqual(mine.name, "Guardia")
        values = {"name": "x", "url": "https://hooks.example.cl/", "company_id": self.company.id}
        for attempt in (lambda: mine.write({"url": "https://evil.example/"}), mine.unlink, lambda: mine.create(values),
                        mine.action_forget_secret, lambda: mine.write({"secret": SECRET})):  # fmt: skip
            with self.assertRaises(AccessError):
                attempt()
        with self.assertRaises(AccessError):
            self.webhook.with_user(self.user).read(["name"])
        self.as_user(self.system, "l10n_cl_ai.webhook").create(values)

    def test_each_company_has_its_own(self):
        theirs = self.make(self.other)
        told = theirs._deliver("test", {})
        self.assertFalse(self.as_user(self.manager, "l10n_cl_ai.webhook").search([("id", "=", theirs.id)]))
        self.assertFalse(self.as_user(self.manager, "l10n_cl_ai.webhook.delivery").search([("id", "=", told.id)]))
        system = self.as_user(self.system, "l10n_cl_ai.webhook")
        with self.assertRaises(AccessError):
            system.create({"name": "x", "url": "https://hooks.example.cl/", "company_id": self.other.id})
        with self.assertRaises(UserError):
            system.browse(self.webhook.id).company_id = self.other

    def test_deliveries_are_nobodys_to_write(self):
        delivery = self.queue._queue(self.company, "alert.fired", {})
        for user in (self.manager, self.system):
            mine = delivery.with_user(user)
            self.assertEqual(mine.event, "alert.fired")
            for attempt in (lambda mine=mine: mine.write({"body": "{}"}), mine.unlink, lambda mine=mine: mine.copy()):
                with self.assertRaises(AccessError):
                    attempt()

    def test_a_secret_is_written_and_never_read(self):
        self.with_vault()
        webhook = self.as_user(self.system, "l10n_cl_ai.webhook").browse(self.webhook.id)
        with self.assertRaises(UserError):
            webhook.secret = "short"
        webhook.secret = SECRET
        self.env.invalidate_all()
        self.assertFalse(webhook.secret)
        self.assertEqual(webhook.secret_hint, "…2026")
        self.assertEqual(opened(webhook), SECRET)
        for user in (self.system, self.manager):
            with self.assertRaises(AccessError):
                self.webhook.with_user(user).read(["ciphertext"])
        webhook.write({"name": "Otro nombre", "secret": False})
        self.assertEqual(opened(webhook), SECRET, "an empty field is no wish to forget it")
        self.assertFalse(webhook.copy({"url": "https://hooks.example.cl/"}).secret_hint)
        webhook.action_forget_secret()
        self.assertIsNone(opened(webhook))

    def test_without_a_key_of_the_server_no_secret_is_kept(self):
        with self.assertRaises(UserError):
            self.webhook.secret = SECRET

    def test_secrets_are_sealed_anew_with_the_others(self):
        old = self.with_vault()
        self.webhook.secret = SECRET
        new = self.with_vault()
        self.outside(L10N_CL_AI_SECRET_KEY=f"{new},{old}")
        self.as_user(self.system, "l10n_cl_ai.secret")._rotate()
        self.outside(L10N_CL_AI_SECRET_KEY=new)
        self.env.invalidate_all()
        self.assertEqual(opened(self.webhook), SECRET)

    def test_a_copy_of_the_database_tells_nobody(self):
        self.with_vault()
        self.webhook.secret = SECRET
        delivery = self.queue._queue(self.company, "alert.fired", {})
        self.env.flush_all()
        script = Path(__file__).parents[1] / "data/neutralize.sql"
        self.env.cr.execute(script.read_text())
        self.env.invalidate_all()
        self.assertFalse(self.webhook.active)
        self.assertIsNone(opened(self.webhook))
        self.assertEqual(delivery.state, "failed")
        self.assertFalse(self.queue._queue(self.company, "alert.fired", {}))

"""What the code alone writes, and how an alert is silenced so that everybody sees it; as RPC calls it."""

from freezegun import freeze_time as at

from odoo.exceptions import AccessError, UserError
from odoo.models import MAGIC_COLUMNS
from odoo.service.model import call_kw
from odoo.tests import freeze_time, tagged

from .alert_common import AlertCase
from .common import NOW

#: Models of watching, of ourselves and of the SII, and of what is kept.
WATCHING = (
    "alert", "alert.event", "webhook", "webhook.delivery", "budget", "budget.counter", "retention", "hold",
    "sii.source", "sii.row", "sii.check", "sii.host", "sii.document", "sii.notice", "sii.question", "sii.run",
)  # fmt: skip
#: Something to write, by type of field.
_VALUES = {"integer": 7, "float": 7.0, "boolean": True, "datetime": "2999-01-01 00:00:00", "date": "2999-01-01",
           "json": {"a": 1}, "binary": "AAAA", "one2many": [[5]], "many2many": [[5]]}  # fmt: skip


@freeze_time(NOW)
@tagged("post_install_l10n", "post_install", "-at_install")
class TestAlertRights(AlertCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.admin = cls._make_user("sistema", "base.group_system,l10n_cl_ai.group_manager")
        cls.errors = cls.alerts.search([("kind", "=", "errors_hour"), ("company_id", "=", cls.company.id)])

    def rpc(self, record, method, *args, user=None, context=None):
        """Call a method as RPC does."""
        user = user or self.manager
        model = record.with_user(user).browse()
        ids = [record.ids] if record else []
        kwargs = {"context": {"allowed_company_ids": user.company_ids.ids, **(context or {})}}
        result = call_kw(model, method, [*ids, *args], kwargs)
        self.env.flush_all()
        self.env.invalidate_all()
        return result

    def records(self):
        """Return a record of each model that there is one of, of the manager's company."""
        self.rows(10, status="not_evaluated", reason="auth")
        self.measure()
        webhook = self.env["l10n_cl_ai.webhook"].create(
            {"name": "Ambas", "company_id": self.company.id, "url": "https://hooks.example.cl/ai"}
        )
        webhook.action_test()
        self.env["l10n_cl_ai.hold"].create({"company_id": self.company.id, "reason": "Rol 1"})
        budget = {"company_id": self.company.id, "limit_usd": 5, "feature_id": self.feature.id}
        self.env["l10n_cl_ai.budget"].create(budget)
        self.env["l10n_cl_ai.retention"]._sync()
        for name in WATCHING:
            model = self.env[f"l10n_cl_ai.{name}"].with_context(active_test=False)
            mine = [("company_id", "in", (False, self.company.id))] if "company_id" in model._fields else []
            if record := model.search(mine, limit=1):
                yield record

    def test_fields_of_the_code_are_nobodys_to_write(self):
        tried = 0
        for record in self.records():
            for name, field in record._fields.items():
                if not field.readonly or name in MAGIC_COLUMNS or field.compute or field.related:
                    continue
                for user in (self.manager, self.admin):
                    with self.subTest(record._name, field=name, user=user.login):
                        value = record[name].id if field.type == "many2one" else _VALUES.get(field.type, "x")
                        if field.type == "selection":
                            value = field.get_values(self.env)[-1]
                        with self.assertRaises(AccessError):
                            self.rpc(record, "write", {name: value}, user=user)
                        tried += 1
        self.assertGreater(tried, 100)

    def test_neither_does_a_new_alert_bring_them(self):
        new = {"kind": "errors_hour", "company_id": self.company.id}
        for values in ({"state": "firing"}, {"told": True}, {"told_at": "2999-01-01 00:00:00"}, {"value": 3},
                       {"silenced_until": "2999-01-01 00:00:00"}):  # fmt: skip
            with self.subTest(values), self.assertRaises(AccessError):
                self.rpc(self.alerts, "create", {**new, **values})
        self.env["ir.default"].set("l10n_cl_ai.alert", "told_at", "2999-01-01 00:00:00", user_id=self.manager.id)
        context = {"default_state": "firing", "default_silenced_until": "2999-01-01 00:00:00", "default_told": True}
        made = self.alerts.browse(self.rpc(self.alerts, "create", new, context=context))
        self.assertEqual((made.state, made.told_at, made.told, made.silenced_until), ("quiet", False, False, False))

    def test_a_copy_begins_anew(self):
        self.rows(10, status="not_evaluated", reason="auth")
        self.assertEqual(self.assertFires("errors_hour"), self.errors)
        copied = self.alerts.browse(self.rpc(self.errors, "copy"))
        self.assertEqual((copied.state, copied.told_at, copied.event_ids.ids), ("quiet", False, []))

    def test_no_change_of_a_setting_goes_unsaid(self):
        changes = {"threshold": 99, "silence": 999, "by_activity": False, "user_ids": [[6, 0, self.user.ids]],
                   "group_id": self.env.ref("l10n_cl_ai.group_user").id, "active": False}  # fmt: skip
        quietly = {"tracking_disable": True, "mail_notrack": True}
        for name, value in changes.items():
            with self.subTest(name):
                self.flush_tracking()
                before = self.errors.message_ids
                self.rpc(self.errors, "write", {name: value}, context=quietly)
                self.flush_tracking()
                said = (self.errors.message_ids - before).sudo().tracking_value_ids.field_id.mapped("name")
                self.assertEqual(said, [name])

    def flush_tracking(self):
        self.env.flush_all()
        self.env.cr.precommit.run()

    # -- silence ---------------------------------------------------------------------------------------

    def test_silence_is_an_action_that_everybody_sees(self):
        before = self.errors.message_ids
        self.rpc(self.errors, "action_silence")
        self.assertEqual(str(self.errors.silenced_until), "2026-11-19 15:00:00")
        self.assertEqual(self.errors.silenced_by, self.manager)
        said = self.errors.message_ids - before
        self.assertEqual(said.author_id, self.manager.partner_id)
        self.assertIn("2026-11-19", f"{said.body} {self.errors.silenced_until}")

    def test_silenced_it_fires_and_is_told_when_the_silence_is_over(self):
        self.rpc(self.errors, "action_silence")
        self.rows(10, status="not_evaluated", reason="auth")
        self.assertFires("errors_hour")
        event = self.events(self.errors)
        self.assertFalse(event.told_at)
        self.assertFalse(self.errors.activity_ids)
        with at("2026-11-19 15:00:00"):
            self.rows(10, status="not_evaluated", reason="auth", asked_at=self.ago(minutes=5))
            self.measure()
            self.assertTrue(event.told_at)
            self.assertIn(self.manager, self.errors.activity_ids.user_id)

    def test_a_silence_can_be_ended(self):
        self.rpc(self.errors, "action_silence")
        self.rpc(self.errors, "action_end_silence")
        self.assertFalse(self.errors.silenced_until)
        self.rows(10, status="not_evaluated", reason="auth")
        self.assertFires("errors_hour")
        self.assertTrue(self.events(self.errors).told_at)

    def test_who_may_silence_and_for_how_long(self):
        self.rpc(self.errors, "action_silence", 168)
        for hours in (0, -1, 169):
            with self.subTest(hours), self.assertRaises(UserError):
                self.rpc(self.errors, "action_silence", hours)
        for user in (self.user, self.stranger, self.employee):
            for method in ("action_silence", "action_end_silence"):
                with self.subTest(user=user.login, method=method), self.assertRaises(AccessError):
                    self.rpc(self.errors, method, user=user)

    def test_what_an_activity_is_of_is_nobodys_to_write(self):
        self.rows(10, status="not_evaluated", reason="auth")
        self.assertFires("errors_hour")
        with self.assertRaises(AccessError):
            self.rpc(self.errors.activity_ids, "write", {"l10n_cl_ai_alert_id": 0})

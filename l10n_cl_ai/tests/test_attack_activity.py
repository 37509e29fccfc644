"""An activity that pretends to be an alert's: what alerts say is not written into one that somebody else made."""

from odoo.exceptions import AccessError
from odoo.tests import freeze_time, tagged

from .common import NOW
from .test_alert_told import ToldCase

ALERT = "l10n_cl_ai_alert_id"


@freeze_time(NOW)
@tagged("post_install_l10n", "post_install", "-at_install")
class TestAttackActivity(ToldCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.spy = cls._make_user("vendedor", "base.group_user,base.group_partner_manager", cls.other)

    def setUp(self):
        super().setUp()
        self.errors_alert.user_ids = self.user  # who may not read alerts: he is told of no record

    def of_spy(self, model):
        return self.env[model].with_user(self.spy).with_context(allowed_company_ids=self.other.ids)

    def plant(self, **values):
        """Make an activity as the spy, and give it to who is told."""
        values = {"activity_type_id": self.env.ref("mail.mail_activity_data_todo").id, "user_id": self.spy.id, **values}
        planted = self.of_spy("mail.activity").create(values)
        planted.user_id = self.user
        return planted

    def taken_back(self, planted):
        """Return what stands in it, once the spy has hung it on a contact that he may write."""
        self.env.invalidate_all()
        place = {"res_model_id": self.env["ir.model"]._get_id("res.partner"), "res_id": self.spy.partner_id.id}
        planted.write(place)
        self.env.flush_all()
        self.env.invalidate_all()
        return planted.note

    def test_nobody_makes_one_by_hand(self):
        for attempt in (
            lambda: self.plant(**{ALERT: self.errors_alert.id}),
            lambda: self.plant().write({ALERT: self.errors_alert.id}),
        ):
            with self.assertRaises(AccessError):
                attempt()

    def test_nor_by_a_default_of_his_own(self):
        self.of_spy("ir.default").set("mail.activity", ALERT, self.errors_alert.id, user_id=True)
        planted = self.plant()
        self.fire()
        told = self.env["mail.activity"].search([("user_id", "=", self.user.id), (ALERT, "=", self.errors_alert.id)])
        self.assertIn("10", told.note)
        self.assertFalse(self.taken_back(planted))

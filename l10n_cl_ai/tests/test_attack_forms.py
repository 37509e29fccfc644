"""What a form lets one reach that a list does not: rows given to others, values typed, defaults kept."""

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .sii_common import SiiCase

NAMED = {"fields": {"display_name": {}}}


@tagged("post_install_l10n", "post_install", "-at_install")
class TestAttackForms(SiiCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.accountant = cls.user_of("contadora", cls.company, "l10n_cl_ai.group_accountant")
        cls.manager = cls.user_of("jefa", cls.company, "l10n_cl_ai.group_manager")

    def of(self, model, user):
        return self.env[model].with_user(user).with_context(allowed_company_ids=self.company.ids)

    def cold(self):
        """Forget what this transaction has read as root: what is typed comes with a request of its own."""
        self.env.flush_all()
        self.env.invalidate_all()

    def document(self, name, source):
        return self.env["l10n_cl_ai.sii.document"].create({
            "source_id": source.id, "name": name, "url": f"https://www.sii.cl/{name}", "was": f"{name} antes",
            "text": f"{name} texto", "state": "read", "identity": name, "change": "added",
        })  # fmt: skip

    # -- rows given to others --------------------------------------------------------------------------

    def test_a_question_of_ones_own_agent_does_not_go_over_to_everybodys(self):
        agent = self.of("l10n_cl_ai.agent", self.manager).create({"code": "mia", "name": "Mía"})
        question = self.of("l10n_cl_ai.question", self.manager).create({"agent_id": agent.id, "text": "Llame al 555"})
        question.agent_id = agent.copy({"code": "otra"})
        with self.assertRaises(AccessError):
            question.agent_id = self.env.ref("l10n_cl_ai.agent_general")

    def test_a_severity_does_not_go_over_to_another_company(self):
        rule = self.env["l10n_cl_ai.rule"].search([("sii_effect", "=", "reject"), ("action", "=", "block")], limit=1)
        policy = self.of("l10n_cl_ai.rule.policy", self.manager).create({"rule_id": rule.id, "action": "warn"})
        with self.assertRaises(AccessError):
            policy.company_id = self.other_company
        self.assertEqual(rule.with_company(self.other_company).company_action, "block")

    # -- values typed ----------------------------------------------------------------------------------

    def test_a_notice_shows_no_document_of_another_company(self):
        theirs = self.document("zqajeno", self.source(company_id=self.other_company.id))
        ours = self.document("propio", self.source("circulares", company_id=self.company.id))
        notice = self.env["l10n_cl_ai.sii.notice"]._make(ours, self.company)
        mine = self.of("l10n_cl_ai.sii.notice", self.accountant).browse(notice.id)
        self.assertEqual(mine.url, "https://www.sii.cl/propio")
        self.assertIn("propio texto", mine.body)
        self.cold()
        spec = {"document_id": NAMED, "body": {}, "was": {}, "url": {}, "source_id": NAMED}
        shown = mine.onchange({"document_id": theirs.id}, ["document_id"], spec)
        self.assertNotIn("zq", str(shown))
        self.assertNotIn("resoluciones", str(shown))

    def test_the_register_does_not_tell_who_accepted_elsewhere(self):
        self.env["l10n_cl_ai.processing"]._sync()
        chat = self.env["l10n_cl_ai.feature"].search([("code", "=", "chat")])
        self.env["l10n_cl_ai.feature.switch"].search(
            [("feature_id", "=", chat.id), ("company_id", "=", self.other_company.id)]
        ).write({"enabled": True, "accepted_by": self.env.uid, "accepted_at": "2026-01-01 00:00:00"})
        row = self.of("l10n_cl_ai.processing", self.manager).search([("feature_id", "=", chat.id)])
        self.assertEqual((row.company_id, row.accepted), (self.company, ""))
        self.cold()
        with self.assertRaises(AccessError):
            row.onchange({"company_id": self.other_company.id}, ["company_id"], {"accepted": {}, "in_use": {}})

    def test_a_contact_of_another_company_is_not_shown_to_be_a_user(self):
        stranger = self.user_of("zqajena", self.other_company)
        stranger.group_ids = self.env.ref("base.group_portal")
        stranger.partner_id.company_id = self.other_company
        wizards, spec = self.of("l10n_cl_ai.privacy.wizard", self.manager), {"partner_id": {}, "user_id": NAMED}
        self.cold()
        shown = wizards.onchange({"partner_id": stranger.partner_id.id}, ["partner_id"], spec)
        self.assertNotIn("Zqajena", str(shown))
        shown = wizards.onchange({"partner_id": self.accountant.partner_id.id}, ["partner_id"], spec)
        self.assertEqual(shown["value"]["user_id"]["id"], self.accountant.id)

    # -- defaults kept ---------------------------------------------------------------------------------

    def keep(self, user, model, **values):
        """Keep defaults of one's own, as any user may: what methods write as root is written with his id."""
        for name, value in values.items():
            self.of("ir.default", user).set(model, name, value, user_id=True)

    def test_who_brings_a_row_in_gives_other_companies_no_values_of_his_own(self):
        source = self.source()
        self.document("untold", source)
        row = self.env["l10n_cl_ai.sii.row"].create(
            {"source_id": source.id, "identity": "r", "digest": "d", "title": "Fila"}
        )
        self.keep(self.accountant, "l10n_cl_ai.sii.notice", state="not_applicable", active=False, summary="ZQFALSO")
        row.with_user(self.accountant).with_context(allowed_company_ids=self.company.ids).action_bring_in()
        for company in (self.company, self.other_company):
            notices = self.env["l10n_cl_ai.sii.notice"].with_context(active_test=False).search(
                [("company_id", "=", company.id)]
            )
            with self.subTest(company.name):
                self.assertTrue(notices)
                self.assertEqual({(one.state, one.active, one.summary) for one in notices}, {("new", True, False)})

    def test_who_opens_the_register_gives_other_companies_no_values_of_his_own(self):
        theirs = [("company_id", "=", self.other_company.id)]
        self.env["l10n_cl_ai.processing"].search(theirs).unlink()
        self.keep(self.manager, "l10n_cl_ai.processing", note="ZQFALSO", reviewed_on="2030-01-01")
        self.of("l10n_cl_ai.processing", self.manager).action_open()
        rows = self.env["l10n_cl_ai.processing"].search(theirs)
        self.assertTrue(rows)
        self.assertFalse(rows.filtered("note") | rows.filtered("reviewed_on"))

    def test_no_model_that_only_methods_write_takes_anybodys_defaults(self):
        evidence = self.env.registry["l10n_cl_ai.evidence"]
        made_by_hand = self.env["ir.model.access"].search([("perm_create", "=", True)]).model_id.mapped("model")
        ours = {
            name: model for name, model in self.env.registry.items()
            if name.startswith("l10n_cl_ai.") and model._auto and not model._abstract and not model._transient
        }  # fmt: skip
        open_ones = {name for name, model in ours.items() if not issubclass(model, evidence)}
        self.assertEqual(open_ones - set(made_by_hand), set())

    # -- what a hold keeps -----------------------------------------------------------------------------

    def test_a_user_whose_conversations_a_hold_keeps_is_not_deleted(self):
        leaver = self.user_of("sale", self.company, "l10n_cl_ai.group_user")
        conversations = self.env["l10n_cl_ai.conversation"]
        conversation = conversations._begin("general", self.company, leaver)
        hold = self.env["l10n_cl_ai.hold"].create({"company_id": self.company.id, "reason": "Juicio 3"})
        with self.assertRaises(UserError):
            leaver.unlink()
        self.assertTrue(conversation.exists())
        hold.action_lift()
        leaver.unlink()

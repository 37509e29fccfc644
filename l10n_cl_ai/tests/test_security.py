from odoo.exceptions import AccessError
from odoo.tests import freeze_time, tagged

from .common import NOW, DteCase

#: Models whose people and companies are kept apart in tests of their own (test_gateway_…).
OF_THE_GATEWAY = {
    f"l10n_cl_ai.{name}"
    for name in ("budget", "budget.counter", "cache.entry", "feature.switch", "request", "secret")
}

#: Likewise, in test_outcomes.
OF_ANSWERS = {"l10n_cl_ai.outcome", "l10n_cl_ai.outcome.report"}
#: Likewise, in test_review_rights, test_batch and test_action_decide.
OF_THE_BACKGROUND = {
    f"l10n_cl_ai.{name}" for name in ("batch", "proposal", "proposal.line", "review", "review.finding")
}
#: Likewise, in test_index, test_suggestion and its sisters.
OF_SUGGESTIONS = {
    f"l10n_cl_ai.{name}"
    for name in (
        "index", "suggestion", "suggestion.precision", "suggestion.question", "suggestion.report", "suggestion.run"
    )
}

#: Likewise, in test_chat_proposal.
OF_THE_ASSISTANT = {
    f"l10n_cl_ai.{name}" for name in ("article", "article.import", "chat.proposal", "conversation", "message")
}
#: Likewise, in test_alert and test_webhook.
OF_THE_WATCH = {f"l10n_cl_ai.{name}" for name in ("alert", "alert.event", "webhook", "webhook.delivery")}

#: Likewise, in test_sii_notice.
OF_THE_SII = {f"l10n_cl_ai.sii.{name}" for name in ("document", "notice", "question", "run", "source")}
#: Likewise, in test_retention, test_privacy_rights and test_processing.
OF_PRIVACY = {f"l10n_cl_ai.{name}" for name in ("hold", "privacy.log", "processing", "retention")}


@freeze_time(NOW)
@tagged("post_install_l10n", "post_install", "-at_install")
class TestSecurity(DteCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.other = cls._make_company("Servicios Quillón SpA", "77018459-2")
        cls.stranger = cls._make_user(
            "ajeno", "account.group_account_manager,l10n_cl_ai.group_manager", cls.other
        )
        cls.plain = cls._make_user("empleado", "base.group_user")
        cls.user = cls._make_user("lector", "l10n_cl_ai.group_user")
        cls.accountant = cls._make_user("contador", "account.group_account_invoice")
        cls.manager = cls._make_user(
            "gerente", "account.group_account_invoice,l10n_cl_ai.group_manager"
        )
        cls.move = cls.invoice(33, [cls.line(f"Producto {number}") for number in range(61)])
        cls.validation = cls.move._l10n_cl_ai_check()
        cls.finding = cls.validation.finding_ids[0]
        cls.policy = cls.env["l10n_cl_ai.rule.policy"].create(
            {
                "rule_id": cls.env["l10n_cl_ai.rule"].search([("code", "=", "E01")]).id,
                "company_id": cls.company.id,
                "action": "warn",
            }
        )
        cls.correction = cls.env["l10n_cl_ai.correction"].create(
            {
                "finding_id": cls.finding.id,
                "move_id": cls.move.id,
                "company_id": cls.company.id,
                "fix": "nothing",
                "summary": "Nada",
                "res_model": "account.move",
                "res_id": cls.move.id,
                "user_id": cls.env.uid,
            }
        )

    def seen_by(self, user, record):
        """Return a record as somebody sees it who works in his own company."""
        return record.with_user(user).with_context(allowed_company_ids=user.company_ids.ids)

    def changes(self, record):
        """Return ways to change a record, or to make another."""
        return (lambda: record.write({"write_uid": 1}), record.unlink, lambda: record.create({}))

    def test_managers_may_export_and_others_may_not_by_that(self):
        self.assertTrue(self.manager.has_group("base.group_allow_export"))
        self.assertFalse(self.accountant.has_group("base.group_allow_export"))

    def records(self):
        return [self.validation, self.finding, self.policy, self.correction]

    # -- companies -----------------------------------------------------------------------------------

    def test_every_model_with_a_company_keeps_it_to_its_people(self):
        for record in self.records():
            with self.subTest(model=record._name):
                theirs = self.seen_by(self.stranger, record)
                self.assertFalse(theirs.search([("id", "=", record.id)]))
                with self.assertRaises(AccessError):
                    theirs.read(["company_id"])
                self.assertTrue(record.with_user(self.accountant).search([("id", "=", record.id)]))

    def test_no_stored_model_of_ours_is_forgotten(self):
        models = {
            name
            for name, model in self.env.registry.items()
            if name.startswith("l10n_cl_ai.")
            and not model._abstract
            and not model._transient
            and "company_id" in model._fields
        }
        elsewhere = OF_THE_GATEWAY | OF_ANSWERS | OF_THE_BACKGROUND | OF_SUGGESTIONS | OF_THE_ASSISTANT
        elsewhere |= OF_THE_WATCH | OF_PRIVACY | OF_THE_SII
        self.assertEqual(models, {record._name for record in self.records()} | elsewhere)

    def test_a_user_with_both_companies_sees_the_active_ones(self):
        self.accountant.company_ids |= self.other
        validations = self.env["l10n_cl_ai.validation"].with_user(self.accountant)
        mine = [("id", "=", self.validation.id)]
        self.assertFalse(validations.with_context(allowed_company_ids=self.other.ids).search(mine))
        self.assertTrue(validations.with_context(allowed_company_ids=self.company.ids).search(mine))

    def test_documents_of_another_company_cannot_be_checked(self):
        with self.assertRaises(AccessError):
            self.seen_by(self.stranger, self.move).action_l10n_cl_ai_check()

    def test_severities_are_of_one_company(self):
        rule = self.policy.rule_id
        self.assertEqual(rule.with_user(self.manager).company_action, "warn")
        self.assertEqual(self.seen_by(self.stranger, rule).company_action, rule.action)

    def test_a_manager_cannot_set_severities_of_another_company(self):
        policies = self.env["l10n_cl_ai.rule.policy"].with_user(self.manager)
        with self.assertRaises(AccessError):
            policies.create(
                {"rule_id": self.policy.rule_id.id, "company_id": self.other.id, "action": "warn"}
            )

    # -- groups --------------------------------------------------------------------------------------

    def test_an_employee_sees_nothing(self):
        for record in (*self.records(), self.policy.rule_id):
            with self.subTest(model=record._name), self.assertRaises(AccessError):
                record.with_user(self.plain).read(["id", "create_date"])

    def test_who_may_not_read_checks_still_reads_invoices(self):
        self.env["ir.model.access"].create(
            {
                "name": "reads invoices",
                "model_id": self.env["ir.model"]._get_id("account.move"),
                "group_id": self.env.ref("base.group_user").id,
                "perm_read": True,
            }
        )
        move = self.move.with_user(self.plain)
        names = set(move.fields_get())
        self.assertTrue(move.read(["name", "state", "l10n_cl_ai_applies"]))
        self.assertEqual({name for name in names if name.startswith("l10n_cl_ai")}, {"l10n_cl_ai_applies"})

    def test_a_user_reads_and_no_more(self):
        for record in (*self.records(), self.policy.rule_id):
            mine = record.with_user(self.user)
            mine.read(["display_name"])
            for act in self.changes(mine):
                with self.subTest(model=record._name), self.assertRaises(AccessError):
                    act()

    def test_what_was_found_is_nobodys_to_change(self):
        for record in (self.validation, self.finding):
            for user in (self.accountant, self.manager):
                for act in self.changes(record.with_user(user)):
                    with self.subTest(model=record._name, user=user.login), self.assertRaises(AccessError):
                        act()

    def test_only_managers_set_severities(self):
        rule = self.policy.rule_id
        for user in (self.user, self.accountant):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                rule.with_user(user).company_action = "block"
        rule.with_user(self.manager).company_action = "block"
        self.assertEqual(rule.company_action, "block")

    def test_the_facts_of_a_rule_are_nobodys_to_change(self):
        rule = self.policy.rule_id.with_user(self.manager)
        for values in ({"action": "info"}, {"sii_effect": "none"}, {"active": False}):
            with self.subTest(values=values), self.assertRaises(AccessError):
                rule.write(values)

    def test_accountants_check_and_readers_do_not(self):
        self.move.with_user(self.accountant).action_l10n_cl_ai_check()
        self.assertEqual(self.move.l10n_cl_ai_validation_id.user_id, self.accountant)
        with self.assertRaises(AccessError):
            self.move.with_user(self.user).action_l10n_cl_ai_check()

    def test_who_writes_invoices_checks_and_only_named_people_override(self):
        self.assertTrue(self.accountant.has_group("l10n_cl_ai.group_accountant"))
        boss = self._make_user("jefe", "account.group_account_manager")
        self.assertFalse(boss.has_group("l10n_cl_ai.group_manager"))

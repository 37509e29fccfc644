"""What somebody tries who wants another company's data, or a clean check of a wrong document."""

import contextlib
import json

from odoo import Command
from odoo.addons.l10n_cl_ai.models.account_move_post import OVERRIDE, PostingBlocked
from odoo.exceptions import AccessError, UserError
from odoo.tests import freeze_time, new_test_user, tagged

from .common import NOW, DteCase

#: Nothing but a type: enough to be read and judged.
LEAST_DTE = b"<DTE><Documento><Encabezado><IdDoc><TipoDTE>33</TipoDTE></IdDoc></Encabezado></Documento></DTE>"
ACCOUNTANT = "account.group_account_invoice,base.group_partner_manager"


@freeze_time(NOW)
@tagged("post_install_l10n", "post_install", "-at_install")
class TestAttack(DteCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.other = cls._make_company("Servicios Quillón SpA", "77018459-2")
        cls.attacker = cls._make_user("atacante", ACCOUNTANT, cls.other)
        cls.stranger_boss = cls._make_user("jefeajeno", f"{ACCOUNTANT},l10n_cl_ai.group_manager", cls.other)
        cls.accountant = cls._make_user("contador", ACCOUNTANT)
        cls.colleague = cls._make_user("colega", ACCOUNTANT)
        cls.reader = cls._make_user("lector", "l10n_cl_ai.group_user")
        cls.victim = cls.wrong()
        cls.check = cls.victim._l10n_cl_ai_check()
        cls.finding = cls.check.finding_ids[0]

    @classmethod
    def wrong(cls, **values):
        """Return an invoice that the SII rejects: 61 lines."""
        return cls.invoice(33, [cls.line(f"Producto {number}") for number in range(61)], **values)

    def as_user(self, user, record):
        """Return a record as a request of that user gets it: nothing in the cache."""
        self.env.flush_all()
        self.env.invalidate_all()
        return record.with_user(user).with_context(allowed_company_ids=user.company_ids.ids)

    def strangers_invoice(self):
        move = self.env["account.move"].with_context(allowed_company_ids=self.other.ids)
        return move.create(
            {
                "move_type": "out_invoice",
                "partner_id": self.customer.id,
                "invoice_date": "2026-11-18",
                "l10n_latam_document_type_id": self.document_type(33).id,
                "invoice_line_ids": [
                    Command.create(
                        {
                            "name": "Hora",
                            "price_unit": 1000,
                            "tax_ids": [Command.set(self.other.account_sale_tax_id.ids)],
                        }
                    )
                ],
            }
        )

    # -- defaults: Odoo takes those of the context away in sudo(), but not those that users keep ------

    def _keep_default(self, user, model, field, value):
        field = self.env["ir.model.fields"]._get(model, field)
        self.as_user(user, self.env["ir.default"]).create(
            {"field_id": field.id, "user_id": user.id, "json_value": json.dumps(value)}
        )

    def test_findings_of_others_are_not_drawn_into_ones_own_check(self):
        theirs = [Command.link(self.finding.id)]
        self._keep_default(self.attacker, "l10n_cl_ai.validation", "finding_ids", theirs)
        self.as_user(self.attacker, self.strangers_invoice()).action_l10n_cl_ai_check()
        self.env.invalidate_all()
        self.assertEqual((self.finding.validation_id, self.finding.company_id), (self.check, self.company))

    def test_an_override_is_not_kept_as_a_default(self):
        self._keep_default(self.accountant, "l10n_cl_ai.validation", "override_reason", "Lo dijo el gerente")
        self.as_user(self.accountant, self.victim).action_l10n_cl_ai_check()
        self.assertFalse(self.victim.l10n_cl_ai_validation_id.override_reason)

    def test_corrections_are_not_made_up_by_defaults(self):
        forged = {
            "move_id": self.victim.id, "company_id": self.company.id, "fix": "x", "summary": "x",
            "res_model": "res.partner", "res_id": self.customer.id, "before": {"name": "B"},
            "after": {"name": self.customer.name}, "user_id": self.colleague.id,
        }  # fmt: skip
        self._keep_default(self.accountant, "l10n_cl_ai.finding", "correction_ids", [Command.create(forged)])
        self.as_user(self.accountant, self.victim).action_l10n_cl_ai_check()
        self.assertFalse(self.env["l10n_cl_ai.correction"].search([("fix", "=", "x")]))

    def test_corrections_begin_applied(self):
        self._keep_default(self.accountant, "l10n_cl_ai.correction", "state", "undone")
        self.customer.city = False
        move = self.invoice(33)
        finding = move._l10n_cl_ai_check().finding_ids.filtered(lambda each: each.fix == "partner_comuna")[:1]
        action = self.as_user(self.accountant, finding).action_fix()
        wizard = self.env["l10n_cl_ai.fix.wizard"].with_user(self.accountant).browse(action["res_id"])
        wizard.value = "Temuco"
        wizard.action_apply()
        self.assertEqual(move.l10n_cl_ai_correction_ids.state, "applied")

    # -- forging -------------------------------------------------------------------------------------

    def test_the_verdict_is_not_written_by_hand(self):
        clean = self.invoice(33)._l10n_cl_ai_check()
        move = self.as_user(self.accountant, self.victim)
        for values in (
            {"l10n_cl_ai_verdict": "ok"},
            {"l10n_cl_ai_validation_id": clean.id},
            {"l10n_cl_ai_validation_id": False},
        ):
            with self.subTest(values=values):
                with contextlib.suppress(AccessError, UserError), self.env.cr.savepoint():
                    move.write(values)
                self.env.invalidate_all()
                self.assertEqual(self.victim.l10n_cl_ai_validation_id, self.check)
                self.assertEqual(self.victim.l10n_cl_ai_verdict, "block")

    def test_a_new_document_brings_no_verdict(self):
        clean = self.invoice(33)._l10n_cl_ai_check()
        moves = self.env["account.move"].with_user(self.accountant)
        with contextlib.suppress(AccessError, UserError), self.env.cr.savepoint():
            move = moves.create(
                {
                    "move_type": "out_invoice",
                    "partner_id": self.customer.id,
                    "l10n_cl_ai_validation_id": clean.id,
                    "l10n_cl_ai_verdict": "ok",
                }
            )
            self.env.flush_all()
            self.env.invalidate_all()
            self.assertFalse(move.sudo().l10n_cl_ai_validation_id)
            self.assertFalse(move.sudo().l10n_cl_ai_verdict)

    def test_commands_on_the_history_are_refused(self):
        move = self.as_user(self.accountant, self.victim)
        correction = self._correction()
        for values in (
            {"l10n_cl_ai_validation_ids": [Command.delete(self.check.id)]},
            {"l10n_cl_ai_validation_ids": [Command.unlink(self.check.id)]},
            {"l10n_cl_ai_validation_ids": [Command.clear()]},
            {"l10n_cl_ai_validation_ids": [Command.update(self.check.id, {"verdict": "ok"})]},
            {"l10n_cl_ai_correction_ids": [Command.update(correction.id, {"before": {}})]},
            {"l10n_cl_ai_correction_ids": [Command.delete(correction.id)]},
            {"l10n_cl_ai_finding_ids": [Command.update(self.finding.id, {"action": "info"})]},
            {"l10n_cl_ai_finding_ids": [Command.delete(self.finding.id)]},
            {"l10n_cl_ai_finding_ids": [Command.clear()]},
        ):
            with self.subTest(values=values):
                with contextlib.suppress(AccessError, UserError), self.env.cr.savepoint():
                    move.write(values)
                    self.env.flush_all()
                self.env.invalidate_all()
                self.assertEqual(self.victim.l10n_cl_ai_validation_id, self.check)
                self.assertEqual(self.check.verdict, "block")
                self.assertEqual(self.finding.exists().action, "block")
                self.assertTrue(correction.exists())

    def _correction(self):
        return self.env["l10n_cl_ai.correction"].create(
            {
                "move_id": self.victim.id,
                "company_id": self.company.id,
                "fix": "nothing",
                "summary": "x",
                "res_model": "res.partner",
                "res_id": self.customer.id,
                "user_id": self.env.uid,
                "before": {"city": "Angol"},
                "after": {"city": self.customer.city},
            }
        )

    # -- posting -------------------------------------------------------------------------------------

    def test_posting_by_the_state_field_is_held_up_too(self):
        self.company.l10n_cl_ai_post_on_block = "block"
        move = self.as_user(self.accountant, self.victim)
        with contextlib.suppress(AccessError, UserError), self.env.cr.savepoint():
            move.write({"state": "posted"})
            self.env.flush_all()
        self.env.invalidate_all()
        self.assertEqual(self.victim.state, "draft")

    def test_a_receipt_is_no_way_to_issue_a_dte(self):
        self.company.l10n_cl_ai_post_on_block = "block"
        move = self.wrong(move_type="out_receipt")
        with self.assertRaises(UserError), self.env.cr.savepoint():
            self.as_user(self.accountant, move).action_post()

    def test_a_type_given_after_posting_is_checked_then(self):
        self.company.l10n_cl_ai_post_on_block = "block"
        factura = self.victim.l10n_latam_document_type_id
        self.victim.l10n_latam_document_type_id = self.document_type(71)
        move = self.as_user(self.accountant, self.victim)
        move.action_post()
        with self.assertRaises(PostingBlocked), self.env.cr.savepoint():
            move.l10n_latam_document_type_id = factura

    def test_a_posting_is_checked_once(self):
        self.victim.action_post()
        self.assertEqual(len(self.victim.l10n_cl_ai_validation_ids - self.check), 1)

    def test_a_refused_document_is_not_sent_after_any_change(self):
        self.victim.action_post()
        self.company.l10n_cl_ai_post_on_block = "block"
        self.assertEqual(self.victim._l10n_cl_ai_alert(), "refused")
        self.customer.street = "Otra calle 1"
        self.env.invalidate_all()
        self.assertEqual(self.victim.l10n_cl_ai_state, "stale")
        self.assertEqual(self.victim._l10n_cl_ai_alert(), "refused")

    def test_a_reason_of_somebody_else_by_any_door(self):
        self.company.l10n_cl_ai_post_on_block = "block"
        move = self.as_user(self.accountant, self.victim).with_context(**{OVERRIDE: "Porque lo digo yo"})
        for act in (move.action_post, lambda: move.write({"state": "posted"})):
            with self.assertRaises(PostingBlocked), self.env.cr.savepoint():
                act()
        with self.assertRaises(AccessError):
            wizards = self.env["l10n_cl_ai.override.wizard"].with_user(self.accountant)
            wizards.create({"move_ids": self.victim.ids})

    # -- wizards on what belongs to others -----------------------------------------------------------

    def test_the_correction_form_tells_nothing_of_other_companies(self):
        wizards = self.as_user(self.attacker, self.env["l10n_cl_ai.fix.wizard"])
        wizard = wizards.create({"finding_id": self.finding.id, "value": "x"})
        names = ("message", "move_id", "kind", "label", "record_name", "current", "limit", "origin_domain")
        for name in names:
            self.env.flush_all()
            self.env.invalidate_all()
            with self.subTest(field=name), self.assertRaises(AccessError):
                wizard.read([name])
        with self.assertRaises(AccessError):
            wizard.action_apply()

    def test_checking_documents_of_another_company_by_the_wizard(self):
        before = self.env["l10n_cl_ai.validation"].search_count([("move_id", "=", self.victim.id)])
        wizards = self.as_user(self.attacker, self.env["l10n_cl_ai.check.wizard"])
        with contextlib.suppress(AccessError), self.env.cr.savepoint():
            wizard = wizards.create({"move_ids": [Command.set(self.victim.ids)]})
            self.env.flush_all()
            wizard.check_next()
        self.env.invalidate_all()
        after = self.env["l10n_cl_ai.validation"].search_count([("move_id", "=", self.victim.id)])
        self.assertEqual(after, before)

    def _xml(self, user, **values):
        attachment = (
            self.env["ir.attachment"]
            .with_user(user)
            .create(
                {
                    "name": "x.xml",
                    "raw": LEAST_DTE,
                }
            )
        )
        return self.as_user(user, self.env["l10n_cl_ai.xml.wizard"]).create(
            {"attachment_ids": [Command.set(attachment.ids)], **values}
        )

    def test_no_check_is_put_into_another_company(self):
        checks = [("company_id", "=", self.company.id)]
        before = self.env["l10n_cl_ai.validation"].search_count(checks)
        with self.assertRaises(AccessError), self.env.cr.savepoint():
            wizard = self._xml(self.attacker, company_id=self.company.id)
            self.env.flush_all()
            self.env.invalidate_all()
            wizard.action_check()
        self.assertEqual(self.env["l10n_cl_ai.validation"].search_count(checks), before)

    def test_files_of_others_are_not_read(self):
        secret = self.env["ir.attachment"].create(
            {"name": "s.xml", "raw": b"<DTE/>", "res_model": "account.move", "res_id": self.victim.id}
        )
        try:
            with self.env.cr.savepoint():
                wizard = self.as_user(self.attacker, self.env["l10n_cl_ai.xml.wizard"]).create(
                    {"attachment_ids": [Command.set(secret.ids)]}
                )
                self.env.flush_all()
                self.env.invalidate_all()
                wizard.action_check()
        except UserError:
            return
        self.fail(f"read: {wizard.unreadable}")

    def test_forms_under_way_are_their_owners(self):
        boss = self._make_user("gerente", f"{ACCOUNTANT},l10n_cl_ai.group_manager")
        moves = [Command.set(self.victim.ids)]
        mine = self.env(user=self.accountant)
        forms = [
            self._xml(self.accountant),
            mine["l10n_cl_ai.check.wizard"].create({"move_ids": moves}),
            mine["l10n_cl_ai.fix.wizard"].create({"finding_id": self.finding.id}),
            self.env["l10n_cl_ai.override.wizard"]
            .with_user(boss)
            .create({"move_ids": moves, "reason": "El cliente lo pidió"}),
        ]
        for form in forms:
            for user in (self.colleague, self.stranger_boss):
                with self.subTest(model=form._name, user=user.login):
                    with self.assertRaises(AccessError):
                        self.as_user(user, form).read(["create_date"])
                    with self.assertRaises(AccessError):
                        self.as_user(user, form).write({"write_uid": 1})

    def test_the_override_is_no_way_into_another_company(self):
        wizards = self.as_user(self.stranger_boss, self.env["l10n_cl_ai.override.wizard"])
        with contextlib.suppress(AccessError, UserError), self.env.cr.savepoint():
            moves = [Command.set(self.victim.ids)]
            wizard = wizards.create({"move_ids": moves, "reason": "Porque lo digo yo"})
            self.env.flush_all()
            self.env.invalidate_all()
            wizard.action_post()
        self.env.invalidate_all()
        self.assertEqual(self.victim.state, "draft")

    # -- people with little right --------------------------------------------------------------------

    def test_a_reader_without_accounting_opens_every_list(self):
        self.customer.city = False
        fixable = self.invoice(33)._l10n_cl_ai_check().finding_ids.filtered("can_fix")[:1]
        for record in (self.check, fixable, self._correction(), fixable.rule_id):
            for name in record._fields:
                with self.subTest(model=record._name, field=name):
                    self.as_user(self.reader, record).read([name])
        self.as_user(self.reader, self.check).search([("is_last", "=", True)])

    def test_a_customer_reads_nothing_of_our_checks(self):
        portal = new_test_user(self.env, "cliente", groups="base.group_portal")
        portal.partner_id.parent_id = self.customer
        self.victim.message_subscribe(portal.partner_id.ids)
        self.victim.action_post()
        portal.write({"company_ids": [Command.set(self.company.ids)], "company_id": self.company.id})
        move = self.as_user(portal, self.victim)
        self.assertTrue(move.read(["name"]))
        for name in filter(lambda name: name.startswith("l10n_cl_ai"), self.victim._fields):
            with self.subTest(field=name), self.assertRaises(AccessError):
                move.read([name])
        for act in (move.action_l10n_cl_ai_check, move.action_post):
            with self.assertRaises(AccessError):
                act()

    # -- what a bill can be typed to be --------------------------------------------------------------

    def test_the_longest_folio_that_a_correction_takes(self):
        bill = self.bill(folio="9999999999")
        bill.action_post()
        self.env.flush_all()
        self.assertNotEqual(bill._l10n_cl_ai_check().verdict, "error")

    def test_folios_no_number_can_hold(self):
        bill = self.bill(folio="9" * 5000)
        self.assertNotEqual(bill._l10n_cl_ai_check().verdict, "error")
        self.assertIsNone(self.env["l10n_cl_ai.xml.wizard"]._bill_key(bill)[1])

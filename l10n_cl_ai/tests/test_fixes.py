"""Corrections: what a click changes, who may click, what the log says, and how it is taken back."""

import ast
import pathlib
from unittest.mock import patch

from odoo import Command
from odoo.addons.l10n_cl_ai import dte
from odoo.addons.l10n_cl_ai.models.ai_fix import Plan
from odoo.exceptions import AccessError, UserError
from odoo.tests import freeze_time, tagged

from .common import DAY, GIRO, NOW, DteCase

_RULES = pathlib.Path(dte.__file__).parent / "rules"


def fix_names():
    """Return every name of a correction that the rules' sources hold: fix="…" and tables named …FIXES."""
    names = set()
    for path in _RULES.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            values = []
            if isinstance(node, ast.keyword) and node.arg == "fix":
                values = ast.walk(node.value)
            elif isinstance(node, ast.Assign):
                targets = [getattr(target, "id", "").casefold() for target in node.targets]
                if any("fix" in target for target in targets):
                    table = node.value
                    values = [each for value in table.values for each in ast.walk(value)] if (
                        isinstance(table, ast.Dict)) else ast.walk(table)  # fmt: skip
            names |= {
                each.value
                for each in values
                if isinstance(each, ast.Constant) and isinstance(each.value, str)
            }
    return names - {""}


@tagged("post_install_l10n", "post_install", "-at_install")
@freeze_time(NOW)
class TestFixes(DteCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        contact = "base.group_partner_manager"
        cls.accountant = cls._make_user("fix_accountant", f"account.group_account_user,{contact}")
        cls.manager = cls._make_user(
            "fix_manager",
            f"account.group_account_manager,base.group_erp_manager,l10n_cl_ai.group_manager,{contact}",
        )

    def finding(self, move, fix, user=None):
        """Check a document and return the finding that this correction mends, as a user sees it."""
        move._l10n_cl_ai_check()
        found = move.l10n_cl_ai_finding_ids.filtered(lambda finding: finding.fix == fix)
        self.assertTrue(found, f"No rule asked for {fix}: {move.l10n_cl_ai_finding_ids.mapped('rule_code')}")
        return found[:1].with_user(user or self.accountant)

    def press(self, move, fix, user=None):
        """Press the button of a finding; return the correction that it made, if it made one at once."""
        finding = self.finding(move, fix, user)
        self.assertTrue(finding.can_fix)
        self.action = finding.action_fix()
        return finding.correction_ids

    def answer(self, move, fix, value=None, user=None, **values):
        """Press the button and answer what it asks, with its own proposal when no value is given."""
        finding = self.finding(move, fix, user)
        action = finding.action_fix()
        self.wizard = (
            self.env["l10n_cl_ai.fix.wizard"].with_user(user or self.accountant).browse(action["res_id"])
        )
        if value is not None:
            values["value"] = value
        self.wizard.write(values)
        closing = self.wizard.action_apply()
        self.assertEqual(closing["params"]["next"]["type"], "ir.actions.act_window_close")
        return finding.correction_ids

    def assertMended(self, move, fix):
        self.assertNotIn(fix, move.l10n_cl_ai_finding_ids.mapped("fix"))
        self.assertNotEqual(move.l10n_cl_ai_state, "stale", "It is checked again after a correction")

    # -- registry --------------------------------------------------------------------------------------

    def test_every_correction_that_a_rule_names_exists(self):
        names = fix_names()
        self.assertIn("partner_giro", names)
        self.assertEqual(names - self.env["l10n_cl_ai.fix"]._names(), set())

    def test_another_addon_adds_a_correction_as_a_method(self):
        move = self.invoice(partner=self._make_partner("Sin giro", "77103946-4", **{GIRO: False}))
        finding = self.finding(move, "partner_giro")
        finding.sudo().fix = "sample"
        self.assertFalse(finding.can_fix)
        with self.assertRaises(UserError):
            finding.action_fix()

        def _fix_sample(_self, finding):
            return Plan(finding.move_id.commercial_partner_id, {GIRO: "Otro giro"}, "sample")

        fixes = self.env.registry["l10n_cl_ai.fix"]
        with patch.object(fixes, "_fix_sample", _fix_sample, create=True):
            finding.invalidate_recordset(["can_fix"])
            self.assertTrue(finding.can_fix)
            finding.action_fix()
        self.assertEqual(move.partner_id[GIRO], "Otro giro")
        self.assertEqual(finding.correction_ids.fix, "sample")

    # -- one click -------------------------------------------------------------------------------------

    def test_one_click_mends_is_logged_and_can_be_taken_back(self):
        long = "Multifuncional láser a color con alimentador automático de documentos y bandeja doble"
        exempt = [self.line("Curso", 1, 15000, taxes=self.env["account.tax"])]
        later = DAY.replace(month=12)
        cases = [
            ("forbidden_characters", self.invoice(lines=[self.line("Set “Sol” 5€ 😀")]),
             "invoice_line_ids.name", "Set “Sol” 5€ 😀", 'Set "Sol" 5EUR'),
            ("untrimmed", self.invoice(lines=[self.line(" Resma  carta ")]),
             "invoice_line_ids.name", " Resma  carta ", "Resma  carta"),
            ("line_text_too_long", self.invoice(lines=[self.line(f"{long}\nSegunda línea")]),
             "invoice_line_ids.name", f"{long}\nSegunda línea",
             f"{long.removesuffix(' doble')}\ndoble\nSegunda línea"),
            ("document_34", self.invoice(lines=exempt), "l10n_latam_document_type_id.code", "33", "34"),
            ("document_34", self.invoice(39, lines=exempt), "l10n_latam_document_type_id.code", "39", "41"),
            ("future_date", self.invoice(invoice_date=later), "invoice_date", later, DAY),
        ]  # fmt: skip
        for fix, move, path, before, after in cases:
            with self.subTest(fix=fix, code=move.l10n_latam_document_type_id.code):
                self.assertEqual(move.mapped(path), [before])
                correction = self.press(move, fix)
                self.assertEqual(move.mapped(path), [after])
                self.assertMended(move, fix)
                self.assertEqual((correction.state, correction.user_id), ("applied", self.accountant))
                self.assertEqual(self.action["tag"], "display_notification")
                correction.with_user(self.accountant).action_undo()
                self.assertEqual(move.mapped(path), [before])
                self.assertEqual(correction.state, "undone")
                self.assertIn(fix, move.l10n_cl_ai_finding_ids.mapped("fix"))

    def test_the_chatter_keeps_before_and_after(self):
        move = self.invoice(lines=[self.line("Cinta — 5€")])
        correction = self.press(move, "forbidden_characters")
        body = move.message_ids[0].body
        self.assertIn("<s>Cinta — 5€</s>", body)
        self.assertIn("<b>Cinta - 5EUR</b>", body)
        self.assertEqual(move.message_ids[0].author_id, self.accountant.partner_id)
        correction.with_user(self.accountant).action_undo()
        body = move.message_ids[0].body
        self.assertIn("<s>Cinta - 5EUR</s>", body)
        self.assertIn("<b>Cinta — 5€</b>", body)

    def test_markup_in_a_text_stays_text_in_the_chatter(self):
        move = self.invoice(lines=[self.line("<img src=x onerror=alert(1)> “a”")])
        self.press(move, "forbidden_characters")
        self.assertNotIn("<img", move.message_ids[0].body)
        self.assertIn("&lt;img", move.message_ids[0].body)

    def test_a_name_of_a_partner_is_mended_too(self):
        partner = self._make_partner("Librería “Aurora”", "77103946-4")
        move = self.invoice(partner=partner)
        self.press(move, "forbidden_characters")
        self.assertEqual(partner.name, 'Librería "Aurora"')
        self.assertMended(move, "forbidden_characters")

    def test_a_text_of_which_nothing_is_left_is_not_emptied(self):
        move = self.invoice(lines=[self.line("😀 ☃")])
        with self.assertRaisesRegex(UserError, "another text"):
            self.press(move, "forbidden_characters")
        self.assertEqual(move.invoice_line_ids.name, "😀 ☃")

    def test_a_type_with_a_folio_gives_the_folio_back_when_undone(self):
        move = self.invoice(lines=[self.line("Curso", 1, 15000, taxes=self.env["account.tax"])])
        move.action_post()
        name = move.name
        move.button_draft()
        correction = self.press(move, "document_34")
        self.assertFalse(move.name, "A 34 takes a folio of its own series")
        correction.with_user(self.accountant).action_undo()
        self.assertEqual((move.name, move.l10n_latam_document_type_id.code), (name, "33"))

    def test_a_date_takes_the_due_date_back_when_undone(self):
        later, due = DAY.replace(month=12), DAY.replace(year=2027)
        move = self.invoice(invoice_date=later, invoice_payment_term_id=False, invoice_date_due=due)
        before = (move.invoice_date, move.date, move.invoice_date_due)
        correction = self.press(move, "future_date")
        self.assertEqual(move.invoice_date, DAY)
        correction.with_user(self.accountant).action_undo()
        self.assertEqual((move.invoice_date, move.date, move.invoice_date_due), before)

    def test_a_folio_keeps_its_digits(self):
        move = self.bill()
        move.name = "FAC A-00977"
        correction = self.press(move, "folio_digits")
        self.assertEqual(move.l10n_latam_document_number, "000977")
        correction.with_user(self.accountant).action_undo()
        self.assertEqual(move.name, "FAC A-00977")

    def test_a_folio_with_several_numbers_is_asked(self):
        move = self.bill()
        move.name = "FAC F12-977"
        self.answer(move, "folio_digits", "12977")
        self.assertEqual(move.l10n_latam_document_number, "012977")
        move.name = "FAC F12-977"
        with self.assertRaisesRegex(UserError, "between 1 and"):
            self.answer(move, "folio_digits", "0")

    # -- rounding --------------------------------------------------------------------------------------

    def rounded_per_line(self):
        self.company.tax_calculation_rounding_method = "round_per_line"
        return self.invoice(lines=[self.line(f"Lápiz {number}", 1, 1350) for number in range(10)])

    def test_rounding_changes_the_company_and_this_draft(self):
        move = self.rounded_per_line()
        other = self.rounded_per_line()
        self.assertEqual(move.amount_tax, 2570)
        correction = self.press(move, "round_globally", self.manager)
        self.assertEqual(self.company.tax_calculation_rounding_method, "round_globally")
        self.assertEqual((move.amount_tax, other.amount_tax), (2565, 2570))
        self.assertMended(move, "round_globally")
        self.assertIn("1 ", correction.summary, "It says how many other drafts there are")
        correction.with_user(self.manager).action_undo()
        self.assertEqual(self.company.tax_calculation_rounding_method, "round_per_line")
        self.assertEqual((move.amount_tax, move.amount_total), (2570, 16070))

    def test_a_draft_made_before_the_setting_changed_is_computed_anew(self):
        move = self.rounded_per_line()
        self.company.tax_calculation_rounding_method = "round_globally"
        correction = self.press(move, "round_globally")
        self.assertEqual((move.amount_tax, move.amount_total), (2565, 16065))
        self.assertMended(move, "round_globally")
        correction.with_user(self.accountant).action_undo()
        self.assertEqual((move.amount_tax, move.amount_total), (2570, 16070))
        self.assertEqual(self.company.tax_calculation_rounding_method, "round_globally")

    def test_an_iva_that_changed_since_the_check_is_left_alone(self):
        move = self.rounded_per_line()
        self.company.tax_calculation_rounding_method = "round_globally"
        finding = self.finding(move, "round_globally")
        move.invoice_line_ids[0].price_unit = 2350
        with self.assertRaisesRegex(UserError, "check the document again"):
            finding.action_fix()

    def test_only_managers_change_the_rounding(self):
        move = self.rounded_per_line()
        with self.assertRaisesRegex(AccessError, "manager"):
            self.press(move, "round_globally")
        powerless = self._make_user("fix_powerless", "account.group_account_user,l10n_cl_ai.group_manager")
        with self.assertRaisesRegex(AccessError, "administrator"):
            self.press(move, "round_globally", powerless)
        self.assertEqual(self.company.tax_calculation_rounding_method, "round_per_line")

    # -- asked of a person -----------------------------------------------------------------------------

    def test_what_is_missing_is_asked_and_written(self):
        cases = [
            ("partner_giro", GIRO, "Elaboración de pan"),
            ("partner_address", "street", "Maipón 845"),
            ("partner_comuna", "city", "Chillán Viejo"),
        ]
        for fix, field, value in cases:
            with self.subTest(fix=fix):
                partner = self._make_partner("Panadería Doña Carmen", "76903412-9", **{field: False})
                move = self.invoice(partner=partner)
                correction = self.answer(move, fix, value)
                self.assertEqual(partner[field], value)
                self.assertMended(move, fix)
                correction.with_user(self.accountant).action_undo()
                self.assertFalse(partner[field])

    def test_what_the_company_lacks_is_asked_and_written(self):
        partner = self.company.partner_id
        for fix, field, value in [
            ("company_giro", GIRO, "Venta de papel"),
            ("company_address", "street", "Libertad 1"),
            ("company_comuna", "city", "Chillán"),
        ]:
            with self.subTest(fix=fix):
                partner[field] = False
                move = self.invoice()
                self.answer(move, fix, value)
                self.assertEqual(partner[field], value)
                self.assertMended(move, fix)

    def test_what_is_too_long_is_proposed_cut_after_a_word(self):
        giro = "Cultivo de trigo, avena y otros cereales, y servicios de cosecha a terceros"
        partner = self._make_partner("Agrícola Santa Elvira", "76880314-5", **{GIRO: giro})
        move = self.invoice(partner=partner)
        correction = self.answer(move, "partner_giro")
        self.assertEqual(self.wizard.current, giro)
        self.assertEqual(partner[GIRO], "Cultivo de trigo, avena y otros cereales")
        self.assertMended(move, "partner_giro")
        correction.with_user(self.accountant).action_undo()
        self.assertEqual(partner[GIRO], giro)

    def test_a_comuna_is_proposed_from_what_stands_there(self):
        for city, street, proposal in [
            ("Las Condez", "Apoquindo 6410", "Las Condes"),
            (False, "Apoquindo 6410, Las Condes", "Las Condes"),
            (False, "Maipón 845 Chillán Viejo", "Chillán Viejo"),
        ]:
            with self.subTest(city=city, street=street):
                partner = self._make_partner("Inmobiliaria", "77519082-5", city=city, street=street)
                move = self.invoice(partner=partner)
                self.answer(move, "partner_comuna")
                self.assertEqual(partner.city, proposal)
                self.assertMended(move, "partner_comuna")

    def test_a_comuna_kept_as_a_record_is_looked_up(self):
        self.company.l10n_cl_ai_comuna_field_id = self.env["ir.model.fields"]._get("res.partner", "state_id")
        move = self.invoice(partner=self._make_partner("Sin comuna", "77519082-5"))
        for unknown in ("Atlantis", "%oquimbo"):
            with self.subTest(unknown=unknown), self.assertRaisesRegex(UserError, "not in the list"):
                self.answer(move, "partner_comuna", unknown)
        state = self.env.ref("base.state_cl_04")
        correction = self.answer(move, "partner_comuna", state.name.upper())
        self.assertEqual(move.partner_id.state_id, state)
        self.assertIn(state.display_name, correction.after_text)

    def test_a_rut_is_asked_with_the_digit_that_would_fit_but_never_changed_alone(self):
        partner = self._make_partner("Transportes", "77340268-K")
        partner.with_context(no_vat_validation=True).vat = "77340268-1"
        move = self.invoice(partner=partner)
        finding = self.finding(move, "partner_vat")
        wizard = self.env["l10n_cl_ai.fix.wizard"].browse(finding.action_fix()["res_id"])
        self.assertEqual(wizard.value, "77340268-1")
        self.assertIn("K", wizard.note)
        with self.assertRaisesRegex(UserError, "check digit"):
            wizard.with_user(self.accountant).action_apply()
        self.answer(move, "partner_vat", "77340268-K")
        self.assertEqual(partner.vat, "77340268-K")
        self.assertMended(move, "partner_vat")

    def test_an_answer_that_the_rules_would_refuse_again_is_refused(self):
        partner = self._make_partner("Panadería", "76903412-9", **{GIRO: False})
        move = self.invoice(partner=partner)
        for value, message in [
            ("", "Write a text"),
            ("x" * 41, "41 characters"),
            ("Pan — dulce", "Pan - dulce"),
        ]:
            with self.subTest(value=value), self.assertRaisesRegex(UserError, message):
                self.answer(move, "partner_giro", value)
        self.assertFalse(partner[GIRO])

    # -- references ------------------------------------------------------------------------------------

    def test_a_note_finds_the_document_whose_folio_it_names(self):
        origin = self.invoice()
        origin.action_post()
        folio = int(origin.l10n_latam_document_number)
        note = self.invoice(61, ref=f"Rebaja de factura {folio}")
        correction = self.press(note, "reference_origin")
        self.assertEqual(note.reversed_entry_id, origin)
        self.assertMended(note, "reference_origin")
        correction.with_user(self.accountant).action_undo()
        self.assertFalse(note.reversed_entry_id)

    def test_a_note_that_names_no_document_asks_for_it(self):
        origin = self.invoice()
        origin.action_post()
        other = self.invoice(partner=self.supplier)
        other.action_post()
        earlier = self.invoice(61, reversed_entry_id=origin.id)
        earlier.action_post()
        note = self.invoice(61, ref="Rebaja")
        self.answer(note, "reference_origin", origin_id=origin.id)
        self.assertEqual(note.reversed_entry_id, origin)
        allowed = self.env["account.move"].search(self.env["l10n_cl_ai.fix"]._origins(note))
        self.assertIn(origin, allowed)
        self.assertNotIn(other, allowed, "Only documents of the same client")
        self.assertNotIn(earlier, allowed, "A credit note does not correct a credit note")

    def test_a_note_may_not_be_joined_with_somebody_elses_document(self):
        other = self.invoice(partner=self.supplier)
        other.action_post()
        note = self.invoice(61, ref="Rebaja")
        with self.assertRaisesRegex(UserError, "same client"):
            self.answer(note, "reference_origin", origin_id=other.id)

    # -- who, and when ---------------------------------------------------------------------------------

    def test_a_posted_document_is_not_changed_but_its_partner_may_be(self):
        partner = self._make_partner("Panadería", "76903412-9", **{GIRO: False})
        move = self.invoice(lines=[self.line("Cinta — 5€")], partner=partner)
        move.action_post()
        with self.assertRaisesRegex(UserError, "Reset to Draft"):
            self.press(move, "forbidden_characters")
        self.assertEqual(move.invoice_line_ids.name, "Cinta — 5€")
        self.answer(move, "partner_giro", "Elaboración de pan")
        self.assertEqual(partner[GIRO], "Elaboración de pan")

    def test_a_correction_is_not_undone_on_a_posted_document(self):
        move = self.invoice(lines=[self.line("Cinta — 5€")])
        correction = self.press(move, "forbidden_characters")
        move.action_post()
        with self.assertRaisesRegex(UserError, "Reset to Draft"):
            correction.with_user(self.accountant).action_undo()

    def test_rights_are_those_of_who_asks(self):
        move = self.invoice(lines=[self.line("Cinta — 5€")])
        reader = self._make_user("fix_reader", "account.group_account_readonly")
        with self.assertRaises(AccessError):
            self.press(move, "forbidden_characters", reader)
        partner = self._make_partner("Panadería “Sol”", "76903412-9")
        without_contacts = self._make_user("fix_no_contacts", "account.group_account_invoice")
        without_contacts.group_ids -= self.env.ref("base.group_partner_manager")
        if self.env["res.partner"].with_user(without_contacts).has_access("write"):
            self.fail("This test needs a user who may not write contacts")
        with self.assertRaises(AccessError):
            self.press(self.invoice(partner=partner), "forbidden_characters", without_contacts)
        self.assertEqual(partner.name, "Panadería “Sol”")
        self.assertFalse(self.env["l10n_cl_ai.correction"].search([("move_id", "=", move.id)]))

    def test_another_companys_document_is_out_of_reach(self):
        move = self.invoice(lines=[self.line("Cinta — 5€")])
        correction = self.press(move, "forbidden_characters")
        finding = correction.finding_id
        stranger_company = self._make_company("Servicios Quillón SpA", "77018459-2")
        user = self._make_user("fix_stranger", "account.group_account_user", stranger_company)
        stranger = self.env(user=user, context={"allowed_company_ids": stranger_company.ids})
        for record, method in ((finding, "action_fix"), (correction, "action_undo")):
            with self.subTest(method=method), self.assertRaises(AccessError):
                getattr(record.with_env(stranger), method)()
        self.assertNotIn(correction, stranger["l10n_cl_ai.correction"].search([]))

    def test_the_log_can_not_be_written_by_users(self):
        move = self.invoice(lines=[self.line("Cinta — 5€")])
        correction = self.press(move, "forbidden_characters").with_user(self.manager)
        with self.assertRaises(AccessError):
            correction.write({"before": {"name": "x"}})
        with self.assertRaises(AccessError):
            correction.unlink()
        with self.assertRaises(AccessError):
            correction.create({"move_id": move.id, "fix": "x"})

    def test_undo_refuses_after_somebody_elses_change_and_twice(self):
        move = self.invoice(lines=[self.line("Cinta — 5€")])
        correction = self.press(move, "forbidden_characters").with_user(self.accountant)
        move.invoice_line_ids.name = "Cinta adhesiva"
        with self.assertRaisesRegex(UserError, "changed since"):
            correction.action_undo()
        self.assertEqual(move.invoice_line_ids.name, "Cinta adhesiva")
        move.invoice_line_ids.name = "Cinta - 5EUR"
        correction.action_undo()
        with self.assertRaisesRegex(UserError, "undone already"):
            correction.action_undo()

    def test_a_removed_line_can_not_be_undone(self):
        move = self.invoice(lines=[self.line("Cinta — 5€"), self.line("Goma")])
        correction = self.press(move, "forbidden_characters").with_user(self.accountant)
        move.invoice_line_ids = [Command.delete(correction.res_id)]
        with self.assertRaisesRegex(UserError, "no longer exists"):
            correction.action_undo()

    def test_a_stale_finding_says_that_it_is_mended(self):
        move = self.invoice(lines=[self.line("Cinta — 5€")])
        finding = self.finding(move, "forbidden_characters")
        move.invoice_line_ids.name = "Cinta"
        with self.assertRaisesRegex(UserError, "mended already"):
            finding.action_fix()

    def test_what_a_supplier_wrote_is_not_offered_to_be_mended(self):
        move = self.bill(lines=[self.line("Cinta — 5€", taxes=self.purchase_iva)])
        move._l10n_cl_ai_check()
        finding = self.finding(self.invoice(lines=[self.line("Cinta — 5€")]), "forbidden_characters")
        finding.sudo().validation_id.move_id = move
        self.assertFalse(finding.can_fix)

import contextlib
from unittest.mock import patch

import psycopg2.errors

from odoo import Command
from odoo.addons.l10n_cl_ai import dte
from odoo.addons.l10n_cl_ai.dte import engine
from odoo.addons.l10n_cl_ai.models import account_move_check
from odoo.exceptions import AccessError, ValidationError
from odoo.tests import freeze_time, tagged
from odoo.tools import mute_logger

from .common import GIRO, NOW, DteCase

CHECK_LOG = "odoo.addons.l10n_cl_ai.models.account_move_check"


@contextlib.contextmanager
def broken_engine(error=None, only=None):
    """Make the engine fail: on every document, or on those of a type."""
    check = engine.check

    def fail(document):
        if only is None or document.type == only:
            raise error or RuntimeError("out of order")
        return check(document)

    with patch.object(account_move_check.dte, "check", fail):
        yield


@freeze_time(NOW)
@tagged("post_install_l10n", "post_install", "-at_install")
class TestCheck(DteCase):
    def check(self, move):
        return move._l10n_cl_ai_check()

    # -- findings ------------------------------------------------------------------------------------

    def test_right_documents_of_every_type_have_no_objection(self):
        none = self.env["account.tax"]
        exempt = [self.line("Curso de contabilidad", 1, 15000, taxes=none)]
        scrap = [self.line("Chatarra de cobre", 10, 1350, taxes=self.purchase_iva + self.retention)]
        invoice = self.invoice(33)
        invoice.action_post()
        moves = [
            invoice,
            self.invoice(34, exempt),
            self.invoice(39),
            self.invoice(41, exempt),
            self.invoice(46, scrap),
            self.invoice(56, move_type="out_invoice", debit_origin_id=invoice.id),
            self.invoice(61, reversed_entry_id=invoice.id),
        ]
        for move in moves:
            with self.subTest(type=move.l10n_latam_document_type_id.code):
                check = self.check(move)
                objections = check.finding_ids.filtered(lambda finding: finding.action != "info")
                self.assertEqual(objections.mapped("message"), [])
                self.assertIn(move.l10n_cl_ai_state, ("ok", "info"))

    def test_a_finding_says_what_where_why_and_whose_word_it_is(self):
        self.customer.vat = False
        self.customer.write({"city": False, GIRO: False})
        check = self.check(self.invoice(33))
        self.assertEqual(check.verdict, "block")
        finding = check.finding_ids.filtered(lambda finding: "CmnaRecep" in finding.path)
        self.assertTrue(finding)
        self.assertEqual((finding.action, finding.sii_effect), ("block", "reject"))
        self.assertIn("comuna", finding.place)
        self.assertTrue(finding.message)
        self.assertTrue(finding.consequence)
        self.assertIn("Formato", finding.source)
        self.assertEqual(finding.rule_id.code, finding.rule_code)
        self.assertEqual(finding.partner_id, self.customer)

    def test_finding_of_a_line_knows_its_invoice_line(self):
        lines = [self.line(), self.line("Taza 😀")]
        move = self.invoice(33, lines)
        finding = self.check(move).finding_ids.filtered(lambda finding: "Detalle[2]" in finding.path)
        self.assertEqual(finding.move_line_id.name, "Taza 😀")

    def test_61_lines_block(self):
        move = self.invoice(33, [self.line(f"Producto {number}") for number in range(61)])
        self.assertIn("E01", self.check(move).finding_ids.mapped("rule_code"))

    def test_findings_stand_gravest_first(self):
        self.customer.write({"city": False})
        move = self.invoice(33, [self.line("Taza 😀", 0, 0), self.line("  ", 1, 100)])
        weights = self.check(move).finding_ids.mapped("weight")
        self.assertEqual(weights, sorted(weights, reverse=True))

    def test_a_long_text_of_a_document_is_kept_short(self):
        move = self.invoice(33, [self.line("x" * 100000)])
        for finding in self.check(move).finding_ids:
            self.assertLessEqual(len(finding.found or ""), 250)
            self.assertLessEqual(len(str(finding.params)), 2000)

    # -- what is kept --------------------------------------------------------------------------------

    def test_history_is_kept_and_the_last_counts(self):
        move = self.invoice(33)
        first = self.check(move)
        self.customer.city = False
        second = self.check(move)
        self.assertEqual(move.l10n_cl_ai_validation_ids, second + first)
        self.assertEqual(move.l10n_cl_ai_validation_id, second)
        self.assertEqual(move.l10n_cl_ai_verdict, "block")
        self.assertEqual((first.is_last, second.is_last), (False, True))
        last = self.env["l10n_cl_ai.validation"].search(
            [("is_last", "=", True), ("move_id", "=", move.id)]
        )
        self.assertEqual(last, second)

    def test_a_copy_is_unchecked(self):
        move = self.invoice(33)
        self.check(move)
        self.assertEqual(move.copy().l10n_cl_ai_state, "unchecked")

    def test_only_dtes_are_checked(self):
        entry = self.env["account.move"].create({"move_type": "entry"})
        fees = self.bill(33)
        fees.l10n_latam_document_type_id = self.document_type(71)
        self.assertEqual((entry | fees).mapped("l10n_cl_ai_applies"), [False, False])
        self.assertFalse(self.check(entry | fees))

    def test_checks_cannot_be_written_by_hand(self):
        user = self._make_user("gerente", "account.group_account_manager,l10n_cl_ai.group_manager")
        check = self.check(self.invoice(33)).with_user(user)
        for act in (
            lambda: check.write({"verdict": "ok"}),
            check.unlink,
            check.copy,
            lambda: check.finding_ids.create({}),
        ):
            with self.assertRaises(AccessError):
                act()

    def test_what_is_lacking_is_said_in_words(self):
        check = self.check(self.invoice(33))
        self.assertEqual(check.not_evaluated_count, len(check.not_evaluated))
        self.assertGreater(check.not_evaluated_count, 0)
        self.assertIn("K03", check.not_evaluated_html)
        self.assertNotIn("counterpart", check.not_evaluated_html)

    # -- outdated ------------------------------------------------------------------------------------

    def assertState(self, move, state):
        move.invalidate_recordset(["l10n_cl_ai_state"])
        self.assertEqual(move.l10n_cl_ai_state, state)
        for each in ("unchecked", "ok", "info", "warn", "block", "error", "stale"):
            found = move.search([("l10n_cl_ai_state", "=", each), ("id", "=", move.id)])
            self.assertEqual(bool(found), each == state, each)

    def test_what_changes_after_a_check_makes_it_outdated(self):
        invoice = self.invoice(33)
        invoice.action_post()
        changes = {
            "customer": lambda move: self.customer.write({"city": "Angol"}),
            "company": lambda move: self.company.write({"street": "Calle Nueva 1"}),
            "date": lambda move: move.write({"invoice_date": "2026-11-17"}),
            "line": lambda move: move.invoice_line_ids[0].write({"name": "Otra cosa"}),
            "tax": lambda move: move.invoice_line_ids[0].write({"tax_ids": [Command.clear()]}),
            "origin": lambda move: move.write({"reversed_entry_id": False}),
            "severity": lambda move: self.env["l10n_cl_ai.rule"]
            .search([("code", "=", "F04")])
            .write({"company_action": "warn"}),
        }
        for what, change in changes.items():
            with self.subTest(changed=what):
                move = self.invoice(61, reversed_entry_id=invoice.id)
                state = self.check(move).verdict
                self.assertState(move, state)
                change(move)
                self.assertState(move, "stale")

    def test_putting_it_back_makes_the_check_hold_again(self):
        move = self.invoice(33)
        state = self.check(move).verdict
        self.customer.city = "Angol"
        self.assertState(move, "stale")
        self.customer.city = "Temuco"
        self.assertState(move, state)

    def test_new_rules_make_old_checks_outdated(self):
        move = self.invoice(33)
        self.check(move)
        with patch.object(dte, "RULESET_VERSION", "2099.1"):
            self.assertState(move, "stale")

    def test_days_that_pass_do_not(self):
        move = self.invoice(33)
        move.action_post()
        state = self.check(move).verdict
        with freeze_time("2027-03-01 15:00:00"):
            self.assertState(move, state)

    def test_a_future_date_that_comes_does(self):
        move = self.invoice(33, invoice_date="2026-11-25")
        self.check(move)
        with freeze_time("2026-11-26 15:00:00"):
            self.assertState(move, "stale")

    def test_unchecked_and_not_applicable(self):
        self.assertState(self.invoice(33), "unchecked")
        entry = self.env["account.move"].create({"move_type": "entry"})
        self.assertState(entry, False)
        self.assertIn(entry, entry.search([("l10n_cl_ai_state", "=", False), ("id", "=", entry.id)]))

    # -- severities ----------------------------------------------------------------------------------

    def rule(self, code):
        return self.env["l10n_cl_ai.rule"].search([("code", "=", code)])

    def test_the_company_decides_the_severity(self):
        lines = [self.line(f"Producto {number}") for number in range(61)]
        move = self.invoice(33, lines)
        self.rule("E01").company_action = "warn"
        finding = self.check(move).finding_ids.filtered(lambda finding: finding.rule_code == "E01")
        self.assertEqual(set(finding.mapped("action")), {"warn"})
        self.rule("E01").company_action = self.rule("E01").action
        self.assertFalse(self.rule("E01").policy_ids)

    def test_a_reject_is_never_hidden(self):
        rule = self.env["l10n_cl_ai.rule"].search([("sii_effect", "=", "reject")], limit=1)
        with self.assertRaises(ValidationError):
            rule.company_action = "info"

    def test_a_reject_found_by_a_softer_rule_is_shown_too(self):
        self.env["l10n_cl_ai.rule.policy"].create(
            {"rule_id": self.rule("G02").id, "company_id": self.company.id, "action": "info"}
        )
        report, rule = dte.Report(33, None, None), dte.RULES["G02"]
        place, effect = "Referencia[1]/TpoDocRef", dte.SiiEffect.REJECT
        facts = (rule.why, rule.source, rule.basis, None, None)
        report.findings.append(dte.Finding("G02", effect, rule.action, place, "ABCD", None, *facts))
        move = self.invoice(33)
        judged = account_move_check.Judgement(self.company, move, None, report, "0" * 64)
        check = self.env["l10n_cl_ai.validation"]._record([judged])
        self.assertEqual(check.finding_ids.action, "warn")

    def test_rules_of_the_catalogue_are_records(self):
        rules = self.env["l10n_cl_ai.rule"].search([])
        self.assertEqual(set(rules.mapped("code")), set(dte.RULES))
        self.assertEqual(self.rule("F04").name, dte.RULES["F04"].title.template)
        self.assertIn(self.rule("F04"), rules.search([("name", "ilike", "rate of the net")]))

    def test_a_rule_that_an_addon_brings_later_gets_its_record(self):
        brought = dte.RULES["F04"]
        rules = self.env["l10n_cl_ai.rule"]
        with patch.dict(dte.RULES, {"Z99": brought.__class__(**{**_fields_of(brought), "id": "Z99"})}):
            self.assertIn("Z99", rules._ids_by_code())
        rules._sync()
        self.assertFalse(rules.search([("code", "=", "Z99")]))

    # -- a failing engine ----------------------------------------------------------------------------

    @mute_logger("odoo.sql_db")
    def test_a_query_that_fails_leaves_the_list_readable(self):
        move = self.invoice(33)
        self.check(move)
        self.env.invalidate_all()

        def fail(moves):
            moves.env.cr.execute("SELECT 1 / 0")

        with patch.object(type(move), "_l10n_cl_ai_documents", fail), self.assertLogs(CHECK_LOG, "ERROR"):
            self.assertEqual(move.l10n_cl_ai_state, "error")
        self.assertEqual(move.search([("id", "=", move.id)]), move)

    def test_a_failing_engine_is_said_and_hurts_nothing(self):
        move = self.invoice(33)
        move.ref = "pendiente"
        with broken_engine(), self.assertLogs(CHECK_LOG, "ERROR") as log:
            check = self.check(move)
        self.assertIn("out of order", "".join(log.output))
        self.assertEqual((check.verdict, move.l10n_cl_ai_state), ("error", "error"))
        self.assertIn("out of order", check.error)
        self.assertState(move, "error")
        self.assertEqual(move.ref, "pendiente")

    @mute_logger(CHECK_LOG, "odoo.sql_db")
    def test_a_failing_query_does_not_break_the_transaction(self):
        move = self.invoice(33)

        def fail(document):
            self.env.cr.execute("SELECT 1 / 0")

        with patch.object(account_move_check.dte, "check", fail):
            self.assertEqual(self.check(move).verdict, "error")
        self.assertEqual(self.check(move).verdict, move.l10n_cl_ai_verdict)

    @mute_logger(CHECK_LOG)
    def test_one_document_the_engine_fails_on_does_not_take_the_others_along(self):
        moves = self.invoice(33) | self.invoice(39) | self.invoice(33)
        with broken_engine(only=39):
            checks = self.check(moves)
        self.assertEqual([check.verdict == "error" for check in checks], [False, True, False])

    @mute_logger(CHECK_LOG)
    def test_an_engine_that_is_down_is_not_tried_on_every_document(self):
        moves = self.env["account.move"].union(*[self.invoice(33) for _each in range(6)])
        with patch.object(account_move_check.dte, "check", side_effect=RuntimeError("down")) as engine_:
            checks = self.check(moves)
        self.assertEqual(checks.mapped("verdict"), ["error"] * 6)
        self.assertLessEqual(engine_.call_count, 1 + account_move_check.ENOUGH_FAILURES)

    def test_a_lost_race_is_left_to_odoo_to_run_again(self):
        move = self.invoice(33)
        lost = psycopg2.errors.SerializationFailure
        with broken_engine(lost()), self.assertRaises(lost):
            self.check(move)

    @mute_logger(CHECK_LOG)
    def test_a_list_opens_when_digests_cannot_be_made(self):
        move = self.invoice(33)
        self.check(move)
        with patch.object(account_move_check, "digest", side_effect=RuntimeError("down")):
            move.invalidate_recordset(["l10n_cl_ai_state"])
            self.assertEqual(move.l10n_cl_ai_state, "error")

    # -- received documents --------------------------------------------------------------------------

    def attach(self, bill, folio=77, total=12495, name="dte.xml"):
        text = f"""<?xml version="1.0" encoding="ISO-8859-1"?>
        <DTE version="1.0"><Documento ID="F{folio}T33"><Encabezado>
        <IdDoc><TipoDTE>33</TipoDTE><Folio>{folio}</Folio><FchEmis>2026-11-18</FchEmis></IdDoc>
        <Emisor><RUTEmisor>76418205-7</RUTEmisor></Emisor>
        <Receptor><RUTRecep>76192083-9</RUTRecep></Receptor>
        <Totales><MntNeto>10500</MntNeto><TasaIVA>19</TasaIVA><IVA>1995</IVA><MntTotal>{total}</MntTotal>
        </Totales></Encabezado>
        <Detalle><NroLinDet>1</NroLinDet><NmbItem>Resma</NmbItem><MontoItem>10500</MontoItem></Detalle>
        </Documento></DTE>""".encode("latin-1")
        return self.env["ir.attachment"].create(
            {"name": name, "raw": text.strip(), "res_model": "account.move", "res_id": bill.id}
        )

    def cross_checks(self, bill):
        return {code for code in self.check(bill).finding_ids.mapped("rule_code") if code[0] == "K"}

    def test_a_bill_that_agrees_with_its_xml(self):
        bill = self.bill()
        self.attach(bill)
        check = self.check(bill)
        self.assertNotIn("K03", check.not_evaluated)
        self.assertEqual(self.cross_checks(bill), set())
        self.assertEqual((check.folio, check.issuer_rut), ("77", "76418205-7"))

    def test_a_bill_that_disagrees_with_its_xml(self):
        bill = self.bill(folio="78")
        self.attach(bill, total=12496)
        self.assertEqual(self.cross_checks(bill), {"K01", "K03"})

    def test_an_xml_attached_later_makes_the_check_outdated(self):
        bill = self.bill()
        state = self.check(bill).verdict
        self.assertState(bill, state)
        self.attach(bill)
        self.assertState(bill, "stale")

    def test_other_files_are_no_dte(self):
        bill = self.bill()
        cases = [b"<Invoice/>", b"no es xml", b"", b"<!DOCTYPE x [<!ENTITY a 'b'>]><DTE/>"]
        for data in cases:
            self.env["ir.attachment"].create(
                {"name": "otro.xml", "raw": data, "res_model": "account.move", "res_id": bill.id}
            )
        check = self.check(bill)
        self.assertNotEqual(check.verdict, "error")
        self.assertIn("K01", check.not_evaluated)

    def test_the_button_checks_and_opens_what_was_found(self):
        move = self.invoice(33)
        self.assertIs(move.action_l10n_cl_ai_check(), True)
        self.assertEqual(len(move.l10n_cl_ai_validation_ids), 1)


def _fields_of(rule):
    return {name: getattr(rule, name) for name in rule.__dataclass_fields__}

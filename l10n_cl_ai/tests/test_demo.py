"""The demo company: made once, in Chile's Spanish, and wrong only where it says so."""

import contextlib
import io

from freezegun import freeze_time

from odoo.addons.l10n_cl_ai.demo.documents import DOCUMENTS
from odoo.addons.l10n_cl_ai.demo.parties import COMPANIES, PARTNERS, USERS
from odoo.addons.l10n_cl_ai.dte.rut import is_valid
from odoo.tests import TransactionCase, tagged

#: Documents of the demo → the rules that must find them wrong. The others are right.
EXPECTED = {
    "no_comuna": {"C06"},
    "no_giro": {"C06"},
    "wrong_rut": {"C01"},
    "long_giro": {"C06"},
    "wrong_comuna": {"C08"},
    "per_line": {"F04"},
    "many_lines": {"E01"},
    "emoji": {"A02"},
    "long_name": {"E02"},
    "exempt_in_33": {"E07"},
    "future": {"B08"},
    "folio_letters": {"A05"},
    "note_without_origin": {"G01"},
    "large_receipt": {"F15"},
    "bill_disagrees": {"K01", "K03", "K05"},
    "refund_text": {"G07"},
    "quillon_per_line": {"F04", "F14"},
}


@tagged("post_install_l10n", "post_install", "-at_install")
class TestDemo(TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # From the making on: the documents are dated from today, and the UF is known year by year.
        cls.startClassPatcher(freeze_time("2026-11-22 15:00:00"))
        cls.demo = cls.env["l10n_cl_ai.demo"]
        cls.moves = cls.demo._create_documents()

    def record(self, key):
        return self.env.ref(f"l10n_cl_ai.demo_{key}")

    def test_each_document_is_wrong_only_where_accountants_know(self):
        for document in DOCUMENTS:
            with self.subTest(document=document.key):
                move = self.record(document.key)
                rules = set(move.l10n_cl_ai_finding_ids.mapped("rule_code"))
                self.assertEqual(rules, EXPECTED.get(document.key, set()))
                self.assertEqual(move.l10n_latam_document_type_id.code, document.type)
                self.assertEqual(move.state, "posted" if document.posted else "draft")

    def test_it_shows_every_type_right_and_every_state(self):
        right = {document.type for document in DOCUMENTS if document.key not in EXPECTED}
        self.assertLessEqual({"33", "34", "39", "41", "46", "56", "61", "110"}, right)
        self.assertEqual(set(self.moves.mapped("l10n_cl_ai_state")), {"ok", "warn", "block"})

    def test_making_it_again_makes_nothing(self):
        before = self.env["account.move"].search_count([])
        self.assertEqual(self.demo._create_documents(), self.moves)
        self.assertEqual(self.env["account.move"].search_count([]), before)

    def test_its_suppliers_have_a_history_to_learn_from(self):
        waiting = self.demo._create_history(posted=12, open_bills=4)
        self.assertEqual(set(waiting.mapped("state")), {"draft"})
        self.assertFalse(any(waiting.invoice_line_ids.mapped("analytic_distribution")))
        index = self.env["l10n_cl_ai.index"]._of(self.record("company_nuble"), "project")
        self.assertTrue(index.term_count)
        self.assertTrue(self.env["l10n_cl_ai.suggestion"].search([("move_id", "in", waiting.ids)]))
        self.assertFalse(self.demo._create_history(), "a second time makes nothing")

    def test_the_table_names_every_document(self):
        out = io.StringIO()
        with contextlib.redirect_stdout(out):
            self.assertEqual(self.demo._print_table(), len(DOCUMENTS))
        lines = out.getvalue().splitlines()
        self.assertEqual(len(lines), len(DOCUMENTS) + 2)
        self.assertIn("Ferretería El Roble", out.getvalue())
        self.assertIn("C06", next(line for line in lines if "Ferretería El Roble" in line))

    def test_it_shows_every_kind_of_answer(self):
        states = set(self.moves.mapped("l10n_cl_ai_sii_state"))
        self.assertEqual(states, {"accepted", "reparo", "rejected", False})
        acceptances = set(self.moves.mapped("l10n_cl_ai_acceptance"))
        self.assertEqual(acceptances, {"running", "claimed", "accepted", False})
        answers = self.moves.l10n_cl_ai_outcome_ids
        self.assertNotIn("unknown", answers.mapped("known"))
        self.demo._create_documents()
        self.assertEqual(self.moves.l10n_cl_ai_outcome_ids, answers)

    def test_the_administrator_arrives_in_the_demo_company_in_spanish(self):
        admin = self.env.ref("base.user_admin")
        self.assertEqual((admin.company_id, admin.lang), (self.record("company_nuble"), "es_CL"))
        self.assertIn(self.record("company_quillon"), admin.company_ids)

    def test_accountant_and_manager_have_their_roles(self):
        accountant, manager = (self.record(f"user_{login}") for login in USERS)
        self.assertTrue(accountant.has_group("l10n_cl_ai.group_accountant"))
        self.assertFalse(accountant.has_group("l10n_cl_ai.group_manager"))
        self.assertTrue(manager.has_group("l10n_cl_ai.group_manager"))
        self.assertTrue(self.record("company_nuble").with_user(manager).has_access("write"))

    def test_the_policy_of_the_companies_stops_and_warns(self):
        for key in COMPANIES:
            company = self.record(key)
            policy = (company.l10n_cl_ai_post_on_block, company.l10n_cl_ai_post_on_warn)
            self.assertEqual(policy, ("block", "warn"))
            self.assertFalse(company.autopost_bills)

    def test_only_one_rut_is_wrong(self):
        vats = {
            key: values["vat"]
            for key, values in {**COMPANIES, **PARTNERS}.items()
            if isinstance(values, dict)
        }
        self.assertEqual([key for key, vat in vats.items() if not is_valid(vat)], ["maule"])

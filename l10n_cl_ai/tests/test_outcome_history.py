"""What was answered, as others use it: the customer's history, and the report of reasons."""

import datetime

from odoo import fields
from odoo.addons.l10n_cl_ai.dte.response import Detail
from odoo.addons.l10n_cl_ai.models.answer_facts import Said
from odoo.addons.l10n_cl_ai.review import Signal, Troubles
from odoo.tests import tagged

from .outcome_common import OutcomeCase


@tagged("post_install_l10n", "post_install", "-at_install")
class TestHistory(OutcomeCase):
    def test_it_is_of_the_customer_and_type_and_of_the_last_year(self):
        other_customer = self._make_partner("Otro Cliente SpA", "76543210-3")
        for _index in range(2):
            self.record("rejected", ["HED-3-846"], move=self.posted())
        self.record("rejected", ["HED-3-845"])
        self.record("reparo", ["HED-2-210", "HED-2-220"], move=self.posted())
        self.record("claim", ["No indica orden de compra"], event="RCD", move=self.posted())
        self.record("claim", event="ACD", move=self.posted())
        self.record("accepted", move=self.posted())
        contested = self.posted()
        self.record("accepted", move=contested)
        self.record("claim", ["No indica orden de compra"], event="RCD", move=contested)
        old = self.posted()
        self.record("rejected", ["HED-3-861"], move=old, at=datetime.datetime(2025, 1, 1))
        self.record("rejected", ["HED-3-211"], move=self.posted(34, lines=[self.line(taxes=self.iva.browse())]))
        self.record("rejected", ["HED-3-834"], move=self.posted(partner=other_customer))
        draft = self.invoice()
        history = draft._l10n_cl_ai_outcome_history()[draft.id]
        self.assertEqual(history["accepted"], 1)
        self.assertEqual([row[0::2] for row in history["rejects"]], [("HED-3-846", 2), ("HED-3-845", 1)])
        self.assertEqual({row[0] for row in history["reparos"]}, {"HED-2-210", "HED-2-220"})
        self.assertEqual(history["claims"], [("RCD", "No indica orden de compra", 2)])

    def test_a_customer_without_answers_has_an_empty_history(self):
        draft = self.invoice(partner=self._make_partner("Nuevo SpA", "76543210-3"))
        empty = {"accepted": 0, "reparos": [], "rejects": [], "claims": []}
        self.assertEqual(draft._l10n_cl_ai_outcome_history(), {draft.id: empty})
        self.assertEqual(self.env["account.move"]._l10n_cl_ai_outcome_history(), {})

    def test_it_takes_one_query_for_any_number_of_moves(self):
        moves = self.move + self.invoice() + self.invoice(61, reversed_entry_id=self.move.id)
        self.record("rejected", ["HED-3-846"])
        self.env.flush_all()
        moves.fetch(["company_id", "commercial_partner_id", "l10n_latam_document_type_id"])
        moves.l10n_latam_document_type_id.mapped("code")
        for some in (self.move, moves):
            with self.assertQueryCount(1):
                some._l10n_cl_ai_outcome_history()

    def test_the_same_customer_of_another_company_has_another_history(self):
        self.record("rejected", ["HED-3-846"])
        other = self._make_company("Otra SpA", "76418205-7")
        both = self.env["account.move"].with_context(allowed_company_ids=(self.company + other).ids)
        journal = self.env["account.journal"].search([("company_id", "=", other.id), ("type", "=", "sale")], limit=1)
        theirs = both.create(
            {"move_type": "out_invoice", "journal_id": journal.id, "partner_id": self.customer.id,
             "l10n_latam_document_type_id": self.document_type(33).id}
        )  # fmt: skip
        self.assertFalse(theirs._l10n_cl_ai_outcome_history()[theirs.id]["rejects"])


    def test_a_review_is_told_of_it(self):
        self.record("rejected", ["(HED-3-846) Falta comuna"])
        self.record("accepted", move=self.posted())
        draft = self.invoice()
        history = draft._l10n_cl_ai_history()[draft.id]
        self.assertEqual((history.accepted, history.troubles), (1, 1))
        self.assertEqual(history.rejects, (Troubles("HED-3-846", "(HED-3-846) Falta comuna", 1),))
        self.assertIn("Falta comuna", history.text())


@tagged("post_install_l10n", "post_install", "-at_install")
class TestCalibration(OutcomeCase):
    def reviewed(self, signal, move=None):
        move = move or self.posted()
        review = self.env["l10n_cl_ai.review"].create(
            {"move_id": move.id, "company_id": self.company.id, "user_id": self.env.uid, "state": "done"}
        )
        review.signal = signal
        self.env.flush_all()
        # The database's clock is not frozen.
        self.env.cr.execute(
            "UPDATE l10n_cl_ai_review SET create_date = %s WHERE id = %s", (fields.Datetime.now(), review.id)
        )
        return move

    def recorded(self):
        return self.env["l10n_cl_ai.review.calibration"]._recorded(self.company)

    def test_only_documents_whose_outcome_is_known_are_judged(self):
        later = fields.Datetime.now() + datetime.timedelta(minutes=1)
        self.assertEqual(self.recorded(), {})
        self.record("accepted", move=self.reviewed("clean"), at=later)
        self.record("rejected", ["HED-3-846"], move=self.reviewed("clean"), at=later)
        self.record("claim", event="RCD", move=self.reviewed("ai_warn"), at=later)
        running = self.reviewed("clean")
        self.record("accepted", move=running, at=later, received_at=fields.Datetime.now())
        self.reviewed("clean")  # nobody answered
        self.assertEqual(self.recorded(), {Signal.CLEAN: (1, 2), Signal.AI_WARN: (0, 1)})
        self.record("claim", event="ACD", move=running)
        self.assertEqual(self.recorded()[Signal.CLEAN], (2, 3))

    def test_a_review_after_the_answer_foresaw_nothing(self):
        self.record("rejected", ["HED-3-846"], at=datetime.datetime(2026, 11, 18))
        self.reviewed("rules_block", self.move)
        self.assertEqual(self.recorded(), {})

    def test_what_came_by_email_and_other_companies_do_not_count(self):
        move = self.reviewed("clean")
        said = Said("rejected", None, (Detail("HED-3-846", None, None),), source="email")
        self.env["l10n_cl_ai.outcome"]._record([(move, said)])
        self.assertEqual(self.recorded(), {})
        other = self._make_company("Otra SpA", "76418205-7")
        self.record("accepted", move=self.reviewed("clean"))
        self.assertEqual(self.env["l10n_cl_ai.review.calibration"]._recorded(other), {})


@tagged("post_install_l10n", "post_install", "-at_install")
class TestReport(OutcomeCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.paper, cls.folder = cls.env["product.product"].create([{"name": "Papel"}, {"name": "Archivador"}])
        cls.move = cls.posted(
            lines=[cls.line(product_id=cls.paper.id), cls.line("Archivador", 2, 1425, product_id=cls.folder.id)]
        )

    def rows(self):
        self.env.flush_all()
        report = self.env["l10n_cl_ai.outcome.report"].with_user(self.reader)
        return report.search([("company_id", "=", self.company.id)])

    def test_a_reason_that_names_a_line_is_of_its_product(self):
        self.record("reparo", ["DET[2]-2-200"])
        row = self.rows()
        self.assertEqual((row.product_id, row.reasons, row.names_line), (self.folder, 1, True))

    def test_a_reason_of_the_whole_document_is_shared_among_its_products(self):
        self.record("rejected", ["HED-3-846"])
        rows = self.rows()
        self.assertEqual(rows.product_id, self.paper + self.folder)
        self.assertEqual(rows.mapped("reasons"), [0.5, 0.5])
        self.assertEqual(set(rows.mapped("names_line")), {False})

    def test_the_parts_add_up_to_the_reasons(self):
        self.record("reparo", ["HED-2-210", "DET[1]-2-200"])
        self.record("claim", event="RCD")
        self.env.flush_all()
        report = self.env["l10n_cl_ai.outcome.report"]
        groups = dict(report._read_group([("move_id", "=", self.move.id)], ["code"], ["reasons:sum"]))
        self.assertEqual(groups, {"HED-2-210": 1, "DET-2-200": 1, "RCD": 1})
        by_product = report._read_group(
            [("move_id", "=", self.move.id)], ["product_id", "at:month"], ["reasons:sum", "move_id:count_distinct"]
        )
        self.assertEqual(sum(row[2] for row in by_product), 3)
        self.assertEqual({row[3] for row in by_product}, {1})

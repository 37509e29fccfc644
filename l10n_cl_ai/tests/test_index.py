import datetime
from unittest.mock import patch

import psycopg2

from odoo.exceptions import AccessError
from odoo.tests import freeze_time, tagged
from odoo.tools import mute_logger

from .. import suggest
from ..models import ai_index_fit, ai_index_learn, ai_index_schema, ai_index_search
from ..models.ai_index import LINES
from .common import DAY, NOW
from .suggest_common import SuggestCase


@freeze_time(NOW)
@tagged("post_install_l10n", "post_install", "-at_install")
class TestIndex(SuggestCase):
    # -- what is learned -----------------------------------------------------------------------------

    def test_posting_a_bill_teaches_its_lines(self):
        bill = self.posted("Hormigón premezclado H30", accounts=self.aromos)
        [entry] = self.rows("entry")
        self.assertEqual(entry["res_id"], bill.invoice_line_ids.id)
        self.assertEqual(entry["label"], f"{self.aromos.id}:100")
        self.assertEqual(entry["words"], ["hormigon", "premezcl", "h30", f"V{self.supplier.id}"])
        self.assertEqual(self.counts()[LINES, entry["label"]], 1)

    def test_a_draft_teaches_nothing(self):
        self.draft("Hormigón premezclado H30", accounts=self.aromos)
        self.assertFalse(self.rows("entry"))

    def test_a_line_without_project_teaches_nothing(self):
        self.posted("Hormigón premezclado H30")
        self.assertFalse(self.rows("entry"))

    def test_an_own_invoice_teaches_nothing(self):
        move = self.invoice(lines=[self.line("Venta", analytic_distribution={str(self.aromos.id): 100})])
        move.l10n_latam_document_number = "000001"
        move.action_post()
        self.assertFalse(self.rows("entry"))

    def test_what_is_taken_back_is_forgotten(self):
        self.posted("Hormigón premezclado H30", accounts=self.aromos)
        kept = self.counts()
        bill = self.posted("Arriendo retroexcavadora", accounts=self.quillay)
        self.assertNotEqual(self.counts(), kept)
        for take_back in ("button_draft", "button_cancel"):
            with self.subTest(take_back):
                getattr(bill, take_back)()
                self.assertEqual(self.counts(), kept)
                self.assertEqual(len(self.rows("entry")), 1)
                self.assertFalse([row for row in self.rows("posting") if row["lexeme"] == "retroexcav"])

    def test_what_is_posted_again_counts_once(self):
        bill = self.posted("Hormigón premezclado H30", accounts=self.aromos)
        counts = self.counts()
        bill.button_draft()
        bill.action_post()
        self.assertEqual(self.counts(), counts)
        self.assertEqual(len(self.rows("entry")), 1)

    def test_a_project_mended_after_posting_is_what_is_learned(self):
        bill = self.posted("Hormigón premezclado H30", accounts=self.aromos)
        bill.invoice_line_ids.analytic_distribution = {str(self.quillay.id): 100}
        self.assertEqual([entry["label"] for entry in self.rows("entry")], [f"{self.quillay.id}:100"])

    def test_splits_are_learned_as_they_are(self):
        bill = self.draft("Energía eléctrica faena")
        bill.invoice_line_ids.analytic_distribution = {str(self.aromos.id): 60, str(self.quillay.id): 40}
        bill.action_post()
        self.assertEqual(
            [entry["label"] for entry in self.rows("entry")], [f"{self.aromos.id}:60;{self.quillay.id}:40"]
        )

    def test_companies_have_indexes_of_their_own(self):
        other = self._make_company("Servicios Quillón SpA", "77018459-2")
        self.posted("Hormigón premezclado H30", accounts=self.aromos)
        theirs = self.index(company=other)
        self.assertNotEqual(theirs, self.index())
        self.assertFalse(self.rows("entry", theirs))
        self.assertFalse(self.counts(theirs))
        [found] = theirs._predict([suggest.Line("Hormigón premezclado H30", str(self.supplier.id))], self.env)
        self.assertFalse(found.choices)

    def test_nobody_reads_an_index_but_its_managers(self):
        index = self.index()
        with self.assertRaises(AccessError):
            index.with_user(self.accountant).read(["kind"])

    def test_a_company_abroad_is_left_alone(self):
        bill = self.draft("Hormigón premezclado H30", accounts=self.aromos)
        self.assertTrue(bill.l10n_cl_ai_suggests)
        self.company.account_fiscal_country_id = self.env.ref("base.ar")
        bill.invalidate_recordset()
        self.assertFalse(bill.l10n_cl_ai_suggests)
        bill.filtered(lambda move: move._l10n_cl_ai_is_purchase()).invoice_line_ids._l10n_cl_ai_posted()
        self.assertFalse(self.rows("entry"))

    def test_an_error_of_ours_does_not_keep_a_bill_from_being_posted(self):
        moves, lines = self.env["account.move"], self.env["account.move.line"]

        def broken(*args):
            moves.search([("state", "=", "posted")], limit=1)  # has Odoo flush what posting has yet to write
            lines.search([("parent_state", "=", "posted")], limit=1)
            raise ValueError("broken")

        def refused(*args):
            self.env.cr.execute("SELECT no_such_column")

        cases = (
            ("l10n_cl_ai.index", "_lessons_of", broken),
            ("account.move.line", "_l10n_cl_ai_features", broken),
            ("l10n_cl_ai.index", "_learn", refused),
        )
        for model, name, failing in cases:
            with (
                self.subTest(name),
                patch.object(self.registry[model], name, failing),
                self.assertLogs("odoo.addons.l10n_cl_ai.models.ai_index_learn", "ERROR"),
                mute_logger("odoo.sql_db"),
            ):
                bill = self.posted("Hormigón premezclado H30", accounts=self.aromos)
                self.env.flush_all()
                self.env.invalidate_all()
                self.assertEqual((bill.state, bill.invoice_line_ids.parent_state), ("posted", "posted"))
                self.assertTrue(bill.name)
                self.assertFalse(self.rows("entry"))

    # -- how it is kept ------------------------------------------------------------------------------

    def test_summing_up_changes_nothing_of_what_counts(self):
        self.history()
        self.posted("Hormigón premezclado H30 Aromos guía 100", accounts=self.quillay).button_draft()
        counts, rows = self.counts(), len(self.rows("count"))
        self.index()._compact()
        self.assertEqual(self.counts(), counts)
        self.assertEqual(len(self.rows("count")), len(counts))
        self.assertLess(len(counts), rows)
        self.assertEqual(self.index().term_count, len({lexeme for lexeme, _label in counts}))

    def test_it_is_summed_up_when_there_is_more_and_not_before(self):
        index = self.index()
        self.posted("Hormigón premezclado H30", accounts=self.aromos)
        index._compact_when_due()
        self.assertEqual(index.row_count, 0)
        self.env.cr.execute(
            "INSERT INTO l10n_cl_ai_index_count SELECT %s, 'x', 'y', 1 FROM generate_series(1, 1500)", [index.id]
        )
        index._compact_when_due()
        self.assertEqual(self.counts()["x", "y"], 1500)
        self.assertTrue(index.row_count)

    def test_what_was_posted_before_is_learned_once(self):
        self.history()
        index = self.index()
        known = self.counts()
        index._clear()
        self.assertFalse(self.rows("entry"))
        index.built_up_to = index.built_at = False
        with self.enter_registry_test_mode():
            self.env.ref("l10n_cl_ai.cron_index").method_direct_trigger()
        self.assertEqual(self.counts(), known)
        self.assertTrue(index.built_at)
        self.assertFalse(index._unlearned())

    def test_what_was_booked_last_is_found_first_also_where_it_was_learned_later(self):
        bills = [self.posted(f"Arriendo grúa torre semana {n}", accounts=self.quillay, days=60 - n) for n in range(6)]
        index = self.index()
        index._start_anew()
        self.patch(ai_index_learn, "TOGETHER", 2)
        self.patch(ai_index_search, "MOST_POSTINGS", 2)
        with self.enter_registry_test_mode():
            self.env.ref("l10n_cl_ai.cron_index").method_direct_trigger()
        [terms] = index._terms([suggest.Line("Arriendo grúa torre")])
        [evidence], _priors = index._evidence([terms])
        newest = [bill.invoice_line_ids.id for bill in bills[-2:]]
        self.assertEqual(sorted(near.source for near in evidence.neighbours), newest)

    def run_cron(self, seconds):
        """Run the cron with so much time left after each step; return what it said to remain, step by step."""
        said = []

        def commit_progress(cron, processed=0, *, remaining=None, deactivate=False):
            said.append(remaining)
            return seconds

        self.patch(self.registry["ir.cron"], "_commit_progress", commit_progress)
        self.env["l10n_cl_ai.index"]._cron_upkeep()
        return said

    def test_what_there_was_no_time_for_remains_to_be_done_at_once(self):
        self.history()
        index = self.index()
        self.patch(ai_index_learn, "TOGETHER", 5)
        index._start_anew()
        self.patch(self.registry["l10n_cl_ai.index"], "_wanted", lambda self: index)
        for _run in range(3):
            self.assertFalse(index.built_at)
            self.assertEqual(self.run_cron(seconds=0), [1])
        self.assertEqual(len(self.rows("entry")), 12)
        self.assertEqual(self.run_cron(seconds=9), [1, 0])
        self.assertTrue(index.built_at)

    def build(self, index):
        with patch.object(self.registry["ir.cron"], "_commit_progress", lambda *args, **said: 9):
            index._build()

    def test_building_leaves_alone_what_posting_has_learned(self):
        bill = self.draft("Arriendo retroexcavadora")
        self.env["l10n_cl_ai.suggestion"].create(
            {"company_id": self.company.id, "move_id": bill.id, "line_id": bill.invoice_line_ids.id,
             "label": f"{self.quillay.id}:100"}
        )  # fmt: skip
        bill.invoice_line_ids.analytic_distribution = {str(self.aromos.id): 100}
        bill.action_post()
        self.build(self.index())
        self.assertEqual([entry["weight"] for entry in self.rows("entry")], [ai_index_learn.CORRECTION])

    def test_what_a_merged_supplier_had_is_the_others(self):
        double = self._make_partner("Hormigones Maule Limitada", "76086428-5")
        self.posted("Hormigón premezclado H30", accounts=self.aromos)
        self.posted("Hormigón premezclado H30", accounts=self.quillay, partner=double)
        kept = self.counts()
        wizard = self.env["base.partner.merge.automatic.wizard"]
        wizard._update_foreign_keys(double, self.supplier)
        self.assertEqual({entry["vendor"] for entry in self.rows("entry")}, {f"V{self.supplier.id}"})
        self.assertEqual(len([row for row in self.rows("posting") if row["lexeme"] == f"V{self.supplier.id}"]), 2)
        texts = [*(lexeme for lexeme, _label in self.counts()), *(row["lexeme"] for row in self.rows("posting")),
                 *(term for entry in self.rows("entry") for term in (*entry["words"], *entry["terms"]))]  # fmt: skip
        self.assertFalse([text for text in texts if text.split("|")[0] == f"V{double.id}"])
        self.assertEqual(sum(self.counts().values()), sum(kept.values()))
        self.env["account.move"].search([("partner_id", "=", self.supplier.id)]).filtered(
            lambda move: move.state == "posted"
        ).button_draft()
        self.assertFalse(self.counts(), "what is taken back is what was counted")

    def test_accounts_are_learned_anew_when_they_are_wanted_again(self):
        self.company.l10n_cl_ai_suggest_account = True
        self.posted("Arriendo grúa", accounts=self.quillay)
        index = self.index("account")
        self.build(index)
        self.company.l10n_cl_ai_suggest_account = False
        self.posted("Arriendo andamio", accounts=self.quillay)
        self.assertEqual(len(self.rows("entry", index)), 1)
        self.company.write({"l10n_cl_ai_suggest_account": True})
        self.build(index)
        self.assertEqual(len(self.rows("entry", index)), 2)
        self.company.write({"l10n_cl_ai_suggest_account": True})
        self.assertTrue(index.built_at, "saving what is on already starts nothing")

    def test_odoo_searches_texts_as_it_did(self):
        """Odoo compares all texts without accents where it finds the function in its own schema."""
        self.env.cr.execute(
            "SELECT count(*) FROM pg_proc WHERE proname = 'unaccent' AND pronamespace = 'public'::regnamespace"
        )
        self.assertEqual(self.env.cr.fetchone(), (0,))
        self.assertEqual(self.env["l10n_cl_ai.index"]._lexemes(["Ñandú premezclado"]), [["nandu", "premezcl"]])

    def test_without_unaccent_words_are_still_found(self):
        self.env.cr.execute("DROP TEXT SEARCH CONFIGURATION l10n_cl_ai")
        self.env.cr.execute("DROP EXTENSION unaccent CASCADE")
        self.patch(ai_index_schema, "EXTENSION", "CREATE EXTENSION no_such_extension")
        with self.assertLogs("odoo.addons.l10n_cl_ai.models.ai_index", "WARNING"):
            self.env["l10n_cl_ai.index"].init()
        given = self.env["l10n_cl_ai.index"]._lexemes(["Hormigón premezclado", "hormigon"])
        self.assertEqual(given, [["hormigon", "premezcl"], ["hormigon"]])

    def test_a_measurement_that_fails_leaves_the_present_as_it_was(self):
        self.history()
        index, before = self.index(), self.counts()
        with self.assertRaises(ZeroDivisionError), index._in_the_past():
            index._pass_by(0, 4)
            raise ZeroDivisionError
        self.assertEqual(self.counts(), before)
        with self.assertRaises(psycopg2.Error), mute_logger("odoo.sql_db"), index._in_the_past():
            self.env.cr.execute("SELECT no_such_column")
        self.assertEqual(self.counts(), before)

    def test_the_past_is_hidden_from_the_present(self):
        self.history()
        index, before = self.index(), self.counts()
        with index._in_the_past():
            self.assertFalse(self.counts())
            index._pass_by(0, 4)
            self.assertEqual(sum(n for (lexeme, _label), n in self.counts().items() if lexeme == LINES), 4)
        self.assertEqual(self.counts(), before)

    def test_measuring_learns_from_the_companys_own_past(self):
        index = self.index()
        day = DAY - datetime.timedelta(400)
        index._learn(
            [
                (n, suggest.Line(f"arriendo maquinaria obra {n % 5}", f"{n % 7}", 1000 * (n % 5)),
                 f"{n % 5 + 1}:100", day + datetime.timedelta(n // 4), 1.0)
                for n in range(1, 1201)
            ]
        )  # fmt: skip
        fitted = index._measure()
        self.assertGreater(fitted.bands["auto"]["precision"], 0.97)
        self.assertGreater(fitted.coverage, 0.9)
        self.assertEqual(index.fitted["entries"], 1200)
        self.assertEqual(len(self.rows("entry")), 1200)

    def test_of_a_long_past_the_newest_part_is_measured(self):
        self.history()
        index, seen = self.index(), []
        since = DAY - datetime.timedelta(57)
        newest = sorted(entry["res_id"] for entry in self.rows("entry") if entry["date"] >= since)
        self.patch(ai_index_fit, "MOST_ENTRIES", len(newest))
        self.patch(self.registry["l10n_cl_ai.index"], "_would_have_proposed", lambda self, *places: [])
        forward = self.registry["l10n_cl_ai.index"]._pass_by

        def pass_by(self, start, end):
            forward(self, start, end)
            self.env.cr.execute("SELECT res_id FROM l10n_cl_ai_index_entry")
            seen[:] = sorted(res_id for (res_id,) in self.env.cr.fetchall())

        self.patch(self.registry["l10n_cl_ai.index"], "_pass_by", pass_by)
        index._measure()
        self.assertEqual(seen, newest)
        self.assertEqual(index.fitted["entries"], 12)

    def test_a_past_in_which_nothing_tells_makes_nothing_automatic(self):
        index = self.index()
        day = DAY - datetime.timedelta(400)
        index._learn(
            [
                (n, suggest.Line(f"servicio mensual {n % 3}", "7", 1000), f"{(n * n * 7919 + n // 3) % 23 + 1}:100",
                 day + datetime.timedelta(n // 4), 1.0)
                for n in range(1, 1201)
            ]
        )  # fmt: skip
        fitted = index._measure()
        self.assertIsNone(fitted.threshold)
        self.assertGreater(fitted.bands["unknown"]["coverage"], 0.9)

    def test_it_is_measured_when_due(self):
        index = self.index()
        index.built_at = NOW
        index._measure_when_due()
        self.assertFalse(index.fitted)
        day = DAY - datetime.timedelta(400)
        index._learn([(n, suggest.Line(f"obra {n % 5}", "7", 1), f"{n % 5 + 1}:100", day, 1.0) for n in range(1, 401)])
        index._measure_when_due()
        first = index.fitted_at
        self.assertTrue(first)
        with freeze_time("2026-11-20 15:00:00"):
            index._measure_when_due()
            self.assertEqual(index.fitted_at, first)
            index._learn([(n, suggest.Line("obra", "7", 1), "1:100", day, 1.0) for n in range(500, 530)])
            index._measure_when_due()
            self.assertGreater(index.fitted_at, first)

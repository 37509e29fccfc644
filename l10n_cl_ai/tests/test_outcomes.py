"""Answers about documents: recorded once, by those who may, and what follows from them for the document."""

import datetime

from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged

from .outcome_common import OutcomeCase

RECEIVED = datetime.datetime(2026, 11, 18, 23)  # 20:00 in Chile


@tagged("post_install_l10n", "post_install", "-at_install")
class TestRecording(OutcomeCase):
    def test_an_answer_of_several_reasons_is_several_rows_and_one_answer(self):
        rows = self.record("reparo", ["(HED-2-210) Neto", ("DET[2]-2-200", "Monto del ítem")], received_at=RECEIVED)
        self.assertEqual(rows.mapped("code"), ["HED-2-210", "DET-2-200"])
        self.assertEqual(rows.mapped("line_number"), [0, 2])
        self.assertEqual(rows[1].move_line_id, self.move.invoice_line_ids[1])
        self.assertFalse(rows[0].move_line_id)
        self.assertEqual(len(set(rows.mapped("answer_key"))), 1)
        self.assertEqual(self.move.l10n_cl_ai_sii_state, "reparo")
        self.assertEqual((rows[0].partner_id, rows[0].document_type), (self.customer, "33"))

    def test_a_line_of_a_reference_is_no_line_of_the_invoice(self):
        self.assertFalse(self.record("rejected", ["REF[1]-3-758"]).move_line_id)
        self.assertFalse(self.record("rejected", ["DET[99]-2-200"]).move_line_id)

    def test_the_same_answer_is_recorded_once(self):
        at = datetime.datetime(2026, 11, 18, 15)
        first = self.record("rejected", ["HED-3-846", "HED-3-845"], at=at)
        self.assertEqual(self.record("rejected", ["hed-3-845 otra glosa", "HED-3-846"], at=at), first)
        self.assertEqual(self.record("rejected", ["HED-3-846", "HED-3-845"], at=at.replace(hour=20)), first)
        self.assertEqual(self.record("rejected", ["HED-3-846", "HED-3-845"]), first)  # no moment: the last one again
        self.assertEqual(self.move.l10n_cl_ai_outcome_ids, first)

    def test_another_reason_another_day_or_a_change_is_another_answer(self):
        at = datetime.datetime(2026, 11, 18, 15)
        self.record("rejected", ["HED-3-846"], at=at)
        self.record("rejected", ["HED-3-845"], at=at)
        self.record("rejected", ["HED-3-846"], at=at + datetime.timedelta(days=1))
        self.record("accepted")
        self.record("rejected", ["HED-3-846"])
        self.assertEqual(len(self.move.l10n_cl_ai_outcome_ids), 5)
        self.assertEqual(self.move.l10n_cl_ai_sii_state, "rejected")

    def test_a_file_of_an_older_answer_read_again_changes_nothing(self):
        first = self.record("rejected", ["HED-3-846"], at=datetime.datetime(2026, 11, 18, 10))
        self.record("accepted", at=datetime.datetime(2026, 11, 18, 12))
        self.assertEqual(self.record("rejected", ["HED-3-846"], at=datetime.datetime(2026, 11, 18, 10)), first)
        self.assertEqual(self.move.l10n_cl_ai_sii_state, "accepted")
        self.record("rejected", ["HED-3-846"], at=datetime.datetime(2026, 11, 18, 16))
        self.assertEqual(self.move.l10n_cl_ai_sii_state, "rejected")

    def test_a_claim_does_not_hide_that_the_siis_answer_is_the_same(self):
        first = self.record("accepted", at=datetime.datetime(2026, 11, 17))
        self.record("claim", event="RCD", at=datetime.datetime(2026, 11, 18))
        self.assertEqual(self.record("accepted"), first)

    def test_what_makes_no_sense_is_refused(self):
        for kind, event in (("claim", None), ("claim", "XXX"), ("accepted", "ACD"), ("perhaps", None)):
            with self.subTest(kind=kind, event=event), self.assertRaises(UserError):
                self.record(kind, event=event)
        for move in (self.invoice(), self.bill(), self.env["account.move"].create({"move_type": "entry"})):
            with self.subTest(move=move.move_type), self.assertRaises(UserError):
                self.record("accepted", move=move)
        self.assertFalse(self.env["l10n_cl_ai.outcome"].search([("company_id", "=", self.company.id)]))

    def test_nobody_answers_in_the_future(self):
        to_come = datetime.datetime(2027, 11, 18)
        for moments in ({"at": to_come}, {"received_at": to_come}):
            with self.subTest(moments=moments), self.assertRaises(UserError):
                self.record("accepted", **moments)

    def test_a_long_gloss_is_cut(self):
        self.assertEqual(len(self.record("rejected", ["x" * 3000]).gloss), 500)

    def test_it_can_be_typed(self):
        wizard = Form(
            self.env["l10n_cl_ai.outcome.wizard"].with_user(self.accountant).with_context(default_move_id=self.move.id)
        )
        self.assertFalse(wizard.kind, "what was answered is said by who records it")
        wizard.kind, wizard.reasons = "reparo", "HED-2-210 Neto\n\nDET[1]-2-200"
        wizard.received_at = RECEIVED
        self.assertEqual(wizard.recorded_until, datetime.date(2026, 11, 26))
        saved = wizard.save()
        saved.action_record()
        saved.action_record()
        rows = self.move.l10n_cl_ai_outcome_ids
        self.assertEqual(sorted(rows.mapped("code")), ["DET-2-200", "HED-2-210"])
        self.assertEqual((rows.user_id, set(rows.mapped("source"))), (self.accountant, {"typed"}))


@tagged("post_install_l10n", "post_install", "-at_install")
class TestCountdown(OutcomeCase):
    def running(self):
        return self.move in self.env["account.move"].search([("l10n_cl_ai_acceptance", "=", "running")])

    def test_eight_days_end_at_midnight_in_chile(self):
        """The SII's own example: received on the 1st at 20:00, the term ends on the 9th at 23:59."""
        self.record("accepted", received_at=datetime.datetime(2026, 1, 1, 23))
        self.assertEqual(self.move.l10n_cl_ai_accept_until, datetime.date(2026, 1, 9))
        for now, state, left in (
            ("2026-01-01 23:00:00", "running", 8),
            ("2026-01-10 02:59:59", "running", 0),  # 23:59:59 in Chile
            ("2026-01-10 03:00:00", "expired", 0),
        ):
            with self.subTest(now=now), freeze_time(now):
                self.move.invalidate_recordset()
                self.assertEqual((self.move.l10n_cl_ai_acceptance, self.move.l10n_cl_ai_days_left), (state, left))
                self.assertEqual(self.running(), state == "running")

    def test_the_day_of_reception_is_chiles(self):
        self.record("accepted", received_at=datetime.datetime(2026, 1, 2, 2, 59))
        self.assertEqual(self.move.l10n_cl_ai_accept_until, datetime.date(2026, 1, 9))

    def test_an_answer_of_the_customer_ends_it(self):
        self.record("accepted", received_at=RECEIVED)
        self.assertTrue(self.running())
        self.record("claim", event="received")
        self.assertEqual(self.move.l10n_cl_ai_acceptance, "running")
        self.record("claim", event="RCD")
        self.assertEqual((self.move.l10n_cl_ai_acceptance, self.move.l10n_cl_ai_claim_state), ("claimed", "RCD"))
        self.assertFalse(self.running())
        claimed = [("l10n_cl_ai_acceptance", "in", ["claimed"])]
        self.assertIn(self.move, self.env["account.move"].search(claimed))

    def test_nothing_runs_for_what_was_rejected_or_can_not_be_claimed(self):
        self.record("rejected", received_at=RECEIVED)
        self.assertFalse(self.move.l10n_cl_ai_acceptance)
        receipt = self.posted(39, partner=self.env.ref("l10n_cl.par_cfa"))
        self.record("accepted", move=receipt, received_at=RECEIVED)
        self.assertEqual((receipt.l10n_cl_ai_sii_state, receipt.l10n_cl_ai_acceptance), ("accepted", False))

    def test_without_reception_nothing_runs(self):
        self.record("accepted")
        self.assertFalse(self.move.l10n_cl_ai_acceptance)
        none = self.env["account.move"].search([("l10n_cl_ai_acceptance", "=", False), ("id", "=", self.move.id)])
        self.assertEqual(none, self.move)


@tagged("post_install_l10n", "post_install", "-at_install")
class TestRemedies(OutcomeCase):
    def press(self, outcome):
        return outcome.with_user(self.accountant).action_remedy()

    def test_what_was_rejected_goes_back_to_draft_with_its_findings(self):
        outcome = self.record("rejected", ["HED-3-846"])
        self.assertTrue(outcome.can_remedy)
        self.assertIn("C06", outcome.rule_ids.mapped("code"))
        self.customer.city = False
        self.press(outcome)
        self.assertEqual(self.move.state, "draft")
        self.assertIn("C06", self.move.l10n_cl_ai_finding_ids.mapped("rule_code"))
        self.assertFalse(outcome.can_remedy)
        self.assertEqual(self.move.l10n_cl_ai_sii_state, "rejected")

    def test_a_burned_folio_is_replaced_and_stays_used(self):
        outcome = self.record("rejected", ["DTE-3-101"])
        spent = self.folio(self.move)
        self.press(outcome)
        self.assertFalse(self.move.l10n_cl_ai_sii_state)
        self.posted()  # another takes a folio meanwhile
        self.move.action_post()
        self.assertNotEqual(self.folio(self.move), spent)
        self.assertFalse(self.move.l10n_cl_ai_sii_state)
        self.assertFalse(outcome.can_remedy)

    def test_a_reparo_is_corrected_by_a_credit_note_and_never_taken_back(self):
        outcome = self.record("reparo", ["HED-2-210"])
        self.assertEqual(outcome.remedy, "credit_note")
        action = self.press(outcome)
        self.assertEqual((action["res_model"], self.move.state), ("account.move.reversal", "posted"))

    def test_an_old_answer_about_what_was_accepted_since_does_nothing(self):
        outcome = self.record("rejected", ["HED-3-846"])
        self.record("accepted")
        self.assertFalse(outcome.can_remedy)
        with self.assertRaises(UserError):
            self.press(outcome)
        self.assertEqual(self.move.state, "posted")

    def test_sending_again_is_for_the_module_that_sends(self):
        outcome = self.record("rejected", ["DTE-3-505"])
        self.assertEqual((outcome.remedy, outcome.can_remedy), ("resend", False))

    def test_explanations_are_in_the_readers_language(self):
        outcome = self.record("rejected", ["HED-3-846"])
        self.assertEqual(outcome.meaning, "Receiver comuna missing")
        self.env["res.lang"]._activate_lang("es_CL")
        self.assertEqual(outcome.with_context(lang="es_CL").meaning, "Falta la comuna del receptor")
        self.assertIn("Not known", self.record("rejected", ["Otra razón"]).note)


@tagged("post_install_l10n", "post_install", "-at_install")
class TestRules(OutcomeCase):
    """What the SII answered is what the rules know of documents (B03, G10)."""

    def note(self):
        return self.invoice(61, reversed_entry_id=self.move.id)

    def codes(self, move):
        return move._l10n_cl_ai_check().finding_ids.mapped("rule_code")

    def test_a_note_on_what_was_rejected_is_blocked(self):
        note = self.note()
        self.assertNotIn("G10", self.codes(note))
        self.record("rejected", ["HED-3-846"])
        self.assertEqual(note.l10n_cl_ai_state, "stale")
        self.assertIn("G10", self.codes(note))
        self.record("accepted")
        self.assertNotIn("G10", self.codes(note))

    def test_the_folio_of_a_rejected_document_stays_used(self):
        self.record("rejected", ["DTE-3-101"]).with_user(self.accountant).action_remedy()
        spent = self.env["l10n_cl_ai.outcome"].search([("move_id", "=", self.move.id)]).folio
        other = self.posted()
        self.assertEqual(str(self.folio(other)), spent)
        (finding,) = other._l10n_cl_ai_check().finding_ids.filtered(lambda each: each.rule_code == "B03")
        self.assertIn("rejected", finding.message)

    def test_ones_own_answer_takes_no_folio(self):
        self.record("accepted")
        self.assertNotIn("B03", self.codes(self.move))

    def test_a_search_finds_what_an_answer_made_outdated(self):
        note = self.note()
        note._l10n_cl_ai_check()
        stale = [("l10n_cl_ai_state", "=", "stale")]
        self.assertNotIn(note, self.env["account.move"].search(stale))
        self.record("rejected", ["HED-3-846"])
        self.assertIn(note, self.env["account.move"].search(stale))


@tagged("post_install_l10n", "post_install", "-at_install")
class TestRights(OutcomeCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.other = cls._make_company("Otra SpA", "76418205-7")
        cls.stranger = cls._make_user("ajena", "account.group_account_invoice", cls.other)

    def test_nobody_writes_answers_by_hand(self):
        outcome = self.record("rejected", ["HED-3-846"])
        manager = self._make_user("jefa", "account.group_account_manager,l10n_cl_ai.group_manager")
        for user in (self.reader, self.accountant, manager):
            mine = outcome.with_user(user)
            self.assertTrue(mine.read(["meaning", "remedy_label"]))
            acts = (
                lambda mine=mine: mine.write({"kind": "accepted"}),
                mine.unlink,
                lambda mine=mine: mine.copy(),
                lambda user=user: self.env["l10n_cl_ai.outcome"].with_user(user).create(
                    {"move_id": self.move.id, "kind": "accepted", "at": RECEIVED, "source": "typed"}
                ),
            )  # fmt: skip
            for act in acts:
                with self.subTest(user=user.login), self.assertRaises(AccessError):
                    act()
        for name, value in (("l10n_cl_ai_sii_state", "accepted"), ("l10n_cl_ai_accept_until", "2026-01-01")):
            with self.assertRaises(AccessError):
                self.move.with_user(manager).write({name: value})

    def test_readers_record_nothing_and_press_nothing(self):
        outcome = self.record("rejected", ["HED-3-846"])
        for act in (
            lambda: self.record("accepted", move=self.move.with_user(self.reader)),
            outcome.with_user(self.reader).action_remedy,
            outcome.with_user(self.reader).action_confirm,
        ):
            with self.assertRaises(AccessError):
                act()
        self.assertFalse(outcome.with_user(self.reader).can_remedy)  # who may not read the invoice mends none

    def test_companies_do_not_see_each_other(self):
        outcome = self.record("rejected", ["HED-3-846"])

        def seen(records):
            return records.with_user(self.stranger).with_context(allowed_company_ids=self.other.ids)

        self.env.flush_all()
        for model in ("l10n_cl_ai.outcome", "l10n_cl_ai.outcome.report"):
            self.assertTrue(self.env[model].search([("move_id", "=", self.move.id)]))
            self.assertFalse(seen(self.env[model]).search([]))
        for act in (
            lambda: seen(outcome).read(["code"]),
            lambda: self.record("accepted", move=seen(self.move)),
        ):
            with self.assertRaises(AccessError):
                act()

    def test_what_creating_a_document_says_of_its_answers_does_not_hold(self):
        values = {"l10n_cl_ai_sii_state": "accepted", "l10n_cl_ai_claim_state": "ACD"}
        for move in (self.invoice(**values), self.env["account.move"].with_context(
            default_move_type="out_invoice", default_l10n_cl_ai_sii_state="accepted"
        ).create({})):  # fmt: skip
            self.assertFalse(move.l10n_cl_ai_sii_state or move.l10n_cl_ai_claim_state)
        self.record("rejected", ["HED-3-846"])
        self.assertFalse(self.move.copy().l10n_cl_ai_sii_state)

    def test_defaults_of_a_user_do_not_come_with_an_answer(self):
        self.env["ir.default"].set("l10n_cl_ai.outcome", "gloss", "forged", user_id=self.accountant.id)
        row = self.record("accepted", move=self.move.with_user(self.accountant))
        self.assertFalse(row.gloss)

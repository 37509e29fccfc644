"""What the assistant proposes: the user who was asked decides, and what he may not write is never written."""

from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import freeze_time, tagged

from ..chat.desk import Desk, Draft
from ..models.ai_toolbox_propose import MOST_DRAFTS
from .common import NOW
from .tool_common import ToolCase

HOSTILE = "<script>alert(1)</script><img src=x onerror=alert(2)> & fin"


@freeze_time(NOW)
@tagged("post_install_l10n", "post_install", "-at_install")
class TestChatProposal(ToolCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.move = cls.invoice(33, narration="<p>Antes</p>")
        cls.accountant.group_ids |= cls.env.ref("base.group_partner_manager")
        cls.colleague = cls._make_user("colega", "account.group_account_user")
        cls.reader = cls._make_user("lectora_chat", "account.group_account_readonly")

    def desk(self, *records):
        desk = Desk()
        for record in records or (self.move,):
            desk.cite("record", record._name, record.id, record.display_name, "")
        return desk

    def draft(self, tool, desk=None, **values):
        _answer, _data, desk = self.call(tool, None, desk or self.desk(), record="R1", **values)
        return desk.drafts[0] if desk.drafts else None

    def make(self, draft, user=None):
        user = user or self.accountant
        made = self.env["l10n_cl_ai.chat.proposal"].with_user(user)._make(draft, user, self.company, 7)
        return made.with_user(user).with_context(allowed_company_ids=self.company.ids)

    def proposal(self, **values):
        return self.make(Draft("values", "account.move", self.move.id, values or {"ref": "OC-9"}, {
            name: self.move[name] and str(self.move[name]) for name in values or ["ref"]}))  # fmt: skip

    # -- drafting --------------------------------------------------------------------------------------

    def test_a_tool_drafts_and_writes_nothing(self):
        draft = self.draft("propose_values", field="ref", value="OC-9")
        self.assertEqual(draft, Draft("values", "account.move", self.move.id, {"ref": "OC-9"}, {"ref": False}))
        self.assertFalse(self.move.ref)
        note = self.draft("propose_note", text="Llamar")
        self.assertEqual((note.kind, note.text), ("note", "Llamar"))
        task = self.draft("propose_activity", summary="Llamar", date="2026-11-25")
        self.assertEqual(task.values["user_id"], self.accountant.id)
        self.assertEqual(task.values["date_deadline"], "2026-11-25")
        self.assertFalse(self.env["l10n_cl_ai.chat.proposal"].search([]))

    def test_what_may_not_be_proposed_is_refused_in_words(self):
        partner, rule = self.customer, self.env["l10n_cl_ai.rule"].search([], limit=1)
        cases = [
            ("propose_values", {"field": "partner_id", "value": "1"}, self.move, "must be one of"),
            ("propose_values", {"field": "comment", "value": "x"}, self.move, "cannot be proposed"),
            ("propose_values", {"field": "ref", "value": "x"}, partner, "cannot be proposed"),
            ("propose_values", {"field": "ref", "value": "a\nb"}, self.move, "one line"),
            ("propose_values", {"field": "ref", "value": "x" * 201}, self.move, "one line"),
            ("propose_values", {"field": "ref", "value": "x"}, rule, "this kind of record"),
            ("propose_note", {"text": "x"}, rule, "this kind of record"),
            ("propose_note", {"text": "  "}, self.move, "at least 1"),
            ("propose_activity", {"summary": "x", "date": "2026-11-01"}, self.move, "from today"),
            ("propose_activity", {"summary": "x", "date": "2031-01-01"}, self.move, "from today"),
            ("propose_activity", {"summary": "x", "date": "2026-11-25", "user": "zzz"}, self.move, "nobody"),
        ]
        for tool, values, record, words in cases:
            with self.subTest(tool=tool, values=values):
                error = self.refused(tool, desk=self.desk(record), record="R1", **values)
                self.assertIn(words, error)
        self.assertIn("give the key", self.refused("propose_note", record="FAC 1", text="x"))
        self.assertIn("no record has this key", self.refused("propose_note", record="R1", text="x"))

    def test_who_may_not_write_gets_no_draft(self):
        answer, data, desk = self.call("propose_note", self.reader, self.desk(), record="R1", text="x")
        self.assertTrue(answer.failed)
        self.assertIn("may not write", data["error"])
        self.assertEqual(desk.drafts, [])

    def test_one_answer_proposes_no_flood(self):
        desk = self.desk()
        for _number in range(MOST_DRAFTS):
            self.call("propose_note", desk=desk, record="R1", text="x")
        self.assertIn("enough", self.refused("propose_note", desk=desk, record="R1", text="x"))
        self.assertEqual(len(desk.drafts), MOST_DRAFTS)

    def test_an_activity_may_be_for_a_colleague_by_name(self):
        self.colleague.name = "Berta Colega Soto"
        desk = self.desk()
        draft = self.draft("propose_activity", desk=desk, summary="x", date="2026-11-25", user="berta soto")
        self.assertEqual(draft.values["user_id"], self.colleague.id)
        self.assertIn("Berta Colega Soto", [one.text for one in desk.private])

    # -- deciding --------------------------------------------------------------------------------------

    def test_values_are_shown_applied_and_told_in_the_chatter(self):
        proposal = self.make(self.draft("propose_values", field="narration", value=HOSTILE))
        shown = proposal._to_client()
        self.assertEqual(shown["changes"][0]["before"], "Antes")
        self.assertEqual(shown["changes"][0]["after"], HOSTILE)
        self.assertEqual((shown["state"], shown["expires"]), ("open", "2026-11-20T15:00:00Z"))
        proposal.action_apply()
        self.assertNotIn("<script", str(self.move.narration))
        self.assertIn("fin", str(self.move.narration))
        body = str(self.move.message_ids[0].body)
        self.assertIn(self.accountant.name, body)
        self.assertNotIn("<script", body)
        self.assertEqual((proposal.state, proposal.decided_by), ("applied", self.accountant))
        with self.assertRaises(UserError):
            proposal.action_apply()

    def test_a_note_and_an_activity_are_made_by_the_user(self):
        self.make(self.draft("propose_note", text=HOSTILE)).action_apply()
        message = self.move.message_ids[0]
        self.assertEqual(message.author_id, self.accountant.partner_id)
        self.assertTrue(message.is_internal)
        self.assertNotIn("<script", str(message.body))
        proposal = self.make(self.draft("propose_activity", summary="Llamar", date="2026-11-25", text="Por el pago"))
        self.assertEqual(proposal._to_client()["changes"][1]["after"], "2026-11-25")
        proposal.action_apply()
        activity = self.move.activity_ids
        self.assertEqual((activity.summary, activity.user_id), ("Llamar", self.accountant))
        self.assertEqual(str(activity.date_deadline), "2026-11-25")

    def test_discarded_is_decided_and_nothing_is_written(self):
        proposal = self.proposal()
        proposal.action_discard()
        self.assertEqual(proposal._to_client()["state"], "discarded")
        self.assertFalse(self.move.ref)
        with self.assertRaises(UserError):
            proposal.action_apply()

    def test_only_the_person_who_was_asked_decides(self):
        proposal = self.proposal()
        people = (self.env.ref("base.user_root"), self.colleague, self.reader)
        for other in (proposal.sudo(), *(proposal.with_user(user) for user in people)):
            for act in ("action_apply", "action_discard"):
                with self.subTest(act=act), self.assertRaises(AccessError):
                    getattr(other, act)()
        self.assertEqual(proposal.state, "open")
        self.assertFalse(self.move.ref)

    def test_nobody_writes_rows_by_hand(self):
        proposal = self.proposal()
        for act in (lambda: proposal.write({"changes": {"state": ["draft", "posted"]}}), proposal.unlink,
                    lambda: proposal.create({"kind": "note"}), proposal.copy):  # fmt: skip
            with self.assertRaises(AccessError):
                act()
        self.assertFalse(self.env["l10n_cl_ai.chat.proposal"].with_user(self.colleague).search([]))

    def test_what_does_not_hold_any_more_is_refused(self):
        cases = {
            "changed": lambda: self.move.write({"ref": "otra"}),
            "deleted": self.move.unlink,
            "no right": lambda: self.accountant.write({"group_ids": [(6, 0, self.reader.group_ids.ids)]}),
        }
        for name, spoil in cases.items():
            proposal = self.proposal()
            with self.subTest(spoilt=name):
                savepoint = self.env.cr.savepoint()
                spoil()
                self.env.flush_all()
                with self.assertRaises(UserError):
                    proposal.action_apply()
                self.assertEqual(proposal.sudo().state, "open")
                savepoint.close(rollback=True)
                self.env.invalidate_all()
                self.env.registry.clear_cache()
        proposal = self.proposal()
        with freeze_time(fields.Datetime.now() + timedelta(hours=49)):
            self.assertEqual(proposal._to_client()["state"], "expired")
            with self.assertRaisesRegex(UserError, "expired"):
                proposal.action_apply()

    def test_a_posted_document_takes_only_what_says_nothing_new(self):
        proposal = self.proposal()
        self.move.action_post()
        proposal.action_apply()
        self.assertEqual(self.move.ref, "OC-9")

    def test_a_forged_draft_makes_no_row(self):
        forged = [
            Draft("values", "account.move", self.move.id, {"state": "posted"}, {"state": "draft"}),
            Draft("values", "res.users", self.accountant.id, {"name": "x"}, {}),
            Draft("values", "account.move", self.move.id, {"ref": ""}, {"ref": False}),
            Draft("note", "ir.config_parameter", 1, text="x"),
            Draft("note", "no.model", 1, text="x"),
            Draft("note", "account.move", 987_654, text="x"),
        ]
        for draft in forged:
            with self.subTest(draft=draft):
                self.assertFalse(self.make(draft))
        self.assertFalse(self.make(Draft("note", "account.move", self.move.id, text="x"), self.reader))

    def test_another_company_sees_and_decides_nothing(self):
        proposal = self.proposal()
        other = self._make_company("Servicios Quillón SpA", "77018459-2")
        self.accountant.company_ids |= other
        theirs = proposal.with_context(allowed_company_ids=other.ids)
        self.assertFalse(theirs.search([]))
        with self.assertRaises(AccessError):
            theirs.action_apply()

    def test_time_closes_and_clears(self):
        proposal = self.proposal()
        with freeze_time(fields.Datetime.now() + timedelta(hours=49)):
            self.env["l10n_cl_ai.chat.proposal"]._expire()
        self.assertEqual(proposal.state, "expired")
        with freeze_time(fields.Datetime.now() + timedelta(days=100)):
            self.env["l10n_cl_ai.retention"]._sweep("chat_proposals")
        self.assertFalse(proposal.sudo().exists())

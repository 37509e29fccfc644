"""What a person is given of what is held about him, what is erased, and what stays."""

import base64
import io
import json
import zipfile

from odoo.exceptions import AccessError, UserError
from odoo.tests import freeze_time, tagged

from .. import suggest
from ..llm.person import STRUCK
from ..llm.privacy import Masker
from ..llm.question import Private
from .common import NOW
from .ledger_common import LedgerCase

NAME, RUT, EMAIL = "Juana Fuentealba Ñancupil", "12345678-5", "juana.f@example.cl"


class PersonCase(LedgerCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.juana = cls._make_partner(NAME, RUT, is_company=False, email=EMAIL, street="Los Aromos 1234")
        cls.pedro = cls._make_partner("Pedro Marileo Cayul", "11111111-1", is_company=False)
        cls.colleague.partner_id.name = "Colega Curioso Paredes"

    def conversation(self, user, text, company=None, **values):
        row = self.env["l10n_cl_ai.conversation"]._begin("general", company or self.company, user).sudo()
        row.write(values)
        self.env["l10n_cl_ai.message"].create({"conversation_id": row.id, "role": "user", "text": text})
        return row

    def wizard(self, partner=None, user=None, **values):
        wizards = self.env["l10n_cl_ai.privacy.wizard"].with_user(user or self.manager)
        wizards = wizards.with_context(allowed_company_ids=(user or self.manager).company_ids.ids)
        return wizards.create({"partner_id": (partner or self.juana).id, "reference": "2026-17", **values})

    def erase(self, partner=None):
        wizard = self.wizard(partner)
        wizard.action_look()
        wizard.action_erase()
        self.env.invalidate_all()
        return wizard

    def given(self, partner=None):
        wizard = self.wizard(partner)
        wizard.action_export()
        with zipfile.ZipFile(io.BytesIO(base64.b64decode(wizard.file))) as archive:
            text = archive.read("datos-personales.json").decode()
        return {one["kind"]: one for one in json.loads(text)["kinds"]}, text

    def log(self):
        return self.env["l10n_cl_ai.privacy.log"].search([("company_id", "=", self.company.id)], limit=1)


@freeze_time(NOW)
@tagged("post_install_l10n", "post_install", "-at_install")
class TestUser(PersonCase):
    """Somebody who works here asks about himself."""

    def setUp(self):
        super().setUp()
        self.person = self.colleague.partner_id
        self.mine = self.conversation(self.colleague, "¿Cuánto me debe Comercial Sur?", name="Lo de Sur")
        self.others = self.conversation(self.user, "¿Qué preguntó Colega Curioso Paredes ayer?")
        self.paid = self.row(user_id=self.colleague.id, content_sent="pregunta", content_answer="respuesta")
        self.not_his = self.row(content_sent="pregunta de otra", content_answer="x")

    def test_is_given_his_conversations_and_his_rows(self):
        kinds, text = self.given(self.person)
        self.assertEqual([row["name"] for row in kinds["conversations"]["rows"]], ["Lo de Sur"])
        self.assertIn("¿Cuánto me debe Comercial Sur?", kinds["messages"]["rows"][0]["text"])
        self.assertEqual(kinds["content"]["rows"][0]["content_sent"], "pregunta")
        self.assertEqual([row["id"] for row in kinds["ledger"]["rows"]], [self.paid.id])
        self.assertNotIn("pregunta de otra", text)

    def test_of_others_conversations_he_learns_that_he_is_named_and_not_what_they_wrote(self):
        kinds, text = self.given(self.person)
        [named] = kinds["messages"]["named_in"]
        self.assertEqual(set(named), {"id", "create_date"})
        self.assertNotIn("preguntó", text)

    def test_erasing_deletes_what_is_his_and_keeps_the_money(self):
        wizard = self.erase(self.person)
        self.assertFalse(self.mine.exists())
        self.assertEqual((self.paid.content_sent, self.paid.content_answer), (False, False))
        self.assertEqual((self.paid.user_id, self.paid.cost), (self.colleague, 0.25))
        self.assertEqual(self.others.message_ids.text, f"¿Qué preguntó {STRUCK} ayer?")
        self.assertEqual(self.not_his.content_sent, "pregunta de otra")
        stays = {line.name: line.law for line in wizard.line_ids if line.fate == "stay"}
        self.assertIn("art. 31", stays["Ledger of the AI: figures, without content"])

    def test_an_answer_being_written_is_left(self):
        self.env["l10n_cl_ai.message"].create(
            {"conversation_id": self.mine.id, "role": "assistant", "status": "running",
             "lease_until": "2026-11-18 15:00:20"}
        )  # fmt: skip
        self.erase(self.person)
        self.assertTrue(self.mine.exists())


@freeze_time(NOW)
@tagged("post_install_l10n", "post_install", "-at_install")
class TestPartner(PersonCase):
    """A customer or supplier asks."""

    def test_masks_and_sources_of_others_conversations_forget_her(self):
        masker = Masker([Private("name", NAME), Private("name", self.pedro.name)])
        sent = masker.mask(f"{NAME} ({RUT}) y {self.pedro.name}")
        desk = {"sources": [{"key": "R1", "text": f"{NAME}, {EMAIL}"}], "private": [["name", NAME]]}
        memory = {"masker": masker.state, "summary": f"Se habló de {NAME}.", "desk": desk}
        row = self.conversation(self.user, "Muéstrame sus facturas", memory=memory)
        answer = self.env["l10n_cl_ai.message"].create(
            {"conversation_id": row.id, "role": "assistant", "text": "Lista", "seal": "s",
             "turns": json.dumps([{"role": "user", "content": f"dice {NAME}"}], ensure_ascii=False)}
        )  # fmt: skip
        kinds, text = self.given()
        self.assertEqual(len(kinds["conversations"]["named_in"]), 1)
        self.assertNotIn("Se habló", text)
        self.erase()
        kept = json.dumps(row.memory, ensure_ascii=False)
        for her in (NAME, RUT, EMAIL, "fuentealba"):
            self.assertNotIn(her, kept)
        restored = Masker.resuming(row.memory["masker"]).restore(sent)
        self.assertEqual(restored, f"{STRUCK} ({STRUCK}) y {self.pedro.name}")
        self.assertNotIn("Fuentealba", answer.turns)
        self.assertFalse(answer.seal, "changed turns are sent again without thoughts")

    def test_what_others_wrote_of_somebody_else_stays_byte_by_byte(self):
        memory = {"summary": f"Se habló de {self.pedro.name}."}
        row = self.conversation(self.user, f"¿Qué debe {self.pedro.name} (11.111.111-1)?", memory=memory)
        before = row.message_ids.text
        self.erase()
        self.assertEqual((row.message_ids.text, row.memory), (before, memory))

    def test_findings_remarks_and_reasons_lose_her_and_stay(self):
        move = self.invoice(33, partner=self.juana)
        check = move._l10n_cl_ai_check()
        finding = check.finding_ids[:1] or self.env["l10n_cl_ai.finding"].create(self.finding_vals(check))
        finding.sudo().write({"found": NAME, "params": {"name": NAME, "n": 3}})
        review = self.env["l10n_cl_ai.review"].create(
            {"company_id": self.company.id, "user_id": self.user.id, "move_id": move.id, "state": "done",
             "finished_at": NOW}
        )  # fmt: skip
        remark = self.env["l10n_cl_ai.review.finding"].create(
            {"review_id": review.id, "code": "J01", "action": "warn", "path": "Detalle[1]/NmbItem", "quote": "resma",
             "reason": f"El texto nombra a {NAME}"}
        )  # fmt: skip
        self.erase()
        self.assertEqual((finding.found, finding.params["name"], finding.params["n"]), (STRUCK, STRUCK, 3))
        self.assertEqual(remark.reason, f"El texto nombra a {STRUCK}")
        self.assertTrue(check.exists(), "the last check belongs to a tax document")
        self.assertTrue(move.exists())
        self.assertEqual(move.partner_id.name, NAME, "Odoo's own records are not this addon's to change")

    def finding_vals(self, check):
        rule = self.env["l10n_cl_ai.rule"].search([], limit=1)
        return {"validation_id": check.id, "rule_id": rule.id, "rule_code": rule.code, "sii_effect": "none",
                "action": "info", "weight": 0, "template": "x", "source": "x", "basis": "sii"}  # fmt: skip

    def test_replaced_checks_go_and_the_last_stays(self):
        move = self.invoice(33, partner=self.juana)
        first, last = move._l10n_cl_ai_check(), move._l10n_cl_ai_check()
        self.erase()
        self.assertFalse(first.exists())
        self.assertTrue(last.exists())

    def test_proposals_and_content_about_her_go(self):
        proposal = self.env["l10n_cl_ai.chat.proposal"].create(
            {"company_id": self.company.id, "user_id": self.user.id, "kind": "note", "note": "x", "expires_at": NOW,
             "res_model": "res.partner", "res_id": self.juana.id}
        )  # fmt: skip
        about = self.row(res_model="res.partner", res_id=self.juana.id, content_sent="sobre ella")
        naming = self.row(content_sent=f"un texto con {NAME}", content_answer="y lo demás")
        other = self.row(res_model="res.partner", res_id=self.pedro.id, content_sent="sobre él")
        self.erase()
        self.assertFalse(proposal.exists())
        self.assertFalse(about.content_sent or naming.content_sent or naming.content_answer)
        self.assertEqual(other.content_sent, "sobre él")
        self.assertEqual(naming.cost, 0.25)

    def test_values_proposed_for_something_else_lose_her(self):
        move = self.invoice()
        proposal = self.env["l10n_cl_ai.proposal"].create(
            {"company_id": self.company.id, "user_id": self.user.id, "res_model": "account.move", "res_id": move.id,
             "state": "done", "decision": "applied", "rationale_kept": f"Lo pidió {NAME}"}
        )  # fmt: skip
        line = self.env["l10n_cl_ai.proposal.line"].create(
            {"proposal_id": proposal.id, "name": "narration", "before": [False], "after": [f"Atención: {NAME}"]}
        )
        self.erase()
        self.assertEqual(line.sudo().after, [f"Atención: {STRUCK}"])
        self.assertEqual(proposal.sudo().rationale_kept, f"Lo pidió {STRUCK}")

    def test_cached_answers_that_name_her_go(self):
        rows = ((b"1", self.company, NAME), (b"2", self.company, "Otra"), (b"3", self.other, NAME))
        ids = [self.insert("cache_entry", {
            "key": key, "company_id": company.id, "feature": "x", "value": json.dumps({"a": name}, ensure_ascii=False),
            "expires_at": "2999-01-01",
        }) for key, company, name in rows]  # fmt: skip
        self.erase()
        self.env.cr.execute("SELECT id FROM l10n_cl_ai_cache_entry WHERE id = ANY(%s)", [ids])
        self.assertEqual([row_id for (row_id,) in self.env.cr.fetchall()], ids[1:])

    def test_what_was_learned_of_her_bills_is_taken_back(self):
        index = self.env["l10n_cl_ai.index"]._of(self.company, "account")
        lines = {}
        for partner in (self.juana, self.pedro):
            line = self.invoice(46, partner=partner).invoice_line_ids[0]
            index._learn([(line.id, suggest.Line(text="ripio", vendor=str(partner.id), amount=1), "7", NOW[:10], 1)])
            lines[partner] = line.id
        self.erase()
        self.env.cr.execute("SELECT res_id FROM l10n_cl_ai_index_entry WHERE index_id = %s", [index.id])
        self.assertEqual([res_id for (res_id,) in self.env.cr.fetchall()], [lines[self.pedro]])
        self.env.cr.execute("SELECT count(*) FROM l10n_cl_ai_index_count WHERE lexeme LIKE %s", [f"V{self.juana.id}%"])
        self.assertEqual(self.env.cr.fetchone()[0], 0)

    def test_another_companys_data_are_not_touched_nor_given(self):
        theirs = self.conversation(self.user, f"De {NAME}", company=self.other)
        kinds, _text = self.given()
        self.assertNotIn("messages", kinds)
        self.erase()
        self.assertEqual(theirs.message_ids.text, f"De {NAME}")


@freeze_time(NOW)
@tagged("post_install_l10n", "post_install", "-at_install")
class TestProcedure(PersonCase):
    def test_nothing_is_erased_before_it_was_looked_at(self):
        wizard = self.wizard()
        with self.assertRaisesRegex(UserError, "Look first"):
            wizard.action_erase()

    def test_looking_changes_nothing(self):
        row = self.conversation(self.user, f"De {NAME}")
        wizard = self.wizard()
        wizard.action_look()
        [line] = wizard.line_ids.filtered(lambda one: one.name == "Messages of conversations")
        self.assertEqual((line.mine, line.named, line.fate), (0, 1, "strike"))
        self.assertEqual(row.message_ids.text, f"De {NAME}")
        self.assertFalse(self.log())

    def test_a_hold_stops_erasing_and_not_giving(self):
        row = self.conversation(self.user, f"De {NAME}")
        self.env["l10n_cl_ai.hold"].with_user(self.manager).create({"company_id": self.company.id, "reason": "Rol 1"})
        with self.assertRaisesRegex(UserError, "legal hold"):
            self.erase()
        self.given()
        self.assertIn(NAME, row.message_ids.text)

    def test_the_register_says_what_was_done_and_names_nobody(self):
        self.conversation(self.user, f"De {NAME}")
        self.given()
        given = self.log()
        self.assertEqual((given.action, given.by, given.reference), ("export", self.manager, "2026-17"))
        self.assertEqual(len(given.digest), 64)
        self.erase()
        erased = self.log()
        self.assertEqual(erased.counts["messages"], {"deleted": 0, "struck": 1, "kept": 0})
        self.assertIn("1 struck out", erased.summary)
        for row in given | erased:
            text = json.dumps(row.read()[0], default=str, ensure_ascii=False)
            for her in ("Juana", "Fuentealba", "12345678", EMAIL):
                self.assertNotIn(her, text)

    def test_nobody_writes_the_register(self):
        self.given()
        log = self.log().with_user(self.manager)
        for attempt in (lambda: log.write({"action": "erase"}), log.unlink, lambda: log.create({"action": "erase"})):
            with self.assertRaises(AccessError):
                attempt()

    def test_only_managers_of_the_company(self):
        with self.assertRaises(AccessError):
            self.wizard(user=self.user)
        wizard = self.wizard(user=self.stranger)
        self.assertEqual(wizard.company_id, self.other)
        with self.assertRaises(AccessError):
            self.wizard(company_id=self.other.id).action_look()

    def test_a_company_has_no_personal_data_but_a_person_with_a_business_has(self):
        with self.assertRaisesRegex(UserError, "is a company"):
            self.wizard(self.customer).action_look()
        self.juana.is_company = True
        self.wizard().action_look()

    def test_a_user_of_somebody_else_is_refused(self):
        with self.assertRaisesRegex(UserError, "not the same person"):
            self.wizard(user_id=self.user.id).action_look()

    def test_the_screens_open_for_managers(self):
        views = {
            "l10n_cl_ai.privacy.wizard": "form", "l10n_cl_ai.privacy.log": "list", "l10n_cl_ai.retention": "list",
            "l10n_cl_ai.hold": "form", "l10n_cl_ai.processing": "form",
        }  # fmt: skip
        for model, kind in views.items():
            with self.subTest(model):
                fields = self.env[model].with_user(self.manager).get_view(view_type=kind)["models"][model]
                self.env[model].with_user(self.manager).search([]).read(list(fields))
        for name in ("ai_retention_open", "ai_processing_open"):
            with self.subTest(name):
                action = self.env.ref(f"l10n_cl_ai.{name}").with_user(self.manager).run()
                self.assertEqual(action["type"], "ir.actions.act_window")
                with self.assertRaises(AccessError):
                    self.env.ref(f"l10n_cl_ai.{name}").with_user(self.user).run()

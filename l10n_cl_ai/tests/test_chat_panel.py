"""What the panel does around an answer: screen, files, notes, ratings, sources, and no AI at all."""

from odoo.exceptions import UserError
from odoo.tests import tagged

from ..models.ai_conversation_ask import Wanted
from .chat_common import ChatCase

XML = b"""<DTE version="1.0"><Documento ID="a"><Encabezado><IdDoc><TipoDTE>33</TipoDTE><Folio>7</Folio>
<FchEmis>2026-11-20</FchEmis></IdDoc>
<Emisor><RUTEmisor>76086428-5</RUTEmisor><RznSoc>Maderas Ranco SpA</RznSoc></Emisor>
<Receptor><RUTRecep>77018459-2</RUTRecep><RznSocRecep>Otra SpA</RznSocRecep></Receptor>
<Totales><MntNeto>1000</MntNeto><TasaIVA>19</TasaIVA><IVA>190</IVA><MntTotal>1191</MntTotal></Totales></Encabezado>
<Detalle><NroLinDet>1</NroLinDet><NmbItem>Pino</NmbItem><MontoItem>1000</MontoItem></Detalle></Documento></DTE>"""


@tagged("post_install_l10n", "post_install", "-at_install")
class TestChatPanel(ChatCase):
    def text_sent(self):
        return "\n".join(block.get("text", "") for turn in self.sent()["messages"] for block in turn["content"])

    # -- screen ----------------------------------------------------------------------------------------

    def partner(self, **values):
        return self.env["res.partner"].create({"name": "Maderas Ranco SpA", **values})

    def test_the_record_on_screen_goes_along_as_data_with_its_name_masked(self):
        partner = self.partner()
        self.says("Ya.")
        shown = self.chat("¿Quién es?", screen={"model": "res.partner", "ids": [partner.id], "view": "form"})
        self.assertEqual(shown["status"], "done")
        self.assertIn(f'"id": {partner.id}', self.text_sent())
        self.assertNotIn("Ranco", self.text_sent())
        question = self.conversations().chat_read(self.uuid_of(shown))["messages"][0]
        self.assertEqual(question["context"], {"name": "Maderas Ranco SpA"})

    def test_fields_leave_only_if_the_feature_s_list_says_so(self):
        partner = self.partner(function="Paga tarde", street="Los Alerces 123")
        self.says("Ya.")
        self.chat("¿Quién es?", screen={"model": "res.partner", "ids": [partner.id], "view": "form"})
        self.assertNotIn("Paga tarde", self.text_sent())
        self.assertNotIn("Alerces", self.text_sent())

    def test_a_record_the_user_may_not_read_is_not_on_screen(self):
        secret = self.env["ir.config_parameter"].create({"key": "l10n.secret", "value": "clave"})
        self.assertFalse(self.conversations().chat_context({"model": "ir.config_parameter", "ids": secret.ids}))
        self.says("Ya.")
        self.chat("¿Qué es?", screen={"model": "ir.config_parameter", "ids": secret.ids})
        self.assertNotIn("screen", self.text_sent())

    def test_records_of_another_company_are_not_on_screen(self):
        foreign = self.partner(company_id=self.other_company.id)
        self.assertFalse(self.conversations().chat_context({"model": "res.partner", "ids": foreign.ids}))

    def on_screen(self, records, **more):
        return {"model": records._name, "ids": records.ids, "view": "list", "domain": [], "title": "Contactos", **more}

    def test_a_list_is_called_as_the_user_sees_it(self):
        partners = self.partner() | self.partner(name="Aserradero Ñuble")
        name = lambda records: self.conversations().chat_context(self.on_screen(records))["name"]  # noqa: E731
        self.assertEqual(name(partners.browse()), "Contactos")
        self.assertEqual(name(partners), "Contactos: 2 selected")
        self.assertEqual(name(partners[0]), "Maderas Ranco SpA")
        self.says("Ya.")
        shown = self.chat("¿Quiénes son?", screen=self.on_screen(partners))
        question = self.conversations().chat_read(self.uuid_of(shown))["messages"][0]
        self.assertEqual(question["context"], {"name": "Contactos: 2 selected"})

    def test_what_is_selected_has_keys_that_tools_take(self):
        partners = self.partner() | self.partner(name="Aserradero Ñuble")
        self.uses("partner_card", partner="R2")
        self.says("Es un aserradero [R2].")
        shown = self.chat("¿Quién es el segundo?", screen=self.on_screen(partners))
        self.assertEqual([(one["model"], one["id"]) for one in shown["sources"]], [("res.partner", partners[1].id)])
        self.assertEqual([step["state"] for step in shown["steps"]], ["done"])
        self.assertNotIn("Ranco", self.text_sent())
        self.assertNotIn("Aserradero", self.text_sent())

    def test_a_name_in_the_filter_on_screen_is_masked(self):
        self.partner()
        self.says("Ya.")
        screen = self.on_screen(self.env["res.partner"], domain=[["name", "ilike", "Maderas Ranco SpA"]])
        self.chat("¿Cuántos son?", screen=screen)
        self.assertIn("filter", self.text_sent())
        self.assertNotIn("Ranco", self.text_sent())

    def test_questions_about_this_document_are_asked_where_there_is_one(self):
        questions = self.conversations().chat_questions
        form = questions({"model": "account.move", "ids": [1], "view": "form"})
        self.assertEqual(
            form, self.env["l10n_cl_ai.agent"].with_user(self.user)._suggested_questions("account.move")[:4]
        )
        for ids in ([], [1, 2]):
            self.assertEqual(questions({"model": "account.move", "ids": ids, "view": "list"}), questions())
        self.assertNotEqual(form, questions())

    def test_the_questions_of_the_agent_that_was_chosen_come_first(self):
        agent = self.env["l10n_cl_ai.agent"].with_user(self.user)._pick("contabilidad")
        own = agent.question_ids.filtered(lambda one: not one.res_model).mapped("text")
        self.assertEqual(self.conversations().chat_questions(None, "contabilidad"), own[:4])
        self.assertEqual(self.conversations().chat_questions(None, "nobody"), self.conversations().chat_questions())

    def test_of_a_supplier_s_document_purchases_are_asked_about(self):
        bill = self.env["account.move"].create({"move_type": "in_invoice", "company_id": self.company.id})
        screen = {"model": "account.move", "ids": bill.ids, "view": "form"}
        agent = self.env["l10n_cl_ai.agent"].with_user(self.user)._pick("compras")
        about = agent.question_ids.filtered(lambda one: one.res_model == "account.move").mapped("text")
        self.assertEqual(self.conversations().chat_questions(screen)[: len(about)], about)

    def test_a_record_is_asked_about_in_its_own_company(self):
        self.user.company_ids |= self.other_company
        both = self.user.company_ids.sorted(lambda company: company != self.company)
        foreign = self.partner(company_id=self.other_company.id)
        screen = {"model": "res.partner", "ids": foreign.ids, "view": "form"}
        chats = self.conversations(company=both)
        answer = chats._take(Wanted(text="¿Quién es?", screen=screen))
        self.assertEqual(answer.company_id, self.other_company)
        shown = chats.chat_read(answer.conversation_id.uuid)
        self.assertEqual(shown["company"], self.other_company.name)
        [row] = chats.chat_list()
        self.assertEqual(row["company"], self.other_company.name)
        self.assertEqual(chats._take(Wanted(text="¿Y el IVA?")).company_id, self.company)
        mine = self.uuid_of({"id": chats._take(Wanted(text="Otra")).id})
        with self.assertRaisesRegex(UserError, self.other_company.name):
            chats._take(Wanted(text="¿Quién es?", screen=screen, conversation=mine))

    def test_who_works_in_one_company_is_not_told_which(self):
        self.assertEqual(self.conversations().chat_start()["company"], "")

    def test_nonsense_on_screen_is_left_out(self):
        for screen in (
            {"model": "no.such"},
            {"model": 7},
            [],
            "x",
            {"model": "res.partner", "ids": ["a", True, -1]},
        ):
            with self.subTest(screen=screen):
                self.says("Ya.")
                self.assertEqual(self.chat("¿Qué?", screen=screen)["status"], "done")

    # -- files -----------------------------------------------------------------------------------------

    def test_the_xml_of_a_dte_goes_along_with_what_the_rules_say_of_it(self):
        self.says("El total no cuadra [F1].")
        shown = self.chat("¿Qué tiene de malo?", files=(("dte.xml", XML),))
        self.assertIn("1191", self.text_sent())
        self.assertIn("F0", self.text_sent())
        self.assertNotIn("Ranco", self.text_sent())
        self.assertNotIn("76086428", self.text_sent())
        self.assertEqual([source["key"] for source in shown["sources"]], ["F1"])

    def test_files_that_are_nothing_are_refused_in_words(self):
        for name, data in (
            ("a.exe", b"MZ"),
            ("a.pdf", b"%PDF-1.4 broken"),
            ("a.xml", b"<DTE>"),
            ("b.xml", b"a" * 6_000_000),
        ):
            with self.subTest(name=name), self.assertRaisesRegex(UserError, name):
                self.take("¿Qué es?", files=((name, data),))
        with self.assertRaisesRegex(UserError, "3"):
            self.take("¿Qué es?", files=(("a.xml", XML),) * 4)

    # -- with an answer --------------------------------------------------------------------------------

    def test_an_answer_is_noted_on_the_record_in_the_user_s_name(self):
        partner = self.partner()
        self.user.group_ids |= self.env.ref("base.group_partner_manager")
        self.says("Paga a **30** días <script>alert(1)</script>.")
        shown = self.chat()
        self.conversations().chat_note(shown["id"], "res.partner", partner.id)
        note = partner.message_ids[0]
        self.assertEqual(note.author_id, self.user.partner_id)
        self.assertIn("30", note.body)
        self.assertNotIn("<script", note.body)

    def test_notes_need_the_right_to_read_the_record(self):
        foreign = self.partner(company_id=self.other_company.id)
        self.says("Paga.")
        shown = self.chat()
        for model, number in (
            ("res.partner", foreign.id),
            ("ir.config_parameter", 1),
            ("nada", 1),
            ("res.partner", "x"),
        ):
            with self.subTest(model=model), self.assertRaises(UserError):
                self.conversations().chat_note(shown["id"], model, number)

    def test_an_answer_is_rated_by_its_owner(self):
        self.says("Paga.")
        shown = self.chat()
        self.conversations().chat_rate(shown["id"], "down", "No es así")
        row = self.env["l10n_cl_ai.message"].browse(shown["id"])
        self.assertEqual((row.rating, row.comment), ("down", "No es así"))
        with self.assertRaises(UserError):
            self.conversations().chat_rate(shown["id"], "best")
        with self.assertRaises(UserError):
            self.conversations(self.manager).chat_rate(shown["id"], "up")

    def test_a_source_is_opened_by_who_may_read_it(self):
        partner = self.partner()
        self.uses("partner_card", partner="Ranco")
        self.says("Es una maderera [R1].")
        shown = self.chat()
        action = self.conversations().chat_source(shown["id"], "R1")
        self.assertEqual((action["res_model"], action["res_id"]), ("res.partner", partner.id))
        self.env["l10n_cl_ai.message"].browse(shown["id"]).sources = [
            {"key": key, "model": "res.partner", "id": 0, "title": "Contactos", "domain": domain}
            for key, domain in (("R3", [["name", "=", "x"]]), ("R2", None))
        ]
        action = self.conversations().chat_source(shown["id"], "R3")
        self.assertEqual((action["domain"], action["views"][0]), ([["name", "=", "x"]], (False, "list")))
        for key in ("R2", "A1", "", None):
            with self.subTest(key=key), self.assertRaises(UserError):
                self.conversations().chat_source(shown["id"], key)

    # -- no AI -----------------------------------------------------------------------------------------

    def test_what_the_panel_needs_is_told_without_asking_anybody(self):
        start = self.conversations().chat_start({"model": "account.move"})
        self.assertTrue(start["available"])
        self.assertTrue(start["simulated"])
        self.assertTrue(start["agents"] and start["questions"])
        self.assertFalse(self.standin.calls)

    def test_why_there_is_no_answer_is_told_in_words(self):
        cases = (
            ({"status": 401, "error_type": "authentication_error"}, "auth"),
            ({"status": 529, "error_type": "overloaded_error", "times": 0}, "overloaded"),
            ({"refusal": True}, "refused"),
        )
        for step, reason in cases:
            with self.subTest(reason=reason):
                self.standin.reset()
                self.standin.script(**step)
                shown = self.chat()
                self.assertEqual(shown["reason"], reason)
                self.assertIn(shown["status"], ("not_evaluated", "searched"))
                self.assertTrue(shown["reason_text"])

    def test_where_the_feature_is_off_nothing_is_asked_and_it_says_so(self):
        self.feature.with_company(self.company)._switch().action_disable()
        self.assertFalse(self.conversations().chat_start()["available"])
        shown = self.chat()
        self.assertEqual(shown["reason"], "disabled")
        self.assertFalse(self.standin.calls)

    def test_over_budget_nothing_is_asked_and_nothing_is_spent(self):
        budgets = self.env["l10n_cl_ai.budget"].search([("company_id", "=", self.company.id)])
        budgets.limit_usd = 0.000001
        shown = self.chat()
        self.assertEqual(shown["reason"], "over_budget")
        self.assertFalse(self.standin.messages)

    def test_a_tool_that_does_not_exist_is_told_to_the_model(self):
        self.uses("drop_table", text="x")
        self.says("No pude.")
        shown = self.chat()
        self.assertEqual(shown["steps"][0]["state"], "failed")
        self.assertEqual(shown["text"], "No pude.")

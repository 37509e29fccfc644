"""The assistant's conversations: asked, answered, remembered, and seen by nobody else."""

import json
from unittest.mock import patch

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from ..chat.tool import Asker
from ..models import ai_conversation_ask, chat_runner
from ..models.ai_toolbox import run_tool
from ..models.chat_live import Live
from ..models.chat_runner import Runner, ready
from ..models.chat_transaction import context_of
from .chat_common import ChatCase


@tagged("post_install_l10n", "post_install", "-at_install")
class TestChat(ChatCase):
    def test_a_question_is_answered_and_both_are_kept(self):
        self.says("Un folio es el número de un DTE.")
        shown = self.chat("¿Qué es un folio?")
        self.assertEqual((shown["status"], shown["reason"]), ("done", ""))
        self.assertIn("número de un DTE", shown["text"])
        self.assertIn("número de un DTE", shown["blocks"][0])
        read = self.conversations().chat_read(self.uuid_of(shown))
        self.assertEqual([row["role"] for row in read["messages"]], ["user", "assistant"])
        self.assertEqual(read["title"], "¿Qué es un folio?")

    def test_what_never_changes_comes_first_and_the_question_last(self):
        self.says("Hola.")
        self.chat("¿Qué es un folio?")
        body = self.sent()
        self.assertIn("assistant of accountants", body["system"][0]["text"])
        self.assertNotIn("¿Qué es un folio?", json.dumps(body["system"], ensure_ascii=False))
        self.assertEqual(body["messages"][-1]["content"][-1]["text"], "¿Qué es un folio?")
        self.assertTrue(body["tools"])

    def begun(self, message):
        """Return the runner of an answer, with what was read in the transaction of its question."""
        message.env.flush_all()
        asker = Asker(self.env.cr.dbname, message.env.uid, message.company_id.id, "en_US", "America/Santiago")
        begin = ready(self.env(user=asker.uid, su=False, context=context_of(asker)), message.id)
        return Runner(asker, message.id, Live(asker.dbname, message.id), begin)

    def test_a_turn_begins_with_what_was_read_with_its_question(self):
        self.says("Un folio es el número de un DTE.")
        runner = self.begun(self.take())
        with (
            patch.object(self.env.registry["l10n_cl_ai.message"], "_prepare_turn", side_effect=AssertionError),
            patch.object(chat_runner, "prepare", side_effect=AssertionError),
        ):
            self.assertEqual(runner.run()["status"], "done")
        self.assertEqual(len(self.standin.messages), 1)
        self.assertEqual([row.status for row in self.ledger()], ["answered"])

    def test_further_rounds_look_at_what_holds_by_then(self):
        self.uses("search_knowledge", queries=["folio"])
        runner = self.begun(self.take())
        switch = self.feature.with_company(self.company)._switch().sudo()

        def switched_off(*args):
            switch.enabled = False
            switch.flush_recordset()
            return run_tool(*args)

        with patch.object(chat_runner, "run_tool", switched_off):
            self.assertEqual(runner.run()["reason"], "disabled")
        self.assertEqual(len(self.standin.messages), 1)

    def test_what_can_t_be_read_with_the_question_is_told_by_the_answer(self):
        message, registry = self.take(), self.env.registry["l10n_cl_ai.message"]
        with patch.object(registry, "_prepare_turn", side_effect=ValueError), self.assertLogs(chat_runner.__name__):
            runner = self.begun(message)
            self.assertIsNone(runner.begin)
            self.assertEqual(runner.run()["reason"], "internal")

    def test_the_next_question_sends_the_dialogue_again_as_it_was(self):
        self.says("Uno.", "Dos.")
        first = self.chat("Primera")
        self.chat("Segunda", conversation=self.uuid_of(first))
        before, after = self.sent(0)["messages"], self.sent(1)["messages"]
        self.assertEqual([turn["role"] for turn in after], ["user", "assistant", "user"])
        self.assertEqual(after[0], before[0])
        self.assertIn("Uno.", json.dumps(after[1]))

    def test_the_second_question_reads_the_prompt_from_the_provider_s_cache(self):
        self.says("Uno.", "Dos.")
        first = self.chat("Primera")
        self.chat("Segunda", conversation=self.uuid_of(first))
        self.assertGreater(self.ledger()[-1].cache_read_tokens, 1024)

    def test_a_name_is_a_pseudonym_for_the_provider_and_a_name_for_the_reader(self):
        self.env["res.partner"].create({"name": "Viñedos Quillón SpA", "vat": "76086428-5"})
        self.standin.script(choose=self._echo)
        shown = self.chat("¿Cuánto debe viñedos quillon? Su RUT es 76.086.428-5")
        sent = json.dumps(self.sent(), ensure_ascii=False)
        self.assertNotIn("uill", sent)
        self.assertNotIn("76.086.428", sent)
        self.assertIn("76.086.428-5", shown["text"])

    def _echo(self, call):
        from .chat_common import standin  # noqa: PLC0415

        return standin.Step(answer=call.body["messages"][-1]["content"][-1]["text"])

    def test_a_conversation_is_its_owner_s_alone(self):
        self.says("Secreto.")
        uuid = self.uuid_of(self.chat("¿Secreto?"))
        for user in (self.manager, self.other_user):
            with self.assertRaises(UserError):
                self.conversations(user).chat_read(uuid)
            self.assertEqual(self.conversations(user).chat_list(), [])
            self.assertFalse(self.conversations(user).env["l10n_cl_ai.message"].search([]))
        self.assertEqual(len(self.conversations().chat_list()), 1)

    def test_a_company_does_not_see_the_conversations_of_another(self):
        self.user.company_ids |= self.other_company
        self.says("Uno.")
        uuid = self.uuid_of(self.chat("Aquí"))
        self.assertEqual(self.conversations(company=self.other_company).chat_list(), [])
        with self.assertRaises(UserError):
            self.conversations(company=self.other_company).chat_read(uuid)

    def test_nobody_writes_messages_but_the_assistant(self):
        self.says("Uno.")
        shown = self.chat()
        message = self.conversations().env["l10n_cl_ai.message"].browse(shown["id"])
        for change in (
            lambda: message.write({"text": "otra"}),
            message.unlink,
            lambda: message.create({"role": "user"}),
        ):
            with self.assertRaises(AccessError):
                change()
        self.assertNotIn("turns", message.fields_get())

    def test_history_is_searched_renamed_and_deleted(self):
        self.says("El folio 7.", "La guía.")
        first = self.uuid_of(self.chat("¿Folio?"))
        self.chat("¿Guía?")
        conversations = self.conversations()
        self.assertEqual([row["title"] for row in conversations.chat_list()], ["¿Guía?", "¿Folio?"])
        self.assertEqual([row["uuid"] for row in conversations.chat_list("folio 7")], [first])
        conversations.chat_rename(first, "  Folios   y CAF ")
        self.assertEqual(conversations.chat_list("y caf")[0]["title"], "Folios y CAF")
        conversations.chat_delete(first)
        self.assertEqual([row["title"] for row in conversations.chat_list()], ["¿Guía?"])
        self.assertEqual(len(self.ledger()), 2)

    def test_an_answer_is_written_anew_and_the_old_one_is_not_sent_again(self):
        self.says("Mala.", "Buena.", "Tercera.")
        shown = self.chat("¿Qué?")
        uuid = self.uuid_of(shown)
        anew = self.answer(self.take("", conversation=uuid, retry=shown["id"]))
        self.assertEqual(anew["text"], "Buena.")
        self.chat("¿Y?", conversation=uuid)
        self.assertNotIn("Mala.", json.dumps(self.sent()))
        self.assertIn("Buena.", json.dumps(self.sent()))
        texts = [row["text"] for row in self.conversations().chat_read(uuid)["messages"]]
        self.assertEqual(texts, ["¿Qué?", "Buena.", "¿Y?", "Tercera."])

    def test_a_question_that_is_edited_takes_back_what_followed(self):
        self.says("Uno.", "Dos.", "Tres.")
        first = self.chat("Primera")
        uuid = self.uuid_of(first)
        self.chat("Segunda", conversation=uuid)
        messages = self.conversations().chat_read(uuid)["messages"]
        self.chat("Otra segunda", conversation=uuid, edit=messages[2]["id"])
        sent = json.dumps(self.sent())
        self.assertIn("Uno.", sent)
        self.assertNotIn("Dos.", sent)
        texts = [row["text"] for row in self.conversations().chat_read(uuid)["messages"]]
        self.assertEqual(texts, ["Primera", "Uno.", "Otra segunda", "Tres."])

    def test_two_answers_at_once_in_one_conversation_are_refused(self):
        message = self.take("Primera")
        with self.assertRaisesRegex(UserError, "already"):
            self.take("Segunda", conversation=message.conversation_id.uuid)

    def test_an_answer_whose_worker_died_makes_room(self):
        message = self.take("Primera")
        message.sudo().write(
            {"lease_until": "2020-01-01 00:00:00", "live": {"text": "Iba en", "steps": [], "keys": []}}
        )
        read = self.conversations().chat_read(message.conversation_id.uuid)
        self.assertEqual(read["messages"][-1]["status"], "not_evaluated")
        self.assertEqual(read["messages"][-1]["text"], "Iba en")
        self.assertIn("interrupted", read["messages"][-1]["reason_text"])
        self.says("Ya.")
        self.assertEqual(self.chat("Segunda", conversation=message.conversation_id.uuid)["status"], "done")

    def test_bad_questions_are_refused_in_words(self):
        for wanted, words in (({"text": ""}, "Write"), ({"text": "a" * 5001}, "5000"), ({"text": "\x00 "}, "Write"),
                              ({"text": "a", "conversation": "x"}, "not yours"),
                              ({"text": "a", "edit": 7}, None)):  # fmt: skip
            with self.subTest(wanted=str(wanted)[:40]):
                if words:
                    with self.assertRaisesRegex(UserError, words):
                        self.take(**wanted)
                else:
                    self.take(**wanted)

    def test_a_user_without_the_group_is_refused(self):
        plain = self._make_user("nadie", self.company)
        plain.group_ids = self.env.ref("base.group_user")
        with self.assertRaises(AccessError):
            self.conversations(plain).chat_list()
        with self.assertRaises(AccessError):
            self.take(user=plain)

    def test_what_an_answer_costs_is_in_the_ledger_and_shown_to_managers(self):
        self.says("Uno.", "Dos.")
        self.assertIsNone(self.chat()["cost"])
        shown = self.chat(user=self.manager)
        self.assertIn("USD", shown["cost"])
        message = self.env["l10n_cl_ai.message"].browse(shown["id"])
        self.assertAlmostEqual(message.cost, self.ledger()[-1].cost, places=9)
        self.assertEqual(message.request_ids, self.ledger()[-1].ids)
        self.assertAlmostEqual(float(self.standin.cost), sum(self.ledger().mapped("cost")), places=9)

    def test_a_conversation_that_grew_very_long_is_ended_in_words(self):
        self.says("Uno.", times=0)
        uuid = self.uuid_of(self.chat("Primera"))
        with patch.object(ai_conversation_ask, "MOST_QUESTIONS", 1), self.assertRaisesRegex(UserError, "new one"):
            self.take("Segunda", conversation=uuid)
        self.assertEqual(self.chat("Segunda", conversation=uuid)["status"], "done")

    def test_nor_does_it_grow_by_what_is_taken_back(self):
        self.says("Uno.", times=0)
        shown = self.chat("Primera")
        uuid = self.uuid_of(shown)
        with patch.object(ai_conversation_ask, "MOST_QUESTIONS", 2):
            shown = self.chat("", conversation=uuid, retry=shown["id"])
            question = self.env["l10n_cl_ai.message"].browse(shown["id"]).question_id.id
            self.answer(self.take("Otra", conversation=uuid, edit=question))
            for more in ({"edit": question}, {"retry": shown["id"]}):
                with self.assertRaisesRegex(UserError, "new one"):
                    self.take("Otra", conversation=uuid, **more)

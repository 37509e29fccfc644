"""What a conversation sends again: thoughts and tools byte by byte, within a budget, whatever a worker left of it."""

import json
from unittest.mock import patch

from odoo.tests import tagged
from odoo.tools import mute_logger

from ..chat import grounding, memory
from ..models import ai_message_turn, chat_runner
from .chat_common import ChatCase


def thoughts(turns):
    return [block for turn in turns for block in turn["content"] if block["type"] == "thinking"]


@tagged("post_install_l10n", "post_install", "-at_install")
class TestChatMemory(ChatCase):
    def with_tools(self, *texts):
        """A conversation of so many answers, each after a look."""
        uuid = ""
        for text in texts:
            self.uses("partner_card", partner="zzz")
            self.says(text)
            uuid = self.uuid_of(self.chat(f"Pregunta {text}", conversation=uuid))
        return uuid

    def test_thoughts_and_calls_of_tools_are_sent_again_byte_by_byte(self):
        uuid = self.with_tools("uno")
        self.says("dos")
        self.chat("¿Y ahora?", conversation=uuid)
        looked, again = self.sent(1)["messages"], self.sent(2)["messages"]
        # Compared as text: the order of keys is part of what the provider knows again.
        self.assertEqual(json.dumps(again[0]), json.dumps(looked[0]))
        self.assertEqual(json.dumps(again[1]), json.dumps(looked[1]))
        self.assertTrue(thoughts(again))
        kinds = [block["type"] for block in again[2]["content"]]
        self.assertEqual(kinds, ["tool_result"])

    def test_past_thirty_turns_it_still_answers_and_reads_from_the_cache(self):
        self.feature.rate_per_minute = 1000
        uuid = self.with_tools(*map(str, range(32)))
        rows = self.conversations().chat_read(uuid)["messages"]
        self.assertEqual(len(rows), 64)
        self.assertEqual({row["status"] for row in rows}, {"done"})
        self.assertGreater(self.ledger()[-1].cache_read_tokens, self.ledger()[2].cache_read_tokens)

    def test_thoughts_stay_away_when_the_instructions_change(self):
        uuid = self.with_tools("uno")
        with patch.object(self.registry["l10n_cl_ai.agent"], "_instructions", lambda self: "Otras."):
            self.says("dos")
            self.chat("¿Y ahora?", conversation=uuid)
        self.assertFalse(thoughts(self.sent()["messages"]))
        self.assertIn("tool_result", json.dumps(self.sent()["messages"]))

    def test_a_long_conversation_is_told_in_short_and_stays_within_its_tokens(self):
        self.env["ir.config_parameter"].set_param("l10n_cl_ai.chat_tokens", "600")
        uuid = self.with_tools(*(f"{number} " + "palabra " * 60 for number in range(12)))
        sizes = [len(json.dumps(call.body["messages"])) // memory.BYTES_PER_TOKEN for call in self.standin.messages]
        self.assertLess(max(sizes), 600 + 2500)
        sent = json.dumps(self.sent()["messages"], ensure_ascii=False)
        self.assertIn("earlier in this conversation", sent)
        self.assertIn("Pregunta 3", sent)
        message = self.conversations()._own(uuid)
        self.assertGreater(message.sudo().memory["epoch"], 0)

    def test_what_is_edited_away_is_gone_from_what_is_told_in_short(self):
        self.env["ir.config_parameter"].set_param("l10n_cl_ai.chat_tokens", "600")
        uuid = self.with_tools(*(f"{number} " + "palabra " * 60 for number in range(8)))
        self.assertGreater(self.conversations()._own(uuid).sudo().memory["told_up_to"], 0)
        second = self.conversations().chat_read(uuid)["messages"][2]
        self.says("Otra.")
        self.chat("Pregunta nueva", conversation=uuid, edit=second["id"])
        sent = json.dumps(self.sent()["messages"], ensure_ascii=False)
        self.assertIn("Pregunta 0", sent)
        for number in range(1, 8):
            self.assertNotIn(f"Pregunta {number} ", sent)

    def test_a_turn_that_fails_knows_what_it_had_paid(self):
        self.uses("partner_card", partner="zzz")
        self.says("ya")
        with patch.object(chat_runner, "run_tool", side_effect=RuntimeError), mute_logger(chat_runner.__name__):
            shown = self.chat()
        self.assertEqual(shown["reason"], "internal")
        message = self.env["l10n_cl_ai.message"].browse(shown["id"])
        self.assertEqual(len(message.request_ids), 1)
        self.assertAlmostEqual(message.cost, sum(self.ledger().mapped("cost")), places=9)
        self.assertGreater(message.cost, 0)

    def test_an_answer_that_cannot_be_checked_is_kept_and_is_not_ok(self):
        self.says("Se paga el día 20.")
        with patch.object(grounding, "check", side_effect=RuntimeError), mute_logger(chat_runner.__name__):
            shown = self.chat()
        self.assertEqual((shown["status"], shown["reason"]), ("not_evaluated", "internal"))
        self.assertEqual(shown["text"], "Se paga el día 20.")
        message = self.env["l10n_cl_ai.message"].browse(shown["id"])
        self.assertAlmostEqual(message.cost, self.ledger()[-1].cost, places=9)
        self.says("Hola.")
        self.assertEqual(self.chat("¿Y?", conversation=self.uuid_of(shown))["status"], "done")

    def test_an_answer_that_was_broken_off_proposes_nothing(self):
        partner = self.env["res.partner"].create({"name": "Maderas Ranco SpA"})
        self.user.group_ids |= self.env.ref("base.group_partner_manager")
        screen = {"model": "res.partner", "ids": [partner.id], "view": "form"}
        for end, count in (({"status": 500, "times": 0}, 0), ({"answer": "Queda propuesta."}, 1)):
            with self.subTest(count=count):
                self.standin.reset()
                self.uses("propose_note", record="R1", text="Llamar el lunes")
                self.standin.script(**end)
                shown = self.chat("Deja una nota", screen=screen)
                self.assertEqual(len(shown["proposals"]), count, shown["steps"])

    def test_what_a_killed_worker_left_is_mended_when_it_is_sent_again(self):
        uuid = self.with_tools("uno")
        message = self.conversations()._own(uuid).message_ids[-1].sudo()
        message.turns = json.dumps(json.loads(message.turns)[:2])
        self.says("dos")
        shown = self.chat("¿Y ahora?", conversation=uuid)
        self.assertEqual(shown["status"], "done")
        sent = self.sent()["messages"]
        self.assertTrue(sent[2]["content"][0]["is_error"])
        self.assertEqual([turn["role"] for turn in sent], ["user", "assistant", "user", "assistant", "user"])

    def test_what_was_said_before_a_failure_is_paid_and_kept(self):
        self.uses("partner_card", partner="zzz")
        self.standin.script(status=500, times=0)
        shown = self.chat()
        self.assertIn(shown["status"], ("not_evaluated", "searched"))
        self.assertTrue(shown["reason_text"])
        message = self.env["l10n_cl_ai.message"].browse(shown["id"])
        self.assertEqual(len(json.loads(message.turns)), 2)
        self.assertAlmostEqual(message.cost, sum(self.ledger().mapped("cost")), places=9)
        self.assertGreater(message.cost, 0)

    def test_what_is_kept_holds_pseudonyms_and_no_names(self):
        self.env["res.partner"].create({"name": "Viñedos Quillón SpA"})
        self.uses("partner_card", partner="viñedos")
        self.says("Es [NAME_1] [R1].")
        shown = self.chat("¿Quién vende vino?")
        self.assertIn("Viñedos Quillón SpA", shown["text"])
        message = self.env["l10n_cl_ai.message"].browse(shown["id"])
        self.assertNotIn("Quill", message.turns)
        self.assertEqual([source["key"] for source in shown["sources"]], ["R1"])

    def test_of_what_the_user_wrote_the_newest_counts_as_given(self):
        self.says("Uno.", "Dos.")
        uuid = self.uuid_of(self.chat("La vieja 4711"))
        answer = self.take("La nueva 4712", conversation=uuid)
        self.assertEqual(answer._given()[1:], ["La nueva 4712", "La vieja 4711"])
        self.patch(ai_message_turn, "MOST_GIVEN", 20)
        self.assertEqual(answer._given()[1:], ["La nueva 4712"])

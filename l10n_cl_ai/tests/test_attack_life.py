"""What is never given back, and what one answer does to those of others."""

import threading
from unittest.mock import patch

from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..chat.tool import Asker
from ..models import chat_keeper, chat_live
from ..models.chat_live import Live
from ..models.chat_runner import Runner, start
from .chat_common import ChatCase
from .test_chat_panel import XML


@tagged("post_install_l10n", "post_install", "-at_install")
class TestAttackLife(ChatCase):
    def asker(self, message):
        user = message.env.user
        return Asker(self.env.cr.dbname, user.id, message.company_id.id, user.lang, user.tz)

    @mute_logger("odoo.addons.l10n_cl_ai.models.chat_runner")
    def test_letters_that_no_text_has_spoil_neither_the_answer_nor_what_is_kept_of_others(self):
        for bad in ("\x00", "\u2028", "\ufffe"):
            with self.subTest(repr(bad)):
                self.says(f"El plazo{bad} es de 8 días.")
                message = self.take(f"¿Cuál {ord(bad)}?")
                live = Live(self.env.cr.dbname, message.id)
                looked = []

                def look(piece, live=live, looked=looked, say=live.piece):
                    say(piece)
                    if not looked:
                        looked.append(chat_keeper.look(live.dbname, [live]))

                live.piece = look
                shown = self.answer(message, live)
                self.assertTrue(looked)
                self.assertEqual((shown["status"], shown["reason"]), ("done", ""))
                self.assertIn("es de 8 días", shown["text"])

    def test_an_answer_that_cannot_begin_leaves_nothing_behind(self):
        message = self.take()
        for failing in ("keeper", "chat"):
            begin = threading.Thread.start

            def refuse(thread, failing=failing, begin=begin):
                if thread.name.startswith(f"l10n_cl_ai.chat.{failing if failing == 'keeper' else message.id}"):
                    raise RuntimeError("can't start new thread")
                if not thread.name.startswith("l10n_cl_ai.chat"):
                    begin(thread)

            with self.subTest(failing), patch.object(threading.Thread, "start", refuse):
                with self.assertRaises(RuntimeError):
                    start(self.asker(message), message.id)
                self.assertFalse(chat_live.all_running(self.env.cr.dbname))
            chat_keeper._at_work.discard(self.env.cr.dbname)

    def test_a_keeper_that_cannot_begin_is_begun_with_the_next_answer(self):
        full = patch.object(threading.Thread, "start", side_effect=RuntimeError("can't start new thread"))
        with full, self.assertRaises(RuntimeError):
            chat_keeper.keep(Live("nowhere", 1))
        self.addCleanup(chat_live._running.pop, ("nowhere", 1))
        self.assertNotIn("nowhere", chat_keeper._at_work)

    def test_an_answer_that_is_torn_off_is_not_beaten_for_any_more(self):
        message = self.take()
        live = Live(self.env.cr.dbname, message.id)
        with patch.object(Runner, "_turn", side_effect=SystemExit), self.assertRaises(SystemExit):
            Runner(self.asker(message), message.id, live).run()
        self.assertFalse(chat_live.all_running(self.env.cr.dbname))

    def test_nonsense_from_a_browser_is_refused_in_words(self):
        self.says("Ya.", times=0)
        ids = ({"model": "res.partner", "ids": given} for given in (7, True, {"a": 1}))
        for screen in ({"model": []}, {"model": {}}, *ids):
            with self.subTest(screen=screen):
                self.conversations().chat_context(screen)
                self.assertEqual(self.chat(f"¿Qué {screen}?", screen=screen)["status"], "done")
        self.assertIsInstance(self.conversations().chat_list(offset="x"), list)
        no_text = "a\x00b\ud800c"
        screen = {"model": "res.partner", "ids": [], "name": no_text, "domain": [["name", "=", no_text]]}
        shown = self.chat(no_text, screen=screen, files=((f"{no_text}.xml", XML),))
        self.assertEqual(shown["status"], "done")
        self.assertEqual(self.conversations().chat_rename(self.uuid_of(shown), no_text), "abc")
        self.conversations().chat_rate(shown["id"], "up", no_text)
        for edit in ("1", True, 1.5, 10**40):
            with self.subTest(edit=edit), self.assertRaises(UserError):
                uuid = self.conversations().chat_list()[0]["uuid"]
                self.take("¿Qué?", conversation=uuid, edit=edit)

    def test_what_the_record_on_screen_points_at_may_be_out_of_sight(self):
        partner = self.env["res.partner"].create({"name": "Viñedos Quillón"})
        move = self.env["account.move"].with_company(self.company).create(
            {"move_type": "out_invoice", "partner_id": partner.id, "ref": "OC 77"}
        )
        partner.company_id = self.other_company
        self.says("Ya.")
        shown = self.chat("¿Qué es?", screen={"model": "account.move", "ids": move.ids, "view": "form"})
        self.assertEqual((shown["status"], shown["reason"]), ("done", ""))
        self.assertIn("OC 77", str(self.sent()["messages"]))
        self.assertNotIn("uill", str(self.sent()["messages"]))

"""The keeper looks again, whatever happened when it last looked."""

import contextlib
import threading
from unittest.mock import patch

from odoo.tests import BaseCase, tagged
from odoo.tools import mute_logger

from ..models import chat_keeper, chat_transaction
from ..models.chat_live import Live


@tagged("post_install_l10n", "post_install", "-at_install")
class TestChatKeeper(BaseCase):
    def test_a_look_that_fails_is_followed_by_the_next(self):
        looks = []

        def look(_dbname, lives):
            looks.append([live.news() for live in lives])
            if len(looks) == 1:
                raise RuntimeError("the registry is being loaded")
            live.end({})

        live = Live("no_such_database", 1)
        live.piece("Hola")
        with patch.object(chat_keeper, "look", look), patch.object(chat_keeper, "BEAT", 0.01), \
                mute_logger(chat_keeper.__name__):  # fmt: skip
            chat_keeper.keep(live)
            # What it would do after this test it would do unmuted: it is waited for.
            keeper = next(thread for thread in threading.enumerate() if "no_such_database" in thread.name)
            keeper.join(10)
        self.assertFalse(keeper.is_alive(), "it never looked again")
        self.assertEqual(looks[1], looks[0], "what could not be kept is told again")

    def test_a_keeper_that_waits_for_its_connection_keeps_no_answer_waiting(self):
        asked, given = threading.Event(), threading.Event()

        def cursor(_registry):
            asked.set()
            given.wait(10)
            raise RuntimeError("there is no such database")

        def look():
            with contextlib.suppress(RuntimeError):
                chat_keeper.look("no_such_database", [live])

        live = Live("no_such_database", 2)
        self.addCleanup(live.end, {})
        registry = type("Full", (), {"cursor": cursor})
        with patch.object(chat_transaction, "Registry", lambda _dbname: registry()):
            keeper = threading.Thread(target=look)
            keeper.start()
            try:
                self.assertTrue(asked.wait(10))
                self.assertFalse(chat_keeper._writing.locked(), "who writes an answer would wait for it")
            finally:
                given.set()
                keeper.join(10)

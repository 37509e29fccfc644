"""The keeper looks again, whatever happened when it last looked."""

import threading
from unittest.mock import patch

from odoo.tests import BaseCase, tagged
from odoo.tools import mute_logger

from ..models import chat_keeper
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

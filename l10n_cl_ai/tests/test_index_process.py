"""The index kept up by transactions side by side, on a throw-away database."""

import json
import subprocess
import sys
from pathlib import Path

from odoo.tests import BaseCase, tagged

from .side_common import ADDON

# The house lives with the other tools of the repository, not in the addon.
sys.path.append(str(Path(__file__).resolve().parents[2] / "dev"))

from house import database, odoo, postgres


@tagged("post_install_l10n", "post_install", "-at_install")
class TestIndexProcess(BaseCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        with postgres.running() as server, database.scratch(server, odoo.addon_template(server)) as name:
            done = subprocess.run(
                [odoo.interpreter(), str(ADDON / "tests" / "index_worker.py"), name], stdout=subprocess.PIPE,
                text=True, env=odoo.environment(server), check=True, timeout=120,
            )  # fmt: skip
        cls.seen = json.loads(done.stdout)

    def test_postings_at_once_never_meet(self):
        self.assertEqual(self.seen["side_by_side"], {"entries": 3, "#lines": 3, "arriend": 3, "V7": 3})

    def test_what_is_learned_while_it_is_summed_up_is_neither_lost_nor_counted_twice(self):
        self.assertEqual(self.seen["compacted_meanwhile"], {"entries": 3, "#lines": 3, "arriend": 3, "V7": 3})

    def test_what_is_rolled_back_has_taught_nothing(self):
        self.assertEqual(self.seen["rolled_back"], self.seen["compacted_meanwhile"])

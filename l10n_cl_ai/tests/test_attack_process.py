"""Many hands at once on what is done once: real transactions in a process of its own, nothing patched."""

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
class TestAttackProcess(BaseCase):
    def test_of_many_hands_one_applies_and_one_asks(self):
        with postgres.running() as server, database.scratch(server, odoo.addon_template(server)) as name:
            worker = [odoo.interpreter(), str(ADDON / "tests" / "chat_worker.py"), name]
            done = subprocess.run(worker, env=odoo.environment(server), capture_output=True, text=True, timeout=300)
        self.assertEqual(done.returncode, 0, done.stderr[-3000:])
        told = json.loads(done.stdout.splitlines()[-1])
        self.assertEqual((told["applied"].count("done"), told["notes"]), (1, 1), told)
        self.assertEqual((told["asked"].count("done"), told["running"]), (1, 1), told)
        self.assertFalse({*told["applied"], *told["asked"]} - {"done", "UserError", "LockError"}, told)

"""From the button to the answer in a process of its own: real transactions, threads, connections; nothing patched."""

import json
import subprocess
import sys
from pathlib import Path

from odoo.tests import BaseCase, tagged

from .gateway_common import stand_in
from .question_worker import TEXTS
from .side_common import ADDON

# The house lives with the other tools of the repository, not in the addon.
sys.path.append(str(Path(__file__).resolve().parents[2] / "dev"))

from house import database, odoo, postgres


@tagged("post_install_l10n", "post_install", "-at_install")
class TestSuggestionProcess(BaseCase):
    def test_from_the_button_to_the_answer(self):
        standin = stand_in()
        standin.reset()
        self.addCleanup(standin.reset)
        with postgres.running() as server, database.scratch(server, odoo.addon_template(server)) as name:
            environment = odoo.environment(
                server, L10N_CL_AI_API_KEY=standin.key, L10N_CL_AI_BASE_URL=standin.url)  # fmt: skip
            worker = [odoo.interpreter(), str(ADDON / "tests" / "question_worker.py"), name]
            done = subprocess.run(worker, env=environment, capture_output=True, text=True, timeout=300)
        self.assertEqual(done.returncode, 0, done.stderr[-3000:])
        told = json.loads(done.stdout.splitlines()[-1])
        self.assertEqual([one["text"] for one in told], TEXTS)
        for one in told[:12]:
            self.assertEqual((one["method"], one["proposal"], one["ai"]), ("ai", "Puente Biobío", "answered"), one)
        self.assertEqual((told[12]["proposal"], told[13]["ai"]), ("Edificio Maipú", "none"), told[12:])
        self.assertEqual(len(standin.messages), 3, "equal lines are one call, also side by side")
        self.assertEqual(len([one for one in told if one["cost"]]), 3)

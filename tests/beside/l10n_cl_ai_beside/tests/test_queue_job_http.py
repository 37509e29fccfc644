"""A question from the queue to the answer through queue_job's own runner and controller, in a server of its own."""

import contextlib
import os
import socket
import subprocess
import sys
import tempfile
import threading
import time
from unittest.mock import patch

from odoo import SUPERUSER_ID, Command, api
from odoo.addons.l10n_cl_ai.tests.action_common import filled
from odoo.addons.l10n_cl_ai.tests.gateway_common import stand_in
from odoo.modules.registry import Registry
from odoo.tests import BaseCase, tagged
from odoo.tests.common import get_db_name
from odoo.tools import config

#: Seconds for a server to start, take a job and ask.
_PATIENCE = 120


@tagged("post_install_l10n", "post_install", "-at_install")
class TestRunner(BaseCase):
    """What is done here is committed, in a database that is dropped at the end; it touches a partner and an action."""

    def setUp(self):
        super().setUp()
        self.standin = stand_in()
        self.standin.reset()
        self.addCleanup(self.standin.reset)
        self.registry = Registry(get_db_name())
        variables = {"L10N_CL_AI_API_KEY": self.standin.key, "L10N_CL_AI_BASE_URL": self.standin.url,
                     "ODOO_QUEUE_JOB_CHANNELS": "root:2"}  # fmt: skip
        patcher = patch.dict(os.environ, variables)
        patcher.start()
        self.addCleanup(patcher.stop)

    @contextlib.contextmanager
    def env(self):
        with self.registry.cursor() as cr:
            yield api.Environment(cr, SUPERUSER_ID, {})

    def test_the_runner_has_it_asked(self):
        self.standin.script(answer=filled(comment="Escrito por la IA"))
        row = self.queued()
        with self.served():
            self.wait_for(lambda: self.read(row)["state"] not in ("queued", "running"))
        found = self.read(row)
        self.assertEqual((found["state"], found["decision"], found["attempts"]), ("done", "open", 1), found)
        self.assertEqual(len(self.standin.messages), 1)
        with self.env() as env:
            job = env["queue.job"].search([("name", "=", f"l10n_cl_ai.proposal {row}")])
            self.assertEqual((job.state, job.exc_info), ("done", False))

    def queued(self):
        """Run an action on a partner, committed. Return the id of the row that waits."""
        with self.env() as env:
            feature = env.ref("l10n_cl_ai.feature_server_action")
            feature.allowed_fields = "res.partner.name"
            admin = env.ref("base.user_admin")
            feature = feature.with_company(admin.company_id)
            feature._switch()._accept(feature._digest())
            comment = env["ir.model.fields"]._get("res.partner", "comment")
            action = env["ir.actions.server"].create(
                {
                    "name": "Comentar",
                    "model_id": comment.model_id.id,
                    "state": "l10n_cl_ai_ask",
                    "l10n_cl_ai_instructions": "Comenta.",
                    "l10n_cl_ai_input_ids": [Command.create({"path": "name"})],
                    "l10n_cl_ai_output_ids": [Command.create({"field_id": comment.id, "description": "x"})],
                }
            )
            partner = env["res.partner"].create({"name": "Cliente del corredor"})
            context = {"active_model": "res.partner", "active_id": partner.id, "active_ids": partner.ids}
            action.with_user(admin).with_context(**context).run()
            return env["l10n_cl_ai.proposal"].search([("action_id", "=", action.id)]).id

    def read(self, row):
        with self.env() as env:
            [found] = env["l10n_cl_ai.proposal"].browse(row).read(["state", "decision", "attempts", "reason"])
            return found

    @contextlib.contextmanager
    def served(self):
        """An Odoo with queue_job loaded server-wide, as its documentation has it, and no crons."""
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = free.getsockname()[1]
        command = [
            sys.executable, "-c", "import odoo.cli; odoo.cli.main()", "server", "-d", get_db_name(),
            f"--addons-path={','.join(config['addons_path'])}", "--load=base,web,queue_job", "--max-cron-threads=0",
            "--workers=0", "--http-interface=127.0.0.1", f"--http-port={port}",
        ]  # fmt: skip
        with tempfile.TemporaryFile("w+") as log:
            server = subprocess.Popen(command, stdout=log, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL)
            try:
                yield
            except AssertionError as late:
                log.seek(0)
                late.add_note(log.read()[-8000:])
                raise
            finally:
                server.terminate()
                server.wait(30)

    def wait_for(self, condition):
        deadline = time.monotonic() + _PATIENCE
        while not condition():
            self.assertLess(time.monotonic(), deadline, "the runner has not had it asked")
            threading.Event().wait(0.2)

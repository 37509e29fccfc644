"""Webhooks and alerts in processes of their own, on a throw-away database: raced for, killed."""

import json
import subprocess
import sys
import threading
import time
import uuid
from contextlib import ExitStack
from pathlib import Path

import psycopg2
from psycopg2.extensions import make_dsn

from odoo.sql_db import connection_info_for
from odoo.tests import BaseCase, tagged

from .side_common import ADDON
from .webhook_common import receiving

# The house lives with the other tools of the repository, not in the addon.
sys.path.append(str(Path(__file__).resolve().parents[2] / "dev"))

from house import database, odoo, postgres

ROWS = 30


class Worker:
    """A process of ``webhook_worker.py``."""

    def __init__(self, case):
        arguments = [case.name, str(case.receiver.port), case.receiver.pem]
        self.process = subprocess.Popen(
            [odoo.interpreter(), str(ADDON / "tests" / "webhook_worker.py"), *arguments], stdin=subprocess.PIPE,
            stdout=subprocess.PIPE, text=True, bufsize=1, env=case.environment,
        )  # fmt: skip
        for end in (self.process.stdin.close, self.process.stdout.close, self.process.wait, self.process.kill):
            case.addCleanup(end)

    def run(self, what="send"):
        self.process.stdin.write(f"{what}\n")

    def hear(self):
        return json.loads(self.process.stdout.readline())

    def kill(self):
        """End it as the kernel would."""
        self.process.kill()
        self.process.wait()


@tagged("post_install_l10n", "post_install", "-at_install")
class TestWebhookProcess(BaseCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        stack = ExitStack()
        cls.addClassCleanup(stack.close)
        cls.receiver = stack.enter_context(receiving())
        server = stack.enter_context(postgres.running())
        cls.environment = odoo.environment(server)
        cls.name = stack.enter_context(database.scratch(server, odoo.addon_template(server)))
        cls.dsn = make_dsn(**connection_info_for(cls.name)[1])
        [(cls.webhook,)] = cls.sql(
            "INSERT INTO l10n_cl_ai_webhook (name, company_id, url, active)"
            " SELECT 'Guardia', min(id), %s, true FROM res_company RETURNING id", cls.receiver.url)

    @classmethod
    def sql(cls, query, *params):
        connection = psycopg2.connect(cls.dsn)
        try:
            connection.autocommit = True
            with connection.cursor() as cursor:
                cursor.execute(query, params or None)
                return cursor.fetchall() if cursor.description else []
        finally:
            connection.close()

    def setUp(self):
        super().setUp()
        self.receiver.got, self.receiver.hold, self.receiver.statuses = [], None, [204]
        self.receiver.came.clear()
        self.sql("DELETE FROM l10n_cl_ai_webhook_delivery; DELETE FROM l10n_cl_ai_alert_event")

    def queue(self, count):
        for _number in range(count):
            self.sql(
                "INSERT INTO l10n_cl_ai_webhook_delivery"
                " (webhook_id, company_id, event, ident, body, state, next_at, create_date)"
                " SELECT id, company_id, 'test', %s, '{}', 'queued', now() AT TIME ZONE 'UTC' - interval '1 minute',"
                " now() AT TIME ZONE 'UTC' FROM l10n_cl_ai_webhook WHERE id = %s", str(uuid.uuid4()), self.webhook)

    def workers(self, count):
        workers = [Worker(self) for _number in range(count)]
        for worker in workers:
            worker.hear()
        return workers

    def states(self):
        return self.sql("SELECT state, attempts, count(*) FROM l10n_cl_ai_webhook_delivery GROUP BY 1, 2")

    def eventually(self, look, seconds=60.0):
        pause, end = threading.Event(), time.monotonic() + seconds
        while not (found := look()):
            self.assertLess(time.monotonic(), end, "it never came")
            pause.wait(0.02)
        return found

    def test_workers_race_and_each_delivery_is_sent_once(self):
        workers = self.workers(2)
        self.queue(ROWS)
        for worker in workers:
            worker.run()
        for worker in workers:
            self.assertTrue(worker.hear()["done"])
        self.assertEqual(self.states(), [("sent", 1, ROWS)])
        idents = [headers["Webhook-Id"] for headers, _body in self.receiver.got]
        self.assertEqual((len(idents), len(set(idents))), (ROWS, ROWS))

    def test_killed_while_sending_it_is_sent_again_with_the_same_identity(self):
        first, second = self.workers(2)
        self.receiver.hold = threading.Event()
        self.addCleanup(self.receiver.hold.set)
        self.queue(1)
        first.run()
        self.assertTrue(self.receiver.came.wait(60))
        open_ones = "SELECT count(*) FROM pg_stat_activity WHERE datname = %s AND xact_start IS NOT NULL" \
                    " AND pid <> pg_backend_pid()"  # fmt: skip
        self.assertEqual(self.sql(open_ones, self.name), [(0,)], "no transaction is open while the network is")
        first.kill()
        self.receiver.hold.set()
        second.run()
        self.assertTrue(second.hear()["done"])
        self.assertEqual(self.states(), [("queued", 1, 1)], "the lease of the dead is not over")
        self.sql("UPDATE l10n_cl_ai_webhook_delivery SET lease_until = 'epoch'")
        second.run()
        self.assertTrue(second.hear()["done"])
        self.assertEqual(self.states(), [("sent", 2, 1)])
        idents = {headers["Webhook-Id"] for headers, _body in self.receiver.got}
        self.assertEqual((len(self.receiver.got), len(idents)), (2, 1))

    def test_two_crons_at_once_fire_and_tell_once(self):
        self.sql("DELETE FROM l10n_cl_ai_request; DELETE FROM mail_activity WHERE l10n_cl_ai_alert_id > 0")
        self.addCleanup(self.sql, "DELETE FROM l10n_cl_ai_request")
        self.sql(
            "INSERT INTO l10n_cl_ai_request (token, company_id, user_id, feature, state, status, reason)"
            " SELECT gen_random_uuid(), min(id), 2, 'dte_review', 'done', 'not_evaluated', 'auth'"
            "  FROM res_company, generate_series(1, 50) GROUP BY generate_series")
        self.sql("UPDATE l10n_cl_ai_webhook SET event_alert_fired = true")
        workers = self.workers(2)
        for _round in range(3):
            for worker in workers:
                worker.run("measure")
            for worker in workers:
                self.assertTrue(worker.hear()["done"])
        fired = "SELECT kind, cleared_at IS NULL, told_at IS NOT NULL FROM l10n_cl_ai_alert_event"
        self.assertEqual(self.sql(fired), [("errors_hour", True, True)])
        given = "SELECT user_id, count(*) FROM mail_activity WHERE l10n_cl_ai_alert_id > 0 AND active GROUP BY 1"
        self.assertEqual({count for _user, count in self.sql(given)}, {1})
        self.assertEqual(self.sql("SELECT count(*) FROM l10n_cl_ai_webhook_delivery"), [(1,)])

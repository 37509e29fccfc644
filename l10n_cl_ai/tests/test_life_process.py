"""Hosts in processes of their own: two on one database, and one with several databases, with Redis and without."""

import json
import subprocess
import sys
import threading
import time
from contextlib import ExitStack
from pathlib import Path

import psycopg2
import redis as client
from psycopg2.extensions import make_dsn

from odoo.sql_db import connection_info_for
from odoo.tests import BaseCase, tagged

from ..llm.postgres.budget import Budget
from ..llm.postgres.door import Door, SideConnection
from .gateway_common import stand_in
from .side_common import ADDON

# The house lives with the other tools of the repository, not in the addon.
sys.path.append(str(Path(__file__).resolve().parents[2] / "dev"))

from house import database, odoo, postgres, redis

TEXT = "¿Qué es una guía de despacho?"


def redis_keys(url):
    return client.Redis.from_url(url).keys("l10n_cl_ai:*")


class Host:
    """A process of ``life_worker.py``."""

    def __init__(self, case, **environment):
        self.process = subprocess.Popen(
            [odoo.interpreter(), str(ADDON / "tests" / "life_worker.py")], stdin=subprocess.PIPE,
            stdout=subprocess.PIPE, text=True, bufsize=1, env={**case.environment, **environment},
        )  # fmt: skip
        for end in (self.process.stdin.close, self.process.stdout.close, self.process.wait, self.process.kill):
            case.addClassCleanup(end)

    def tell(self, db, do, **order):
        self.process.stdin.write(json.dumps({"db": db, "do": do, **order}) + "\n")

    def hear(self):
        return json.loads(self.process.stdout.readline())

    def ask(self, db, text=TEXT):
        self.tell(db, "ask", text=text)
        self.hear()  # it begins
        return self.hear()


@tagged("post_install_l10n", "post_install", "-at_install")
class TestHosts(BaseCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.standin = stand_in()
        stack = ExitStack()
        cls.addClassCleanup(stack.close)
        server = stack.enter_context(postgres.running())
        cls.environment = odoo.environment(
            server, L10N_CL_AI_API_KEY=cls.standin.key, L10N_CL_AI_BASE_URL=cls.standin.url)  # fmt: skip
        template = odoo.addon_template(server)
        cls.first = stack.enter_context(database.scratch(server, template))
        cls.second = stack.enter_context(database.scratch(server, template))
        url, _process = stack.enter_context(redis.private())
        with_redis, cls.url = {"L10N_CL_AI_REDIS_URL": url}, url
        cls.plain, cls.other, cls.shared = Host(cls), Host(cls), Host(cls, **with_redis)
        for host in (cls.plain, cls.other, cls.shared):
            host.hear()
        cls.plain.tell(cls.first, "accept")
        cls.plain.hear()

    def setUp(self):
        super().setUp()
        self.standin.reset()
        self.addCleanup(self.standin.reset)

    def sql(self, db, query, *params):
        connection = psycopg2.connect(make_dsn(**connection_info_for(db)[1]))
        try:
            connection.autocommit = True
            with connection.cursor() as cursor:
                cursor.execute(query, params or None)
                return cursor.fetchall() if cursor.description else []
        finally:
            connection.close()

    def eventually(self, look, seconds=60.0):
        pause, end = threading.Event(), time.monotonic() + seconds
        while not (found := look()):
            self.assertLess(time.monotonic(), end, "it never came")
            pause.wait(0.02)
        return found

    def paid(self, db):
        [(count,)] = self.sql(db, "SELECT count(*) FROM l10n_cl_ai_request WHERE status = 'answered'")
        return count

    def test_an_equal_question_at_two_hosts_is_one_call(self):
        before, text = self.paid(self.first), "¿Qué es una factura exenta?"
        gate = threading.Event()
        self.addCleanup(gate.set)
        self.standin.script(gate=gate)
        for host in (self.plain, self.other):
            host.tell(self.first, "ask", text=text)
            host.hear()
        self.eventually(lambda: self.standin.messages)
        waiting = "SELECT count(*) FROM l10n_cl_ai_flight"
        self.eventually(lambda: self.sql(self.first, waiting)[0][0])
        gate.set()
        told = sorted(host.hear()["status"] for host in (self.plain, self.other))
        self.assertEqual(told, ["answered", "cached"])
        self.assertEqual((len(self.standin.messages), self.paid(self.first)), (1, before + 1))
        door = Door(lambda: psycopg2.connect(make_dsn(**connection_info_for(self.first)[1]),
                                             connection_factory=SideConnection))  # fmt: skip
        self.addCleanup(door.close)
        self.assertEqual(Budget(door).audit(), [])

    def test_one_process_mixes_no_databases(self):
        for name, host in (("PostgreSQL", self.plain), ("Redis", self.shared)):
            text = f"¿Qué es una boleta? {name}"
            with self.subTest(name):
                self.standin.reset()
                self.assertEqual(host.ask(self.first, text)["status"], "answered")
                self.assertEqual(host.ask(self.first, text)["status"], "cached")
                [(on,)] = self.sql(self.second, "SELECT count(*) FROM l10n_cl_ai_feature_switch WHERE enabled")
                if not on:
                    self.assertEqual(host.ask(self.second, text)["reason"], "disabled")
                    host.tell(self.second, "accept")
                    host.hear()
                before = self.paid(self.first), self.paid(self.second)
                self.assertEqual(host.ask(self.second, text)["status"], "answered", "the first one's is not its answer")
                self.assertEqual((self.paid(self.first), self.paid(self.second)), (before[0], before[1] + 1))
                self.assertEqual(host.ask(self.second, text)["status"], "cached")
                self.assertEqual(len(self.standin.messages), 2)
        # Where there is Redis rates are there: else this would have tested PostgreSQL twice.
        self.assertTrue(redis_keys(self.url))

    def test_a_broom_sweeps_in_bits_and_the_next_finds_nothing(self):
        self.sql(
            self.first,
            "INSERT INTO l10n_cl_ai_conversation (uuid, user_id, company_id, last_at)"
            " SELECT gen_random_uuid()::text, 1, (SELECT min(id) FROM res_company), now() - interval '500 days'"
            "   FROM generate_series(1, 1500)",
        )
        self.plain.tell(self.first, "sweep")
        self.assertEqual(self.plain.hear()["gone"], 1500)
        self.other.tell(self.first, "sweep")
        self.assertEqual(self.other.hear()["gone"], 0)
        self.assertEqual(self.sql(self.first, "SELECT count(*) FROM l10n_cl_ai_conversation"), [(0,)])

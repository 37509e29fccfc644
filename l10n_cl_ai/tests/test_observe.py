"""Health, readiness and metrics over HTTP: who is told what."""

import hashlib
from unittest.mock import patch

import psycopg2

from odoo import SUPERUSER_ID
from odoo.exceptions import AccessError
from odoo.tests import HttpCase, tagged
from odoo.tools import SQL, file_open

from ..models import ai_readiness
from ..models.ai_metrics import TOKEN
from .metrics_common import COST, MetricsCase, of, parsed

TAGS = ("post_install_l10n", "post_install", "-at_install")
READINESS = "odoo.addons.l10n_cl_ai.models.ai_readiness"
PATHS = ("/l10n_cl_ai/metrics", "/l10n_cl_ai/metrics/costs", "/metrics", "/metrics/costs")


class ObserveCase(MetricsCase, HttpCase):
    def setUp(self):
        super().setUp()
        self.startPatcher(patch.object(ai_readiness, "KEPT", 0.0))
        self.token = self.Metrics._make_token()

    def get(self, path, token=None, **headers):
        self.env.flush_all()
        if token:
            headers["Authorization"] = f"Bearer {token}"
        return self.url_open(path, headers=headers)


@tagged(*TAGS)
@tagged("post_install_l10n", "post_install", "-at_install")
class TestToken(ObserveCase):
    def test_who_has_the_token_reads(self):
        self.settled(cost="0.125")
        answer = self.get("/l10n_cl_ai/metrics", self.token)
        self.assertEqual(answer.status_code, 200)
        self.assertEqual(answer.headers["Content-Type"], "text/plain; version=0.0.4; charset=utf-8")
        self.assertEqual(answer.headers["Cache-Control"], "no-store")
        self.assertNotIn("Set-Cookie", answer.headers)
        self.assertEqual(of(parsed(answer.text)[COST]), 0.125)

    def test_without_it_nothing_is_told(self):
        self.settled()
        for path in PATHS:
            for headers in (
                {}, {"Authorization": self.token}, {"Authorization": f"Basic {self.token}"},
                {"Authorization": f"Bearer {self.token}x"}, {"Authorization": "Bearer "},
                {"Authorization": f"Bearer {hashlib.sha256(self.token.encode()).hexdigest()}"},
            ):
                answer = self.url_open(path, headers=headers)
                self.assertEqual(answer.status_code, 401, (path, headers))
                self.assertEqual(answer.headers["WWW-Authenticate"], 'Bearer realm="l10n_cl_ai"')
                self.assertEqual(answer.json(), {"error": "the bearer token is missing or wrong"})
            self.assertEqual(self.url_open(f"{path}?token={self.token}").status_code, 401, "not in an address")

    def test_a_session_is_no_token(self):
        self.authenticate("admin", "admin")
        self.assertEqual(self.get("/l10n_cl_ai/metrics").status_code, 401)

    def test_another_token_ends_the_one_before(self):
        new = self.Metrics._make_token()
        self.assertNotEqual(new, self.token)
        self.assertEqual(self.get("/l10n_cl_ai/metrics", self.token).status_code, 401)
        self.assertEqual(self.get("/l10n_cl_ai/metrics", new).status_code, 200)

    def test_without_a_token_set_there_are_no_metrics(self):
        self.Metrics._remove_token()
        for path in PATHS:
            for token in (None, self.token, ""):
                self.assertEqual(self.get(path, token).status_code, 404, path)

    def test_it_is_kept_as_a_fingerprint(self):
        kept = self.env["ir.config_parameter"].get_param(TOKEN)
        self.assertEqual(kept, hashlib.sha256(self.token.encode()).hexdigest())
        self.assertGreater(len(self.token), 43)

    def test_a_neutralised_copy_has_none(self):
        self.env.flush_all()
        with file_open("l10n_cl_ai/data/neutralize.sql") as script:
            self.env.cr.execute(script.read())
        self.env.registry.clear_cache()
        self.assertFalse(self.Metrics._has_token())
        self.assertEqual(self.get("/l10n_cl_ai/metrics", self.token).status_code, 404)

    def test_writing_is_no_way_to_read(self):
        for path in PATHS[:2]:
            answer = self.url_open(path, data="x", headers={"Authorization": f"Bearer {self.token}"}, method="POST")
            self.assertEqual(answer.status_code, 405)


@tagged(*TAGS)
@tagged("post_install_l10n", "post_install", "-at_install")
class TestSettings(MetricsCase):
    def setUp(self):
        super().setUp()
        self.admin = self._make_user("sistema", "base.group_system")

    def settings(self, user):
        where = {"allowed_company_ids": user.company_ids.ids}
        return self.env["res.config.settings"].with_user(user).with_context(**where).create({})

    def test_an_administrator_makes_rotates_and_removes(self):
        admin = self.admin
        settings = self.settings(admin)
        self.assertFalse(settings.l10n_cl_ai_metrics_since)
        shown = settings.action_l10n_cl_ai_make_metrics_token()
        token = shown["context"]["default_token"]
        self.assertTrue(self.Metrics._is_token(token))
        screen = self.env[shown["res_model"]].with_user(admin).with_context(**shown["context"])
        spec = {"token": {}}
        self.assertEqual(screen.onchange({}, [], spec)["value"]["token"], token)
        self.assertTrue(self.settings(admin).l10n_cl_ai_metrics_since)
        self.settings(admin).action_l10n_cl_ai_make_metrics_token()
        self.assertFalse(self.Metrics._is_token(token))
        self.settings(admin).action_l10n_cl_ai_remove_metrics_token()
        self.assertFalse(self.Metrics._has_token())

    def test_the_token_stands_in_no_table(self):
        token = self.settings(self.admin).action_l10n_cl_ai_make_metrics_token()
        token = token["context"]["default_token"]
        self.env.flush_all()
        self.assertFalse(self.env["l10n_cl_ai.metrics.token"]._auto)
        self.assertFalse(self.env["ir.config_parameter"].search([("value", "like", token)]))

    def test_a_manager_does_not(self):
        for action in ("make", "remove"):
            settings = self.env["res.config.settings"].with_user(self.manager).new({})
            with self.assertRaises(AccessError):
                getattr(settings, f"action_l10n_cl_ai_{action}_metrics_token")()
        self.assertFalse(self.Metrics._has_token())


@tagged(*TAGS)
@tagged("post_install_l10n", "post_install", "-at_install")
class TestHealth(ObserveCase):
    def test_strangers_learn_that_it_lives_and_no_more(self):
        for path in ("/l10n_cl_ai/health", "/health", "/live"):
            answer = self.get(path)
            self.assertEqual((answer.status_code, answer.json()), (200, {"status": "ok"}), path)
            self.assertNotIn("Set-Cookie", answer.headers)

    def test_health_looks_at_nothing(self):
        observe = self.env["l10n_cl_ai.observe"]
        with self.assertQueryCount(0):
            observe._answer("health", "")

    def test_odoos_own_health_is_odoos(self):
        self.assertEqual(self.get("/web/health").json(), {"status": "pass"})

    def test_old_paths_are_served_last(self):
        self.env["ir.attachment"].create({"name": "x", "url": "/health", "type": "binary", "raw": b"a file",
                                          "public": True})
        self.assertEqual(self.get("/health").text, "a file")
        self.assertEqual(self.get("/health/").status_code, 404)

    def test_costs(self):
        today = self.Metrics._today()
        self.settled(asked_at=f"{today} 15:00:00", cost="0.5")
        for path in ("/l10n_cl_ai/metrics/costs", "/metrics/costs"):
            costs = self.get(path, self.token).json()
            self.assertEqual((costs["today"]["requests"], costs["today"]["cost"].rstrip("0")), (1, "0.5"))
            self.assertIn("dte_review", costs["month"]["by_feature"])


@tagged(*TAGS)
@tagged("post_install_l10n", "post_install", "-at_install")
class TestReady(ObserveCase):
    def setUp(self):
        super().setUp()
        self.Readiness = self.env["l10n_cl_ai.readiness"]
        # Crons of a template are as late as the template is old.
        self.env.execute_query(SQL("UPDATE ir_cron SET nextcall = now() AT TIME ZONE 'UTC' RETURNING id"))
        self.env.invalidate_all()

    def ready(self, token=None):
        answer = self.get("/l10n_cl_ai/ready", token)
        return answer.status_code, answer.json()

    def check(self, name):
        """Return (overall status, the check's state and detail) for who has the token."""
        _code, told = self.ready(self.token)
        return told["status"], *told["checks"][name].values()

    def test_all_is_well(self):
        self.assertEqual(self.ready(), (200, {"status": "ready"}))
        code, told = self.ready(self.token)
        self.assertEqual((code, told["status"]), (200, "ready"), told)
        self.assertEqual({check["status"] for check in told["checks"].values()}, {"ok"})
        self.assertEqual(self.get("/ready").json(), {"status": "ready"})

    def test_strangers_learn_no_reasons(self):
        with patch.object(type(self.Readiness), "_check_redis", lambda self: ("degraded", "a secret")):
            self.assertEqual(self.ready(), (200, {"status": "degraded"}))
            self.assertEqual(self.ready("wrong"), (200, {"status": "degraded"}))
            self.assertEqual(self.check("redis"), ("degraded", "degraded", "a secret"))

    def test_what_cannot_write_is_not_ready(self):
        with patch.object(type(self.Readiness), "_check_database", lambda self: ("failed", "a standby")):
            self.assertEqual(self.ready(), (503, {"status": "not_ready"}))

    def test_a_failing_database_is_not_ready(self):
        def fail(readiness):
            raise psycopg2.OperationalError("the server closed the connection")

        with patch.object(type(self.Readiness), "_check_database", fail), self.assertLogs(READINESS, "WARNING"):
            code, told = self.ready(self.token)
        self.assertEqual((code, told["checks"]["database"]["detail"]), (503, "OperationalError"))

    def test_without_the_ledger_it_is_not_ready(self):
        self.env.cr.execute("ALTER TABLE l10n_cl_ai_request RENAME TO l10n_cl_ai_lost")
        self.assertEqual(self.Readiness._check_database(), ("failed", "the ledger is missing"))
        self.env.cr.execute("ALTER TABLE l10n_cl_ai_lost RENAME TO l10n_cl_ai_request")
        self.assertEqual(self.Readiness._check_database(), ("ok", ""))

    def test_an_addon_being_upgraded_is_degraded(self):
        self.env["ir.module.module"].search([("name", "=", "l10n_cl_ai")]).state = "to upgrade"
        self.env.flush_all()
        self.assertEqual(self.check("database")[1:], ("degraded", "the addon is to upgrade"))

    def test_a_stuck_cron(self):
        cron = self.env.ref("l10n_cl_ai.cron_sweep")
        for seconds, state in ((600, "ok"), (1200, "degraded")):
            self.env.execute_query(SQL(
                "UPDATE ir_cron SET nextcall = (now() AT TIME ZONE 'UTC') - %s * interval '1 second' WHERE id = %s"
                " RETURNING id", seconds, cron.id))
            cron.invalidate_recordset()
            found = self.Readiness._check_crons()
            self.assertEqual(found[0], state, (seconds, found))
        self.env.execute_query(SQL("UPDATE ir_cron SET active = false WHERE id = %s RETURNING id", cron.id))
        cron.invalidate_recordset()
        self.assertEqual(self.check("crons")[1:], ("degraded", "cron_sweep is off"))

    def test_what_somebody_may_switch_off_is_not_missed(self):
        self.env.ref("l10n_cl_ai.cron_check_models").active = False
        self.env.flush_all()
        self.assertEqual(self.Readiness._check_crons(), ("ok", ""))
        known = set(self.env["ir.model.data"].search(
            [("module", "=", "l10n_cl_ai"), ("model", "=", "ir.cron")]).mapped("name"))
        self.assertFalse(set(ai_readiness.NEEDED) - known)

    def test_a_stuck_queue(self):
        review = self.env["l10n_cl_ai.review"].create(
            {"company_id": self.company.id, "user_id": self.user.id, "move_id": self.invoice(33).id, "batch_ref": 0})
        for seconds, state in ((1000, "ok"), (2000, "degraded")):
            self.env.execute_query(SQL(
                "UPDATE l10n_cl_ai_review SET create_date = (now() AT TIME ZONE 'UTC') - %s * interval '1 second'"
                " WHERE id = %s RETURNING id", seconds, review.id))
            self.assertEqual(self.Readiness._check_queue()[0], state, seconds)

    def test_a_missing_key(self):
        self.assertEqual(self.Readiness._check_key(), ("ok", "no feature is on"))
        feature = self.env["l10n_cl_ai.feature"].with_company(self.company).search([("code", "=", "dte_review")])
        feature._switch()._accept(feature._digest())
        with patch.dict("os.environ", {"L10N_CL_AI_API_KEY": ""}):
            self.assertEqual(
                self.check("key")[1:], ("degraded", f"no key that can be used: company {self.company.id}"))
        with patch.dict("os.environ", {"L10N_CL_AI_API_KEY": "sk-ant-x"}):
            self.assertEqual(self.check("key")[1:], ("ok", ""))

    def test_a_lost_redis(self):
        gateway = type(self.env["l10n_cl_ai.gateway"])
        for state, status in (("off", "ok"), ("up", "ok"), ("down", "degraded")):
            with patch.object(gateway, "_redis_state", lambda self, s=state: s):
                self.assertEqual(self.check("redis")[1], status)

    def test_an_open_breaker(self):
        for state, status in (("closed", "ok"), ("half_open", "degraded"), ("open", "degraded")):
            with patch.object(type(self.Metrics), "_breaker_states", lambda self, s=state: {"modelo": s}):
                self.assertEqual(self.check("breaker")[1], status)

    def test_who_asks_often_costs_nothing(self):
        with patch.object(ai_readiness, "KEPT", 60.0):
            ai_readiness._known.clear()
            self.addCleanup(ai_readiness._known.clear)
            readiness = self.Readiness.with_user(SUPERUSER_ID)
            report = readiness._report()
            with self.assertQueryCount(0):
                self.assertIs(readiness._report(), report)

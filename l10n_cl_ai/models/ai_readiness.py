"""Whether this Odoo can do the AI's work: for load balancers and who watches them."""

import logging
import os
import time

import psycopg2

from odoo import models
from odoo.tools import SQL

from .ai_secret_reading import access

_logger = logging.getLogger(__name__)

#: Seconds for which a process remembers what it found: whoever asks often learns no more, and costs nothing.
KEPT = 5.0
#: Seconds by which a scheduled action may be late; and a fourth of its interval.
LATE = 900
#: Scheduled actions without which money stays reserved or work undone; who switches another off has his reasons.
NEEDED = ("cron_sweep", "cron_alert", "cron_audit", "cron_count", "cron_queue", "cron_batch")
#: Seconds that a question may wait in the background.
WAITING = 1800
#: Companies looked at for a key.
_COMPANIES = 50

_known: dict[tuple[int, str], tuple[float, dict]] = {}


class AiReadiness(models.AbstractModel):
    """What is *failed* makes it not ready: nothing can be written down, so nothing may be asked. What is *degraded*
    leaves everything else working: rules judge without the AI, and invoices are sent without it."""

    _name = "l10n_cl_ai.readiness"
    _description = "Readiness of the AI"

    def _report(self):
        """Return {"status": ready, degraded or not_ready, "checks": {name: {"status": ok, …, "detail": words}}}."""
        key, now = (os.getpid(), self.env.cr.dbname), time.monotonic()
        known = _known.get(key)
        if known and now - known[0] < KEPT:
            return known[1]
        try:
            checks = self._checks()
        except psycopg2.Error as problem:
            _logger.warning("Not ready: %s", type(problem).__name__)
            checks = {"database": ("failed", type(problem).__name__)}
        states = {state for state, _detail in checks.values()}
        status = "not_ready" if "failed" in states else "degraded" if "degraded" in states else "ready"
        report = {
            "status": status,
            "checks": {name: {"status": state, "detail": detail} for name, (state, detail) in checks.items()},
        }
        _known[key] = now, report
        return report

    def _checks(self):
        """Return {name: (ok, degraded or failed, detail)}. Another addon adds its own to these."""
        return {
            "database": self._check_database(),
            "crons": self._check_crons(),
            "queue": self._check_queue(),
            "key": self._check_key(),
            "redis": self._check_redis(),
            "breaker": self._check_breaker(),
        }

    def _check_database(self):
        rows = self.env.execute_query(
            SQL(
                """
                SELECT pg_is_in_recovery(), to_regclass('l10n_cl_ai_request') IS NULL,
                       (SELECT state FROM ir_module_module WHERE name = 'l10n_cl_ai')
                """
            )
        )
        [(standby, missing, state)] = rows
        if standby or missing:
            return "failed", "a standby: it takes no writes" if standby else "the ledger is missing"
        return ("ok", "") if state == "installed" else ("degraded", f"the addon is {state}")

    def _check_crons(self):
        late = []
        for name, active, seconds, interval in self.env["l10n_cl_ai.metrics"]._cron_states():
            if not active and name in NEEDED:
                late.append(f"{name} is off")
            elif seconds > LATE + interval / 4:
                late.append(f"{name} is {int(seconds)} s late")
        return ("degraded", ", ".join(late)) if late else ("ok", "")

    def _check_queue(self):
        found = self.env["l10n_cl_ai.metrics"]._queue_states()
        stuck = [f"{name} waits for {state['oldest']} s" for name, state in found.items() if state["oldest"] > WAITING]
        return ("degraded", ", ".join(stuck)) if stuck else ("ok", "")

    def _check_key(self):
        """Look for a key of each company that has switched a feature on."""
        # sudo: l10n_cl_ai.feature.switch - in which companies something is on
        switches = self.env["l10n_cl_ai.feature.switch"].sudo()
        companies = [company for (company,) in switches._read_group([("enabled", "=", True)], ["company_id"])]
        if not companies:
            return "ok", "no feature is on"
        without = [str(company.id) for company in companies[:_COMPANIES] if access(self.env, company).reason]
        return ("degraded", f"no key that can be used: company {', '.join(without)}") if without else ("ok", "")

    def _check_redis(self):
        state = self.env["l10n_cl_ai.gateway"]._redis_state()
        return ("degraded", "down: PostgreSQL does its work") if state == "down" else ("ok", state)

    def _check_breaker(self):
        states = self.env["l10n_cl_ai.metrics"]._breaker_states()
        broken = sorted(model for model, state in states.items() if state != "closed")
        return ("degraded", f"left alone after faults: {', '.join(broken)}") if broken else ("ok", "")

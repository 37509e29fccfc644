"""The demo: a database of the addon's own demo data, in Spanish, that calls nobody and keeps what its user did."""
from __future__ import annotations

import contextlib
import os
import subprocess
from pathlib import Path

from . import database, odoo, processes, siisite, standin
from .common import ADDON, ROOT, Failure, digest, place, say, step

NAME = f"{database.PREFIX}_demo"
PORT = 8069
# Crons and services of Odoo that would reach for its maker's servers, or send mail about an invented company.
_CALLS_HOME = ("mail.ir_cron_module_update_notification", "snailmail.snailmail_print",
               "sms.ir_cron_sms_scheduler_action", "digest.ir_cron_digest_scheduler_action",
               "mail.ir_cron_web_push_notification", "auth_signup.ir_cron_auth_signup_send_pending_user_reminder")
_ENDPOINTS = ("iap.endpoint", "iap.partner_autocomplete.endpoint", "iap_extract_endpoint", "snailmail.endpoint",
              "sms.endpoint", "publisher_warranty_url")
_QUIETEN = f"""
    UPDATE ir_cron SET active = false WHERE id IN (
        SELECT res_id FROM ir_model_data WHERE model = 'ir.cron'
           AND module || '.' || name IN ({', '.join(f"'{cron}'" for cron in _CALLS_HOME)}));
    INSERT INTO ir_config_parameter (key, value)
         SELECT unnest(ARRAY[{', '.join(f"'{key}'" for key in _ENDPOINTS)}]), 'http://localhost:9'
             ON CONFLICT (key) DO UPDATE SET value = EXCLUDED.value;
    UPDATE res_company SET autopost_bills = false;
    UPDATE res_users SET tour_enabled = false;
    UPDATE res_partner SET lang = 'es_CL', tz = 'America/Santiago' WHERE id IN (SELECT partner_id FROM res_users);
"""
_TABLE = f"""
if "{ADDON}.demo" in env:
    env["{ADDON}.demo"]._print_table()
    env.cr.commit()
"""
_ACCEPT = f"""
env["{ADDON}.demo"]._accept_features()
env.cr.commit()
"""


def template(server: dict) -> str:
    """Template with the addon and its demo data, but not Odoo's, whose companies are not Chilean."""
    base = odoo.base_template(server)

    def build(name):
        database.clone(server, base, name)
        # A module gets its demo data only where all it depends on has; this claims so without loading theirs.
        database.sql(server, "UPDATE ir_module_module SET demo = true WHERE state = 'installed'", name)
        odoo.install(server, name, [ADDON], "--with-demo")
        if database.sql(server, f"SELECT demo FROM ir_module_module WHERE name = '{ADDON}'", name) != "t":
            raise Failure(f"The addon's demo data do not load: {log_of(name)}")
        database.sql(server, _QUIETEN, name)

    return database.template(server, "demodata", digest(base, odoo.addon_digest(), _QUIETEN), build)


def log_of(name: str) -> Path:
    """The log of the installation that made this database, or of its draft."""
    return place("log") / f"install-{name.removesuffix('_draft')}_draft.log"


def ensure(server: dict):
    """Make the demo database, or bring it up to date with the addon's sources and keep the user's data."""
    if not database.exists(server, NAME):
        made_from = template(server)
        database.clone(server, made_from, NAME)
    elif odoo.remembered(server, NAME) != odoo.addon_digest():
        with step("the addon changed: updating it in the demo database"):
            odoo.update(server, NAME)
            database.sql(server, _QUIETEN, NAME)
    odoo.remember(server, NAME)


def table(server: dict):
    """Print the demo documents and their verdicts."""
    _in_odoo(server, _TABLE, "The demo's documents could not be listed")


def _in_odoo(server: dict, script: str, otherwise: str, **environment: str):
    """Run a script in Odoo's shell on the demo and show what it prints; `otherwise` says that it failed."""
    shell = odoo.command("shell", "-d", NAME, "--no-http", "--log-level=warn", "--shell-interface=python")
    done = subprocess.run(shell, input=script, env=odoo.environment(server, **environment), cwd=ROOT,
                          text=True, capture_output=True)
    print(done.stdout, flush=True)
    if done.returncode or "Traceback" in done.stderr:
        raise Failure(f"{otherwise}:\n{done.stderr[-3000:]}")


def simulates() -> bool:
    """Whether a stand-in shall answer for the AI: AI=standin."""
    chosen = os.environ.get("AI") or ""
    if chosen not in ("", "standin"):
        raise Failure(f"AI={chosen} is unknown. AI=standin simulates the AI; without it the demo asks nobody.")
    return bool(chosen)


@contextlib.contextmanager
def ai(server: dict, simulated: bool):
    """Who answers for the AI: the stand-in, with every feature switched on (yields where it is), or nobody (None)."""
    if not simulated:
        yield None
        return
    with standin.running() as running:
        # What is accepted includes where it is sent.
        _in_odoo(server, _ACCEPT, "The features could not be switched on", **running.environment)
        yield running


@contextlib.contextmanager
def sii():
    """What the watch reads: a site on this machine (yields where it is); with SII=real the SII's own (None)."""
    chosen = os.environ.get("SII") or ""
    if chosen not in ("", "real"):
        raise Failure(f"SII={chosen} is unknown. SII=real has the SII's own site watched; without it nothing leaves.")
    if chosen:
        yield None
        return
    with siisite.running() as running:
        yield running


def serve(server: dict, ai: standin.Running | None = None, sii: siisite.Running | None = None) -> int:
    """Run Odoo on the demo until Ctrl-C.

    :param ai: the stand-in that answers for the AI, if any
    :param sii: the site that stands for the SII's, if any
    """
    wanted = int(os.environ.get("PORT") or PORT)
    port = processes.free_port(wanted)
    if port != wanted:
        say(f"port {wanted} is taken: using {port}")
    log = place("log") / "demo.log"
    command = odoo.command("server", "-d", NAME, f"--db-filter=^{NAME}$", "--http-port", port,
                           "--gevent-port", processes.free_port(port + 1), f"--logfile={log}",
                           *(sii.arguments if sii else ()))
    announce = processes.when_answering(port, "/web/login", lambda: _welcome(port, log, ai, sii))
    more = {**(ai.environment if ai else {}), **(sii.environment if sii else {})}
    with announce:
        return processes.follow(command, odoo.environment(server, **more), cwd=ROOT)


def _welcome(port: int, log: Path, ai: standin.Running | None, sii: siisite.Running | None):
    simulated = (f"AI:               simulated by {ai.url}", f"Its key:          {ai.key}") if ai else ()
    if sii:
        simulated = (*simulated, "SII's site:       one on this machine; have it publish something:",
                     f"                  curl -k -X POST https://localhost:{sii.port}/publicar")
    lines = (f"Odoo is running:  http://localhost:{port}", "Login:            admin", "Password:         admin",
             f"Log:              {log}", *simulated,
             "Stop with Ctrl-C. `make demo` starts it again with your data.")
    width = max(map(len, lines))
    print("\n".join(["", "┌" + "─" * (width + 2) + "┐", *(f"│ {line:<{width}} │" for line in lines),
                     "└" + "─" * (width + 2) + "┘", ""]), flush=True)

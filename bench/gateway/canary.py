"""A key stored, used and refused, and then looked for: database, log, all that a manager can read, answers to HTTP."""

import base64
import os
import pathlib
import secrets
import subprocess
import tempfile

from ..harness import Metric, Options, say
from . import plain  # noqa: F401 - puts the house on the path
from .provider import standin

_SCRIPT = pathlib.Path(__file__).with_name("canary_odoo.py")
#: Found where it may be: proof that the search finds.
CONTROL = f"control-{secrets.token_hex(12)}"


def canary(_options: Options) -> dict[str, Metric]:
    """Have Odoo store a key and ask with it, rightly and through faults, at its most talkative; look for the key."""
    from house import database, odoo, postgres  # noqa: PLC0415 - only where the house stands

    with postgres.running() as server, standin() as provider, tempfile.TemporaryDirectory() as folder:
        log, reads = pathlib.Path(folder, "odoo.log"), pathlib.Path(folder, "reads.txt")
        template = odoo.addon_template(server)
        with database.scratch(server, template) as name:
            environment = odoo.environment(server, L10N_CL_AI_BASE_URL=provider.url, CANARY_READS=str(reads),
                                           CANARY_KEY=provider.key, CANARY_CONTROL=CONTROL,
                                           L10N_CL_AI_SECRET_KEY=base64.urlsafe_b64encode(os.urandom(32)).decode())
            options = ("-d", name, "--no-http", f"--logfile={log}", "--log-handler=:DEBUG", "--max-cron-threads=0")
            _shell(odoo.command("shell", *options), environment)
            places = {"dump": database.client(server, "pg_dump", "--inserts", name), "log": log.read_text(),
                      "reads": reads.read_text()}
    return _metrics(places, provider.key)


def _shell(command: list, environment: dict) -> None:
    done = subprocess.run(command, env=environment, input=_SCRIPT.read_text(), text=True, capture_output=True,
                          timeout=300, check=False)
    if done.returncode or "CANARY DONE" not in done.stdout:
        raise RuntimeError(f"Odoo ended with {done.returncode}: {done.stdout[-2000:]} {done.stderr[-2000:]}")


def _metrics(places: dict[str, str], key: str) -> dict[str, Metric]:
    forms = (key, key[::-1], base64.b64encode(key.encode()).decode().rstrip("="), key.encode().hex())
    hits = {place: sum(text.count(form) for form in forms) for place, text in places.items()}
    control = sum(CONTROL in text for text in places.values())
    reads = sum("Error: " not in line[:200] for line in places["reads"].splitlines())
    sizes = {place: f"{place} ({len(text) >> 10} KiB)" for place, text in places.items()}
    say("  the key in " + ", ".join(f"{sizes[place]}: {count}" for place, count in hits.items())
        + f"; a word that may be there was found in {control} of {len(places)}")
    return {
        "privacy_key_hits": Metric(sum(hits.values()), 0, reads, most=True, more={"places": hits}),
        "privacy_key_control_found": Metric(control, len(places), len(places)),
    }

"""What is checked of each way to run Odoo with reviews in the background, in the order in which it is."""

import os
import re
import signal
import time
from collections.abc import Callable
from decimal import Decimal

from ..gateway import plain
from ..gateway.workers_way import LONG, expect
from .ways_api import called, caller_waits_alone, callers_are_limited
from .ways_office import PROMPT, Office

# isort: split
from l10n_cl_ai.llm.postgres.budget import Budget

_FURNISHED = "Arriendo amoblado, departamento {}"
#: A transaction open for longer than a second, but for the one in which Odoo's cron keeps its job to itself.
_OPEN = """
SELECT query, extract(epoch FROM clock_timestamp() - xact_start) FROM pg_stat_activity
 WHERE datname = current_database() AND pid <> pg_backend_pid() AND query NOT LIKE '%%ir_cron%%'
   AND xact_start < clock_timestamp() - interval '1 second'
"""
#: That one: Odoo names its connections after its processes.
_CRON = """
SELECT application_name FROM pg_stat_activity
 WHERE datname = current_database() AND pid <> pg_backend_pid() AND query LIKE '%%ir_cron%%' AND xact_start IS NOT NULL
"""


def _reviewed(office: Office) -> None:
    review = office.reviewed(_FURNISHED.format(1))
    expect((review["state"], review["finding_count"], review["recommendation"]) == ("done", 1, "review"), review)
    expect(office.asked() == 1 and review["cost"] > 0, (office.asked(), review))


def _equal_is_free(office: Office) -> None:
    review = office.reviewed(_FURNISHED.format(1))
    expect((review["state"], review["finding_count"], office.asked()) == ("done", 1, 0), (review, office.asked()))


def _nobody_waits(office: Office) -> None:
    """The button, another page and posting do not wait for a provider that does not answer; no transaction is open."""
    other = office.document("Curso de contabilidad (exento), grupo B")
    with office.holding(_FURNISHED.format(2)) as move:
        start = time.monotonic()
        office.odoo.get("/web/login")
        office.accountant.call("account.move", "action_post", [other], company=office.home, button=True)
        took = time.monotonic() - start
        time.sleep(1.2)  # what is open now for longer than a second is open for the call
        still_open = office.odoo.query(_OPEN)
        expect(office.review(move)["state"] == "running", office.review(move))
    expect(took < PROMPT and not still_open, (took, still_open))
    expect(office.finished(move)["state"] == "done", office.review(move))


def _off_elsewhere(office: Office) -> None:
    review = office.reviewed("Mantención de equipos, ascensor", office.elsewhere)
    found = (review["state"], review["reason"], review["recommendation"], office.asked())
    expect(found == ("not_evaluated", "disabled", "not_evaluated", 0), found)


def _apart(office: Office) -> None:
    """Another company's reviews are not to be read, and not even counted."""
    rows = office.accountant.call("l10n_cl_ai.review", "search_read", [], ["company_id"], company=office.elsewhere)
    expect(rows and all(row["company_id"][0] == office.elsewhere for row in rows), rows)


def _over_budget(office: Office) -> None:
    [budget] = office.manager.call("l10n_cl_ai.budget", "create", [
        {"company_id": office.home, "user_id": office.accountant.uid, "period": "day", "limit_usd": 0.000001},
    ], company=office.home)  # fmt: skip
    review = office.reviewed(_FURNISHED.format(3))
    office.manager.call("l10n_cl_ai.budget", "write", [budget], {"limit_usd": 10.0}, company=office.home)
    found = (review["state"], review["reason"], review["recommendation"], office.asked())
    expect(found == ("not_evaluated", "over_budget", "not_evaluated", 0), found)


def _invented(office: Office) -> None:
    remark = {"code": "J05", "path": "Detalle[9]/NmbItem", "quote": "nada de esto", "reason": "Invento.",
              "suggestion": "", "confidence": 99}  # fmt: skip
    office.provider.script(answer={"outcome": "remarks", "remarks": [remark]})
    review = office.reviewed(_FURNISHED.format(4))
    found = (review["state"], review["reason"], review["finding_count"], review["recommendation"])
    expect(found == ("not_evaluated", "invalid_answer", 0, "not_evaluated"), found)


def _slow(office: Office) -> None:
    office.set_deadline(2.0)
    office.provider.script(gate="bench")
    review = office.reviewed(_FURNISHED.format(5))
    office.provider.open("bench")
    office.set_deadline(LONG)
    expect((review["state"], review["reason"]) == ("not_evaluated", "deadline"), review)


def _killed(office: Office) -> None:
    """A worker killed in mid call: its document is taken up again once its lease is over, and finished once."""
    with office.holding(_FURNISHED.format(6)) as move:
        os.kill(_cron_worker(office), signal.SIGKILL)
    office.provider.reset()
    office.odoo.query("UPDATE l10n_cl_ai_review SET lease_until = '2026-01-01' WHERE state = 'running' RETURNING id")
    office.odoo.query("UPDATE l10n_cl_ai_request SET lease_until = '2026-01-01' WHERE state = 'running' RETURNING id")
    for cron in ("cron_sweep", "cron_queue"):
        office.admin.call("ir.cron", "write", [office.admin.ref(cron)], {"nextcall": "2026-01-01 00:00:00"})
        office.admin.call("ir.cron", "method_direct_trigger", [office.admin.ref(cron)])
    review = office.finished(move)
    expect((review["state"], review["attempts"], review["finding_count"]) == ("done", 2, 1), review)


def _cron_worker(office: Office) -> int:
    [(name,)] = office.odoo.query(_CRON)
    pid = int(re.search(r"\d+", name)[0])
    expect(pid in office.odoo.workers(), f"{name} is no worker of ours")
    return pid


def _books(office: Office) -> None:
    """Nothing reserved, and each call that was billed is in the ledger for what it was billed, or more."""
    door = plain.door(office.odoo.dsn)
    differences = Budget(door).audit()
    door.close()
    left = [office.odoo.query(f"SELECT count(*) FROM l10n_cl_ai_{what}")[0][0] for what in (
        "request WHERE state = 'running'", "budget_counter WHERE reserved <> 0")]
    expect(not differences and not any(left), (differences, left))
    [(booked,)] = office.odoo.query("SELECT sum(cost) FROM l10n_cl_ai_request")
    billed = sum((Decimal(call["cost"]) for call in office.calls), Decimal(0))
    expect(booked >= billed > 0, (booked, billed))


def _quiet_log(office: Office) -> None:
    text = office.odoo.log.read_text(errors="replace")
    loud = [line for line in text.splitlines() if " ERROR " in line or " CRITICAL " in line or "Traceback" in line]
    expect(bool(text) and not loud and office.provider.key not in text, loud[:2] or "the key, or no log")


CHECKS = {
    "logged in, feature accepted": Office.prepare, "button to remark": _reviewed, "equal: free": _equal_is_free,
    "provider hangs: nobody waits": _nobody_waits, "another company: off": _off_elsewhere,
    "companies apart": _apart, "over budget: not evaluated": _over_budget, "inventions: not evaluated": _invented,
    "slow: not evaluated": _slow, "API: asked over HTTP": called, "API: caller waits alone": caller_waits_alone,
    "API: limit shared": callers_are_limited, "worker killed: taken up again": _killed, "books": _books,
    "log without errors": _quiet_log,
}  # fmt: skip


def applies(check: Callable, workers: int) -> bool:
    """Whether a check has a sense: a thread can't be killed."""
    return bool(workers) or check is not _killed

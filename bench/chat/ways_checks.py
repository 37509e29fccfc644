"""What is checked of each way to serve the assistant, in the order in which it is."""

import os
import signal
import time
from collections.abc import Callable
from decimal import Decimal

from ..gateway import plain
from ..gateway.workers_way import expect, until
from .ways_office import Office

# isort: split
from l10n_cl_ai.llm.postgres.budget import Budget

_TEXT = "El folio es el número del documento. " * 12
#: A transaction open for longer than half a second, but for the one in which Odoo's cron keeps its job to itself.
_OPEN = """
SELECT query FROM pg_stat_activity
 WHERE datname = current_database() AND pid <> pg_backend_pid() AND query NOT LIKE '%%ir_cron%%'
   AND xact_start < clock_timestamp() - interval '0.5 seconds'
"""
#: Seconds an answer goes on unread, and a page may take while others are answered.
_GRACE, _SOON = 10.0, 1.0


def _piece_by_piece(office: Office) -> None:
    office.says(_TEXT, trickle=0.05)
    stream = office.camila.asks("¿Qué es un folio?")
    final = stream.until("done")["message"]
    pieces = [at for at, event in zip(stream.times, stream.events, strict=True) if event["type"] == "blocks"]
    expect(final["status"] == "done" and len(pieces) > 5, (final["status"], len(pieces)))
    expect(pieces[-1] - pieces[0] > 0.5, pieces)


def _no_transaction(office: Office) -> None:
    """While the provider is silent nothing is open in the database, and others are served."""
    office.provider.script(gate="bench")
    stream = office.camila.asks("¿Qué es un CAF?")
    stream.until("start")
    until(lambda: office.asked() > 0)
    time.sleep(0.8)  # what is open now for longer than half a second is open for the call
    still_open, page = office.odoo.query(_OPEN), office.odoo.get("/web/login")
    office.provider.open("bench")
    expect(not still_open and page < _SOON, (still_open, page))
    expect(stream.until("done")["message"]["status"] == "done", stream.events[-1])


def _stopped(office: Office) -> None:
    office.says(_TEXT, trickle=0.1)
    stream = office.camila.asks("¿Qué es una guía?")
    answer = stream.until("start")["answer"]["id"]
    stream.until("blocks")
    start = time.monotonic()
    office.camila.stops(answer)
    final = stream.until("done")["message"]
    expect(final["status"] == "stopped" and final["text"] and len(final["text"]) < len(_TEXT), final)
    expect(time.monotonic() - start < 3, time.monotonic() - start)


def _left(office: Office) -> None:
    """A tab that is closed ends the call after a while, and what it cost is booked."""
    office.says(_TEXT, trickle=1.0)
    stream = office.camila.asks("¿Qué es una boleta?")
    answer = stream.until("start")["answer"]["id"]
    stream.until("blocks")
    stream.leave()
    start = time.monotonic()
    while office.status(answer)[0] == "running" and time.monotonic() - start < _GRACE + 8:
        time.sleep(0.2)
    took = time.monotonic() - start
    status, _reason, text, cost = office.status(answer)
    expect(status == "stopped" and text and cost > 0 and took > _GRACE - 2, (status, text, cost, took))


def _found_again(office: Office) -> None:
    """A page that is loaded anew finds the answer, and gets all of it."""
    office.says(_TEXT, trickle=0.2)
    stream = office.camila.asks("¿Qué es una nota de crédito?")
    begun = stream.until("start")
    stream.until("blocks")
    stream.leave()
    read = office.camila.conversation("chat_read", begun["conversation"])
    expect(read["messages"][-1]["status"] == "running", read["messages"][-1])
    again = office.camila.follows(begun["answer"]["id"])
    final = again.until("done")["message"]
    expect(
        final["status"] == "done" and final["text"].strip() == _TEXT.strip(), (final["status"], final["text"])
    )


def _from_another_process(office: Office) -> None:
    """What one process writes, another shows: asked at the evented one, followed at a worker, stopped there."""
    office.says(_TEXT * 2, trickle=0.2)
    stream = office.camila.asks("¿Qué es una nota de débito?", evented=True)
    answer = stream.until("start")["answer"]["id"]
    stream.until("blocks")
    stream.leave()
    again = office.camila.follows(answer)
    again.until("blocks")
    time.sleep(_GRACE + 2)  # it goes on for whoever reads along, wherever he does
    expect(office.status(answer)[0] == "running", office.status(answer))
    office.camila.stops(answer)
    expect(again.until("done")["message"]["status"] == "stopped", again.events[-1])


_from_another_process.prefork = True


def _two_tabs(office: Office) -> None:
    """Two conversations at once, each gets its own answer; one conversation answers one question at a time."""
    office.provider.script(gate="bench")
    # With two workers, two answers at once leave none for anything else: that is what the evented process is for.
    one, other = (office.camila.asks(text, evented=True) for text in ("¿Uno?", "¿Otro?"))
    first, second = one.until("start"), other.until("start")
    refused = office.camila.asks("¿Tres?", conversation=first["conversation"]).until("error")
    office.provider.open("bench")
    done = [one.until("done")["message"]["id"], other.until("done")["message"]["id"]]
    expect(done == [first["answer"]["id"], second["answer"]["id"]], done)
    expect(refused["reason"] == "refused", refused)


def _companies(office: Office) -> None:
    """Off elsewhere, and nothing of one company is seen in the other."""
    there = type(office.camila)(office.odoo, "contador", "contador", office.elsewhere)
    final = there.asks("¿Qué es un folio?").until("done")["message"]
    expect(final["reason"] == "disabled" and final["reason_text"] and office.asked() == 0, final)
    titles = {row["title"] for row in there.conversation("chat_list")}
    expect(titles == {"¿Qué es un folio?"}, titles)
    office.says("Aquí.")
    stream = office.camila.asks("Secreto de Ñuble")
    begun = stream.until("start")
    stream.until("done")
    try:
        there.conversation("chat_read", begun["conversation"])
        raise AssertionError("read in another company")
    except RuntimeError as refused:
        expect("not yours" in str(refused) or "suya" in str(refused), str(refused))


def _over_budget(office: Office) -> None:
    budgets = office.manager.call(
        "l10n_cl_ai.budget", "search", [["company_id", "=", office.home]], company=office.home
    )
    old = office.manager.call("l10n_cl_ai.budget", "read", budgets, ["limit_usd"], company=office.home)
    office.manager.call("l10n_cl_ai.budget", "write", budgets, {"limit_usd": 0.000001}, company=office.home)
    final = office.camila.asks("¿Qué es una boleta exenta?").until("done")["message"]
    for row in old:
        office.manager.call(
            "l10n_cl_ai.budget", "write", [row["id"]], {"limit_usd": row["limit_usd"]}, company=office.home
        )
    expect(final["reason"] == "over_budget" and final["reason_text"] and office.asked() == 0, final)


def _killed_worker(office: Office) -> None:
    """A worker killed in mid answer: the conversation goes on, and nothing that was paid for is lost."""
    office.says(_TEXT, trickle=0.3)
    stream = office.camila.asks("¿Qué es una liquidación?")
    begun = stream.until("start")
    answer = begun["answer"]["id"]
    stream.until("blocks")
    time.sleep(1.5)  # its keeper has written by then
    for worker in office.odoo.workers():
        os.kill(worker, signal.SIGKILL)
    stream.leave()
    office.odoo.query(
        "UPDATE l10n_cl_ai_message SET lease_until = now() AT TIME ZONE 'UTC' - interval '2 seconds'"
        " WHERE id = %s RETURNING id",
        answer,
    )
    read = office.camila.conversation("chat_read", begun["conversation"])["messages"][-1]
    expect(read["reason"] == "worker_died" and read["text"], read)
    office.forget()
    office.says("Ya.")
    final = office.camila.asks("¿Y ahora?", conversation=begun["conversation"]).until("done")["message"]
    expect(final["text"] == "Ya.", final)
    office.odoo.query(
        "UPDATE l10n_cl_ai_request SET lease_until = (clock_timestamp() AT TIME ZONE 'UTC') - interval '1 second'"
        " WHERE state = 'running' RETURNING token"
    )
    office.admin.call("ir.cron", "method_direct_trigger", [office.admin.ref("cron_sweep")])


_killed_worker.prefork = True


def _books(office: Office) -> None:
    """Nothing reserved, nothing running, and each call that was billed is in the ledger for what it was billed."""
    until(lambda: not office.odoo.query("SELECT 1 FROM l10n_cl_ai_request WHERE state = 'running'"))
    door = plain.door(office.odoo.dsn)
    differences = Budget(door).audit()
    door.close()
    told = dict(
        office.odoo.query("SELECT provider_request_id, cost FROM l10n_cl_ai_request WHERE NOT unconfirmed")
    )
    bill = {call["request_id"]: Decimal(call["cost"]) for call in office.calls if Decimal(call["cost"])}
    wrong = {name: (usd, told[name]) for name, usd in bill.items() if name in told and told[name] != usd}
    expect(not differences and not wrong, (differences, wrong))
    running = office.odoo.query("SELECT id FROM l10n_cl_ai_message WHERE status = 'running'")
    expect(not running, running)


def _quiet_log(office: Office) -> None:
    """Nothing of all this is an error of Odoo's, and the key is in no line."""
    lines = office.odoo.log.read_text(errors="replace").splitlines()
    loud = [line for line in lines if " ERROR " in line or "Traceback" in line]
    expect(not loud and not any(office.provider.key in line for line in lines), loud[:3])


def _prepared(office: Office) -> None:
    office.prepare()


CHECKS: dict[str, Callable[[Office], None]] = {
    "logged in": _prepared,
    "piece by piece": _piece_by_piece,
    "silent provider: nothing open, nobody waits": _no_transaction,
    "stopped": _stopped,
    "tab closed": _left,
    "page loaded anew": _found_again,
    "followed and stopped from another process": _from_another_process,
    "two tabs": _two_tabs,
    "two companies": _companies,
    "over budget": _over_budget,
    "worker killed": _killed_worker,
    "books": _books,
    "quiet log": _quiet_log,
}


def applies(check: Callable, workers: int) -> bool:
    """Whether a check makes sense with so many workers."""
    return bool(workers) or not getattr(check, "prefork", False)

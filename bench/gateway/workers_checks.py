"""What is checked of each way to run Odoo, in the order in which it is."""

import os
import signal
import time
from collections.abc import Callable
from decimal import Decimal

from . import plain
from .workers_odoo import GONE
from .workers_way import LONG, Way, expect

# isort: split
from l10n_cl_ai.llm.postgres.budget import Budget

#: Seconds: a deadline that is to pass; how late its page may come for that, and how soon another page must; and for how
#: long others gather behind one who asks.
SHORT, LATE, SOON, _GATHER = 3.0, 0.5, 1.0, 0.8
_ROW = "SELECT state, unconfirmed, cost, reserved, swept_at IS NOT NULL FROM l10n_cl_ai_request WHERE token = %s"
_LEASE_OVER = (
    "UPDATE l10n_cl_ai_request SET lease_until = (clock_timestamp() AT TIME ZONE 'UTC') - interval '1 second'"
    " WHERE state = 'running' RETURNING token"
)


def _answered(way: Way) -> None:
    shown = way.ask("¿Qué es una guía de despacho?")
    expect(shown["status"] == "answered" and shown["answer"] and way.asked() == 1, (shown, way.asked()))


def _cached(way: Way) -> None:
    shown = way.ask("¿Qué es una guía de despacho?")
    expect(shown["status"] == "cached" and shown["answer"] and way.asked() == 0, (shown, way.asked()))


def _four_at_once(way: Way) -> None:
    with way.held([lambda: way.ask("¿Qué es una factura exenta?")] * 4) as futures:
        time.sleep(_GATHER)  # the others come to wait: nothing outside tells that they do
        way.provider.open("bench")
        statuses = sorted(future.result()["status"] for future in futures)
    expect(statuses == ["answered", *["cached"] * 3] and way.asked() == 1, (statuses, way.asked()))


def _off_elsewhere(way: Way) -> None:
    shown = way.ask("¿Qué es una guía de despacho?", way.elsewhere)
    expect(shown["reason"] == "disabled" and shown["message"] and way.asked() == 0, (shown, way.asked()))


def _anew_elsewhere(way: Way) -> None:
    way.accept(way.elsewhere)
    shown = way.ask("¿Qué es una guía de despacho?", way.elsewhere)
    expect(shown["status"] == "answered" and way.asked() == 1, (shown, way.asked()))


def _over_budget(way: Way) -> None:
    [budget] = way.manager.call("l10n_cl_ai.budget", "create", [
        {"company_id": way.home, "user_id": way.manager.uid, "period": "day", "limit_usd": 0.000001}], company=way.home)
    shown = way.ask("¿Qué es una boleta?")
    way.manager.call("l10n_cl_ai.budget", "write", [budget], {"limit_usd": 10.0}, company=way.home)
    raised = way.ask("¿Qué es una boleta?")
    found = (shown["reason"], raised["status"], way.asked())
    expect(found == ("over_budget", "answered", 1), found)


def _overloaded(way: Way) -> None:
    way.provider.script(mode="overloaded")
    shown = way.ask("¿Qué es un folio?")
    expect(shown["reason"] == "overloaded" and way.asked() > 0, (shown, way.asked()))


def _deadline(way: Way) -> None:
    """The deadline of who waits, and meanwhile the pages of who does not."""
    way.set_deadline(SHORT)
    with way.held([lambda: way.ask("¿Qué es un CAF?")]) as [future]:
        way.other = max(way.odoo.get("/web/login"), way.read())
        expect(not future.done(), "the others were served only when the ask was over")
        shown = future.result()
    way.set_deadline(LONG)
    way.late = shown["seconds"] - SHORT
    expect(shown["reason"] == "deadline" and way.late <= LATE, (shown, f"{way.late:.2f} s late"))
    expect(way.other <= SOON, f"another page took {way.other:.2f} s")


def _killed_worker(way: Way) -> None:
    with way.held([lambda: way.ask("¿Qué es una nota de débito?")]) as [future]:
        os.kill(way.odoo.caller(), signal.SIGKILL)
        expect(isinstance(future.exception(), GONE), "the killed worker answered")
    tokens = way.odoo.query(_LEASE_OVER)  # time passes
    expect(len(tokens) == 1, f"{len(tokens)} rows running")
    way.admin.call("ir.cron", "method_direct_trigger", [way.admin.ref("cron_sweep")])
    [(state, unconfirmed, cost, reserved, swept)] = way.odoo.query(_ROW, tokens[0][0])
    expect(state == "done" and unconfirmed and swept and cost == reserved > 0, (state, unconfirmed, cost, reserved))
    expect(way.ask("¿Qué es una nota de crédito?")["status"] == "answered", "not answered after the death")


def _remembers(way: Way) -> None:
    """Rates are in Redis where there is one, else in PostgreSQL."""
    here = way.odoo.query("SELECT count(*) FROM l10n_cl_ai_rate")[0][0]
    expect(bool(here) is not bool(way.redis), f"{here} rates in PostgreSQL")
    if way.redis:
        import redis  # noqa: PLC0415 - only here

        there = redis.Redis.from_url(way.redis[0]).keys("l10n_cl_ai:*")
        expect(bool(there), "nothing in Redis")


def _redis_lost(way: Way) -> None:
    with way.held([lambda: way.ask("¿Qué es una orden de compra?")]) as [future]:
        way.redis[1].kill()
        way.redis[1].wait()
        way.provider.open("bench")
        shown = [future.result(), way.ask("¿Qué es una orden de compra?"), way.ask("¿Qué es un DTE?")]
    found = ([one["status"] for one in shown], way.asked())
    expect(found == (["answered", "cached", "answered"], 2), found)


def _books(way: Way) -> None:
    """Nothing reserved, nothing in flight, and each call that was billed is in the ledger for what it was billed."""
    door = plain.door(way.odoo.dsn)
    differences = Budget(door).audit()
    door.close()
    left = [way.odoo.query(f"SELECT count(*) FROM l10n_cl_ai_{what}")[0][0] for what in (
        "request WHERE state = 'running'", "budget_counter WHERE reserved <> 0")]
    expect(not differences and not any(left), (differences, left))
    told = dict(way.odoo.query("SELECT provider_request_id, cost FROM l10n_cl_ai_request WHERE NOT unconfirmed"))
    bill = {call["request_id"]: Decimal(call["cost"]) for call in way.calls if Decimal(call["cost"])}
    wrong = {name: usd for name, usd in bill.items() if name in told and told[name] != usd}
    unseen = sum((usd for name, usd in bill.items() if name not in told), Decimal(0))
    [(charged,)] = way.odoo.query("SELECT coalesce(sum(cost), 0) FROM l10n_cl_ai_request WHERE unconfirmed")
    expect(not wrong and unseen <= charged, (wrong, unseen, charged))


def _quiet_log(way: Way) -> None:
    """Nothing of all this is an error of Odoo's, and the key is in no line."""
    text = way.odoo.log.read_text(errors="replace")
    loud = [line for line in text.splitlines() if " ERROR " in line or " CRITICAL " in line or "Traceback" in line]
    expect(bool(text) and not loud and way.provider.key not in text, loud[:2] or "the key, or no log")


CHECKS = {
    "logged in, feature accepted": Way.prepare,
    "answered": _answered, "equal: cached": _cached, "four at once: one call": _four_at_once,
    "another company: off": _off_elsewhere, "another company: anew": _anew_elsewhere, "over budget": _over_budget,
    "overloaded": _overloaded, "deadline, others served": _deadline, "worker killed: swept": _killed_worker,
    "remembers where it should": _remembers, "Redis killed: answered": _redis_lost, "books": _books,
    "log without errors": _quiet_log,
}  # fmt: skip


def applies(check: Callable, workers: int, with_redis: bool) -> bool:
    return {_killed_worker: bool(workers), _redis_lost: with_redis}.get(check, True)

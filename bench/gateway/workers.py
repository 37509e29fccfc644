"""The gateway in a real Odoo over real HTTP: threaded and prefork, without and with Redis, driven as people do."""

import contextlib
import os
import signal
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from decimal import Decimal

from ..harness import Metric, Options, say, table
from . import plain
from .provider import Provider, standin
from .workers_odoo import GONE, Odoo, Session, serving

# isort: split
from l10n_cl_ai.llm.postgres.budget import Budget

#: (name, workers, Redis)
WAYS = (("threaded", 0, False), ("prefork", 2, False), ("threaded, Redis", 0, True), ("prefork, Redis", 2, True))
FEATURE = "dte_review"
#: Seconds: a call's deadline as most checks want it, and where it is to pass; how late its page may come for that, and
#: how soon another page must.
LONG, SHORT, LATE, SOON = 20.0, 3.0, 0.5, 1.0
_ARRIVAL, _GATHER = 15.0, 0.8
_SHOWN = ("status", "reason", "answer", "request_id", "message")
_ROW = "SELECT state, unconfirmed, cost, reserved, swept_at IS NOT NULL FROM l10n_cl_ai_request WHERE token = %s"
_LEASE_OVER = (
    "UPDATE l10n_cl_ai_request SET lease_until = (clock_timestamp() AT TIME ZONE 'UTC') - interval '1 second'"
    " WHERE state = 'running' RETURNING token"
)


class Failed(AssertionError):
    """A check that was not passed, with what was found instead."""


def _expect(passed: bool, found: object) -> None:
    if not passed:
        raise Failed(str(found))


@dataclass
class Way:
    """One way to run Odoo, driven from outside.

    :param redis: the process to kill, and where it listens; None without Redis
    :param calls: that the provider got and has since forgotten
    """

    odoo: Odoo
    provider: Provider
    workers: int
    redis: tuple | None
    calls: list[dict] = field(default_factory=list)
    late: float = 0.0
    other: float = 0.0

    # --- what people do -----------------------------------------------------------------------------------------------

    def prepare(self) -> None:
        """Have a second company, and a manager of both who accepts the feature in the first by its dialog."""
        self.admin = Session(self.odoo, "admin", "admin")
        self.feature = self.admin.ref(f"feature_{FEATURE}")
        self.home = self.admin.ref("main_company", "base")
        [self.elsewhere] = self.admin.call("res.company", "create", [{"name": "Segunda SpA"}])
        self.admin.call("res.users", "create", [{
            "name": "Encargada", "login": "encargada", "password": "encargada", "company_id": self.home,
            "company_ids": [[6, 0, [self.home, self.elsewhere]]],
            "group_ids": [[6, 0, [self.admin.ref("group_manager")]]],
        }])  # fmt: skip
        self.set_deadline(LONG)
        self.manager = Session(self.odoo, "encargada", "encargada")
        self.accept(self.home)
        with ThreadPoolExecutor(4) as pool:  # every worker has shown a page before pages are timed
            list(pool.map(lambda _number: (self.odoo.get("/web/login"), self.read()), range(8)))

    def accept(self, company: int) -> None:
        switch = self.manager.find(
            "l10n_cl_ai.feature.switch", ["feature_id", "=", self.feature], ["company_id", "=", company])
        action = self.manager.call("l10n_cl_ai.feature.switch", "action_open_accept", [switch], button=True)
        model, context = action["res_model"], {**action["context"], "company": company}
        [dialog] = self.manager.call(model, "create", [{"accepted": True}], **context)
        self.manager.call(model, "action_accept", [dialog], company=company, button=True)

    def set_deadline(self, seconds: float) -> None:
        self.admin.call("l10n_cl_ai.feature", "write", [self.feature], {"deadline": seconds})

    def ask(self, text: str, company: int | None = None) -> dict:
        """Press the button of the dialog that tries a feature; return what it shows, and the seconds of the press."""
        model, here = "l10n_cl_ai.try.wizard", company or self.home
        [dialog] = self.manager.call(model, "create", [{"feature_id": self.feature, "text": text}], company=here)
        start = time.monotonic()
        self.manager.call(model, "action_ask", [dialog], company=here, button=True)
        seconds = time.monotonic() - start
        [shown] = self.manager.call(model, "read", [dialog], list(_SHOWN), company=here)
        return {**shown, "seconds": seconds}

    def read(self) -> float:
        """Read some records; return the seconds it took."""
        start = time.monotonic()
        self.manager.call("l10n_cl_ai.feature", "search_read", [], ["name", "state"], company=self.home)
        return time.monotonic() - start

    # --- what the provider sees ---------------------------------------------------------------------------------------

    def forget(self) -> None:
        """Begin anew with the provider; what it has billed is kept."""
        _until(lambda: all(call["done"] for call in self.provider.calls()))
        self.calls += self.provider.calls()
        self.provider.reset()

    def asked(self) -> int:
        return sum(call["kind"] == "messages" for call in self.provider.calls())

    @contextlib.contextmanager
    def held(self, asks: list[Callable[[], dict]]) -> Iterator[list[Future]]:
        """Ask while the provider holds its answers back, until the gate is opened."""
        self.provider.script(gate="bench")
        with ThreadPoolExecutor(len(asks)) as pool:
            try:
                futures = [pool.submit(ask) for ask in asks]
                _until(lambda: self.asked() > 0)
                yield futures
            finally:
                self.provider.open("bench")


def _until(happened: Callable[[], bool]) -> None:
    end = time.monotonic() + _ARRIVAL
    while not happened():
        if time.monotonic() > end:
            raise Failed("waited in vain")
        time.sleep(0.03)


# --- the checks -------------------------------------------------------------------------------------------------------


def _answered(way: Way) -> None:
    shown = way.ask("¿Qué es una guía de despacho?")
    _expect(shown["status"] == "answered" and shown["answer"] and way.asked() == 1, (shown, way.asked()))


def _cached(way: Way) -> None:
    shown = way.ask("¿Qué es una guía de despacho?")
    _expect(shown["status"] == "cached" and shown["answer"] and way.asked() == 0, (shown, way.asked()))


def _four_at_once(way: Way) -> None:
    with way.held([lambda: way.ask("¿Qué es una factura exenta?")] * 4) as futures:
        time.sleep(_GATHER)  # the others come to wait: nothing outside tells that they do
        way.provider.open("bench")
        statuses = sorted(future.result()["status"] for future in futures)
    _expect(statuses == ["answered", *["cached"] * 3] and way.asked() == 1, (statuses, way.asked()))


def _off_elsewhere(way: Way) -> None:
    shown = way.ask("¿Qué es una guía de despacho?", way.elsewhere)
    _expect(shown["reason"] == "disabled" and shown["message"] and way.asked() == 0, (shown, way.asked()))


def _anew_elsewhere(way: Way) -> None:
    way.accept(way.elsewhere)
    shown = way.ask("¿Qué es una guía de despacho?", way.elsewhere)
    _expect(shown["status"] == "answered" and way.asked() == 1, (shown, way.asked()))


def _over_budget(way: Way) -> None:
    [budget] = way.manager.call("l10n_cl_ai.budget", "create", [
        {"company_id": way.home, "user_id": way.manager.uid, "period": "day", "limit_usd": 0.000001}], company=way.home)
    shown = way.ask("¿Qué es una boleta?")
    way.manager.call("l10n_cl_ai.budget", "write", [budget], {"limit_usd": 10.0}, company=way.home)
    raised = way.ask("¿Qué es una boleta?")
    found = (shown["reason"], raised["status"], way.asked())
    _expect(found == ("over_budget", "answered", 1), found)


def _overloaded(way: Way) -> None:
    way.provider.script(mode="overloaded")
    shown = way.ask("¿Qué es un folio?")
    _expect(shown["reason"] == "overloaded" and way.asked() > 0, (shown, way.asked()))


def _deadline(way: Way) -> None:
    """The deadline of who waits, and meanwhile the pages of who does not."""
    way.set_deadline(SHORT)
    with way.held([lambda: way.ask("¿Qué es un CAF?")]) as [future]:
        way.other = max(way.odoo.get("/web/login"), way.read())
        _expect(not future.done(), "the others were served only when the ask was over")
        shown = future.result()
    way.set_deadline(LONG)
    way.late = shown["seconds"] - SHORT
    _expect(shown["reason"] == "deadline" and way.late <= LATE, (shown, f"{way.late:.2f} s late"))
    _expect(way.other <= SOON, f"another page took {way.other:.2f} s")


def _killed_worker(way: Way) -> None:
    with way.held([lambda: way.ask("¿Qué es una nota de débito?")]) as [future]:
        os.kill(way.odoo.caller(), signal.SIGKILL)
        _expect(isinstance(future.exception(), GONE), "the killed worker answered")
    tokens = way.odoo.query(_LEASE_OVER)  # time passes
    _expect(len(tokens) == 1, f"{len(tokens)} rows running")
    way.admin.call("ir.cron", "method_direct_trigger", [way.admin.ref("cron_sweep")])
    [(state, unconfirmed, cost, reserved, swept)] = way.odoo.query(_ROW, tokens[0][0])
    _expect(state == "done" and unconfirmed and swept and cost == reserved > 0, (state, unconfirmed, cost, reserved))
    _expect(way.ask("¿Qué es una nota de crédito?")["status"] == "answered", "not answered after the death")


def _remembers(way: Way) -> None:
    """Rates are in Redis where there is one, else in PostgreSQL."""
    here = way.odoo.query("SELECT count(*) FROM l10n_cl_ai_rate")[0][0]
    _expect(bool(here) is not bool(way.redis), f"{here} rates in PostgreSQL")
    if way.redis:
        import redis  # noqa: PLC0415 - only here

        there = redis.Redis.from_url(way.redis[0]).keys("l10n_cl_ai:*")
        _expect(bool(there), "nothing in Redis")


def _redis_lost(way: Way) -> None:
    with way.held([lambda: way.ask("¿Qué es una orden de compra?")]) as [future]:
        way.redis[1].kill()
        way.redis[1].wait()
        way.provider.open("bench")
        shown = [future.result(), way.ask("¿Qué es una orden de compra?"), way.ask("¿Qué es un DTE?")]
    found = ([one["status"] for one in shown], way.asked())
    _expect(found == (["answered", "cached", "answered"], 2), found)


def _books(way: Way) -> None:
    """Nothing reserved, nothing in flight, and each call that was billed is in the ledger for what it was billed."""
    door = plain.door(way.odoo.dsn)
    differences = Budget(door).audit()
    door.close()
    left = [way.odoo.query(f"SELECT count(*) FROM l10n_cl_ai_{what}")[0][0] for what in (
        "request WHERE state = 'running'", "budget_counter WHERE reserved <> 0")]
    _expect(not differences and not any(left), (differences, left))
    told = dict(way.odoo.query("SELECT provider_request_id, cost FROM l10n_cl_ai_request WHERE NOT unconfirmed"))
    bill = {call["request_id"]: Decimal(call["cost"]) for call in way.calls if Decimal(call["cost"])}
    wrong = {name: usd for name, usd in bill.items() if name in told and told[name] != usd}
    unseen = sum((usd for name, usd in bill.items() if name not in told), Decimal(0))
    [(charged,)] = way.odoo.query("SELECT coalesce(sum(cost), 0) FROM l10n_cl_ai_request WHERE unconfirmed")
    _expect(not wrong and unseen <= charged, (wrong, unseen, charged))


CHECKS = {
    "answered": _answered, "equal: cached": _cached, "four at once: one call": _four_at_once,
    "another company: off": _off_elsewhere, "another company: anew": _anew_elsewhere, "over budget": _over_budget,
    "overloaded": _overloaded, "deadline, others served": _deadline, "worker killed: swept": _killed_worker,
    "remembers where it should": _remembers, "Redis killed: answered": _redis_lost, "books": _books,
}  # fmt: skip


def _applies(check: Callable, workers: int, with_redis: bool) -> bool:
    return {_killed_worker: bool(workers), _redis_lost: with_redis}.get(check, True)


# --- the run ----------------------------------------------------------------------------------------------------------


def workers(_options: Options) -> dict[str, Metric]:
    """Start Odoo in each way and drive it."""
    from house import odoo, postgres  # noqa: PLC0415 - only where the house stands

    with postgres.running() as server:
        template = odoo.addon_template(server)
        driven = {name: _drive(server, template, *how) for name, *how in WAYS}
    return _metrics(driven)


def _drive(server: dict, template: str, workers: int, with_redis: bool) -> tuple[Way, dict[str, str | None]]:
    """Return what was driven, and of each check that applies what was wrong, "" for nothing."""
    from house import redis  # noqa: PLC0415 - only where the house stands

    with standin() as provider, contextlib.ExitStack() as stack:
        lent = stack.enter_context(redis.private()) if with_redis else None
        environment = {"L10N_CL_AI_API_KEY": provider.key, "L10N_CL_AI_BASE_URL": provider.url}
        if lent:
            environment["L10N_CL_AI_REDIS_URL"] = lent[0]
        odoo = stack.enter_context(serving(server, template, workers, **environment))
        way = Way(odoo, provider, workers, lent)
        way.prepare()
        return way, {name: _tried(way, check) for name, check in CHECKS.items()
                     if _applies(check, workers, with_redis)}


def _tried(way: Way, check: Callable[[Way], None]) -> str:
    try:
        way.forget()
        check(way)
    except Exception as error:  # noqa: BLE001 - a check that breaks is one that was not passed
        return f"{type(error).__name__}: {error}"[:400]
    return ""


def _metrics(driven: dict[str, tuple[Way, dict[str, str | None]]]) -> dict[str, Metric]:
    marks = {None: "–", "": "yes"}
    table("The gateway in Odoo, over HTTP", ("check", *driven),
          ((name, *(marks.get(found.get(name), "NO") for _way, found in driven.values())) for name in CHECKS))
    for how, (way, found) in driven.items():
        say(f"  {how}: the deadline's page {way.late * 1000:+.0f} ms, another page meanwhile {way.other * 1000:.0f} ms")
        for name, problem in found.items():
            if problem:
                say(f"  {how}, {name}: {problem}")
    outcomes = [problem for _way, found in driven.values() for problem in found.values()]
    return {
        "workers_checks_passed": Metric(outcomes.count(""), len(outcomes), len(outcomes)),
        "workers_page_after_deadline_ms": Metric(
            round(max(way.late for way, _found in driven.values()) * 1000), LATE * 1000, len(driven), most=True),
        "workers_other_page_ms": Metric(
            round(max(way.other for way, _found in driven.values()) * 1000), SOON * 1000, len(driven), most=True),
    }

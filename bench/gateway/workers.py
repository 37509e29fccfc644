"""The gateway in a real Odoo over real HTTP: threaded and prefork, without and with Redis, driven as people do."""

import contextlib
from collections.abc import Callable

from ..harness import Metric, Options, say, table
from .provider import standin
from .workers_checks import CHECKS, LATE, SOON, applies
from .workers_odoo import serving
from .workers_way import Way

#: (name, workers, Redis)
WAYS = (("threaded", 0, False), ("prefork", 2, False), ("threaded, Redis", 0, True), ("prefork, Redis", 2, True))


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
        return way, {name: _tried(way, check) for name, check in CHECKS.items()
                     if applies(check, workers, with_redis)}


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

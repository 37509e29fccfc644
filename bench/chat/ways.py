"""The assistant in a real Odoo over real HTTP: threaded, and prefork with its evented process; driven as people do."""

from collections.abc import Callable

from ..gateway.provider import standin
from ..gateway.workers_odoo import serving
from ..harness import Metric, Options, say, table
from .ways_checks import CHECKS, applies
from .ways_office import Office

#: (name, workers)
WAYS = (("threaded", 0), ("prefork", 2))


def ways(_options: Options) -> dict[str, Metric]:
    """Start Odoo on the demo's data in each way, and drive it."""
    from house import demo, postgres  # noqa: PLC0415 - only where the house stands

    with postgres.running() as server:
        template = demo.template(server)
        driven = {name: _drive(server, template, workers) for name, workers in WAYS}
    marks = {None: "–", "": "yes"}
    rows = ((name, *(marks.get(found.get(name), "NO") for found in driven.values())) for name in CHECKS)
    table("The assistant in Odoo, over HTTP", ("check", *driven), rows)
    for how, found in driven.items():
        for name, problem in found.items():
            if problem:
                say(f"  {how}, {name}: {problem}")
    outcomes = [problem for found in driven.values() for problem in found.values()]
    return {"ways_checks_passed": Metric(outcomes.count(""), len(outcomes), len(outcomes))}


def _drive(server: dict, template: str, workers: int) -> dict[str, str]:
    """Return of each check that applies what was wrong, "" for nothing."""
    with standin() as provider:
        environment = {"L10N_CL_AI_API_KEY": provider.key, "L10N_CL_AI_BASE_URL": provider.url}
        with serving(server, template, workers, **environment) as odoo:
            office = Office(odoo, provider, workers)
            return {name: _tried(office, check) for name, check in CHECKS.items() if applies(check, workers)}


def _tried(office: Office, check: Callable[[Office], None]) -> str:
    try:
        office.forget()
        check(office)
    except Exception as error:  # noqa: BLE001 - a check that breaks is one that was not passed
        return f"{type(error).__name__}: {error}"[:400]
    return ""

"""An installed life: upgraded from the release before, run by two hosts, uninstalled; and what is left each time."""

import contextlib

from ..harness import Metric, Options, say, table
from . import life_hosts, life_released


def life(options: Options) -> dict[str, Metric]:
    """Upgrade, serve by two hosts with and without Redis, uninstall."""
    from house import odoo, postgres  # noqa: PLC0415 - only where the house stands

    with postgres.running() as server:
        found = life_released.lived(server)
        for name, with_redis in (("two hosts", False), ("two hosts, Redis", True)):
            found |= {f"{name}: {check}": wrong for check, wrong in
                      life_hosts.lived(server, odoo.addon_template(server), with_redis).items()}  # fmt: skip
    marks = {None: "–", "": "yes"}
    table("An installed life", ("what", "holds"), ((name, marks.get(wrong, "NO")) for name, wrong in found.items()))
    held = [wrong for wrong in found.values() if wrong is not None]
    return {"life_checks_passed": Metric(held.count(""), len(held), len(held))}


@contextlib.contextmanager
def noted(found: dict[str, str | None], name: str):
    """Note a check by its name; what it raises is what was wrong with it."""
    try:
        yield
    except (Exception, SystemExit) as error:  # noqa: BLE001 - a check that breaks is one that was not passed
        found[name] = f"{type(error).__name__}: {error}"[:600]
    else:
        found[name] = ""
    say(f"  {name}: {found[name] or 'yes'}")

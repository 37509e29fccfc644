"""Part ``cost``: what a day of the watch on 50 sources takes of the database, beside one bare update for each look."""

import pathlib

from ..harness import Metric, Options, say, table
from ..review import shell

SOURCES, LOOKS, NEWS, TIMEOUT = 50, 4, 12, 1200
#: Seconds in the database that a day may take.
GOAL = 1.0


def cost(options: Options) -> dict[str, Metric]:
    """Return the seconds in the database of a day: pages whose bytes change at each look, some of them with new
    rows."""
    settings = {"sources": SOURCES, "looks": LOOKS, "news": NEWS, "seed": options.seed}
    try:
        found = shell.run("cost_shell.py", settings, None, TIMEOUT, pathlib.Path(__file__).parent)
    except shell.NotMeasured as why:
        say(f"  The cost was not measured: {why}")
        return {"database_seconds": Metric(None, GOAL, most=True, more={"skipped": str(why)})}
    looks = found["looks"]
    table(
        f"A day: {SOURCES} sources, {LOOKS} looks each, {found['documents']} new documents, {found['notices']} notices",
        ("", "s waited for the database", "s it worked", "statements", "turns"),
        [("the watch", round(found["waited"], 3), round(found["worked"], 2), found["statements"], found["turns"]),
            ("bare updates", round(found["floor"], 3), "", looks, "")],
    )
    table(
        "What of it cost most",
        ("statement", "times", "ms"),
        [(shape[:90], count, round(1000 * spent, 1)) for shape, count, spent in found["shapes"]],
    )
    return {
        "database_seconds": Metric(round(found["waited"], 3), GOAL, looks, most=True,
                                   more={"worked": round(found["worked"], 3), "floor": round(found["floor"], 3),
                                         "statements": found["statements"], "turns": found["turns"]}),
        "documents_found": Metric(found["documents"], NEWS, NEWS),
    }  # fmt: skip

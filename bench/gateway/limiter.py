"""D2: the rate limiter grants not one too many, and is no slower than what people use Redis for."""

import statistics

from ..harness import Metric, Options, say, spread, table
from .ground import Crew, Ground, peer, prepared, throughput

#: Processes that take at once, for throughput and for overshoot.
PROCESSES, CROWD = 8, 16
SECONDS = 0.8
#: Short name: name, keys, limit a minute, burst. The limits of the first are met by a loop that asks for more than it
#: may have: what a limiter is for. In the others every try is granted.
MODES = {
    "hot": ("hot key, at its limit", 1, 30_000, 50),
    "1000_keys": ("1,000 keys, all granted", 1000, 6_000_000, 6_000_000),
    "hot_granted": ("hot key, all granted", 1, 6_000_000, 6_000_000),
}
#: Only told: a key that many ask for at once and that never runs out limits nothing.
TOLD = ("hot_granted",)
CONTESTANTS = {
    "ours (PostgreSQL)": "postgres",
    "Redis Lua GCRA": "lua",
    "limits, moving window": "limits_moving",
    "limits, fixed window (inexact)": "limits_fixed",
}
OURS = "ours (PostgreSQL)"
#: Contestants to be beaten; the fixed window grants up to twice its limit, and is only told.
GOALS = {"redis_lua": "Redis Lua GCRA", "limits": "limits, moving window"}


def limiter(options: Options) -> dict[str, Metric]:
    """Measure overshoot by the server's clock, then throughput and p99 beside Redis."""
    with prepared() as ground:
        metrics = {"limiter_overshoot": _overshoot(ground, options.rounds)}
        python, versions = peer()
        if python is None:
            say(f"  The limiter was not compared: {versions}")
            return metrics | {f"limiter_vs_{goal}_hot": Metric(None, 1.0, more={"skipped": versions}) for goal in GOALS}
        say(f"  PostgreSQL: {ground.settings}; {versions}; both over Unix sockets; the limiter's table is unlogged")
        say("  At its limit ours answers from memory until the wait it was told is over: exact, as waits only end")
        return metrics | _compare(ground, python, options.rounds)


def _overshoot(ground: Ground, rounds: int) -> Metric:
    """Return the most that a crowd was granted beyond burst + rate × time, in any round."""
    per_minute, burst, each = 30_000, 50, 2000
    crew, over, granted = Crew(CROWD, "limiter_worker.py", "postgres", ground.dsn), [], 0
    for turn in range(rounds):
        start = _clock(ground)
        answers = crew.order({"name": f"crowd-{turn}", "keys": 1, "seconds": 0.6, "per_minute": per_minute,
                              "burst": burst})
        end = _clock(ground)
        got = sum(answer["granted"] for answer in answers)
        # Two proofs: what the clock allows, and that the row moved on by all that was granted.
        over.append(max(got - burst - (end - start) // each, got - (_tat(ground, turn) - start) // each, 0))
        granted += got
    crew.close()
    return Metric(max(over), 0, granted, most=True, more={"processes": CROWD, "rounds": rounds})


def _clock(ground: Ground) -> int:
    return _ask(ground, "SELECT (extract(epoch FROM clock_timestamp()) * 1000000)::bigint")


def _tat(ground: Ground, turn: int) -> int:
    return _ask(ground, f"SELECT tat FROM l10n_cl_ai_rate WHERE key = 'crowd-{turn}:0'")


def _ask(ground: Ground, query: str) -> int:
    import psycopg2  # noqa: PLC0415 - only where the house stands

    connection = psycopg2.connect(ground.dsn)
    try:
        with connection.cursor() as cursor:
            cursor.execute(query)
            return cursor.fetchone()[0]
    finally:
        connection.close()


def _compare(ground: Ground, python: str, rounds: int) -> dict[str, Metric]:
    crews = {}
    for name, kind in CONTESTANTS.items():
        ours = name == OURS
        more = {} if ours else {"python": python}
        crews[name] = Crew(PROCESSES, "limiter_worker.py", kind, ground.dsn if ours else ground.redis_url, **more)
    found = {mode: {name: [] for name in crews} for mode in MODES}
    for _turn in range(rounds):
        for mode, by_name in found.items():
            for name, crew in crews.items():
                by_name[name].append(measured(crew.order(_order(mode, name))))
    for crew in crews.values():
        crew.close()
    for mode, by_name in found.items():
        _print(MODES[mode][0], by_name)
    return _metrics(found)


def _order(mode: str, name: str) -> dict:
    _title, keys, per_minute, burst = MODES[mode]
    return {"name": f"{mode} of {name}", "keys": keys, "seconds": SECONDS, "per_minute": per_minute, "burst": burst}


def measured(answers: list[dict]) -> tuple[float, float, float]:
    """Return tries a second, their p99 in ms, and grants a second."""
    return *throughput(answers), sum(answer["granted"] / answer["seconds"] for answer in answers)


def _print(mode: str, by_name: dict[str, list[tuple[float, float, float]]]):
    table(
        f"{mode}: {PROCESSES} processes, rounds of {SECONDS} s in turn",
        ("limiter", "a second", "min", "max", "p99 ms", "min", "max", "granted a second"),
        (
            (name, *(f"{value:,.0f}" for value in spread([each[0] for each in rounds]).values()),
             *(f"{value:.3f}" for value in spread([each[1] for each in rounds]).values()),
             f"{statistics.median(each[2] for each in rounds):,.0f}")
            for name, rounds in by_name.items()
        ),
    )


def _metrics(found: dict) -> dict[str, Metric]:
    metrics = {}
    for mode in MODES:
        for goal, name in GOALS.items():
            pairs = list(zip(found[mode][OURS], found[mode][name], strict=True))
            faster = [ours[0] / theirs[0] for ours, theirs in pairs]
            later = [ours[1] / theirs[1] for ours, theirs in pairs]
            metrics[f"limiter_vs_{goal}_{mode}"] = Metric(
                round(statistics.median(faster), 3), None if mode in TOLD else 1.0, len(pairs),
                more={"spread": spread(faster)})
            metrics[f"limiter_p99_vs_{goal}_{mode}"] = Metric(
                round(statistics.median(later), 3), None if mode in TOLD else 1.0, len(pairs), most=True,
                more={"spread": spread(later)})
    return metrics

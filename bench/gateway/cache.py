"""D3: a hit is faster than from Redis, reaches nobody it is not for, and equal questions are one call."""

import json
import random
import statistics

from ..harness import Metric, Options, say, share, spread, table
from . import ground as place
from .cache_worker import answer, question
from .ground import Crew, Ground, Worker, peer, prepared, throughput

ENTRIES, SECONDS, PROCESSES = 4000, 0.8, 8
#: Stored questions of the cross-hit check, and of what company, scope and version. Half of them are stored.
STORED = 3200
COMPANIES, SCOPES, VERSIONS = (1, 2), ("company", "user:7"), ("rules-1", "rules-2")
#: Flights, how many of their first owners die, and the seconds of a claim and of a call.
FLIGHTS, KILLED, LEASE, PAUSE = 100, 20, 1.0, 0.05


def cache(options: Options) -> dict[str, Metric]:
    """Measure hits beside redis-py, cross hits, and single flight under kill -9."""
    with prepared() as ground:
        metrics = _hits(ground, options)
        metrics |= _crossed(ground, options)
        return metrics | _flights(ground, options)


# --- hits -------------------------------------------------------------------------------------------------------------


def _hits(ground: Ground, options: Options) -> dict[str, Metric]:
    python, versions = peer()
    if python is None:
        say(f"  Hits were not compared: {versions}")
        return {"cache_hit_vs_redis": Metric(None, 1.2, more={"skipped": versions})}
    _fill(ground)
    crews = {
        "ours (PostgreSQL)": Crew(PROCESSES, "cache_worker.py", "postgres", ground.dsn),
        "redis-py GET": Crew(PROCESSES, "cache_worker.py", "redis_get", ground.redis_url, python=python),
    }
    found = {size: {name: [] for name in crews} for size in (PROCESSES, 1)}
    for _turn in range(options.rounds):
        for size, by_name in found.items():
            for name, crew in crews.items():
                answers = crew.order({"what": "hits", "entries": ENTRIES, "seconds": SECONDS}, size)
                by_name[name].append(throughput(answers))
    for crew in crews.values():
        crew.close()
    say(f"  PostgreSQL: {ground.settings}; {versions}; both over Unix sockets")
    for size, by_name in found.items():
        _print(size, by_name)
    return {
        "cache_hit_vs_redis": _ratio(found[PROCESSES], 1.2),
        "cache_hit_vs_redis_alone": _ratio(found[1], None),
    }


def _fill(ground: Ground):
    """Put the same answers under the same keys into both."""
    import redis  # noqa: PLC0415 - only where the house stands

    side, client = place.door(ground.dsn), redis.Redis.from_url(ground.redis_url)
    stored, cache_key = place.addon("postgres.cache").Cache(side), place.addon("canon").cache_key
    for number in range(ENTRIES):
        key, value = cache_key(**question(number)), answer([number])
        stored.put(key, 1, "dte_review", value, 3600)
        client.set(key, value, ex=3600)
    side.close()
    client.close()


def _print(size: int, by_name: dict[str, list[tuple[float, float]]]):
    table(
        f"Hits, hash and JSON included: {size} process{'es' if size > 1 else ''}, rounds of {SECONDS} s in turn",
        ("cache", "a second", "min", "max", "p99 ms", "min", "max"),
        (
            (name, *(f"{value:,.0f}" for value in spread([rate for rate, _ in rounds]).values()),
             *(f"{value:.2f}" for value in spread([p99 for _, p99 in rounds]).values()))
            for name, rounds in by_name.items()
        ),
    )


def _ratio(by_name: dict[str, list[tuple[float, float]]], goal: float | None) -> Metric:
    ours, theirs = by_name.values()
    ratios = [mine[0] / other[0] for mine, other in zip(ours, theirs, strict=True)]
    return Metric(round(statistics.median(ratios), 3), goal, len(ratios), more={"spread": spread(ratios)})


# --- cross hits -------------------------------------------------------------------------------------------------------


def _crossed(ground: Ground, options: Options) -> dict[str, Metric]:
    """Ask for neighbours that differ from a stored question in company, scope or version alone, or in several."""
    neighbours = [(company, scope, version) for company in COMPANIES for scope in SCOPES for version in VERSIONS]
    stored = _store_half(ground, neighbours, random.Random(options.seed))
    # Four at once: a bench of what is right needs no more.
    crew = Crew(4, "cache_worker.py", "postgres", ground.dsn)
    step = STORED // len(crew.workers)
    for number, worker in enumerate(crew.workers):
        first = 10**6 + number * step
        worker.tell({"what": "crossed", "first": first, "last": first + step, "neighbours": neighbours,
                     "companies": (*COMPANIES, 3, 4)})
    answers = [worker.hear() for worker in crew.workers]
    crew.close()
    asked, found, wrong = (sum(answer[what] for answer in answers) for what in ("asked", "found", "wrong"))
    say(f"\n  Cross hits: {wrong} of {asked:,} asked; {found:,} of {stored:,} stored answers found by their own")
    return {
        "cache_cross_hits": Metric(wrong, 0, asked, most=True),
        # Were nothing found, nothing could be found wrongly.
        "cache_own_hits": Metric(round(found / stored, 4), 1.0, stored),
    }


def _store_half(ground: Ground, neighbours, choose: random.Random) -> int:
    side, stored = place.door(ground.dsn), 0
    kept, cache_key = place.addon("postgres.cache").Cache(side), place.addon("canon").cache_key
    for number in range(10**6, 10**6 + STORED):
        for company, scope, version in choose.sample(neighbours, 2):
            key = cache_key(**question(number, company, scope, version))
            kept.put(key, company, "dte_review", answer([number, company, scope, version]), 3600)
            stored += 1
    side.close()
    return stored


# --- single flight ----------------------------------------------------------------------------------------------------


def _flights(ground: Ground, options: Options) -> dict[str, Metric]:
    side = place.door(ground.dsn)
    _run(side, "CREATE TABLE upstream (id serial PRIMARY KEY, flight integer, ended timestamptz,"
               " began timestamptz DEFAULT clock_timestamp())")
    killed = set(random.Random(options.seed).sample(range(FLIGHTS), KILLED))
    askers = [_asker(ground) for _ in range(PROCESSES)]
    unanswered = sum(_fly(ground, askers, flight, flight in killed) for flight in range(FLIGHTS))
    for asker in askers:
        asker.close()
    metrics = _judge(side, killed, unanswered)
    side.close()
    return metrics


def _asker(ground: Ground) -> Worker:
    worker = Worker("flight_worker.py", ground.dsn)
    worker.hear()
    return worker


def _fly(ground: Ground, askers: list[Worker], flight: int, kill: bool) -> int:
    """Let all ask the same question; return how many survivors got none, or another's, answer."""
    for asker in askers:
        asker.tell({"flight": flight, "key": f"{flight:064x}", "lease": LEASE, "pause": PAUSE, "kill": kill})
    wrong = 0
    for place_, asker in enumerate(askers):
        said = asker.hear()
        if said is None and kill:
            asker.close()
            askers[place_] = _asker(ground)
        else:
            wrong += said is None or json.loads(said["value"])["flight"] != flight
    return wrong


def _judge(side, killed: set[int], unanswered: int) -> dict[str, Metric]:
    calls = dict(_run(side, "SELECT flight, count(*) FROM upstream GROUP BY 1"))
    ended = dict(_run(side, "SELECT flight, count(ended) FROM upstream GROUP BY 1"))
    once = sum(calls.get(flight) == 1 + (flight in killed) and ended[flight] == 1 for flight in range(FLIGHTS))
    asked = PROCESSES * FLIGHTS
    say(f"\n  Single flight: {asked} asks of {FLIGHTS} questions, {KILLED} owners killed in mid call: "
        f"{sum(calls.values())} calls, {sum(ended.values())} of them live; exactly one live: {share(once, FLIGHTS)}; "
        f"unanswered: {unanswered}. Without it: {asked} calls.")
    return {
        "flight_live_calls_per_flight": Metric(sum(ended.values()) / FLIGHTS, 1.0, FLIGHTS, most=True),
        "flight_exactly_one_call": Metric(once / FLIGHTS, 1.0, FLIGHTS, more={"killed": KILLED}),
        "flight_unanswered": Metric(unanswered, 0, asked - KILLED, most=True),
    }


def _run(side, query: str) -> list[tuple]:
    with side.connection() as connection, connection.cursor() as cursor:
        cursor.execute(query)
        return cursor.fetchall() if cursor.description else []

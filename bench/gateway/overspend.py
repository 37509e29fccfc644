"""Overspend and leak (issue D1): one budget, 16 processes, kills of processes and of connections at any moment."""

import multiprocessing
import os
import random
import statistics
import tempfile
import time
from collections.abc import Callable
from decimal import Decimal

from ..harness import Metric, Options, say, spread, table
from . import overspend_worker as worker
from . import plain
from .overspend_check import CHRONICLE, Verdict, judge
from .overspend_worker import Job

PROCESSES, KILLS, TERMINATIONS = 16, 220, 22
NAIVE_KILLS, NAIVE_TERMINATIONS = 30, 3
ASKS, RUSHES = 50, 10
#: Seconds between two deaths, and of one measurement of speed.
_CALM, _WINDOW = (0.03, 0.15), 1.0
_OF_CUTS = ("error None", "error 57P01")
_SETTINGS = "SELECT name || ' ' || setting FROM pg_settings WHERE name IN ('fsync', 'synchronous_commit') ORDER BY 1"

#: Children come from a process without threads and connections, however this one was made.
_forks = multiprocessing.get_context("forkserver")
_forks.set_forkserver_preload([worker.__name__])


def overspend(options: Options) -> dict[str, Metric]:
    """Storm, rush and speed, each beside the naive check-then-act."""
    metrics = _storms(options) | _rushes()
    return metrics | _speed(options)


# --- the storm --------------------------------------------------------------------------------------------------------


def _storms(options: Options) -> dict[str, Metric]:
    found = {
        "ours": _storm("ours", options.seed, KILLS, TERMINATIONS),
        "naive": _storm("naive", options.seed, NAIVE_KILLS, NAIVE_TERMINATIONS),
    }
    table(
        f"{PROCESSES} processes on one budget of {worker.DAY_LIMIT} USD a day, killed at any moment",
        ("budget", "kill -9", "connections cut", "reservations", "denied", "versions of counters", "overspent USD",
         "leaked USD", "counters − ledger USD", "contradictions"),
        ((name, kills, cuts, v.acts["reserved"], v.acts["denied"], v.versions, _usd(v.overspend), _usd(v.leaked),
          _usd(v.difference), len(v.contradictions)) for name, (v, kills, cuts) in found.items()),
    )
    verdict, kills, cuts = found["ours"]
    say(f"  Rows of our ledger: {dict(verdict.rows)}; acts: {dict(verdict.acts)}")
    for contradiction in verdict.contradictions[:5]:
        say(f"  {contradiction}")
    return _storm_metrics(verdict, kills, cuts, found["naive"][0])


def _storm_metrics(verdict: Verdict, kills: int, cuts: int, naive: Verdict) -> dict[str, Metric]:
    n = sum(verdict.rows.values())
    # A statement whose connection is cut twice may fail; nothing else may.
    errors = sum(count for act, count in verdict.acts.items() if act.startswith("error") and act not in _OF_CUTS)
    return {
        "overspend_usd": Metric(float(verdict.overspend), 0, verdict.versions, most=True),
        "leaked_reservations_usd": Metric(float(verdict.leaked), 0, n, most=True),
        "counters_minus_ledger_usd": Metric(float(verdict.difference), 0, n, most=True),
        "history_contradictions": Metric(len(verdict.contradictions), 0, n, most=True),
        "errors_but_of_cuts": Metric(errors, 0, sum(verdict.acts.values()), most=True),
        "late_settlements": Metric(verdict.rows["settled late"], 1, n),
        "kills": Metric(kills, 200),
        "connections_cut": Metric(cuts, 10),
        "naive_overspend_usd": Metric(float(naive.overspend), n=sum(naive.rows.values())),
        "naive_leaked_usd": Metric(float(naive.leaked), n=sum(naive.rows.values())),
    }


def _storm(kind: str, seed: int, kills: int, cuts: int) -> tuple[Verdict, int, int]:
    """Let processes spend while they die, settle accounts, and judge; also return kills and cuts done."""
    with plain.database() as dsn, tempfile.TemporaryDirectory() as folder:
        plain.query(dsn, CHRONICLE)
        done = _rage(dsn, kind, folder, random.Random(seed), kills, cuts)
        # Backends of the dead end by themselves; then every lease must have ended.
        while plain.query(dsn, _OTHERS):
            time.sleep(0.05)
        time.sleep(worker.LONGEST_LEASE)
        worker.KINDS[kind](plain.door(dsn)).sweep()
        return judge(dsn, folder), *done


_OTHERS = "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
_CUT = (
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database()"
    " AND pid <> pg_backend_pid() AND query LIKE 'EXECUTE%' ORDER BY state, random() LIMIT 1"
)


def _rage(dsn: str, kind: str, folder: str, dice: random.Random, kills: int, cuts: int) -> tuple[int, int]:
    """Kill and cut at random, replace the killed, sweep now and then; end with everybody killed."""
    today, sweeper = _forks.RawValue("i", 0), worker.KINDS[kind](plain.door(dsn))
    seeds = iter(range(10**9))

    def start():
        process = _forks.Process(target=worker.churn, args=(Job(dsn, kind, folder, next(seeds)), today), daemon=True)
        process.start()
        return process

    processes, killed, cut = [start() for _ in range(PROCESSES)], 0, 0
    while killed < kills:
        time.sleep(dice.uniform(*_CALM))
        if dice.random() < 0.2:
            sweeper.sweep()
        if cut < cuts and killed * cuts >= cut * kills:
            cut += sum(done for (done,) in plain.query(dsn, _CUT))
        place = dice.randrange(PROCESSES)
        killed += _kill(processes[place])
        processes[place] = start()
    return killed + sum(map(_kill, processes)), cut


def _kill(process) -> bool:
    """Kill a process and return whether it was alive, as it should be."""
    process.kill()
    process.join()
    return process.exitcode == -9


# --- the rush ---------------------------------------------------------------------------------------------------------


def _rushes() -> dict[str, Metric]:
    admitted = {kind: _rush(kind) for kind in worker.KINDS}
    table(
        f"{ASKS} processes ask at once for the whole of a budget, {RUSHES} budgets",
        ("budget", "admitted, of each"), ((kind, found) for kind, found in admitted.items()),
    )
    wrong = sum(each != 1 for each in admitted["ours"])
    return {
        "rushes_without_exactly_one": Metric(wrong, 0, RUSHES, most=True, more={"admitted": admitted["ours"]}),
        "naive_admitted_of_50": Metric(max(admitted["naive"]), n=RUSHES, more={"admitted": admitted["naive"]}),
    }


def _rush(kind: str) -> list[int]:
    """Return how many were admitted to each budget."""
    with plain.database() as dsn:
        numbers, barrier = range(1, RUSHES + 1), _forks.Barrier(ASKS)
        _together(lambda n: _forks.Process(target=worker.rush, args=(Job(dsn, kind, ""), barrier, numbers)), ASKS)
        rows = plain.query(
            dsn, "SELECT budget_id, count(*) FROM l10n_cl_ai_request r JOIN l10n_cl_ai_budget_counter c"
            " ON c.id = ANY (r.counter_ids) GROUP BY 1")
        return [dict(rows).get(number, 0) for number in numbers]


def _together(make: Callable[[int], multiprocessing.Process], count: int) -> None:
    processes = [make(n) for n in range(count)]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
        if process.exitcode:
            raise ChildProcessError(f"a process of the bench ended with {process.exitcode}")


# --- speed ------------------------------------------------------------------------------------------------------------

#: (budget, processes, each process a budget of its own)
_COURSES = {
    "1 process": ("ours", 1, False),
    "8, one budget": ("ours", 8, False),
    "16, one budget": ("ours", 16, False),
    "16, own budgets": ("ours", 16, True),
    "naive, 16, one budget": ("naive", 16, False),
}


def _speed(options: Options) -> dict[str, Metric]:
    """Return pairs of reserve and settle per second, each course in turn."""
    rates: dict[str, list[float]] = {name: [] for name in _COURSES}
    waits: dict[str, list[float]] = {name: [] for name in _COURSES}
    with plain.database() as dsn:
        settings = ", ".join(setting for (setting,) in plain.query(dsn, _SETTINGS))
        for _ in range(options.rounds):
            for name, course in _COURSES.items():
                rate, took = _course(dsn, *course)
                rates[name].append(rate)
                waits[name] += took
    table(
        f"Reserve + settle, pairs a second ({settings}; {os.cpu_count()} CPUs, clients included)",
        ("course", "median", "min", "max", "reserve p50 ms", "p99 ms"),
        ((name, *(f"{value:,.0f}" for value in spread(rates[name]).values()), *(
            f"{value:.2f}" for value in _percentiles(waits[name]))) for name in _COURSES),
    )
    return _speed_metrics(rates, settings)


def _speed_metrics(rates: dict[str, list[float]], settings: str) -> dict[str, Metric]:
    metrics = {
        f"pairs_per_s_{name.replace(', ', '_').replace(' ', '_')}": Metric(
            spread(values)["median"], n=len(values), more={"spread": spread(values), "server": settings})
        for name, values in rates.items()
    }
    ratios = [
        ours / naive for ours, naive in zip(rates["16, one budget"], rates["naive, 16, one budget"], strict=True)]
    metrics["pairs_ratio_to_naive"] = Metric(spread(ratios)["median"], n=len(ratios), more={"spread": spread(ratios)})
    return metrics


def _course(dsn: str, kind: str, count: int, own: bool) -> tuple[float, list[float]]:
    """Return pairs a second, and the ms of each reservation."""
    barrier, pipes = _forks.Barrier(count), [_forks.Pipe(duplex=False) for _ in range(count)]
    processes = [
        _forks.Process(target=worker.pairs, args=(Job(dsn, kind, "", n), barrier, _WINDOW, own, pipes[n][1]))
        for n in range(count)
    ]
    for process in processes:
        process.start()
    answers = [receiver.recv() for receiver, _sender in pipes]
    for process in processes:
        process.join()
    return sum(pairs for pairs, _took in answers) / _WINDOW, [ms for _pairs, took in answers for ms in took]


def _percentiles(values: list[float]) -> tuple[float, float]:
    cuts = statistics.quantiles(values, n=100)
    return cuts[49], cuts[98]


def _usd(amount: Decimal) -> str:
    return f"{amount.normalize():f}"

"""Judges hostile input under limits: ``hostile_worker.py ROOT SEED COUNT MEMORY``; prints JSON lines."""

import json
import logging
import random
import resource
import sys
import time
from collections import Counter

CPU_SECONDS = 230


class Judge:
    """Reads and judges bytes, and says how that went."""

    def __init__(self):
        from bench.dte.material import load_rules  # noqa: PLC0415
        from bench.dte.world import TODAY  # noqa: PLC0415

        self.dte = load_rules()
        self.context = self.dte.Context(today=TODAY)

    def __call__(self, data: bytes) -> tuple[str, str]:
        """Return (outcome, message): read, unreadable or crash, and what a person is told.

        A rule that the engine had to catch is a crash too: it was meant to answer.
        """
        try:
            reports = [self.dte.check(document) for document in self.dte.read(data, self.context)]
            unjudged = (item for report in reports for item in report.not_evaluated.items())
            failed = sorted({rule for rule, why in unjudged if why == "internal error"})
            if failed:
                return "crash", f"rules failed: {', '.join(failed)}"
            texts = [str(finding.message) for report in reports for finding in report.findings]
        except self.dte.Unreadable as refusal:
            return "unreadable", str(refusal)
        except Exception as error:  # noqa: BLE001 - what the bench looks for
            return "crash", f"{type(error).__name__}: {error}"
        if not all(texts):
            return "read", ""
        return "read", f"{len(reports)} documents, {len(texts)} findings"


def rss_mb() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def say(**answer: object) -> None:
    print(json.dumps(answer), flush=True)


def attack(judge: Judge, name: str, data: bytes) -> None:
    start = time.process_time()
    outcome, message = judge(data)
    seconds = time.process_time() - start
    say(kind="attack", name=name, outcome=outcome, message=message, seconds=seconds, rss_mb=rss_mb())


def mutate_all(judge: Judge, seed: int, count: int) -> None:
    """Judge ``count`` seeded mutations, one random generator for each, so that any can be had again."""
    from bench.dte.material import corpus, genuine  # noqa: PLC0415
    from bench.dte.mutations import mutated  # noqa: PLC0415

    files = sorted((corpus() | genuine()).items())
    outcomes: Counter = Counter()
    crashes: list[str] = []
    silent, slowest = 0, 0.0
    for index in range(count):
        rng = random.Random(f"{seed} {index}")
        name, data = files[index % len(files)]
        spoiled = mutated(rng, data)
        start = time.process_time()
        outcome, message = judge(spoiled)
        slowest = max(slowest, time.process_time() - start)
        outcomes[outcome] += 1
        silent += not message
        if outcome == "crash":
            crashes.append(f"{name} #{index}: {message}")
    say(kind="mutations", name="mutations", n=count, outcomes=outcomes, crashes=crashes, silent=silent,
        seconds=slowest, rss_mb=rss_mb(), message="-")


def main() -> None:
    root, seed, count, memory = sys.argv[1], *map(int, sys.argv[2:5])
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    sys.path.insert(0, root)
    logging.disable(logging.CRITICAL)  # tracebacks of caught failures are counted, not printed
    from bench.dte.attacks import attacks  # noqa: PLC0415

    judge = Judge()
    for name, make in attacks().items():
        attack(judge, name, make())
    mutate_all(judge, seed, count)


if __name__ == "__main__":
    main()

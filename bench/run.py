#!/usr/bin/env python3
"""Run the benches: ``bench/run.py [NAME] [--part PART]…``; the last line printed is JSON.

A bench is a module or package in this folder with ``PARTS``: {name: function from Options to
{metric name: Metric}}. Putting one here is all that adding it takes.
"""

import argparse
import importlib
import pathlib
import pkgutil
import sys
import time

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

from bench import harness  # noqa: E402 - the path has to be set first


def benches() -> dict[str, object]:
    """Return the benches found beside this file, by name."""
    names = (info.name for info in pkgutil.iter_modules([str(HERE)]))
    modules = {name: importlib.import_module(f"bench.{name}") for name in names if name != "run"}
    return {name: module for name, module in modules.items() if hasattr(module, "PARTS")}


def run(name: str, module, parts: list[str], options: harness.Options) -> bool:
    """Run the chosen parts of one bench and print what they found; return whether every goal is met."""
    metrics: dict[str, harness.Metric] = {}
    for part in parts or module.PARTS:
        start = time.monotonic()
        harness.say(f"\n=== {name}: {part}")
        metrics |= module.PARTS[part](options)
        harness.say(f"  ({part} took {time.monotonic() - start:.0f} s)")
    harness.print_metrics(name, metrics)
    return all(metric.ok is not False for metric in metrics.values())


def main() -> int:
    found = benches()
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("name", nargs="?", choices=list(found), help="which bench; all by default")
    parser.add_argument("--part", action="append", default=[], help="only this part of the bench (may repeat)")
    parser.add_argument("--seed", type=int, default=harness.Options.seed)
    parser.add_argument("--rounds", type=int, default=harness.Options.rounds, help="rounds of each timing, ≥ 5")
    parser.add_argument("--profile", action="store_true", help="say which rules take the time")
    parser.add_argument("--verbose", action="store_true", help="name every miss and every false alarm")
    parser.add_argument("--live", type=float, default=0, metavar="USD",
                        help="ask the real provider, with L10N_CL_AI_API_KEY, for at most so much (review: semantic)")
    parser.add_argument("--strict", action="store_true", help="exit 1 when a goal is missed")
    args = parser.parse_args()
    chosen = {args.name: found[args.name]} if args.name else found
    for name, module in chosen.items():
        unknown = set(args.part) - set(module.PARTS)
        if unknown:
            parser.error(f"{name} has no part {', '.join(sorted(unknown))}; it has {', '.join(module.PARTS)}")
    options = harness.Options(args.seed, max(args.rounds, 5), args.profile, args.verbose, args.live)
    met = [run(name, module, args.part, options) for name, module in chosen.items()]
    return 1 if args.strict and not all(met) else 0


if __name__ == "__main__":
    sys.exit(main())

"""Overhead (issue D4): what the gateway adds to a bare streaming call of the SDK, with the LiteLLM proxy beside it."""

import contextlib
import os
import statistics
import subprocess
import time
from collections.abc import Callable, Mapping

from ..harness import ROOT, Metric, Options, say, table
from . import asking, plain
from .provider import Provider, litellm, standin

# isort: split
from l10n_cl_ai.llm.asked import Asked, call_of
from l10n_cl_ai.llm.gateway import Gateway
from l10n_cl_ai.llm.outcome import body
from l10n_cl_ai.llm.plan import ModelSpec, Plan

MODEL = ModelSpec("claude-haiku-5-5", thinking="disabled")
WARM, CALLS = 40, 400
P50, P95 = 3.0, 8.0
_IMPORT = """
import sys, odoo.modules.module
from odoo.tools import config
config.parse_config(["--addons-path", sys.argv[1]])
odoo.modules.module.initialize_sys_path()
import odoo.addons.l10n_cl_ai
print("LOADED", len([name for name in sys.modules if name.partition(".")[0] in ("anthropic", "httpx2")]))
"""


def overhead(options: Options) -> dict[str, Metric]:
    """Time asks side by side: bare SDK, our gateway (cache, flight, limiter, budgets, breaker, ledger), LiteLLM."""
    with standin() as provider, plain.database() as dsn, litellm(provider, MODEL.name) as proxy:
        engine, plan = asking.gateway(dsn), asking.plan(provider, MODEL)
        contestants = {"bare SDK": _bare(plan, provider), "gateway": _ours(engine, plan)}
        if proxy:
            contestants["LiteLLM"] = _bare(plan, proxy)
        times = _interleaved(contestants, asking.documents(options.seed, WARM + CALLS))
        phases = plain.query(dsn, "SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY admit_ms), percentile_cont(0.5)"
                                  " WITHIN GROUP (ORDER BY settle_ms) FROM l10n_cl_ai_request")[0]
    _show(times, phases)
    return _metrics(times) | _imports()


def _bare(plan: Plan, provider: Provider) -> Callable[[str], None]:
    """The SDK alone with the very same request, one client and its connection kept."""
    import anthropic  # noqa: PLC0415 - a second, only where it is measured
    import httpx2  # noqa: PLC0415

    http = anthropic.DefaultHttpxClient(follow_redirects=False, transport=httpx2.HTTPTransport())
    client = anthropic.Anthropic(api_key=provider.key, base_url=provider.url, max_retries=0, http_client=http)

    def ask(document: str) -> None:
        call = call_of(Asked(asking.question(document), plan), MODEL)
        watch = _Watch()
        with client.messages.create(**body(call), stream=True) as stream:
            last = [event.type for event in stream][-1]
        ask.took = watch.read()
        if last != "message_stop":
            raise RuntimeError(f"an answer ended with {last}")

    return ask


def _ours(engine: Gateway, plan: Plan) -> Callable[[str], None]:
    def ask(document: str) -> None:
        question = asking.question(document)
        watch = _Watch()
        answer = engine.ask(question, plan)
        ask.took = watch.read()
        if answer.status != "answered":
            raise RuntimeError(f"the gateway did not ask: {answer.reason} {answer.detail}")

    return ask


class _Watch:
    """Takes the time of the clock, and the CPU time of this process (not of PostgreSQL's)."""

    def __init__(self):
        self._start = time.perf_counter(), time.process_time()

    def read(self) -> tuple[float, float]:
        """Return ms by the clock, ms of CPU."""
        return (time.perf_counter() - self._start[0]) * 1000, (time.process_time() - self._start[1]) * 1000


Times = dict[str, list[tuple[float, float]]]


def _interleaved(contestants: Mapping[str, Callable[[str], None]], documents: list[str]) -> Times:
    """Ask every question of each in turn, beginning with another each time; return (clock, CPU) ms by contestant."""
    times: Times = {name: [] for name in contestants}
    names = list(contestants)
    for number, document in enumerate(documents):
        first = number % len(names)
        for name in names[first:] + names[:first]:
            contestants[name](document)
            if number >= WARM:
                times[name].append(contestants[name].took)
    return times


def _added(times: Times, name: str, which: int = 0) -> list[float]:
    """What each question took longer than the bare SDK took for the same one a moment before or after (ms).

    :param which: 0 by the clock, 1 of CPU
    """
    return [mine[which] - bare[which] for mine, bare in zip(times[name], times["bare SDK"], strict=True)]


def _percentile(values: list[float], percent: int) -> float:
    return round(statistics.quantiles(values, n=100, method="inclusive")[percent - 1], 2)


def _show(times: Times, phases: tuple) -> None:
    rows = []
    for name, values in times.items():
        added = [""] * 3 if name == "bare SDK" else [_percentile(_added(times, name), p) for p in (50, 95, 99)]
        rows.append((name, *(_percentile([clock for clock, _cpu in values], p) for p in (50, 95, 99)),
                     _percentile([cpu for _clock, cpu in values], 50), *added))
    table(f"{CALLS} different questions, one at a time, ms by the clock, question by question in turn",
          ("", "p50", "p95", "p99", "CPU p50", "added p50", "added p95", "added p99"), rows)
    say(f"  Load of the machine: {os.getloadavg()[0]:.1f} on {os.cpu_count()} CPUs; above one each, the clock tells of "
        "the others' work too.")
    say(f"  The gateway's own clock: admit {phases[0]:.2f} ms, settle {phases[1]:.2f} ms (medians).")
    say("  LiteLLM as it comes, without a database: no budget, no ledger, no cache."
        if "LiteLLM" in times else "  LiteLLM: not at hand.")


def _metrics(times: Times) -> dict[str, Metric]:
    added = _added(times, "gateway")
    bare = {f"bare_p{p}_ms": _percentile([clock for clock, _cpu in times["bare SDK"]], p) for p in (50, 95)}
    bare |= {"load": round(os.getloadavg()[0], 1), "cpus": os.cpu_count()}
    metrics = {
        "overhead_p50_ms": Metric(_percentile(added, 50), P50, len(added), most=True, more=bare),
        "overhead_p95_ms": Metric(_percentile(added, 95), P95, len(added), most=True),
        "overhead_cpu_p50_ms": Metric(_percentile(_added(times, "gateway", 1), 50), n=len(added)),
    }
    if "LiteLLM" in times:
        theirs = _added(times, "LiteLLM")
        for p in (50, 95):
            metrics[f"overhead_litellm_p{p}_ms"] = Metric(_percentile(theirs, p), n=len(theirs))
        ratio = round(_percentile(added, 50) / _percentile(theirs, 50), 2)
        metrics["overhead_against_litellm"] = Metric(ratio, 1.0, len(theirs), most=True)
    return metrics


def _imports() -> dict[str, Metric]:
    """Whether importing the addon, as each worker of Odoo does, loads the SDK."""
    from house import odoo  # noqa: PLC0415 - only where the house stands

    command = [odoo.interpreter(), "-c", _IMPORT, odoo.addons_path()]
    done = subprocess.run([str(part) for part in command], env=odoo.environment(), cwd=ROOT, capture_output=True,
                          text=True, timeout=120)
    loaded = None
    with contextlib.suppress(StopIteration):  # it said nothing: not measured, and the goal not met
        loaded = next(int(line.split()[1]) for line in done.stdout.splitlines() if line.startswith("LOADED"))
    if loaded is None:
        say(f"  The import failed: {done.stderr.strip().splitlines()[-1:]}")
    return {"import_loads_sdk_modules": Metric(-1 if loaded is None else loaded, 0, most=True)}

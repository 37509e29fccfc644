"""Overhead (issue D4): what the gateway adds to a bare streaming call of the SDK, with the LiteLLM proxy beside it."""

import contextlib
import statistics
import subprocess
import time
from collections.abc import Callable, Mapping

from ..harness import ROOT, Metric, Options, say, table
from . import asking, plain
from .provider import Provider, litellm, standin

# isort: split
from l10n_cl_ai.llm.asked import Asked
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
        contestants = {"bare SDK": _bare(engine, plan, provider), "gateway": _ours(engine, plan)}
        if proxy:
            contestants["LiteLLM"] = _bare(engine, plan, proxy)
        times = _interleaved(contestants, asking.documents(options.seed, WARM + CALLS))
        phases = plain.query(dsn, "SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY admit_ms), percentile_cont(0.5)"
                                  " WITHIN GROUP (ORDER BY settle_ms) FROM l10n_cl_ai_request")[0]
    _show(times, phases)
    return _metrics(times) | _imports()


def _bare(engine: Gateway, plan: Plan, provider: Provider) -> Callable[[str], None]:
    """The SDK alone with the very same request, one client and its connection kept."""
    import anthropic  # noqa: PLC0415 - a second, only where it is measured
    import httpx2  # noqa: PLC0415

    http = anthropic.DefaultHttpxClient(follow_redirects=False, transport=httpx2.HTTPTransport())
    client = anthropic.Anthropic(api_key=provider.key, base_url=provider.url, max_retries=0, http_client=http)

    def ask(document: str) -> None:
        call = engine._call_of(Asked(asking.question(document), plan), MODEL)
        start = time.perf_counter()
        with client.messages.create(**body(call), stream=True) as stream:
            last = [event.type for event in stream][-1]
        ask.seconds = time.perf_counter() - start
        if last != "message_stop":
            raise RuntimeError(f"an answer ended with {last}")

    return ask


def _ours(engine: Gateway, plan: Plan) -> Callable[[str], None]:
    def ask(document: str) -> None:
        question = asking.question(document)
        start = time.perf_counter()
        answer = engine.ask(question, plan)
        ask.seconds = time.perf_counter() - start
        if answer.status != "answered":
            raise RuntimeError(f"the gateway did not ask: {answer.reason} {answer.detail}")

    return ask


def _interleaved(contestants: Mapping[str, Callable[[str], None]], documents: list[str]) -> dict[str, list[float]]:
    """Ask every question of each in turn, beginning with another each time; return ms by contestant."""
    times: dict[str, list[float]] = {name: [] for name in contestants}
    names = list(contestants)
    for number, document in enumerate(documents):
        first = number % len(names)
        for name in names[first:] + names[:first]:
            contestants[name](document)
            if number >= WARM:
                times[name].append(contestants[name].seconds * 1000)
    return times


def _added(times: Mapping[str, list[float]], name: str) -> list[float]:
    """What each question took longer than the bare SDK took for the same one a moment before or after (ms)."""
    return [mine - bare for mine, bare in zip(times[name], times["bare SDK"], strict=True)]


def _percentile(values: list[float], percent: int) -> float:
    return round(statistics.quantiles(values, n=100, method="inclusive")[percent - 1], 2)


def _show(times: Mapping[str, list[float]], phases: tuple) -> None:
    rows = []
    for name, values in times.items():
        added = _added(times, name)
        rows.append((name, *(_percentile(values, p) for p in (50, 95, 99)),
                     *(("", "", "") if name == "bare SDK" else (_percentile(added, p) for p in (50, 95, 99)))))
    table(f"{CALLS} different questions, one at a time, ms by the clock, question by question in turn",
          ("", "p50", "p95", "p99", "added p50", "added p95", "added p99"), rows)
    say(f"  The gateway's own clock: admit {phases[0]:.2f} ms, settle {phases[1]:.2f} ms (medians).")
    say("  LiteLLM as it comes, without a database: no budget, no ledger, no cache."
        if "LiteLLM" in times else "  LiteLLM: not at hand.")


def _metrics(times: Mapping[str, list[float]]) -> dict[str, Metric]:
    added = _added(times, "gateway")
    bare = {f"bare_p{p}_ms": _percentile(times["bare SDK"], p) for p in (50, 95)}
    metrics = {
        "overhead_p50_ms": Metric(_percentile(added, 50), P50, len(added), most=True, more=bare),
        "overhead_p95_ms": Metric(_percentile(added, 95), P95, len(added), most=True),
    }
    if "LiteLLM" in times:
        theirs = _added(times, "LiteLLM")
        metrics |= {
            f"overhead_litellm_p{p}_ms": Metric(_percentile(theirs, p), n=len(theirs)) for p in (50, 95)
        }
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

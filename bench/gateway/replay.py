"""The old workload replayed (issue D6): who pays how often for one question."""

import random
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from decimal import Decimal

from ..harness import Metric, Options, say, table
from . import asking, plain
from .old_service import MODEL as OLD_MODEL
from .old_service import OldService
from .provider import Provider, standin

# isort: split
from l10n_cl_ai.llm.plan import ModelSpec

CHECKS, REPEATS, OPENS, WORKERS = 2000, 0.6, 3, 8
#: What every contestant is answered: the tokens of an answer are the model's affair, not the gateway's.
ANSWER = {"confidence": 88, "warnings": ["Conviene revisar la glosa de la primera línea."], "errors": [],
          "recommendation": "review"}
SHIPPED = ModelSpec("claude-haiku-5-5", effort="medium")
GOAL = 40


@dataclass(frozen=True)
class Played:
    """What a replay came to, by the provider's own books."""

    calls: int
    tokens: int
    usd: Decimal
    failed: int
    seconds: float


def replay(options: Options) -> dict[str, Metric]:
    """Replay the same checks by the old service, without and with its cache, and by the gateway."""
    distinct, opens = _workload(options.seed)
    with standin() as provider, plain.database() as dsn:
        played = {
            "old service": _play(provider, opens, OldService(provider, keeps=False).ask),
            "old service, its cache": _play(provider, opens, OldService(provider, keeps=True).ask),
            "gateway, same model": _play(provider, opens, _asker(dsn, provider, ModelSpec(OLD_MODEL), 1)),
            "gateway as shipped": _play(provider, opens, _asker(dsn, provider, SHIPPED, 2)),
        }
        ledger = plain.query(dsn, "SELECT company_id, sum(cost), sum(input_tokens + output_tokens + cache_read_tokens"
                                  " + cache_write_5m_tokens + cache_write_1h_tokens), count(*) FILTER (WHERE"
                                  " status = 'cached') FROM l10n_cl_ai_request GROUP BY 1 ORDER BY 1")
    _show(played, distinct, len(opens))
    return _metrics(played, distinct, len(opens), ledger)


def _workload(seed: int) -> tuple[int, list[str]]:
    """Return the number of different documents, and every opening of a wizard in the order they happen."""
    chance = random.Random(seed)
    fresh = asking.documents(seed, round(CHECKS * (1 - REPEATS)))
    distinct = len(set(fresh))
    kinds = [True] * len(fresh) + [False] * (CHECKS - len(fresh))
    chance.shuffle(kinds)
    kinds.remove(True)
    checks = [fresh.pop()]  # the first can't be a repeat
    for is_fresh in kinds:
        checks.append(fresh.pop() if is_fresh else chance.choice(checks))
    return distinct, [document for document in checks for _ in range(OPENS)]


def _asker(dsn: str, provider: Provider, model: ModelSpec, company: int) -> Callable[[str], bool]:
    engine, plan = asking.gateway(dsn), asking.plan(provider, model, company)
    return lambda document: engine.ask(asking.question(document), plan).evaluated


def _play(provider: Provider, opens: list[str], ask: Callable[[str], bool]) -> Played:
    """Let as many people as there are workers open wizards, one after the other."""
    provider.reset()
    provider.script(answer=ANSWER)
    start = time.monotonic()
    with ThreadPoolExecutor(WORKERS) as pool:
        failed = sum(not answered for answered in pool.map(ask, opens))
    seconds, bill = time.monotonic() - start, provider.bill()
    if not bill["done"]:
        raise RuntimeError("the stand-in is still answering: its bill is not final")
    tokens = sum(number for name, number in bill["usage"].items() if name != "thinking")  # part of the output
    return Played(bill["calls"].get("messages", 0), tokens, Decimal(bill["usd"]), failed, seconds)


def _saved(part: Decimal | int, whole: Decimal | int) -> float:
    return round(100 * (1 - float(part / whole)), 1)


def _show(played: dict[str, Played], distinct: int, opens: int) -> None:
    base = played["old service"]
    table(
        f"{CHECKS:,} checks, {REPEATS:.0%} of them repeats, each opened {OPENS} times = {opens:,} asks of {distinct} "
        f"different questions, {WORKERS} at once",
        ("", "calls", "tokens", "USD", "USD saved", "not answered", "s"),
        ((name, f"{p.calls:,}", f"{p.tokens:,}", f"{p.usd:.4f}", f"{_saved(p.usd, base.usd)} %", p.failed,
          f"{p.seconds:.0f}") for name, p in played.items()),
    )
    say("  Calls are exact. Tokens are the stand-in's own count of equal answers, at the providers' prices of today.")


def _metrics(played: dict[str, Played], distinct: int, opens: int, ledger: list[tuple]) -> dict[str, Metric]:
    old, kept = played["old service"], played["old service, its cache"]
    same, shipped = played["gateway, same model"], played["gateway as shipped"]
    ours = (same, shipped)
    return {
        "replay_calls_beyond_distinct": Metric(
            max(abs(p.calls - distinct) for p in ours), 0, opens, most=True,
            more={"distinct": distinct, "old": old.calls, "old_cached": kept.calls}),
        "replay_not_answered": Metric(sum(p.failed for p in ours), 0, 2 * opens, most=True),
        "replay_tokens_saved_percent": Metric(_saved(same.tokens, old.tokens), GOAL, opens),
        "replay_usd_saved_percent": Metric(_saved(shipped.usd, old.usd), GOAL, opens, more={
            "same_model": _saved(same.usd, old.usd), "against_its_cache": _saved(shipped.usd, kept.usd),
            "same_model_against_its_cache": _saved(same.usd, kept.usd)}),
        "replay_ledger_off_by_usd": Metric(
            float(sum(abs(Decimal(row[1]) - p.usd) for row, p in zip(ledger, ours, strict=True))), 0, opens, most=True),
        "replay_ledger_off_by_tokens": Metric(
            sum(abs(int(row[2]) - p.tokens) for row, p in zip(ledger, ours, strict=True)), 0, opens, most=True,
            more={"cached_rows": sum(row[3] for row in ledger)}),
    }

"""10,000 posted invoices: rules for all, the AI only where it can add; beside a call for each, as it used to be."""

import time
from collections.abc import Sequence
from decimal import Decimal

from ..gateway.old_service import OldService
from ..harness import Metric, Options, say, table
from . import shell

# isort: split
import standin

#: Invoices; customers, each with invoices of one kind; share of invoices that sell something new (an assumption, by
#: which the calls grow or shrink); invoices with a budget too small for them, and the budget in USD.
NUMBER, CUSTOMERS, NOVEL, BUDGETED, BUDGET = 10_000, 200, 0.10, 300, 0.01
SAMPLE, SECONDS, TIMEOUT = 500, 900, 2400
#: ms of the rules for an invoice, as the bench of the rules wants it.
RULES_MS = 2.0


def bulk(options: Options) -> dict[str, Metric]:
    """Make the invoices, review them each way, and count by the provider's own books."""
    settings = {
        "number": NUMBER, "templates": CUSTOMERS, "novel": NOVEL, "seed": options.seed, "budget": BUDGET,
        "budgeted": BUDGETED, "sample": SAMPLE, "seconds": SECONDS,
    }  # fmt: skip
    try:
        with standin.running() as server:
            found = shell.run("bulk_shell.py", settings, server, TIMEOUT)
            naive = _naive(server, found.pop("texts"), found["documents"])
    except shell.NotMeasured as why:
        say(f"  10,000 invoices were not measured: {why}")
        return {"bulk_overspend_usd": Metric(None, 0, most=True, more={"skipped": str(why)})}
    _show(found, naive)
    return _metrics(found, naive)


def _naive(server: standin.Standin, texts: Sequence[str], number: int) -> dict:
    """Ask about a sample one by one, as the old service did; return what all of them would come to."""
    server.reset()
    server.script(times=0, answer='{"confidence": 88, "warnings": [], "errors": [], "recommendation": "review"}')
    service, start = OldService(server, keeps=False), time.perf_counter()
    for text in texts:
        service.ask(text)
    seconds, times = time.perf_counter() - start, Decimal(number) / len(texts)
    usage = server.bill
    tokens = usage.prompt + usage.output
    return {"calls": number, "tokens": round(tokens * times), "usd": float(server.cost * times),
            "worked_s": float(Decimal(seconds) * times), "sample": len(texts)}  # fmt: skip


def _show(found: dict, naive: dict) -> None:
    number, queue, batches, budget = found["documents"], found["queue"], found["batches"], found["budget"]
    say(f"  {number:,} invoices of {CUSTOMERS} customers, made in {found['made_s']:.0f} s; {NOVEL:.0%} of them sell "
        f"something new. Rules: {1000 * queue['rules_s'] / number:.2f} ms each, {queue['rules_s']:.0f} s; put into the "
        f"queue: {queue['queued_s']:.0f} s")  # fmt: skip
    rows = [("a call each, as before", naive), ("queue", queue)]
    rows += [("Message Batches", batches)] if batches else []
    table(
        f"Reviewing {number:,} invoices (a call each: {naive['sample']} asked, the rest extrapolated)",
        ("way", "calls", "tokens", "USD", "s by the clock"),
        ((name, f"{way['calls']:,}", f"{way['tokens']:,}", f"{way['usd']:.4f}", f"{way['worked_s']:.0f}")
         for name, way in rows),
    )
    say(f"  Queue: {queue['states']}; asked again for all: {queue['again']} more wait; whole: {queue['whole']}")
    say(f"  Batches: {batches['batches']}, {batches['states']}" if batches else "  This addon has no batches.")
    say(f"  {budget['given']} USD for {BUDGETED} invoices: billed {budget['usd']:.6f}, {budget['calls']} calls, "
        f"{budget['worked_s']:.0f} s; {budget['states']}")  # fmt: skip


def _metrics(found: dict, naive: dict) -> dict[str, Metric]:
    number, queue, budget, batches = found["documents"], found["queue"], found["budget"], found["batches"]
    over = max(0.0, budget["spent"] + budget["reserved"] - budget["limit"], budget["usd"] - budget["given"])
    metrics = {
        "bulk_rules_ms": Metric(round(1000 * queue["rules_s"] / number, 3), RULES_MS, number, most=True),
        "bulk_queue_done": Metric(int(queue["whole"]), 1, number, more={"states": queue["states"]}),
        "bulk_calls": Metric(queue["calls"], n=number, more={"naive": naive["calls"]}),
        "bulk_tokens": Metric(queue["tokens"], n=number, more={"naive": naive["tokens"]}),
        "bulk_usd": Metric(round(queue["usd"], 6), n=number, more={"naive": round(naive["usd"], 4)}),
        "bulk_seconds": Metric(round(queue["worked_s"], 1), n=number, more={
            "naive": round(naive["worked_s"], 1), "queueing": round(queue["queued_s"], 1)}),
        "bulk_asked_twice": Metric(queue["again"], 0, number, most=True),
        "bulk_ledger_off_by_usd": Metric(round(abs(queue["ledger_usd"] - queue["usd"]), 9), 0, number, most=True),
        "bulk_overspend_usd": Metric(round(over, 9), 0, BUDGETED, most=True, more={"calls": budget["calls"]}),
        "bulk_loop_stops": Metric(int(budget["whole"] and budget["calls"] < BUDGETED), 1, BUDGETED),
    }  # fmt: skip
    if batches:
        metrics |= _batch_metrics(queue, batches)
    return metrics


def _batch_metrics(queue: dict, batches: dict) -> dict[str, Metric]:
    return {
        "bulk_batch_usd_of_queue": Metric(
            round(batches["usd"] / queue["usd"], 3) if queue["usd"] else None, 0.6, batches["calls"], most=True,
            more={"usd": round(batches["usd"], 6), "calls": batches["calls"], "tokens": batches["tokens"]}),
        "bulk_batch_done": Metric(
            sum(state == "done" for state, *_rest in batches["batches"]), len(batches["batches"]),
            batches["calls"], more={"seconds": round(batches["worked_s"], 1)}),
    }  # fmt: skip

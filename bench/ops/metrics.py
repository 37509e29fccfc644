"""``/l10n_cl_ai/metrics`` on a ledger of 500,000 rows: how long it takes over HTTP, and whether it tells the ledger."""

import contextlib
import hashlib
import http.client
import os
import secrets
import statistics
import threading
import time
import urllib.parse
import uuid
from collections.abc import Iterator
from decimal import Decimal

from ..gateway import plain
from ..gateway.workers_odoo import Odoo, serving
from ..harness import Metric, Options, say, spread, table
from . import ledger

# isort: split
from l10n_cl_ai.llm.postgres import totals
from l10n_cl_ai.llm.postgres.budget import Budget
from l10n_cl_ai.llm.postgres.ledger import Entry, Settlement
from l10n_cl_ai.llm.question import Status

ROWS = 500_000
#: Rows settled since the cron last ran: a minute of 12,000 questions an hour; and what days without it leave.
TAIL, LONG_TAIL = 200, 20_000
SCRAPES, WORKERS = 200, 2
#: Questions reserved and settled in a round.
PAIRS = 600
METRICS, HEALTH = "/l10n_cl_ai/metrics", "/l10n_cl_ai/health"
#: ms.
P99 = 50.0


def metrics(options: Options) -> dict[str, Metric]:
    with _odoo() as odoo:
        token = _fill(odoo, options.seed)
        scraper = Scraper(odoo, token)
        for _warm in range(6 * WORKERS):
            scraper.scrape()
        times, floor, naive, cpu = [], [], [], {METRICS: [], HEALTH: []}
        for _round in range(options.rounds):
            for path, took in ((METRICS, times), (HEALTH, floor)):
                begun = _cpu(odoo)
                took += [scraper.timed(path) for _n in range(SCRAPES // options.rounds)]
                cpu[path].append((_cpu(odoo) - begun) / (SCRAPES // options.rounds))
            naive.append(_naive(odoo))
        compared, wrong = _compare(odoo, scraper.scrape(), options.verbose)
        beside = _beside(odoo, scraper)
        long_tail = _with_a_long_tail(odoo, scraper, options.seed)
        compared_after, wrong_after = _compare(odoo, scraper.scrape(), options.verbose)
    _show(times, floor, naive, long_tail, scraper)
    say(f"  CPU of Odoo and its database sessions, ms (means of {options.rounds} rounds): "
        + "; ".join(f"{path} {spread(figures)}" for path, figures in cpu.items()))
    return {
        "metrics_scrape_p99_ms": Metric(_p(times, 99), P99, len(times), most=True, more={
            "p50": _p(times, 50), "computing_p50": _p(scraper.server, 50), "health_p50": _p(floor, 50),
            "health_p99": _p(floor, 99), "load": round(os.getloadavg()[0], 1), "cpus": os.cpu_count()}),
        "metrics_scrape_cpu_ms": Metric(spread(cpu[METRICS])["median"], P99, len(times), most=True, more={
            "spread": spread(cpu[METRICS]), "health": spread(cpu[HEALTH])["median"]}),
        "metrics_wrong": Metric(wrong + wrong_after, 0, compared + compared_after, most=True),
        "metrics_against_naive": Metric(round(_p(times, 50) / statistics.median(naive), 4), 0.2, len(naive), most=True),
        "metrics_went_back": Metric(beside["back"], 0, beside["scrapes"], most=True),
        "metrics_long_tail_p50_ms": Metric(_p(long_tail, 50), n=len(long_tail), more={"rows": LONG_TAIL}),
        **_settling(options.rounds),
    }


@contextlib.contextmanager
def _odoo() -> Iterator[Odoo]:
    from house import odoo, postgres  # noqa: PLC0415 - only where the house stands

    with postgres.running() as server, serving(server, odoo.addon_template(server), WORKERS) as served:
        yield served


def _fill(odoo: Odoo, seed: int) -> str:
    """Make the ledger, count all of it but the tail, and set a token; return the token."""
    token = secrets.token_urlsafe(32)
    start = time.monotonic()
    _fill_rows(odoo, **{"first": 1, "upto": ROWS - TAIL, "seed": seed})
    odoo.query(ledger.BESIDE)
    made = time.monotonic()
    _count(odoo)
    counted = time.monotonic()
    _fill_rows(odoo, **{"first": ROWS - TAIL + 1, "upto": ROWS, "seed": seed})
    odoo.query("VACUUM ANALYZE l10n_cl_ai_request")
    odoo.query("INSERT INTO ir_config_parameter (key, value) VALUES ('l10n_cl_ai.metrics_token', %s)",
               hashlib.sha256(token.encode()).hexdigest())
    [(size,)] = odoo.query("SELECT count(*) FROM l10n_cl_ai_total")
    say(f"  {ROWS:,} rows made in {made - start:.0f} s, counted in {counted - made:.0f} s: {size} totals; "
        f"{TAIL} not counted yet, {ledger.RUNNING} under way, {ledger.SWEPT} swept")
    return token


def _fill_rows(odoo: Odoo, **which: int):
    with contextlib.closing(plain.connect(odoo.dsn)) as connection, connection, connection.cursor() as cursor:
        cursor.execute(ledger.FILL, which)


def _count(odoo: Odoo):
    side = plain.door(odoo.dsn)
    try:
        while side.run(totals.COUNT)[0][0] == totals.AT_ONCE:
            continue
    finally:
        side.close()


class Scraper:
    """Prometheus, as far as Odoo sees it. :ivar server: ms that the server says it took"""

    def __init__(self, odoo: Odoo, token: str):
        self._place = urllib.parse.urlsplit(odoo.url).netloc
        self._headers = {"Authorization": f"Bearer {token}"}
        self.server: list[float] = []
        self.size = 0

    def scrape(self, path: str = METRICS) -> str:
        connection = http.client.HTTPConnection(self._place, timeout=60)
        try:
            connection.request("GET", path, headers=self._headers)
            answer = connection.getresponse()
            text = answer.read().decode()
        finally:
            connection.close()
        if answer.status != 200:
            raise RuntimeError(f"a scrape was answered with {answer.status}")
        return text

    def timed(self, path: str = METRICS) -> float:
        """Return the ms of one request, from the connection to the last byte."""
        start = time.perf_counter()
        text = self.scrape(path)
        took = (time.perf_counter() - start) * 1000
        if "scrape_seconds" not in text:
            return took
        self.size = len(text)
        self.server.append(float(text.rsplit("l10n_cl_ai_scrape_seconds ", 1)[1]) * 1000)
        return took


def _naive(odoo: Odoo) -> float:
    """Return the ms that grouping the whole ledger takes; without HTTP, Odoo or text, to its advantage."""
    start = time.perf_counter()
    for query in ledger.NAIVE:
        odoo.query(query)
    return (time.perf_counter() - start) * 1000


def _samples(text: str) -> dict[str, dict[frozenset, Decimal]]:
    """Return {metric: {labels: value}} of a scrape, exactly."""
    from prometheus_client.parser import text_string_to_metric_families  # noqa: PLC0415 - only where it is measured

    found: dict[str, dict[frozenset, Decimal]] = {}
    values = (line.rpartition(" ")[2] for line in text.splitlines() if line and line[0] != "#")
    samples = (sample for family in text_string_to_metric_families(text) for sample in family.samples)
    for sample, value in zip(samples, values, strict=True):
        found.setdefault(sample.name, {})[frozenset(sample.labels.items())] = Decimal(value)
    return found


def _compare(odoo: Odoo, text: str, verbose: bool) -> tuple[int, int]:
    """Return (figures compared with the ledger's own sums, those that differ by anything)."""
    told, compared, wrong = _samples(text), 0, []
    for name, labels, query in ledger.TRUTH:
        seen = set()
        for *values, figure in odoo.query(query):
            wanted = frozenset((label, str(v)) for label, v in zip(labels, values, strict=True) if v is not None)
            # A label that the ledger's sum does not tell apart is added up.
            others = [key for key in told[name] if wanted <= key and _labelled(key, labels) == {k for k, _v in wanted}]
            total = sum(told[name][key] for key in others)
            seen.update(others)
            compared += 1
            if total != Decimal(figure):
                wrong.append((name, sorted(wanted), total, figure))
        if {k for k, v in told[name].items() if v} - seen and "type" not in labels and labels[-1] not in (
            "gen_ai_token_type", "le"):
            wrong.append((name, "told, and not in the ledger", None, None))
    if verbose or wrong:
        for line in wrong[:10]:
            say(f"  differs: {line}")
    return compared, len(wrong)


def _labelled(key: frozenset, labels: tuple) -> set:
    return {label for label, _value in key} & set(labels)


def _beside(odoo: Odoo, scraper: Scraper) -> dict[str, int]:
    """Settle, count and delete while it is scraped; return how many counters went back, in how many scrapes."""
    done, back, scrapes, before = threading.Event(), 0, 0, {}

    def write():
        side = plain.door(odoo.dsn)
        budget = Budget(side)
        for n in range(600):
            entry = Entry(uuid.uuid4(), 1 + n % 3, 2, "chat", model="claude-haiku-5-5")
            budget.reserve(entry, [], Decimal("0.1"), 60)
            budget.settle(entry.token, Settlement(
                Status.ANSWERED, cost=Decimal(n) / 10_000, attempts=1, timings={"call_ms": float(n)}))
        side.close()

    def keep():
        while not done.is_set():
            _count(odoo)
            odoo.query("DELETE FROM l10n_cl_ai_request WHERE id IN (SELECT id FROM l10n_cl_ai_request WHERE counted"
                       " ORDER BY id LIMIT 500)")

    writers = [threading.Thread(target=write) for _n in range(2)]
    keeper = threading.Thread(target=keep)
    [(cost,)] = odoo.query("SELECT sum(amount) FROM l10n_cl_ai_total WHERE kind = 'calls'")
    [(tail,)] = odoo.query("SELECT coalesce(sum(cost), 0) FROM l10n_cl_ai_request WHERE NOT counted"
                           " AND settled_at IS NOT NULL")
    for thread in (*writers, keeper):
        thread.start()
    while any(thread.is_alive() for thread in writers):
        told = {(name, key): value for name, samples in _samples(scraper.scrape()).items() for key, value in
                samples.items() if name.endswith(("_total", "_bucket", "_sum", "_count"))}
        back += sum(told.get(key, -1) < value for key, value in before.items())
        scrapes, before = scrapes + 1, told
    done.set()
    keeper.join()
    spent = sum(_samples(scraper.scrape())["l10n_cl_ai_cost_usd_total"].values())
    if spent != cost + tail + 2 * sum(Decimal(n) / 10_000 for n in range(600)):
        back += 1
        say(f"  after settling, counting and deleting at once the counters say {spent}")
    # What follows compares with the ledger, which has lost rows: both begin anew from what is left.
    odoo.query("TRUNCATE l10n_cl_ai_total, l10n_cl_ai_total_day")
    odoo.query("UPDATE l10n_cl_ai_request SET counted = false WHERE counted")
    _count(odoo)
    return {"back": back, "scrapes": scrapes}


def _with_a_long_tail(odoo: Odoo, scraper: Scraper, seed: int) -> list[float]:
    """Return ms of scrapes while the cron has not run for long."""
    _fill_rows(odoo, **{"first": ROWS + 1, "upto": ROWS + LONG_TAIL, "seed": seed})
    odoo.query("VACUUM ANALYZE l10n_cl_ai_request")
    server, times = list(scraper.server), [scraper.timed() for _n in range(20)]
    scraper.server = server
    return times


def _settling(rounds: int) -> dict[str, Metric]:
    """Measure reserve and settle with and without what counting adds to the ledger, in turn."""
    added = ("l10n_cl_ai_request_uncounted_idx", "l10n_cl_ai_request_swept_idx")
    with plain.database() as dsn:
        side = plain.door(dsn)
        budget, ways = Budget(side), {"with": [], "without": []}
        made = dict(plain.query(dsn, "SELECT indexname, indexdef FROM pg_indexes WHERE indexname = ANY (%s)",
                                list(added)))
        for turn in range(2 * rounds + 2):
            way = ("with", "without")[turn % 2]
            for name in added:
                plain.query(dsn, made[name].replace("INDEX ", "INDEX IF NOT EXISTS ", 1) if way == "with"
                            else f"DROP INDEX IF EXISTS {name}")
            begun = _ticks(*_sessions(dsn))
            for _n in range(PAIRS):
                _pair(budget)
            if turn > 1:  # the first of each warms up
                ways[way].append((_ticks(*_sessions(dsn)) - begun) / PAIRS)
        side.close()
    ratios = [a / b for a, b in zip(ways["with"], ways["without"], strict=True)]
    say(f"  Reserve and settle: {statistics.median(ways['with']):.3f} ms of the session's CPU, without the indexes of "
        f"counting {statistics.median(ways['without']):.3f} ms (medians of {len(ratios)} rounds of {PAIRS})")
    return {"metrics_settling_ratio": Metric(round(statistics.median(ratios), 3), 1.1, PAIRS * len(ratios), most=True,
                                             more={"spread": spread(ratios)})}


def _pair(budget: Budget):
    entry = Entry(uuid.uuid4(), 1, 2, "chat", model="claude-haiku-5-5")
    budget.reserve(entry, [], Decimal("0.1"), 60)
    budget.settle(entry.token, Settlement(Status.ANSWERED, cost=Decimal("0.01"), attempts=1))


def _p(values: list[float], percent: int) -> float:
    return round(statistics.quantiles(values, n=100, method="inclusive")[percent - 1], 2)


def _cpu(odoo: Odoo) -> float:
    """Return the ms of CPU that the workers and their database sessions have used."""
    return _ticks(*odoo.workers(), *_sessions(odoo.dsn))


def _sessions(dsn: str) -> list[int]:
    """Return the processes of a database's sessions."""
    return [pid for (pid,) in plain.query(
        dsn, "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
             " AND backend_type = 'client backend'")]


def _ticks(*pids: int) -> float:
    """Return the ms of CPU that processes of this machine have used, in ticks of 10."""
    total = 0
    for pid in pids:
        with contextlib.suppress(FileNotFoundError), open(f"/proc/{pid}/stat") as stat:
            total += sum(map(int, stat.read().rpartition(")")[2].split()[11:13]))
    return total * 1000 / os.sysconf("SC_CLK_TCK")


def _show(times: list[float], floor: list[float], naive: list[float], long_tail: list[float], scraper: Scraper):
    rows = [
        ("/metrics over HTTP", *(_p(times, p) for p in (50, 95, 99)), len(times)),
        ("of that, computing", *(_p(scraper.server, p) for p in (50, 95, 99)), len(scraper.server)),
        ("/health over HTTP: Odoo's own part", *(_p(floor, p) for p in (50, 95, 99)), len(floor)),
        (f"with {LONG_TAIL:,} rows not counted", *(_p(long_tail, p) for p in (50, 95, 99)), len(long_tail)),
        ("naive: the whole ledger grouped", *(_p(naive, p) for p in (50, 95, 99)), len(naive)),
    ]
    table(f"A scrape on {ROWS:,} rows, {scraper.size:,} bytes, {WORKERS} workers (ms by the clock)",
          ("", "p50", "p95", "p99", "n"), rows)
    say(f"  Load of the machine: {os.getloadavg()[0]:.1f} on {os.cpu_count()} CPUs.")

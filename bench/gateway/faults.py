"""Faults through the gateway (issue D5): all that a provider may do to an answer, to every feature as it is seeded.

The stand-in is a process of its own. Of each fault all features are asked at once, as workers would, each with a user
of its own: by that the provider's calls and the ledger's rows are told apart.
"""

import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Literal

from ..harness import Metric, Options, say, spread, table
from . import asking, plain
from .provider import Provider, standin
from .seeded import seeded

# isort: split
from standin import MODES

from l10n_cl_ai.llm.answers import StrictAnswer
from l10n_cl_ai.llm.gateway import Gateway
from l10n_cl_ai.llm.plan import Plan
from l10n_cl_ai.llm.postgres.budget import Budget, Limit
from l10n_cl_ai.llm.question import Answer, Ask, Data, Reason, Status
from l10n_cl_ai.llm.transport import Call, Outcome, Transport, prepare

#: Nobody listens there; said of a call that gets no further.
NOBODY = "nobody_listens"
#: These never end by themselves: what is measured is our deadline.
HANGING = ("slow", "stream_hang", "trickle")
#: Seconds: enough for a repair or a second attempt where there is something to mend; none to wait for nothing.
DEADLINE, SHORT = 4.0, 1.0
SLACK_MS, _FINAL = 100, 5.0
_SCHEMA = {
    "type": "object",
    "properties": {"verdict": {"type": "string", "enum": ["send", "review"]}, "confidence": {"type": "integer"},
                   "sure": {"type": "boolean"}},
    "required": ["verdict", "confidence", "sure"],
    "additionalProperties": False,
}  # fmt: skip
_RIGHT = {"verdict": "review", "confidence": 88, "sure": True}
_QUESTION = "¿Qué revisa 76.086.428-5 (ventas@ejemplo.cl) en la glosa de este documento?"


class Verdict(StrictAnswer):
    """What a feature with a schema makes of an answer."""

    verdict: Literal["send", "review"]
    confidence: int
    sure: bool


@dataclass
class Cell:
    """One feature asked under one fault.

    :param late_ms: ms after the deadline, below 0 before it
    :param billing: what the transport said of each call
    :param pieces: of text, as they were shown
    """

    mode: str
    plan: Plan
    answer: Answer | None = None
    error: str = ""
    late_ms: float = 0.0
    billing: list[str] = field(default_factory=list)
    pieces: list[str] = field(default_factory=list)
    billed: Decimal = Decimal(0)
    ledger: Decimal = Decimal(0)
    unconfirmed: bool = False

    @property
    def wrong(self) -> bool:
        """Whether it says neither why there is no answer, nor the answer that was given."""
        answer = self.answer
        if answer is None or answer.status is Status.NOT_EVALUATED:
            return answer is None or not isinstance(answer.reason, Reason) or answer.value is not None
        if self.plan.feature == "chat":
            return not answer.value or "".join(self.pieces) != answer.text
        return answer.reason is not None or answer.value != Verdict(**_RIGHT)

    @property
    def miscounted(self) -> bool:
        """Whether the ledger says less than the bill, or more without saying why."""
        uncertain = self.unconfirmed or "counted" in self.billing
        return self.ledger < self.billed or (self.ledger > self.billed and not uncertain)


class _Noting(Transport):
    """Notes of each call how sure its bill is; the ledger keeps only whether it is confirmed."""

    def __init__(self) -> None:
        super().__init__()
        self.billing: dict[str | None, list[str]] = {}

    def call(self, call: Call, **options) -> Outcome:
        outcome = super().call(call, **options)
        self.billing.setdefault(call.user, []).append(outcome.billing)
        return outcome


def faults(_options: Options) -> dict[str, Metric]:
    """Play every fault the stand-in knows, and a provider that is not there, with every seeded feature."""
    features = seeded()
    prepare()
    with standin() as provider, plain.database() as dsn:
        cells = [cell for mode in (*MODES, NOBODY) for cell in _play(dsn, provider, mode, features)]
        _read_ledger(dsn, cells)
        left = _left(dsn)
    _show(cells, features)
    return _metrics(cells, left)


# --- the play ---------------------------------------------------------------------------------------------------------


def _play(dsn: str, provider: Provider, mode: str, features: list[Plan]) -> list[Cell]:
    """Ask all features at once while the provider has this fault; return what became of each."""
    provider.reset()
    if mode != NOBODY:
        provider.script(mode=mode, answer=_RIGHT)
    # Of each fault the provider's own face is to be seen, not that of a breaker that the one before it opened.
    plain.query(dsn, "DELETE FROM l10n_cl_ai_breaker")
    engine = _engine(dsn)
    cells = [Cell(mode, _plan(dsn, provider, mode, feature)) for feature in features]
    with ThreadPoolExecutor(len(cells)) as pool:
        list(pool.map(lambda cell: _ask(engine, cell), cells))
    _read_bill(provider, cells)
    for cell in cells:
        cell.billing = engine.transport.billing.get(cell.plan.user_token, [])
    return cells


def _engine(dsn: str) -> Gateway:
    """Return a gateway as a worker that has just begun has it."""
    return Gateway(asking.gateway(dsn).stores, _Noting())


_users: Counter[str] = Counter()


def _plan(dsn: str, provider: Provider, mode: str, feature: Plan) -> Plan:
    """Return a feature's plan for a user that nobody else asks as."""
    _users[dsn] += 1
    user, here = _users[dsn], asking.plan(provider, feature.models[0])
    own = Limit(10_000 + user, 1, here.day, Decimal(1000), "own")
    return replace(
        feature, user_id=user, user_token=f"{mode}-{feature.feature}", scope=f"user:{user}", day=here.day,
        limits=[*here.limits, own], key=here.key, base_url=here.base_url if mode != NOBODY else _nowhere(),
        deadline=min(feature.deadline, SHORT if mode in HANGING else DEADLINE),
    )


def _nowhere() -> str:
    from house import processes  # noqa: PLC0415 - only where the house stands

    return f"http://127.0.0.1:{processes.free_port()}"


def _ask(engine: Gateway, cell: Cell) -> None:
    ask = _question(cell)
    start = time.perf_counter()
    try:
        cell.answer = engine.ask(ask, cell.plan)
    except Exception as error:  # noqa: BLE001 - this is what is counted
        cell.error = f"{type(error).__name__}: {error}"[:200]
    cell.late_ms = (time.perf_counter() - start - cell.plan.deadline) * 1000


def _question(cell: Cell) -> Ask:
    """Return what the feature asks: a dialogue that streams for the chat, else a value by schema."""
    content = ("Responde.", Data("text", _QUESTION))
    if cell.plan.feature != "chat":
        return Ask(cell.plan.feature, [asking.SYSTEM], content, schema=_SCHEMA, parse=Verdict.from_json)
    turns = ({"role": "user", "content": "Hola"}, {"role": "assistant", "content": "Buenos días."})
    return Ask("chat", [asking.SYSTEM], content, messages=turns, on_text=cell.pieces.append)


# --- the books --------------------------------------------------------------------------------------------------------


def _read_bill(provider: Provider, cells: list[Cell]) -> None:
    """Wait until nothing is being answered any more; give each cell what the provider charges for it."""
    end = time.monotonic() + _FINAL
    calls = provider.calls()
    while not all(call["done"] for call in calls):
        if time.monotonic() > end:
            raise RuntimeError("the stand-in is still answering: its bill is not final")
        time.sleep(0.02)
        calls = provider.calls()
    bill: Counter[str] = Counter()
    for call in calls:
        bill[((call["body"] or {}).get("metadata") or {}).get("user_id", "")] += Decimal(call["cost"])
    for cell in cells:
        cell.billed = Decimal(bill[cell.plan.user_token])
    if sum(bill.values()) != sum(cell.billed for cell in cells):
        raise RuntimeError("the stand-in billed a call that is nobody's")


def _read_ledger(dsn: str, cells: list[Cell]) -> None:
    rows = plain.query(dsn, "SELECT user_id, sum(cost), bool_or(unconfirmed) FROM l10n_cl_ai_request GROUP BY 1")
    books = {user: books for user, *books in rows}
    for cell in cells:
        cell.ledger, cell.unconfirmed = books[cell.plan.user_id]


def _left(dsn: str) -> dict[str, int]:
    """Return what should not be there when nobody asks any more."""
    counts = {
        "running": "l10n_cl_ai_request WHERE state = 'running'",
        "reserved": "l10n_cl_ai_budget_counter WHERE reserved <> 0",
        "flights": "l10n_cl_ai_flight",
    }
    left = {name: plain.query(dsn, f"SELECT count(*) FROM {what}")[0][0] for name, what in counts.items()}
    door = plain.door(dsn)
    left["audit"] = len(Budget(door).audit())
    door.close()
    return left


# --- the figures ------------------------------------------------------------------------------------------------------


def _show(cells: list[Cell], features: list[Plan]) -> None:
    modes = {mode: [cell for cell in cells if cell.mode == mode] for mode in dict.fromkeys(cell.mode for cell in cells)}
    table(
        f"{len(modes)} faults of the provider, each with {len(features)} features: "
        + ", ".join(plan.feature for plan in features),
        ("fault", "came of it", "billing", "calls billed", "billed USD", "ledger USD", "latest"),
        ((mode, _counts(_word(cell) for cell in group), _counts(set().union(*(cell.billing for cell in group))),
          sum(len(cell.billing) for cell in group), f"{sum(c.billed for c in group):.6f}",
          f"{sum(c.ledger for c in group):.6f}", f"{max(cell.late_ms for cell in group):+.0f} ms")
         for mode, group in modes.items()),
    )
    for cell in cells:
        if cell.error or cell.wrong or cell.miscounted or cell.late_ms > SLACK_MS:
            say(f"  {cell.mode} × {cell.plan.feature}: {cell.error or _word(cell)}, {cell.late_ms:+.0f} ms, billed "
                f"{cell.billed}, ledger {cell.ledger} {cell.billing}{' unconfirmed' * cell.unconfirmed}")


def _word(cell: Cell) -> str:
    if cell.answer is None:
        return "TRACEBACK"
    return f"{'WRONG ' * cell.wrong}{cell.answer.reason or cell.answer.status}"


def _counts(words) -> str:
    return ", ".join(f"{word} {number}" if number > 1 else word for word, number in Counter(words).most_common())


def _metrics(cells: list[Cell], left: dict[str, int]) -> dict[str, Metric]:
    late = [max(0.0, cell.late_ms) for cell in cells]
    n = len(cells)
    over = [cell.ledger - cell.billed for cell in cells if cell.ledger > cell.billed]
    return {
        "faults_gateway_exceptions": Metric(sum(bool(cell.error) for cell in cells), 0, n, most=True),
        "faults_gateway_wrong": Metric(sum(cell.wrong for cell in cells), 0, n, most=True, more={
            "faults": len({cell.mode for cell in cells}), "features": len({cell.plan.feature for cell in cells})}),
        "faults_gateway_over_deadline_ms": Metric(round(max(late), 1), SLACK_MS, n, most=True, more={
            **spread(late), "hanging": spread([c.late_ms for c in cells if c.mode in HANGING])}),
        "faults_gateway_miscounted": Metric(sum(cell.miscounted for cell in cells), 0, n, most=True, more={
            "above_and_said_so": len(over), "usd_above": float(sum(over))}),
        "faults_gateway_leaked": Metric(sum(left.values()), 0, n, most=True, more=left),
    }

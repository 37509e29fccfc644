"""Offline: do the counters, their every version, the ledger and what each process remembers tell one story?"""

import pathlib
from collections import Counter
from dataclasses import dataclass, field
from decimal import Decimal

from . import plain

#: Every version of every counter, in the order in which its row was written.
CHRONICLE = """
CREATE TABLE chronicle (seq bigserial PRIMARY KEY, counter integer, spent numeric, reserved numeric, limit_usd numeric);
CREATE FUNCTION chronicle() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    INSERT INTO chronicle (counter, spent, reserved, limit_usd)
    VALUES (NEW.id, NEW.spent, NEW.reserved, NEW.limit_usd);
    RETURN NULL;
END $$;
CREATE TRIGGER chronicle AFTER INSERT OR UPDATE ON l10n_cl_ai_budget_counter
    FOR EACH ROW EXECUTE FUNCTION chronicle();
"""


@dataclass
class Memory:
    """What the processes remember of one token."""

    usd: Decimal
    outcome: str = ""
    tried: set[Decimal] = field(default_factory=set)
    booked: list[Decimal] = field(default_factory=list)


@dataclass
class Verdict:
    """:param overspend: USD above the limit at the worst moment
    :param difference: USD between counters and ledger
    :param leaked: USD still reserved
    """

    versions: int
    overspend: Decimal
    difference: Decimal
    leaked: Decimal
    rows: Counter
    acts: Counter
    contradictions: list[str]


def judge(dsn: str, folder: str) -> Verdict:
    """Judge the state of a database after a run whose histories lie in ``folder``."""
    versions, overspend = plain.query(
        dsn, "SELECT count(*), coalesce(max(greatest(spent + reserved - limit_usd, 0)), 0) FROM chronicle")[0]
    memories, acts = recall(folder)
    rows = plain.query(
        dsn, "SELECT token, state, reserved::text, cost::text, swept_at IS NOT NULL, settled_at IS NOT NULL,"
        " unconfirmed, counter_ids FROM l10n_cl_ai_request")
    counters = plain.query(dsn, "SELECT id, spent::text, reserved::text FROM l10n_cl_ai_budget_counter")
    kinds = Counter(("settled late" if swept else "settled") if settled else "swept" if swept else state
                    for _token, state, _usd, _cost, swept, settled, *_more in rows)
    return Verdict(
        versions, Decimal(overspend), _difference(rows, counters),
        sum((Decimal(reserved) for _id, _spent, reserved in counters), Decimal(0)),
        kinds, acts, list(_contradictions(rows, memories)),
    )


def recall(folder: str) -> tuple[dict[str, Memory], Counter]:
    """Read the histories; return what they say of each token, and how often each thing was done."""
    memories, acts = {}, Counter()
    for path in sorted(pathlib.Path(folder).iterdir()):
        for line in path.read_text().splitlines():
            act, *words = line.split()
            acts[line if act == "error" else act] += 1
            if act == "reserve":
                memories[words[0]] = Memory(Decimal(words[1]))
            elif act in ("reserved", "denied"):
                memories[words[0]].outcome = act
            elif act == "settle":
                memories[words[0]].tried.add(Decimal(words[1]))
            elif act == "settled" and words[2] == "1":
                memories[words[0]].booked.append(Decimal(words[1]))
    return memories, acts


def _difference(rows, counters) -> Decimal:
    """Return the sum of what counters say spent above or below their rows of the ledger, to the last decimal."""
    ledger = Counter()
    for *_row, cost, _swept, _settled, _unconfirmed, counter_ids in rows:
        for counter in counter_ids:
            ledger[counter] += Decimal(cost)
    return sum((abs(Decimal(spent) - ledger[counter]) for counter, spent, _reserved in counters), Decimal(0))


def _contradictions(rows, memories):
    known = set()
    for token, state, reserved, cost, swept, settled, unconfirmed, _counters in rows:
        known.add(token)
        memory = memories.get(token)
        if memory is None or memory.outcome == "denied":
            yield f"{token}: in the ledger, but never admitted"
        elif state != "done":
            yield f"{token}: still {state}"
        elif Decimal(reserved) != memory.usd:
            yield f"{token}: {reserved} reserved, {memory.usd} asked"
        else:
            yield from _cost(token, Decimal(cost), swept, settled, unconfirmed, memory)
    for token, memory in memories.items():
        if memory.outcome == "reserved" and token not in known:
            yield f"{token}: admitted, but not in the ledger"


def _cost(token, cost, swept, settled, unconfirmed, memory):
    """Say what is wrong with what a row was charged."""
    if len(memory.booked) > 1:
        yield f"{token}: settled {len(memory.booked)} times"
    if memory.booked and (not settled or cost != memory.booked[0]):
        yield f"{token}: booked at {cost}, but {memory.booked[0]} was confirmed"
    if settled and (cost not in memory.tried or unconfirmed):
        yield f"{token}: booked at {cost}, which nobody said"
    if not settled and (not swept or cost != memory.usd or not unconfirmed):
        yield f"{token}: not settled, and charged {cost} in place of {memory.usd}"

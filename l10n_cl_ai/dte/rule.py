"""What a rule is, what it finds, and how strongly.

Two axes, as the SII itself draws them (Formato DTE v2.5, §2.2): what the SII does with such a
document, and what we do about it before it is sent.
"""

import datetime
import enum
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from .document import Document
from .message import Message
from .node import Hit
from .types import ALL


class SiiEffect(enum.StrEnum):
    """What the SII answers to a document with this finding."""

    REJECT = "reject"
    REPARO = "reparo"
    NONE = "none"


class Action(enum.StrEnum):
    """What we advise before sending: stop, look, or know."""

    BLOCK = "block"
    WARN = "warn"
    INFO = "info"

    @property
    def weight(self) -> int:
        """2 for block, 1 for warn, 0 for info."""
        return {"block": 2, "warn": 1, "info": 0}[self.value]


class Basis(enum.StrEnum):
    """Where a rule's authority comes from. Only ``SII`` may be shown as the SII's word."""

    SII = "sii"
    LAW = "law"
    FIELD = "field"
    INFERRED = "inferred"


@dataclass(frozen=True, slots=True)
class Rule:
    """One check and its facts.

    :param id: the catalogue's name, letter and two digits
    :param title: what is checked, in a few words
    :param why: default explanation; may hold %(found)s, %(expected)s, %(path)s
    :param types: DTE types it applies to
    :param effect: the SII's answer
    :param action: our advice, which a company may change
    :param source: norm and place in it
    :param basis: whether the source is the SII's text, the law, field reports or our inference
    :param likely_sii_code: detail code seen in SII answers (field reports; never official)
    :param needs: members of Context without which the rule can't speak
    :param since: first issue date it applies to
    :param until: last issue date it applies to
    :param fix: name of the correction that Odoo can offer
    """

    id: str
    title: Message
    why: Message
    types: frozenset[int]
    effect: SiiEffect
    action: Action
    source: str
    basis: Basis
    check: Callable[[Document], Iterable[Hit]]
    module: str
    likely_sii_code: str | None = None
    needs: frozenset[str] = frozenset()
    xml_only: bool = False
    since: datetime.date | None = None
    until: datetime.date | None = None
    fix: str | None = None

    def applies_on(self, day: datetime.date | None) -> bool:
        """Whether the rule was in force on an issue date; an unknown date counts as today's rules."""
        if day is None:
            return self.until is None
        return (self.since is None or day >= self.since) and (self.until is None or day <= self.until)


@dataclass(frozen=True, slots=True)
class Finding:
    """What one rule has against one place of one document."""

    rule: str
    sii_effect: SiiEffect
    action: Action
    path: str
    found: str | None
    expected: str | None
    message: Message
    source: str
    basis: Basis
    likely_sii_code: str | None
    fix: str | None


@dataclass(slots=True)
class Report:
    """The outcome for one document.

    ``not_evaluated`` maps a rule's id to what was missing for it. A report without findings says
    "nothing found by the rules that could be evaluated", never more.
    """

    type: int | None
    folio: int | None
    issuer: str | None
    findings: list[Finding] = field(default_factory=list)
    not_evaluated: dict[str, str] = field(default_factory=dict)

    @property
    def worst(self) -> Action | None:
        """The strongest action among the findings, None where there is none."""
        return max((f.action for f in self.findings), key=lambda action: action.weight, default=None)


RULES: dict[str, Rule] = {}


def rule(
    rule_id: str,
    *,
    title: Message,
    source: str,
    effect: SiiEffect,
    action: Action,
    why: Message | None = None,
    types: Iterable[int] = ALL,
    basis: Basis = Basis.SII,
    likely_sii_code: str | None = None,
    needs: Iterable[str] = (),
    xml_only: bool = False,
    since: datetime.date | None = None,
    until: datetime.date | None = None,
    fix: str | None = None,
) -> Callable:
    """Register a function as a rule; see :class:`Rule` for the parameters.

    The function takes a Document and yields what ``node.wrong(…)`` returns. It may read whatever it
    likes: an unknown field makes the rule "not evaluated". It raises ValueError on a taken id.
    """

    def register(check: Callable[[Document], Iterable[Hit]]):
        if rule_id in RULES:
            raise ValueError(f"Rule {rule_id} exists already ({RULES[rule_id].check.__qualname__})")
        RULES[rule_id] = Rule(
            id=rule_id, title=title, why=why or title, types=frozenset(types), effect=effect,
            action=action, source=source, basis=basis, check=check, module=check.__module__,
            likely_sii_code=likely_sii_code, needs=frozenset(needs), xml_only=xml_only,
            since=since, until=until, fix=fix,
        )
        _changed()
        return check

    return register


#: Called when the set of rules changes, so that plans made from it are made again.
_listeners: list[Callable[[], None]] = []


def _changed() -> None:
    for listener in _listeners:
        listener()


def on_change(listener: Callable[[], None]) -> None:
    _listeners.append(listener)

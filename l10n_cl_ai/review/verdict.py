"""What to do with a document: recommendation and confidence, from rules, AI and history.

The recommendation is the first of these that holds:

==================  ===============  ===============================================================
signal              recommendation   when
==================  ===============  ===============================================================
``rules_failed``    not_evaluated    the rules themselves could not be run
``rules_block``     reject           a rule blocks; no answer of the AI changes that
``rules_warn``      review           a rule warns
``ai_warn``         review           the AI warns, with a quote
``unanswered``      not_evaluated    the rules found nothing and the AI, to be asked, gave no answer
``vouched``         send             the rules found nothing, and every line went well before: AI not asked
``clean``           send             rules and AI found nothing that warns
==================  ===============  ===============================================================

*Send* becomes *review* where experience says that such a document is as likely to come back as not.

The confidence is the chance, in percent, that the document goes through without reject, reparo or claim. It starts from
the table :data:`PRIOR`, is moved by what became of the company's documents with the same signal (as if the table were
twenty documents), and then by what became of this customer's (as if that were ten). With no outcome recorded it is the
table's own figure, which is our estimate and says so nowhere else.
"""

import enum
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ..dte.rule import Action
from .answer import Remark
from .history import History


class Signal(enum.StrEnum):
    """What was known of a document when it was judged."""

    RULES_FAILED = "rules_failed"
    RULES_BLOCK = "rules_block"
    RULES_WARN = "rules_warn"
    AI_WARN = "ai_warn"
    UNANSWERED = "unanswered"
    VOUCHED = "vouched"
    CLEAN = "clean"


class Recommendation(enum.StrEnum):
    """What we advise; the first three are the old service's words."""

    SEND = "send"
    REVIEW = "review"
    REJECT = "reject"
    NOT_EVALUATED = "not_evaluated"


#: Chance to go through, by signal, before anything is recorded: what outweighs another is never likelier than it.
PRIOR: Mapping[Signal, float] = {
    Signal.RULES_FAILED: 0.5, Signal.RULES_BLOCK: 0.05, Signal.RULES_WARN: 0.7, Signal.AI_WARN: 0.75,
    Signal.UNANSWERED: 0.9, Signal.VOUCHED: 0.97, Signal.CLEAN: 0.97,
}  # fmt: skip
#: How many documents the table, and the company's experience, weigh against recorded outcomes.
_WEIGHT_TABLE, _WEIGHT_COMPANY = 20, 10
#: Below this chance nothing is recommended to be sent.
_EVEN = 0.5

_ADVICE = {
    Signal.RULES_FAILED: Recommendation.NOT_EVALUATED, Signal.RULES_BLOCK: Recommendation.REJECT,
    Signal.RULES_WARN: Recommendation.REVIEW, Signal.AI_WARN: Recommendation.REVIEW,
    Signal.UNANSWERED: Recommendation.NOT_EVALUATED, Signal.VOUCHED: Recommendation.SEND,
    Signal.CLEAN: Recommendation.SEND,
}  # fmt: skip


@dataclass(frozen=True)
class Verdict:
    """What to do with a document.

    :param confidence: percent, that it goes through; None where nothing was judged
    """

    recommendation: Recommendation
    confidence: int | None
    signal: Signal


def signal_of(worst: Action | None, remarks: Sequence[Remark] | None, vouched: bool, failed: bool = False) -> Signal:
    """Return what is known of a document.

    :param worst: the gravest of the rules' findings
    :param remarks: of the AI; None where it did not answer
    :param vouched: it was not asked, as history vouches for the document
    :param failed: the rules could not be run
    """
    if failed:
        return Signal.RULES_FAILED
    if worst is Action.BLOCK:
        return Signal.RULES_BLOCK
    if worst is Action.WARN:
        return Signal.RULES_WARN
    if remarks is None:
        return Signal.VOUCHED if vouched else Signal.UNANSWERED
    return Signal.AI_WARN if any(remark.action is Action.WARN for remark in remarks) else Signal.CLEAN


def judge(
    signal: Signal,
    history: History | None = None,
    recorded: Mapping[Signal, tuple[int, int]] | None = None,
) -> Verdict:
    """Return recommendation and confidence.

    :param history: with this customer
    :param recorded: {signal: (went through, judged)} of the company's documents whose outcome is known
    """
    went, judged = (recorded or {}).get(signal, (0, 0))
    chance = _moved(PRIOR[signal], _WEIGHT_TABLE, went, judged)
    if history is not None:
        chance = _moved(chance, _WEIGHT_COMPANY, history.accepted, history.accepted + history.troubles)
    advice = _ADVICE[signal]
    if advice is Recommendation.SEND and chance <= _EVEN:
        advice = Recommendation.REVIEW
    return Verdict(advice, None if signal is Signal.RULES_FAILED else round(100 * chance), signal)


def _moved(chance: float, weight: int, went: int, judged: int) -> float:
    return (chance * weight + went) / (weight + judged)

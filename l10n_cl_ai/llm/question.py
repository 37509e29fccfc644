"""What a feature asks the gateway, and what it gets back."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from typing import Any

from .cost import Usage


class Status(StrEnum):
    """How an ask ended."""

    ANSWERED = "answered"
    CACHED = "cached"
    NOT_EVALUATED = "not_evaluated"


class Reason(StrEnum):
    """Why a question was not evaluated: the complete list (DESIGN §2)."""

    DISABLED = "disabled"
    NO_KEY = "no_key"
    RATE_LIMITED = "rate_limited"
    OVER_BUDGET = "over_budget"
    BREAKER_OPEN = "breaker_open"
    DEADLINE = "deadline"
    OVERLOADED = "overloaded"
    REFUSED = "refused"
    TRUNCATED = "truncated"
    INVALID_ANSWER = "invalid_answer"
    TOO_LARGE = "too_large"
    AUTH = "auth"
    BAD_MODEL = "bad_model"
    UNREACHABLE = "unreachable"


@dataclass(frozen=True)
class Data:
    """Untrusted text of the user turn: wrapped and labelled, so that it is read as data and not as orders.

    :param label: what it is, in a word the model reads (``document``, ``history``)
    """

    label: str
    text: str


@dataclass(frozen=True)
class Private:
    """A text that must not leave as it is: ``kind`` names its pseudonym (``name``, ``address``)."""

    kind: str
    text: str


@dataclass(frozen=True)
class Ask:
    """One question to one feature.

    :param feature: code of the ``l10n_cl_ai.feature``
    :param system: stable texts, byte-identical between calls, so that the provider caches them
    :param content: the user turn: instructions (str) and untrusted :class:`Data`
    :param messages: earlier turns of a dialogue, raw blocks; a dialogue turn is never cached
    :param thread: the dialogue this is a turn of, in place of ``messages``: it is sent again as it was sent before.
        ``content`` may then hold blocks (results of tools) as well
    :param tools: tool definitions; an ask with tools is never cached
    :param schema: JSON schema of the answer, written by hand; None for free text
    :param parse: JSON value (or text) -> the feature's own object; raises ValueError with what is wrong,
        in words for the model; :class:`Abstained` when the model said it does not know
    :param record: the record asked about (Odoo only); its partners' names are masked, its id is in the ledger
    :param private: further texts to mask
    :param deadline: seconds for everything, waiting and repair included
    :param scope: whom a cached answer may serve, beside the company ("" = the feature's own setting)
    :param version: of what the question rests on (rule set, knowledge base): part of the cache key
    :param on_text: called with each piece of answer text as it streams, pseudonyms restored; with the whole of a
        cached one. Once a piece was shown, no second call mends the answer
    :param stop: a :class:`transport.Stop` by which another thread ends the call
    :param parent_id: row of the ledger that this question follows on: the turn before it
    """

    feature: str
    system: Sequence[str] = ()
    content: Sequence[str | Data | Mapping[str, Any]] = ()
    messages: Sequence[Mapping[str, Any]] = ()
    thread: Any = None
    tools: Sequence[Mapping[str, Any]] = ()
    schema: Mapping[str, Any] | None = None
    parse: Callable[[Any], Any] | None = None
    record: Any = None
    private: Sequence[Private] = ()
    deadline: float | None = None
    max_tokens: int | None = None
    scope: str = ""
    version: str = ""
    on_text: Callable[[str], None] | None = None
    stop: Any = None
    parent_id: int | None = None


class Abstained(ValueError):
    """The model answered, well-formed, that it does not know: the escalation model may.

    :param value: what the feature makes of such an answer, if anything
    """

    def __init__(self, message: str = "", value: Any = None):
        super().__init__(message)
        self.value = value


@dataclass(frozen=True)
class Answer:
    """What came of an ask.

    :param value: what ``parse`` returned (the text itself without schema or parse); None if not evaluated
    :param abstained: the model said that it does not know; ``value`` is then what the feature makes of that
    :param text: the answer's text, pseudonyms restored; also what had arrived of a stopped answer
    :param blocks: the content blocks, pseudonyms restored
    :param received: the content blocks as they came, for a thread to keep
    :param sent: the user turn as it was sent, masked, for a thread to keep
    :param usage: tokens of the last call
    :param retry_after: seconds after which asking again may work, where known
    :param cost: USD of this ask, repairs and escalation included
    :param request_id: ``l10n_cl_ai.request`` of the ledger
    :param figures: ms of each phase, for people
    """

    status: Status
    reason: Reason | None = None
    value: Any = None
    text: str = ""
    request_id: int | None = None
    cost: Decimal = Decimal(0)
    abstained: bool = False
    stopped: bool = False
    blocks: Sequence[Mapping[str, Any]] = ()
    received: Sequence[Mapping[str, Any]] = ()
    sent: Mapping[str, Any] | None = None
    usage: Usage = field(default_factory=Usage)
    stop_reason: str | None = None
    retry_after: float | None = None
    detail: str = ""
    figures: Mapping[str, float] = field(default_factory=dict)

    @property
    def evaluated(self) -> bool:
        """Whether there is an answer to act upon."""
        return self.status is not Status.NOT_EVALUATED

"""The whole way of a review without Odoo: rules, picture, question, gateway, the real SDK, an answer that counts."""

import contextlib
import datetime
import functools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal

from lxml import etree

from ..dte.builder import NS
from ..dte.signer import written
from ..gateway import asking, plain
from ..gateway.seeded import allowed, seeded
from . import recipe

# isort: split
import standin
from standin import tokens

from l10n_cl_ai import dte
from l10n_cl_ai.llm.plan import Plan
from l10n_cl_ai.llm.postgres.budget import Limit
from l10n_cl_ai.llm.privacy import Masker
from l10n_cl_ai.llm.prompt import user_turn
from l10n_cl_ai.llm.question import Answer, Ask
from l10n_cl_ai.review import (
    SCHEMA,
    SYSTEM,
    VERSION,
    History,
    Picture,
    Remark,
    content,
    judge,
    picture_of,
    reader,
)
from l10n_cl_ai.review.verdict import Verdict, signal_of

FEATURE = "dte_review"
#: Bytes of the question that are not the document, as the addon's handler leaves them.
_BESIDE = 40_000


@dataclass(frozen=True)
class Asked:
    """A document as it is asked about."""

    xml: bytes
    report: dte.Report
    picture: Picture
    history: History
    ask: Ask

    @property
    def sent(self) -> str:
        """The document as the model reads it: what a scripted model knows it by."""
        return user_turn(self.ask, Masker())["content"][1]["text"]


@dataclass(frozen=True)
class Reviewed:
    """What came of a review: nothing of the rules', which stand as they stood."""

    asked: Asked
    answer: Answer
    verdict: Verdict

    @property
    def remarks(self) -> tuple[Remark, ...] | None:
        return remarks_of(self.answer)


@functools.cache
def feature() -> Plan:
    """Return how the feature asks as it is shipped: models, effort, limits."""
    return next(each for each in seeded() if each.feature == FEATURE)


def asked(xml: bytes, history: History) -> Asked:
    """Return the question about a document."""
    document = recipe.document(xml)
    report = dte.check(document)
    picture = picture_of(document, allowed(FEATURE), feature().max_input_bytes - _BESIDE)
    found = [(each.rule, each.path, dte.RULES[each.rule].title.template) for each in report.findings]
    ask = Ask(
        FEATURE, system=SYSTEM, content=content(picture, found, history), schema=SCHEMA, parse=reader(picture),
        version=VERSION,
    )  # fmt: skip
    return Asked(xml, report, picture, history, ask)


def remarks_of(answer: Answer | None) -> tuple[Remark, ...] | None:
    """Return the remarks of an answer; None where there is none to act upon."""
    return answer.value if answer is not None and answer.evaluated and not answer.abstained else None


def verdict_of(each: Asked, answer: Answer | None) -> Verdict:
    """Return the recommendation about a document. :param answer: None: the AI is off"""
    return judge(signal_of(each.report.worst, remarks_of(answer), vouched=False), each.history)


def softer(reviewed: Reviewed) -> bool:
    """Whether a recommendation is softer than what the rules alone demand."""
    demanded = {dte.Action.BLOCK: "reject", dte.Action.WARN: "review"}.get(reviewed.asked.report.worst)
    return demanded is not None and reviewed.verdict.recommendation != demanded


def spoiled(xml: bytes, blocking: bool) -> bytes:
    """Return a document that the rules object to: a wrong total, which blocks, or an invented comuna, which warns."""
    root = etree.fromstring(xml)
    tag = "MntTotal" if blocking else "CmnaOrigen"
    element = root.find(f".//{{{NS}}}{tag}")
    element.text = str(int(element.text) + 1) if blocking else "Temukko"
    return written(root)


def tokens_of(ask: Ask) -> int:
    """Return the tokens of a question as the stand-in counts them: an estimate of what a provider counts."""
    turn = user_turn(ask, Masker())
    body = {"system": [{"type": "text", "text": text} for text in ask.system], "messages": [turn]}
    return tokens.prompt(body)


class Reviewer:
    """Reviews documents by a provider. Any number of threads may ask."""

    def __init__(self, dsn: str, url: str, key: str, most_usd: Decimal = Decimal(1000)):
        today = datetime.datetime.now(datetime.UTC).date()
        self._engine = asking.gateway(dsn)
        self._plan = replace(
            feature(), day=today, limits=(Limit(1, 1, today, most_usd, "bench"),), per_minute=10**6, key=key,
            base_url=url, user_id=7, user_token="u" * 32,
        )  # fmt: skip

    def review(self, each: Asked, **changes) -> Reviewed:
        answer = self._engine.ask(each.ask, replace(self._plan, **changes))
        return Reviewed(each, answer, verdict_of(each, answer))


@contextlib.contextmanager
def scripted(answers: Mapping[str, object]) -> Iterator[standin.Standin]:
    """A stand-in that answers each document as told. :param answers: {document as sent: value or ``standin.Step``}"""

    def choose(call):
        told = answers[call.body["messages"][0]["content"][1]["text"]]
        return told if isinstance(told, standin.Step) else standin.Step(answer=told)

    with standin.running() as server:
        server.script(times=0, choose=choose)
        yield server


@contextlib.contextmanager
def database() -> Iterator[str]:
    """A database with the gateway's tables, dropped at the end."""
    with plain.database() as dsn:
        yield dsn

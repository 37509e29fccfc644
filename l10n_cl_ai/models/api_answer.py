"""What the HTTP API answers about one document: the old contract's words, and with them what they rest on."""

from dataclasses import dataclass
from typing import Any, NamedTuple

from odoo.tools import LazyTranslate

from ..dte import Action, Document, Report
from ..dte.message import Message
from ..dte.place import words
from ..dte.rule import RULES
from ..review.answer import Remark
from ..review.catalogue import TOPICS
from ..review.verdict import Recommendation, Signal, Verdict, judge, signal_of
from .ai_rule import addon_of, translated

_lt = LazyTranslate(__name__)

#: Words of our own beside the gateway's reasons, and what they say; those of the review are used as well.
OWN_REASONS = {
    "not_asked": _lt("Artificial intelligence was not asked: the call did not want it."),
    "incomplete": _lt("The call does not tell the document's lines: that is too little to recommend sending it."),
    "too_many": _lt(
        "Artificial intelligence was not asked: it reads the first 8 documents of a file while the caller waits. Send "
        "the others in files of their own."
    ),
    "rules_failed": _lt("A rule failed for an error of ours, which is in the log. Review the document yourself."),
}
#: Reasons of ``l10n_cl_ai.review`` that are answered here.
REVIEW_REASONS = ("abstained", "rules_first")
#: What a rule "lacked" that failed.
_FAILED = "internal error"


class Told(NamedTuple):
    """What the rules say of a document.

    :param findings: values of ``l10n_cl_ai.finding``, the gravest first
    :param count: of all findings; more than are told where there were too many
    :param worst: severity of the gravest
    :param lacking: {rule: what was missing for it}
    """

    document: Document
    report: Report
    findings: list[dict[str, Any]]
    count: int
    worst: Action | None
    lacking: dict[str, str]

    @property
    def failed(self) -> bool:
        return _FAILED in self.lacking.values()


@dataclass(frozen=True)
class Advice:
    """What the AI adds.

    :param remarks: None where it gave no answer
    :param reason: why it gave none
    :param asked: the caller wanted it
    :param verdict: by rules, AI and history, where history is known
    """

    remarks: tuple[Remark, ...] | None = None
    reason: str | None = None
    asked: bool = True
    verdict: Verdict | None = None


def answer_of(env, told: Told, advice: Advice) -> dict[str, Any]:
    """Return the answer about one document, in the user's language."""
    verdict = advice.verdict or judge(signal_of_told(told, advice.remarks))
    recommendation, reason = _recommendation(told, advice, verdict)
    findings = [_rule_finding(env, vals) for vals in told.findings]
    findings += [_remark(env, remark) for remark in advice.remarks or ()]
    return {
        "confidence": verdict.confidence or 0,
        "warnings": [_line(each) for each in findings if each["action"] == "warn"],
        "errors": [_line(each) for each in findings if each["action"] == "block"],
        "recommendation": str(recommendation),
        "findings": findings,
        "finding_count": told.count + len(advice.remarks or ()),
        "evaluated": {"rules": not told.failed, "ai": advice.remarks is not None},
        "reason": reason,
        "reason_message": _reason_message(env, reason),
        "not_evaluated": [
            {"rule": code, "missing": lack, "message": _place(env, lack)} for code, lack in sorted(told.lacking.items())
        ],
        "document": {"type": told.report.type, "folio": told.report.folio, "issuer": told.report.issuer},
        "rules_version": env["l10n_cl_ai.rule"]._ruleset(),
    }


def signal_of_told(told: Told, remarks: tuple[Remark, ...] | None) -> Signal:
    """Return what is known of a document. :param remarks: of the AI; None where it gave no answer"""
    # What one rule stops stays stopped, whatever became of another.
    failed = told.failed and told.worst is not Action.BLOCK
    return signal_of(told.worst, remarks, vouched=False, failed=failed)


def _recommendation(told: Told, advice: Advice, verdict: Verdict) -> tuple[Recommendation, str | None]:
    """Return what we advise, in the three words of the old contract, and why the AI or the rules say less."""
    reason = None if advice.remarks is not None else advice.reason or "not_asked"
    if verdict.signal is Signal.RULES_FAILED:
        return Recommendation.REVIEW, "rules_failed"
    recommendation = verdict.recommendation
    if verdict.signal is Signal.UNANSWERED:
        # Rules alone were wanted, and found nothing: that is their word. Who wanted the AI gets no word for it.
        recommendation = Recommendation.REVIEW if advice.asked else Recommendation.SEND
    if recommendation is Recommendation.SEND and not told.document.knows("lines"):
        return Recommendation.REVIEW, "incomplete"
    return recommendation, reason


def _reason_message(env, reason: str | None) -> str:
    if reason in OWN_REASONS:
        return str(env._(OWN_REASONS[reason]))
    return env["l10n_cl_ai.review"]._reason_words(reason) if reason else ""


def _rule_finding(env, vals: dict[str, Any]) -> dict[str, Any]:
    module = addon_of(RULES[vals["rule_code"]].module)
    message = Message(vals["template"], vals["params"])
    return {
        "rule": vals["rule_code"],
        "by": "rules",
        "path": vals["path"],
        "place": _place(env, vals["path"]),
        "action": vals["action"],
        "sii_effect": vals["sii_effect"],
        "found": vals["found"],
        "expected": vals["expected"],
        "message": message.text(lambda text: translated(env, module, text)),
        "source": vals["source"],
        "basis": vals["basis"],
        "likely_sii_code": vals["likely_sii_code"],
        "confidence": None,
    }


def _remark(env, remark: Remark) -> dict[str, Any]:
    return {
        "rule": remark.code,
        "by": "ai",
        "path": remark.path,
        "place": _place(env, remark.path),
        "action": str(remark.action),
        "sii_effect": "none",
        "found": remark.quote,
        "expected": remark.suggestion or None,
        "message": remark.reason,
        # What the matter rests on; the judgement is the AI's, as `by` says.
        "source": TOPICS[remark.code].source,
        "basis": "inferred",
        "likely_sii_code": None,
        "confidence": remark.confidence,
    }


def _line(finding: dict[str, Any]) -> str:
    return f"{finding['rule']} · {finding['place']}: {finding['message']}"


def _place(env, path: str) -> str:
    return words(path, lambda text: translated(env, "l10n_cl_ai", text))

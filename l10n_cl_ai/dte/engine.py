"""Runs the rules over documents."""

import functools
import logging
from collections.abc import Iterable, Iterator

from . import rules as _rules  # noqa: F401 - importing registers every rule
from .document import Document
from .field import NotKnown
from .node import Hit
from .rule import RULES, Action, Finding, Report, Rule, SiiEffect, on_change
from .types import ALL

_logger = logging.getLogger(__name__)


def check(document: Document) -> Report:
    """Judge one document by every rule in force on its issue date.

    Never raises for what stands in a document. A rule that fails for a fault of ours is logged with
    its traceback and counted as not evaluated: one broken rule must not silence the others.
    """
    header = document.header.__dict__
    identification = header.get("identification")
    day = identification.__dict__.get("date") if identification else None
    issuer = header.get("issuer")
    report = Report(
        document.type,
        identification.__dict__.get("folio") if identification else None,
        issuer.__dict__.get("rut") if issuer else None,
    )
    known = frozenset(document.context.__dict__)
    runnable, lacking = _plan(document.type, document.xml is not None, known)
    report.not_evaluated.update(lacking)
    for rule in runnable:
        if (rule.since or rule.until) and not rule.applies_on(day):
            continue
        try:
            for hit in rule.check(document):
                report.findings.append(_finding(rule, hit))
        except NotKnown as lack:
            report.not_evaluated[rule.id] = lack.path
        except Exception:
            _logger.exception("Rule %s failed on document type %s", rule.id, document.type)
            report.not_evaluated[rule.id] = "internal error"
    return report


def check_all(documents: Iterable[Document]) -> Iterator[Report]:
    """Judge many documents, in order."""
    return map(check, documents)


@functools.lru_cache(maxsize=512)
def _plan(type_code: int | None, has_xml: bool, known: frozenset[str]):
    """Return the rules that can run, and what the others lack: {rule id: what}."""
    runnable: list[Rule] = []
    lacking: dict[str, str] = {}
    for rule in sorted(RULES.values(), key=lambda r: r.id):
        # A type nobody knows is judged by what holds for every type (B01 names it).
        if not (rule.types >= ALL if type_code not in ALL else type_code in rule.types):
            continue
        missing = sorted(rule.needs - known)
        if rule.xml_only and not has_xml:
            lacking[rule.id] = "xml"
        elif missing:
            lacking[rule.id] = missing[0]
        else:
            runnable.append(rule)
    return runnable, lacking


on_change(_plan.cache_clear)


def _finding(rule: Rule, hit: Hit) -> Finding:
    found = None if hit.found is None else str(hit.found)
    expected = None if hit.expected is None else str(hit.expected)
    why = hit.why or rule.why
    params = {**why.params, **hit.params, "found": found, "expected": expected, "path": hit.path}
    return Finding(
        rule=rule.id,
        sii_effect=hit.effect or rule.effect,
        action=hit.action or (Action.BLOCK if hit.effect is SiiEffect.REJECT else rule.action),
        path=hit.path,
        found=found,
        expected=expected,
        message=why._replace(params=params),
        source=rule.source,
        basis=hit.basis or rule.basis,
        likely_sii_code=rule.likely_sii_code,
        fix=rule.fix if hit.fix is None else hit.fix or None,
    )

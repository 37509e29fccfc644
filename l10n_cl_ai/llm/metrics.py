"""The ledger's lines as metrics: names of OpenTelemetry's conventions for generative AI where it has them, and our own.

Labels are bounded: company, feature and model, the first of each that were ever used up to a cap, and ``other``. Never
a user, a partner or a document. Who was first stays first, so that no series moves to another label, and no counter
goes back.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from decimal import Decimal
from typing import NamedTuple

from .exposition import Family
from .postgres.totals import DURATION_US, FIRST_US, TOKENS
from .question import Reason

#: How many values of a label are told by name.
CAPS = {"company": 50, "feature": 40, "model": 20}
OTHER = "other"
_MICRO = Decimal("0.000001")
#: What refuses a question for its number or its cost.
_SCOPES = {"rate_limited": "rate", "over_budget": "budget"}

#: name: (kind, help); histograms have their bounds beside them.
_COUNTERS = {
    "l10n_cl_ai_requests_total": "Questions to the gateway that ended, whatever came of them.",
    "l10n_cl_ai_cost_usd_total": "US dollars booked for questions that ended.",
    "l10n_cl_ai_saved_usd_total": "US dollars that answers from the cache had cost when they were asked.",
    "l10n_cl_ai_tokens_total": "Tokens by class; thinking is part of output.",
    "l10n_cl_ai_cache_requests_total": "Questions answered from the cache (hit), by an equal question that was under "
    "way (coalesced), or by a call (miss).",
    "l10n_cl_ai_duplicates_avoided_total": "Calls that were not made because an equal question was under way.",
    "l10n_cl_ai_errors_total": "Questions that were not evaluated, by reason; also those refused, see quota_denied.",
    "l10n_cl_ai_quota_denied_total": "Questions refused for their number (rate) or their cost (budget).",
    "l10n_cl_ai_swept_total": "Questions whose worker died before they were booked.",
}
_SECONDS = tuple(Decimal(us) * _MICRO for us in DURATION_US)
_HISTOGRAMS = {
    "gen_ai_client_operation_duration_seconds": ("Duration of calls to the provider.", _SECONDS),
    "gen_ai_client_operation_time_to_first_chunk_seconds": (
        "Time to the first token of an answer.", tuple(Decimal(us) * _MICRO for us in FIRST_US)),
    "gen_ai_client_token_usage_tokens": (
        "Tokens of a call; input is the whole prompt, what the provider had cached included.", TOKENS),
}


class Line(NamedTuple):
    """One sum of :data:`.postgres.totals.READ`: fields as there; ``company_id`` 0 where it is not told by company."""

    company_id: int
    feature: str
    model: str
    kind: str
    label: str
    bucket: int
    n: int
    amount: Decimal
    since: datetime


class Names:
    """Which values of the labels are told by name, and which are ``other``.

    :param lines: whose ``since`` says who was first
    """

    def __init__(self, lines: Iterable[Line], caps: Mapping[str, int] = CAPS):
        first: dict[str, dict[str, tuple]] = {label: {} for label in caps}
        for line in lines:
            values = {"company": line.company_id and str(line.company_id), "feature": line.feature, "model": line.model}
            for label, value in values.items():
                if value:
                    place = (line.since, value)
                    first[label][value] = min(first[label].get(value, place), place)
        self._told = {label: sorted(found, key=found.get)[: caps[label]] for label, found in first.items()}
        self._known = {label: set(told) for label, told in self._told.items()}
        self._room = {label: caps[label] - len(told) for label, told in self._told.items()}

    def of(self, label: str, value: str | int | None) -> str:
        """Return what a label says for a value: itself, ``other``, or nothing where there is none."""
        value = str(value or "")
        if not value or value in self._known[label]:
            return value
        if self._room[label] > 0:  # configured, and never asked yet
            self._room[label] -= 1
            self._known[label].add(value)
            return value
        return OTHER


def empty() -> dict[str, Family]:
    """Return the ledger's metrics without samples, by name."""
    families = [Family(name, "counter", help_) for name, help_ in _COUNTERS.items()]
    families += [Family(name, "histogram", help_, bounds) for name, (help_, bounds) in _HISTOGRAMS.items()]
    return {family.name: family for family in families}


def ledger_families(lines: Iterable[Line], names: Names, companies: Iterable[int] = ()) -> dict[str, Family]:
    """Return the ledger's metrics, by name.

    :param companies: ids of those whose errors begin at 0: what appears with its first error has no rise to alert of
    """
    families = empty()
    for company in {names.of("company", company): None for company in companies}:
        _begin(families, company)
    for line in lines:
        _TELL[line.kind](families, line, {
            "company": names.of("company", line.company_id),
            "feature": names.of("feature", line.feature),
            "model": names.of("model", line.model),
        })
    return families


def _begin(families: Mapping[str, Family], company: str):
    for reason in Reason:
        families["l10n_cl_ai_errors_total"].add(0, company=company, reason=reason.value)
    for scope in _SCOPES.values():
        families["l10n_cl_ai_quota_denied_total"].add(0, company=company, scope=scope)
    for name in ("l10n_cl_ai_swept_total", "l10n_cl_ai_duplicates_avoided_total"):
        families[name].add(0, company=company)


def _calls(families: Mapping[str, Family], line: Line, labels: dict[str, str]):
    status, _colon, reason = line.label.partition(":")
    families["l10n_cl_ai_requests_total"].add(line.n, **labels, status=status, reason=reason)
    families["l10n_cl_ai_cost_usd_total"].add(line.amount, **labels)
    if reason:
        families["l10n_cl_ai_errors_total"].add(line.n, company=labels["company"], reason=reason)
    if reason in _SCOPES:
        families["l10n_cl_ai_quota_denied_total"].add(line.n, company=labels["company"], scope=_SCOPES[reason])


def _saved(families: Mapping[str, Family], line: Line, labels: dict[str, str]):
    families["l10n_cl_ai_saved_usd_total"].add(line.amount, **labels)


def _cache(families: Mapping[str, Family], line: Line, labels: dict[str, str]):
    where = {name: labels[name] for name in ("company", "feature")}
    families["l10n_cl_ai_cache_requests_total"].add(line.n, **where, result=line.label)
    if line.label == "coalesced":
        families["l10n_cl_ai_duplicates_avoided_total"].add(line.n, company=labels["company"])


def _tokens(families: Mapping[str, Family], line: Line, labels: dict[str, str]):
    families["l10n_cl_ai_tokens_total"].add(line.amount, **labels, type=line.label)


def _swept(families: Mapping[str, Family], line: Line, labels: dict[str, str]):
    families["l10n_cl_ai_swept_total"].add(line.n, company=labels["company"])


def _otel(labels: Mapping[str, str]) -> dict[str, str]:
    return {
        "gen_ai_operation_name": "chat",
        "gen_ai_provider_name": "anthropic",
        "gen_ai_request_model": labels["model"],
        "feature": labels["feature"],
    }


def _duration(families: Mapping[str, Family], line: Line, labels: dict[str, str]):
    families["gen_ai_client_operation_duration_seconds"].observe(
        line.bucket, line.n, line.amount * _MICRO, **_otel(labels), error_type=line.label)


def _first(families: Mapping[str, Family], line: Line, labels: dict[str, str]):
    families["gen_ai_client_operation_time_to_first_chunk_seconds"].observe(
        line.bucket, line.n, line.amount * _MICRO, **_otel(labels))


def _usage(families: Mapping[str, Family], line: Line, labels: dict[str, str]):
    families["gen_ai_client_token_usage_tokens"].observe(
        line.bucket, line.n, line.amount, **_otel(labels), gen_ai_token_type=line.label)


_TELL = {
    "calls": _calls,
    "saved": _saved,
    "cache": _cache,
    "tokens": _tokens,
    "swept": _swept,
    "duration": _duration,
    "first": _first,
    "usage": _usage,
}

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
_LABELS = ("company", "feature", "model")
_MICRO = Decimal("0.000001")
#: What refuses a question for its number or its cost.
_SCOPES = {"rate_limited": "rate", "over_budget": "budget"}

#: Told as 0 of each company.
_FROM_NOTHING = (
    "l10n_cl_ai_swept_total", "l10n_cl_ai_duplicates_avoided_total", "l10n_cl_ai_cost_today_usd",
    "l10n_cl_ai_cost_month_usd",
)
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
_GAUGES = {
    "l10n_cl_ai_reservations_open": "Questions under way.",
    "l10n_cl_ai_reserved_usd": "US dollars reserved by questions under way.",
    "l10n_cl_ai_reservations_expired": "Questions whose worker died, not swept yet.",
    "l10n_cl_ai_unconfirmed_usd": "US dollars charged at the estimate, for want of a word.",
    "l10n_cl_ai_uncounted_rows": "Rows of the ledger that the totals do not hold yet.",
    "l10n_cl_ai_cost_today_usd": "US dollars booked today, in Chile.",
    "l10n_cl_ai_cost_month_usd": "US dollars booked this month, in Chile.",
}
_SECONDS = tuple(Decimal(us) * _MICRO for us in DURATION_US)
_HISTOGRAMS = {
    "gen_ai_client_operation_duration_seconds": (
        "Duration of calls to the provider; by feature where they were answered.", _SECONDS),
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
    since: datetime | None


class Names:
    """Which values of the labels are told by name, and which are ``other``.

    :param lines: whose ``since`` says who was first; what is only under way was not there yet
    """

    def __init__(self, lines: Iterable[Line], caps: Mapping[str, int] = CAPS):
        first: dict[str, dict[str, tuple]] = {label: {} for label in caps}
        for line in lines:
            if line.since is None:
                continue
            for label, value in zip(first, (line.company_id, line.feature, line.model), strict=True):
                if value and (value not in first[label] or line.since < first[label][value]):
                    first[label][value] = line.since
        self._known = {
            label: {str(value) for value in sorted(found, key=lambda value, found=found: (found[value], value))[:most]}
            for (label, found), most in zip(first.items(), caps.values(), strict=True)
        }
        self._caps = caps

    def of(self, label: str, value: str | int | None) -> str:
        """Return what a label says for a value: itself, ``other``, or nothing where there is none."""
        value = str(value or "")
        if not value or value in self._known[label]:
            return value
        if len(self._known[label]) < self._caps[label]:  # there, and never asked yet
            self._known[label].add(value)
            return value
        return OTHER


def empty() -> dict[str, Family]:
    """Return the ledger's metrics without samples, by name."""
    families = [Family(name, "counter", help_) for name, help_ in _COUNTERS.items()]
    families += [Family(name, "gauge", help_) for name, help_ in _GAUGES.items()]
    families += [Family(name, "histogram", help_, bounds) for name, (help_, bounds) in _HISTOGRAMS.items()]
    return {family.name: family for family in families}


def ledger_families(lines: Iterable[Line], names: Names, companies: Iterable[int] = ()) -> dict[str, Family]:
    """Return the ledger's metrics, by name.

    :param companies: ids of those whose errors begin at 0: what appears with its first error has no rise to alert of
    """
    families = empty()
    families["l10n_cl_ai_uncounted_rows"].add(0)
    for company in {names.of("company", company): None for company in companies}:
        _begin(families, company)
    labels: dict[tuple, dict[str, str]] = {}
    for line in lines:
        if line[:3] not in labels:
            labels[line[:3]] = {label: names.of(label, value) for label, value in zip(_LABELS, line[:3], strict=True)}
        _TELL[line.kind](families, line, labels[line[:3]])
    return families


def _begin(families: Mapping[str, Family], company: str):
    for reason in Reason:
        families["l10n_cl_ai_errors_total"].add(0, company=company, reason=reason.value)
    for scope in _SCOPES.values():
        families["l10n_cl_ai_quota_denied_total"].add(0, company=company, scope=scope)
    for name in _FROM_NOTHING:
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


def _running(families: Mapping[str, Family], line: Line, labels: dict[str, str]):
    where = {name: labels[name] for name in ("company", "feature")}
    families["l10n_cl_ai_reservations_open"].add(line.n, **where)
    families["l10n_cl_ai_reserved_usd"].add(line.amount, **where)
    families["l10n_cl_ai_reservations_expired"].add(0, **where)


def _expired(families: Mapping[str, Family], line: Line, labels: dict[str, str]):
    families["l10n_cl_ai_reservations_expired"].add(line.n, company=labels["company"], feature=labels["feature"])


def _charged(families: Mapping[str, Family], line: Line, labels: dict[str, str]):
    families["l10n_cl_ai_unconfirmed_usd"].add(line.amount, company=labels["company"], feature=labels["feature"])


def _uncounted(families: Mapping[str, Family], line: Line, labels: dict[str, str]):
    families["l10n_cl_ai_uncounted_rows"].add(line.n)


def _day(families: Mapping[str, Family], line: Line, labels: dict[str, str]):
    families["l10n_cl_ai_cost_month_usd"].add(line.amount, company=labels["company"])
    if line.label == "today":
        families["l10n_cl_ai_cost_today_usd"].add(line.amount, company=labels["company"])


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
    "running": _running,
    "expired": _expired,
    "charged": _charged,
    "uncounted": _uncounted,
    "day": _day,
}

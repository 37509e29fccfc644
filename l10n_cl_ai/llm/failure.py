"""Every way a call can fail, and the reason we give for it. The list of reasons is closed.

==================================================  ==============  ===================================================
What happened                                       Reason          Note
==================================================  ==============  ===================================================
401, 403; ``authentication_error`` …                auth            the key
402, ``billing_error``; a spend limit or no credit  auth            the account at the provider: whoever holds the key
at the provider (429 with its code, 400 with its                    must act there. Not over_budget: that is ours, and
words, having no code)                                              its remedy is in Presupuestos. The detail names it
404 ``not_found_error``                             bad_model       retired, misspelt, or not for this account
404 of another kind, 3xx, 407                       unreachable     something else than the API answers at that address
413; 400 that says the prompt is too long; nested   too_large
deeper than can be sent
other 400, 422, any other 4xx                       bad_model       this model does not take what we send: its settings
408, 409, 429, 5xx, 529; the same as an event       overloaded      the provider's, passing
``refusal``                                         refused
``max_tokens``, ``model_context_window_exceeded``   truncated
no answer by the deadline                           deadline
no connection, TLS, broken off, not the API's       unreachable     HTML, ``{}``, broken JSON and events out of order
language                                                            are what a proxy or captive portal says
a tool's input that is no JSON, in a whole message  invalid_answer
base URL refused                                    unreachable     never sent: neither https nor this machine
no key                                              no_key
a key with other than visible ASCII                 auth            never sent: it would break the header
==================================================  ==============  ===================================================
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

from .question import Reason


@dataclass(frozen=True)
class Failure:
    """Why an attempt failed.

    :param detail: types, statuses and codes: nothing that came in or went out
    :param fault: the provider's fault, which counts against its breaker
    :param passing: asking again may help
    :param told: seconds the provider wants us to wait
    """

    reason: Reason
    detail: str = ""
    fault: bool = False
    passing: bool = False
    told: float | None = None


_BY_TYPE = {
    "authentication_error": Reason.AUTH,
    "permission_error": Reason.AUTH,
    "billing_error": Reason.AUTH,
    "not_found_error": Reason.BAD_MODEL,
    "invalid_request_error": Reason.BAD_MODEL,
    "request_too_large": Reason.TOO_LARGE,
    "rate_limit_error": Reason.OVERLOADED,
    "conflict_error": Reason.OVERLOADED,
    "api_error": Reason.OVERLOADED,
    "timeout_error": Reason.OVERLOADED,
    "overloaded_error": Reason.OVERLOADED,
}
_BY_STATUS = {
    401: Reason.AUTH, 402: Reason.AUTH, 403: Reason.AUTH, 404: Reason.UNREACHABLE, 407: Reason.UNREACHABLE,
    408: Reason.OVERLOADED, 409: Reason.OVERLOADED, 413: Reason.TOO_LARGE, 429: Reason.OVERLOADED,
}  # fmt: skip
#: How an answer may end that is not an answer.
_BY_STOP = {
    "refusal": Reason.REFUSED,
    "max_tokens": Reason.TRUNCATED,
    "model_context_window_exceeded": Reason.TRUNCATED,
}
_MONEY_CODE = re.compile(r"spend_limit|billing|credit")
# The API's reference promises codes, not wording; of these two it gives no code.
_MONEY_WORDS = re.compile(r"credit balance|(?:usage|spend) limits?", re.IGNORECASE)
_LENGTH_WORDS = re.compile(r"prompt is too long|context (?:limit|window)", re.IGNORECASE)
_WORD = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,60}|status \d{3}")


def of_status(status: int, error: Any, headers: Mapping[str, str]) -> Failure:
    """Return what a status other than 200 means.

    :param error: the body as parsed: ``{"type": "error", "error": {…}}``, or whatever came
    :param headers: of the response
    """
    kind, code, message = _said(error)
    reason = _reason(status, kind, code, message)
    passing = _may_pass(status, reason)
    return Failure(
        reason=reason,
        detail=_plain(f"status {status}", kind, code),
        fault=_is_fault(reason, kind, status),
        passing={"true": True, "false": False}.get(headers.get("x-should-retry", ""), passing),
        told=told_to_wait(headers),
    )


def _is_fault(reason: Reason, kind: str, status: int = 0) -> bool:
    """Whether it speaks of the provider's health; a limit speaks of one key, and others may have another."""
    if status in (409, 429) or kind in ("rate_limit_error", "conflict_error"):
        return False
    return reason in (Reason.OVERLOADED, Reason.UNREACHABLE)


def of_event(error: Any) -> Failure:
    """Return what an error event inside a stream means: its status was 200, so its type decides."""
    kind, code, message = _said(error)
    reason = _reason(0, kind, code, message)
    return Failure(reason, _plain("event", kind, code), fault=_is_fault(reason, kind),
                   passing=reason in (Reason.OVERLOADED, Reason.UNREACHABLE))


def of_exception(error: BaseException) -> Failure:
    """Return what an exception of network, protocol or decoding means. Its text may hold content: only types count."""
    if isinstance(error, RecursionError):
        return Failure(Reason.TOO_LARGE, "RecursionError")
    names = _types(error)
    lasting = "SSLCertVerificationError" in names
    return Failure(Reason.UNREACHABLE, _plain(*names), fault=True, passing=not lasting)


def of_stop_reason(stop_reason: str | None, category: Any = None) -> Failure | None:
    """Return why a whole message is no answer, None if it is one.

    :param category: of a refusal, as the provider names it
    """
    reason = _BY_STOP.get(stop_reason or "")
    return Failure(reason, _plain(stop_reason, category)) if reason else None


def told_to_wait(headers: Mapping[str, str]) -> float | None:
    """Return the seconds of ``retry-after-ms`` or ``retry-after`` (seconds or a date), None without or if absurd."""
    for name, unit in (("retry-after-ms", 0.001), ("retry-after", 1.0)):
        text = headers.get(name, "").strip()
        if re.fullmatch(r"\d{1,12}(\.\d{1,9})?", text):
            return float(text) * unit
    try:
        moment = parsedate_to_datetime(headers.get("retry-after", ""))
    except ValueError:
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return max(0.0, (moment - datetime.now(UTC)).total_seconds())


def _reason(status: int, kind: str, code: str, message: str) -> Reason:
    if _MONEY_CODE.search(code):
        return Reason.AUTH
    if kind == "invalid_request_error":
        if _MONEY_WORDS.search(message):
            return Reason.AUTH
        if _LENGTH_WORDS.search(message):
            return Reason.TOO_LARGE
    if status >= 500 or status in (401, 402, 403, 408, 409, 413, 429):
        return _BY_STATUS.get(status, Reason.OVERLOADED)
    if kind in _BY_TYPE:
        return _BY_TYPE[kind]
    if 400 <= status < 500:
        return _BY_STATUS.get(status, Reason.BAD_MODEL)
    return Reason.UNREACHABLE


def _may_pass(status: int, reason: Reason) -> bool:
    return reason is Reason.OVERLOADED and (status in (408, 409, 429) or status >= 500)


def _said(error: Any) -> tuple[str, str, str]:
    """Return type, code and message of the API's error; empty where it said none."""
    inner = error.get("error") if isinstance(error, Mapping) else None
    if not isinstance(inner, Mapping):
        return "", "", ""
    details = inner.get("details")
    code = details.get("error_code") if isinstance(details, Mapping) else None
    return tuple(text if isinstance(text, str) else "" for text in (inner.get("type"), code, inner.get("message")))


def _types(error: BaseException) -> list[str]:
    """Return the names of an exception's type and of its causes' types, outermost first."""
    names: list[str] = []
    seen: BaseException | None = error
    while seen is not None and len(names) < 5:
        if type(seen).__name__ not in names:
            names.append(type(seen).__name__)
        seen = seen.__cause__ or seen.__context__
    return names


def _plain(*words: Any) -> str:
    """Return words for a log line. Only identifiers pass: what a server says in their place may be anything."""
    return " ".join(word for word in words if isinstance(word, str) and _WORD.fullmatch(word))

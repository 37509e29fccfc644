"""What a call asks for, read from its JSON or its address; each field that is wrong is named."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from odoo.tools import LazyTranslate

from .api_problem import Problem

_lt = LazyTranslate(__name__)

#: Earlier documents that a caller may tell of, and the bytes of their JSON.
MAX_HISTORY, MAX_HISTORY_BYTES = 100, 100 * 1024
#: PostgreSQL's largest id.
_LARGEST_ID = 2**31 - 1

_REQUIRED = _lt("It is required.")
_OBJECT = _lt("An object was expected.")
_ID = _lt("A whole number above 0 was expected.")
_BOOLEAN = _lt("true or false was expected.")
_HISTORY = _lt("A list of objects was expected.")
_HISTORY_LONG = _lt("At most 100 objects and 100 KB are taken.")


@dataclass
class Asked:
    """A call for one document.

    :param complete: what ``dte_data`` does not say is not in the document
    :param history: earlier documents, as the caller tells of them
    """

    dte_data: Mapping[str, Any]
    company_id: int
    history: list[dict] = field(default_factory=list)
    ai: bool = True
    complete: bool = False


def read_request(body: Mapping[str, Any]) -> Asked:
    """Return what a JSON body asks for; fields that nobody knows are ignored.

    :raises Problem: naming every field that is wrong
    """
    wrong = {}
    for name, fault in (
        ("dte_data", _object_fault(body.get("dte_data"))),
        ("company_id", id_fault(body.get("company_id"))),
        ("history", history_fault(body.get("history"))),
        ("ai", boolean_fault(body.get("ai"))),
        ("complete", boolean_fault(body.get("complete"))),
    ):
        if fault:
            wrong[name] = fault
    if wrong:
        raise Problem(fields=wrong)
    return Asked(
        dte_data=body["dte_data"],
        company_id=body["company_id"],
        history=body.get("history") or [],
        ai=body.get("ai") is not False,
        complete=body.get("complete") is True,
    )


def read_company(args: Mapping[str, str]) -> tuple[int | None, bool]:
    """Return (company id or None, whether the AI is asked) of the parameters in an address.

    :raises Problem: naming what is wrong
    """
    wrong, company, asked = {}, args.get("company_id"), args.get("ai", "true").lower()
    digits = company is not None and company.isascii() and company.isdigit() and len(company) < 11
    if company is not None and (not digits or id_fault(int(company))):
        wrong["company_id"] = _ID
    if asked not in ("true", "false", "1", "0"):
        wrong["ai"] = _BOOLEAN
    if wrong:
        raise Problem(fields=wrong)
    return int(company) if company else None, asked in ("true", "1")


def _object_fault(value):
    return _REQUIRED if value is None else None if isinstance(value, dict) else _OBJECT


def id_fault(value):
    if value is None:
        return _REQUIRED
    right = isinstance(value, int) and not isinstance(value, bool) and 0 < value <= _LARGEST_ID
    return None if right else _ID


def boolean_fault(value):
    return None if value is None or isinstance(value, bool) else _BOOLEAN


def history_fault(value):
    if value is None:
        return None
    if not isinstance(value, list) or not all(isinstance(each, dict) for each in value):
        return _HISTORY
    return _HISTORY_LONG if len(value) > MAX_HISTORY or _size(value) > MAX_HISTORY_BYTES else None


def _size(value) -> float:
    """Return the bytes of a value as JSON."""
    try:
        return len(json.dumps(value, default=str, ensure_ascii=False).encode(errors="surrogatepass"))
    except RecursionError:
        return float("inf")

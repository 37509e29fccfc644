"""What a call for a project asks, read from its JSON as the old service's callers write it."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from odoo.tools import LazyTranslate

from .api_problem import Problem
from .api_request import history_fault, id_fault

_lt = LazyTranslate(__name__)

#: Lines and projects of a call, letters of a text, size of an amount: at most.
MAX_LINES, MAX_PROJECTS, MAX_TEXT, MAX_AMOUNT = 200, 5000, 5000, 10**15
#: Projects whose faults are named at most: of 5,000 that are wrong, nobody reads more.
MOST_FAULTS = 100
#: Digits of a number that is written as a text.
_LONGEST_NUMBER = 40

_REQUIRED = _lt("It is required.")
_TEXT = _lt("A text was expected.")
_TEXT_LONG = _lt("The text is too long.")
_NUMBER = _lt("A number was expected.")
_NUMBER_LARGE = _lt("The number is too large.")
_LINES = _lt("A list of 1 to 200 objects was expected.")
_PROJECTS = _lt("A list of at most 5,000 objects was expected.")
_OBJECT = _lt("An object was expected.")


@dataclass
class SuggestAsked:
    """A call for the project of a purchase.

    :param lines: (text, net amount) of each
    :param project_ids: of the projects among which to choose; None: all of the company's
    :param has_purchases: the caller told of earlier purchases, which are not used
    """

    company_id: int
    lines: list[tuple[str, float]]
    partner_id: int | None = None
    partner_vat: str | None = None
    project_ids: frozenset[int] | None = None
    has_purchases: bool = False


def read_suggest(body: Mapping[str, Any]) -> SuggestAsked:
    """Return what a JSON body asks for; fields that nobody knows are ignored. Odoo's own calls say False for nothing.

    :raises Problem: naming every field that is wrong
    """
    wrong: dict[str, Any] = {}
    partner_id = body.get("partner_id") or None
    wrong["company_id"] = id_fault(body.get("company_id"))
    wrong["partner_id"] = partner_id is not None and id_fault(partner_id)
    for name in ("partner_vat", "partner_name"):
        wrong[name] = _text_fault(body.get(name) or None)
    wrong["historical_purchases"] = history_fault(body.get("historical_purchases") or None)
    lines = _lines(body.get("invoice_lines"), wrong)
    projects = _projects(body.get("available_projects"), wrong)
    faults = {name: why for name, why in wrong.items() if why}
    if faults:
        raise Problem(fields=faults)
    return SuggestAsked(
        body["company_id"], lines, partner_id, body.get("partner_vat") or None, projects,
        bool(body.get("historical_purchases")),
    )  # fmt: skip


def _lines(value, wrong):
    if not isinstance(value, list) or not 0 < len(value) <= MAX_LINES:
        wrong["invoice_lines"] = _REQUIRED if value is None else _LINES
        return []
    return [_line(each, f"invoice_lines[{at}]", wrong) for at, each in enumerate(value)]


def _line(value, path, wrong):
    if not isinstance(value, dict):
        wrong[path] = _OBJECT
        return "", 0.0
    text = value.get("description")
    wrong[f"{path}.description"] = _REQUIRED if text is None else _text_fault(text)
    quantity = _number(value.get("quantity", 1), f"{path}.quantity", wrong)
    price = _number(value.get("price", 0), f"{path}.price", wrong)
    amount = quantity * price
    if abs(amount) > MAX_AMOUNT:
        wrong[f"{path}.price"] = _NUMBER_LARGE
    return text, amount


def _number(value, path, wrong) -> float:
    """Return a number, also one that is written as a text; no number counts as 0, and is named as wrong."""
    if value is None:
        return 0.0
    number = _decimal(value)
    if number is None:
        wrong[path] = _NUMBER
    elif abs(number) > MAX_AMOUNT:
        wrong[path] = _NUMBER_LARGE
    else:
        return float(number)
    return 0.0


def _decimal(value):
    if isinstance(value, str) and len(value) <= _LONGEST_NUMBER:
        try:
            value = Decimal(value.strip())
        except InvalidOperation:
            return None
    right = isinstance(value, int | Decimal) and not isinstance(value, bool)
    return value if right and (isinstance(value, int) or value.is_finite()) else None


def _projects(value, wrong):
    if value is None:
        return None
    if not isinstance(value, list) or len(value) > MAX_PROJECTS:
        wrong["available_projects"] = _PROJECTS
        return None
    ids, faults = set(), {}
    for at, each in enumerate(value):
        path = f"available_projects[{at}]"
        if not isinstance(each, dict):
            faults[path] = _OBJECT
        elif fault := id_fault(each.get("id")):
            faults[f"{path}.id"] = fault
        else:
            ids.add(each["id"])
        if len(faults) >= MOST_FAULTS:
            break
    wrong |= faults
    return frozenset(ids)


def _text_fault(value):
    if value is None:
        return None
    return _TEXT if not isinstance(value, str) else _TEXT_LONG if len(value) > MAX_TEXT else None


__all__ = ["MAX_LINES", "MAX_PROJECTS", "MAX_TEXT", "SuggestAsked", "read_suggest"]

"""The SII's detail codes ("DET L[3]-2-200") as they come, and as they are compared.

The SII publishes no list; forms are those that issuers report.
"""

import re
from typing import NamedTuple

#: AREA-S-NUM, with the line in brackets after the area or at the end. "DETL-3-854" is an area of its own.
_CODE = re.compile(
    r"(?<![A-Z0-9])([A-Z]{3,4}?)\s?(?:L?\s?\[\s?([0-9]{1,4})\s?\])?-([0-9])-([0-9]{1,4})(?![0-9])(?:\s?\[\s?([0-9]{1,4})\s?\])?",
    re.ASCII,
)
#: Three letters and digits, without severity: "CHR-00001", "SCH-00001".
_UPLOAD_CODE = re.compile(r"(?<![A-Z0-9])(CHR|SCH)-([0-9]{5})(?![0-9])", re.ASCII)
#: Longest code kept of what is no detail code (a status, a reason of the customer's own).
_LONGEST = 32
_SEVERITIES = {"3": "reject", "2": "reparo", "1": "info"}


class Code(NamedTuple):
    """A code as it is compared, and the line of the document it speaks of.

    :param text: "DET-2-200"; upper case, without line number
    :param line_number: NroLinDet or NroLinRef from 1, None where the answer names none
    """

    text: str
    line_number: int | None = None


def find_code(text: str) -> Code | None:
    """Return the first detail code in a text, None when there is none."""
    bounded = text[:2000].upper()
    if match := _CODE.search(bounded):
        area, line, severity, number, line_after = match.groups()
        found = line or line_after
        return Code(f"{area}-{severity}-{number}", int(found) or None if found else None)
    if match := _UPLOAD_CODE.search(bounded):
        return Code(match.group())
    return None


def normalize(text: str | None) -> Code | None:
    """Return a code that a person or a module gives; what is no detail code stays, upper case and bounded."""
    text = " ".join((text or "").split())
    if not text:
        return None
    return find_code(text) or Code(text.upper()[:_LONGEST])


def severity(code: str | None) -> str | None:
    """Return "reject", "reparo" or "info" as the code's middle digit says (inferred), None without one."""
    parts = (code or "").split("-")
    return _SEVERITIES.get(parts[1]) if len(parts) == 3 else None


def area(code: str | None) -> str | None:
    """Return the part of the document a code is about ("HED"), None for what is no detail code."""
    parts = (code or "").split("-")
    return parts[0] if len(parts) in (2, 3) and parts[0].isalpha() else None

"""JSON that a server sent."""

import json
from typing import Any

#: Levels of a value at most: the API sends a handful, and who walks a value by recursion gets some hundred far.
DEEPEST = 64


class ProtocolError(ValueError):
    """What came is not the language of the API."""


def read_json(text: str | bytes) -> Any:
    """Return the value of a JSON text.

    :raises ProtocolError: it is none, or nested deeper than any
    """
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        raise ProtocolError("no JSON") from None
    if _is_deep(value):
        raise ProtocolError("JSON nested too deep")
    return value


def _is_deep(value: Any) -> bool:
    level = [value]
    for _ in range(DEEPEST):
        inside = [one.values() if isinstance(one, dict) else one for one in level if isinstance(one, dict | list)]
        if not inside:
            return False
        level = [one for values in inside for one in values]
    return True

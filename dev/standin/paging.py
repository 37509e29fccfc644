"""Lists in pages, as the API gives them."""
from __future__ import annotations

from collections.abc import Mapping

from .refusals import Refused

_PAGE, _PAGE_MOST = 20, 1000


def page(entries: list[dict], query: Mapping) -> dict:
    """One page of a list, as ``after_id``, ``before_id`` and ``limit`` ask.

    :raises Refused: for a limit out of range, or an id that is not in the list
    """
    limit = query.get("limit", [str(_PAGE)])[0]
    if not limit.isdigit() or not 1 <= int(limit) <= _PAGE_MOST:
        raise Refused(400, f"limit: Input should be between 1 and {_PAGE_MOST}")
    limit, ids = int(limit), [entry["id"] for entry in entries]
    for key in ("after_id", "before_id"):
        if key in query and query[key][0] not in ids:
            raise Refused(400, f"{key}: {query[key][0]} not found")
    start = ids.index(query["after_id"][0]) + 1 if "after_id" in query else 0
    end = ids.index(query["before_id"][0]) if "before_id" in query else len(ids)
    if "before_id" in query and "after_id" not in query:
        start, more = max(0, end - limit), end - limit > 0
    else:
        more = end - start > limit
    shown = entries[start:min(end, start + limit)]
    return {"data": shown, "has_more": more, "first_id": shown[0]["id"] if shown else None,
            "last_id": shown[-1]["id"] if shown else None}

"""The stand-in's own paths, for those that can't reach it in Python: another process, a browser.

With the key: POST /standin/script {"steps": [...]}, POST /standin/gate {"open": name}, POST /standin/reset,
GET /standin/calls, GET /standin/bill, GET /standin/modes.
"""
from __future__ import annotations

import collections
import json
from decimal import Decimal

from .catalog import NOTHING
from .refusals import Refused
from .script import MODES, step


def answer(handler) -> None:
    """Serve one admin request."""
    try:
        raw = handler.read_body()
        if not handler.admitted():
            raise Refused(401, "invalid x-api-key")
        handler.send_json(None, _route(handler, raw))
    except (Refused, ValueError, TypeError) as error:
        status = error.status if isinstance(error, Refused) else 400
        handler.send_json(None, Refused(status, str(error)).as_json("req_standin_admin"), status)


def _route(handler, raw: bytes) -> dict:
    state, asked = handler.state, json.loads(raw or b"{}")
    route = (handler.command, handler.url.path)
    if route == ("GET", "/standin/calls"):
        return {"calls": [call.as_json() for call in list(state.calls)]}
    if route == ("GET", "/standin/bill"):
        return _bill(list(state.calls))
    if route == ("GET", "/standin/modes"):
        return {"modes": list(MODES)}
    if route == ("POST", "/standin/script"):
        state.script.add([step(one) for one in asked["steps"]])
    elif route == ("POST", "/standin/gate"):
        state.gate(asked["open"]).set()
    elif route == ("POST", "/standin/reset"):
        state.reset()
    else:
        raise Refused(404, "Not found")
    return {"ok": True, "waiting_steps": len(state.script)}


def _bill(calls: list) -> dict:
    """What all calls cost, and how many there were of each kind."""
    usage = sum((call.billed for call in calls), NOTHING)
    return {"calls": collections.Counter(call.kind for call in calls), "usage": usage.as_json(),
            "usd": str(sum((call.cost for call in calls), Decimal(0))), "done": all(c.done.is_set() for c in calls)}

"""An answer on its way to a browser: server-sent events, from this very process or from what another keeps of it."""

import json
import time
from collections.abc import Iterator

from ..chat import markdown
from .ai_message import OFFICIAL
from .chat_live import Live, all_running
from .chat_transaction import in_transaction

#: Seconds between two signs of life, by which a browser that left is noticed; between two pictures of a growing text;
#: between two looks at an answer that another process writes; between two signs to it that somebody reads along.
PING, PAUSE, LOOK, SIGN = 1.0, 0.05, 0.3, 2.0
#: Seconds that each further answer of this process adds to the pause between two pictures.
_SHARE = 0.003
#: Seconds for which one follows an answer of another process: longer than any turn.
_LONGEST = 240.0


def sse(event: dict) -> bytes:
    """Return one event as it is sent."""
    return b"data: " + json.dumps(event, ensure_ascii=False).encode() + b"\n\n"


class Picture:
    """What the browser shows by now, and what it has to be told so that it shows what there is."""

    def __init__(self):
        self.steps: list[dict] = []
        self.blocks: list[str] = []

    def news(self, state: dict) -> Iterator[bytes]:
        """Yield the events that make of the picture what there is now."""
        for at, step in enumerate(state["steps"]):
            if self.steps[at : at + 1] != [step]:
                self.steps[at:] = [step]
                yield sse({"type": "step", "index": at, **step})
        blocks = markdown.render(state["text"], frozenset(state["keys"]), OFFICIAL)
        same = 0
        while same < min(len(blocks), len(self.blocks)) and blocks[same] == self.blocks[same]:
            same += 1
        if same < max(len(blocks), len(self.blocks)):
            self.blocks = blocks
            yield sse({"type": "blocks", "from": same, "html": blocks[same:]})


def done(final: dict) -> bytes:
    """Return the last event."""
    cost = final.pop("conversation_cost", None)
    return sse({"type": "done", "message": final, "title": final.pop("title", ""), "cost": cost})


def along(live: Live) -> Iterator[bytes]:
    """Yield the events of an answer that this process writes."""
    picture, seen = Picture(), -1
    live.enter()
    try:
        while True:
            now = live.wait(seen, PING)
            if now == seen:
                yield b": ping\n\n"
                continue
            seen = now
            if live.final is not None:
                if live.final:
                    yield done(dict(live.final))
                return  # with nothing to show it could not be kept: the browser looks at what there is
            told = list(picture.news(live.state()))
            if not told:
                continue  # the first look, before there is anything: the first word must not wait for a pause
            yield b"".join(told)
            live.stop.wait(PAUSE + _SHARE * len(all_running(live.dbname)))
    finally:
        live.leave()


def elsewhere(asker, message_id: int) -> Iterator[bytes]:
    """Yield the events of an answer that another process writes, as it keeps them; or of one that is complete."""
    picture, end, signed = Picture(), time.monotonic() + _LONGEST, 0.0
    while time.monotonic() < end:
        sign = time.monotonic() - signed > SIGN
        kept = in_transaction(asker, lambda env, sign=sign: env["l10n_cl_ai.message"]._followed(message_id, sign))
        signed = time.monotonic() if sign else signed
        if "final" in kept:
            yield done(kept["final"])
            return
        told = list(picture.news(kept))
        yield b"".join(told) or b": ping\n\n"
        time.sleep(LOOK)


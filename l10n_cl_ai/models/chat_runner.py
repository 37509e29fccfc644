"""Runs one turn of the assistant in the user's name, and writes down what came of it, whatever that is.

It holds no cursor while the provider is asked: each piece of work in the database is a short transaction of its own.
"""

import contextlib
import logging
import threading
from dataclasses import dataclass

import psycopg2

from odoo import SUPERUSER_ID, api
from odoo.modules.registry import Registry
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY

from ..chat.tool import Asker
from ..chat.turn import Caps, Said, Turn
from ..llm.deadline import Deadline
from ..llm.question import Answer, Ask, Reason, Status
from .ai_gateway import prepare
from .ai_toolbox import run_tool
from .chat_live import Live

_logger = logging.getLogger(__name__)

#: Seconds between two looks of the keeper; for which an answer goes on that nobody reads, so that a page that is
#: loaded anew finds it; times a short transaction is tried again when another has written the same row.
BEAT, GRACE, _TRIES = 1.0, 10.0, 4


@contextlib.contextmanager
def environment(asker: Asker, su=False):
    """Lend an environment of the asker's, in its own transaction, which is committed at the end."""
    with Registry(asker.dbname).cursor() as cr:
        context = {"lang": asker.lang, "tz": asker.tz, "allowed_company_ids": [asker.company_id]}
        yield api.Environment(cr, SUPERUSER_ID if su else asker.uid, context, su=su)


def in_transaction(asker: Asker, work, su=False):
    """Return what ``work(env)`` returns, tried again where another transaction came in between."""
    for tried in range(1, _TRIES + 1):
        try:
            with environment(asker, su) as env:
                result = work(env)
                env.flush_all()
            return result
        except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
            if tried == _TRIES:
                raise
    raise AssertionError


@dataclass
class Prepared:
    """What a turn needs, read from records before it begins. See ``ai_chat_question``."""

    system: tuple
    content: list
    tools: list
    tool_names: frozenset
    labels: dict
    thread: object
    desk: object
    seal: str
    caps: Caps
    seconds: float
    given: list


class Runner:
    """Writes one answer.

    :param message_id: of the answer, whose row says *running*
    :param live: what others see of it meanwhile
    """

    def __init__(self, asker: Asker, message_id: int, live: Live):
        self.asker, self.message_id, self.live = asker, message_id, live
        self.before = 0
        self.prepared: Prepared | None = None

    def run(self) -> dict:
        """Answer, and return the message as the panel shows it. Never raises for what stands in between."""
        said, final = Said(), None
        try:
            said = self._turn()
        except Exception:
            _logger.exception("the assistant could not answer message %s", self.message_id)
            said = Said(text=self.live.text, detail="internal")
        try:
            final = in_transaction(self.asker, lambda env: self._message(env)._finish(said, self.prepared))
        except Exception:
            _logger.exception("what the assistant answered to message %s could not be kept", self.message_id)
        self.live.end(final or {})
        return final or {}

    def _message(self, env):
        return env["l10n_cl_ai.message"].browse(self.message_id)

    def _turn(self) -> Said:
        prepared = self.prepared = in_transaction(self.asker, lambda env: self._message(env)._prepare_turn())
        self.before = len(prepared.thread.turns)
        self.deadline = Deadline(prepared.seconds)
        turn = Turn(
            prepared.thread, self._ask, self._look, self._label, self._step, self._keep,
            self.live.stop.wait, prepared.caps,
        )  # fmt: skip
        return turn.run(prepared.content)

    def _ask(self, content, parent_id) -> Answer:
        left = self.deadline.left()
        if self.live.stop.stopped or left <= 0:
            reason = Reason.TRUNCATED if self.live.stop.stopped else Reason.DEADLINE
            return Answer(Status.NOT_EVALUATED, reason, stopped=self.live.stop.stopped)
        prepared = self.prepared
        question = Ask(
            "chat", system=prepared.system, content=content, thread=prepared.thread, tools=prepared.tools,
            private=prepared.desk.private, on_text=self.live.piece, stop=self.live.stop, parent_id=parent_id,
            deadline=left,
        )  # fmt: skip
        with environment(self.asker) as env:
            call = prepare(env, question)
        return call()

    def _look(self, name, values):
        prepared = self.prepared
        known = name if name in prepared.tool_names else ""
        return run_tool(self.asker, known, values, prepared.desk)

    def _label(self, name):
        return self.prepared.labels.get(name) or self.prepared.labels[""]

    def _step(self, position, step):
        self.live.step(position, step.to_json(), frozenset(self.prepared.desk.sources))

    def _keep(self):
        """Write down what was said and paid for, so that a worker that is killed loses none of it."""
        turns = self.prepared.thread.turns[self.before :]
        in_transaction(self.asker, lambda env: self._message(env)._keep_turns(turns, self.prepared.seal))


class Keeper:
    """Beside a turn: shows that it is alive, keeps what there is of it, and hears what others want of it.

    :param grace: seconds for which it goes on although nobody reads it; None: until it is complete
    """

    def __init__(self, asker: Asker, live: Live, grace: float | None = GRACE, beat: float = BEAT):
        self.asker, self.live, self.grace, self.beat = asker, live, grace, beat
        self._end = threading.Event()

    def run(self):
        """Look again and again, until the turn has ended."""
        while not self._end.wait(self.beat):
            try:
                signals = in_transaction(self.asker, self._beat, su=True)
            except psycopg2.Error:
                _logger.warning("the keeper of message %s could not look", self.live.message_id, exc_info=True)
                continue
            if "read" in signals:
                self.live.read()
            unread = self.grace is not None and self.live.unread_for() > self.grace
            if "stop" in signals or unread:
                self.live.stop.stop()

    def _beat(self, env):
        message = env["l10n_cl_ai.message"].browse(self.live.message_id)
        return message._beat(self.live.state(), self.beat)

    def end(self):
        """The turn has ended."""
        self._end.set()


def start(asker: Asker, message_id: int) -> Live:
    """Begin to answer in threads of their own, and return what can be read along."""
    live = Live(asker.dbname, message_id)
    keeper = Keeper(asker, live)
    runner = Runner(asker, message_id, live)

    def answer():
        try:
            runner.run()
        finally:
            keeper.end()

    for name, work in (("answer", answer), ("keeper", keeper.run)):
        thread = threading.Thread(target=work, name=f"l10n_cl_ai.chat.{name}.{message_id}", daemon=True)
        # Odoo's own clock on requests does not count these; the turn has its own.
        thread.start()
    return live


def answer_now(asker: Asker, message_id: int) -> dict:
    """Answer in this very thread, for a caller who waits for the whole of it."""
    return Runner(asker, message_id, Live(asker.dbname, message_id)).run()


__all__ = ["GRACE", "Keeper", "Prepared", "Runner", "answer_now", "environment", "in_transaction", "start"]

"""Runs one turn of the assistant in the user's name, and writes down what came of it, whatever that is.

It holds no cursor while the provider is asked: each piece of work in the database is a short transaction of its own.
"""

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass, replace

from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY

from ..chat.tool import Asker
from ..chat.turn import Caps, Said, Turn
from ..llm.deadline import Deadline
from ..llm.question import Answer, Ask, Reason, Status
from . import chat_keeper
from .ai_gateway import door, prepare
from .ai_toolbox import run_tool
from .chat_live import Live
from .chat_transaction import environment, in_transaction

_logger = logging.getLogger(__name__)


@dataclass
class Prepared:
    """What a turn needs, read from records before it begins: see ``ai_message_turn``."""

    system: tuple
    content: list
    tools: list
    tool_names: frozenset
    labels: dict
    topics: tuple
    thread: object
    desk: object
    seal: str
    caps: Caps
    seconds: float
    given: list


@dataclass
class Ready:
    """What a turn begins with. :param ask: the first question, through the gateway"""

    prepared: Prepared
    ask: Callable[[Ask], Answer]


def ready(env, message_id: int) -> Ready | None:
    """Return what a turn begins with, read in the transaction that took its question and is over before it begins: most
    of it is at hand there. None where it can't be read: the turn tries itself, and its answer says so.

    :param env: the asker's, in the company that is asked about
    """
    try:
        with env.cr.savepoint():
            prepared = env["l10n_cl_ai.message"].browse(message_id)._prepare_turn()
            return Ready(prepared, door(env, "chat"))
    except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
        raise
    except Exception:
        _logger.warning("message %s could not be prepared with its question", message_id, exc_info=True)
        return None


class Runner:
    """Writes one answer.

    :param message_id: of the answer, whose row says *running*
    :param live: what others see of it meanwhile
    :param begin: what was read with the question
    """

    def __init__(self, asker: Asker, message_id: int, live: Live, begin: Ready | None = None):
        self.asker, self.message_id, self.live, self.begin = asker, message_id, live, begin
        self.before = 0
        self.prepared: Prepared | None = None
        self.turn: Turn | None = None

    def run(self) -> dict:
        """Answer, and return the message as the panel shows it. Never raises for what stands in between."""
        final = {}
        try:
            final = self._answered()
        finally:
            # Also where a thread is torn off: as long as it is registered, it counts as alive.
            self.live.end(final)
        return final

    def _answered(self) -> dict:
        try:
            said = self._turn()
        except Exception:
            _logger.exception("the assistant could not answer message %s", self.message_id)
            # What was asked and paid for until then stays known.
            said = self.turn.said if self.turn else Said()
            said.text, said.detail = self.live.text, "internal"
        try:
            return self._finish(said, self.prepared)
        except Exception:
            _logger.exception("what the assistant answered to message %s could not be checked", self.message_id)
            return self._kept_unchecked(said)

    def _finish(self, said, prepared) -> dict:
        return self._written(lambda message: message._finish(said, prepared))

    def _kept_unchecked(self, said) -> dict:
        """Keep what was paid for, and say that it was not looked at; return nothing where not even that can be done."""
        said.reason, said.detail = None, "internal"
        try:
            return self._finish(said, None)
        except Exception:
            _logger.exception("what the assistant answered to message %s could not be kept", self.message_id)
            return {}

    def _message(self, env):
        return env["l10n_cl_ai.message"].browse(self.message_id)

    def _turn(self) -> Said:
        prepared = self.prepared = self.begin.prepared if self.begin else in_transaction(
            self.asker, lambda env: self._message(env)._prepare_turn()
        )
        self.before = len(prepared.thread.turns)
        self.deadline = Deadline(prepared.seconds)
        self.turn = Turn(
            prepared.thread, self._ask, self._look, self._label, self._step, self._keep,
            self.live.stop.wait, prepared.caps,
        )  # fmt: skip
        return self.turn.run(prepared.content)

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
        begin, self.begin = self.begin, None
        if begin:
            return begin.ask(question)
        with environment(self.asker) as env:
            call = prepare(env, question)
        return call()

    def _look(self, name, values):
        prepared = self.prepared
        known = name if name in prepared.tool_names else ""
        asker = replace(self.asker, topics=prepared.topics)
        return run_tool(asker, known, values, prepared.desk)

    def _label(self, name):
        return self.prepared.labels.get(name) or self.prepared.labels[""]

    def _step(self, position, step):
        self.live.step(position, step.to_json(), frozenset(self.prepared.desk.sources))

    def _keep(self):
        """Write down what was said and paid for, so that a worker that is killed loses none of it."""
        turns = self.prepared.thread.turns[self.before :]
        self._written(lambda message: message._keep_turns(turns, self.prepared.seal))

    def _written(self, write):
        """Return what ``write(message)`` returns; the keeper, who writes to the same row, waits."""
        return in_transaction(self.asker, lambda env: write(self._message(env)), within=chat_keeper.alone)


def start(asker: Asker, message_id: int, begin: Ready | None = None) -> Live:
    """Begin to answer in a thread of its own, and return what can be read along."""
    live = Live(asker.dbname, message_id)
    runner = Runner(asker, message_id, live, begin)
    try:
        chat_keeper.keep(live)
        # Odoo's own clock on requests does not count this thread; the turn has its own.
        threading.Thread(target=runner.run, name=f"l10n_cl_ai.chat.{message_id}", daemon=True).start()
    except BaseException:
        live.end({})
        raise
    return live


def answer_now(asker: Asker, message_id: int) -> dict:
    """Answer in this very thread, for a caller who waits for the whole of it."""
    live = Live(asker.dbname, message_id)
    live.enter()
    try:
        chat_keeper.keep(live)
    except BaseException:
        live.end({})
        raise
    return Runner(asker, message_id, live).run()

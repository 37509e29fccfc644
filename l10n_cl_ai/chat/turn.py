"""One turn of the assistant: rounds of question and tools until there is an answer, or a limit is reached."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from ..llm.question import Answer, Data, Reason
from ..llm.thread import Thread

#: Tools of one round that are run: a model that calls more of them at once gets told to ask for less.
MOST_CALLS = 6
#: Seconds that are waited for a limit of questions a minute in the middle of an answer, at most.
_PATIENCE = 5.0

LAST_ROUND = "That was the last look you can take. Answer now with what you have, and say what is missing."
_TOO_MANY = "Too many calls at once: this one was not run. Ask for less, one after the other."
_STOPPED = "Stopped by the user: this was not run."


@dataclass(frozen=True)
class Caps:
    """What one turn may take.

    :param rounds: questions to the provider
    :param usd: spent; no further round is begun beyond it
    :param tokens: of all rounds together, in and out
    """

    rounds: int = 8
    usd: Decimal = Decimal("0.50")
    tokens: int = 200_000


@dataclass
class Step:
    """A look that was taken, as a person is told of it. :param state: running, done or failed"""

    label: str
    state: str = "running"
    detail: str = ""

    def to_json(self) -> dict[str, str]:
        return {"label": self.label, "state": self.state, "detail": self.detail}


@dataclass
class Said:
    """What came of a turn.

    :param text: Markdown of the model, pseudonyms restored: untrusted
    :param reason: why there is no answer, or no whole one
    :param limit: the rounds, the money or the tokens of a turn were used up
    """

    text: str = ""
    reason: Reason | None = None
    stopped: bool = False
    limit: bool = False
    detail: str = ""
    retry_after: float | None = None
    cost: Decimal = Decimal(0)
    request_ids: list[int] = field(default_factory=list)
    steps: list[Step] = field(default_factory=list)


class Turn:
    """Runs one turn. It holds no cursor: what needs one is done by what it is given.

    :param thread: the dialogue so far; grows by what is said
    :param ask: (content, id of the request before) -> ``Answer``
    :param look: (name of a tool, its input) -> ``chat.tool.ToolAnswer``
    :param label: name of a tool -> what a person reads while it runs
    :param emit: told of each step, as (position, step)
    :param keep: called when something was said that was paid for
    :param wait: (seconds) -> whether it was stopped meanwhile
    """

    def __init__(
        self,
        thread: Thread,
        ask: Callable[[Sequence[Any], int | None], Answer],
        look: Callable[[str, Mapping[str, Any]], Any],
        label: Callable[[str], str],
        emit: Callable[[int, Step], None],
        keep: Callable[[], None],
        wait: Callable[[float], bool],
        caps: Caps = Caps(),
    ):
        self.thread, self.caps = thread, caps
        self._ask, self._look, self._label = ask, look, label
        self._emit, self._keep, self._wait = emit, keep, wait
        self._tokens = 0
        self.said = Said()

    def run(self, content: Sequence[str | Data | Mapping[str, Any]]) -> Said:
        """Ask, look things up as the model wants, and ask again, until it answers."""
        for number in range(1, self.caps.rounds + 1):
            answer = self._round(content)
            if answer.reason:
                return self._ended(answer)
            calls = [block for block in answer.blocks if block.get("type") == "tool_use"]
            if not calls:
                self.said.text = answer.text
                return self.said
            if number == self.caps.rounds or self._spent():
                break
            content = self._results(calls, last=number == self.caps.rounds - 1)
        self.said.text, self.said.limit, self.said.reason = answer.text, True, Reason.TRUNCATED
        return self.said

    def _round(self, content: Sequence[Any]) -> Answer:
        said = self.said
        previous = said.request_ids[-1] if said.request_ids else None
        answer = self._ask(content, previous)
        if answer.reason is Reason.RATE_LIMITED and previous and (answer.retry_after or _PATIENCE) < _PATIENCE:
            self._wait(answer.retry_after)
            answer = self._ask(content, previous)
        said.cost += answer.cost
        self._tokens += answer.usage.total
        if answer.request_id:
            said.request_ids.append(answer.request_id)
        if answer.sent and (answer.received or previous is None):
            self.thread.add(answer.sent, answer.received)
            self._keep()
        return answer

    def _spent(self) -> bool:
        return self.said.cost >= self.caps.usd or self._tokens >= self.caps.tokens

    def _ended(self, answer: Answer) -> Said:
        said = self.said
        said.text, said.reason, said.stopped = answer.text, answer.reason, answer.stopped
        said.detail, said.retry_after = answer.detail, answer.retry_after
        return said

    def _results(self, calls: Sequence[Mapping[str, Any]], last: bool) -> list[Any]:
        results: list[Any] = [
            _result(call["id"], _TOO_MANY, failed=True) if at >= MOST_CALLS
            else _result(call["id"], _STOPPED, failed=True) if self._wait(0)
            else self._run(call)
            for at, call in enumerate(calls)
        ]
        return [*results, LAST_ROUND] if last else results

    def _run(self, call: Mapping[str, Any]) -> dict[str, Any]:
        steps = self.said.steps
        step = Step(self._label(call["name"]))
        steps.append(step)
        self._emit(len(steps) - 1, step)
        found = self._look(call["name"], call.get("input") or {})
        step.state, step.detail = "failed" if found.failed else "done", found.summary
        self._emit(len(steps) - 1, step)
        return _result(call["id"], found.text, found.failed)


def _result(call: str, text: str, failed: bool) -> dict[str, Any]:
    return {"type": "tool_result", "tool_use_id": call, "content": text, "is_error": failed}

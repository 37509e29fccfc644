"""One request of a call, and what became of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from .deadline import Deadline, Stop
from .failure import Failure, of_event, of_exception, of_status, of_stop_reason
from .question import Reason
from .stream import ErrorEvent, Reply

#: Seconds a provider must have had before a deadline that passed without a word counts as its fault.
PATIENCE = 5.0


@dataclass
class Attempt:
    """One request and what came of it.

    :param given: seconds it had until the deadline
    """

    reply: Reply
    given: float = PATIENCE
    failure: Failure | None = None
    stopped: bool = False
    sent: bool = False
    status: int | None = None
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def surely_free(self) -> bool:
        """Whether the provider can't bill it: it never arrived, or was refused."""
        return not self.sent or (self.status is not None and not 200 <= self.status < 300)


def judge(attempt: Attempt, problem: BaseException | None, deadline: Deadline, stop: Stop) -> None:
    """Say what became of an attempt."""
    reply = attempt.reply
    response = getattr(problem, "response", None)
    if response is not None:
        attempt.headers = response.headers
    if reply.complete:
        attempt.failure = of_stop_reason(reply.stop_reason, reply.stop_category)
        if reply.broken and not attempt.failure:
            attempt.failure = Failure(Reason.INVALID_ANSWER, "tool input")
    elif attempt.stopped or stop.stopped:
        attempt.stopped = True
    else:
        attempt.failure = of_error(problem, deadline)
        impatient = reply.first_at is not None or not attempt.sent or attempt.given < PATIENCE
        if attempt.failure.reason is Reason.DEADLINE and impatient:
            # The caller's patience ended, which says nothing about the provider's health.
            attempt.failure = replace(attempt.failure, fault=False)


def of_error(problem: Any, deadline: Deadline) -> Failure:
    """Return what ended an attempt before its answer was complete.

    :param problem: the exception; None: it just ended
    """
    if isinstance(getattr(problem, "status_code", None), int):
        return of_status(problem.status_code, problem.body, problem.response.headers)
    if isinstance(problem, ErrorEvent):
        return of_event(problem.error)
    if deadline.passed:
        return Failure(Reason.DEADLINE, fault=True)
    if problem is None:
        return Failure(Reason.UNREACHABLE, "stream ended early", fault=True, passing=True)
    return of_exception(problem)

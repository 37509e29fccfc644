"""The provider's Message Batches over the SDK's client: made, looked at, cancelled, found back, their results read.

The address of the results that the provider names is never followed: whoever can write it could send the key and the
answers elsewhere. They are read below the configured address, where the API's reference puts them.
"""

import re
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from . import transport as sdk
from .attempt import of_error
from .deadline import Deadline, Stop
from .guard import Guard
from .question import Reason
from .received import ProtocolError, read_json
from .stream import lines, mended

#: Requests and bytes of one batch at most, far below the API's 100,000 and 256 MB: its results fit into one response,
#: and what a lost answer leaves in doubt stays small.
MOST_REQUESTS, MOST_BYTES = 1000, 20_000_000
#: Pages of the list of batches at most, when one is looked for.
_PAGES = 20
#: What the provider calls its batches: it becomes part of a path.
_ID = re.compile(r"[A-Za-z0-9_-]{1,80}")
_STATES = frozenset({"in_progress", "canceling", "ended"})
_COUNTS = ("processing", "succeeded", "errored", "canceled", "expired")
_PATH = "/v1/messages/batches"


@dataclass(frozen=True)
class Access:
    """At whose account, and where."""

    key: str = field(repr=False)
    base_url: str


@dataclass(frozen=True)
class BatchState:
    """What the provider says of a batch.

    :param status: ``in_progress``, ``canceling`` or ``ended``
    :param counts: requests by what became of them; all are ``processing`` until the batch has ended
    """

    id: str
    status: str
    counts: dict[str, int]
    created_at: datetime | None = None

    @property
    def ended(self) -> bool:
        """Whether its results can be read."""
        return self.status == "ended"

    @property
    def total(self) -> int:
        """Requests in it."""
        return sum(self.counts.values())


@dataclass
class BatchAnswer:
    """What came of one request about batches.

    :param states: the batch asked about; or those listed, the newest first
    :param more: the list goes on
    :param failure: why there is none
    :param surely_not: nothing was changed at the provider, so nothing can be billed
    :param passing: asking again may help
    """

    states: list[BatchState] = field(default_factory=list)
    more: bool = False
    failure: Reason | None = None
    detail: str = ""
    surely_not: bool = False
    passing: bool = False
    retry_after: float | None = None

    @property
    def state(self) -> BatchState | None:
        """The batch asked about."""
        return self.states[0] if self.states else None


class BatchTransport:
    """Speaks of batches. Nothing the provider or the network does raises: it is in the :class:`BatchAnswer`."""

    def make(self, access: Access, requests: Sequence[dict[str, Any]], deadline: Deadline) -> BatchAnswer:
        """Make a batch. Never tried twice: without a mark of ours in it a second one would be paid for as well.

        :param requests: ``custom_id`` and ``params`` each
        """
        return self._asked(access, deadline, lambda client: client.create(requests=list(requests)))

    def look(self, access: Access, batch_id: str, deadline: Deadline) -> BatchAnswer:
        """Return how far a batch is."""
        return self._named(access, batch_id, deadline, lambda client: client.retrieve(batch_id))

    def cancel(self, access: Access, batch_id: str, deadline: Deadline) -> BatchAnswer:
        """Ask for the end of a batch; what is answered by then stays answered, and paid for."""
        return self._named(access, batch_id, deadline, lambda client: client.cancel(batch_id))

    def since(self, access: Access, moment: datetime, deadline: Deadline) -> BatchAnswer:
        """Return all batches of the account made at ``moment`` or later, or the failure to list all of them."""
        answer = BatchAnswer()
        after: dict[str, str] = {}
        for _page in range(_PAGES):
            page = self._asked(access, deadline, lambda client, after=after: client.list(limit=100, **after), _listed)
            if page.failure:
                return page
            answer.states += [state for state in page.states if not state.created_at or state.created_at >= moment]
            last = page.states[-1] if page.states else None
            if not page.more or (last and last.created_at and last.created_at < moment):
                return answer
            if last is None:
                break
            after = {"after_id": last.id}
        return BatchAnswer(failure=Reason.UNREACHABLE, detail="list without end")

    def results(self, access: Access, batch_id: str, deadline: Deadline,
                take: Callable[[str, dict[str, Any]], None], asked: Collection[str] | None = None) -> BatchAnswer:
        """Read the results of a batch that has ended, line by line.

        :param take: called with ``custom_id`` and ``result`` of each line that has both; others are left out
        :param asked: of these only, each once, whatever else the provider says; None: all
        """
        left = None if asked is None else set(asked)

        def read(client: Any) -> Any:
            response = client.get(f"{_PATH}/{batch_id}/results", cast_to=object,
                                  options={"headers": {"X-Stainless-Raw-Response": "stream"}})
            try:
                for custom_id, result in _results(response.http_response.iter_bytes()):
                    if left is None:
                        take(custom_id, result)
                    elif custom_id in left:
                        left.remove(custom_id)
                        take(custom_id, result)
            finally:
                response.http_response.close()
            return response

        if not _ID.fullmatch(batch_id):
            return BatchAnswer(failure=Reason.UNREACHABLE, detail="no id of a batch", surely_not=True)
        return self._guarded(access, deadline, read, lambda _response: BatchAnswer())

    # -- one request -----------------------------------------------------------------------------------------------

    def _named(self, access: Access, batch_id: str, deadline: Deadline, ask: Callable[[Any], Any]) -> BatchAnswer:
        if not _ID.fullmatch(batch_id):
            return BatchAnswer(failure=Reason.UNREACHABLE, detail="no id of a batch", surely_not=True)
        answer = self._asked(access, deadline, ask)
        if answer.state and answer.state.id != batch_id:
            return BatchAnswer(failure=Reason.UNREACHABLE, detail="another batch")
        return answer

    def _asked(self, access: Access, deadline: Deadline, ask: Callable[[Any], Any],
               read: "Callable[[Any], BatchAnswer] | None" = None) -> BatchAnswer:
        return self._guarded(
            access, deadline, lambda client: ask(client.messages.batches.with_raw_response), read or _one)

    def _guarded(self, access: Access, deadline: Deadline, ask: Callable[[Any], Any],
                 read: Callable[[Any], BatchAnswer]) -> BatchAnswer:
        refused = sdk._refused(access.key, access.base_url)
        if refused:
            return BatchAnswer(failure=refused.reason, detail=refused.detail, surely_not=True)
        guard = Guard(deadline, Stop())
        try:
            with guard.active():
                return read(ask(sdk._client(access.key, access.base_url)))
        except sdk._network_errors() as error:
            failure = of_error(error, deadline)
        return BatchAnswer(
            failure=failure.reason, detail=failure.detail, passing=failure.passing, retry_after=failure.told,
            surely_not=not guard.sent or _refusal(guard.status),
        )  # fmt: skip


def _refusal(status: int | None) -> bool:
    """Whether the provider itself said no. A 5xx may come from in between, with the batch made behind it."""
    return status is not None and 400 <= status < 500 and status != 408


def _state(value: Any) -> BatchState:
    """Return what a batch object says.

    :raises ProtocolError: it is none
    """
    if not isinstance(value, dict):
        raise ProtocolError("no batch")
    batch_id, status, counts = value.get("id"), value.get("processing_status"), value.get("request_counts")
    if not isinstance(batch_id, str) or not _ID.fullmatch(batch_id) or status not in _STATES:
        raise ProtocolError("no batch")
    counts = counts if isinstance(counts, dict) else {}
    told = {name: counts.get(name) for name in _COUNTS}
    if not all(type(count) is int and 0 <= count < 2**31 for count in told.values()):
        raise ProtocolError("a batch without counts")
    return BatchState(batch_id, status, told, _moment(value.get("created_at")))


def _one(response: Any) -> BatchAnswer:
    return BatchAnswer([_state(sdk._object(response))])


def _listed(response: Any) -> BatchAnswer:
    page = sdk._object(response)
    data = page.get("data")
    if not isinstance(data, list):
        raise ProtocolError("no list of batches")
    return BatchAnswer([_state(value) for value in data], more=bool(page.get("has_more")))


def _moment(text: Any) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text)
    except (TypeError, ValueError):
        return None
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment


def _results(chunks: Iterator[bytes]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield (custom_id, result) of JSON lines, whose last may have no end. A line that says neither is left out.

    :raises ProtocolError: a line too long for any answer
    """
    for line in lines(_ended(chunks)):
        try:
            value = mended(read_json(line)) if line.strip() else None
        except ProtocolError:
            continue
        custom_id, result = (value.get("custom_id"), value.get("result")) if isinstance(value, dict) else (None, None)
        if isinstance(custom_id, str) and isinstance(result, dict):
            yield custom_id, result


def _ended(chunks: Iterator[bytes]) -> Iterator[bytes]:
    yield from chunks
    yield b"\n"

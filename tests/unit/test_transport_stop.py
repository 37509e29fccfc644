"""A call that is stopped ends at once, wherever it waits, and is accounted for to the token."""

import socket
import threading
import time

import pytest
import standin
from standin import tokens
from standin_client import HAIKU
from transport_client import HEAD, SLACK, START, Waits, asked, block, call_at, chunk, hear, raw, telling

from l10n_cl_ai.llm import wire
from l10n_cl_ai.llm.cost import Usage
from l10n_cl_ai.llm.deadline import Deadline, Stop
from l10n_cl_ai.llm.transport import Transport

TEXT = "El folio 33 numera un documento; el CAF lo autoriza. Así lo dice el SII: ni antes ni después. " * 3


@pytest.fixture
def server():
    with standin.running() as running:
        yield running


def stopped_when(stop: Stop, event: threading.Event, after: float = 0.05) -> list[float]:
    """Stop from another thread a moment after something happened; returns where the time of it will be."""
    times: list[float] = []

    def run() -> None:
        event.wait(10)
        threading.Event().wait(after)  # the call is waiting by now
        times.append(time.perf_counter())
        stop.stop()

    threading.Thread(target=run, daemon=True).start()
    return times


def stop_after(server, tokens_seen: int, **script):
    """The outcome of a call stopped when so many tokens had come, and what the provider bills for it."""
    server.script(answer=TEXT, gate="g", gate_after=tokens_seen, **script)
    stop, seen = Stop(), threading.Event()
    seen_text: list[str] = []

    def listen(text: str) -> None:
        seen_text.append(text)
        if tokens.count("".join(seen_text)) >= tokens_seen:
            seen.set()

    times = stopped_when(stop, seen)
    outcome = Transport().call(call_at(server), listen, stop)
    over = time.perf_counter() - times[0]
    server.gate("g").set()
    assert server.settled()
    return outcome, Usage(**server.bill.as_json()), over


@pytest.mark.parametrize("count", [1, 2, 7, 40])
def test_what_came_before_the_stop_is_counted_to_the_token(server, count):
    outcome, billed, _ = stop_after(server, count)
    assert outcome.stopped and outcome.failure is None
    assert tokens.count(outcome.text) == count
    assert (outcome.billing, outcome.usage) == ("counted", billed)
    assert outcome.content == [{"type": "text", "text": outcome.text, "citations": None}]


def test_stopped_costs_what_streaming_to_that_point_costs(server):
    outcome, _, _ = stop_after(server, 12)
    server.reset()
    server.script(answer=outcome.text)
    assert asked(server).usage == outcome.usage


def test_counting_is_free_and_sends_nothing_but_the_answer(server):
    stop_after(server, 3)
    counts = [call for call in server.calls if call.kind == "count_tokens"]
    assert len(counts) == 2
    assert not any("Explica" in call.text for call in counts)


def test_a_second_stop_needs_one_count_only(server):
    transport = Transport()
    for _ in range(2):
        server.script(cut="clean", after=4)
        assert asked(server, transport=transport).usage.output == 4
    assert [call.kind for call in server.calls].count("count_tokens") == 3


def test_a_stop_wakes_a_blocked_read_at_once(server):
    times = []
    for _ in range(3):  # the best of them, as other work shares this machine
        server.reset()
        times.append(stop_after(server, 3)[2])
    assert min(times) < SLACK


def test_without_a_count_the_bound_is_above_the_bill(server):
    server.script(when={"kind": "count_tokens"}, times=0, status=529)
    outcome, billed, _ = stop_after(server, 9)
    assert outcome.billing == "counted"
    assert billed.output < outcome.usage.output <= len(outcome.text.encode())
    assert outcome.usage.input == billed.input


def test_of_hidden_thought_the_bound_is_what_was_allowed(server):
    server.script(thinking=33, cut="clean", after=2)
    outcome = asked(server, thinking=None, max_tokens=300)
    assert (outcome.billing, outcome.usage.output) == ("doubted", 300)
    assert [one["type"] for one in outcome.content] == ["thinking", "text"]


def test_hidden_thought_is_bound_by_the_time_it_took(server):
    server.script(thinking=33, cut="clean", after=2)
    outcome = asked(server, thinking=None, max_tokens=60_000)
    assert outcome.billing == "doubted"
    assert server.messages[0].billed.output < outcome.usage.output < 60_000


def test_a_thought_broken_off_is_not_replayed():
    begun = {"type": "content_block_start", "index": 0, "content_block": {"type": "thinking", "thinking": ""}}
    with raw(telling(START, begun)) as server:
        outcome = asked(server, thinking=None)
        assert (outcome.content, outcome.usage.output) == ([], 500)


def test_a_tool_call_broken_off_is_not_replayed_and_counted_from_above():
    begun = {"type": "content_block_start", "index": 0,
             "content_block": {"type": "tool_use", "id": "t", "name": "buscar", "input": {}}}
    delta = {"type": "content_block_delta", "index": 0,
             "delta": {"type": "input_json_delta", "partial_json": '{"palabras": "ñan'}}
    with raw(telling(START, begun, delta)) as server:
        outcome = asked(server)
        assert outcome.content == []
        assert 24 < outcome.usage.output < 100


def test_a_stop_before_the_call_sends_nothing(server):
    stop = Stop()
    stop.stop()
    outcome = Transport().call(call_at(server), stop=stop)
    assert (outcome.stopped, outcome.billing, outcome.failure) == (True, "none", None)
    assert server.messages == []


def test_a_stop_before_the_answer_began_may_be_billed(server):
    stop, arrived = Stop(), threading.Event()
    server.script(gate="slow", when=lambda _call: not arrived.set())
    times = stopped_when(stop, arrived)
    outcome = Transport().call(call_at(server), stop=stop)
    assert time.perf_counter() - times[0] < 1
    assert (outcome.stopped, outcome.billing, outcome.text) == (True, "unknown", "")


def test_a_stop_ends_a_pause_between_attempts(server):
    server.script("overloaded")
    stop = Stop()
    waits = Waits(stop)
    outcome = Transport(wait=waits).call(call_at(server), stop=stop)
    assert (outcome.stopped, outcome.failure, outcome.billing, outcome.attempts) == (True, None, "none", 1)
    assert len(waits.seconds) == len(server.messages) == 1


def test_the_real_pause_is_woken():
    stop = Stop()
    threading.Timer(0.05, stop.stop).start()
    start = time.perf_counter()
    assert stop.wait(30)
    assert time.perf_counter() - start < 1


def test_a_late_stop_leaves_the_next_call_alone(server):
    transport, stop = Transport(), Stop()
    assert transport.call(call_at(server), stop=stop).failure is None
    server.script(answer=TEXT, gate="g", gate_after=2)
    opened = threading.Timer(0.1, server.gate("g").set)
    late = threading.Timer(0.05, stop.stop)
    opened.start()
    late.start()
    outcome = transport.call(call_at(server))
    assert (outcome.text, outcome.stopped) == (TEXT, False)


def test_one_stop_ends_all_it_was_given_to(server):
    server.script(times=0, answer=TEXT, gate="g", gate_after=2)
    stop, outcomes = Stop(), []
    started = threading.Semaphore(0)
    threads = [
        threading.Thread(target=lambda: outcomes.append(
            Transport().call(call_at(server), lambda _text: started.release(), stop)))
        for _ in range(4)
    ]  # fmt: skip
    for thread in threads:
        thread.start()
    for _ in range(8):
        started.acquire(timeout=5)
    stop.stop()
    for thread in threads:
        thread.join(5)
    server.gate("g").set()
    assert [outcome.stopped for outcome in outcomes] == [True] * 4


def test_an_answer_that_was_complete_is_no_stopped_one():
    events = [START, *block("todo"), {"type": "message_delta", "delta": {"stop_reason": "end_turn"},
                                      "usage": {"output_tokens": 3}}]

    def speak(connection, server):
        hear(connection)
        connection.sendall(HEAD + chunk(*events))
        server.over.wait(5)  # no message_stop, and the connection stays open

    with raw(speak) as server:
        stop = Stop()
        threading.Timer(0.1, stop.stop).start()
        outcome = Transport().call(call_at(server), stop=stop)
    assert (outcome.stopped, outcome.text, outcome.billing, outcome.usage.output) == (False, "todo", "exact", 3)


def test_what_had_arrived_is_counted_though_nobody_saw_it():
    """Two deltas come at once; whoever reads the first stops the call: the second was generated, too."""
    stop, seen = Stop(), []
    with raw(telling(START, *block("uno ", "dos"))) as server:
        outcome = Transport().call(call_at(server), lambda text: (seen.append(text), stop.stop()), stop)
    assert seen == ["uno "]
    assert outcome.text == "uno dos"


def test_a_reader_that_fails_stops_the_call_and_is_told_in_the_log(server, caplog):
    server.script(answer=TEXT, gate="g", gate_after=8)

    def gone(text: str) -> None:
        raise BrokenPipeError("RUT 76.123.456-0")

    outcome = Transport().call(call_at(server), gone)
    server.gate("g").set()
    assert outcome.stopped and outcome.failure is None and outcome.billing == "counted"
    assert "BrokenPipeError" in caplog.text and "76.123" not in caplog.text


def test_a_reader_ended_from_outside_is_not_kept_from_ending(server):
    def end(_text: str) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        Transport().call(call_at(server), end)
    assert asked(server).failure is None  # and the next call has nothing of it


def test_a_stop_ends_a_connection_being_made():
    with full_listener() as url:
        stop = Stop()
        threading.Timer(0.1, stop.stop).start()
        start = time.perf_counter()
        outcome = Transport().call(call_at(Place(url)), stop=stop)
        assert time.perf_counter() - start < 1
    assert (outcome.stopped, outcome.billing) == (True, "none")


def test_a_stop_ends_a_name_being_looked_up(monkeypatch):
    never = threading.Event()
    monkeypatch.setattr(wire.socket, "getaddrinfo", lambda *args, **kw: never.wait(5) or [])
    stop = Stop()
    threading.Timer(0.1, stop.stop).start()
    start = time.perf_counter()
    outcome = Transport().call(call_at(Place("https://slow.example")), stop=stop)
    never.set()
    assert time.perf_counter() - start < 1
    assert (outcome.stopped, outcome.billing) == (True, "none")


class Place:
    """Where there is no stand-in."""

    key = "sk-ant-nobody"

    def __init__(self, url: str):
        self.url = url


class full_listener:
    """A host that answers no connection: its queue is full, further ones hear nothing."""

    def __enter__(self) -> str:
        self.listener = socket.socket()
        self.listener.bind(("127.0.0.1", 0))
        self.listener.listen(0)
        self.queued = []
        for _ in range(3):
            waiting = socket.socket()
            waiting.setblocking(False)
            waiting.connect_ex(self.listener.getsockname())
            self.queued.append(waiting)
        return f"http://127.0.0.1:{self.listener.getsockname()[1]}"

    def __exit__(self, *_exc) -> None:
        for one in (*self.queued, self.listener):
            one.close()


def test_a_connection_nobody_takes_ends_at_the_deadline():
    with full_listener() as url:
        start = time.perf_counter()
        outcome = Transport().call(call_at(Place(url), deadline=Deadline(0.3), model=HAIKU))
        assert 0.25 < time.perf_counter() - start < 0.3 + 3 * SLACK
    assert (outcome.failure, outcome.billing) == ("deadline", "none")

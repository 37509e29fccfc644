"""Whatever the other side does, a call is over at its deadline."""

import datetime
import socket
import ssl
import threading
import time

import pytest
import standin
from freezegun import freeze_time
from transport_client import END, HEAD, SLACK, START, asked, block, call_at, chunk, hear, raw, self_signed, timed

from l10n_cl_ai.llm import attempt, wire
from l10n_cl_ai.llm.deadline import Deadline, Stop
from l10n_cl_ai.llm.question import Reason
from l10n_cl_ai.llm.transport import RetryBudget, Transport

SECONDS = 0.3


@pytest.fixture(scope="module")
def server():
    with standin.running() as running:
        yield running


@pytest.fixture(autouse=True)
def _clean(server):
    server.reset()


def ends_in_time(server, billing: str):
    outcome, over = timed(lambda: asked(server, SECONDS), seconds=SECONDS)
    assert outcome.failure is Reason.DEADLINE
    assert outcome.billing == billing
    assert -0.05 < over < SLACK
    return outcome


def trickle(data: bytes, at_once: bytes = b""):
    """A server that says this a byte at a time, much faster than any timeout of a read."""

    def speak(connection, server):
        hear(connection)
        connection.sendall(at_once)
        for byte in data:
            connection.sendall(bytes([byte]))
            if server.over.wait(0.005):
                return

    return speak


def test_a_deadline_counts_down_and_stays_at_nothing():
    now = [100.0]
    deadline = Deadline(2, clock=lambda: now[0])
    assert (deadline.left(), deadline.passed) == (2.0, False)
    now[0] = 101.5
    assert (deadline.left(), deadline.within(9).left(), deadline.within(0.25).left()) == (0.5, 0.5, 0.25)
    now[0] = 103.0
    assert (deadline.left(), deadline.passed) == (0.0, True)
    assert Deadline(-5).passed


def test_time_that_is_frozen_does_not_stop_it():
    with freeze_time(datetime.datetime(2026, 11, 22)):
        deadline = Deadline(0.02)
        assert not Stop().wait(0.03)
        assert deadline.passed


def test_under_frozen_time_a_call_is_made_as_ever(server):
    with freeze_time(datetime.datetime(2026, 11, 22)):
        assert asked(server).failure is None


def test_no_answer_at_all(server, monkeypatch):
    server.script(times=0, gate="never")
    assert not ends_in_time(server, "unknown").provider_fault  # it was hardly given the time
    monkeypatch.setattr(attempt, "PATIENCE", 0.01)
    assert ends_in_time(server, "unknown").provider_fault


def test_a_stream_that_hangs(server):
    server.script(times=0, cut="hang", after=5)
    outcome = ends_in_time(server, "counted")
    assert outcome.text and not outcome.provider_fault  # it was answering


def test_a_stream_of_pings(server):
    server.script(times=0, trickle=0.02, answer="uno dos tres " * 200)
    ends_in_time(server, "counted")


def test_headers_byte_by_byte():
    with raw(trickle(HEAD * 50)) as server:
        ends_in_time(server, "unknown")


def test_a_body_byte_by_byte():
    with raw(trickle(chunk(*block("despacio " * 500)), at_once=HEAD + chunk(START))) as server:
        ends_in_time(server, "counted")


def test_an_error_byte_by_byte_is_known_not_to_be_billed():
    with raw(trickle(b"HTTP/1.1 529 Busy\r\ncontent-length: 9999\r\n\r\n" + b"x" * 9999)) as server:
        ends_in_time(server, "none")


def test_a_connection_that_reads_nothing():
    def speak(_connection, server):
        server.over.wait(5)

    with raw(speak) as server:
        outcome, over = timed(lambda: asked(server, SECONDS, text="x" * 20_000_000), seconds=SECONDS, limit=0.3)
        assert outcome.failure is Reason.DEADLINE
        assert over < 0.3  # it takes a moment to write 20 MB of JSON before the first byte leaves


def test_a_tls_handshake_that_does_not_answer():
    def speak(_connection, server):
        server.over.wait(5)

    with raw(speak, scheme="https") as server:
        ends_in_time(server, "none")


def test_a_name_that_takes_long_to_look_up(monkeypatch):
    never = threading.Event()
    monkeypatch.setattr(wire.socket, "getaddrinfo", lambda *args, **kw: never.wait(5) or [])

    class Slow:
        url, key = "https://slow.example", "k"

    ends_in_time(Slow, "none")
    never.set()


def test_a_name_nobody_knows_is_no_matter_of_time(monkeypatch):
    def unknown(*args, **kw):
        raise socket.gaierror(-2, "Name or service not known")

    monkeypatch.setattr(wire.socket, "getaddrinfo", unknown)

    class Unknown:
        url, key = "https://nowhere.example", "k"

    outcome = asked(Unknown, transport=Transport(retries=RetryBudget(loan=0)))
    assert (outcome.failure, outcome.billing) == (Reason.UNREACHABLE, "none")
    assert outcome.detail.endswith("gaierror")


def test_every_address_of_a_name_is_tried(server, monkeypatch):
    closed = socket.create_server(("127.0.0.1", 0))
    port = closed.getsockname()[1]
    closed.close()
    addresses = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", p)) for p in (port, server.port)]
    monkeypatch.setattr(wire.socket, "getaddrinfo", lambda *args, **kw: addresses)

    class Named:
        url, key = f"http://localhost:{server.port}", server.key

    assert asked(Named).failure is None


def test_pauses_between_attempts_end_in_time(server):
    server.script(status=529, times=0)
    transport = Transport(retries=RetryBudget(loan=9), jitter=lambda _low, high: high)
    start = time.perf_counter()
    outcome = asked(server, SECONDS, transport=transport)
    assert time.perf_counter() - start < SECONDS + SLACK
    assert (outcome.failure, outcome.attempts) == (Reason.OVERLOADED, 1)  # half a second of pause had no room


def test_a_deadline_that_has_passed_sends_nothing(server):
    assert asked(server, 0).failure is Reason.DEADLINE
    assert server.messages == []


def test_the_end_of_the_connection_is_not_waited_for():
    def speak(connection, server):
        hear(connection)
        connection.sendall(HEAD + chunk(START, *block("todo"), *END))
        server.over.wait(5)  # the message is whole, its HTTP body is not

    with raw(speak) as server:
        outcome, took = timed(lambda: asked(server), limit=0.5)
    assert (outcome.text, outcome.failure, outcome.billing) == ("todo", None, "exact")
    assert took < 0.5


def test_counting_what_was_broken_off_has_two_seconds_at_most(server):
    server.script(cut="clean", after=4)
    server.script(when={"kind": "count_tokens"}, times=0, gate="never")
    start = time.perf_counter()
    outcome = asked(server, 30)
    assert 1.9 < time.perf_counter() - start < 2.0 + 5 * SLACK
    assert outcome.billing == "counted" and outcome.usage.output >= 4


def test_listing_models_and_counting_end_in_time_too(server):
    server.script(when={"kind": "models"}, times=0, gate="never")
    server.script(when={"kind": "count_tokens"}, times=0, gate="never")
    transport = Transport()
    answer, over = timed(lambda: transport.models(server.key, server.url, Deadline(SECONDS)), seconds=SECONDS)
    assert (answer.failure, over < SLACK) == (Reason.DEADLINE, True)
    count, over = timed(lambda: transport.count(call_at(server, SECONDS)), seconds=SECONDS)
    assert (count, over < SLACK) == (None, True)


def test_tls_is_waited_for_no_longer_than_plain_text(tmp_path, monkeypatch):
    certificate = self_signed(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", certificate)
    monkeypatch.setattr(wire, "_clients", wire._Clients())  # as in a process that starts now
    def speak(connection, server):
        hear(connection)
        connection.sendall(HEAD + chunk(START, *block("cifrado")))
        server.over.wait(5)

    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    with raw(speak, context, scheme="https", host="localhost") as server:
        outcome = ends_in_time(server, "counted")
        assert outcome.text == "cifrado"
        stop = Stop()
        threading.Timer(0.1, stop.stop).start()
        start = time.perf_counter()
        outcome = Transport().call(call_at(server), stop=stop)
        assert outcome.stopped and outcome.text == "cifrado"
        assert time.perf_counter() - start < 4  # without the 2 s of its count, which this server does not answer

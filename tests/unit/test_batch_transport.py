"""Message Batches at the stand-in and at servers that lie: what is said, and what is never followed."""

import datetime
import json

import pytest
import standin
from standin_client import HAIKU
from transport_client import raw

from l10n_cl_ai.llm.batch_transport import Access, BatchTransport
from l10n_cl_ai.llm.question import Reason
from l10n_cl_ai.llm.transport import Deadline

LONG_AGO = datetime.datetime(2000, 1, 1, tzinfo=datetime.UTC)
BATCH = {"id": "msgbatch_1", "type": "message_batch", "processing_status": "ended",
         "created_at": "2026-11-28T12:00:00Z",
         "request_counts": {"processing": 0, "succeeded": 1, "errored": 0, "canceled": 0, "expired": 0},
         "results_url": "http://127.0.0.1:9/steal"}  # fmt: skip


@pytest.fixture(scope="module")
def server():
    with standin.running() as running:
        yield running


@pytest.fixture(autouse=True)
def _clean(server):
    server.reset()
    server.state.batch_polls = 1


def access(server, **changes):
    return Access(**{"key": server.key, "base_url": server.url, **changes})


def request(custom_id="uno", text="¿Qué es un folio?", **changes):
    params = {"model": HAIKU, "max_tokens": 50, "messages": [{"role": "user", "content": text}], **changes}
    return {"custom_id": custom_id, "params": params}


def made(server, *requests):
    return BatchTransport().make(access(server), requests or (request(),), Deadline(10)).state


def read(server, batch_id="msgbatch_1", seconds=10):
    lines = []
    answer = BatchTransport().results(access(server), batch_id, Deadline(seconds), lambda *line: lines.append(line))
    return answer, lines


def http(body, status="200 OK", content_type="application/json", extra=""):
    body = body if isinstance(body, bytes) else body.encode()
    head = f"HTTP/1.1 {status}\r\ncontent-type: {content_type}\r\n{extra}content-length: {len(body)}\r\n\r\n"
    return head.encode() + body


def saying(body, **how):
    """A raw server that says this to every request."""
    whole = http(body, **how)

    def serve(connection, _server):
        connection.recv(1 << 16)
        connection.sendall(whole)

    return raw(serve)


def test_a_batch_is_made_looked_at_and_read(server):
    batch = made(server, request("uno"), request("dos"))
    assert (batch.status, batch.total) == ("in_progress", 2)
    transport = BatchTransport()
    assert not transport.look(access(server), batch.id, Deadline(10)).state.ended
    assert transport.look(access(server), batch.id, Deadline(10)).state.ended
    answer, lines = read(server, batch.id)
    assert answer.failure is None
    assert {(custom_id, result["type"]) for custom_id, result in lines} == {("uno", "succeeded"), ("dos", "succeeded")}


def test_a_batch_is_cancelled(server):
    batch = made(server)
    transport = BatchTransport()
    assert transport.cancel(access(server), batch.id, Deadline(10)).state.status == "canceling"
    assert transport.look(access(server), batch.id, Deadline(10)).state.counts["canceled"] == 1


def test_cancelling_what_has_ended_is_refused_in_words(server):
    batch = made(server)
    server.end_batches()
    answer = BatchTransport().cancel(access(server), batch.id, Deadline(10))
    assert (answer.state, answer.surely_not) == (None, True)


def test_batches_are_listed_over_all_pages(server):
    ids = {made(server).id for _ in range(103)}
    answer = BatchTransport().since(access(server), LONG_AGO, Deadline(30))
    assert {state.id for state in answer.states} == ids
    soon = datetime.datetime.now(datetime.UTC) + datetime.timedelta(hours=1)
    assert BatchTransport().since(access(server), soon, Deadline(10)).states == []


def test_what_was_refused_was_surely_not_made(server):
    for mode, reason in (("unauthorized", Reason.AUTH), ("rate_limited", Reason.OVERLOADED), ("billing", Reason.AUTH)):
        server.script(mode, when={"kind": "batches"})
        answer = BatchTransport().make(access(server), [request()], Deadline(10))
        assert (answer.failure, answer.surely_not) == (reason, True)


@pytest.mark.parametrize("mode", ["reset", "eof", "html", "empty", "nothing", "overloaded", "gateway_timeout"])
def test_what_was_not_answered_in_the_apis_words_may_have_been_made(server, mode):
    server.script(mode, when={"kind": "batches"})
    answer = BatchTransport().make(access(server), [request()], Deadline(10))
    assert answer.failure in (Reason.UNREACHABLE, Reason.OVERLOADED)
    assert not answer.surely_not


def test_what_never_left_was_surely_not_made():
    answer = BatchTransport().make(Access("sk-x", "http://127.0.0.1:9"), [request()], Deadline(5))
    assert (answer.failure, answer.surely_not) == (Reason.UNREACHABLE, True)
    assert BatchTransport().make(Access("", "http://127.0.0.1:9"), [], Deadline(5)).failure is Reason.NO_KEY


def test_a_deadline_ends_it(server):
    gate = server.gate("held")
    server.script(gate="held", when={"kind": "batches"})
    answer = BatchTransport().make(access(server), [request()], Deadline(0.3))
    gate.set()
    assert (answer.failure, answer.surely_not) == (Reason.DEADLINE, False)


def test_the_address_of_the_results_is_not_followed(server):
    body = json.dumps(BATCH)
    with saying(body) as liar:
        assert BatchTransport().look(access(liar), "msgbatch_1", Deadline(5)).state.ended
    line = json.dumps({"custom_id": "uno", "result": {"type": "expired"}}) + "\n"
    with saying(line, content_type="application/x-jsonl") as liar:
        answer, lines = read(liar)
        assert lines == [("uno", {"type": "expired"})]
        assert answer.failure is None


def test_a_redirect_is_not_followed(server):
    for extra in (f"location: {server.url}/v1/messages/batches\r\n", "location: http://169.254.169.254/\r\n"):
        with saying("", status="307 Temporary Redirect", extra=extra) as liar:
            assert BatchTransport().make(access(liar), [request()], Deadline(5)).failure is Reason.UNREACHABLE
            assert read(liar)[0].failure is Reason.UNREACHABLE
    assert server.calls == []


@pytest.mark.parametrize("batch_id", ["", "../models", "a/b", "x" * 81, "msgbatch_1?a=b", "ñ"])
def test_an_id_that_is_none_is_not_asked_for(server, batch_id):
    assert BatchTransport().look(access(server), batch_id, Deadline(5)).failure is Reason.UNREACHABLE
    assert read(server, batch_id)[0].failure is Reason.UNREACHABLE
    assert server.calls == []


@pytest.mark.parametrize(
    "changes",
    [{"id": 7}, {"id": "../x"}, {"id": "msgbatch_2"}, {"processing_status": "done"}, {"request_counts": None},
     {"request_counts": {**BATCH["request_counts"], "succeeded": -1}},
     {"request_counts": {**BATCH["request_counts"], "succeeded": True}}],
)  # fmt: skip
def test_a_batch_that_is_none_is_no_batch(changes):
    with saying(json.dumps({**BATCH, **changes})) as liar:
        answer = BatchTransport().look(access(liar), "msgbatch_1", Deadline(5))
        assert (answer.state, answer.failure) == (None, Reason.UNREACHABLE)


def test_lines_that_say_nothing_are_left_out():
    deep = '{"custom_id": "uno", "result": ' + '{"a":' * 5000 + "1" + "}" * 5001
    bad = ["", "no json", "[]", "7", '{"custom_id": 7, "result": {}}', '{"custom_id": "x", "result": 1}', deep]
    good = '{"custom_id": "uno", "result": {"type": "canceled", "x": "a\\u0000\\ud800b"}}'  # without an end
    with saying("\n".join((*bad, good)), content_type="application/x-jsonl") as liar:
        answer, lines = read(liar)
    assert answer.failure is None
    assert lines == [("uno", {"type": "canceled", "x": "a\ufffd\ufffdb"})]


def test_a_line_without_end_is_refused_and_what_came_before_is_kept():
    line = '{"custom_id": "uno", "result": {"type": "expired"}}\n'
    with saying(line + "x" * 5_000_000, content_type="application/x-jsonl") as liar:
        answer, lines = read(liar)
    assert answer.failure is Reason.UNREACHABLE
    assert [custom_id for custom_id, _result in lines] == ["uno"]


def test_results_that_nobody_asked_for_are_not_kept():
    """A server that goes on for ever about other questions, or about one of ours, fills no memory."""
    lines = [json.dumps({"custom_id": name, "result": {"type": "expired"}}) for name in ("a", "uno", "uno", "b", "dos")]
    taken = []
    with saying("\n".join(lines), content_type="application/x-jsonl") as liar:
        answer = BatchTransport().results(
            access(liar), "msgbatch_1", Deadline(10), lambda name, _result: taken.append(name), {"uno", "dos"}
        )
    assert (answer.failure, taken) == (None, ["uno", "dos"])


def test_results_broken_off_say_so():
    line = b'{"custom_id": "uno", "result": {"type": "expired"}}\n'
    whole = http(line * 3, content_type="application/x-jsonl")

    def serve(connection, _server):
        connection.recv(1 << 16)
        connection.sendall(whole[: -len(line) - 5])

    with raw(serve) as liar:
        answer, lines = read(liar)
    assert answer.failure is Reason.UNREACHABLE
    assert lines


def test_the_key_is_in_no_words(server):
    assert server.key not in repr(access(server))

"""Batches live as the real ones do: made, looked at, ended, cancelled, fetched, deleted; and cost half."""

import anthropic
import pytest
import standin
from standin_client import asked, client, structured, text_of


@pytest.fixture(scope="module")
def server():
    with standin.running() as running:
        yield running


@pytest.fixture(autouse=True)
def _clean(server):
    server.reset()
    server.state.batch_polls = 1


def _requests(number=3, **changes):
    return [{"custom_id": f"inv-{n}", "params": asked(f"Factura {n}", **changes)} for n in range(number)]


def test_a_batch_is_in_progress_and_then_ends_with_results_in_another_order(server):
    batches = client(server).messages.batches
    made = batches.create(requests=_requests(output_config=structured()))
    assert (made.processing_status, made.request_counts.processing, made.results_url) == ("in_progress", 3, None)
    assert batches.retrieve(made.id).processing_status == "in_progress"
    ended = batches.retrieve(made.id)
    assert (ended.processing_status, ended.request_counts.succeeded) == ("ended", 3)
    assert ended.results_url == f"{server.url}/v1/messages/batches/{made.id}/results"
    results = list(batches.results(made.id))
    assert [result.custom_id for result in results] == ["inv-2", "inv-1", "inv-0"]
    for result in results:
        assert result.result.message.usage.service_tier == "batch" and text_of(result.result.message)


def test_a_batch_answers_as_a_single_question_would_at_half_the_price(server):
    sdk = client(server)
    single = sdk.messages.create(**asked("Factura 0"))
    made = sdk.messages.batches.create(requests=_requests(1))
    server.end_batches()
    (result,) = sdk.messages.batches.results(made.id)
    assert text_of(result.result.message) == text_of(single)
    one, _create, inside, *_rest = server.calls
    assert (inside.kind, inside.custom_id, inside.billed) == ("batch", "inv-0", one.billed)
    assert inside.cost == one.cost / 2 > 0


def test_results_can_be_errors_and_ends_of_time(server):
    server.script(when={"kind": "batch", "custom_id": "inv-0"}, result="expired")
    server.script(when={"kind": "batch", "custom_id": "inv-1"}, result="errored")
    requests = [*_requests(3), {"custom_id": "wrong", "params": asked(temperature=1)}]
    batches = client(server).messages.batches
    made = batches.create(requests=requests)
    server.end_batches()
    results = {result.custom_id: result.result for result in batches.results(made.id)}
    assert {name: result.type for name, result in results.items()} == {
        "inv-0": "expired", "inv-1": "errored", "inv-2": "succeeded", "wrong": "errored"}
    assert results["wrong"].error.error.type == "invalid_request_error"
    assert "temperature" in results["wrong"].error.error.message
    counts = batches.retrieve(made.id).request_counts
    assert (counts.expired, counts.errored, counts.succeeded, counts.processing) == (1, 2, 1, 0)
    assert [call.custom_id for call in server.calls if call.cost] == ["inv-2"], "only what succeeded is billed"


def test_a_cancelled_batch_ends_cancelled(server):
    batches = client(server).messages.batches
    made = batches.create(requests=_requests())
    assert batches.cancel(made.id).processing_status == "canceling"
    ended = batches.retrieve(made.id)
    assert (ended.processing_status, ended.request_counts.canceled) == ("ended", 3)
    assert {result.result.type for result in batches.results(made.id)} == {"canceled"}
    assert server.bill == standin.Usage()
    with pytest.raises(anthropic.BadRequestError):
        batches.cancel(made.id)


def test_results_come_only_of_a_batch_that_ended_and_only_that_is_deleted(server):
    server.state.batch_polls = None
    batches = client(server).messages.batches
    made = batches.create(requests=_requests())
    for _ in range(3):
        assert batches.retrieve(made.id).processing_status == "in_progress"
    with pytest.raises(anthropic.AnthropicError):
        batches.results(made.id)
    with pytest.raises(anthropic.BadRequestError):
        batches.delete(made.id)
    server.end_batches()
    assert batches.delete(made.id).type == "message_batch_deleted"
    with pytest.raises(anthropic.NotFoundError):
        batches.retrieve(made.id)


def test_batches_are_listed_newest_first(server):
    batches = client(server).messages.batches
    made = [batches.create(requests=_requests(1)).id for _ in range(3)]
    assert [batch.id for batch in batches.list(limit=2)] == made[::-1]


@pytest.mark.parametrize("requests", [
    [], [{"custom_id": "con espacio", "params": asked()}], [{"custom_id": "a" * 65, "params": asked()}],
    [{"custom_id": "a", "params": asked()}] * 2, [{"custom_id": "a"}], ["x"],
], ids=["none", "space", "long", "twice", "no params", "no object"])
def test_a_batch_of_no_form_is_refused(server, requests):
    with pytest.raises(anthropic.BadRequestError):
        client(server).post("/v1/messages/batches", body={"requests": requests}, cast_to=object)


def test_requests_about_batches_fail_when_scripted(server):
    server.script("overloaded", when={"kind": "batches"})
    with pytest.raises(anthropic.OverloadedError):
        client(server).messages.batches.create(requests=_requests())


def test_streaming_is_refused_within_a_batch(server):
    batches = client(server).messages.batches
    made = batches.create(requests=_requests(1, stream=True))
    server.end_batches()
    (result,) = batches.results(made.id)
    assert "stream" in result.result.error.error.message

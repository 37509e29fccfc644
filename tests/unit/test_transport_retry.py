"""Asking again: only what was surely not billed, rarely, later, and within the deadline."""

import contextlib
import random
import threading

import pytest
import standin
from hypothesis import given
from hypothesis import strategies as st
from transport_client import END, START, Waits, asked, block, call_at, raw, telling

from l10n_cl_ai.llm.question import Reason
from l10n_cl_ai.llm.retry import ATTEMPTS, LONGEST, LONGEST_TOLD, RetryBudget, pause
from l10n_cl_ai.llm.transport import Transport


@pytest.fixture(scope="module")
def server():
    with standin.running() as running:
        yield running


@pytest.fixture(autouse=True)
def _clean(server):
    server.reset()


@pytest.fixture
def waits():
    return Waits()


@pytest.fixture
def transport(waits):
    return Transport(RetryBudget(loan=9), waits, jitter=lambda _low, high: high)


PASSING = ["overloaded", "server_error", "unavailable", "gateway_timeout", "conflict", "request_timeout", "html_502"]


@pytest.mark.parametrize("mode", PASSING)
def test_what_passes_is_asked_again(server, transport, waits, mode):
    server.script(mode, mode)
    outcome = asked(server, transport=transport)
    assert (outcome.failure, outcome.attempts, outcome.billing) == (None, 3, "exact")
    assert waits.seconds == [0.5, 1.0]


def test_three_times_is_enough(server, transport):
    server.script("overloaded", times=0)
    outcome = asked(server, transport=transport)
    assert (outcome.failure, outcome.attempts, outcome.retryable) == (Reason.OVERLOADED, 3, False)
    assert len(server.messages) == 3


LASTING = ["unauthorized", "bad_request", "unknown_model", "billing", "spend_limit", "too_large", "redirect",
           "refusal", "max_tokens", "rate_limited_an_hour"]  # fmt: skip


@pytest.mark.parametrize("mode", LASTING)
def test_what_lasts_is_asked_once(server, transport, waits, mode):
    server.script(mode)
    assert asked(server, transport=transport).attempts == 1
    assert (len(server.messages), waits.seconds) == (1, [])


@pytest.mark.parametrize("mode", ["reset", "eof", "html", "empty", "stream_reset", "stream_clean", "stream_error"])
def test_what_may_be_billed_is_asked_once_and_left_to_the_engine(server, transport, mode):
    server.script(mode)
    outcome = asked(server, transport=transport)
    assert (outcome.attempts, outcome.retryable, len(server.messages)) == (1, True, 1)


def test_what_was_shown_cannot_be_asked_again(server, transport):
    server.script("stream_reset")
    outcome = transport.call(call_at(server), lambda _text: None)
    assert (outcome.failure, outcome.retryable) == (Reason.UNREACHABLE, False)


def test_a_host_that_comes_back_is_asked_again():
    with raw(telling()) as gone:
        port = gone.listener.getsockname()[1]
    with contextlib.ExitStack() as later:

        def come_back(_stop, _seconds):
            later.enter_context(raw(telling(START, *block("volví"), *END), port=port))
            return False

        outcome = asked(gone, transport=Transport(RetryBudget(loan=9), come_back))
    assert (outcome.failure, outcome.attempts, outcome.text) == (None, 2, "volví")


def test_the_provider_says_when_to_come_back(server, transport, waits):
    server.script(status=429, retry_after=3)
    outcome = asked(server, 60, transport=transport)
    assert (outcome.failure, outcome.attempts) == (None, 2)
    assert waits.seconds == [3.25]  # not earlier, and not with all the others


@pytest.mark.parametrize("told", [3600, LONGEST_TOLD + 1])
def test_longer_than_we_wait_is_told_and_not_waited_for(server, transport, waits, told):
    server.script(status=429, retry_after=told)
    outcome = asked(server, 9999, transport=transport)
    assert (outcome.failure, outcome.retry_after, waits.seconds) == (Reason.OVERLOADED, told, [])


def test_later_than_the_deadline_is_told_and_not_waited_for(server, transport, waits):
    server.script(status=503, retry_after=10)
    outcome = asked(server, 9, transport=transport)
    assert (outcome.retry_after, waits.seconds) == (10, [])


def test_the_provider_may_say_that_it_is_no_use(server, transport):
    server.script(status=529, headers={"x-should-retry": "false"})
    assert asked(server, transport=transport).attempts == 1


def test_the_provider_may_say_that_it_is_of_use(server, transport):
    server.script(status=400, headers={"x-should-retry": "true"})
    outcome = asked(server, transport=transport)
    assert (outcome.failure, outcome.attempts) == (None, 2)


def test_the_sdk_does_not_ask_again_by_itself(server):
    server.script("overloaded", times=0)
    asked(server, transport=Transport(RetryBudget(loan=0)))
    assert len(server.messages) == 1
    assert server.messages[0].headers["x-stainless-retry-count"] == "0"


def thousand_calls(breaker_closed: bool) -> int:
    """The retries of 1,000 calls to a host that takes none of them."""
    with raw(telling()) as gone:
        pass
    waits = Waits()
    transport = Transport(wait=waits, jitter=lambda _low, _high: 0)
    attempts = 0
    for _ in range(1000):
        attempts += transport.call(call_at(gone, 60), breaker_closed=breaker_closed).attempts
    assert attempts - 1000 == len(waits.seconds)
    return attempts - 1000


def test_of_a_thousand_calls_at_most_a_tenth_is_asked_again():
    assert 50 < thousand_calls(breaker_closed=True) <= 100


def test_of_a_thousand_calls_in_trouble_at_most_a_fiftieth_is_asked_again():
    assert 10 < thousand_calls(breaker_closed=False) <= 20


@given(st.integers(0, 2**32), st.floats(0, 1), st.integers(0, 4))
def test_the_promise_holds_for_any_mix_of_calls(seed, trouble, most_wishes):
    budget, rng = RetryBudget(), random.Random(seed)
    made, taken = {True: 0, False: 0}, {True: 0, False: 0}
    for _ in range(400):
        closed = rng.random() > trouble
        budget.called(closed)
        made[closed] += 1
        taken[closed] += sum(budget.take(closed) for _ in range(rng.randint(0, most_wishes)))
    assert taken[True] <= 0.09 * made[True] + 2
    assert taken[False] <= 0.02 * made[False] + 1e-6


def test_what_a_quiet_day_saved_is_capped():
    budget = RetryBudget()
    for _ in range(10_000):
        budget.called()
    assert sum(budget.take() for _ in range(100)) == 10


def test_threads_share_one_purse():
    budget = RetryBudget(loan=50, most=50)
    taken = []
    threads = [threading.Thread(target=lambda: taken.extend(budget.take() for _ in range(20))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(taken) == 50


@given(
    st.integers(1, 9), st.none() | st.floats(0, 1e9), st.floats(0, 1e6), st.floats(0, 1),
)  # fmt: skip
def test_a_pause_fits_and_is_never_too_early(attempt, told, left, luck):
    seconds = pause(attempt, told, left, lambda low, high: low + luck * (high - low))
    if seconds is None:
        assert attempt >= ATTEMPTS or (told or 0) > LONGEST_TOLD or left <= max(LONGEST, (told or 0) + LONGEST)
    else:
        assert attempt < ATTEMPTS
        assert (told or 0) <= seconds < left
        assert seconds <= LONGEST_TOLD


def test_pauses_are_drawn_from_their_full_length():
    drawn = [pause(2, None, 99) for _ in range(300)]
    assert min(drawn) < 0.1 and max(drawn) > 0.9 and max(drawn) <= 1

"""The three phases on a real database, with the real SDK against the stand-in: every reason, and every peso."""

from dataclasses import replace

from odoo.tests import tagged

from ..llm.plan import ModelSpec
from ..llm.question import Abstained, Reason, Status
from ..llm.transport import Stop
from .gateway_common import GOOD, HAIKU, PRICES, SONNET, EngineCase, Verdict, usage_of

#: What the provider or the network does, and the reason it becomes.
FAULTS = {
    "unauthorized": Reason.AUTH,
    "forbidden": Reason.AUTH,
    "unknown_model": Reason.BAD_MODEL,
    "too_large": Reason.TOO_LARGE,
    "overloaded": Reason.OVERLOADED,
    "server_error": Reason.OVERLOADED,
    "rate_limited_an_hour": Reason.OVERLOADED,
    "refusal": Reason.REFUSED,
    "max_tokens": Reason.TRUNCATED,
    "stream_reset": Reason.UNREACHABLE,
    "stream_clean": Reason.UNREACHABLE,
    "reset": Reason.UNREACHABLE,
    "html": Reason.UNREACHABLE,
    "empty": Reason.UNREACHABLE,
    "redirect": Reason.UNREACHABLE,
    "not_json": Reason.INVALID_ANSWER,
    "wrong_types": Reason.INVALID_ANSWER,
}


@tagged("post_install_l10n", "post_install", "-at_install")
class TestAnswers(EngineCase):
    def test_an_answer_is_parsed_and_booked_to_the_token(self):
        self.standin.script(answer=GOOD)
        answer = self.ask()
        self.assertEqual((answer.status, answer.reason), (Status.ANSWERED, None))
        self.assertEqual(answer.value, Verdict(verdict="good", why="nada que objetar"))
        (call,) = self.standin.messages
        self.assertEqual(answer.cost, PRICES.cost(HAIKU, usage_of(call), self.plan().day))
        self.assertGreater(answer.cost, 0)
        self.assertEqual(self.assertBooked(), answer.cost)
        ((row_id, status, simulated),) = self.ledger("id, status, simulated")
        self.assertEqual((row_id, status, simulated), (answer.request_id, "answered", True))

    def test_free_text_comes_as_it_is(self):
        self.standin.script(answer="Hola, ¿en qué ayudo?")
        answer = self.ask(schema=None, parse=None)
        self.assertEqual(answer.value, "Hola, ¿en qué ayudo?")

    def test_an_empty_text_is_no_answer(self):
        self.standin.script("no_content", times=0)
        for changes in ({}, {"schema": None, "parse": None}):
            answer = self.ask(**changes)
            self.assertEqual((answer.status, answer.reason), (Status.NOT_EVALUATED, Reason.INVALID_ANSWER))
        self.assertBooked()

    def test_tolerated_forms_need_no_second_call(self):
        for mode in ("fenced", "prose", "bom", "duplicate", "unknown_events"):
            with self.subTest(mode=mode):
                self.standin.reset()
                self.standin.script(mode, answer=GOOD)
                answer = self.ask(f"Pregunta {mode}")
                self.assertEqual(answer.status, Status.ANSWERED, answer.detail)
                self.assertEqual(answer.value.verdict, "good")
                self.assertEqual(len(self.standin.messages), 1)

    def test_an_invalid_answer_is_mended_by_one_more_question(self):
        self.standin.script("missing_key", answer=GOOD)
        self.standin.script(answer=GOOD)
        answer = self.ask("Una pregunta larga. " * 60)
        self.assertEqual(answer.status, Status.ANSWERED, answer.detail)
        first, repair = self.standin.messages
        self.assertEqual([turn["role"] for turn in repair.body["messages"]], ["user", "assistant", "user"])
        self.assertLessEqual(usage_of(repair).total + usage_of(first).total, 3 * usage_of(first).total)
        (row, repaired) = self.ledger("id, parent_id, status, reason, cost")
        self.assertEqual(row[2:4], ("not_evaluated", "invalid_answer"))
        self.assertEqual(repaired[1:4], (row[0], "answered", None))
        self.assertEqual(answer.cost, self.assertBooked())

    def test_an_answer_that_stays_invalid_is_not_evaluated(self):
        self.standin.script("not_json", times=0)
        answer = self.ask("Una pregunta larga. " * 60)
        self.assertEqual((answer.status, answer.reason), (Status.NOT_EVALUATED, Reason.INVALID_ANSWER))
        self.assertIsNone(answer.value)
        self.assertEqual(len(self.standin.messages), 2)
        self.assertBooked()

    def test_a_call_of_a_tool_that_nobody_offered_is_no_answer_and_not_asked_to_be_mended(self):
        self.standin.script(tool_use=("account_move_write", {"state": "posted"}), times=0)
        answer = self.ask("Una pregunta larga. " * 60)
        self.assertEqual((answer.status, answer.reason), (Status.NOT_EVALUATED, Reason.INVALID_ANSWER))
        self.assertEqual([call.status for call in self.standin.messages], [200])
        self.assertBooked()

    def test_a_broken_stream_is_asked_once_more_and_both_are_booked(self):
        self.standin.script("stream_reset", answer=GOOD)
        self.standin.script(answer=GOOD)
        # Without hidden thinking, of which nobody can count what was generated: then the dear side is booked.
        answer = self.ask(plan=self.plan(models=(ModelSpec(HAIKU, thinking="disabled"),)))
        self.assertEqual(answer.status, Status.ANSWERED)
        self.assertEqual([row[0] for row in self.ledger("reason")], ["unreachable", None])
        self.assertEqual(answer.cost, self.assertBooked())
        self.assertEqual(answer.cost, sum(PRICES.cost(HAIKU, usage_of(c), self.plan().day) for c in _billed(self)))

    def test_the_escalation_model_is_asked_when_the_first_abstains(self):
        def parse(value):
            if value["verdict"] == "bad":
                raise Abstained("no sé")
            return value["why"]

        self.standin.script(answer={"verdict": "bad", "why": "no sé"})
        self.standin.script(answer={"verdict": "good", "why": "lo sé"})
        plan = self.plan(models=(ModelSpec(HAIKU), ModelSpec(SONNET)))
        answer = self.ask(plan=plan, parse=parse)
        self.assertEqual((answer.value, answer.abstained), ("lo sé", False))
        self.assertEqual([call.body["model"] for call in self.standin.messages], [HAIKU, SONNET])
        self.assertEqual(answer.cost, self.assertBooked())
        again = self.ask(plan=plan, parse=parse)
        self.assertEqual((again.status, again.value, again.cost), (Status.CACHED, "lo sé", 0))
        self.assertEqual(len(self.standin.messages), 2, "the abstention was asked for again")

    def test_an_abstention_without_escalation_is_an_answer_without_value(self):
        def parse(value):
            raise Abstained("no sé")

        answer = self.ask(parse=parse)
        self.assertEqual((answer.status, answer.abstained, answer.value), (Status.ANSWERED, True, None))

    def test_a_feature_that_fails_to_read_is_its_own_error_and_still_pays(self):
        def parse(value):
            raise RuntimeError("a defect of the feature")

        with self.assertRaises(RuntimeError):
            self.ask(parse=parse)
        self.assertGreater(self.assertBooked(), 0)
        self.assertEqual(self.sql("SELECT count(*) FROM l10n_cl_ai_flight"), [(0,)])


@tagged("post_install_l10n", "post_install", "-at_install")
class TestReasons(EngineCase):
    def assertRefused(self, answer, reason, calls=0):
        self.assertEqual((answer.status, answer.reason), (Status.NOT_EVALUATED, reason), answer.detail)
        self.assertIsNone(answer.value)
        self.assertEqual(len(self.standin.messages), calls)
        self.assertEqual(self.counter()[1], 0)

    def test_the_failures_of_provider_and_network_become_reasons(self):
        for mode, reason in FAULTS.items():
            with self.subTest(mode=mode):
                self.standin.reset()
                self.sql("DELETE FROM l10n_cl_ai_breaker")
                self.standin.script(mode, times=0)
                answer = self.ask(f"Pregunta {mode}", self.plan(deadline=3.0))
                self.assertEqual((answer.status, answer.reason), (Status.NOT_EVALUATED, reason), answer.detail)
                self.assertIsNone(answer.value)
                self.assertBooked()
        self.assertEqual(self.sql("SELECT count(*) FROM l10n_cl_ai_cache_entry WHERE company_id = %s",
                                  self.company_id), [(0,)], "a failure was cached")

    def test_switched_off_leaves_no_trace(self):
        self.assertRefused(self.ask(plan=self.plan(refusal=Reason.DISABLED)), Reason.DISABLED)
        self.assertEqual(self.ledger(), [])

    def test_no_key(self):
        self.assertRefused(self.ask(plan=self.plan(refusal=Reason.NO_KEY)), Reason.NO_KEY)
        self.assertEqual(self.ledger(), [("not_evaluated", "no_key", 0)])

    def test_too_large(self):
        plan = self.plan(max_input_bytes=2000)
        self.assertRefused(self.ask("á" * 1001, plan), Reason.TOO_LARGE)
        self.assertEqual(self.ask("á" * 900, plan).status, Status.ANSWERED)

    def test_an_unknown_price_is_refused_before_the_call(self):
        plan = self.plan(models=(ModelSpec("claude-sin-precio"),))
        self.assertRefused(self.ask(plan=plan), Reason.BAD_MODEL)

    def test_rate_limited(self):
        plan = self.plan(per_minute=2)
        for number in range(2):
            self.assertEqual(self.ask(f"Pregunta {number}", plan).status, Status.ANSWERED)
        answer = self.ask("Pregunta 3", plan)
        self.assertRefused(answer, Reason.RATE_LIMITED, calls=2)
        self.assertGreater(answer.retry_after, 0)
        self.assertLessEqual(answer.retry_after, 60)
        other = self.ask("Pregunta 3", replace(plan, user_id=8))
        self.assertEqual(other.status, Status.ANSWERED, "one user's limit held another")

    def test_a_cached_answer_needs_no_leave(self):
        plan = self.plan(per_minute=1)
        self.ask(plan=plan)
        self.assertEqual(self.ask(plan=plan).status, Status.CACHED)

    def test_over_budget(self):
        answer = self.ask(plan=self.plan(limits=(self.limit("0.000001"),)))
        self.assertRefused(answer, Reason.OVER_BUDGET)
        self.assertEqual(answer.detail, "Diario")
        self.assertEqual(self.counter()[0], 0)

    def test_every_limit_must_hold(self):
        limits = (self.limit("5"), self.limit("0.000001", self.company_id + 1))
        self.assertRefused(self.ask(plan=self.plan(limits=limits)), Reason.OVER_BUDGET)
        self.assertEqual(self.ledger("refused_by"), [(self.company_id + 1,)])

    def test_the_breaker_opens_and_costs_nothing(self):
        self.standin.script("server_error", times=0)
        plan = self.plan(deadline=1.5)
        for number in range(12):
            answer = self.ask(f"Pregunta {number}", plan)
            if answer.reason is Reason.BREAKER_OPEN:
                break
        self.assertEqual(answer.reason, Reason.BREAKER_OPEN)
        self.assertGreater(answer.retry_after, 0)
        calls = len(self.standin.messages)
        self.assertEqual(self.ask("Otra", plan).reason, Reason.BREAKER_OPEN)
        self.assertEqual(len(self.standin.messages), calls)
        self.assertEqual(self.assertBooked(), 0)

    def test_the_deadline_holds_for_a_slow_provider(self):
        self.gated()
        answer = self.ask(plan=self.plan(deadline=0.5))
        self.assertEqual(answer.reason, Reason.DEADLINE)
        self.assertBooked()

    def test_waiting_for_an_equal_question_ends_at_the_deadline(self):
        arrived, gate = self.gated()

        def waiter():
            arrived.wait(10)
            answer = self.ask(plan=self.plan(deadline=0.5))
            gate.set()
            return answer

        first, second = self.side_by_side(self.ask, waiter)
        self.assertEqual(first.status, Status.ANSWERED)
        self.assertEqual((second.status, second.reason), (Status.NOT_EVALUATED, Reason.DEADLINE))
        self.assertEqual(len(self.standin.messages), 1)


    def test_who_waits_for_an_equal_question_can_stop(self):
        arrived, gate = self.gated()
        stop = Stop()

        def waiter():
            arrived.wait(10)
            stop.stop()
            answer = self.ask(stop=stop)
            gate.set()
            return answer

        first, second = self.side_by_side(self.ask, waiter)
        self.assertEqual(first.status, Status.ANSWERED)
        self.assertEqual((second.reason, second.stopped), (Reason.TRUNCATED, True))


def _billed(case):
    return case.standin.messages

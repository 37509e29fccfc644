"""Batches on the real tables, with the real SDK against the stand-in: half price to the micro-dollar, and only once."""

import itertools
import json
import uuid
from decimal import Decimal

from odoo.tests import tagged

from ..llm.batch import Batches, Posed
from ..llm.batch_ticket import Kept
from ..llm.batch_transport import Access
from ..llm.plan import ModelSpec
from ..llm.question import Abstained, Reason, Status
from ..llm.transport import Deadline
from .gateway_common import GOOD, HAIKU, PRICES, EngineCase, Verdict, usage_of

_numbers = itertools.count(1)


class BatchCase(EngineCase):
    def setUp(self):
        super().setUp()
        self.batches = Batches(self.gateway.stores)
        self.standin.state.batch_polls = 0
        self.asks = {}

    def posed(self, *texts, plan=None, **changes):
        return [Posed(self.question(text, **changes), plan or self.plan(), uuid.uuid4()) for text in texts]

    def admit(self, *texts, **how):
        """Hand questions in; return the places, as another process would know them."""
        posed = self.posed(*texts, **how)
        places = self.batches.admit(posed)
        self.asks |= {place.kept.token: one.ask for one, place in zip(posed, places, strict=True) if place.kept}
        return places

    def send(self, places):
        """Make the batch; return its id."""
        requests = [place.request for place in places if place.request]
        answer = self.batches.transport.make(self.access(), requests, Deadline(20))
        self.assertIsNone(answer.failure, answer.detail)
        return answer.state.id

    def access(self):
        return Access(self.standin.key, self.standin.url)

    def results(self, batch_id):
        results = {}
        self.batches.transport.look(self.access(), batch_id, Deadline(20))
        answer = self.batches.transport.results(self.access(), batch_id, Deadline(20), results.__setitem__)
        self.assertIsNone(answer.failure, answer.detail)
        return results

    def collect(self, places, results):
        kept = [Kept.from_json(json.loads(json.dumps(place.kept.to_json()))) for place in places if place.kept]
        return [self.batches.collect(one, results.get(one.custom_id), self.asks[one.token]) for one in kept]

    def run_batch(self, *texts, answer=GOOD, **how):
        self.standin.script(when={"kind": "batch"}, answer=answer, times=0)
        places = self.admit(*texts, **how)
        return self.collect(places, self.results(self.send(places)))

    def assertClean(self):
        self.assertEqual(self.gateway.stores.budget.audit(), [])
        return self.assertBooked()


@tagged("post_install_l10n", "post_install", "-at_install")
class TestBatch(BatchCase):
    def test_half_price_to_the_last_digit_of_the_providers_bill(self):
        answers = self.run_batch("Factura 1", "Factura 2", "Factura 3")
        self.assertEqual({answer.status for answer in answers}, {Status.ANSWERED})
        self.assertEqual(answers[0].value, Verdict(verdict="good", why="nada que objetar"))
        calls = [call for call in self.standin.calls if call.kind == "batch"]
        exact = sum(PRICES.cost(HAIKU, usage_of(call), self.plan().day, batch=True) for call in calls)
        full = sum(PRICES.cost(HAIKU, usage_of(call), self.plan().day) for call in calls)
        self.assertEqual(self.assertClean(), exact)
        self.assertEqual(exact * 2, full)
        self.assertEqual(
            self.ledger("status, batch, simulated, unconfirmed"), [("answered", True, True, False)] * 3)

    def test_the_money_is_reserved_at_half_and_for_longer_than_a_day(self):
        [place] = self.admit("Factura 1")
        self.assertEqual(self.counter(), (0, place.kept.estimate))
        [single] = self.sql("SELECT lease_until > now() AT TIME ZONE 'UTC' + interval '25 hours'"
                            " FROM l10n_cl_ai_request WHERE company_id = %s", self.company_id)  # fmt: skip
        self.assertTrue(single[0])
        self.gateway.stores.budget.sweep()
        self.assertEqual(self.ledger("state"), [("running",)])

    def test_equal_questions_are_asked_once(self):
        places = self.admit("Igual", "Otra", "Igual")
        self.assertEqual([bool(place.request) for place in places], [True, True, False])
        self.standin.script(when={"kind": "batch"}, answer=GOOD, times=0)
        answers = self.collect(places, self.results(self.send(places)))
        self.assertEqual([answer.status for answer in answers], ["answered", "answered", "cached"])
        self.assertEqual(answers[2].cost, 0)
        self.assertEqual(self.ledger("saved")[2], (answers[0].cost,))
        self.assertClean()

    def test_a_feature_that_keeps_no_answers_shares_none(self):
        places = self.admit("Igual", "Igual", plan=self.plan(ttl=0))
        self.assertTrue(all(place.request for place in places))

    def test_what_is_cached_is_answered_at_once_and_what_comes_is_cached(self):
        self.run_batch("Factura 1")
        [place] = self.admit("Factura 1")
        self.assertEqual((place.answer.status, place.answer.cost), (Status.CACHED, 0))
        self.assertEqual(self.ask("Factura 1").status, Status.CACHED)
        self.assertEqual(len(self.standin.messages), 0)

    def test_those_beyond_the_budget_are_not_evaluated_and_the_others_go(self):
        [one] = self.admit("Factura 0")
        self.batches.give_back([one.kept], Reason.OVERLOADED)
        plan = self.plan(limits=(self.limit(one.kept.estimate * 2),))
        places = self.admit("Factura 1", "Factura 2", "Factura 3", plan=plan)
        self.assertEqual([place.answer and place.answer.reason for place in places], [None, None, Reason.OVER_BUDGET])
        self.standin.script(when={"kind": "batch"}, answer=GOOD, times=0)
        answers = self.collect(places, self.results(self.send(places)))
        self.assertEqual([answer.status for answer in answers], ["answered"] * 2)
        self.assertClean()

    def test_what_may_not_be_asked_is_refused_before_anything_is_reserved(self):
        cases = {
            Reason.DISABLED: {"refusal": Reason.DISABLED},
            Reason.TOO_LARGE: {"max_input_bytes": 10},
            Reason.BAD_MODEL: {"models": (ModelSpec("claude-unknown"),)},
        }
        for reason, changes in cases.items():
            with self.subTest(reason=reason):
                [place] = self.admit("Factura 1", plan=self.plan(**changes))
                self.assertEqual(place.answer.reason, reason)
        self.assertEqual(self.counter(), (0, 0))

    def test_a_users_rate_limit_does_not_hold_for_a_batch(self):
        places = self.admit(*map(str, range(5)), plan=self.plan(per_minute=1))
        self.assertTrue(all(place.request for place in places))

    def test_names_leave_masked_and_come_back(self):
        text = "RUT 76.192.083-9 de la factura"
        places = self.admit(text)
        self.assertNotIn("76.192.083", json.dumps(places[0].request))
        answer = json.dumps({"verdict": "bad", "why": "Mal [RUT_1]"})
        self.standin.script(when={"kind": "batch"}, answer=answer)
        [got] = self.collect(places, self.results(self.send(places)))
        self.assertEqual(got.value.why, "Mal 76.192.083-9")

    def test_no_key_is_kept_with_a_question(self):
        [place] = self.admit("Factura 1")
        self.assertNotIn(self.standin.key, json.dumps(place.kept.to_json()))

    def test_an_abstention_is_booked_and_told(self):
        def parse(_value):
            raise Abstained("no sé")

        [answer] = self.run_batch("Factura 1", parse=parse)
        self.assertTrue(answer.abstained)
        self.assertGreater(self.assertClean(), 0)


@tagged("post_install_l10n", "post_install", "-at_install")
class TestBatchMishaps(BatchCase):
    def test_only_what_succeeded_is_billed(self):
        cases = {
            "errored": ({"result": "errored"}, Reason.OVERLOADED),
            "expired": ({"result": "expired"}, Reason.DEADLINE),
            "canceled": ({"result": "canceled"}, Reason.TRUNCATED),
        }
        for name, (step, reason) in cases.items():
            with self.subTest(result=name):
                self.standin.reset()
                self.standin.script(when={"kind": "batch"}, **step)
                places = self.admit(f"Factura {name}")
                [answer] = self.collect(places, self.results(self.send(places)))
                self.assertEqual((answer.status, answer.reason, answer.cost), ("not_evaluated", reason, 0))
        self.assertEqual(self.assertClean(), 0)

    def test_answers_that_are_none_are_paid_for_and_not_evaluated(self):
        for mode, reason in (("refusal", "refused"), ("max_tokens", "truncated"), ("not_json", "invalid_answer"),
                             ("no_content", "invalid_answer"), ("missing_key", "invalid_answer")):  # fmt: skip
            with self.subTest(mode=mode):
                self.standin.reset()
                self.standin.script(mode, when={"kind": "batch"})
                places = self.admit(f"Factura {mode}")
                [answer] = self.collect(places, self.results(self.send(places)))
                self.assertEqual((answer.status, answer.reason), ("not_evaluated", reason))
                [call] = [call for call in self.standin.calls if call.kind == "batch"]
                self.assertEqual(answer.cost, PRICES.cost(HAIKU, usage_of(call), self.plan().day, batch=True))
                self.assertEqual(self.ask(f"Factura {mode}").status, "answered", "a failure must not be cached")
        self.assertClean()

    def test_a_cancelled_batch_is_not_billed(self):
        places = self.admit("Factura 1", "Factura 2")
        batch_id = self.send(places)
        self.batches.transport.cancel(self.access(), batch_id, Deadline(10))
        answers = self.collect(places, self.results(batch_id))
        self.assertEqual([answer.stopped for answer in answers], [True, True])
        self.assertEqual(self.assertClean(), 0)

    def test_collected_twice_it_is_booked_once(self):
        self.standin.script(when={"kind": "batch"}, answer=GOOD, times=0)
        places = self.admit("Igual", "Igual", "Otra")
        results = self.results(self.send(places))
        first = self.collect(places, results)
        total, rows = self.assertClean(), self.ledger("id, cost")
        again = self.collect(places, results)
        self.assertEqual([answer.cost for answer in again], [answer.cost for answer in first])
        self.assertEqual((self.assertClean(), self.ledger("id, cost")), (total, rows))

    def test_two_collectors_book_once(self):
        self.standin.script(when={"kind": "batch"}, answer=GOOD, times=0)
        places = self.admit(*map(str, range(12)))
        results = self.results(self.send(places))
        first, second = self.side_by_side(*[lambda: self.collect(places, results)] * 2)
        self.assertEqual(sum(answer.cost for answer in first), self.assertClean())
        self.assertEqual(len(self.ledger()), 12)
        self.assertEqual([answer.value for answer in first], [answer.value for answer in second])

    def test_a_result_after_the_sweeper_corrects_it(self):
        self.standin.script(when={"kind": "batch"}, answer=GOOD)
        places = self.admit("Factura 1")
        results = self.results(self.send(places))
        self.sql("UPDATE l10n_cl_ai_request SET lease_until = now() - interval '1 day' WHERE company_id = %s",
                 self.company_id)  # fmt: skip
        self.gateway.stores.budget.sweep()
        self.assertEqual(self.counter(), (places[0].kept.estimate, 0))
        [answer] = self.collect(places, results)
        self.assertEqual(self.assertClean(), answer.cost)
        self.assertEqual(self.ledger("unconfirmed"), [(False,)])

    def test_renewing_keeps_the_reservation(self):
        [place] = self.admit("Factura 1")
        self.sql("UPDATE l10n_cl_ai_request SET lease_until = now() - interval '1 day' WHERE company_id = %s",
                 self.company_id)  # fmt: skip
        self.batches.renew([place.kept])
        self.gateway.stores.budget.sweep()
        self.assertEqual(self.ledger("state"), [("running",)])

    def test_handed_in_again_after_a_crash_nothing_is_reserved_twice(self):
        posed = self.posed("Factura 1", "Factura 2")
        [first, _second] = self.batches.admit(posed)
        tight = self.plan(limits=(self.limit(first.kept.estimate * 2),))
        again = self.batches.admit([Posed(one.ask, tight, one.token) for one in posed])
        self.assertEqual([place.answer for place in again], [None, None])
        self.assertEqual(self.counter(), (0, first.kept.estimate * 2))
        self.batches.give_back([place.kept for place in again], Reason.OVERLOADED)
        third = self.batches.admit(posed)
        self.assertEqual(self.counter(), (0, first.kept.estimate * 2))
        self.batches.give_back([place.kept for place in third], Reason.OVERLOADED)
        self.assertEqual(self.assertClean(), 0)

    def test_a_refusal_is_written_down_once_however_often_it_is_handed_in(self):
        posed = self.posed("Factura 1", plan=self.plan(limits=(self.limit("0"),)))
        for _time in range(2):
            [place] = self.batches.admit(posed)
            self.assertEqual(place.answer.reason, Reason.OVER_BUDGET)
        self.assertEqual(self.counter(), (0, 0))

    def test_no_word_on_a_question_is_charged_at_the_estimate(self):
        places = self.admit("Factura 1")
        for result in (None, {"type": "lost"}):
            [answer] = [self.batches.collect(places[0].kept, result, self.asks[places[0].kept.token])]
            self.assertEqual((answer.reason, answer.cost), (Reason.UNREACHABLE, places[0].kept.estimate))
        self.assertEqual(self.ledger("unconfirmed"), [(True,)])
        self.assertEqual(self.assertClean(), places[0].kept.estimate)

    def test_a_bill_that_cannot_be_is_charged_at_the_estimate(self):
        for usage in ({"input_tokens": 10**8}, {"output_tokens": 10**6}, {"output_tokens": None},
                      {"input_tokens": -1}, {"input_tokens": "7"}):  # fmt: skip
            with self.subTest(usage=usage):
                self.standin.script(when={"kind": "batch"}, answer=GOOD, usage=usage)
                places = self.admit(f"Factura {next(_numbers)}")
                [answer] = self.collect(places, self.results(self.send(places)))
                self.assertEqual(answer.cost, places[0].kept.estimate)
        self.assertEqual(set(self.ledger("unconfirmed")), {(True,)})
        self.assertClean()

    def test_messages_that_are_none(self):
        end = {"stop_reason": "end_turn"}
        messages = (None, 7, {}, end, {**end, "content": [7]}, {**end, "content": [{"type": 7}]},
                    {"stop_reason": 7, "content": []})  # fmt: skip
        for message in messages:
            with self.subTest(message=message):
                [place] = self.admit(f"Factura {next(_numbers)}")
                ask = self.asks[place.kept.token]
                answer = self.batches.collect(place.kept, {"type": "succeeded", "message": message}, ask)
                self.assertEqual((answer.reason, answer.cost), (Reason.UNREACHABLE, place.kept.estimate))
        self.assertClean()

    def test_what_the_feature_raises_comes_after_the_bill(self):
        def parse(_value):
            raise RuntimeError("ours")

        with self.assertRaises(RuntimeError):
            self.run_batch("Factura 1", parse=parse)
        self.assertGreater(self.assertClean(), 0)
        self.assertEqual(self.ledger("status, reason"), [("not_evaluated", "invalid_answer")])

    def test_nobody_to_read_it_is_paid_all_the_same(self):
        self.standin.script(when={"kind": "batch"}, answer=GOOD)
        [place] = self.admit("Factura 1")
        results = self.results(self.send([place]))
        answer = self.batches.collect(place.kept, results[place.kept.custom_id], None)
        self.assertEqual(answer.status, Status.NOT_EVALUATED)
        self.assertGreater(self.assertClean(), 0)
        self.assertEqual(self.ask("Factura 1").status, Status.ANSWERED, "what nobody read must not be cached")

    def test_a_ticket_of_another_version_is_refused(self):
        [place] = self.admit("Factura 1")
        with self.assertRaises(ValueError):
            Kept.from_json({**place.kept.to_json(), "version": 0})

    def test_a_feature_that_fails_for_the_followers_as_well(self):
        self.standin.script(when={"kind": "batch"}, result="errored")
        places = self.admit("Igual", "Igual")
        answers = self.collect(places, self.results(self.send(places)))
        self.assertEqual([answer.reason for answer in answers], [Reason.OVERLOADED] * 2)
        self.assertEqual(self.ledger("status, reason, cost, saved")[1], ("not_evaluated", "overloaded", 0, 0))


@tagged("post_install_l10n", "post_install", "-at_install")
class TestQuote(BatchCase):
    def test_a_quote_is_what_will_be_reserved_and_writes_nothing(self):
        self.run_batch("Vieja")
        before = self.ledger()
        posed = [*self.posed("Vieja", "Nueva", "Nueva"), *self.posed("No", plan=self.plan(refusal=Reason.NO_KEY))]
        quotes = self.batches.quote(posed, 200)
        self.assertEqual([quote.kind for quote in quotes], ["cached", "asked", "equal", "refused"])
        self.assertEqual(self.ledger(), before)
        [place] = self.batches.admit(posed[1:2])
        self.assertEqual(quotes[1].most, place.kept.estimate)
        self.assertEqual(quotes[1].alone, quotes[1].expected * 2)
        self.assertGreater(quotes[1].most, quotes[1].expected)

    def test_what_has_no_price_is_refused(self):
        [quote] = self.batches.quote(self.posed("Una", plan=self.plan(models=(ModelSpec("claude-unknown"),))), 200)
        self.assertEqual((quote.kind, quote.reason, quote.most), ("refused", Reason.BAD_MODEL, Decimal(0)))

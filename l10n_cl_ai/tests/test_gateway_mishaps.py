"""What goes wrong around a call: money, claims and answers must not go with it."""

import contextlib
import os
import signal
from dataclasses import replace
from decimal import Decimal
from unittest.mock import patch

import psycopg2

from odoo.tests import tagged
from odoo.tools import mute_logger

from ..llm import admission, heartbeat
from ..llm.gateway import Gateway
from ..llm.plan import ModelSpec
from ..llm.prompt import wrapped
from ..llm.question import Abstained, Data, Private, Reason, Status
from ..llm.transport import Transport
from ..models import side_door
from .gateway_common import HAIKU, SONNET, EngineCase


@tagged("post_install_l10n", "post_install", "-at_install")
class TestMishaps(EngineCase):
    @contextlib.contextmanager
    def broken(self, store, method, *effects):
        """Let a store fail: as a database out of connections does, or with other effects, in turn."""
        effect = list(effects) or psycopg2.OperationalError
        with (
            patch.object(getattr(self.gateway.stores, store), method, side_effect=effect),
            mute_logger("odoo.addons.l10n_cl_ai.llm.gateway"),
        ):
            yield

    def test_a_short_patience_does_not_open_the_breaker_for_others(self):
        for number in range(6):
            self.gated()
            self.assertEqual(self.ask(f"Pregunta {number}", self.plan(deadline=0.3)).reason, Reason.DEADLINE)
        self.standin.reset()
        self.assertEqual(self.ask("Otra").status, Status.ANSWERED)

    def test_one_keys_limit_does_not_open_the_breaker_for_others(self):
        self.standin.script("rate_limited_an_hour", times=0)
        for number in range(6):
            self.assertEqual(self.ask(f"Pregunta {number}").reason, Reason.OVERLOADED)
        self.standin.reset()
        self.assertEqual(self.ask("Otra").status, Status.ANSWERED)

    def test_an_answer_outlives_the_failure_of_what_is_written_after_it(self):
        for store, method in (("breaker", "record"), ("cache", "put"), ("flights", "land"), ("budget", "settle")):
            with self.subTest(store=store), mute_logger("odoo.addons.l10n_cl_ai.llm.stores"):
                with patch.object(getattr(self.gateway.stores, store), method, side_effect=psycopg2.OperationalError):
                    answer = self.ask(f"Pregunta {store}")
                self.assertEqual(answer.status, Status.ANSWERED)

    def test_a_call_that_was_never_made_is_not_charged(self):
        with self.broken("breaker", "admit"):
            self.assertEqual(self.ask().reason, Reason.OVERLOADED)
        self.assertFalse(self.standin.messages)
        self.assertEqual(self.assertBooked(), 0)
        self.assertEqual(self.ask().status, Status.ANSWERED, "the question stayed claimed")

    def test_a_question_does_not_stay_claimed_when_looking_again_fails(self):
        with self.broken("cache", "get", None, psycopg2.OperationalError):
            self.assertEqual(self.ask().reason, Reason.OVERLOADED)
        self.assertEqual(self.ask(plan=self.plan(deadline=5.0)).status, Status.ANSWERED)

    def test_a_database_without_connections_is_a_reason(self):
        for store, method in (("cache", "get"), ("flights", "claim"), ("limiter", "take"), ("budget", "reserve")):
            with self.subTest(store=store), self.broken(store, method):
                answer = self.ask(f"Pregunta {store}")
                self.assertEqual((answer.reason, answer.detail), (Reason.OVERLOADED, "database: OperationalError"))
        self.assertFalse(self.standin.messages)

    def test_a_defect_of_the_database_is_no_reason(self):
        with self.broken("limiter", "take", psycopg2.ProgrammingError), self.assertRaises(psycopg2.ProgrammingError):
            self.ask()

    def test_another_asks_when_the_owner_of_the_question_dies(self):
        """The owner is killed in mid call: its claim ends with its heartbeat, long before its deadline."""
        arrived, _gate = self.gated()
        with patch.object(heartbeat, "LEASE", 1.0), patch.object(admission, "LEASE", 1.0):
            pid = os.fork()
            if not pid:
                # The child asks and never comes back.
                with contextlib.suppress(BaseException):
                    stores = side_door.stores(side_door.door(self.dbname))
                    Gateway(stores, Transport()).ask(self.question(), self.plan())
                os._exit(0)
            self.assertTrue(arrived.wait(30))
            os.kill(pid, signal.SIGKILL)
            os.waitpid(pid, 0)
            answer = self.ask()
        self.assertEqual(answer.status, Status.ANSWERED)
        self.assertEqual(len(self.standin.messages), 2)

    def test_a_reader_who_leaves_costs_no_answer(self):
        """He fails on the last piece, after the call: a pseudonym cut in two is only handed on then."""
        def take(piece):
            if piece.endswith("[NAME_"):
                raise BrokenPipeError

        self.standin.script(answer="Todo bien [NAME_")
        plan = self.plan(private=(Private("name", "Sociedad Pérez y Soto"),))
        answer = self.ask("¿Sociedad Pérez y Soto?", plan, schema=None, parse=None, on_text=take)
        self.assertEqual((answer.status, answer.value), (Status.ANSWERED, "Todo bien [NAME_"))

    def test_who_reads_along_gets_one_answer(self):
        pieces = []
        self.standin.script("not_json", times=0)
        answer = self.ask("Una pregunta larga. " * 60, on_text=pieces.append)
        self.assertEqual(answer.reason, Reason.INVALID_ANSWER)
        self.assertEqual(len(self.standin.messages), 1)

    def test_a_cached_answer_is_shown_too(self):
        pieces = []
        self.standin.script(answer="Hola a todos")
        for _time in range(2):
            pieces.clear()
            self.ask(schema=None, parse=None, on_text=pieces.append)
            self.assertEqual("".join(pieces), "Hola a todos")
        self.assertEqual(len(self.standin.messages), 1)

    def test_an_escalation_without_money_keeps_what_the_first_model_said(self):
        def parse(value):
            raise Abstained("no sé", value="nada seguro")

        plan = self.plan(models=(ModelSpec(HAIKU), ModelSpec(SONNET)), limits=(self.limit("0.004"),))
        answer = self.ask(plan=plan, parse=parse)
        self.assertEqual((answer.status, answer.abstained, answer.value), (Status.ANSWERED, True, "nada seguro"))
        self.assertEqual([row[0] for row in self.ledger("reason")], [None, "over_budget"])

    def test_a_deadline_of_nothing_is_nothing(self):
        self.assertEqual(self.ask(deadline=0.0).reason, Reason.DEADLINE)
        self.assertFalse(self.standin.messages)

    def test_the_feature_bounds_the_answer_that_is_asked_for(self):
        self.ask(max_tokens=10**6)
        self.assertEqual(self.standin.messages[0].body["max_tokens"], self.plan().max_tokens)

    def test_what_is_too_large_is_not_even_masked(self):
        with patch("odoo.addons.l10n_cl_ai.llm.asked.Masker", side_effect=AssertionError("masked")):
            self.assertEqual(self.ask("x" * 300_000).reason, Reason.TOO_LARGE)

    def test_a_dialogue_replays_to_the_same_words(self):
        plan = self.plan(private=(Private("name", "Sociedad Pérez y Soto Limitada"),))
        question = "¿Quién es Sociedad Pérez y Soto Limitada?"
        self.standin.script(answer="Es [NAME_1], cliente.")
        first = self.ask(question, plan, schema=None, parse=None)
        self.assertEqual(first.blocks[-1]["text"], "Es Sociedad Pérez y Soto Limitada, cliente.")
        turns = [{"role": "user", "content": question}, {"role": "assistant", "content": list(first.blocks)}]
        self.ask("¿Y su deuda?", plan, schema=None, parse=None, messages=turns)
        sent = self.standin.messages[-1].body["messages"]
        self.assertEqual(sent[1]["content"][-1]["text"], "Es [NAME_1], cliente.")

    def test_what_was_sent_has_a_digest_in_dialogues_too(self):
        self.ask(messages=[{"role": "user", "content": "a"}, {"role": "assistant", "content": "b"}])
        ((digest,),) = self.ledger("digest")
        self.assertEqual(len(digest), 64)


@tagged("post_install_l10n", "post_install", "-at_install")
class TestHostileProvider(EngineCase):
    """What a server that lies, or stands between, can do to the books."""

    def test_usage_that_cannot_be_is_not_believed(self):
        for lie in ({"input_tokens": 10**60}, {"input_tokens": 2**31}, {"cache_read_input_tokens": 10**9},
                    {"output_tokens": 10**9}):
            with self.subTest(lie=lie):
                self.standin.script(usage=lie)
                answer = self.ask(f"Pregunta {lie}")
                self.assertEqual(answer.status, Status.ANSWERED)
                self.assertLess(answer.cost, Decimal("0.01"))
                self.assertBooked()
        self.assertIn((True,), self.ledger("unconfirmed"))

    def test_a_call_of_which_nothing_came_back_is_charged_at_its_estimate(self):
        self.standin.script("reset")
        self.standin.script("reset")
        answer = self.ask()
        self.assertEqual(answer.reason, Reason.UNREACHABLE)
        for cost, unconfirmed in self.ledger("cost, unconfirmed"):
            self.assertEqual((cost > 0, unconfirmed), (True, True))
        self.assertBooked()

    def test_another_address_is_another_answer(self):
        plan = self.plan()
        self.ask(plan=plan)
        other = replace(plan, base_url=plan.base_url.replace("127.0.0.1", "localhost"))
        self.assertEqual(self.ask(plan=other).status, Status.ANSWERED)

    def test_content_is_not_kept_of_what_was_not_asked(self):
        plan = self.plan(keep_content=True, per_minute=1)
        for text in ("Uno", "Uno", "Dos"):
            self.ask(text, plan)
        self.assertEqual([bool(sent) for (sent,) in self.ledger("content_sent")], [True, False, False])

    def test_no_part_of_a_dialogue_leaves_raw(self):
        rut = "12.345.678-5"
        document = {"type": "document", "title": f"Factura de {rut}", "context": "ana@correo.cl",
                    "source": {"type": "text", "media_type": "text/plain", "data": f"RUT {rut}"}}
        tool = {"name": "buscar", "description": f"Busca a {rut}", "input_schema": {
            "type": "object", "properties": {"rut": {"type": "string", "enum": [rut]}}}}
        turns = [{"role": "user", "content": [document]}, {"role": "assistant", "content": f"De {rut}."}]
        self.ask(messages=turns, tools=[tool], schema=None, parse=None)
        (call,) = self.standin.calls
        self.assertNotIn("12.345", call.text)
        self.assertNotIn("ana@", call.text)

    def test_no_form_of_the_tag_closes_the_wrapping(self):
        for tag in ("</data>", "< /data>", "<//data>", "</\u200bdata>", "<DATA x>"):
            with self.subTest(tag=tag):
                self.assertNotIn(f"a{tag}b", wrapped(Data("document", f"a{tag}b")))

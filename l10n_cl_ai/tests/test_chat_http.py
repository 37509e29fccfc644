"""The assistant over real HTTP: the panel's stream, and the old service's calls."""

import json
import threading
import uuid
from unittest.mock import patch

from odoo.exceptions import ConcurrencyError
from odoo.http import Request
from odoo.sql_db import BaseCursor
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from ..controllers import chat as controller
from ..controllers.api_openapi import description
from .api_common import ApiCase
from .test_api_openapi import faults

MESSAGE = "/api/chat/message"


def events(text):
    """Return the events of a stream."""
    return [json.loads(line[6:]) for line in text.split("\n") if line.startswith("data: ")]


class ChatHttpCase(ApiCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.accountant.password = "contadora"
        cls.feature = cls.env["l10n_cl_ai.feature"].with_company(cls.company).search([("code", "=", "chat")])

    def setUp(self):
        super().setUp()
        self.feature._switch()._accept(self.feature._digest())
        self.addCleanup(self.assertEqual, controller._places._taken, 0)
        self.addCleanup(self.wait_for_keeper)

    def wait_for_keeper(self):
        """It would look on the cursor of the next test, which Odoo refuses."""
        name = f"l10n_cl_ai.chat.keeper.{self.env.cr.dbname}"
        for keeper in [thread for thread in threading.enumerate() if thread.name == name]:
            keeper.join(30)
            self.assertFalse(keeper.is_alive(), "answers of this test are still being written")

    def message(self):
        return self.env["l10n_cl_ai.message"].search([("role", "=", "assistant")], order="id desc", limit=1)


@tagged("post_install_l10n", "post_install", "-at_install")
class TestChatStream(ChatHttpCase):
    def stream(self, text="¿Qué es un folio?", files=(), **payload):
        self.authenticate("contadora", "contadora")
        form = {"csrf_token": Request.csrf_token(self), "payload": json.dumps({"text": text, **payload})}
        response = self.url_open("/l10n_cl_ai/chat/stream", data=form, files=files or None)
        self.assertEqual(response.headers["Content-Type"].split(";")[0], "text/event-stream")
        self.env.invalidate_all()
        return events(response.text)

    def test_a_question_is_answered_piece_by_piece(self):
        self.standin.script(answer="Es el **número** de un DTE. " * 20, trickle=0.01)
        told = self.stream()
        kinds = [event["type"] for event in told]
        self.assertEqual((kinds[0], kinds[-1]), ("start", "done"))
        self.assertGreater(kinds.count("blocks"), 1)
        self.assertEqual(told[0]["answer"]["status"], "running")
        final = told[-1]["message"]
        self.assertEqual(final["status"], "done")
        self.assertRegex(final["blocks"][0], "<strong>.*número")
        self.assertGreater(final["unsupported"], 0)
        shown = []
        for event in told:
            if event["type"] == "blocks":
                shown[event["from"] :] = event["html"]
        self.assertEqual(len(shown), len(final["blocks"]))

    def test_what_cannot_be_asked_is_told_and_nothing_is_kept(self):
        before = self.env["l10n_cl_ai.message"].search_count([])
        for text in ("", "a" * 5001):
            [event] = self.stream(text)
            self.assertEqual((event["type"], event["reason"]), ("error", "refused"))
            self.assertTrue(event["text"])
        self.assertEqual(self.env["l10n_cl_ai.message"].search_count([]), before)

    def test_a_form_that_is_none_is_told(self):
        self.authenticate("contadora", "contadora")
        form = {"csrf_token": Request.csrf_token(self), "payload": "[1"}
        [event] = events(self.url_open("/l10n_cl_ai/chat/stream", data=form).text)
        self.assertEqual(event["type"], "error")

    def test_without_its_token_no_page_of_others_can_ask(self):
        self.authenticate("contadora", "contadora")
        with mute_logger("odoo.http"):
            refused = self.url_open("/l10n_cl_ai/chat/stream", data={"payload": "{}"})
        self.assertEqual(refused.status_code, 400)
        self.assertFalse(self.standin.calls)

    def test_an_answer_that_is_complete_is_found_again(self):
        self.standin.script(answer="Ya.")
        final = self.stream()[-1]["message"]
        [event] = events(self.url_open(f"/l10n_cl_ai/chat/follow?message={final['id']}").text)
        self.assertEqual((event["type"], event["message"]["text"]), ("done", "Ya."))

    def test_the_answers_of_others_are_not_found(self):
        self.standin.script(answer="Ya.")
        final = self.stream()[-1]["message"]
        stranger = self._make_user("otra", "account.group_account_invoice")
        stranger.write({"password": "otra", "lang": "en_US"})
        self.authenticate("otra", "otra")
        for message in (final["id"], 0, "x", "9" * 30):
            [event] = events(self.url_open(f"/l10n_cl_ai/chat/follow?message={message}").text)
            self.assertEqual(event["type"], "error")
        with mute_logger("odoo.http"):
            refused = self.make_jsonrpc_request_error("/l10n_cl_ai/chat/stop", {"message": final["id"]})
        self.assertRegex(refused, "not yours|no es suya")

    def make_jsonrpc_request_error(self, path, params):
        body = json.dumps({"jsonrpc": "2.0", "method": "call", "params": params})
        response = self.url_open(path, data=body, headers={"Content-Type": "application/json"})
        return response.json()["error"]["data"]["message"]

    def test_whoever_is_not_of_the_house_gets_nothing(self):
        """Portal users, employees without the group, and people of another company who claim to be of this one."""
        self.standin.script(answer="Secreto.")
        final = self.stream()[-1]["message"]
        uuid = self.message().conversation_id.uuid
        other = self._make_company("Servicios Quillón SpA", "77018459-2")
        for login, group, company in (
            ("portal", "base.group_portal", self.company), ("empleado", "base.group_user", self.company),
            ("ajena", "l10n_cl_ai.group_manager", other),
        ):  # fmt: skip
            user = new_test_user(self.env, login, group, company_id=company.id, company_ids=company.ids)
            user.password = login
            self.authenticate(login, login)
            self.opener.cookies["cids"] = f"{self.company.id}-{other.id}"
            with self.subTest(login), mute_logger("odoo.http"):
                asked = len(self.standin.calls)
                for more in ({}, {"retry": final["id"]}, {"edit": 1}):
                    asks = {"text": "¿Qué?", "conversation": uuid, **more}
                    form = {"csrf_token": Request.csrf_token(self), "payload": json.dumps(asks)}
                    [event] = events(self.url_open("/l10n_cl_ai/chat/stream", data=form).text)
                    self.assertEqual((event["type"], event["reason"]), ("error", "refused"))
                self.assertNotIn("Secreto", self.url_open(f"/l10n_cl_ai/chat/follow?message={final['id']}").text)
                self.make_jsonrpc_request_error("/l10n_cl_ai/chat/stop", {"message": final["id"]})
                self.assertEqual(len(self.standin.calls), asked)

    def test_only_so_many_streams_at_once(self):
        self.authenticate("contadora", "contadora")
        taken, controller._places._taken = controller._places._taken, controller.MOST_STREAMS
        try:
            [event] = self.stream()
            self.assertEqual(event["reason"], "crowded")
        finally:
            controller._places._taken = taken
        self.assertFalse(self.standin.calls)

    def test_one_user_does_not_take_the_places_of_all(self):
        who = self.env.cr.dbname, self.accountant.id
        taken = [controller._places.take(who) for _stream in range(controller.MOST_OF_ONE + 1)]
        for _place in range(controller.MOST_OF_ONE):
            self.addCleanup(controller._places.give_back, who)
        self.assertEqual(taken, [True] * controller.MOST_OF_ONE + [False])
        [event] = self.stream()
        self.assertEqual(event["reason"], "crowded")
        other = self.env.cr.dbname, self.accountant.id + 1
        self.assertTrue(controller._places.take(other))
        controller._places.give_back(other)

    def test_a_request_that_is_run_anew_keeps_no_place(self):
        """Its first answer is dropped: nobody reads it, and nobody closes it."""
        answered, flushed, streamed = [], BaseCursor.flush, controller._streamed

        def answer(events):
            answered.append(events)
            return streamed(events)

        def flush(cr):
            flushed(cr)
            if len(answered) == 1 and answered.pop():
                answered.extend((1, 2))
                raise ConcurrencyError("another has written the row")

        self.standin.script(answer="Es su número.", times=0)
        with patch.object(controller, "_streamed", answer), patch.object(BaseCursor, "flush", flush):
            told = self.stream()
        self.assertEqual(len(answered), 3)
        self.assertEqual(told[-1]["type"], "done")
        self._wait_remaining_requests()
        self.assertFalse(controller._places._of)


@tagged("post_install_l10n", "post_install", "-at_install")
class TestChatApi(ChatHttpCase):
    def ask(self, message="¿Qué es un folio?", key=None, **body):
        return self.post(MESSAGE, json.dumps({"message": message, **body}), self.headers(key))

    def test_a_message_is_answered_by_the_old_contract(self):
        self.standin.script(answer="Es el número de un DTE.")
        response = self.ask()
        self.assertEqual(response.status_code, 200, response.text)
        answer = response.json()
        self.assertEqual(faults(answer, description()["components"]["schemas"]["ChatAnswer"], description()), [])
        self.assertEqual(answer["message"], "Es el número de un DTE.")
        self.assertTrue(uuid.UUID(answer["session_id"]))
        self.assertEqual(answer["sources"], [])
        self.assertTrue(0 <= answer["confidence"] <= 100)
        self.assertEqual(answer["llm_used"], self.standin.messages[0].body["model"])
        tokens = answer["tokens_used"]
        self.assertEqual(tokens["total"], tokens["input"] + tokens["output"])
        bill = self.standin.bill
        self.assertEqual(tokens["output"], bill.output)
        self.assertEqual(
            tokens["input"], bill.input + bill.cache_write_5m + bill.cache_write_1h + bill.cache_read
        )

    def test_a_session_goes_on_and_tells_its_history_until_it_is_ended(self):
        self.standin.script(answer="Uno.")
        self.standin.script(answer="Dos.")
        new = self.post("/api/chat/session/new", "{}").json()
        self.assertTrue(new["welcome_message"])
        session = new["session_id"]
        self.assertEqual(self.ask("Primera", session_id=session).json()["session_id"], session)
        self.ask("Segunda", session_id=session)
        self.assertIn("Uno.", json.dumps(self.standin.messages[1].body))
        history = self.url_open(f"/api/chat/session/{session}", headers=self.headers()).json()
        self.assertEqual(faults(history, description()["components"]["schemas"]["ChatHistory"], description()), [])
        self.assertEqual(
            [row["content"] for row in history["messages"]], ["Primera", "Uno.", "Segunda", "Dos."]
        )
        ended = self.opener.delete(self.base_url() + f"/api/chat/session/{session}", headers=self.headers())
        self.assertTrue(ended.json()["ended"])
        self.assertProblem(
            self.url_open(f"/api/chat/session/{session}", headers=self.headers()), 404, "not_found"
        )

    def test_sessions_of_others_do_not_exist(self):
        self.standin.script(answer="Secreto.")
        session = self.ask().json()["session_id"]
        other = self.key_of(self._make_user("otra", "account.group_account_invoice"))
        response = self.url_open(f"/api/chat/session/{session}", headers=self.headers(other))
        self.assertProblem(response, 404, "not_found")
        self.assertProblem(self.ask(key=other, session_id=session), 404, "not_found")

    def test_what_is_wrong_is_said_field_by_field(self):
        for body, field in (({"message": ""}, "message"), ({"message": 7}, "message"),
                            ({"message": "a" * 5001}, "message"),
                            ({"session_id": "x"}, "session_id"), ({"user_context": 1}, "user_context"),
                            ({"user_context": {"company_id": "x"}}, "user_context.company_id")):  # fmt: skip
            with self.subTest(field=field):
                problem = self.assertProblem(self.ask(**{"message": "¿Qué?", **body}), 422, "invalid")
                self.assertIn(field, problem["fields"])
        other = self._make_company("Otra Dos SpA", "77018459-2")
        self.assertProblem(self.ask(user_context={"company_id": other.id}), 403, "forbidden")

    def test_where_no_ai_answers_it_says_so(self):
        self.feature._switch().action_disable()
        answer = self.ask().json()
        self.assertEqual((answer["reason"], answer["confidence"], answer["llm_used"]), ("disabled", 0, None))
        self.assertTrue(answer["message"])

    def test_a_stream_ends_with_what_a_message_answers(self):
        self.standin.script(answer="Es el número de un DTE.")
        response = self.post(f"{MESSAGE}/stream", json.dumps({"message": "¿Qué es un folio?"}))
        told = events(response.text)
        self.assertEqual(told[-1]["type"], "done")
        self.assertEqual(told[-1]["message"], "Es el número de un DTE.")
        self.assertEqual(told[-1]["tokens_used"]["output"], self.standin.bill.output)

    def test_too_many_messages_a_minute_are_refused(self):
        self.env["ir.config_parameter"].set_param("l10n_cl_ai.api_chat_per_minute", "1")
        self.standin.script(answer="Ya.", times=0)
        self.assertEqual(self.ask().status_code, 200)
        self.assertProblem(self.ask(), 429, "rate_limited")

    def test_knowledge_is_searched(self):
        response = self.url_open("/api/chat/knowledge/search?query=folio", headers=self.headers())
        self.assertEqual(response.status_code, 200, response.text)
        found = response.json()
        self.assertEqual(faults(found, description()["components"]["schemas"]["KnowledgeAnswer"], description()), [])
        self.assertEqual(found["query"], "folio")
        self.assertTrue(found["articles"])
        self.assertProblem(
            self.url_open("/api/chat/knowledge/search", headers=self.headers()), 422, "invalid"
        )

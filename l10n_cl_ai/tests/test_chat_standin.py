"""The stand-in of the demo finds its way among the real tools: every question that is suggested gets an answer."""

import sys
from pathlib import Path

from odoo.tests import tagged

from .chat_common import ChatCase

sys.path.append(str(Path(__file__).resolve().parents[2] / "dev"))

from standin import assistant, assistant_fill

QUESTIONS = {
    "¿Qué es un CAF?": "search_knowledge",
    "¿Cuántos días tiene el cliente para reclamar una factura?": "search_knowledge",
    "¿Cuántas facturas de venta hay por mes?": "count_invoices",
    "Busca las facturas vencidas de noviembre": "due_dates",
    "¿Qué IVA dan los libros del mes pasado?": "vat_of_period",
    "¿Qué hay que pagar en las próximas cuatro semanas?": "due_dates",
    "¿Cuál es el saldo de las cuentas de banco?": "account_balances",
    "Explica el código HED-3-305": "explain_code",
    "¿Qué dice la regla F04?": "rule",
    "¿Qué DTE tienen hallazgos?": "dte_findings",
    "¿Cuánto ha costado el proyecto Aromos?": "projects",
    "Muestra las facturas de compra en borrador": "search_invoices",
}  # fmt: skip


@tagged("post_install_l10n", "post_install", "-at_install")
class TestChatStandin(ChatCase):
    def setUp(self):
        super().setUp()
        self.feature.rate_per_minute = 1000  # nobody here keeps to the questions of a minute

    def definitions(self):
        names = self.env["l10n_cl_ai.toolbox"]._specs()
        return self.env["l10n_cl_ai.toolbox"]._definitions(names)

    def test_each_question_uses_its_tool_and_the_tool_takes_what_it_is_asked(self):
        for question, tool in QUESTIONS.items():
            with self.subTest(question):
                self.standin.reset()
                shown = self.chat(question)
                used = [block["name"] for turn in self.sent()["messages"] if turn["role"] == "assistant"
                        for block in turn["content"] if block["type"] == "tool_use"]  # fmt: skip
                self.assertIn(tool, used)
                self.assertEqual((shown["status"], shown["unsupported"]), ("done", 0))
                results = [block["content"] for turn in self.sent()["messages"] if turn["role"] == "user"
                           for block in turn["content"] if block["type"] == "tool_result"]  # fmt: skip
                self.assertFalse([text for text in results if '"error":"input' in text or "must be" in text], results)

    def test_questions_that_agents_suggest_are_looked_up(self):
        screens = {"res.partner": self.env["res.partner"].create({"name": "Forestal Ñuble SpA"})}
        for question in self.env["l10n_cl_ai.question"].search([]):
            with self.subTest(question.text):
                self.standin.reset()
                record = screens.get(question.res_model)
                screen = record and {"model": record._name, "ids": record.ids, "view": "form", "name": record.name}
                shown = self.chat(question.text, screen=screen or None)
                self.assertEqual(shown["status"], "done")
                self.assertTrue(shown["steps"])

    def test_every_tool_gets_an_input_of_its_schema(self):
        body = {"messages": [{"role": "user", "content": "¿Qué pasa con [NAME_1]?"}], "tools": self.definitions()}
        self.assertTrue(assistant.fits(body))
        asked = assistant.heard(body)
        for definition in body["tools"]:
            with self.subTest(definition["name"]):
                given = assistant_fill.fill(asked, definition)
                if given is not None:
                    self.assertLessEqual(set(definition["input_schema"]["required"]), given.keys())
                    self.assertLessEqual(given.keys(), definition["input_schema"]["properties"].keys())

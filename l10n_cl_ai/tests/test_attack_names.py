"""Names of partners that reach the assistant by ways of their own: files, filters, remarks of others, own articles."""

import json

from odoo.tests import tagged

from .chat_common import ChatCase
from .test_chat_panel import XML

NAME = "Viñedos Quillón SpA"


@tagged("post_install_l10n", "post_install", "-at_install")
class TestAttackNames(ChatCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.partner = cls.env["res.partner"].create({"name": NAME, "company_id": cls.company.id})
        cls.customer = cls.env["res.partner"].create({"name": "Maderas Ranco", "company_id": cls.company.id})

    def all_sent(self):
        return json.dumps([call.body["messages"] for call in self.standin.messages], ensure_ascii=False)

    def assert_masked(self, shown):
        self.assertEqual(shown["status"], "done")
        self.assertNotIn("uill", self.all_sent().lower())

    def test_in_the_lines_of_a_file(self):
        self.says("Ya.")
        shown = self.chat("¿Qué dice?", files=(("dte.xml", XML.replace(b"Pino", "Pino (VIÑEDOS  QUILLÓN)".encode())),))
        self.assertIn("Pino", self.all_sent())
        self.assert_masked(shown)

    def test_in_the_filter_of_a_list(self):
        self.says("Ya.")
        domain = [["partner_id", "ilike", "vinedos quillon"]]
        screen = {"model": "account.move", "ids": [], "view": "list", "domain": domain}
        shown = self.chat("¿Cuántas son?", screen=screen)
        self.assertIn("ilike", self.all_sent())
        self.assert_masked(shown)

    def test_in_what_stands_on_the_record_on_screen(self):
        self.customer.write({"comment": "<p>Paga por cuenta de (viñedos quillon).</p>"})
        self.says("Ya.")
        screen = {"model": "res.partner", "ids": self.customer.ids, "view": "form"}
        shown = self.chat("¿Quién es?", screen=screen)
        self.assertIn("Paga por cuenta", self.all_sent())
        self.assert_masked(shown)

    def test_in_what_was_remarked_on_somebody_else(self):
        self.customer.comment = "<p>Paga por cuenta de (viñedos quillon).</p>"
        self.uses("partner_card", partner="Maderas Ranco")
        self.says("Ya.")
        shown = self.chat("¿Quién es?")
        self.assertIn("Paga por cuenta", self.all_sent())
        self.assert_masked(shown)

    def test_in_an_article_of_the_company(self):
        article = {"name": "Zapallo", "body": f"El zapallo se compra a {NAME}.", "company_id": self.company.id}
        self.env["l10n_cl_ai.article"].create(article)
        self.uses("search_knowledge", queries=["zapallo"])
        self.says("Ya.")
        shown = self.chat("¿A quién?")
        self.assertIn("se compra a", self.all_sent())
        self.assert_masked(shown)

    def test_what_is_published_names_institutions(self):
        self.env["res.partner"].create({"name": "Servicio de Impuestos Internos"})
        article = {"name": "Zapallo", "body": "El zapallo es del Servicio de Impuestos Internos.", "company_id": False}
        self.env["l10n_cl_ai.article"].create(article)
        self.uses("search_knowledge", queries=["zapallo"])
        self.says("Ya.")
        self.chat("¿De quién?")
        self.assertIn("Servicio de Impuestos Internos", self.all_sent())

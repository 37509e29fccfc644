"""The contract of the service that was replaced: what is answered about a document."""

from odoo.tests import tagged

from .api_common import INVOICE, ApiCase


@tagged("post_install_l10n", "post_install", "-at_install")
class TestApi(ApiCase):
    def test_a_right_document_is_sent_on_the_rules_word_when_only_they_were_wanted(self):
        answer = self.answer(complete=True)
        self.assertEqual(answer["recommendation"], "send", answer["findings"])
        self.assertEqual((answer["errors"], answer["warnings"]), ([], []))
        self.assertEqual(answer["evaluated"], {"rules": True, "ai": False})
        self.assertEqual(answer["reason"], "not_asked")

    def test_a_wrong_sum_is_rejected_with_what_stands_there_and_what_should(self):
        answer = self.answer({**INVOICE, "iva": 2500, "monto_total": 15850})
        self.assertEqual(answer["recommendation"], "reject")
        self.assertTrue(answer["errors"])
        finding = next(each for each in answer["findings"] if each["rule"] == "F04")
        self.assertEqual((finding["found"], finding["expected"]), ("2500", "2537"))
        self.assertEqual(finding["path"], "Encabezado/Totales/IVA")
        self.assertIn("Formato DTE", finding["source"])
        self.assertLess(answer["confidence"], 50)

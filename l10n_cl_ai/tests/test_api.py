"""The contract of the service that was replaced: what is answered about a document."""

import json
from concurrent.futures import ThreadPoolExecutor
from unittest.mock import patch

import requests

from odoo.tests import tagged
from odoo.tools import mute_logger

from ..dte import engine
from ..dte.rule import RULES
from .api_common import ACCOUNTANT, INVOICE, ApiCase

LEAST = {name: INVOICE[name] for name in ("tipo_dte", "rut_emisor", "rut_receptor", "monto_total", "fecha_emision")}


@tagged("post_install_l10n", "post_install", "-at_install")
class TestApi(ApiCase):
    def test_a_right_document_may_be_sent_by_the_rules_word_when_only_they_were_wanted(self):
        answer = self.answer(complete=True)
        self.assertEqual(answer["recommendation"], "send", answer["findings"])
        self.assertEqual((answer["errors"], answer["warnings"]), ([], []))
        self.assertEqual(answer["evaluated"], {"rules": True, "ai": False})
        self.assertEqual(answer["reason"], "not_asked")
        self.assertIn("not asked", answer["reason_message"])

    def test_a_wrong_sum_is_rejected_with_what_stands_there_and_what_should(self):
        answer = self.answer({**INVOICE, "iva": 2500, "monto_total": 15850})
        self.assertEqual(answer["recommendation"], "reject")
        finding = next(each for each in answer["findings"] if each["rule"] == "F04")
        self.assertEqual((finding["found"], finding["expected"]), ("2500", "2537"))
        self.assertEqual((finding["path"], finding["by"]), ("Encabezado/Totales/IVA", "rules"))
        self.assertEqual((finding["action"], finding["sii_effect"]), ("block", "reparo"))
        self.assertIn("Formato DTE", finding["source"])
        self.assertTrue(any(text.startswith("F04 · ") for text in answer["errors"]))
        self.assertLess(answer["confidence"], 50)

    def test_a_warning_is_reviewed(self):
        self.env["l10n_cl_ai.rule"].search([("code", "=", "F04")]).company_action = "warn"
        answer = self.answer({**INVOICE, "iva": 2500, "monto_total": 15850})
        self.assertEqual((answer["recommendation"], answer["errors"]), ("review", []))
        self.assertTrue(answer["warnings"])

    def test_without_an_answer_of_the_ai_nothing_is_recommended_to_be_sent(self):
        answer = self.answer(complete=True, ai=True)
        self.assertEqual(answer["recommendation"], "review")
        self.assertEqual(answer["evaluated"], {"rules": True, "ai": False})
        self.assertEqual(answer["reason"], "disabled")
        self.assertIn("switched off", answer["reason_message"])

    def test_the_ai_is_asked_unless_it_is_not_wanted(self):
        body = {"dte_data": INVOICE, "company_id": self.company.id}
        response = self.post("/api/ai/validate", json.dumps(body))
        self.assertEqual(response.json()["reason"], "disabled")

    def test_what_the_call_does_not_tell_is_not_evaluated_and_not_sent(self):
        answer = self.answer(LEAST)
        self.assertEqual((answer["findings"], answer["recommendation"]), ([], "review"))
        self.assertEqual(answer["reason"], "incomplete")
        lacking = {each["rule"]: each["missing"] for each in answer["not_evaluated"]}
        self.assertEqual(lacking["F04"], "Encabezado/Totales/MntNeto")

    def test_zero_totals_are_legal(self):
        note = {**LEAST, "tipo_dte": 61, "monto_total": 0, "monto_neto": 0, "tasa_iva": 19, "iva": 0}
        self.assertNotIn("reject", self.answer(note)["recommendation"])

    def test_unknown_fields_are_ignored(self):
        answer = self.answer({**INVOICE, "otro": {"a": [1]}}, complete=True, prioridad="alta", history=[{"x": 1}])
        self.assertEqual(answer["recommendation"], "send")

    def test_folios_outside_the_company_s_caf_block(self):
        self.assertIn("B05", {each["rule"] for each in self.answer()["not_evaluated"]})
        with patch.object(self.registry["res.company"], "_l10n_cl_ai_cafs", lambda self: ()):
            answer = self.answer()
        self.assertNotIn("B05", {each["rule"] for each in answer["not_evaluated"]})

    def test_the_answer_is_in_the_language_of_the_key_s_user(self):
        self.accountant.lang = "es_CL"
        answer = self.answer({**INVOICE, "iva": 2500, "monto_total": 15850})
        self.assertIn("Totales", answer["findings"][0]["path"])
        self.assertIn("IVA", " ".join(answer["errors"]))
        self.assertIn("El IVA", " ".join(answer["errors"]))

    def test_a_rule_that_fails_for_our_fault_never_lets_a_document_be_sent(self):
        rule = RULES["F04"]
        broken = type(rule)(**{name: getattr(rule, name) for name in rule.__slots__} | {"check": lambda doc: 1 / 0})
        with patch.dict(RULES, F04=broken), mute_logger("odoo.addons.l10n_cl_ai.dte.engine"):
            engine._plan.cache_clear()
            self.addCleanup(engine._plan.cache_clear)
            answer = self.answer(complete=True)
        self.assertEqual((answer["recommendation"], answer["reason"]), ("review", "rules_failed"))
        self.assertFalse(answer["evaluated"]["rules"])

    def test_nothing_is_kept(self):
        before = self.env["l10n_cl_ai.validation"].search_count([])
        self.answer({**INVOICE, "iva": 2500})
        self.assertEqual(self.env["l10n_cl_ai.validation"].search_count([]), before)

    def test_severities_and_companies_do_not_mix(self):
        other = self._make_company("Servicios Quillón SpA", "77018459-2")
        user = self._make_user("ajena", ACCOUNTANT, other)
        rule = self.env["l10n_cl_ai.rule"].search([("code", "=", "F04")])
        rule.with_company(other).company_action = "info"
        wrong = {**INVOICE, "iva": 2500, "monto_total": 15850}
        action = {each["rule"]: each["action"] for each in self.answer(wrong)["findings"]}["F04"]
        self.assertEqual(action, "block")
        theirs = self.validate(wrong, self.key_of(user), company_id=other.id).json()
        self.assertEqual({each["rule"]: each["action"] for each in theirs["findings"]}["F04"], "info")

    def test_many_callers_at_once_get_each_his_own_answer(self):
        def ask(number):
            body = {
                "dte_data": {**INVOICE, "folio": number, "iva": 2537 if number % 2 else 2500},
                "company_id": self.company.id, "ai": False, "complete": True,
            }  # fmt: skip
            url = f"{self.base_url()}/api/ai/validate"
            return requests.post(url, json=body, headers=self.headers(), cookies=cookies, timeout=30).json()

        with self.allow_requests(), ThreadPoolExecutor(4) as pool:
            cookies = self.opener.cookies.copy()
            answers = list(pool.map(ask, range(1, 9)))
        self.assertEqual([answer["document"]["folio"] for answer in answers], list(range(1, 9)))
        self.assertEqual([answer["recommendation"] for answer in answers], ["send", "reject"] * 4)

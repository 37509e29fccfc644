"""Every way in which a call of the HTTP API is refused: with its status, its word, and nothing of our inside."""

import datetime
import json
import logging
from unittest.mock import patch

import psycopg2

from odoo.tests import tagged
from odoo.tools import mute_logger
from odoo.tools.translate import code_translations

from ..controllers import api_body
from ..models.ai_api import PER_MINUTE_KEY, AiApi
from .api_common import ACCOUNTANT, INVOICE, ApiCase

PATH, XML = "/api/ai/validate", "/api/ai/validate/xml"
OWN_LOG = "odoo.addons.l10n_cl_ai.controllers.api_dispatcher"


@tagged("post_install_l10n", "post_install", "-at_install")
class TestApiKeys(ApiCase):
    def test_a_key_that_is_wrong_missing_or_expired_is_refused(self):
        expired = self.key_of(self.accountant)
        keys = self.env["res.users.apikeys"].sudo().search([("user_id", "=", self.accountant.id)])
        self.env.cr.execute(
            "UPDATE res_users_apikeys SET expiration_date = %s WHERE id = %s",
            [datetime.datetime(2026, 1, 1), max(keys.ids)],
        )
        for name, header in (
            ("wrong", "Bearer 0123456789abcdef"), ("no bearer", "Basic YTpi"), ("empty", "Bearer "),
            ("expired", f"Bearer {expired}"), ("not ASCII", "Bearer ñandú".encode("latin-1")),
        ):  # fmt: skip
            with self.subTest(name):
                response = self.post(PATH, b"{}", {"Authorization": header, "Content-Type": "application/json"})
                self.assertProblem(response, 401, "unauthenticated")
                self.assertIn("Bearer", response.headers["WWW-Authenticate"])
        self.assertProblem(self.post(PATH, b"{}", {"Content-Type": "application/json"}), 401, "unauthenticated")

    def test_a_session_of_the_browser_is_not_enough(self):
        self.authenticate("contadora", "contadora")
        headers = {
            "Content-Type": "application/json", "Sec-Fetch-Dest": "document", "Sec-Fetch-Mode": "navigate",
            "Sec-Fetch-Site": "same-origin", "Sec-Fetch-User": "?1",
        }  # fmt: skip
        self.assertProblem(self.post(PATH, json.dumps({}), headers), 401, "unauthenticated")

    def test_who_may_not_check_documents_is_refused(self):
        for login, groups in (("lectora", "l10n_cl_ai.group_user"), ("nadie", "base.group_user")):
            key = self.key_of(self._make_user(login, groups))
            self.assertProblem(self.validate(key=key), 403, "forbidden")

    def test_a_company_that_is_not_the_user_s_is_refused(self):
        other = self._make_company("Servicios Quillón SpA", "77018459-2")
        for company_id in (other.id, 2**31 - 1):
            body = self.assertProblem(self.validate(company_id=company_id), 403, "forbidden")
            self.assertIn("company_id", body["fields"])
        response = self.post(f"{XML}?company_id={other.id}", b"<DTE/>", self.headers(kind="application/xml"))
        self.assertProblem(response, 403, "forbidden")


@tagged("post_install_l10n", "post_install", "-at_install")
class TestApiRefusals(ApiCase):
    def raw(self, data, kind="application/json", path=PATH):
        return self.post(path, data, self.headers(kind=kind))

    def test_wrong_methods(self):
        for path, method, allowed in (
            (PATH, "GET", "POST"), (PATH, "PUT", "POST"), (PATH, "DELETE", "POST"), (XML, "GET", "POST"),
            ("/api/ai/openapi.json", "POST", "GET, HEAD"),
        ):  # fmt: skip
            with self.subTest(path=path, method=method):
                response = self.url_open(path, headers=self.headers(), method=method)
                self.assertProblem(response, 405, "wrong_method")
                self.assertEqual(response.headers["Allow"], allowed)

    def test_wrong_kinds_of_body(self):
        for path, kind, accepted in (
            (PATH, "application/xml", "application/json"), (PATH, "text/plain", "application/json"),
            (PATH, "application/x-www-form-urlencoded", "application/json"),
            (XML, "application/json", "application/xml"),
        ):  # fmt: skip
            with self.subTest(path=path, kind=kind):
                response = self.raw(b"{}", kind, path)
                self.assertProblem(response, 415, "wrong_content_type")
                self.assertIn(accepted, response.headers["Accept"])

    def test_what_is_no_json_object(self):
        for name, data in (
            ("empty", b""), ("broken", b'{"dte_data": '), ("a list", b"[]"), ("a number", b"5"), ("null", b"null"),
            ("NaN", b'{"company_id": NaN}'), ("nested", b'{"a":' * 100_000), ("digits", b'{"a": ' + b"9" * 5000 + b"}"),
            ("UTF-16", '{"a": 1}'.encode("utf-16")), ("Latin-1 undeclared", '{"a": "ñ"}'.encode("latin-1")),
        ):  # fmt: skip
            with self.subTest(name):
                self.assertProblem(self.raw(data), 422, "invalid")

    def test_latin_1_that_says_so_is_read(self):
        dte_data = {**INVOICE, "razon_social_receptor": "Señal SpA"}
        body = {"dte_data": dte_data, "company_id": self.company.id, "ai": False}
        data = json.dumps(body, ensure_ascii=False)
        for charset, name in (("latin-1", "ISO-8859-1"), ("utf-8", "UTF-8"), ("cp1252", "windows-1252")):
            response = self.raw(data.encode(charset), f"application/json; charset={name}")
            self.assertEqual(response.status_code, 200, response.text)
        self.assertEqual(self.raw(b"\xef\xbb\xbf" + data.encode()).status_code, 200)
        self.assertProblem(self.raw(data.encode(), "application/json; charset=utf-7"), 422, "invalid")

    def test_each_field_that_is_wrong_is_named(self):
        for field, value in (
            ("dte_data", None), ("dte_data", "x"), ("dte_data", []), ("company_id", None), ("company_id", 0),
            ("company_id", -1), ("company_id", True), ("company_id", "1"), ("company_id", 1.5), ("company_id", 2**31),
            ("history", {}), ("history", "x"), ("history", [1]), ("history", [{}] * 101),
            ("history", [{"x": "y" * 110_000}]), ("ai", "no"), ("complete", 1),
        ):  # fmt: skip
            with self.subTest(field=field, value=str(value)[:30]):
                request = {"dte_data": INVOICE, "company_id": self.company.id, field: value}
                body = self.assertProblem(self.raw(json.dumps(request)), 422, "invalid")
                self.assertEqual(list(body["fields"]), [field])
        body = self.assertProblem(self.raw(b"{}"), 422, "invalid")
        self.assertEqual(sorted(body["fields"]), ["company_id", "dte_data"])

    def test_each_field_of_the_document_that_is_wrong_is_named(self):
        wrong = {**INVOICE, "tipo_dte": "x", "fecha_emision": "18-11-2026", "monto_total": None}
        wrong["items"] = [{"monto": []}]
        del wrong["rut_emisor"]
        body = self.assertProblem(self.validate(wrong), 422, "invalid")
        self.assertEqual(
            sorted(body["fields"]),
            [
                "dte_data.fecha_emision", "dte_data.items[0].monto", "dte_data.monto_total", "dte_data.rut_emisor",
                "dte_data.tipo_dte",
            ],
        )  # fmt: skip

    def test_refusals_are_in_the_language_of_the_key_s_user(self):
        self.accountant.lang = "es_CL"
        words = {
            "The request is not as it has to be.": "La solicitud no es como debe ser.", "It is required.": "Falta.",
            "A whole number above 0 was expected.": "Se esperaba un entero mayor que 0.",
        }  # fmt: skip
        with patch.dict(code_translations.python_translations, {("l10n_cl_ai", "es_CL"): words}):
            document, request = self.validate({}).json(), self.validate(company_id=0).json()
        self.assertEqual(document["message"], "La solicitud no es como debe ser.")
        self.assertEqual(set(document["fields"].values()), {"Falta."})
        self.assertEqual(request["fields"], {"company_id": "Se esperaba un entero mayor que 0."})

    def test_a_body_over_the_limit_is_not_read(self):
        for path, kind, limit in (
            (PATH, "application/json", api_body.JSON_LIMIT), (XML, "application/xml", api_body.XML_LIMIT),
        ):  # fmt: skip
            with self.subTest(path):
                self.assertProblem(self.raw(b" " * (limit + 1), kind, path), 413, "too_large")
                # Of unknown length: it is sent in pieces.
                self.assertProblem(self.raw(iter([b" " * limit, b" "]), kind, path), 413, "too_large")
        under = json.dumps({"dte_data": INVOICE, "company_id": self.company.id, "ai": False}).encode()
        self.assertEqual(self.raw(iter([under[:10], under[10:]])).status_code, 200)
        response = self.raw(under + b" " * (api_body.JSON_LIMIT - len(under)))
        self.assertEqual(response.status_code, 200, response.text)

    def test_a_history_at_its_limit_is_taken(self):
        self.assertEqual(self.validate(history=[{"x": "y" * 900}] * 100).status_code, 200)

    # -- limits --------------------------------------------------------------------------------------

    def test_the_limit_of_a_user_fires_and_binds_nobody_else(self):
        self.env["ir.config_parameter"].set_param(PER_MINUTE_KEY, "3")
        self.assertEqual([self.validate().status_code for _each in range(3)], [200] * 3)
        response = self.validate()
        body = self.assertProblem(response, 429, "rate_limited")
        self.assertEqual(response.headers["Retry-After"], str(body["retry_after"]))
        self.assertLessEqual(1, body["retry_after"])
        self.assertLessEqual(body["retry_after"], 20)
        response = self.post(XML, b"<DTE/>", self.headers(kind="application/xml"))
        self.assertProblem(response, 429, "rate_limited")
        other = self.key_of(self._make_user("colega", ACCOUNTANT))
        self.assertEqual(self.validate(key=other).status_code, 200)

    def test_below_the_limit_nobody_waits(self):
        self.assertEqual({self.validate().status_code for _each in range(10)}, {200})

    def test_the_limit_is_60_unless_an_administrator_says_otherwise(self):
        for text, expected in (("", 60), ("0", 1), ("5", 5), ("mucho", 60), ("-3", 60), ("9" * 30, 60)):
            self.env["ir.config_parameter"].set_param(PER_MINUTE_KEY, text)
            self.assertEqual(self.env["l10n_cl_ai.api"]._per_minute(), expected)

    # -- our own faults ------------------------------------------------------------------------------

    def test_an_error_of_ours_shows_and_logs_nothing_of_what_was_sent(self):
        def fail(self, documents, *_rest):
            raise ValueError(f"no se pudo con {documents[0].receiver.name}")

        with patch.object(AiApi, "_check", fail), self.assertLogs(OWN_LOG, logging.ERROR) as logs:
            response = self.validate()
        self.assertProblem(response, 500, "internal")
        self.assertNotIn("Araucanía", response.text)
        text = "\n".join(logs.output)
        self.assertIn("ValueError", text)
        self.assertIn("in fail", text)
        self.assertNotIn("Araucanía", text)

    def test_nothing_of_a_call_is_logged(self):
        with self.assertLogs("odoo", logging.DEBUG) as logs:
            self.validate({**INVOICE, "iva": "Araucanía-x"})
            self.validate({**INVOICE, "monto_total": "Araucanía-x"})
            self.raw('{"Araucanía-x": '.encode())
            self.post(XML, "<DTE>Araucanía-x</DTE>".encode(), self.headers(kind="application/xml"))
        self.assertFalse([line for line in logs.output if "Araucanía-x" in line])

    @mute_logger(OWN_LOG)
    def test_a_database_out_of_connections_is_said(self):
        def fail(self, kind):
            raise psycopg2.OperationalError("too many clients")

        with patch.object(AiApi, "_wait", fail):
            response = self.validate()
        self.assertProblem(response, 503, "unavailable")
        self.assertTrue(response.headers["Retry-After"])

    def test_answers_are_for_the_caller_alone(self):
        response = self.validate()
        self.assertEqual(response.headers["Cache-Control"], "no-store")
        self.assertNotIn("session_id", response.headers.get("Set-Cookie", ""))

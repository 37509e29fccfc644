"""The description is served, matches the routes, and every answer matches it."""

import json
import re

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from odoo.http import _generate_routing_rules
from odoo.tests import tagged

from ..controllers.api_dispatcher import ApiDispatcher
from ..controllers.api_openapi import description
from ..dte.document import Document
from ..dte.old_contract import OLD_NAMES
from ..models.ai_api import PER_MINUTE_KEY
from .api_common import INVOICE, ApiCase
from .test_api_xml import envelope, invoice, written

KINDS = {
    "object": dict, "array": list, "string": str, "integer": int, "number": (int, float), "boolean": bool,
    "null": type(None),
}  # fmt: skip


def faults(value, schema, root, where="$"):
    """Return what of a value does not match a schema; knows what the description uses, and refuses what it does not."""
    unknown = set(schema) - {
        "type", "enum", "required", "properties", "additionalProperties", "items", "minimum", "maximum", "minItems",
        "maxItems", "description", "default", "format", "$ref",
    }  # fmt: skip
    assert not unknown, unknown
    if "$ref" in schema:
        return faults(value, root["components"]["schemas"][schema["$ref"].rpartition("/")[2]], root, where)
    found = []
    kinds = schema.get("type", list(KINDS))
    kinds = [kinds] if isinstance(kinds, str) else kinds
    right = any(isinstance(value, KINDS[kind]) and (kind == "boolean" or not isinstance(value, bool)) for kind in kinds)
    if not right:
        found.append(f"{where}: {value!r} is not {kinds}")
    if "enum" in schema and value not in schema["enum"]:
        found.append(f"{where}: {value!r} is not one of {schema['enum']}")
    if isinstance(value, int) and not schema.get("minimum", value) <= value <= schema.get("maximum", value):
        found.append(f"{where}: {value} is out of range")
    if isinstance(value, list):
        for index, each in enumerate(value):
            found += faults(each, schema.get("items", {}), root, f"{where}[{index}]")
    if isinstance(value, dict):
        found += [f"{where}: {name} is missing" for name in schema.get("required", ()) if name not in value]
        others = schema.get("additionalProperties", {})
        for name, each in value.items():
            inner, there = schema.get("properties", {}).get(name, others), f"{where}.{name}"
            found += [f"{there} is not described"] if inner is False else faults(each, inner, root, there)
    return found


@tagged("post_install_l10n", "post_install", "-at_install")
class TestOpenApi(ApiCase):
    def assertDescribed(self, response, path, method="post"):
        described = description()["paths"][path][method]["responses"]
        self.assertIn(str(response.status_code), described, response.text)
        schema = described[str(response.status_code)]["content"]["application/json"]["schema"]
        self.assertEqual(faults(response.json(), schema, description()), [])

    def test_it_is_served_to_anybody(self):
        response = self.url_open("/api/ai/openapi.json")
        self.assertEqual(response.status_code, 200)
        self.assertEqual(response.json(), json.loads(json.dumps(description())))

    def routes(self):
        """Return (url, endpoint) of the API's routes; the panel's own are no part of it."""
        rules = _generate_routing_rules(["l10n_cl_ai"], nodb_only=False)
        return [
            (re.sub(r"<string:(\w+)>", r"{\1}", url), endpoint)
            for url, endpoint in rules if endpoint.routing["type"] == ApiDispatcher.routing_type
        ]  # fmt: skip

    def test_it_describes_the_routes_and_no_others(self):
        routes = {
            (url, verb.lower(), endpoint.routing["auth"])
            for url, endpoint in self.routes()
            for verb in endpoint.routing["verbs"]
            if verb != "HEAD"
        }
        described = {
            (url, verb, "bearer" if operation.get("security") else "public")
            for url, verbs in description()["paths"].items()
            for verb, operation in verbs.items()
        }
        self.assertEqual(routes, described)

    def test_every_kind_of_body_is_described(self):
        for url, endpoint in self.routes():
            for verb in endpoint.routing["verbs"]:
                operation = description()["paths"][url].get(verb.lower(), {})
                accepted = endpoint.routing.get("accepts", ())
                self.assertEqual(set(operation.get("requestBody", {}).get("content", {})), set(accepted))

    def test_a_check_that_knows_no_fault_would_say_nothing(self):
        schema = description()["components"]["schemas"]["Finding"]
        self.assertTrue(faults({"rule": 5}, schema, description()))
        self.assertTrue(faults([], schema, description()))

    def test_answers_match_it(self):
        for dte_data, request in (
            (INVOICE, {}), (INVOICE, {"complete": True}), ({**INVOICE, "iva": 2500}, {"ai": True}),
            (INVOICE, {"ai": True, "complete": True}), ({}, {}), (INVOICE, {"company_id": 0}),
            (INVOICE, {"company_id": 2**31 - 1}),
        ):  # fmt: skip
            self.assertDescribed(self.validate(dte_data, **request), "/api/ai/validate")
        self.assertDescribed(self.validate(key="wrong"), "/api/ai/validate")
        xml = "/api/ai/validate/xml"
        for data in (written(invoice()), envelope(invoice(1), invoice(2, iva=1)), b"x"):
            self.assertDescribed(self.post(xml, data, self.headers(kind="text/xml")), xml)
        self.assertDescribed(self.post(xml, b"x", self.headers(kind="text/plain")), xml)
        self.env["ir.config_parameter"].set_param(PER_MINUTE_KEY, "1")
        self.validate()
        self.assertDescribed(self.validate(), "/api/ai/validate")

    def test_the_example_of_the_tests_matches_the_request_described(self):
        request = {"dte_data": INVOICE, "company_id": 1, "history": [], "ai": True}
        self.assertEqual(faults(request, description()["components"]["schemas"]["Request"], description()), [])

    def test_whatever_json_comes_there_is_a_described_answer(self):
        self.env["ir.config_parameter"].set_param(PER_MINUTE_KEY, "100000")
        names = st.sampled_from([*OLD_NAMES[Document], "Encabezado", "Detalle", "Totales", "DTE"]) | st.text(max_size=8)
        leaves = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20)
        values = st.recursive(
            leaves, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(names, inner, max_size=4), max_leaves=12
        )
        dte_data = st.dictionaries(names, values, max_size=6).map(lambda changes: {**INVOICE, **changes}) | values
        known = {
            "dte_data": dte_data, "company_id": st.just(self.company.id) | values, "history": values,
            "ai": st.booleans() | values, "complete": st.booleans() | values,
        }  # fmt: skip
        bodies = st.fixed_dictionaries({}, optional=known) | values

        @settings(max_examples=150, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
        @given(bodies)
        def fuzz(body):
            response = self.post("/api/ai/validate", json.dumps(body))
            self.assertLess(response.status_code, 500, response.text)
            self.assertDescribed(response, "/api/ai/validate")

        fuzz()

    def test_whatever_bytes_come_there_is_a_described_answer(self):
        self.env["ir.config_parameter"].set_param(PER_MINUTE_KEY, "100000")

        kinds = st.sampled_from(["application/json", "text/xml", "multipart/form-data; boundary=b"])

        @settings(max_examples=60, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
        @given(st.binary(max_size=200), kinds)
        def fuzz(data, kind):
            for path in ("/api/ai/validate", "/api/ai/validate/xml"):
                response = self.post(path, data, self.headers(kind=kind))
                self.assertLess(response.status_code, 500, response.text)
                self.assertDescribed(response, path)

        fuzz()

"""``POST /api/ai/analytics/suggest_project`` over real HTTP, as the old service's callers use it."""

import json

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from odoo.tests import tagged

from .. import suggest
from ..controllers import api_body
from ..controllers.api_openapi import description
from ..models.ai_api import OWN_LIMITS, PER_MINUTE_KEY
from .api_common import ACCOUNTANT, ApiCase
from .test_api_openapi import faults

PATH = "/api/ai/analytics/suggest_project"
WHO = f"{ACCOUNTANT},project.group_project_user"


class SuggestCase(ApiCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.accountant.group_ids |= cls.env.ref("project.group_project_user")
        cls.plan = cls.env["account.analytic.plan"].create({"name": "Obras"})
        cls.bridge, cls.building = cls.project("Puente Biobío"), cls.project("Edificio Maipú")
        cls.index = cls.env["l10n_cl_ai.index"]._of(cls.company, "project")
        for text, project in (("Hormigón premezclado H30", cls.bridge), ("Pintura y terminaciones", cls.building)):
            cls.learn(text, project, 40)

    @classmethod
    def project(cls, name, company=None, **values):
        company = company or cls.company
        account = cls.env["account.analytic.account"].create(
            {"name": name, "plan_id": cls.plan.id, "company_id": company.id}
        )
        return cls.env["project.project"].create(
            {"name": name, "account_id": account.id, "company_id": company.id, "privacy_visibility": "employees"}
            | values
        )

    @classmethod
    def learn(cls, text, project, times, partner=None, amount=100000.0, distribution=None):
        label = suggest.label_of(distribution or {str(project.account_id.id): 100})
        partner = partner or cls.supplier
        cls.line_id = getattr(cls, "line_id", 10_000_000)
        entries = []
        for _each in range(times):
            cls.line_id += 1
            entries.append((cls.line_id, suggest.Line(text, str(partner.id), amount), label, "2026-10-01", 1.0))
        cls.index._learn(entries)

    def call(self, *texts, key=None, **body):
        texts = texts or ("Hormigón premezclado H30",)
        lines = [{"description": text, "quantity": 2, "price": 50000} for text in texts]
        known = {"company_id": self.company.id, "partner_id": self.supplier.id, "partner_vat": self.supplier.vat,
                 "partner_name": self.supplier.name, "invoice_lines": lines}  # fmt: skip
        return self.post(PATH, json.dumps(known | body), self.headers(key))

    def told(self, *texts, **body):
        response = self.call(*texts, **body)
        self.assertEqual(response.status_code, 200, response.text)
        schema = description()["components"]["schemas"]["SuggestAnswer"]
        self.assertEqual(faults(response.json(), schema, description()), [])
        return response.json()

    def offers(self, *projects):
        return [{"id": one.id, "name": one.name, "code": None, "partner_name": "x", "state": "open", "budget": 0.0}
                for one in projects]  # fmt: skip


@tagged("post_install_l10n", "post_install", "-at_install")
class TestApiSuggest(SuggestCase):
    # -- answers -------------------------------------------------------------------------------------

    def test_what_the_company_posted_answers_at_once(self):
        answer = self.told()
        self.assertEqual((answer["project_id"], answer["project_name"]), (self.bridge.id, "Puente Biobío"))
        self.assertEqual((answer["method"], answer["band"]), ("history", "suggested"))
        self.assertGreaterEqual(answer["confidence"], 70)
        self.assertLessEqual(answer["confidence"], 90, "nothing was measured yet")
        self.assertIn("1 of 1 lines point to “Puente Biobío”", answer["reasoning"])
        self.assertTrue(answer["reasoning"].startswith("History"))
        self.assertEqual(answer["candidates"][0]["project_id"], self.bridge.id)
        self.assertFalse(self.standin.messages, "the AI is not waited for")

    def test_lines_count_by_their_amount(self):
        lines = [{"description": "Hormigón premezclado H30", "quantity": 1, "price": 100000},
                 {"description": "Pintura y terminaciones", "quantity": 1, "price": 100000}]  # fmt: skip
        even = self.told(invoice_lines=lines)
        self.assertLess(even["confidence"], 70, "half of it belongs elsewhere")
        lines[1]["price"] = 1000
        one = self.told(invoice_lines=lines)
        self.assertEqual(one["project_id"], self.bridge.id)
        self.assertGreater(one["confidence"], even["confidence"])
        self.assertEqual({each["project_id"] for each in one["candidates"]}, {self.bridge.id, self.building.id})

    def test_a_rule_of_the_company_wins(self):
        self.env["account.analytic.distribution.model"].create(
            {"partner_id": self.supplier.id, "company_id": self.company.id,
             "analytic_distribution": {str(self.building.account_id.id): 100}}
        )  # fmt: skip
        answer = self.told()
        self.assertEqual((answer["project_id"], answer["method"], answer["band"]), (self.building.id, "rule", "auto"))
        self.assertEqual(answer["confidence"], 100)
        self.assertIn("distribution model", answer["reasoning"])

    def test_what_nobody_knows_is_null_and_says_so(self):
        other = self._make_partner("Ferretería Itata SpA", "76086428-5")
        answer = self.told("Cosa que nadie compró jamás", partner_id=other.id, partner_vat=other.vat)
        self.assertIsNone(answer["project_id"])
        self.assertIsNone(answer["project_name"])
        self.assertEqual(answer["band"], "unknown")
        self.assertLess(answer["confidence"], 50)
        self.assertTrue(answer["reasoning"])

    def test_a_split_counts_by_its_shares(self):
        shares = {str(self.bridge.account_id.id): 75, str(self.building.account_id.id): 25}
        self.learn("Arriendo de grúa torre", None, 40, distribution=shares)
        answer = self.told("Arriendo de grúa torre")
        found = {one["project_id"]: one["confidence"] for one in answer["candidates"]}
        self.assertGreater(found[self.bridge.id], 2 * found[self.building.id])

    def test_reasons_are_in_the_language_of_the_key_s_user(self):
        self.accountant.lang = "es_CL"
        self.assertEqual(self.call().status_code, 200)

    # -- what may be answered ------------------------------------------------------------------------

    def test_only_projects_that_were_sent_are_answered(self):
        answer = self.told(available_projects=self.offers(self.building))
        self.assertNotEqual(answer["project_id"], self.bridge.id)
        self.assertNotIn("Biobío", json.dumps(answer, ensure_ascii=False))
        both = self.told(available_projects=self.offers(self.building, self.bridge))
        self.assertEqual(both["project_id"], self.bridge.id)
        none = self.told(available_projects=[])
        self.assertEqual((none["project_id"], none["confidence"], none["candidates"]), (None, 0, []))
        self.assertTrue(none["reasoning"])

    def test_what_is_closed_hidden_or_of_another_company_is_not_answered_though_it_was_sent(self):
        other = self._make_company("Servicios Quillón SpA", "77018459-2")
        foreign = self.project("Obra ajena", other)
        folded = self.env["project.project.stage"].create({"name": "Terminado", "fold": True})
        for name, project, change in (
            ("closed", self.bridge, {"active": False}), ("hidden", self.bridge, {"privacy_visibility": "followers"}),
            ("folded", self.bridge, {"stage_id": folded.id}), ("foreign", foreign, {}),
        ):  # fmt: skip
            with self.subTest(name), self.env.cr.savepoint() as savepoint:
                project.write(change)
                self.env.flush_all()
                if project == foreign:
                    self.learn("Hormigón premezclado H30", foreign, 400)
                answer = self.told(available_projects=self.offers(project))
                self.assertEqual((answer["project_id"], answer["candidates"]), (None, []))
                self.assertNotIn(project.name, json.dumps(answer, ensure_ascii=False))
                savepoint.rollback()
            self.env.invalidate_all()

    def test_who_sees_no_projects_is_told_none(self):
        (self.bridge | self.building).privacy_visibility = "followers"
        key = self.key_of(self._make_user("sin_proyectos", ACCOUNTANT))
        answer = self.told(key=key)
        self.assertEqual((answer["project_id"], answer["candidates"]), (None, []))
        self.assertNotIn("Biobío", answer["reasoning"])

    # -- the supplier --------------------------------------------------------------------------------

    def test_a_supplier_is_found_by_id_else_by_rut_else_the_texts_count(self):
        other = self._make_company("Servicios Quillón SpA", "77018459-2")
        theirs = self._make_partner("Ajena SpA", "76086428-5", company_id=other.id)
        stranger = self._make_partner("Otro SpA", "96790240-3")
        api = self.env["l10n_cl_ai.api"].with_user(self.accountant)

        def found(**asked):
            return api._supplier(type("Asked", (), {"partner_id": None, "partner_vat": None} | asked))

        rut = self.supplier.vat
        self.assertEqual(found(partner_id=self.supplier.id), self.supplier)
        self.assertEqual(found(partner_id=self.supplier.id, partner_vat=rut), self.supplier)
        self.assertEqual(found(partner_id=stranger.id, partner_vat=rut), self.supplier, "an id of another database")
        self.assertEqual(found(partner_id=2**31 - 1, partner_vat="76.418.205-7"), self.supplier)
        self.assertEqual(found(partner_id=theirs.id, partner_vat="cl76418205-7"), self.supplier)
        self.assertFalse(found(partner_id=theirs.id))
        self.assertFalse(found(partner_vat="76086428-5"), "of another company")
        self.assertFalse(found(partner_vat="no es un RUT"))
        answer = self.told(partner_id=theirs.id, partner_vat=None)
        self.assertIn("only the texts count", answer["reasoning"])
        self.assertNotIn("only the texts count", self.told()["reasoning"])

    def test_purchases_told_by_the_caller_change_nothing_and_it_is_said(self):
        lie = [{"date": "2026-10-01", "project_name": "Edificio Maipú", "amount": 1e9}] * 50
        with_lie, without = self.told(historical_purchases=lie), self.told()
        self.assertIn("historical_purchases", with_lie["reasoning"])
        self.assertNotIn("historical_purchases", without["reasoning"])
        self.assertEqual(with_lie["candidates"], without["candidates"])

    def test_nothing_is_kept(self):
        before = self.env["l10n_cl_ai.suggestion"].search_count([])
        self.told()
        self.assertEqual(self.env["l10n_cl_ai.suggestion"].search_count([]), before)


@tagged("post_install_l10n", "post_install", "-at_install")
class TestApiSuggestRefusals(SuggestCase):
    def test_each_field_that_is_wrong_is_named(self):
        line = {"description": "x"}
        for field, value in (
            ("company_id", None), ("company_id", 0), ("company_id", "1"), ("company_id", True), ("company_id", 2**31),
            ("partner_id", "x"), ("partner_id", -1), ("partner_id", True), ("partner_vat", 5), ("partner_name", ["x"]),
            ("partner_name", "x" * 5001), ("invoice_lines", None), ("invoice_lines", []), ("invoice_lines", {}),
            ("invoice_lines", [line] * 201), ("invoice_lines[0]", [5]), ("invoice_lines[1].description", [line, {}]),
            ("invoice_lines[0].description", [{"description": 5}]),
            ("invoice_lines[0].description", [{"description": "x" * 5001}]),
            *(("invoice_lines[0].price", [line | {"price": price}]) for price in ("mucho", 1e300, True, "NaN", "")),
            ("invoice_lines[0].quantity", [line | {"quantity": []}]), ("available_projects", {}),
            ("invoice_lines[0].price", [line | {"price": 1e14, "quantity": 1e14}]),
            ("available_projects[0]", [5]), ("available_projects[1].id", [{"id": 5}, {"name": "x"}]),
            ("available_projects", [{"id": 5}] * 5001), ("historical_purchases", {"x": 1}),
            ("historical_purchases", [1]), ("historical_purchases", [{}] * 101),
        ):  # fmt: skip
            name = field.partition("[")[0]
            with self.subTest(field=field, value=str(value)[:40]):
                body = self.assertProblem(self.call(**{name: value}), 422, "invalid")
                self.assertEqual(list(body["fields"]), [field])
        body = self.assertProblem(self.post(PATH, b"{}", self.headers()), 422, "invalid")
        self.assertEqual(sorted(body["fields"]), ["company_id", "invoice_lines"])

    def test_what_odoo_says_for_nothing_is_taken(self):
        line = {"description": "Hormigón\x00 \ud800 premezclado", "quantity": "2", "price": "50000.50"}
        nothing = {"partner_id": False, "partner_vat": False, "partner_name": False, "historical_purchases": False,
                   "available_projects": None, "ask_ai": True, "x": 1}  # fmt: skip
        self.told(invoice_lines=[line, {"description": "", "quantity": None, "price": None}], **nothing)
        self.told(invoice_lines=[{"description": "Devolución", "price": -5}, {"description": "0", "quantity": 0}])

    def test_many_wrong_projects_are_named_up_to_a_limit(self):
        body = self.assertProblem(self.call(available_projects=[{}] * 5000), 422, "invalid")
        self.assertEqual(len(body["fields"]), 100)

    def test_the_largest_call_is_answered(self):
        line = {"description": "Hormigón premezclado H30 " * 200, "quantity": 1, "price": 1}
        self.told(invoice_lines=[line] * 200, available_projects=[{"id": one + 1} for one in range(5000)])

    def test_who_may_not_is_refused(self):
        other = self._make_company("Servicios Quillón SpA", "77018459-2")
        self.assertIn("company_id", self.assertProblem(self.call(company_id=other.id), 403, "forbidden")["fields"])
        reader = self.key_of(self._make_user("lectora", "l10n_cl_ai.group_user"))
        self.assertProblem(self.call(key=reader), 403, "forbidden")
        self.assertProblem(self.call(key="wrong"), 401, "unauthenticated")

    def test_method_kind_and_size(self):
        self.assertProblem(self.url_open(PATH, headers=self.headers(), method="GET"), 405, "wrong_method")
        self.assertProblem(self.post(PATH, b"{}", self.headers(kind="text/plain")), 415, "wrong_content_type")
        large = b" " * (api_body.JSON_LIMIT + 1)
        self.assertProblem(self.post(PATH, large, self.headers()), 413, "too_large")

    def test_the_limit_is_its_own_and_binds_nobody_else(self):
        params, api = self.env["ir.config_parameter"], self.env["l10n_cl_ai.api"]
        self.assertEqual(api._per_minute("suggest"), 50)
        params.set_param(OWN_LIMITS["suggest"][0], "2")
        params.set_param(PER_MINUTE_KEY, "1")
        self.assertEqual([self.call().status_code for _each in range(2)], [200, 200])
        response = self.call()
        body = self.assertProblem(response, 429, "rate_limited")
        self.assertEqual(response.headers["Retry-After"], str(body["retry_after"]))
        self.assertEqual(self.validate().status_code, 200)
        other = self.key_of(self._make_user("colega", WHO))
        self.assertEqual(self.call(key=other).status_code, 200)

    def test_below_the_limit_nobody_waits(self):
        self.assertEqual({self.call().status_code for _each in range(10)}, {200})

    def test_a_request_of_the_tests_matches_the_description(self):
        request = {"company_id": 1, "partner_id": False, "invoice_lines": [{"description": "x", "price": 1.5}],
                   "available_projects": self.offers(self.bridge)}  # fmt: skip
        schema = description()["components"]["schemas"]["SuggestRequest"]
        self.assertEqual(faults(request, schema, description()), [])

    def test_whatever_json_comes_there_is_a_described_answer(self):
        self.env["ir.config_parameter"].set_param(OWN_LIMITS["suggest"][0], "100000")
        leaves = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20)
        names = st.sampled_from(["description", "quantity", "price", "id", "name"]) | st.text(max_size=8)
        values = st.recursive(
            leaves, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(names, inner, max_size=4), max_leaves=8
        )
        optional = {"quantity": leaves, "price": leaves}
        line = st.fixed_dictionaries({"description": st.text(max_size=40)}, optional=optional)
        known = {
            "company_id": st.just(self.company.id) | values, "partner_id": values, "partner_vat": values,
            "partner_name": values, "available_projects": values, "historical_purchases": values,
            "invoice_lines": st.lists(line, min_size=1, max_size=3) | values,
        }  # fmt: skip

        @settings(max_examples=120, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
        @given(st.fixed_dictionaries({}, optional=known) | values)
        def fuzz(body):
            response = self.post(PATH, json.dumps(body), self.headers())
            self.assertIn(response.status_code, (200, 403, 422), response.text)
            told = description()["paths"][PATH]["post"]["responses"][str(response.status_code)]
            schema = told["content"]["application/json"]["schema"]
            self.assertEqual(faults(response.json(), schema, description()), [])

        fuzz()

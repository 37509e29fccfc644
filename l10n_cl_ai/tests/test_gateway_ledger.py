"""The ledger of the gateway as the ORM shows it: whose rows are whose, and that nobody changes one."""

import uuid

from odoo import http
from odoo.exceptions import AccessError, UserError
from odoo.tests import HttpCase, freeze_time, tagged

from .. import hooks
from ..llm.postgres import schema
from ..llm.question import Reason, Status
from ..models.ai_request import REASONS, STATUSES
from .common import NOW
from .ledger_common import LedgerCase

TAGS = ("post_install_l10n", "post_install", "-at_install")


@tagged(*TAGS)
@tagged("post_install_l10n", "post_install", "-at_install")
class TestLedger(LedgerCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.own = cls.row(cost="0.10", content_sent="pregunta secreta")
        cls.colleagues = cls.row(cost="0.20", user_id=cls.colleague.id, content_answer="respuesta secreta")
        cls.strangers = cls.row(cost="0.40", user_id=cls.stranger.id, company_id=cls.other.id)
        cls.rows = cls.own | cls.colleagues | cls.strangers

    def cases(self):
        """Return who sees which rows."""
        return [
            (self.user, self.own),
            (self.colleague, self.colleagues),
            (self.manager, self.own | self.colleagues),
            (self.stranger, self.strangers),
        ]

    # -- who sees what -------------------------------------------------------------------------------

    def test_rows_are_private_to_their_user_and_the_managers_of_their_company(self):
        for user, seen in self.cases():
            rows = self.seen_by(user, self.rows)
            with self.subTest(user=user.login):
                self.assertEqual(set(rows.search([("id", "in", rows.ids)]).ids), set(seen.ids))
                self.assertEqual(len(self.seen_by(user, seen).read()), len(seen))
                for hidden in self.seen_by(user, self.rows - seen):
                    with self.assertRaises(AccessError):
                        hidden.read(["cost"])

    def test_sums_and_groups_hold_only_the_rows_one_may_see(self):
        for user, seen in self.cases():
            rows = self.seen_by(user, self.rows)
            with self.subTest(user=user.login):
                domain = [("id", "in", rows.ids)]
                ((cost, count),) = rows._read_group(domain, [], ["cost:sum", "__count"])
                self.assertAlmostEqual(cost, sum(seen.mapped("cost")), 12)
                self.assertEqual(count, len(seen))
                groups = rows.formatted_read_group(domain, ["user_id"], ["cost:sum"])
                self.assertEqual({group["user_id"][0] for group in groups}, set(seen.user_id.ids))

    def test_content_cannot_be_guessed_by_searching_or_grouping(self):
        rows = self.seen_by(self.user, self.rows)
        self.assertFalse(rows.search([("content_answer", "ilike", "secreta")]))
        self.assertEqual(rows.search([("content_sent", "ilike", "secreta")]).ids, self.own.ids)
        groups = rows._read_group([("id", "in", self.rows.ids)], ["content_answer"], ["__count"])
        self.assertNotIn("respuesta secreta", [content for content, _count in groups])
        self.assertFalse(rows.search([("child_ids.content_answer", "ilike", "secreta")]))

    def test_an_export_holds_only_the_rows_one_may_see(self):
        own = self.seen_by(self.user, self.env["l10n_cl_ai.request"]).search([("id", "in", self.rows.ids)])
        data = own.export_data(["id", "user_id", "feature", "cost"])["datas"]
        self.assertEqual([row[1] for row in data], [self.user.name])
        with self.assertRaises(AccessError):
            self.seen_by(self.user, self.rows).export_data(["cost"])

    def test_the_employee_without_a_role_sees_nothing(self):
        for model in ("request", "budget_counter", "cache_entry"):
            with self.subTest(model=model), self.assertRaises(AccessError):
                self.env[f"l10n_cl_ai.{model.replace('_', '.')}"].with_user(self.employee).search([])

    def test_cached_answers_are_read_by_nobody(self):
        for user in (self.user, self.manager, self.env.ref("base.user_admin")):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                self.env["l10n_cl_ai.cache.entry"].with_user(user).search([])
        self.assertNotIn("value", self.env["l10n_cl_ai.cache.entry"]._fields)

    def test_counters_are_of_ones_company(self):
        budget = self.env["l10n_cl_ai.budget"].search([("company_id", "=", self.other.id)], limit=1)
        counter = self.env["l10n_cl_ai.budget.counter"].browse(self.counter(budget))
        self.assertEqual(self.seen_by(self.stranger, counter).spent, 0)
        with self.assertRaises(AccessError):
            self.seen_by(self.manager, counter).read(["spent"])

    # -- append-only ---------------------------------------------------------------------------------

    def test_nobody_writes_a_row_of_the_gateway(self):
        budget = self.env["l10n_cl_ai.budget"].search([], limit=1)
        entry = {"key": b"k", "company_id": self.company.id, "feature": "x", "value": "{}", "expires_at": NOW}
        records = [
            self.own,
            self.env["l10n_cl_ai.budget.counter"].browse(self.counter(budget)),
            self.env["l10n_cl_ai.cache.entry"].browse(self.insert("cache_entry", entry)),
        ]
        for record in records:
            for seen in (record, record.sudo(), record.with_user(self.manager), record.with_user(self.user)):
                for change in (
                    lambda seen=seen: seen.write({"company_id": self.other.id}),
                    lambda seen=seen: seen.create({"company_id": self.company.id}),
                    seen.unlink,
                    lambda seen=seen: setattr(seen, "company_id", self.other),
                ):
                    with (
                        self.subTest(model=record._name, user=seen.env.user.login),
                        self.assertRaises(UserError),
                    ):
                        change()
        self.assertEqual(self.own.company_id, self.company)

    def test_nothing_can_be_imported_into_the_ledger(self):
        # sudo: the strongest user there is
        result = self.env["l10n_cl_ai.request"].sudo().load(["cost"], [["0"]])
        self.assertFalse(result["ids"])
        self.assertTrue(result["messages"])

    def test_who_asked_is_kept(self):
        with self.assertRaisesRegex(UserError, "ledger"):
            self.colleague.unlink()
        self.employee.unlink()
        self.assertFalse(self.employee.exists())

    # -- the model speaks of the table ---------------------------------------------------------------

    def test_every_column_has_its_field(self):
        query = "SELECT column_name FROM information_schema.columns WHERE table_name = %s"
        for model in ("l10n_cl_ai.request", "l10n_cl_ai.budget.counter"):
            self.env.cr.execute(query, (self.env[model]._table,))
            columns = {name for (name,) in self.env.cr.fetchall()}
            stored = self.env[model]._fields.values()
            fields = {field.name for field in stored if field.store and field.column_type}
            self.assertEqual(fields, columns - {"counter_ids", "counted"}, model)

    def test_the_words_cover_what_the_gateway_says(self):
        self.assertEqual([value for value, _label in REASONS], list(Reason))
        self.assertEqual([value for value, _label in STATUSES], list(Status))
        for reason in Reason:
            row = self.row(status="not_evaluated", reason=reason.value)
            self.assertGreater(len(row.reason_words), 20, reason)
        self.assertFalse(self.own.reason_words)

    def test_tables_without_a_model_exist(self):
        for table in schema.BARE:
            self.env.cr.execute("SELECT to_regclass(%s)", (table,))
            self.assertTrue(self.env.cr.fetchone()[0], table)

    def test_uninstalling_leaves_none_of_them(self):
        hooks.uninstall_hook(self.env)
        for table in schema.BARE:
            self.env.cr.execute("SELECT to_regclass(%s)", (table,))
            self.assertFalse(self.env.cr.fetchone()[0], table)

    # -- figures -------------------------------------------------------------------------------------

    def test_money_and_tokens_add_up_and_times_are_averaged(self):
        rows = self.row(cost="0.000000000001", saved="0.5", input_tokens=7, call_ms=100.0)
        rows |= self.row(cost="12345.000000000002", saved="0.25", input_tokens=5, call_ms=300.0)
        ((cost, saved, tokens, ms),) = rows._read_group(
            [("id", "in", rows.ids)], [], ["cost:sum", "saved:sum", "input_tokens:sum", "call_ms:avg"]
        )
        self.assertAlmostEqual(cost, 12345.000000000003, 11)
        self.assertEqual((saved, tokens, ms), (0.75, 12, 200))
        fields = rows.fields_get(attributes=["aggregator"])
        for name, field in fields.items():
            if name.endswith("_ms"):
                self.assertEqual(field["aggregator"], "avg", name)
            elif name.endswith("_tokens") or name in ("cost", "saved"):
                self.assertEqual(field["aggregator"], "sum", name)

    def test_questions_are_grouped_under_the_feature_s_name(self):
        (group,) = self.rows.formatted_read_group([("id", "=", self.own.id)], ["feature"])
        self.assertEqual(group["feature"], "dte_review")
        self.assertEqual(
            dict(self.env["l10n_cl_ai.request"]._fields["feature"]._description_selection(self.env))[
                "dte_review"
            ],
            self.feature.name,
        )
        gone = self.row(feature="of_an_addon_that_is_gone")
        self.assertIn("of_an_addon_that_is_gone", gone.display_name)
        self.assertEqual(gone.web_read({"feature": {}})[0]["feature"], "of_an_addon_that_is_gone")

    # -- the record asked about ----------------------------------------------------------------------

    def test_the_record_is_linked_for_those_who_may_read_it(self):
        move = self.invoice(33)
        row = self.row(res_model="account.move", res_id=move.id)
        self.assertEqual(row.record, move)
        self.assertEqual(row.action_open_record()["res_id"], move.id)
        self.assertFalse(
            self.seen_by(self.user, row).record, "an accountant of the AI alone reads no invoices"
        )

    def test_a_record_that_is_gone_is_not_linked(self):
        for model, number in (("account.move", 2**31 - 1), ("a.model.that.is.gone", 1), (None, None)):
            with self.subTest(model=model):
                self.assertFalse(self.row(res_model=model, res_id=number).record)

    def test_questions_that_follow_hang_under_their_first(self):
        child = self.row(parent_id=self.own.id)
        self.assertEqual(self.own.child_ids, child)
        self.assertEqual(self.seen_by(self.user, child).parent_id.ids, self.own.ids)


@freeze_time(NOW)
@tagged(*TAGS)
@tagged("post_install_l10n", "post_install", "-at_install")
class TestMoney(LedgerCase):
    def rate(self, day, pesos, company=None):
        values = {"currency_id": self.env.ref("base.USD").id, "name": day, "rate": 1 / pesos}
        return self.env["res.currency.rate"].create(values | {"company_id": company and company.id})

    def setUp(self):
        super().setUp()
        self.env["res.currency.rate"].search([]).unlink()
        self.asked = self.asked_for("2")

    def asked_for(self, usd):
        return self.row(cost=usd, asked_at="2026-11-18 12:00:00").with_context(lang="es_CL")

    def test_without_a_rate_no_figure_is_shown(self):
        self.assertIn("18-11-2026", self.asked.cost_words)
        self.assertNotIn("$", self.asked.cost_words)

    def test_a_later_rate_is_not_that_day_s(self):
        self.rate("2026-11-19", 950, self.company)
        self.assertNotIn("$", self.asked.cost_words)

    def test_the_newest_rate_until_that_day_counts(self):
        self.rate("2026-11-01", 900, self.company)
        self.rate("2026-11-17", 950, self.company)
        self.rate("2026-11-19", 990, self.company)
        self.assertIn("$\N{NO-BREAK SPACE}1.900", self.asked.cost_words)
        self.assertIn("17-11-2026", self.asked.cost_words)

    def test_the_company_s_own_rate_goes_before_the_common_one(self):
        self.rate("2026-11-17", 800)
        self.rate("2026-11-10", 900, self.company)
        self.rate("2026-11-10", 700, self.other)
        self.assertIn("1.800", self.asked.cost_words)

    def test_a_peso_with_a_rate_of_its_own_is_taken_into_account(self):
        self.rate("2026-11-10", 0.5)
        peso = {
            "currency_id": self.company.currency_id.id,
            "name": "2026-11-10",
            "rate": 1000,
            "company_id": False,
        }
        self.env["res.currency.rate"].create(peso)
        self.assertIn("1.000", self.asked.cost_words)

    def test_less_than_a_peso_is_not_nothing(self):
        self.rate("2026-11-01", 950, self.company)
        self.assertIn("0,011", self.asked_for("0.000012").cost_words)

    def test_a_company_in_dollars_needs_no_second_figure(self):
        self.other.currency_id = self.env.ref("base.USD")
        row = self.row(company_id=self.other.id, user_id=self.stranger.id)
        self.assertEqual(row.cost_words, "")
        self.assertEqual(self.row(cost="0").cost_words, "")


@freeze_time(NOW)
@tagged(*TAGS)
@tagged("post_install_l10n", "post_install", "-at_install")
class TestExport(LedgerCase, HttpCase):
    def test_the_csv_of_a_user_holds_his_own_rows(self):
        own = self.row(provider_request_id="req_mio")
        self.row(provider_request_id="req_ajeno", user_id=self.colleague.id)
        self.user.password = password = uuid.uuid4().hex
        self.authenticate(self.user.login, password)
        wanted = {
            "model": "l10n_cl_ai.request",
            "fields": [{"name": name, "label": name} for name in ("provider_request_id", "cost")],
            "ids": False,
            "domain": [],
            "groupby": [],
            "context": {},
            "import_compat": False,
        }
        answer = self.url_open(
            "/web/export/csv", {"data": http.json.dumps(wanted), "csrf_token": http.Request.csrf_token(self)}
        )
        self.assertEqual(answer.status_code, 200)
        self.assertIn("req_mio", answer.text)
        self.assertIn("0.25", answer.text)
        self.assertNotIn("req_ajeno", answer.text)
        self.assertTrue(own.exists())

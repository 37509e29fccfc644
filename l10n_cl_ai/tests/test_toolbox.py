"""Each tool of the assistant: what it finds, what it tells, what it refuses."""

import json

from odoo.tests import freeze_time, tagged

from ..chat.desk import Desk
from .common import DAY, NOW
from .tool_common import ToolCase


@freeze_time(NOW)
@tagged("post_install_l10n", "post_install", "-at_install")
class TestToolbox(ToolCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.sold = cls.invoice(33, invoice_date_due="2026-10-30", ref="OC-77", narration="<p>Entrega en bodega</p>")
        cls.sold.action_post()
        cls.exempt = cls.invoice(34, [cls.line("Capacitación", 1, 50_000, taxes=cls.env["account.tax"])])
        cls.exempt.action_post()
        cls.note = cls.invoice(61, [cls.line("Devolución", 1, 1050)])
        cls.note.action_post()
        cls.bought = cls.bill(folio="77", lines=[cls.line("Bins", 4, 5000, taxes=cls.purchase_iva)], date=DAY)
        cls.bought.action_post()
        cls.draft = cls.invoice(33)

    # -- documents -------------------------------------------------------------------------------------

    def test_documents_are_found_by_each_filter(self):
        everything = self.sold | self.exempt | self.note | self.bought | self.draft
        cases = [
            ({}, everything),
            ({"kind": "sale"}, everything - self.bought),
            ({"kind": "purchase"}, self.bought),
            ({"document": "credit_note"}, self.note),
            ({"document": "invoice", "kind": "sale"}, self.sold | self.exempt | self.draft),
            ({"document_type": "34"}, self.exempt),
            ({"partner": "araucania servicios"}, everything - self.bought),
            ({"partner": "76.418.205-7"}, self.bought),
            ({"partner": "nobody at all"}, everything.browse()),
            ({"number": "77"}, self.bought),
            ({"number": "oc-7"}, self.sold),
            ({"state": "draft"}, self.draft),
            ({"payment": "overdue", "kind": "sale"}, self.sold),
            ({"date_from": "2026-11-19"}, everything.browse()),
            ({"date_from": "2026-11-18", "date_to": "2026-11-18"}, everything),
            ({"amount_min": 50_000}, self.exempt),
            ({"amount_max": 2000}, self.note),
            ({"findings": "unchecked"}, self.draft | self.bought),
            ({"sii": "rejected"}, everything.browse()),
        ]
        for values, expected in cases:
            with self.subTest(values=values):
                data, desk = self.told("search_invoices", **values)
                self.assertEqual(data["total"], len(expected))
                self.assertEqual(set(self.ids(data, desk)), set(expected.ids))

    def test_a_row_tells_what_may_leave_and_no_more(self):
        data, desk = self.told("search_invoices", number=self.sold.name)
        [row] = data["rows"]
        self.assertEqual(row["key"], "R1")
        self.assertEqual((row["net"], row["tax"], row["total"]), (13350, 2537, 15887))
        self.assertEqual(row["state"], "Posted")
        self.assertIn('"total":15887', desk.sources["R1"].text)
        self.assertIn(self.customer.name, [one.text for one in desk.private])
        feature = self.env.ref("l10n_cl_ai.feature_chat")
        names = feature._allowed() - {"account.move.amount_total", "account.move.partner_id"}
        feature.allowed_fields = "\n".join(names)
        self._accept_chat(self.company)
        [row] = self.told("search_invoices", number=self.sold.name)[0]["rows"]
        self.assertFalse({"total", "partner"} & row.keys())

    def test_drafts_are_told_apart_by_whom_they_are_for(self):
        data, desk = self.told("search_invoices", state="draft")
        [title] = [desk.sources[row["key"]].title for row in data["rows"]]
        self.assertTrue(title.endswith(f" · {self.customer.name}"), title)
        data, desk = self.told("search_invoices", number=self.sold.name)
        self.assertEqual(desk.sources[data["rows"][0]["key"]].title, self.sold.display_name)

    def test_sums_subtract_credit_notes(self):
        data, desk = self.told("count_invoices", group_by="month", state="posted")
        rows = {row["kind"]: row for row in data["groups"]}
        self.assertEqual(rows["sale"]["group"], "2026-11")
        self.assertEqual(rows["sale"]["documents"], 3)
        self.assertEqual(rows["sale"]["total"], 15887 + 50_000 - 1250)
        self.assertEqual(rows["purchase"]["total"], 23_800)
        self.assertEqual(data["totals"]["sale"]["total"], 64_637)
        self.assertEqual(desk.sources[data["key"]].res_id, 0)
        for group_by in ("partner", "document_type", "payment", "month"):
            with self.subTest(group_by=group_by):
                data, _desk = self.told("count_invoices", group_by=group_by, kind="sale")
                self.assertEqual(data["documents"], 3)

    def test_months_are_compared(self):
        before = self.invoice(33, invoice_date="2026-10-05")
        before.action_post()
        rows = self.told("count_invoices", group_by="month", kind="sale")[0]["groups"]
        self.assertEqual([row["group"] for row in rows], ["2026-10", "2026-11"])
        self.assertNotIn("total_less_month_before", rows[0])
        self.assertEqual(rows[1]["total_less_month_before"], 64_637 - 15_887)

    def test_a_folio_is_found_however_it_was_written(self):
        self.bought.name = "FAC 48211"
        for number in ("48211", "048211", "FAC 48211"):
            with self.subTest(number=number):
                data, desk = self.told("search_invoices", number=number)
                self.assertEqual(self.ids(data, desk), self.bought.ids)
        self.assertEqual(self.told("search_invoices", number="8211")[0]["total"], 0)

    def test_what_is_on_screen_is_counted_and_no_more(self):
        def screen(ids=(), domain=(), **more):
            desk = Desk()
            desk.screen = {
                "model": "account.move", "ids": list(ids), "count": len(ids), "view": "list", "domain": list(domain),
                **more,
            }  # fmt: skip
            return desk

        both = screen((self.sold | self.note).ids)
        data, _desk = self.told("count_invoices", group_by="document_type", on_screen=True, desk=both)
        self.assertEqual(data["totals"]["sale"]["total"], 15_887 - 1250)
        filtered = screen(domain=[["l10n_latam_document_type_id.code", "=", "34"]])
        data, desk = self.told("search_invoices", on_screen=True, desk=filtered)
        self.assertEqual(self.ids(data, desk), self.exempt.ids)
        self.assertEqual(self.told("search_invoices", on_screen=False, desk=filtered)[0]["total"], 5)
        for desk, words in (
            (Desk(), "no list of these"),
            (screen(model="res.partner"), "no list of these"),
            (screen(view="form"), "no list of these"),
            (screen(self.sold.ids, count=1001), "too many"),
            (screen(domain=[["nonsense", "=", 1]]), "can't be applied"),
            (screen(domain=["&"]), "can't be applied"),
        ):
            with self.subTest(screen=desk.screen):
                self.assertIn(words, self.refused("search_invoices", on_screen=True, desk=desk))
        nobody_knows = screen()
        nobody_knows.screen["domain"] = None
        self.assertIn("can't be applied", self.refused("search_invoices", on_screen=True, desk=nobody_knows))

    def test_who_opens_a_figure_sees_what_it_was_drawn_from(self):
        cases = [
            ("count_invoices", {"group_by": "month", "kind": "sale"}, "amount_total_signed", 64_637),
            ("due_dates", {"side": "receivable"}, "amount_residual", 64_637),
            ("account_balances", {"account": "11", "date_from": "2026-11-18"}, "balance", None),
            ("vat_of_period", {"period": "2026-11"}, "balance", None),
        ]
        for tool, values, field, expected in cases:
            with self.subTest(tool=tool):
                data, desk = self.told(tool, **values)
                source = desk.sources[data["key"]]
                domain = json.loads(json.dumps(source.domain))
                found = self.env[source.model].search(domain)
                self.assertTrue(found)
                told = data["totals"].get("closing") if tool == "account_balances" else expected
                if told is not None:
                    self.assertEqual(sum(found.mapped(field)), told)

    def test_figures_are_called_as_people_call_them(self):
        values = {"group_by": "partner", "kind": "sale", "payment": "overdue", "date_to": "2026-11-30"}
        data, desk = self.told("count_invoices", **values)
        title = desk.sources[data["key"]].title
        self.assertRegex(title, r"^Documents added up · sales · overdue · \S+2026 · by partner$")
        data, desk = self.told("vat_of_period", period="2026-11")
        self.assertRegex(desk.sources[data["key"]].title, r"^VAT of \w+ 2026$")
        data, desk = self.told("due_dates", side="payable", weeks=1)
        self.assertEqual(desk.sources[data["key"]].title, "Due dates · of suppliers · 1 weeks")

    def test_an_instalment_may_be_overdue(self):
        halves = self.env["account.payment.term"].create({
            "name": "Mitad y mitad",
            "line_ids": [(0, 0, {"value": "percent", "value_amount": 50, "nb_days": days}) for days in (0, 60)],
        })  # fmt: skip
        lines = [self.line("Mesas", 1, 100_000)]
        sold = self.invoice(33, lines, invoice_date="2026-11-10", invoice_payment_term_id=halves.id)
        sold.action_post()
        data, desk = self.told("search_invoices", payment="overdue", kind="sale", order="due")
        self.assertEqual(set(self.ids(data, desk)), {self.sold.id, sold.id})
        [row] = [row for row in data["rows"] if desk.sources[row["key"]].res_id == sold.id]
        self.assertEqual((row["left_to_pay"], row["overdue"], row["days_late"]), (119_000, 59_500, 8))
        self.assertNotIn("settled", row)

    def test_what_was_paid_of_a_document_is_told(self):
        register = self.env["account.payment.register"].with_context(
            active_model="account.move", active_ids=self.sold.ids
        )
        register.create({"amount": 5887}).action_create_payments()
        [row] = self.told("search_invoices", number=self.sold.name)[0]["rows"]
        self.assertEqual((row["left_to_pay"], row["settled"], row["overdue"]), (10_000, 5887, 10_000))

    def test_what_was_not_posted_is_no_part_of_a_sum_and_is_told(self):
        self.invoice(33).button_cancel()
        data, _desk = self.told("count_invoices", group_by="month", kind="sale")
        self.assertEqual(data["totals"]["sale"]["total"], 64_637)
        self.assertEqual(data["not_counted"], {"draft": 1, "cancel": 1})
        data, _desk = self.told("count_invoices", group_by="state", kind="sale")
        by_state = {row["group"]: row["documents"] for row in data["groups"]}
        self.assertEqual(by_state, {"posted": 3, "draft": 1, "cancel": 1})
        self.assertEqual(data["totals"]["sale"]["total"], 64_637)
        self.assertNotIn("not_counted", data)
        data, _desk = self.told("count_invoices", group_by="month", kind="sale", state="draft")
        self.assertEqual(data["totals"]["sale"]["total"], 15_887)
        self.assertNotIn("not_counted", data)

    def test_one_document_is_read_with_all_that_is_known(self):
        self.sold._l10n_cl_ai_check()
        data, desk = self.told("read_invoice", document=self.sold.name)
        self.assertEqual(data["note"], "Entrega en bodega")
        self.assertEqual([line["net"] for line in data["lines"]], [10_500, 2850])
        self.assertIn("dte_check", data)
        again, _desk = self.told("read_invoice", document=data["key"], desk=desk)
        self.assertEqual(again["key"], data["key"])
        several, desk = self.told("read_invoice", document="1")
        self.assertEqual(len(several["rows"]), 3)
        self.assertIn("no record has this key", self.refused("read_invoice", document="R9"))

    # -- rules -----------------------------------------------------------------------------------------

    def test_findings_come_by_rule(self):
        self.draft.invoice_line_ids[0].name = "x" * 2000
        self.draft._l10n_cl_ai_check()
        checked = (self.sold | self.exempt | self.note | self.draft).filtered("l10n_cl_ai_finding_ids")
        data, desk = self.told("dte_findings", date_from="2026-11-01")
        self.assertEqual(data["documents_with_findings"], len(checked))
        codes = {row["rule"] for row in data["rows"]}
        self.assertEqual(codes, set(checked.l10n_cl_ai_finding_ids.mapped("rule_code")))
        grave = self.draft.l10n_cl_ai_finding_ids.filtered(lambda finding: finding.action == "block").rule_code
        [row] = [row for row in data["rows"] if row["rule"] == grave]
        self.assertIn(self.draft.id, self.ids(row, desk, "some"))
        data, _desk = self.told("dte_findings", date_from="2026-12-01")
        self.assertEqual(data, {"documents_with_findings": 0, "documents_never_checked": 0, "rows": []})

    def test_a_rule_says_what_it_is(self):
        data, desk = self.told("rule", search="f04")
        self.assertEqual([row["rule"] for row in data["rows"]], ["F04"])
        self.assertEqual(desk.sources[data["rows"][0]["key"]].model, "l10n_cl_ai.rule")
        self.assertTrue(self.told("rule", search="folio caf")[0]["rows"])
        self.assertIn("at least 2", self.refused("rule", search="a"))

    def test_codes_are_explained_and_unknown_ones_are_said_to_be(self):
        known, _desk = self.told("explain_code", code="hed-3-305", answer="rejected")
        self.assertEqual(known["known_by"], "code")
        self.assertIn("Rejected", known["consequence"])
        event, _desk = self.told("explain_code", code="RCD")
        self.assertIn("disagrees", event["to_do"])
        status, _desk = self.told("explain_code", code="EPR")
        self.assertTrue(status["statuses"])
        unknown, _desk = self.told("explain_code", code="ZZZ")
        self.assertIn("do not guess", unknown["note"])

    # -- partners and accounts -------------------------------------------------------------------------

    def test_a_partner_has_a_card(self):
        data, desk = self.told("partner_card", partner="77262640-1")
        self.assertEqual(data["name"], self.customer.name)
        self.assertEqual(data["receivable"], {"open": 64_637, "overdue": 15_887, "entries": 3})
        self.assertEqual([row["group"] for row in data["documents_by_month"]], ["2026-11"])
        self.assertEqual(desk.sources[data["key"]].res_id, self.customer.id)
        self._make_partner("Servicios Malleco SpA", "76192083-9")
        several, _desk = self.told("partner_card", partner="servicios")
        self.assertGreaterEqual(len(several["rows"]), 2)
        self.assertEqual(self.told("partner_card", partner="zzzzz")[0]["rows"], [])

    def test_balances_are_those_of_the_books(self):
        account = self.sold.line_ids.filtered(lambda line: line.display_type == "payment_term").account_id
        data, _desk = self.told("account_balances", account=account.code)
        self.assertEqual(data["rows"][0]["closing"], 64_637)
        data, _desk = self.told("account_balances", account=account.code, date_from="2026-11-18")
        row = data["rows"][0]
        self.assertEqual((row["opening"], row["debit"], row["credit"], row["closing"]), (0, 65_887, 1250, 64_637))
        # Of many accounts the sum is of all, not of those that are listed.
        data, desk = self.told("account_balances", account="11", date_from="2026-11-18")
        self.assertGreater(data["accounts"], len(data["rows"]))
        lines = self.env["account.move.line"].search(
            [("account_id.code", "=like", "11%"), ("parent_state", "=", "posted"), ("company_id", "=", self.company.id)]
        )
        self.assertEqual(data["totals"]["closing"], sum(lines.mapped("balance")))
        self.assertEqual(data["totals"]["debit"], sum(lines.mapped("debit")))
        self.assertEqual(desk.sources[data["key"]].res_id, 0)
        named = self.env["account.account"].create(
            {"code": "119901", "name": "Crédito de IVA", "account_type": "asset_current"}
        )
        other = self.env["account.account"].create(
            {"code": "119902", "name": "Tarjeta corporativa", "account_type": "asset_current"}
        )
        for words in ("iva credito", "Crédito", "IVA cré"):
            with self.subTest(words=words):
                data, desk = self.told("account_balances", account=words)
                self.assertIn(named.id, self.ids(data, desk))
                self.assertNotIn(other.id, self.ids(data, desk))
        self.assertEqual(self.told("account_balances", account="··")[0]["rows"], [])
        self.assertIn("before it begins", self.refused(
            "account_balances", account="11", date_from="2026-11-18", date_to="2026-11-01"))  # fmt: skip

    def test_due_dates_by_age_and_week(self):
        data, desk = self.told("due_dates", side="receivable")
        self.assertEqual(data["overdue"], [{"days_late": "1 a 30 días", "amount": 15_887}])
        self.assertEqual(data["total"], 64_637)
        self.assertEqual(desk.sources[data["largest"][0]["key"]].model, "account.move")
        # A credit note lowers what is owed: the rows add up to what they are rows of.
        self.assertEqual([row["left"] for row in data["largest"]], [50_000, 15_887, -1250])
        payable, _desk = self.told("due_dates", side="payable", partner="R1", desk=self._desk_of(self.supplier))
        self.assertEqual(payable["total"], 23_800)
        self.assertEqual(payable["largest"][0]["left"], 23_800)

    def _desk_of(self, *records):
        desk = Desk()
        for record in records:
            desk.cite("record", record._name, record.id, record.display_name, "")
        return desk

    # -- VAT -------------------------------------------------------------------------------------------

    def test_vat_of_a_month_is_that_of_the_books(self):
        adviser = self._make_partner("Rosa Pinto Asesora", "8765432-K", l10n_cl_sii_taxpayer_type="2")
        fees = self.bill(
            71, folio="9", partner=adviser, lines=[self.line("Asesoría", 1, 100_000, taxes=self._chart("I_IR2C_2026"))]
        )
        fees.action_post()
        data, _desk = self.told("vat_of_period", period="2026-11")
        debits = {row["type"][:4]: row for row in data["debits"]}
        self.assertEqual((debits["(33)"]["net"], debits["(33)"]["tax"]), (13_350, 2537))
        self.assertEqual((debits["(61)"]["net"], debits["(61)"]["tax"]), (-1050, -200))
        self.assertEqual(data["totals"]["iva_debit"], 2337)
        self.assertEqual(data["totals"]["iva_credit"], 3800)
        self.assertEqual(data["totals"]["withheld_second_category"], 15_250)
        self.assertEqual(data["sale_without_iva"][0]["amount"], 50_000)
        self.draft.invoice_date = False
        self.assertEqual(self.told("vat_of_period", period="2026-11")[0]["drafts_not_counted"], 1)
        self.assertEqual(self.told("vat_of_period", period="2026-10")[0]["drafts_not_counted"], 0)
        self.assertTrue(any("remanente" in words for words in data["does_not_contain"]))
        self.assertIn("must match", self.refused("vat_of_period", period="2026-13"))

    def test_withheld_vat_and_credit_of_common_use_stand_by_themselves(self):
        scrap = self.invoice(46, [self.line("Chatarra", 1, 10_000, taxes=self.purchase_iva | self.retention)])
        scrap.action_post()
        shared = self.bill(folio="78", lines=[self.line("Luz", 1, 1000, taxes=self._chart("iva_compra_uso_comun"))])
        shared.action_post()
        back = self.bill(61, "79", move_type="in_refund", lines=[self.line("Bins", 1, 5000, taxes=self.purchase_iva)])
        back.action_post()
        data, _desk = self.told("vat_of_period", period="2026-11")
        self.assertEqual(data["totals"]["withheld_iva"], 1900)
        [withheld] = data["withheld"]
        self.assertEqual((withheld["concept"], withheld["net"], withheld["tax"]), ("iva_withheld_total", 10_000, 1900))
        self.assertEqual(data["totals"]["iva_credit"], 3800 + 1900 - 950)
        self.assertEqual(data["totals"]["iva_of_common_use_not_in_credit"], 190)
        self.assertEqual(data["totals"]["debit_less_credit"], 2337 - 4750)

    # -- projects --------------------------------------------------------------------------------------

    def test_projects_cost_what_was_booked_on_them(self):
        plan = self.env["account.analytic.plan"].create({"name": "Obras"})
        account = self.env["account.analytic.account"].create(
            {"name": "Puente Ñuble", "plan_id": plan.id, "company_id": self.company.id}
        )
        bill = self.bill(folio="88", lines=[
            self.line("Fierro", 2, 9000, taxes=self.purchase_iva,
                      analytic_distribution={account.id: 100})])  # fmt: skip
        bill.action_post()
        data, desk = self.told("projects", project="puente")
        row = data["rows"][0]
        self.assertEqual((row["costs"], row["revenue"], row["margin"]), (18_000, 0, -18_000))
        self.assertEqual(row["net_cost_by_month"], {"2026-11": 18_000})
        self.assertEqual(self.ids(data, desk), account.ids)
        self.assertTrue(self.told("projects")[0]["rows"])

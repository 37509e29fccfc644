"""What a tool shows is what the user's own search returns: 200 random questions, six users."""

import random
from datetime import date, timedelta

from odoo.tests import freeze_time, tagged

from ..dte.text import fold
from .common import DAY, NOW
from .tool_common import ToolCase

QUESTIONS = 200
SEED = 20261129
_ORDERS = {
    "newest": "invoice_date desc, id desc", "oldest": "invoice_date, id", "amount": "amount_total desc, id desc",
    "due": "invoice_date_due, id",
}  # fmt: skip
_WORDS = ["araucania", "ARAUCANÍA spa", "maule", "limitada", "serv", "77262640-1", "76.418.205-7", "Nadie", "nuble"]


@freeze_time(NOW)
@tagged("post_install_l10n", "post_install", "-at_install")
class TestToolboxRights(ToolCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.random = random.Random(SEED)
        cls.other = cls._make_company("Aserradero Biobío SpA", "77018459-2")
        cls._accept_chat(cls.other)
        cls.env = cls.env(context={**cls.env.context, "allowed_company_ids": (cls.company | cls.other).ids})
        for _number in range(26):
            cls._random_document(cls.company)
        for _number in range(8):
            cls._random_document(cls.other)
        cls.users = {
            "accountant": (cls.accountant, cls.company),
            "sales only": (cls._make_user("ventas", "account.group_account_invoice"), cls.company),
            "own invoices": (cls._make_user("propias", "account.group_account_invoice"), cls.company),
            "auditor": (cls._make_user("auditora", "account.group_account_readonly"), cls.company),
            "of both": (cls._make_user("ambas", "account.group_account_invoice"), cls.other),
            "employee": (cls._make_user("empleado_chat", "l10n_cl_ai.group_user"), cls.company),
        }
        cls.users["of both"][0].company_ids |= cls.other
        own = cls.env["account.move"].search([("company_id", "=", cls.company.id)], limit=9)
        own.write({"invoice_user_id": cls.users["own invoices"][0].id})
        cls._limit("ventas", "[('move_type', 'in', ('out_invoice', 'out_refund'))]")
        cls._limit("propias", "[('invoice_user_id', '=', user.id)]")

    @classmethod
    def _limit(cls, login, domain):
        """Let one user see only some documents, whatever his groups allow."""
        cls.env["ir.rule"].create({
            "name": f"limit {login}", "model_id": cls.env["ir.model"]._get_id("account.move"),
            "domain_force": f"{domain} if user.login == '{login}' else [(1, '=', 1)]",
        })  # fmt: skip

    @classmethod
    def _random_document(cls, company):
        pick, chart = cls.random, cls.env["account.chart.template"].with_company(company)
        purchase = pick.random() < 0.3
        taxes = chart.ref("OTAX_19" if purchase else "ITAX_19")
        code = pick.choice([33, 33, 61]) if purchase else pick.choice([33, 33, 33, 34, 61, 56])
        lines = [
            cls.line(
                "Servicio", pick.randint(1, 9), pick.randint(100, 9000), taxes=taxes.browse() if code == 34 else taxes
            )
        ]
        side = "in" if purchase else "out"
        day = DAY - timedelta(days=pick.randint(0, 90))
        move = cls.env["account.move"].with_company(company).create({
            "move_type": f"{side}_refund" if code == 61 else f"{side}_invoice",
            "partner_id": (cls.supplier if purchase else pick.choice([cls.customer, cls.supplier])).id,
            "invoice_date": day, "date": day, "invoice_date_due": day + timedelta(days=pick.randint(0, 60)),
            "ref": pick.choice([False, "OC-77", "HES 12"]), "invoice_line_ids": lines,
            "l10n_latam_document_type_id": cls.document_type(code).id,
        })  # fmt: skip
        move.l10n_latam_document_type_id = cls.document_type(code)
        if purchase:
            move.l10n_latam_document_number = str(1000 + move.id)
        if pick.random() < 0.75:
            move.action_post()

    # -- what is asked, and what should come ---------------------------------------------------------------

    def question(self):
        """Return random filters: none to four of them."""
        pick = self.random
        some = DAY - timedelta(days=pick.randint(0, 90))
        every = {
            "kind": pick.choice(["sale", "purchase"]),
            "document": pick.choice(["invoice", "credit_note", "debit_note"]),
            "document_type": pick.choice(["33", "34", "61", "56", "110"]),
            "partner": pick.choice(_WORDS),
            "number": pick.choice(["1", "2", "000003", "OC", "hes 12", "FAC", "%", "nada"]),
            "state": pick.choice(["draft", "posted", "cancel"]),
            "payment": pick.choice(["open", "overdue", "not_paid", "paid"]),
            "date_from": some.isoformat(),
            "date_to": (some + timedelta(days=30)).isoformat(),
            "amount_min": pick.randint(0, 20_000),
            "amount_max": pick.randint(20_000, 90_000),
            "findings": pick.choice(["unchecked", "ok", "warn", "block", "info", "stale"]),
        }
        return {name: every[name] for name in pick.sample(sorted(every), pick.choice([0, 1, 1, 2, 2, 3, 4]))}

    def fits(self, move, values):
        """Return whether a document is what was asked for, read as root and compared in Python."""
        checks = {
            "kind": lambda text: move.move_type.startswith("out" if text == "sale" else "in"),
            "document": lambda text: text == self._document_of(move),
            "document_type": lambda text: move.l10n_latam_document_type_id.code == text,
            "partner": lambda text: self._named(move.commercial_partner_id, text),
            "number": lambda text: self._numbered(move, text),
            "state": lambda text: move.state == text,
            "payment": lambda text: self._paid(move, text),
            "date_from": lambda text: bool(move.invoice_date) and move.invoice_date >= date.fromisoformat(text),
            "date_to": lambda text: bool(move.invoice_date) and move.invoice_date <= date.fromisoformat(text),
            "amount_min": lambda amount: move.amount_total >= amount,
            "amount_max": lambda amount: move.amount_total <= amount,
            "findings": lambda text: move.l10n_cl_ai_state == text,
        }
        return all(checks[name](value) for name, value in values.items())

    def _document_of(self, move):
        if move.move_type in ("out_refund", "in_refund"):
            return "credit_note"
        return "debit_note" if move.l10n_latam_document_type_id.internal_type == "debit_note" else "invoice"

    def _named(self, partner, text):
        rut = text.replace(".", "")
        return partner.vat == rut or all(fold(word) in fold(partner.name) for word in text.split())

    def _numbered(self, move, text):
        if text.isdecimal():
            folio = (move.name or "").rpartition(" ")[2]
            return (folio.isdecimal() and int(folio) == int(text)) or move.ref == text
        return any(text.lower() in (one or "").lower() for one in (move.name, move.ref))

    def _paid(self, move, text):
        if text not in ("open", "overdue"):
            return move.payment_state == text
        left = move.state == "posted" and move.payment_state in ("not_paid", "partial")
        return left and (text == "open" or move.invoice_date_due < DAY)

    # -- tests -----------------------------------------------------------------------------------------

    def test_what_tools_find_is_what_the_users_own_search_returns(self):
        questions = [self.question() for _number in range(QUESTIONS)]
        moves = self.env["account.move"].sudo().search([("move_type", "!=", "entry")])
        fitting = [moves.filtered(lambda move, values=values: self.fits(move, values)) for values in questions]
        self.assertGreater(sum(map(bool, fitting)), QUESTIONS // 3)
        for name, (user, company) in self.users.items():
            if name == "employee":
                continue
            own = self.env(user=user, su=False, context={"allowed_company_ids": company.ids})["account.move"]
            seen = own.search([("move_type", "!=", "entry")])
            self.assertTrue(seen)
            for values, fit in zip(questions, fitting, strict=True):
                with self.subTest(user=name, values=values):
                    self._compare(user, company, values, own.browse((fit & seen.sudo()).ids))

    def _compare(self, user, company, values, expected):
        order, limit = self.random.choice(sorted(_ORDERS)), self.random.randint(1, 20)
        answer, data, desk = self.call("search_invoices", user, company=company, **values, order=order, limit=limit)
        self.assertFalse(answer.failed, data)
        self.assertEqual(data["total"], len(expected))
        first = expected.search([("id", "in", expected.ids)], order=_ORDERS[order], limit=limit)
        self.assertEqual(self.ids(data, desk), first.ids[: len(data["rows"])])
        self.assertTrue(len(data["rows"]) == len(first) or data["more"] == len(expected) - len(data["rows"]))

    def test_sums_are_of_what_the_user_sees(self):
        for name, (user, company) in self.users.items():
            if name == "employee":
                continue
            own = self.env(user=user, su=False, context={"allowed_company_ids": company.ids})["account.move"]
            seen = own.search([("move_type", "!=", "entry"), ("state", "=", "posted")])
            for side, sign in (("sale", 1), ("purchase", -1)):
                with self.subTest(user=name, side=side):
                    answer, data, _desk = self.call(
                        "count_invoices", user, company=company, state="posted", kind=side, group_by="partner"
                    )
                    self.assertFalse(answer.failed, data)
                    mine = seen.filtered(lambda move, side=side: move.is_sale_document() == (side == "sale"))
                    self.assertEqual(data["documents"], len(mine))
                    total = sum(row["total"] for row in data["groups"])
                    self.assertAlmostEqual(total, sign * sum(mine.mapped("amount_total_signed")))

    def test_who_may_read_no_documents_is_told_so_whatever_the_tool(self):
        user, _company = self.users["employee"]
        for tool, values in (
            ("search_invoices", {}), ("count_invoices", {"group_by": "month"}), ("read_invoice", {"document": "1"}),
            ("dte_findings", {}), ("vat_of_period", {"period": "2026-11"}), ("account_balances", {"account": "11"}),
            ("due_dates", {"side": "payable"}),
        ):  # fmt: skip
            with self.subTest(tool=tool):
                answer, data, desk = self.call(tool, user, **values)
                self.assertTrue(answer.failed)
                self.assertEqual(data["error"], "the user may not see that, or it does not exist")
                self.assertEqual(desk.sources, {})
        answer, data, _desk = self.call("projects", user)
        self.assertEqual((answer.failed, data.get("rows")), (False, []))
        answer, data, _desk = self.call("partner_card", user, partner="araucania")
        self.assertFalse(answer.failed)
        self.assertFalse({"receivable", "payable", "documents_by_month"} & data.keys())

    def test_another_company_cannot_be_asked_about(self):
        answer, data, _desk = self.call("search_invoices", company=self.other)
        self.assertTrue(answer.failed)
        self.assertNotIn("rows", data)

    def test_a_key_opens_nothing_that_the_user_may_not_read(self):
        hidden = self.env["account.move"].sudo().search([("company_id", "=", self.other.id)], limit=1)
        user, company = self.users["of both"]
        _answer, _data, desk = self.call("read_invoice", user, company=company, document=hidden.name)
        key = desk.cite("record", "account.move", hidden.id, "", "")
        answer, _data, _desk = self.call("read_invoice", desk=desk, document=key)
        self.assertTrue(answer.failed, "of another company")
        purchase = (
            self.env["account.move"]
            .sudo()
            .search([("company_id", "=", self.company.id), ("move_type", "=", "in_invoice")], limit=1)
        )
        key = desk.cite("record", "account.move", purchase.id, "", "")
        for name, fails in (("sales only", True), ("auditor", False)):
            with self.subTest(user=name):
                answer, _data, _desk = self.call("read_invoice", self.users[name][0], desk=desk, document=key)
                self.assertEqual(answer.failed, fails)

    def test_fields_of_a_group_are_dropped_for_who_is_not_in_it(self):
        move = self.env["account.move"].sudo().search([("company_id", "=", self.company.id)], limit=1)
        field = type(move).amount_untaxed
        groups, field.groups = field.groups, "base.group_system"
        self.addCleanup(setattr, field, "groups", groups)
        data, _desk = self.told("read_invoice", document=move.name) if move.state == "posted" else self.told(
            "search_invoices", state="draft")  # fmt: skip
        self.assertNotIn("net", data if "total" in data and "rows" not in data else data["rows"][0])

    def test_who_may_not_read_checks_reads_the_rest(self):
        reader = self._make_user("lectora_sin", "base.group_user")
        for model in ("account.move", "account.move.line", "account.journal", "account.tax"):
            self.env["ir.model.access"].create({
                "name": model, "model_id": self.env["ir.model"]._get_id(model), "perm_read": True,
                "group_id": self.env.ref("base.group_user").id,
            })  # fmt: skip
        answer, data, _desk = self.call("search_invoices", reader, limit=3)
        self.assertFalse(answer.failed, data)
        self.assertFalse({"dte_check", "sii", "customer"} & set().union(*data["rows"]))
        answer, _data, _desk = self.call("search_invoices", reader, findings="block")
        self.assertTrue(answer.failed)

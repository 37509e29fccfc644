"""Tools can't write, end in time, take no nonsense, and say nothing of how they failed."""

from unittest.mock import patch

from odoo.exceptions import UserError
from odoo.tests import TransactionCase, freeze_time, tagged

from ..chat.desk import Desk
from ..chat.tool import Asker, Refused, Result, tool
from ..models.ai_toolbox import run_tool
from .ai_common import CANARY
from .common import NOW
from .tool_common import ToolCase

_OWN = "odoo.addons.l10n_cl_ai.models.ai_toolbox"


def with_tool(case, method, **spec):
    """Give the toolbox a tool of this test."""
    made = tool("A tool of a test.", **spec)(method)
    patcher = patch.object(case.env.registry["l10n_cl_ai.toolbox"], method.__name__, made, create=True)
    patcher.start()
    case.addCleanup(patcher.stop)


def _tool_write_orm(self, asked, desk):
    self.env["res.partner"].sudo().create({"name": "Intruso"})
    self.env.flush_all()
    return Result({})


def _tool_write_sql(self, asked, desk):
    self.env.cr.execute("UPDATE res_partner SET name = 'Intruso'")
    return Result({})


def _tool_write_back(self, asked, desk):
    self.env.cr.execute("SET TRANSACTION READ WRITE")
    self.env.cr.execute("UPDATE res_partner SET name = 'Intruso'")
    return Result({})


def _tool_sleep(self, asked, desk):
    self.env.cr.execute("SELECT pg_sleep(20)")
    return Result({})


def _tool_fail(self, asked, desk):
    raise RuntimeError(f"{CANARY} of {self.env.user.name}")


def _tool_say(self, asked, desk):
    raise UserError(self.env._("This is for people."))


def _tool_talk(self, asked, desk):
    return Result({"text": "x" * 9000})


def _tool_look(self, asked, desk):
    return Result({"uid": self.env.uid, "su": self.env.su, "companies": self.env.companies.ids})


WRITERS = (_tool_write_orm, _tool_write_sql, _tool_write_back)


@tagged("post_install_l10n", "post_install", "-at_install")
class TestToolboxOnItsOwn(TransactionCase):
    """On a cursor of its own, as in life."""

    def test_no_tool_can_write(self):
        admin = self.env.ref("base.user_admin")
        asker = Asker(self.env.cr.dbname, admin.id, admin.company_id.id, "en_US")
        for method in WRITERS:
            with_tool(self, method)
            name = method.__name__.removeprefix("_tool_")
            with self.subTest(tool=name), self.assertLogs(_OWN, "ERROR") as logs:
                answer = run_tool(asker, name, {}, Desk())
                self.assertTrue(answer.failed)
                self.assertNotIn("bad query", "".join(logs.output))
                self.assertIn("read-only" if "back" not in name else "transaction", "".join(logs.output))
        self.assertFalse(self.env["res.partner"].search([("name", "=", "Intruso")]))

    def test_a_statement_ends_in_time(self):
        admin = self.env.ref("base.user_admin")
        with_tool(self, _tool_sleep)
        asker = Asker(self.env.cr.dbname, admin.id, admin.company_id.id, "en_US")
        # A statement that fails is not logged: it holds what was asked, and names.
        with patch(f"{_OWN}._TIMEOUT", 60), self.assertNoLogs("odoo.sql_db", "ERROR"):
            answer = run_tool(asker, "sleep", {}, Desk())
        self.assertTrue(answer.failed)
        self.assertIn("too long", answer.text)


@freeze_time(NOW)
@tagged("post_install_l10n", "post_install", "-at_install")
class TestToolboxBounds(ToolCase):
    def test_the_tests_own_transaction_goes_on_after_a_tool(self):
        with_tool(self, _tool_sleep)
        self.env["ir.config_parameter"].set_param("l10n_cl_ai.tool_timeout_ms", "50")
        with self.assertNoLogs("odoo.sql_db", "ERROR"):
            self.assertIn("too long", self.refused("sleep"))
        self.env.cr.execute("SHOW statement_timeout")
        self.assertEqual(self.env.cr.fetchone(), ("0",))
        self.customer.name = "Otro"
        self.env.flush_all()

    def test_a_tool_works_as_the_user_in_one_company(self):
        other = self._make_company("Servicios Quillón SpA", "77018459-2")
        self.accountant.company_ids |= other
        with_tool(self, _tool_look)
        data, _desk = self.told("look")
        self.assertEqual(data, {"uid": self.accountant.id, "su": False, "companies": self.company.ids})
        _answer, data, _desk = self.call("look", company=other)
        self.assertEqual(data["companies"], other.ids)

    def test_only_people_of_the_company_ask(self):
        with_tool(self, _tool_look)
        portal = self._make_user("portal_chat", "base.group_portal")
        gone = self._make_user("ida_chat", "base.group_user")
        gone.active = False
        for user in (self.env.ref("base.user_root"), portal, gone, self.env["res.users"].browse(987_654)):
            with self.subTest(user=user):
                answer, data, _desk = self.call("look", user, company=self.company)
                self.assertTrue(answer.failed, data)

    def test_what_goes_wrong_inside_is_not_told(self):
        with_tool(self, _tool_fail)
        with self.assertLogs(_OWN, "ERROR"):
            self.assertEqual(self.refused("fail"), "the tool failed")
        with_tool(self, _tool_say)
        self.assertEqual(self.refused("say"), "This is for people.")
        with_tool(self, _tool_talk)
        self.assertIn("too much", self.refused("talk"))
        self.assertEqual(self.refused("nothing_of_the_kind"), "there is no such tool")

    def test_nonsense_is_refused_in_words_and_without_an_error_of_ours(self):
        cases = [
            ("search_invoices", {"filter": "x"}, "no such property"),
            ("search_invoices", {"kind": "all"}, "must be one of"),
            ("search_invoices", {"kind": ["sale"]}, "must be one of"),
            ("search_invoices", {"limit": 21}, "from 1 to 20"),
            ("search_invoices", {"limit": -1}, "from 1 to 20"),
            ("search_invoices", {"limit": True}, "must be integer"),
            ("search_invoices", {"limit": "5"}, "must be integer"),
            ("search_invoices", {"limit": 10**400}, "must be from"),
            ("search_invoices", {"amount_min": float("nan")}, "must be from"),
            ("search_invoices", {"amount_min": float("inf")}, "must be from"),
            ("search_invoices", {"amount_min": 10, "amount_max": 5}, "more than amount_max"),
            ("search_invoices", {"date_from": "2026-02-30"}, "must be a date"),
            ("search_invoices", {"date_from": "ayer"}, "must be a date"),
            ("search_invoices", {"date_from": "2026-02-03", "date_to": "2026-02-01"}, "before it begins"),
            ("search_invoices", {"partner": "x" * 121}, "at most 120"),
            ("search_invoices", {"partner": "a\x00b"}, "no text has"),
            ("search_invoices", {"partner": "a\ud800b"}, "no text has"),
            ("search_invoices", {"document_type": "33; DROP"}, "must match"),
            ("search_invoices", {"number": {"a": 1}}, "must be string"),
            ("count_invoices", {}, "group_by is missing"),
            ("read_invoice", {"document": "R99"}, "no record has this key"),
            ("partner_card", {"partner": None}, "partner is missing"),
            ("vat_of_period", {"period": "2026-1"}, "must match"),
            ("explain_code", {"code": ""}, "at least 1"),
        ]
        for name, values, words in cases:
            with self.subTest(tool=name, values=values):
                self.assertIn(words, self.refused(name, **values))
        for values in (None, [], "x", 5):
            with self.enter_registry_test_mode():
                answer = run_tool(self.asker(self.accountant), "search_invoices", values, Desk())
            self.assertTrue(answer.failed)

    def test_signs_of_sql_are_letters_like_any_other(self):
        self.invoice(33, ref="100%_seguro")
        for text, found in (("100%_seguro", 1), ("100_%seguro", 0), ("' OR 1=1 --", 0), ("%", 1), ("\\", 0)):
            with self.subTest(text=text):
                self.assertEqual(self.told("search_invoices", number=text)[0]["total"], found)
        for text in ("%", "_", "'; DELETE", "%%%%%%"):
            with self.subTest(partner=text):
                self.assertEqual(self.told("search_invoices", partner=text)[0]["total"], 0)

    def test_long_texts_of_documents_are_cut(self):
        lines = [self.line("Muy largo " * 90) for _number in range(40)]
        move = self.invoice(33, lines, ref="largo", narration="z" * 5000)
        answer, data, desk = self.call("search_invoices", number="largo")
        key = data["rows"][0]["key"]
        answer, data, desk = self.call("read_invoice", desk=desk, document=key)
        self.assertFalse(answer.failed)
        self.assertLess(len(answer.text), 8000)
        self.assertEqual(len(data["lines"]) + data["more_lines"], 40)
        self.assertEqual(desk.sources[key].res_id, move.id)

    def test_a_tool_that_is_off_or_for_others_is_refused(self):
        record = self.env["l10n_cl_ai.tool"].search([("code", "=", "search_invoices")])
        record.group_ids = self.env.ref("base.group_system")
        self.assertIn("may not use", self.refused("search_invoices"))
        record.write({"group_ids": False, "active": False})
        self.assertIn("may not use", self.refused("search_invoices"))

    def test_nothing_is_looked_up_where_the_assistant_is_off(self):
        self.env.ref("l10n_cl_ai.feature_chat").with_company(self.company).action_disable()
        for name, values in (("search_invoices", {}), ("partner_card", {"partner": "araucania"}),
                             ("vat_of_period", {"period": "2026-11"}), ("projects", {}),
                             ("rule", {"search": "F04"})):  # fmt: skip
            with self.subTest(tool=name):
                self.assertIn("switched off", self.refused(name, **values))

    def test_definitions_are_the_same_bytes_and_what_the_api_takes(self):
        from ..llm.schema import check  # noqa: PLC0415

        toolbox = self.env["l10n_cl_ai.toolbox"]
        names = sorted(toolbox._specs())
        made = toolbox._definitions(names)
        self.assertEqual(made, toolbox._definitions([*reversed(names), names[0], "unknown"]))
        self.assertEqual([one["name"] for one in made], names)
        for one in made:
            with self.subTest(tool=one["name"]):
                self.assertEqual(check(one["input_schema"]), [])
                self.assertTrue(one["description"])
                self.assertTrue(toolbox._step(one["name"]))
        optional = sum(len(one["input_schema"]["properties"]) - len(one["input_schema"]["required"])
                       for one in made if one.get("strict"))  # fmt: skip
        self.assertLessEqual(optional, 24)
        self.assertGreater(sum(bool(one.get("strict")) for one in made), len(made) // 2)

    def test_refused_is_no_error_of_ours(self):
        self.assertTrue(issubclass(Refused, ValueError))

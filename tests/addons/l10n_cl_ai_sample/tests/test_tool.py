"""A tool of another addon: one method, and the assistant has it."""

from odoo.addons.l10n_cl_ai.tests.tool_common import ToolCase
from odoo.tests import tagged


@tagged("post_install_l10n", "post_install", "-at_install")
class TestTool(ToolCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        move = cls.invoice(33)
        # sudo: rows of a queue are made by methods only; this one stands for one that was answered
        cls.task = cls.env["l10n_cl_ai_sample.reminder.task"].sudo().create(
            {"move_id": move.id, "company_id": cls.company.id, "user_id": cls.accountant.id, "text": "Estimados: …"}
        )  # fmt: skip

    def test_the_assistant_has_it_without_being_touched(self):
        agents = self.env["l10n_cl_ai.agent"].with_user(self.accountant)
        self.assertIn("sample_reminders", agents._pick("general")._tool_names())
        self.assertNotIn("sample_reminders", agents._pick("compras")._tool_names())
        self.assertEqual(self.env["l10n_cl_ai.toolbox"]._step("sample_reminders"), "Looking at reminders…")
        [definition] = self.env["l10n_cl_ai.toolbox"]._definitions(["sample_reminders"])
        self.assertIn("limit", definition["input_schema"]["properties"])

    def test_it_shows_rows_with_keys_and_names_to_mask(self):
        data, desk = self.told("sample_reminders")
        self.assertEqual(data["rows"][0]["text"], "Estimados: …")
        self.assertEqual(self.ids(data, desk), self.task.ids)
        self.assertIn(self.customer.name, [one.text for one in desk.private])
        self.assertIn("from 1 to 20", self.refused("sample_reminders", limit=50))

    def test_its_fields_are_among_those_that_are_accepted(self):
        feature = self.env.ref("l10n_cl_ai.feature_chat").with_company(self.company)
        self.assertIn("l10n_cl_ai_sample.reminder.task.text", feature._statement())

    def test_who_may_not_read_reminders_sees_none(self):
        employee = self._make_user("empleada_muestra", "base.group_user")
        answer, _data, desk = self.call("sample_reminders", employee)
        self.assertTrue(answer.failed)
        self.assertEqual(desk.sources, {})

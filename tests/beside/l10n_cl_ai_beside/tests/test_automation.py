"""The server action that asks the AI as a step of Odoo's automation rules."""

from odoo import Command
from odoo.addons.l10n_cl_ai.tests.action_common import ActionCase, filled
from odoo.addons.l10n_cl_ai.tests.common import NOW
from odoo.exceptions import UserError
from odoo.tests import freeze_time, tagged


@freeze_time(NOW)
@tagged("post_install_l10n", "post_install", "-at_install")
class TestAutomation(ActionCase):
    def setUp(self):
        super().setUp()
        self.accountant.group_ids |= self.env.ref("base.group_partner_manager")
        self.proposals = self.env["l10n_cl_ai.proposal"]

    def automate(self, trigger, **values):
        """Make a rule on partners that asks for a comment."""
        action = self.make_action(("comment",), ("name",), "res.partner", **values)
        rule = self.env["base.automation"].create(
            {
                "name": "Comentar",
                "model_id": action.model_id.id,
                "trigger": trigger,
                "trigger_field_ids": [Command.set(self.env.ref("base.field_res_partner__name").ids)],
                "action_server_ids": [Command.set(action.ids)],
            }
        )
        self.addCleanup(rule._unregister_hook)
        return action

    def about(self, partner, action):
        return self.proposals.search([("action_id", "=", action.id), ("res_id", "=", partner.id)])

    def rename(self, name="Otro nombre"):
        partner = self.customer.with_user(self.accountant)
        partner.name = name
        partner.flush_recordset()

    def test_a_write_queues_a_question_in_the_name_of_who_wrote(self):
        action = self.automate("on_create_or_write")
        self.rename()
        row = self.about(self.customer, action)
        self.assertEqual((row.state, row.user_id, row.res_id), ("queued", self.accountant, self.customer.id))
        self.assertFalse(self.standin.messages)

    def test_applying_does_not_set_it_off_again(self):
        action = self.automate("on_create_or_write")
        self.rename()
        row = self.about(self.customer, action)
        self.standin.script(answer=filled(comment="Cliente de Temuco"))
        self.with_jobs_done(row)
        self.assertEqual(row.decision, "open", row.reason_message)
        self.as_person(row).action_apply()
        self.env.flush_all()
        self.assertIn("Temuco", self.customer.comment)
        self.assertEqual(len(self.about(self.customer, action)), 1)

    def test_a_note_does_not_set_off_what_listens_to_messages(self):
        action = self.automate("on_message_sent", l10n_cl_ai_mode="note")
        self.customer.with_user(self.accountant).message_post(
            body="hola", message_type="comment", subtype_xmlid="mail.mt_comment"
        )
        row = self.about(self.customer, action)
        self.assertEqual(len(row), 1)
        self.standin.script(answer=filled(note="Saludó."))
        self.with_jobs_done(row)
        self.assertEqual(row.decision, "noted", row.reason_message)
        self.assertEqual(len(self.about(self.customer, action)), 1)

    def test_many_writes_wait_for_one_proposal(self):
        action = self.automate("on_create_or_write")
        for name in ("uno", "dos", "tres"):
            self.rename(name)
        self.assertEqual(len(self.about(self.customer, action)), 1)

    def test_a_rule_runs_its_action_one_record_at_a_time(self):
        """So that the limit of a run never stops an import; only who selects too many is told."""
        action = self.automate("on_create_or_write", l10n_cl_ai_record_limit=1)
        partners = self.env["res.partner"].with_user(self.accountant).create([{"name": "a"}, {"name": "b"}])
        self.assertEqual(
            set(self.proposals.search([("action_id", "=", action.id)]).mapped("res_id")), set(partners.ids)
        )
        with self.assertRaises(UserError):
            self.run_action(partners, action)

    def with_jobs_done(self, row):
        """Ask as a job does; the cron leaves it to those."""
        self.registry_enter_test_mode()
        self.env.flush_all()
        row._run_job()
        self.env.invalidate_all()

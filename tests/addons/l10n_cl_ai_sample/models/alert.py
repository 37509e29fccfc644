"""An alert of another addon: how many reminders were written in a day."""

from odoo import fields, models
from odoo.addons.l10n_cl_ai.watch.alert import Kind, Measure


class AiAlert(models.Model):
    _inherit = "l10n_cl_ai.alert"

    kind = fields.Selection(
        selection_add=[("sample_reminders_day", "Reminders of a day")],
        ondelete={"sample_reminders_day": "cascade"},
    )

    def _kinds(self):
        return super()._kinds() | {"sample_reminders_day": Kind("count", threshold=50, clear=20)}

    def _measure_sample_reminders_day(self):
        since = fields.Datetime.subtract(fields.Datetime.now(), days=1)
        counts = self.env["l10n_cl_ai_sample.reminder.task"]._read_group(
            [("company_id", "in", self.company_id.ids), ("create_date", ">=", since)], ["company_id"], ["__count"]
        )
        return {company.id: Measure(count) for company, count in counts}

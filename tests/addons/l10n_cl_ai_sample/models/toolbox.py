"""A tool of our own: the assistant may look at the reminders that were written."""

from odoo import api, models
from odoo.addons.l10n_cl_ai.chat.tool import Result, tool
from odoo.tools import LazyTranslate

_lt = LazyTranslate(__name__)

_SHOWN = {"invoice": "move_id", "state": "state", "text": "text"}
_TASK = "l10n_cl_ai_sample.reminder.task"


class Toolbox(models.AbstractModel):
    _inherit = "l10n_cl_ai.toolbox"

    @tool(
        "Reminders of unpaid invoices that were written, or wait to be, the newest first.",
        {"limit": {"type": "integer", "minimum": 1, "maximum": 20}},
        step=_lt("Looking at reminders…"),
        label=_lt("Reminders"),
    )
    @api.model
    def _tool_sample_reminders(self, asked, desk):
        tasks = self.env[_TASK].search([], limit=asked["limit"] or 20, order="id desc")
        self._hide(desk, tasks.move_id.partner_id)
        shown = self._shown(_TASK, _SHOWN)
        rows = self._rows(desk, tasks, lambda task: self._told(task, shown))
        return Result(rows, self.env._("%(count)s reminders", count=len(tasks)))


class Feature(models.Model):
    _inherit = "l10n_cl_ai.feature"

    def _allowed(self):
        """Let our fields leave with the assistant's: who accepted it without them accepts it anew."""
        allowed = super()._allowed()
        return allowed | {f"{_TASK}.{name}" for name in _SHOWN.values()} if self.code == "chat" else allowed

"""Checking many documents with progress, a batch a request so that no transaction grows long."""

from odoo import Command, api, fields, models
from odoo.exceptions import UserError


class AiCheckWizard(models.TransientModel):
    _name = "l10n_cl_ai.check.wizard"
    _description = "Check DTE"

    #: Documents a request: some tenths of a second, so that the bar moves and a stop is heard.
    _batch = 100

    company_id = fields.Many2one("res.company", required=True, default=lambda self: self.env.company)
    move_ids = fields.Many2many("account.move", string="Documents", readonly=True)
    skipped_count = fields.Integer(
        "Not a DTE", readonly=True, help="Selected entries that are not Chilean tax documents."
    )
    total = fields.Integer(compute="_compute_total")
    done = fields.Integer(readonly=True, help="How many of the documents are checked already.")

    @api.depends("move_ids")
    def _compute_total(self):
        for wizard in self:
            wizard.total = len(wizard.move_ids)

    @api.model
    def default_get(self, fields):
        values = super().default_get(fields)
        if self.env.context.get("active_model") == "account.move" and "move_ids" in fields:
            selected = self.env["account.move"].browse(self.env.context.get("active_ids", []))
            documents = selected.filtered("l10n_cl_ai_applies")
            values["move_ids"] = [Command.set(documents.ids)]
            values["skipped_count"] = len(selected) - len(documents)
        return values

    def check_next(self):
        """Check the next batch; return how far it got, for the progress bar.

        :return: ``{"done": int, "total": int, "verdicts": {verdict: count}}`` over all checked so far
        """
        self.ensure_one()
        moves = self.move_ids.sorted("id")
        moves[self.done : self.done + self._batch]._l10n_cl_ai_check()
        self.done = min(self.done + self._batch, len(moves))
        return {
            "done": self.done,
            "total": len(moves),
            "verdicts": dict(
                self.env["account.move"]._read_group(
                    [("id", "in", moves[: self.done].ids)], ["l10n_cl_ai_verdict"], ["__count"]
                )
            ),
        }

    def action_open_results(self):
        """Open the checks just made as a list to filter, group and export."""
        self.ensure_one()
        validations = self.move_ids.l10n_cl_ai_validation_id
        if not validations:
            raise UserError(self.env._("Nothing has been checked yet."))
        action = self.env["ir.actions.act_window"]._for_xml_id("l10n_cl_ai.ai_validation_action")
        return {**action, "domain": [("id", "in", validations.ids)], "context": {}}

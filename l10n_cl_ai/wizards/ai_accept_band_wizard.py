"""How likely a suggestion must be to be booked with the others of its band."""

from odoo import api, fields, models

BANDS = [("auto", "Automatic"), ("suggested", "Suggested")]


class AiAcceptBandWizard(models.TransientModel):
    _name = "l10n_cl_ai.accept.band.wizard"
    _description = "Accept what is likely enough"

    run_id = fields.Many2one("l10n_cl_ai.suggestion.run", required=True, readonly=True, ondelete="cascade")
    band = fields.Selection(BANDS, required=True, default="suggested", readonly=True)
    least = fields.Integer("From (%)", required=True, default=80, help="Probability from which on they are booked.")
    line_count = fields.Integer("Lines that would be booked", compute="_compute_line_count")
    expected = fields.Float("Of these right, expected", compute="_compute_line_count", digits=(16, 1))

    _check_least = models.Constraint("CHECK (least BETWEEN 0 AND 100)", "A percentage is from 0 to 100.")

    @api.depends("run_id", "band", "least")
    def _compute_line_count(self):
        for wizard in self:
            likely = wizard.run_id._likely(wizard.band, wizard.least / 100)
            wizard.line_count = len(likely)
            wizard.expected = sum(likely.mapped("probability"))

    def action_accept(self):
        """Book them."""
        self.ensure_one()
        return self.run_id._said(*self.run_id._accept_band(self.band, self.least / 100))

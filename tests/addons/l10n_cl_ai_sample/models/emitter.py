"""An emitting module: it asks before it takes a folio, for one that is taken is spent."""

from markupsafe import Markup

from odoo import fields, models


class AccountMove(models.Model):
    _inherit = "account.move"

    sample_folio = fields.Integer("Folio of the sample emitter", readonly=True, copy=False)

    def action_sample_emit(self):
        """Take a folio for one document; its refusal is shown to who pressed the button."""
        self.ensure_one()
        self._l10n_cl_ai_check_before_send()
        self._sample_take_folio()

    def action_sample_emit_all(self):
        """Take folios for those that may go, and say in the chatter of the others why they stay."""
        results = self._l10n_cl_ai_check_before_send(raise_refused=False)
        self.filtered(lambda move: results[move.id].allowed)._sample_take_folio()
        refused = self.filtered(lambda move: not results[move.id].allowed)
        refused._message_log_batch({move.id: move._sample_refusal(results[move.id]) for move in refused})

    def _sample_take_folio(self):
        for move in self:
            move.sample_folio = self.env["ir.sequence"].next_by_code("l10n_cl_ai_sample.folio")

    def _sample_refusal(self, result):
        reasons = Markup("").join(Markup("<li>%s</li>") % reason for reason in result.reasons)
        return Markup("<p>%s</p><ul>%s</ul>") % (self.env._("No folio was taken."), reasons)

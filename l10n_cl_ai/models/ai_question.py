from odoo import fields, models


class AiQuestion(models.Model):
    """What the panel offers to ask, so that nobody faces an empty line."""

    _name = "l10n_cl_ai.question"
    _description = "Suggested Question"
    _order = "sequence, id"
    _rec_name = "text"

    sequence = fields.Integer(default=10)
    agent_id = fields.Many2one("l10n_cl_ai.agent", required=True, ondelete="cascade", index=True)
    text = fields.Char("Question", required=True, translate=True)
    res_model = fields.Char("On screen", help="Model of the record or list on screen, as account.move. Empty: any.")

    def write(self, vals):
        done = super().write(vals)
        if "agent_id" in vals:
            # Odoo looks at whose it was; that it may not be given to everybody's agent is for us to see.
            self.check_access("write")
        return done

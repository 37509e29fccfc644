"""What was done upon persons' requests: that it was, by whom, when, how much; nothing of the persons themselves."""

from odoo import api, fields, models
from odoo.tools import LazyTranslate

from . import ai_base  # noqa: F401 - what it inherits is defined first
from .kept import STAY, Keeping

_lt = LazyTranslate(__name__)

ACTIONS = [("export", "Data given"), ("erase", "Data erased")]


class AiPrivacyLog(models.Model):
    """Rows are made by the wizard only; nobody changes or deletes one.

    The partner stands as a plain id: where he is deleted, nothing here says any more who he was.
    """

    _name = "l10n_cl_ai.privacy.log"
    _inherit = "l10n_cl_ai.evidence"
    _description = "Request of a Person About His Data"
    _order = "id desc"
    _rec_name = "reference"
    _l10n_cl_ai_kept = (
        Keeping(
            "privacy_log", _lt("Register of persons' requests"), days=1825, date="at", least=1095,
            why=_lt("Proof that requests were answered, and in time."), users=("by",),
            personal=("at", "action", "reference"),
            processing=("rights",), erase=STAY,
            law=_lt(
                "The company proves by it that it answered (Law 19.628 as amended by 21.719, art. 11); it names nobody."
            ),
        ),
    )  # fmt: skip

    company_id = fields.Many2one("res.company", required=True, readonly=True, index=True, ondelete="cascade")
    at = fields.Datetime("Done on", required=True, readonly=True, default=fields.Datetime.now)
    by = fields.Many2one("res.users", "Done by", required=True, readonly=True, ondelete="restrict")
    action = fields.Selection(ACTIONS, required=True, readonly=True)
    reference = fields.Char("Request", readonly=True, help="The company's own number of the request, never a name.")
    partner_ref = fields.Integer("Id of the partner", readonly=True, aggregator=None)
    counts = fields.Json("Rows by kind", readonly=True)
    summary = fields.Text("What was done", compute="_compute_summary")
    digest = fields.Char("SHA-256 of what was given", readonly=True)

    @api.depends("counts")
    @api.depends_context("lang")
    def _compute_summary(self):
        kinds = self.env["l10n_cl_ai.retention"]._kinds()
        words = {
            "given": self.env._("given"), "deleted": self.env._("deleted"), "struck": self.env._("struck out"),
            "kept": self.env._("kept by law"),
        }  # fmt: skip
        for row in self:
            lines = []
            for kind, numbers in sorted((row.counts or {}).items()):
                name = self.env._(kinds[kind][1].name) if kind in kinds else kind
                told = ", ".join(f"{number} {words.get(what, what)}" for what, number in numbers.items() if number)
                lines.append(f"{name}: {told}" if told else name)
            row.summary = "\n".join(lines)

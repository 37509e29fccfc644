from odoo import api, fields, models
from odoo.tools import LazyTranslate, html2plaintext

from .kept import STRIKE, Keeping

_lt = LazyTranslate(__name__)


class AiProposalLine(models.Model):
    """One field of a proposal. Its values are shown to who may read that field of the record, and to nobody else."""

    _name = "l10n_cl_ai.proposal.line"
    _inherit = "l10n_cl_ai.evidence"
    _description = "Value Proposed by the AI"
    _order = "id"
    _l10n_cl_ai_kept = (
        Keeping(
            "proposal_lines", _lt("Values that the AI proposed"), days=0, why=_lt("They go with their proposal."),
            texts=("before", "after"), personal=("name",), processing=("server_action",), erase=STRIKE, secret=True,
        ),
    )  # fmt: skip

    proposal_id = fields.Many2one("l10n_cl_ai.proposal", required=True, readonly=True, ondelete="cascade", index=True)
    company_id = fields.Many2one(related="proposal_id.company_id", store=True, index=True)
    name = fields.Char("Technical name", required=True, readonly=True)
    # Lists of one value: an empty one would be read as none.
    before = fields.Json("Value before", readonly=True, groups=fields.NO_ACCESS)
    after = fields.Json("Value proposed", readonly=True, groups=fields.NO_ACCESS)
    label = fields.Char("Field", compute="_compute_texts")
    before_text = fields.Text("Before", compute="_compute_texts")
    after_text = fields.Text("Proposed", compute="_compute_texts")

    @api.depends("name", "before", "after")
    @api.depends_context("uid", "lang", "allowed_company_ids")
    def _compute_texts(self):
        for line in self:
            record = line.proposal_id._record()
            field = record._fields.get(line.name)
            seen = bool(record) and field is not None and record.has_access("read")
            seen = seen and record._has_field_access(field, "read")
            # sudo: l10n_cl_ai.proposal.line - the values of a field that the user may read
            values = line.sudo()
            line.label = field._description_string(self.env) if field is not None else line.name
            line.before_text = line._words(record, field, values.before) if seen else False
            line.after_text = line._words(record, field, values.after) if seen else False

    def _words(self, record, field, held):
        """Return a value in words. :param held: list of one value"""
        [value] = held or [False]
        if field.type == "boolean":
            return self.env._("Yes") if value else self.env._("No")
        if field.type in ("integer", "float"):
            return str(value)
        if not value:
            return ""
        if field.type == "selection":
            return dict(field._description_selection(self.env)).get(value, value)
        if field.type == "many2one":
            target = self.env[field.comodel_name].browse(value).exists()
            return target.display_name if target and target.has_access("read") else self.env._("(no access)")
        return html2plaintext(value).strip() if field.type == "html" else str(value)

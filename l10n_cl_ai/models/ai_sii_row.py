"""A row of a watched page, as it was last seen."""

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from . import ai_base  # noqa: F401 - what it inherits is defined first

#: Each is a page that the watch reads, ten seconds after the one before.
MOST_AT_ONCE = 20


class AiSiiRow(models.Model):
    """Written by the watch only."""

    _name = "l10n_cl_ai.sii.row"
    _inherit = "l10n_cl_ai.evidence"
    _description = "Row of a Watched Page"
    _order = "day desc, id desc"
    _rec_name = "title"

    source_id = fields.Many2one(
        "l10n_cl_ai.sii.source", "Page", required=True, readonly=True, index=True, ondelete="cascade"
    )
    identity = fields.Char(required=True, readonly=True)
    digest = fields.Char(required=True, readonly=True)
    page = fields.Char("Address of the page it stands on.", readonly=True)
    kind = fields.Char(readonly=True)
    number = fields.Char(readonly=True)
    day = fields.Date(readonly=True)
    title = fields.Char(readonly=True)
    url = fields.Char("Address", readonly=True)
    value = fields.Char(readonly=True)
    gone_at = fields.Datetime("Gone since", readonly=True)
    document_id = fields.Many2one("l10n_cl_ai.sii.document", readonly=True, index="btree_not_null", ondelete="set null")

    is_told = fields.Boolean("Brought in", compute="_compute_is_told")

    _identity_uniq = models.UniqueIndex("(source_id, identity)", "A row is there once.")

    @api.depends("document_id")
    @api.depends_context("company")
    def _compute_is_told(self):
        """Whether there is nothing to bring in: the company has its notice, or the document is yet to be read."""
        # sudo: l10n_cl_ai.sii.document, l10n_cl_ai.sii.notice - whether there are any, of pages that the user may see
        documents = self.sudo().document_id
        notices = self.env["l10n_cl_ai.sii.notice"].sudo().with_context(active_test=False)  # sudo: as above
        told = notices.search([("company_id", "=", self.env.company.id), ("document_id", "in", documents.ids)])
        done = told.document_id | documents.filtered(lambda document: not document.noticed)
        for row in self:
            row.is_told = bool(row.sudo().document_id & done)  # sudo: as above

    @api.model
    def _vals(self, row, source, page):
        """Return a row (``sii.row.Row``) as values."""
        return {
            "source_id": source.id, "identity": row.identity, "digest": row.digest, "page": page, "kind": row.kind,
            "number": row.number, "day": row.day, "title": row.title, "url": row.url, "value": row.value,
            "gone_at": False,
        }  # fmt: skip

    def action_bring_in(self):
        """Make a notice, for the current company, of a row that was there before the watch, or before it watched."""
        self.check_access("read")
        if not self.env.user.has_group("l10n_cl_ai.group_accountant"):
            raise AccessError(self.env._("Only accountants of AI Chile can make a notice of it."))
        if len(self) > MOST_AT_ONCE:
            raise UserError(self.env._("At most %(count)s rows are brought in at once.", count=MOST_AT_ONCE))
        company = self.env.company
        # sudo: documents and notices are the watch's; of a public page that the user may see, for his company alone
        rows = self.filtered(lambda row: not row.is_told).sudo()
        if any(company not in row.source_id._companies() for row in rows):
            raise UserError(self.env._("%s does not watch this page: see “News of the SII” in the settings.",
                                       company.name))  # fmt: skip
        for row in rows:
            row.env["l10n_cl_ai.sii.document"]._take(row, "added", company=company)
        # Of what was read before, or is not to be read, nothing else would have anybody told.
        rows.env["l10n_cl_ai.sii.document"]._tell()
        self.env["l10n_cl_ai.sii.run"]._wake()
        return {"type": "ir.actions.client", "tag": "display_notification", "params": {
            "type": "success", "message": self.env._("The document is read in the background. Its notice comes to the "
                                                     "news in a moment."),
            "next": {"type": "ir.actions.client", "tag": "soft_reload"}}}  # fmt: skip

"""What an invoice knows of its checks: the last one, its findings, and whether it still holds."""

from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.fields import Domain
from odoo.tools.misc import format_datetime

from ..dte.types import ALL

#: Codes of l10n_latam.document.type that are DTEs.
DTE_CODES = tuple(sorted(map(str, ALL)))
#: Who may not read checks must still be able to read invoices.
READERS = "l10n_cl_ai.group_user"
#: What follows from the checks; Odoo keeps nobody from writing stored computed fields by RPC.
JUDGED = frozenset({"l10n_cl_ai_validation_id", "l10n_cl_ai_verdict"})
STATES = [
    ("unchecked", "Not checked"),
    ("ok", "Without objections"),
    ("info", "With remarks"),
    ("warn", "With warnings"),
    ("block", "With blocks"),
    ("error", "Not evaluated"),
    ("stale", "Changed since"),
]


class AccountMove(models.Model):
    _inherit = "account.move"

    l10n_cl_ai_applies = fields.Boolean(
        "Is a DTE", compute="_compute_l10n_cl_ai_applies", search="_search_l10n_cl_ai_applies"
    )
    l10n_cl_ai_validation_ids = fields.One2many(
        "l10n_cl_ai.validation", "move_id", "DTE checks", groups=READERS
    )
    l10n_cl_ai_validation_id = fields.Many2one(
        "l10n_cl_ai.validation",
        "Last DTE check",
        compute="_compute_l10n_cl_ai_validation_id",
        store=True,
        precompute=True,  # Odoo then leaves out what creating a document says of it
        copy=False,
        index="btree_not_null",
        groups=READERS,
    )
    l10n_cl_ai_verdict = fields.Selection(
        string="DTE verdict",
        related="l10n_cl_ai_validation_id.verdict",
        store=True,
        precompute=True,
        copy=False,
        groups=READERS,
    )
    l10n_cl_ai_finding_ids = fields.One2many(
        string="Findings", related="l10n_cl_ai_validation_id.finding_ids", groups=READERS
    )
    l10n_cl_ai_correction_ids = fields.One2many(
        "l10n_cl_ai.correction", "move_id", "Corrections", groups=READERS
    )
    l10n_cl_ai_summary = fields.Char("Summary", compute="_compute_l10n_cl_ai_summary", groups=READERS)
    l10n_cl_ai_state = fields.Selection(
        STATES,
        "DTE check",
        compute="_compute_l10n_cl_ai_state",
        search="_search_l10n_cl_ai_state",
        groups=READERS,
        help="Empty for what is not a DTE.",
    )

    # -- CRUD ----------------------------------------------------------------------------------------

    def write(self, vals):
        if not JUDGED.isdisjoint(vals):
            raise AccessError(self.env._("What a check found can't be written by hand; check the document."))
        return super().write(vals)

    # -- computes ------------------------------------------------------------------------------------

    @api.depends("company_id.account_fiscal_country_id", "l10n_latam_document_type_id.code", "move_type")
    def _compute_l10n_cl_ai_applies(self):
        for move in self:
            move.l10n_cl_ai_applies = (
                move.is_invoice()
                and move.company_id.account_fiscal_country_id.code == "CL"
                and move.l10n_latam_document_type_id.code in DTE_CODES
            )

    def _search_l10n_cl_ai_applies(self, operator, value):
        if operator != "in":
            return NotImplemented
        applies = Domain(
            [
                ("move_type", "in", ("out_invoice", "out_refund", "in_invoice", "in_refund")),
                ("company_id.account_fiscal_country_id.code", "=", "CL"),
                ("l10n_latam_document_type_id.code", "in", DTE_CODES),
            ]
        )
        return applies if True in value else ~applies

    @api.depends("l10n_cl_ai_validation_ids")
    def _compute_l10n_cl_ai_validation_id(self):
        # One grouped query: reading the one2many would load every old check as well.
        last = dict(
            self.env["l10n_cl_ai.validation"]._read_group(
                [("move_id", "in", self.ids)], ["move_id"], ["id:max"]
            )
        )
        last = {move.id: validation for move, validation in last.items()}
        for move in self:
            move.l10n_cl_ai_validation_id = last.get(move.id, False)

    @api.depends("l10n_cl_ai_validation_id")
    @api.depends_context("lang", "tz")
    def _compute_l10n_cl_ai_summary(self):
        for move in self:
            check = move.l10n_cl_ai_validation_id
            move.l10n_cl_ai_summary = check and self.env._(
                "Checked on %(date)s by %(user)s: %(findings)s findings; %(lacking)s rules could not be "
                "evaluated.",
                date=format_datetime(self.env, check.create_date),
                user=check.user_id.name,
                findings=check.finding_count,
                lacking=check.not_evaluated_count,
            )

    @api.depends(
        "l10n_cl_ai_validation_id", "l10n_cl_ai_applies", "state", "invoice_date", "invoice_date_due",
        "partner_id", "currency_id", "name", "reversed_entry_id", "debit_origin_id", "line_ids.name",
        "line_ids.balance", "line_ids.quantity", "line_ids.price_unit", "line_ids.discount",
        "line_ids.tax_ids", "line_ids.display_type", "line_ids.sequence",
    )  # fmt: skip
    def _compute_l10n_cl_ai_state(self):
        checked = self.filtered(lambda move: move.l10n_cl_ai_applies and move.l10n_cl_ai_validation_id)
        digests = checked._l10n_cl_ai_safe_digests()
        for move in self:
            check = move.l10n_cl_ai_validation_id
            if move not in checked:
                move.l10n_cl_ai_state = "unchecked" if move.l10n_cl_ai_applies else False
            elif check.verdict == "error" or digests is None:
                move.l10n_cl_ai_state = "error"
            else:
                same = digests[move._origin.id] == check.digest
                move.l10n_cl_ai_state = check.verdict if same else "stale"

    def _search_l10n_cl_ai_state(self, operator, value):
        if operator != "in":
            return NotImplemented
        wanted, found = set(value), Domain.FALSE
        applies = Domain("l10n_cl_ai_applies", "=", True)
        if "unchecked" in wanted:
            found |= Domain("l10n_cl_ai_validation_id", "=", False)
        if "error" in wanted:
            found |= Domain("l10n_cl_ai_verdict", "=", "error")
        verdicts = sorted(wanted & {"ok", "info", "warn", "block"})
        if verdicts or "stale" in wanted:
            stale = Domain("id", "in", self._l10n_cl_ai_stale_ids())
            found |= Domain("l10n_cl_ai_verdict", "in", verdicts) & ~stale
            if "stale" in wanted:
                found |= stale
        found &= applies
        return found | ~applies if False in wanted else found

    # -- actions -------------------------------------------------------------------------------------

    def action_l10n_cl_ai_check(self):
        """Check these documents and keep what was found."""
        if not self.env.user.has_group("l10n_cl_ai.group_accountant"):
            raise AccessError(self.env._("Only accountants (AI Chile) may check documents."))
        self.check_access("read")
        self._l10n_cl_ai_check()
        return True if len(self) == 1 else self.action_l10n_cl_ai_open_findings()

    def action_l10n_cl_ai_open_validations(self):
        """Open the checks made of these documents, the last first."""
        action = self.env["ir.actions.act_window"]._for_xml_id("l10n_cl_ai.ai_validation_action")
        return {**action, "domain": [("move_id", "in", self.ids)], "context": {}}

    def action_l10n_cl_ai_open_findings(self):
        """Open what the last checks of these documents found."""
        action = self.env["ir.actions.act_window"]._for_xml_id("l10n_cl_ai.ai_finding_action")
        checks = self.l10n_cl_ai_validation_id
        return {**action, "domain": [("validation_id", "in", checks.ids)], "context": {}}

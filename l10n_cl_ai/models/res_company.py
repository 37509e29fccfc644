from odoo import fields, models

from ..dte.rut import normalize
from .account_move_document import ENTERPRISE_REFERENCES
from .move_facts import CompanyFacts, address_of, comuna_of

POLICIES = [("nothing", "Do nothing"), ("warn", "Warn in the chatter"), ("block", "Do not post")]


class ResCompany(models.Model):
    _inherit = "res.company"

    l10n_cl_ai_post_on_block = fields.Selection(
        POLICIES,
        "DTE with blocks",
        default="warn",
        required=True,
        help="What posting does when a document has findings that block.",
    )
    l10n_cl_ai_post_on_warn = fields.Selection(
        POLICIES,
        "DTE with warnings",
        default="nothing",
        required=True,
        help="What posting does when a document has warnings.",
    )
    l10n_cl_ai_comuna_field_id = fields.Many2one(
        "ir.model.fields",
        "Field of the comuna",
        domain=[("model", "=", "res.partner"), ("ttype", "in", ("char", "many2one", "selection"))],
        ondelete="set null",
        help="Field of contacts in which an emitting module keeps the comuna. Empty: the city is taken.",
    )
    l10n_cl_ai_acteco_field_id = fields.Many2one(
        "ir.model.fields",
        "Field of the economic activity",
        domain=[
            ("model", "=", "res.company"),
            ("ttype", "in", ("char", "integer", "many2one", "many2many")),
        ],
        ondelete="set null",
        help="Field of companies in which an emitting module keeps the codes of economic activity.",
    )
    l10n_cl_ai_reference_field_id = fields.Many2one(
        "ir.model.fields",
        "Field of the references",
        domain=[("model", "=", "account.move"), ("ttype", "=", "one2many")],
        ondelete="set null",
        help="Field of invoices in which an emitting module keeps the references to other documents.",
    )

    def _l10n_cl_ai_facts(self):
        """Return what is the same for all the documents of this company (``CompanyFacts``)."""
        self.ensure_one()
        partner = self.partner_id
        comuna_field = self.l10n_cl_ai_comuna_field_id.name or None
        rut = normalize(partner.vat) or partner.vat or None
        issuer = {
            "rut": rut,
            "name": self.name or None,
            "giro": self.l10n_cl_activity_description or None,
            **address_of(partner),
            **comuna_of(partner, comuna_field),
        }
        if self.l10n_cl_ai_acteco_field_id:
            issuer["actecos"] = self._l10n_cl_ai_actecos()
        return CompanyFacts(
            rut=rut,
            issuer=issuer,
            rounding=self.tax_calculation_rounding_method,
            clp=self.currency_id.decimal_places == 0,
            comuna_field=comuna_field,
            reference_field=self._l10n_cl_ai_reference_field(),
            only_origins=not self._l10n_cl_ai_reference_candidates(),
            cafs=self._l10n_cl_ai_cafs(),
        )

    def _l10n_cl_ai_actecos(self):
        """Return the codes of economic activity as a DTE writes them."""
        value = self[self.l10n_cl_ai_acteco_field_id.name]
        if isinstance(value, models.BaseModel):
            name = "code" if "code" in value._fields else "display_name"
            return tuple(str(code) for code in value.mapped(name))
        return tuple(str(value).replace(",", " ").split()) if value else ()

    def _l10n_cl_ai_reference_field(self):
        """Return the field of moves that holds references: the one chosen, else Enterprise's."""
        if self.l10n_cl_ai_reference_field_id:
            return self.l10n_cl_ai_reference_field_id.name
        return ENTERPRISE_REFERENCES if ENTERPRISE_REFERENCES in self.env["account.move"]._fields else None

    def _l10n_cl_ai_reference_candidates(self):
        """Return the fields of moves that look like an emitting module's references to other documents."""
        return [
            name
            for name, field in self.env["account.move"]._fields.items()
            if field.type == "one2many" and ("referenc" in name or "referenc" in field.comodel_name)
        ]

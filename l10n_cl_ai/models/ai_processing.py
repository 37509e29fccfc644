"""The register of processing: what is done with personal data, why, by what right, who gets them, for how long."""

from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.tools import LazyTranslate

from ..llm import endpoint
from . import ai_base  # noqa: F401 - what it inherits is defined first
from .ai_secret_reading import recipient

_lt = LazyTranslate(__name__)

#: By Law 19.628 as amended by Law 21.719, arts. 12 and 13.
BASES = [
    ("consent", "Consent of the person (art. 12)"),
    ("law", "Legal obligation (art. 13)"),
    ("contract", "Contract, or steps towards one (art. 13)"),
    ("interest", "Legitimate interest (art. 13)"),
    ("claims", "Exercise or defence of rights (art. 13)"),
]
#: The same, arts. 27 and 28.
TRANSFERS = [
    ("none", "Not sent abroad"),
    ("open", "To be settled"),
    ("adequate", "Country with adequate protection"),
    ("clauses", "Contractual clauses"),
    ("rules", "Binding rules or certification"),
    ("consent", "Express consent, for this case"),
]
#: What an administrator or a manager writes; the rest follows from the addons and the settings.
EDITABLE = {
    "purpose", "lawful_basis", "basis_note", "subjects", "provider_name", "country_id", "transfer", "safeguards",
    "decisions", "note", "reviewed_on",
}  # fmt: skip
_SUBJECTS = _lt("Customers, suppliers and their contacts, where they are natural persons; users of the company")
_DECISIONS = _lt("None is taken by automatic means alone: what the AI says is shown to a person, who decides.")
_SAFEGUARDS = _lt(
    "Pseudonyms in place of identities; only fields of the list. To be completed: processor contract (art. 15 bis), "
    "model clauses of the transfer (RAEX 202503748 of 2025), retention agreed with the provider."
)
_SECURITY = _lt(
    "Access by groups and companies; keys sealed; TLS; pseudonyms before anything leaves; a ledger of each sending, "
    "without content unless the company keeps it; deletion by time."
)


class AiProcessing(models.Model):
    """One operation in one company. Rows follow features and declarations (``kept.Processing``)."""

    _name = "l10n_cl_ai.processing"
    _inherit = "l10n_cl_ai.evidence"
    _description = "Processing of Personal Data"
    _order = "company_id, sequence, id"

    sequence = fields.Integer(default=100, readonly=True)
    company_id = fields.Many2one("res.company", required=True, readonly=True, index=True, ondelete="cascade")
    code = fields.Char(required=True, readonly=True)
    feature_id = fields.Many2one("l10n_cl_ai.feature", readonly=True, ondelete="cascade", index="btree_not_null")
    name = fields.Char("Operation", compute="_compute_texts")
    in_use = fields.Boolean("In use", compute="_compute_texts")
    purpose = fields.Text()
    lawful_basis = fields.Selection(BASES)
    basis_note = fields.Text("About the basis", help="As the balance of interests, or the law that obliges.")
    subjects = fields.Text("Whose data")
    categories = fields.Text("Which data", compute="_compute_texts")
    recipients = fields.Text("Who gets them", compute="_compute_texts")
    sends = fields.Boolean("Leaves the company", compute="_compute_texts")
    provider_name = fields.Char("Provider")
    country_id = fields.Many2one("res.country", "Country of the provider")
    transfer = fields.Selection(TRANSFERS, "Transfer abroad", required=True, default="none")
    safeguards = fields.Text("Safeguards of the transfer")
    decisions = fields.Text("Automated decisions")
    retention = fields.Text("How long it is kept", compute="_compute_texts")
    security = fields.Text(compute="_compute_texts")
    accepted = fields.Char("Accepted by", compute="_compute_texts")
    note = fields.Text("Notes")
    reviewed_on = fields.Date("Reviewed on")

    _company_code_uniq = models.UniqueIndex("(company_id, code)", "Each operation stands in the register once.")

    @api.depends("code", "feature_id", "company_id")
    @api.depends_context("lang")
    def _compute_texts(self):
        declared, kinds = self._declared(), self._kinds()
        for row in self:
            # Any company may be typed into a form: of another's not even who accepted what is told.
            row.company_id._origin.check_access("read")
            # sudo: l10n_cl_ai.feature - what it sends is said to who may read the register
            feature = row.feature_id.sudo().with_company(row.company_id)
            own = declared.get(row.code)
            row.name = feature.name or (self.env._(own.name) if own else row.code)
            row.in_use = feature.state == "on" if feature else bool(own)
            row.sends = bool(feature) or bool(own and own.recipients)
            row.categories = row._categories(feature, own)
            row.recipients = row._recipients(feature, own)
            row.retention = row._retention(kinds)
            row.security = self.env._(_SECURITY)
            row.accepted = row._accepted(feature)

    def _categories(self, feature, own):
        if feature:
            return "\n".join(filter(None, (feature.data_sent, feature._labelled_fields())))
        return self.env._(own.categories) if own else ""

    def _recipients(self, feature, own):
        if feature:
            where = [self.provider_name, self.country_id.name, recipient(self.env)]
            return ", ".join(filter(None, where))
        return self.env._(own.recipients) if own and own.recipients else self.env._("Nobody outside the company")

    def _retention(self, kinds):
        """Return the kinds of data that come of it, with their days."""
        wanted = {"*", self.code} if self.feature_id else {self.code}
        lines = []
        for row in self.env["l10n_cl_ai.retention"].search([("company_id", "=", self.company_id.id)]):
            kept = kinds.get(row.kind)
            if kept and wanted & set(kept.processing):
                days = self.env._("%(days)s days", days=row.days) if row.days else self.env._("not kept")
                if row.fixed:
                    days = self.env._("as long as what it belongs to")
                lines.append(f"{row.name}: {days}")
        return "\n".join(lines)

    def _accepted(self, feature):
        if not feature:
            return ""
        # sudo: l10n_cl_ai.feature.switch - who accepted is part of the register
        switch = self.env["l10n_cl_ai.feature.switch"].sudo().search(
            [("feature_id", "=", feature.id), ("company_id", "=", self.company_id.id)], limit=1
        )  # fmt: skip
        if not switch.enabled:
            return ""
        return f"{switch.accepted_by.name}, {fields.Date.to_string(switch.accepted_at)}"

    # -- rows ------------------------------------------------------------------------------------------

    @api.model
    def _declared(self):
        """Return {code: ``Processing``} of what the installed addons declare beside features."""
        return {
            one.code: one
            for model in self.env.registry.values()
            for one in getattr(model, "_l10n_cl_ai_processing", ())
            if not model._transient
        }

    @api.model
    def _kinds(self):
        return {code: kept for code, (_model, kept) in self.env["l10n_cl_ai.retention"]._kinds().items()}

    @api.model
    def _sync(self):
        """Make the rows that are missing, with what the addons propose; what somebody wrote stays."""
        self.env["l10n_cl_ai.retention"]._sync()
        # sudo: l10n_cl_ai.processing - rows follow features and companies, whoever installs or makes them
        rows = self.sudo()
        there = {(company.id, code) for company, code in rows._read_group([], ["company_id", "code"])}
        companies = self.env["res.company"].sudo().search([("active", "=", True)])  # sudo: as above
        features = self.env["l10n_cl_ai.feature"].sudo().search([("sends_data", "=", True)])  # sudo: as above
        for company in companies:
            # As the company itself would write it.
            own = self.with_context(lang=company.partner_id.lang or self.env.lang)
            vals = [own._prepare_own_vals(one) for one in self._declared().values()]
            vals += [own._prepare_feature_vals(feature) for feature in features]
            rows.create([
                {"company_id": company.id, **one} for one in vals if (company.id, one["code"]) not in there
            ])  # fmt: skip

    def _prepare_own_vals(self, one):
        return {
            "code": one.code, "sequence": 10, "purpose": self.env._(one.purpose), "lawful_basis": one.basis,
            "subjects": self.env._(one.subjects), "transfer": "none",
        }  # fmt: skip

    def _prepare_feature_vals(self, feature):
        feature = feature.with_context(lang=self.env.context.get("lang"))
        ours = recipient(self.env) == endpoint.shown(endpoint.base_url(endpoint.PROVIDER))
        return {
            "code": feature.code, "feature_id": feature.id, "sequence": 20 + feature.sequence,
            "purpose": feature.description or feature.name, "lawful_basis": "interest",
            "subjects": self.env._(_SUBJECTS), "decisions": self.env._(_DECISIONS),
            "provider_name": "Anthropic PBC" if ours else False, "transfer": "open",
            "country_id": self.env.ref("base.us").id if ours else False, "safeguards": self.env._(_SAFEGUARDS),
        }  # fmt: skip

    def write(self, vals):
        if not self.env.su and (other := set(vals) - EDITABLE):
            raise AccessError(self.env._("This follows from the settings: %(fields)s", fields=", ".join(sorted(other))))
        return super().write(vals)

    # -- actions ---------------------------------------------------------------------------------------

    @api.model
    def action_open(self):
        """Open the register of the current companies."""
        self.env["l10n_cl_ai.retention"]._check_manager()
        self._sync()
        return self.env["ir.actions.act_window"]._for_xml_id("l10n_cl_ai.ai_processing_action")

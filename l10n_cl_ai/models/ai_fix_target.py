"""Where Odoo keeps what a finding's path names."""

from typing import NamedTuple

from odoo import api, models
from odoo.exceptions import UserError

from ..dte.document import Issuer, Line, Receiver
from .move_facts import issued_by_us

#: Elements of the parties → what is asked of the partner; the comuna's field is a company's choice.
_PARTY = {
    "RUTEmisor": "vat", "RUTRecep": "vat",
    "RznSoc": "name", "RznSocEmisor": "name", "RznSocRecep": "name",
    "GiroEmis": "l10n_cl_activity_description", "GiroEmisor": "l10n_cl_activity_description",
    "GiroRecep": "l10n_cl_activity_description",
    "DirOrigen": "street", "DirRecep": "street",
    "CmnaOrigen": "comuna", "CmnaRecep": "comuna",
    "CiudadOrigen": "city", "CiudadRecep": "city",
    "CorreoEmisor": "email", "CorreoRecep": "email",
}  # fmt: skip
#: A correction's own name for a field, for rules whose path says no element.
_BY_FIX = {
    "giro": "l10n_cl_activity_description", "comuna": "comuna", "address": "street", "vat": "vat",
    "name": "name",
}  # fmt: skip


class Target(NamedTuple):
    """A field of a record, and how many characters a DTE gives its text (None: no limit)."""

    record: models.BaseModel
    field: str
    limit: int | None


class FixTarget(models.AbstractModel):
    _inherit = "l10n_cl_ai.fix"

    @api.model
    def _target(self, finding):
        """Return the :class:`Target` of a finding, None where Odoo keeps no such thing."""
        part, _slash, tag = (finding.path or "").rpartition("/")
        if part.startswith("Detalle"):
            return self._line_target(finding, tag)
        issuer = part.endswith("Emisor") or (
            not part.endswith("Receptor") and "company" in (finding.fix or "")
        )
        name = _PARTY.get(tag) or _BY_FIX.get((finding.fix or "").rpartition("_")[2])
        if not name:
            return None
        member = (Issuer if issuer else Receiver).members.get(tag)
        return self._party_target(finding.move_id, issuer, name, member.max if member else None)

    @api.model
    def _line_target(self, finding, tag):
        line = finding.move_line_id
        if not line or tag not in ("NmbItem", "DscItem"):
            return None
        return Target(line, "name", Line.members[tag].max)

    @api.model
    def _party_target(self, move, issuer, name, limit):
        """Return the field of the issuer or receiver; which of them is the company, the move tells."""
        ours = issuer == issued_by_us(move)
        partner = move.company_id.partner_id if ours else move.commercial_partner_id
        if not partner:
            return None
        if name == "comuna":
            # sudo: the name of a field is no secret, but only administrators may read ir.model.fields.
            name = move.company_id.sudo().l10n_cl_ai_comuna_field_id.name or "city"
        if name == "street" and partner.street2 and not partner.street:
            name = "street2"
        return Target(partner, name, limit)

    @api.model
    def _require_target(self, finding):
        """Return the target, or say that this place has no counterpart in Odoo."""
        target = self._target(finding)
        if target is None:
            raise UserError(
                self.env._(
                    "Odoo keeps nothing for %(place)s, so it can't be mended here.", place=finding.path
                )
            )
        return target

    @api.model
    def _convert(self, target, value):
        """Return what to write for a text typed by a person: the text, or the record it names.

        Emitting modules may keep the comuna as a record or as a choice.
        """
        field = target.record._fields[target.field]
        if field.type == "many2one":
            model = self.env[field.comodel_name]
            found = model.search([(model._rec_name, "=ilike", value)])
            # "=ilike" takes % and _ for wildcards.
            options = found.filtered(lambda each: each[model._rec_name].casefold() == value.casefold()).ids
        elif field.type == "selection":
            choices = field._description_selection(self.env)
            options = [key for key, label in choices if label.casefold() == value.casefold()]
        else:
            return value
        if len(options) != 1:
            label = field._description_string(self.env)
            raise UserError(
                self.env._("“%(value)s” is not in the list of %(field)s.", value=value, field=label)
            )
        return options[0]

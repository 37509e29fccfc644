"""Corrections of texts: the parties' data and the lines' wording."""

import re

from odoo import api, models
from odoo.exceptions import UserError

from ..dte import comuna, rut
from ..dte.text_repair import is_writable, latin, shortened, split
from .ai_fix import Plan


class FixText(models.AbstractModel):
    _inherit = "l10n_cl_ai.fix"

    # -- one click -----------------------------------------------------------------------------------

    @api.model
    def _fix_forbidden_characters(self, finding):
        """Write a text with the characters that ISO-8859-1 has (Formato DTE v2.5, §2)."""
        target = self._require_target(finding)
        summary = self.env._("characters that a DTE can't carry")
        return self._rewritten(target, latin, summary)

    @api.model
    def _fix_untrimmed(self, finding):
        """Take the blanks around a text away."""
        target = self._require_target(finding)
        if not (target.record[target.field] or "").strip():
            return self._ask(finding)
        return self._rewritten(target, _trimmed, self.env._("blanks around a text"))

    @api.model
    def _rewritten(self, target, rewrite, summary):
        """Return the plan that rewrites the target's text; never one that would empty it."""
        text = target.record[target.field] or ""
        if not isinstance(text, str):
            raise UserError(self.env._("“%s” is chosen from a list; choose another.", text.display_name))
        value = rewrite(text)
        if text.strip() and not value.strip():
            raise UserError(
                self.env._("Nothing of “%(text)s” can be written in a DTE; write another text.", text=text)
            )
        return Plan(target.record, {target.field: value}, summary)

    @api.model
    def _fix_line_text_too_long(self, finding):
        """Move what exceeds NmbItem (80 characters) into DscItem, which is the line's following text."""
        target = self._require_target(finding)
        name, _newline, description = (target.record.name or "").partition("\n")
        if not finding.path.endswith("NmbItem"):
            return self._ask(finding, shortened(target.record.name, target.limit))
        head, rest = split(name, target.limit)
        text = "\n".join(filter(None, (head, rest, description)))
        return Plan(
            target.record, {"name": text}, self.env._("item name longer than %s characters", target.limit)
        )

    # -- asked of a person ---------------------------------------------------------------------------

    @api.model
    def _fix_partner_giro(self, finding):
        return self._ask_text(finding)

    @api.model
    def _fix_partner_address(self, finding):
        return self._ask_text(finding)

    @api.model
    def _fix_partner_name(self, finding):
        return self._ask_text(finding)

    @api.model
    def _fix_company_giro(self, finding):
        return self._ask_text(finding)

    @api.model
    def _fix_company_address(self, finding):
        return self._ask_text(finding)

    @api.model
    def _fix_partner_comuna(self, finding):
        return self._ask_comuna(finding)

    @api.model
    def _fix_company_comuna(self, finding):
        return self._ask_comuna(finding)

    @api.model
    def _fix_partner_vat(self, finding):
        """Propose the RUT written as a DTE wants it; a wrong check digit only a person can mend."""
        target = self._require_target(finding)
        current = target.record.vat
        written = rut.normalize(current)
        note = None
        if written and not rut.is_valid(written):
            body = written.partition("-")[0]
            note = self.env._(
                "The check digit of %(body)s would be %(digit)s. Look at the client's RUT before changing it: "
                "another digit may be the wrong one.",
                body=body,
                digit=rut.check_digit(int(body)),
            )
        return self._ask(finding, written or current, note)

    @api.model
    def _ask_text(self, finding):
        """Ask for a text, proposing the present one mended and cut after a whole word."""
        target = self._require_target(finding)
        current = latin(target.record[target.field] or "")
        proposal = shortened(current, target.limit) if target.limit else current
        return self._ask(finding, proposal)

    @api.model
    def _ask_comuna(self, finding):
        """Ask for the comuna, proposing the official one that the address seems to name."""
        target = self._require_target(finding)
        partner = target.record
        field = partner._fields[target.field]
        current = partner[target.field] if field.type == "char" else partner[target.field].display_name
        meant = comuna.meant(current).comuna if current else None
        address = " ".join(filter(None, (partner.street, partner.street2)))
        return self._ask(finding, meant or comuna_in(address) or current or None)

    # -- checks of what a person wrote ---------------------------------------------------------------

    @api.model
    def _plan_for_text(self, finding, value):
        """Return the plan that writes a person's text, refusing what the rules would refuse again."""
        target = self._require_target(finding)
        value = (value or "").strip()
        if not value:
            raise UserError(self.env._("Write a text."))
        if target.limit and len(value) > target.limit:
            raise UserError(
                self.env._(
                    "The text has %(length)s characters; a DTE carries %(limit)s.",
                    length=len(value),
                    limit=target.limit,
                )
            )
        if not is_writable(value):
            raise UserError(
                self.env._("A DTE can't carry some of these characters; “%s” would do.", latin(value))
            )
        if target.field == "vat" and not rut.is_valid(rut.normalize(value) or ""):
            raise UserError(self.env._("%s is not a valid RUT: its check digit is wrong.", value))
        label = target.record._fields[target.field]._description_string(self.env)
        summary = self.env._("%(field)s of %(record)s", field=label, record=target.record.display_name)
        return Plan(target.record, {target.field: self._convert(target, value)}, summary)


def _trimmed(text):
    return "\n".join(map(str.strip, text.strip().splitlines()))


def comuna_in(address):
    """Return the comuna that stands at the end of an address ("Apoquindo 6410, Las Condes")."""
    words = re.findall(r"[^\s,;.]+", address)
    ends = (" ".join(words[-count:]) for count in range(min(4, len(words)), 0, -1))
    code = next(filter(None, map(comuna.code_of, ends)), None)
    return code and comuna.official(code)

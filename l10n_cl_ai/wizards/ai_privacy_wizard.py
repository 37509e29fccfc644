"""A person asks what is held about him, or that it be erased: looked at first, then done, and put on record."""

import base64
import hashlib
import io
import json
import zipfile

from odoo import Command, api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import LazyTranslate

_lt = LazyTranslate(__name__)

FATES = [("delete", "Deleted"), ("strike", "The person is struck out of it"), ("stay", "Stays")]
#: What is Odoo's own and not this addon's.
ELSEWHERE = _lt(
    "What Odoo itself holds (the contact, invoices, messages) is not part of this: invoices and books are kept for six "
    "years (Tax Code, arts. 17 and 200); for the rest there is Odoo's own Privacy Lookup."
)


class AiPrivacyWizard(models.TransientModel):
    _name = "l10n_cl_ai.privacy.wizard"
    _description = "Data of a Person"

    company_id = fields.Many2one("res.company", required=True, readonly=True, default=lambda self: self.env.company)
    partner_id = fields.Many2one("res.partner", "Person", required=True)
    user_id = fields.Many2one(
        "res.users", "As user", compute="_compute_user", store=True, readonly=False, compute_sudo=False
    )
    reference = fields.Char("Request", help="Your own number of the request. Not a name: it stays in the register.")
    line_ids = fields.One2many("l10n_cl_ai.privacy.line", "wizard_id", "What is held", readonly=True)
    looked = fields.Boolean(readonly=True)
    state = fields.Selection([("look", "Look"), ("done", "Done")], default="look", readonly=True)
    filename = fields.Char(readonly=True)
    file = fields.Binary("What is given", readonly=True, attachment=False)
    elsewhere = fields.Char(compute="_compute_elsewhere")

    @api.depends("partner_id")
    def _compute_user(self):
        for wizard in self:
            # Any contact may be typed: of one that may not be read it is not told either.
            partner = wizard.partner_id._origin._filtered_access("read")
            # sudo: res.users - whether a contact is also a user
            wizard.user_id = partner.sudo().with_context(active_test=False).user_ids[:1]

    @api.depends_context("lang")
    def _compute_elsewhere(self):
        self.elsewhere = self.env._(ELSEWHERE)

    # -- actions ---------------------------------------------------------------------------------------

    def action_look(self):
        """Show what is held, and what erasing would do to it. Nothing is changed."""
        self._show(self._found())
        return self._again()

    def action_export(self):
        """Make the file that the person is given."""
        found = self._found()
        privacy = self.env["l10n_cl_ai.privacy"]
        given = {
            "company": self.company_id.name, "made_at": fields.Datetime.now().isoformat(),
            "person": self._identity(), "kinds": [privacy._given(one) for one in found],
            "elsewhere": self.env._(ELSEWHERE),
        }  # fmt: skip
        content = json.dumps(given, ensure_ascii=False, indent=1, default=str).encode()
        self._log("export", {one.kind: {"given": len(one.mine) + len(one.named)} for one in found},
                  hashlib.sha256(content).hexdigest())  # fmt: skip
        self.write({"file": base64.b64encode(_zipped(content)), "filename": "datos-personales.zip", "state": "done"})
        self._show(found)
        return self._again()

    def action_erase(self):
        """Erase what may be erased, as it was shown."""
        if not self.looked:
            raise UserError(self.env._("Look first at what is held: what is erased does not come back."))
        subject = self._subject()
        self.env["l10n_cl_ai.hold"]._check_free(self.company_id)
        privacy = self.env["l10n_cl_ai.privacy"]
        counts = {one.kind: privacy._erase(one, subject) for one in privacy._found(subject)}
        self._log("erase", counts)
        self.write({"state": "done", "file": False})
        self._show(privacy._found(subject))
        return self._again()

    # -- business --------------------------------------------------------------------------------------

    def _subject(self):
        self.ensure_one()
        self.env["l10n_cl_ai.retention"]._check_manager()
        if self.company_id not in self.env.companies:
            raise AccessError(self.env._("This is another company's."))
        self.partner_id.check_access("read")
        if self.user_id and self.user_id.partner_id != self.partner_id:
            raise UserError(self.env._("The user and the contact are not the same person."))
        return self.env["l10n_cl_ai.privacy"]._subject(self.partner_id, self.company_id, self.user_id)

    def _found(self):
        return self.env["l10n_cl_ai.privacy"]._found(self._subject())

    def _show(self, found):
        self.line_ids.unlink()
        self.write({"looked": True, "line_ids": [Command.create(self._prepare_line_vals(one)) for one in found]})

    def _prepare_line_vals(self, one):
        keeping = one.keeping
        return {
            "name": self.env._(keeping.name), "mine": len(one.mine), "named": len(one.named),
            "fate": keeping.erase if one.mine else "strike", "law": self.env._(keeping.law) if keeping.law else False,
        }  # fmt: skip

    def _identity(self):
        # sudo: res.partner - what identifies the person, in the file that he is given
        partner = self.partner_id.sudo()
        return {"name": partner.name, "rut": partner.vat or None, "email": partner.email or None,
                "phone": partner.phone or None}  # fmt: skip

    def _log(self, action, counts, digest=False):
        # sudo: l10n_cl_ai.privacy.log - rows are made here only, in the name of who did it
        self.env["l10n_cl_ai.privacy.log"].sudo().create({
            "company_id": self.company_id.id, "by": self.env.uid, "action": action, "reference": self.reference,
            "partner_ref": self.partner_id.id, "counts": counts, "digest": digest,
        })  # fmt: skip

    def _again(self):
        return {"type": "ir.actions.act_window", "res_model": self._name, "res_id": self.id, "view_mode": "form",
                "target": "new", "name": self.env._("Data of a person")}  # fmt: skip


class AiPrivacyLine(models.TransientModel):
    _name = "l10n_cl_ai.privacy.line"
    _description = "What Is Held About a Person"

    wizard_id = fields.Many2one("l10n_cl_ai.privacy.wizard", required=True, ondelete="cascade")
    name = fields.Text("Kind of data", readonly=True)
    mine = fields.Integer("The person's", readonly=True)
    named = fields.Integer("Others that name the person", readonly=True)
    fate = fields.Selection(FATES, "When erased", readonly=True)
    law = fields.Text("Why it stays", readonly=True)


def _zipped(content):
    """Return a zip of one JSON file, the same for the same content."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(zipfile.ZipInfo("datos-personales.json"), content, zipfile.ZIP_DEFLATED)
    return buffer.getvalue()

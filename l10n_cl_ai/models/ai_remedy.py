"""The button beside an answer: what mends a document that the SII or the customer objects to.

Another addon adds one, or does one better, by inheriting ``l10n_cl_ai.remedy`` and writing
``_remedy_<name>(outcome)`` and ``_can_<name>(outcome)``.
"""

from odoo import api, models
from odoo.exceptions import AccessError, UserError


class Remedy(models.AbstractModel):
    _name = "l10n_cl_ai.remedy"
    _description = "What mends a document after an answer"

    @api.model
    def _label(self, name):
        """Return the button's text."""
        return {
            "correct": self.env._("Back to draft and correct"),
            "new_folio": self.env._("Issue with a new folio"),
            "credit_note": self.env._("Credit note"),
            "resend": self.env._("Send again"),
        }.get(name, name)

    @api.model
    def _can(self, outcome):
        """Whether the button makes sense; the rights are looked at when it is pressed."""
        name = outcome.remedy
        if not name or not outcome.is_verified or not hasattr(type(self), f"_remedy_{name}"):
            return False
        if not outcome.move_id._l10n_cl_ai_is_current(outcome):
            return False  # of a folio that the document has no more
        return getattr(self, f"_can_{name}")(outcome)

    @api.model
    def _run(self, outcome):
        """Do what mends, with the asking user's own rights; return what the browser does next.

        :raise AccessError: the user may not, or not that document
        :raise UserError: it does not mend this document any more
        """
        if not self.env.user.has_group("l10n_cl_ai.group_accountant"):
            raise AccessError(self.env._("Only accountants (AI Chile) may correct documents."))
        outcome.move_id.check_access("write")
        if not self._can(outcome):
            raise UserError(self.env._("This no longer mends the document; open it and see how it stands."))
        return getattr(self, f"_remedy_{outcome.remedy}")(outcome)

    # -- the remedies --------------------------------------------------------------------------------

    @api.model
    def _can_correct(self, outcome):
        """What the SII rejected never existed for it, so it may go back to draft; anything else may not."""
        move = outcome.move_id
        # sudo: who presses may read the document, and its state is on the same screen.
        return move.state == "posted" and move.sudo().l10n_cl_ai_sii_state == "rejected"

    @api.model
    def _remedy_correct(self, outcome):
        """Put the document back to draft and check it: the findings bring their own corrections."""
        move = outcome.move_id
        move.button_draft()
        move._l10n_cl_ai_check()
        return self._open(move)

    _can_new_folio = _can_correct

    @api.model
    def _remedy_new_folio(self, outcome):
        """Put the document back to draft without its folio: posting gives it the next one."""
        move = outcome.move_id
        spent = move.name
        move.button_draft()
        move.name = False
        move.message_post(
            body=self.env._("%(folio)s was rejected by the SII; the document is issued with a new folio.", folio=spent),
            subtype_xmlid="mail.mt_note",
        )
        move._l10n_cl_ai_check()
        return self._open(move)

    @api.model
    def _can_credit_note(self, outcome):
        move = outcome.move_id
        return move.state == "posted" and move.move_type in ("out_invoice", "in_invoice")

    @api.model
    def _remedy_credit_note(self, outcome):
        """Open Odoo's own form for a credit note of the document."""
        move = outcome.move_id
        context = {"active_model": move._name, "active_ids": move.ids, "active_id": move.id}
        return {**move.action_reverse(), "context": context}

    @api.model
    def _can_resend(self, outcome):
        """Community sends nothing; the module that does extends this and :meth:`_remedy_resend`."""
        return False

    @api.model
    def _remedy_resend(self, outcome):
        raise UserError(self.env._("No module that sends is installed; send the document where it was sent."))

    @api.model
    def _open(self, move):
        return {
            "type": "ir.actions.act_window",
            "res_model": move._name,
            "res_id": move.id,
            "views": [(False, "form")],
        }

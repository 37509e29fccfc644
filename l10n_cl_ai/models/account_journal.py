from odoo import models


class AccountJournal(models.Model):
    _inherit = "account.journal"

    def create_document_from_attachment(self, attachment_ids):
        """Say at once which of the files just dropped were not read, beside the chatter of their drafts."""
        action = super().create_document_from_attachment(attachment_ids)
        ids = [action["res_id"]] if action.get("res_id") else _ids(action.get("domain"))
        # sudo: who brought the files is told what became of them
        moves = self.env["account.move"].browse(ids).sudo()
        refused = {
            move._l10n_cl_ai_file_name(): move.l10n_cl_ai_import_note
            for move in moves
            if move.l10n_cl_ai_import_state == "refused"
        }
        if not refused:
            return action
        return {**action, "context": {**action.get("context", {}), "notifications": refused}}


def _ids(domain):
    """Return the records of an action that lists just those."""
    return next((value for name, operator, value in domain or () if name == "id" and operator == "in"), [])

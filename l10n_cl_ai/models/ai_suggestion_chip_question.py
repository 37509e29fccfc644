"""What the chip beside a line says of the question to the AI. Imported after the chip's own file: it adds to it."""

from odoo import models


class AiSuggestion(models.Model):
    _inherit = "l10n_cl_ai.suggestion"

    def _chip(self):
        chip = super()._chip()
        # What rests on projects that he may not see is nothing to him.
        return chip | {"question": False if chip["hidden"] else self._chip_question()}

    def _chip_question(self):
        """Return {words, waiting} of what the AI says, or why it says nothing; False where nobody wants to know."""
        if not self.ai_state:
            return False
        words = self.ai_message
        # Where the AI is off, as it is at first, nobody wants to read so on every line.
        if self.ai_state == "not_asked" and words == self.env["l10n_cl_ai.gateway"]._reason_message("disabled"):
            return False
        if self.ai_state in ("waiting", "none"):
            state = dict(self._fields["ai_state"]._description_selection(self.env))[self.ai_state]
            words = f"{state}: {words}" if words else state
        return {"words": words, "waiting": self.ai_state == "waiting"}

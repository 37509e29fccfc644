from odoo import api, models


class AiEvidence(models.AbstractModel):
    """What checks and corrections write down as root, in the name of who asked for them."""

    _name = "l10n_cl_ai.evidence"
    _description = "What the checks of DTE keep"

    @api.model
    def default_get(self, fields):
        """Return the models' own defaults only.

        Any user may keep defaults of his own (``ir.default``), and sudo() applies them: an override, a
        correction or another company's findings would come with the next check.
        """
        own = {name: self._fields[name].default for name in fields if name in self._fields}
        return super().default_get([]) | {name: default(self) for name, default in own.items() if default}

from odoo import api, models
from odoo.exceptions import UserError


class AiSideRow(models.AbstractModel):
    """A row that the gateway writes on side connections, and that the ORM only reads.

    Nobody may make, change or delete one through the ORM, not even with sudo(): a ledger that an import, a server
    action or another addon can mend proves nothing. What retention takes away goes by SQL.
    """

    _name = "l10n_cl_ai.side.row"
    _description = "Row written by the AI gateway alone"
    _auto = False
    _log_access = False

    @api.model_create_multi
    def create(self, vals_list):
        self._refuse_change()
        return super().create(vals_list)

    def write(self, vals):
        self._refuse_change()
        return super().write(vals)

    @api.ondelete(at_uninstall=True)
    def _unlink_refuse(self):
        self._refuse_change()

    def _refuse_change(self):
        raise UserError(
            self.env._("%(what)s: written by the gateway alone; nobody can change it.", what=self._description)
        )

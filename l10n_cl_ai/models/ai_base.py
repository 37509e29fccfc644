from odoo import api, models
from odoo.exceptions import AccessError
from odoo.fields import NO_ACCESS


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


class AiGuarded(models.AbstractModel):
    """Fields that are read-only in a model are its methods' to write: no user's, whatever his rights.

    ``readonly`` by itself only tells the screens.
    """

    _name = "l10n_cl_ai.guarded"
    _description = "Fields that the code alone writes"

    @api.model_create_multi
    def create(self, vals_list):
        if self.env.su:
            return super().create(vals_list)
        guarded = self._guarded()
        self._refuse_guarded({name for vals in vals_list for name in vals})
        # Neither the user's own defaults (``ir.default``) nor those of a context may bring them.
        first = {name: field.default(self) if field.default else False
                 for name, field in guarded.items() if field.store and field.groups != NO_ACCESS}  # fmt: skip
        brought = {f"default_{name}" for name in guarded}
        context = {key: value for key, value in self.env.context.items() if key not in brought}
        cleaned = self.with_env(self.env(context=context))
        return super(AiGuarded, cleaned).create([{**first, **vals} for vals in vals_list])

    def write(self, vals):
        self._refuse_guarded(vals)
        return super().write(vals)

    @api.model
    def _guarded(self):
        """Return {name: field} of what the code alone writes."""
        return {
            name: field
            for name, field in self._fields.items()
            if field.readonly and not (name in models.MAGIC_COLUMNS or field.compute or field.related)
        }

    @api.model
    def _refuse_guarded(self, names):
        """:raises AccessError: among these fields is one that the code alone writes"""
        if not self.env.su and (foreign := sorted(self._guarded().keys() & set(names))):
            raise AccessError(self.env._("These fields are written by the system alone: %s", ", ".join(foreign)))

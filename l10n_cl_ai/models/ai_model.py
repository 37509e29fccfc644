"""The provider's models: what each takes, what it costs, how long it lives."""

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import ormcache

from ..llm.catalog import EFFORTS, ID
from ..llm.cost import Prices

LIFECYCLES = [("active", "Active"), ("deprecated", "Deprecated"), ("retired", "Retired"), ("unknown", "Unknown")]
THINKING = ("disabled", "between_tools", "adaptive")
#: What comes nearest to a thinking that a model does not take, dearest last. Nothing sent is its own default.
_NEAREST = {"disabled": ("between_tools",), "between_tools": ("adaptive",), "adaptive": ()}


class AiModel(models.Model):
    _name = "l10n_cl_ai.model"
    _description = "AI Model"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "lifecycle, line, name desc"
    _rec_name = "label"
    _rec_names_search = ["label", "name"]

    name = fields.Char("Id", required=True, help="As the provider calls it.")
    label = fields.Char("Model", required=True)
    line = fields.Char(help="The provider's family of models, by size.")
    lifecycle = fields.Selection(LIFECYCLES, required=True, default="unknown")
    retires_on = fields.Date(help="From this day on the provider refuses it.")
    max_input_tokens = fields.Integer("Longest prompt (tokens)", aggregator=None, help="0: not known.")
    max_output_tokens = fields.Integer("Longest answer (tokens)", aggregator=None, help="0: not known.")
    effort_levels = fields.Char("Efforts", help="Those it takes, in words of the provider; empty: none.")
    thinking_types = fields.Char("Settings of thinking", help="Those it takes, in words of the provider.")
    effort = fields.Boolean("Takes an effort", compute="_compute_effort")
    thinking = fields.Selection(
        [
            ("adaptive", "Adaptive: can be lessened"),
            ("always", "Always on"),
            ("none", "Does not think by itself"),
        ],
        compute="_compute_thinking",
    )
    checked_at = fields.Datetime("Compared with the provider", readonly=True)
    active = fields.Boolean(default=True)
    price_ids = fields.One2many("l10n_cl_ai.price", "model_id", "Prices (USD per million tokens)")

    _name_uniq = models.UniqueIndex("(name)", "There is only one model of each id.")

    @api.constrains("name")
    def _check_name(self):
        for model in self:
            if not ID.fullmatch(model.name):
                raise ValidationError(
                    self.env._("“%(name)s” can't be the id of a model: letters, digits and hyphens.", name=model.name)
                )

    @api.depends("effort_levels")
    def _compute_effort(self):
        for model in self:
            model.effort = bool(model._levels())

    @api.depends("thinking_types")
    def _compute_thinking(self):
        for model in self:
            types = model._types()
            lessened = len(types) > 1
            model.thinking = "none" if "adaptive" not in types else "adaptive" if lessened else "always"

    @api.model_create_multi
    def create(self, vals_list):
        self.env.registry.clear_cache()
        return super().create(vals_list)

    def write(self, vals):
        if "name" in vals:
            self.env.registry.clear_cache()
        return super().write(vals)

    def unlink(self):
        # Their prices go with them, in the database.
        self.env.registry.clear_cache()
        return super().unlink()

    # -- business ------------------------------------------------------------------------------------

    @api.model
    def _price_book(self):
        """Return all prices of all models (:class:`Prices`)."""
        return self._cached_price_book()

    @api.model
    @ormcache()
    def _cached_price_book(self):
        # sudo: l10n_cl_ai.price - what a call costs does not depend on who makes it
        prices = self.env["l10n_cl_ai.price"].sudo().search([("model_id", "!=", False)])
        return Prices(price._rate() for price in prices)

    def _effort(self, wanted):
        """Return the effort to send for the one wanted: the highest not above it; None: send none."""
        if not wanted:
            return None
        having = self._levels()
        return next((level for level in EFFORTS[EFFORTS.index(wanted) :: -1] if level in having), None)

    def _thinking(self, wanted):
        """Return the setting of thinking to send for the one wanted: it or the nearest; None: send none."""
        if not wanted:
            return None
        having = self._types()
        return next((kind for kind in (wanted, *_NEAREST[wanted]) if kind in having), None)

    def _levels(self):
        return (self.effort_levels or "").split()

    def _types(self):
        """Return the settings of thinking that we send: not that of a budget, which no current model takes."""
        return [kind for kind in (self.thinking_types or "").split() if kind in THINKING]

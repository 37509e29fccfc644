"""What the provider charges for a model from a day on."""

from decimal import Decimal

from odoo import api, fields, models

from ..llm.cost import Rate

USD = (12, 6)


class AiPrice(models.Model):
    _name = "l10n_cl_ai.price"
    _description = "Price of an AI Model"
    _order = "model_id, valid_from desc, prompt_threshold"

    model_id = fields.Many2one("l10n_cl_ai.model", required=True, ondelete="cascade", index=True)
    valid_from = fields.Date(required=True, help="Calls of earlier days keep the price they had.")
    prompt_threshold = fields.Integer(
        "Over (prompt tokens)",
        required=True,
        default=0,
        aggregator=None,
        help="A longer prompt, cached tokens included, pays this price for every token of the call. 0: any prompt.",
    )
    input_usd = fields.Float("Input", digits=USD, required=True, aggregator=None, help="USD per million tokens.")
    output_usd = fields.Float(
        "Output", digits=USD, required=True, aggregator=None, help="USD per million tokens, those of thinking included."
    )
    cache_write_5m_usd = fields.Float(
        "Kept for 5 minutes", digits=USD, required=True, aggregator=None, help="USD per million tokens."
    )
    cache_write_1h_usd = fields.Float(
        "Kept for 1 hour", digits=USD, required=True, aggregator=None, help="USD per million tokens."
    )
    cache_read_usd = fields.Float(
        "Read again", digits=USD, required=True, aggregator=None, help="USD per million tokens."
    )
    source = fields.Char(required=True, help="Where the price was read, and when.")

    _valid_uniq = models.UniqueIndex(
        "(model_id, valid_from, prompt_threshold)", "A model has one price for each day and size of prompt."
    )
    _prices_positive = models.Constraint(
        "CHECK (least(prompt_threshold, input_usd, output_usd, cache_write_5m_usd, cache_write_1h_usd, cache_read_usd)"
        " >= 0)",
        "A price is not below zero.",
    )

    @api.depends("model_id", "valid_from")
    def _compute_display_name(self):
        for price in self:
            price.display_name = f"{price.model_id.display_name} · {price.valid_from}"

    @api.model_create_multi
    def create(self, vals_list):
        prices = super().create(vals_list)
        self.env.registry.clear_cache()
        return prices

    def write(self, vals):
        self.env.registry.clear_cache()
        return super().write(vals)

    def unlink(self):
        self.env.registry.clear_cache()
        return super().unlink()

    def _rate(self):
        """Return the price as what costs are computed with, exactly as it was written."""
        self.ensure_one()
        return Rate(
            model=self.model_id.name,
            valid_from=self.valid_from,
            threshold=self.prompt_threshold,
            input=_exact(self.input_usd),
            output=_exact(self.output_usd),
            cache_write_5m=_exact(self.cache_write_5m_usd),
            cache_write_1h=_exact(self.cache_write_1h_usd),
            cache_read=_exact(self.cache_read_usd),
        )


def _exact(usd):
    """Return what stands in the column: a numeric of six decimals, which the ORM shows as a float."""
    return Decimal(f"{usd:.{USD[1]}f}")

"""What the gateway reads of a feature on every ask, remembered by each worker until one of its records changes."""

from dataclasses import dataclass

from odoo import api, models
from odoo.tools import ormcache

from ..llm.cost import Prices
from ..llm.plan import ModelSpec


@dataclass(frozen=True)
class FeatureSettings:
    """A feature that is on in a company; fields as in ``l10n_cl_ai.feature``."""

    id: int
    models: tuple[ModelSpec, ...]
    prices: Prices
    prompt_version: str
    per_minute: int
    ttl: int
    cache_scope: str
    deadline: float
    max_tokens: int
    max_input_bytes: int
    prompt_cache: str | None


class AiRemembered(models.AbstractModel):
    """A record whose change all workers must notice."""

    _name = "l10n_cl_ai.remembered"
    _description = "Setting that the AI gateway remembers"

    @api.model_create_multi
    def create(self, vals_list):
        records = super().create(vals_list)
        self.env.registry.clear_cache()
        return records

    def write(self, vals):
        done = super().write(vals)
        self.env.registry.clear_cache()
        return done

    def unlink(self):
        done = super().unlink()
        self.env.registry.clear_cache()
        return done

    def update_field_translations(self, field_name, translations, source_lang=""):
        """Notice a text that is translated anew: who accepted it accepted another."""
        done = super().update_field_translations(field_name, translations, source_lang)
        self.env.registry.clear_cache()
        return done


class AiFeature(models.Model):
    _name = "l10n_cl_ai.feature"
    _inherit = ["l10n_cl_ai.feature", "l10n_cl_ai.remembered"]

    @api.model
    @ormcache("code", "company.id")
    def _settings(self, code, company) -> FeatureSettings | None:
        """Return what the gateway needs of a feature; None where it is not on in the company."""
        feature = self._for(code, company)
        if not feature:
            return None
        return FeatureSettings(
            id=feature.id,
            models=tuple(feature._model_specs()),
            prices=self.env["l10n_cl_ai.model"]._price_book(),
            prompt_version=feature.prompt_version or "",
            per_minute=feature.rate_per_minute,
            ttl=feature.ttl,
            cache_scope=feature.cache_scope,
            deadline=feature.deadline,
            max_tokens=feature.max_tokens,
            max_input_bytes=feature.max_input_bytes,
            prompt_cache=feature.prompt_cache or None,
        )


class AiFeatureSwitch(models.Model):
    _name = "l10n_cl_ai.feature.switch"
    _inherit = ["l10n_cl_ai.feature.switch", "l10n_cl_ai.remembered"]


class AiModel(models.Model):
    _name = "l10n_cl_ai.model"
    _inherit = ["l10n_cl_ai.model", "l10n_cl_ai.remembered"]


class AiPrice(models.Model):
    _name = "l10n_cl_ai.price"
    _inherit = ["l10n_cl_ai.price", "l10n_cl_ai.remembered"]

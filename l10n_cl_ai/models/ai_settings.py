"""What the gateway reads of a feature on every ask, built anew only when one of its records changes."""

from dataclasses import dataclass

from odoo import api, models
from odoo.tools import SQL, ormcache

from ..llm.cost import Prices
from ..llm.plan import ModelSpec
from .ai_secret_reading import recipient


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


class AiFeature(models.Model):
    _inherit = "l10n_cl_ai.feature"

    @api.model
    def _settings(self, code, company) -> FeatureSettings | None:
        """Return what the gateway needs of a feature; None where it is not on in the company."""
        return self._settings_at(code, company, [self._stamp(code, company), recipient(self.env)])

    def _stamp(self, code, company):
        """Return what is another after any change of the feature, its switch, the models or the prices.

        PostgreSQL writes a new version of a row for each change, elsewhere and under the id of the transaction: so
        this sees what another worker committed a moment ago, where a cache that has to be told of changes would still
        switch on what a manager has switched off.
        """
        self.flush_model()
        self.env["l10n_cl_ai.feature.switch"].flush_model()
        self.env["l10n_cl_ai.model"].flush_model()
        self.env["l10n_cl_ai.price"].flush_model()
        return self.env.execute_query(
            SQL(
                """
                SELECT f.xmin::text, f.ctid::text, s.xmin::text, s.ctid::text,
                       (SELECT string_agg(xmin || '@' || ctid, ',') FROM l10n_cl_ai_model),
                       (SELECT string_agg(xmin || '@' || ctid, ',') FROM l10n_cl_ai_price)
                  FROM l10n_cl_ai_feature f
                  LEFT JOIN l10n_cl_ai_feature_switch s ON s.feature_id = f.id AND s.company_id = %s
                 WHERE f.code = %s
                """,
                company.id,
                code,
            )
        )

    @ormcache("code", "company.id", "str(stamp)")
    def _settings_at(self, code, company, stamp) -> FeatureSettings | None:
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

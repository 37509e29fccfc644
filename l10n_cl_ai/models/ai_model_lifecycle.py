"""Models die: the provider's list is compared with ours every week, and who uses one that ends is told."""

import logging
import re
from datetime import date, timedelta

from markupsafe import Markup

from odoo import api, fields, models
from odoo.tools import format_date

from ..llm.catalog import MODELS_AT_MOST, read
from .ai_secret_reading import secret_value

_logger = logging.getLogger(__name__)
#: Days before a retirement in which its users are told; the provider announces it 60 days ahead.
WARNING_DAYS = 60
_GONE = "gone"
#: Of a list, what a model of ours keeps as people named it.
_OURS = ("name", "label")
#: Things that make no sense in a list named in the log.
_LOGGED = 5


class AiModel(models.Model):
    _inherit = "l10n_cl_ai.model"

    # Ids of companies: nobody has to know which of them use a model.
    warned = fields.Json(
        readonly=True, groups="base.group_system", help="Of which retirement each company has been told."
    )

    # -- the provider's list -----------------------------------------------------------------------------

    @api.model
    def _check_lifecycle(self, listed):
        """Take over what the provider says of its models.

        :param listed: models as its API lists them; one that says nothing readable changes nothing
        :return: our models that are not in it
        """
        catalog = read(listed)
        if catalog.wrong:
            _logger.warning(
                "The provider's list of models: %d things make no sense and are left out, first %s",
                len(catalog.wrong),
                ", ".join(catalog.wrong[:_LOGGED]),
            )
        return self._take_over(catalog.models)

    @api.model
    def _take_over(self, offered):
        """Write what is offered (list of :class:`Facts`) to our models; return those that are not."""
        ours = self.search([("active", "in", [True, False])])
        gone, now = ours.browse(), fields.Datetime.now()
        for model in ours if offered else ours.browse():
            facts = model._facts(offered)
            if facts:
                model.write({**self._prepare_model_vals(facts), "checked_at": now})
            else:
                gone |= model
                model.write({"lifecycle": model._lifecycle_unlisted(), "checked_at": now})
        self._add_unknown(offered, ours, now)
        return gone

    def _facts(self, offered):
        """Return what a list says of this model, found also by the dated id that its own is short for."""
        dated = re.compile(re.escape(self.name) + r"(?:-[0-9]{8})?")
        return next((facts for facts in offered if dated.fullmatch(facts["name"])), None)

    def _lifecycle_unlisted(self):
        if self.retires_on and self.retires_on <= fields.Date.today():
            return "retired"
        return self.lifecycle if self.lifecycle == "retired" else "unknown"

    @api.model
    def _add_unknown(self, offered, ours, now):
        """Add new models, so that they can be given a price and chosen: without a price nothing is asked."""
        new = [
            {"label": facts["name"], "lifecycle": "unknown", **facts, "checked_at": now}
            for facts in offered
            if facts.get("lifecycle") != "retired" and not any(model._facts([facts]) for model in ours)
        ]
        # However often a list invents others, ours does not grow without bounds.
        self.create(new[: max(0, MODELS_AT_MOST - len(ours))])

    @api.model
    def _prepare_model_vals(self, facts):
        """Return what a list says of a model; what it leaves out stays as it was, and its name is ours."""
        return {"lifecycle": "unknown", **{name: said for name, said in facts.items() if name not in _OURS}}

    # -- warnings ----------------------------------------------------------------------------------------

    @api.model
    def _cron_check_models(self):
        """Compare our models with what each company's key is offered, and warn of those that end.

        All lists are fetched first: the network is used while nothing is written.
        """
        lists = self._fetch_lists()
        for companies, answer in lists:
            gone = self.browse()
            if answer.failure:
                _logger.warning("The list of models could not be had: %s", answer.failure)
            else:
                gone = self._check_lifecycle(answer.models)
            for company in companies:
                self._warn(company, gone)

    @api.model
    def _fetch_lists(self):
        """Return [(companies with one key, its list of models)] of the companies that have one."""
        by_key = {}
        for company in self.env["res.company"].search([("active", "=", True)]):
            key = secret_value(self.env, "api_key", company)
            if key:
                by_key.setdefault(key, []).append(company)
        gateway = self.env["l10n_cl_ai.gateway"]
        return [(companies, gateway.with_company(companies[0])._models()) for companies in by_key.values()]

    @api.model
    def _warn(self, company, gone):
        """Tell a company's managers of the models of its features that end soon, or are in ``gone``."""
        soon = fields.Date.today() + timedelta(days=WARNING_DAYS)
        for model, features in self._in_use(company).items():
            ends = model.retires_on and model.retires_on <= soon
            if ends or model in gone:
                model._warn_once(company, features, str(model.retires_on) if ends else _GONE)

    @api.model
    def _in_use(self, company):
        """Return {model: the features of a company that are on and ask it}."""
        used = {}
        features = self.env["l10n_cl_ai.feature"].with_company(company).search([("sends_data", "=", True)])
        for feature in features.filtered("enabled"):
            for model in feature.model_id | feature.escalation_model_id:
                used[model] = used.get(model, feature.browse()) | feature
        return used

    def _warn_once(self, company, features, mark):
        warned = dict(self.warned or {})
        if warned.get(str(company.id)) == mark:
            return
        for user in self.env["l10n_cl_ai.budget"]._managers(company):
            told = self.with_context(lang=user.lang)
            summary, note = told._warning_words(company, features.with_context(lang=user.lang))
            told.activity_schedule(
                "mail.mail_activity_data_warning",
                date_deadline=max(self.retires_on or date.min, fields.Date.today()),
                summary=summary,
                note=note,
                user_id=user.id,
            )
        self.warned = {**warned, str(company.id): mark}

    def _warning_words(self, company, features):
        """Return summary and note of a warning, in the language of the context."""
        names = ", ".join(features.mapped("name"))
        if self.retires_on:
            day = format_date(self.env, self.retires_on)
            summary = self.env._("%(model)s ends on %(day)s", model=self.label, day=day)
        else:
            summary = self.env._("%(model)s is no longer offered", model=self.label)
        note = self.env._(
            "%(company)s asks this model for: %(features)s. Choose another before it ends; after that they stay "
            "without evaluation.",
            company=company.name,
            features=names,
        )
        return summary, Markup("<p>%s</p>") % note

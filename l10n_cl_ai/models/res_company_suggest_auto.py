"""Who may let a company book by itself, and what was measured of it, in words."""

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import format_date
from odoo.tools.misc import formatLang

from .. import suggest
from ..suggest.bands import PROMISED
from .ai_index_fit import FEWEST_ENTRIES
from .ai_suggestion import TARGETS

MANAGER = "l10n_cl_ai.group_manager"


class ResCompany(models.Model):
    _inherit = "res.company"

    l10n_cl_ai_suggest_auto_since = fields.Datetime("Books by itself since", readonly=True)
    l10n_cl_ai_suggest_stopped_on = fields.Date(
        "Booking by itself was stopped on", readonly=True, help="By the measurement of what it had booked."
    )
    l10n_cl_ai_suggest_words = fields.Text(compute="_compute_l10n_cl_ai_suggest_words", groups=MANAGER)

    @api.depends_context("lang")
    def _compute_l10n_cl_ai_suggest_words(self):
        for company in self:
            company.l10n_cl_ai_suggest_words = "\n".join(company._l10n_cl_ai_measured_words())

    @api.model_create_multi
    def create(self, vals_list):
        turned_on = [bool(vals.get("l10n_cl_ai_suggest_auto")) for vals in vals_list]
        companies = super().create([{**vals, "l10n_cl_ai_suggest_auto": False} for vals in vals_list])
        for company, on in zip(companies, turned_on, strict=True):
            if on:
                company.l10n_cl_ai_suggest_auto = True
        return companies

    def write(self, vals):
        if not vals.get("l10n_cl_ai_suggest_auto"):
            return super().write(vals)
        # sudo: res.company - a setting, whoever asks
        turned_on = self.filtered(lambda company: not company.sudo().l10n_cl_ai_suggest_auto)
        turned_on._l10n_cl_ai_check_auto()
        done = super().write(vals)
        # sudo: what follows from the setting that was just allowed
        turned_on.sudo().write(
            {"l10n_cl_ai_suggest_auto_since": fields.Datetime.now(), "l10n_cl_ai_suggest_stopped_on": False}
        )
        return done

    def _l10n_cl_ai_check_auto(self):
        """Refuse who is no manager, and companies of which nothing was measured.

        :raise AccessError: no manager of AI Chile
        :raise UserError: not measured
        """
        if self and not self.env.user.has_group(MANAGER):
            raise AccessError(self.env._("Only managers of AI Chile let a company book by itself."))
        for company in self:
            if not any(company._l10n_cl_ai_may_auto(target) for target in company._l10n_cl_ai_targets()):
                raise UserError(
                    self.env._(
                        "%(company)s can't book by itself yet: it was not measured that %(promised)s %% are right.",
                        company=company.name,
                        promised=round(PROMISED * 100),
                    )
                )

    def _l10n_cl_ai_may_auto(self, target):
        fitted = self._l10n_cl_ai_fitted(target)
        return fitted.threshold is not None and fitted.lower >= PROMISED

    def _l10n_cl_ai_index(self, target):
        self.ensure_one()
        # sudo: nobody has rights on indexes; figures only are read of it
        return self.env["l10n_cl_ai.index"].sudo().search([("company_id", "=", self.id), ("kind", "=", target)])

    def _l10n_cl_ai_fitted(self, target):
        return suggest.Fitted.from_json(self._l10n_cl_ai_index(target).fitted)

    # -- words -----------------------------------------------------------------------------------------

    def _l10n_cl_ai_measured_words(self):
        """Return a line for each target: what was measured of the automatic band."""
        names = dict(self.env["l10n_cl_ai.suggestion"]._fields["target"]._description_selection(self.env))
        return [
            f"{names[target]}: {self._l10n_cl_ai_auto_words(target)}"
            for target, _name in TARGETS
            if target in self._l10n_cl_ai_targets()
        ]

    def _l10n_cl_ai_auto_words(self, target):
        index, fitted = self._l10n_cl_ai_index(target), self._l10n_cl_ai_fitted(target)
        if not fitted.chances:
            return self._l10n_cl_ai_unmeasured_words(index)
        if fitted.threshold is None:
            return self.env._(
                "measured on %(day)s on %(seen)s lines: there is no probability from which on enough were right.",
                day=format_date(self.env, index.fitted_at),
                seen=fitted.seen,
            )
        return self.env._(
            "measured on %(day)s: of the last %(seen)s lines %(coverage)s %% are certain enough (from %(threshold)s "
            "%%), and %(precision)s %% of these %(n)s were right (at least %(lower)s %%).",
            day=format_date(self.env, index.fitted_at),
            seen=fitted.seen,
            n=fitted.bands["auto"]["seen"],
            **self._l10n_cl_ai_percents(fitted, "coverage", "threshold", "precision", "lower"),
        )

    def _l10n_cl_ai_band_words(self, target, band):
        """Return what was measured of a band of the company, as a sentence."""
        index, fitted = self._l10n_cl_ai_index(target), self._l10n_cl_ai_fitted(target)
        measured = fitted.bands.get(band)
        if not fitted.chances or not measured:
            return self.env._("Precision: %(words)s", words=self._l10n_cl_ai_unmeasured_words(index))
        if not measured["seen"]:
            return self.env._("No line of the last months was in this band.")
        return self.env._(
            "Measured on this company's last months: %(right)s of %(seen)s lines right, %(precision)s %% (at least "
            "%(lower)s %%).",
            right=measured["right"],
            seen=measured["seen"],
            precision=self._l10n_cl_ai_percent(measured["precision"]),
            lower=self._l10n_cl_ai_percent(measured["lower"]),
        )

    def _l10n_cl_ai_unmeasured_words(self, index):
        return self.env._(
            "not measured yet: needs at least %(needed)s posted lines, there are %(there)s.",
            needed=FEWEST_ENTRIES,
            there=index._entry_count() if index else 0,
        )

    def _l10n_cl_ai_percents(self, fitted, *names):
        return {name: self._l10n_cl_ai_percent(getattr(fitted, name)) for name in names}

    def _l10n_cl_ai_percent(self, share):
        return formatLang(self.env, share * 100, digits=1)

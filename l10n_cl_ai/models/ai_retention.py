"""How long each kind of data is kept: one place to see it and to set it, and one broom that sweeps by it."""

import logging
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, ValidationError
from odoo.fields import Domain

from . import ai_base  # noqa: F401 - what it inherits is defined first

_logger = logging.getLogger(__name__)

#: Rows of a kind that are deleted in one transaction.
AT_ONCE = 1000
#: Longer than anything is kept.
_LONGEST = 36500


class AiRetention(models.Model):
    """A kind of data in a company. Rows follow what the models declare (``kept.Keeping``); only the days are set."""

    _name = "l10n_cl_ai.retention"
    _inherit = ["l10n_cl_ai.guarded", "l10n_cl_ai.evidence"]
    _description = "How Long AI Data Is Kept"
    _order = "company_id, kind"
    _rec_name = "name"

    company_id = fields.Many2one("res.company", required=True, readonly=True, index=True, ondelete="cascade")
    kind = fields.Char(required=True, readonly=True)
    name = fields.Char("Kind of data", compute="_compute_kind")
    why = fields.Char("Kept for", compute="_compute_kind")
    fixed = fields.Boolean("Goes with what it belongs to", compute="_compute_kind")
    least = fields.Integer("At least (days)", compute="_compute_kind")
    own_days = fields.Integer(readonly=True)
    days = fields.Integer(
        compute="_compute_days",
        inverse="_inverse_days",
        help="After so many days it is deleted, some rows each night. 0: it goes with what it belongs to.",
    )
    held = fields.Boolean("Legal hold", compute="_compute_held")
    rows = fields.Integer("Rows now", compute="_compute_rows", compute_sudo=True)
    oldest = fields.Datetime(compute="_compute_rows", compute_sudo=True)

    _company_kind_uniq = models.UniqueIndex("(company_id, kind)", "A company keeps each kind of data once.")

    # -- computes --------------------------------------------------------------------------------------

    @api.depends("kind")
    @api.depends_context("lang")
    def _compute_kind(self):
        kinds = self._kinds()
        for retention in self:
            _model, kept = kinds.get(retention.kind, (None, None))
            retention.name = self.env._(kept.name) if kept else self.env._("%s (not installed)", retention.kind)
            retention.why = self.env._(kept.why) if kept and kept.why else False
            retention.least = kept.least if kept else 0
            retention.fixed = bool(kept) and not kept.days and not kept.setting

    @api.depends("own_days", "kind", "company_id.l10n_cl_ai_ledger_days", "company_id.l10n_cl_ai_content_days")
    def _compute_days(self):
        kinds = self._kinds()
        for retention in self:
            _model, kept = kinds.get(retention.kind, (None, None))
            # sudo: res.company - how long it keeps what is listed here
            company = retention.company_id.sudo()
            retention.days = company[kept.setting] if kept and kept.setting else retention.own_days

    def _inverse_days(self):
        if not self.env.is_system():
            raise AccessError(self.env._("Only system administrators change the settings of the AI."))
        kinds = self._kinds()
        for retention in self:
            _model, kept = kinds.get(retention.kind, (None, None))
            retention._check_days(kept)
            if kept.setting:
                retention.company_id[kept.setting] = retention.days
            else:
                # sudo: l10n_cl_ai.retention - the code's to write; the right was looked at above
                retention.sudo().own_days = retention.days

    def _check_days(self, kept):
        if not kept or (self.fixed and self.days):
            raise ValidationError(
                self.env._("“%(kind)s” goes with what it belongs to: it has no days of its own.", kind=self.name)
            )
        if not self.fixed and not kept.least <= self.days <= _LONGEST:
            raise ValidationError(
                self.env._("“%(kind)s” is kept for %(least)s days at least.", kind=self.name, least=kept.least)
            )

    @api.depends("company_id")
    def _compute_held(self):
        held = self.env["l10n_cl_ai.hold"]._companies()
        for retention in self:
            retention.held = retention.company_id.id in held

    @api.depends("kind", "company_id")
    def _compute_rows(self):
        kinds = self._kinds()
        for retention in self:
            retention.rows, retention.oldest = 0, False
            if retention.kind in kinds:
                model, kept = kinds[retention.kind]
                domain = Domain(kept.domain) & Domain(kept.company, "=", retention.company_id.id)
                rows = self.env[model].with_context(active_test=False)
                date = "create_date" if "." in kept.date else kept.date
                [(retention.rows, retention.oldest)] = rows._read_group(domain, [], ["__count", f"{date}:min"])

    # -- what there is ---------------------------------------------------------------------------------

    @api.model
    def _kinds(self):
        """Return {kind: (name of its model, ``Keeping``)} of all that the installed addons declare."""
        return {
            kept.code: (name, kept)
            for name, model in self.env.registry.items()
            for kept in getattr(model, "_l10n_cl_ai_kept", ())
            if not model._abstract and not model._transient
        }

    @api.model
    def _sync(self):
        """Make what is missing: each company keeps each kind, for as long as its addon proposes."""
        # sudo: l10n_cl_ai.retention - rows follow the addons and the companies, whoever installs or makes them
        rows = self.sudo()
        there = {(company.id, kind) for company, kind in rows._read_group([], ["company_id", "kind"])}
        # sudo: as above
        companies = self.env["res.company"].sudo().with_context(active_test=False).search([("id", ">", 0)])
        rows.create([
            {"company_id": company.id, "kind": kind, "own_days": kept.days}
            for company in companies for kind, (_model, kept) in sorted(self._kinds().items())
            if (company.id, kind) not in there
        ])  # fmt: skip

    @api.model
    def action_open(self):
        """Open the list of the current company's kinds."""
        self._check_manager()
        self._sync()
        return self.env["ir.actions.act_window"]._for_xml_id("l10n_cl_ai.ai_retention_action")

    @api.model
    def _check_manager(self):
        if not self.env.is_system() and not self.env.user.has_group("l10n_cl_ai.group_manager"):
            raise AccessError(self.env._("Only managers of AI Chile may do this."))

    # -- sweeping --------------------------------------------------------------------------------------

    @api.autovacuum
    def _gc_kept(self):
        """Delete what is kept no longer, some rows of each kind."""
        self._sync()
        done, left = 0, False
        for kind, (_model, kept) in sorted(self._kinds().items()):
            if kept.setting:
                continue  # swept by SQL of its own
            try:
                with self.env.cr.savepoint():
                    gone, more = self._sweep(kind)
            except Exception:
                # One kind that cannot go must not keep the others; it is tried again tomorrow.
                _logger.exception("What is kept no longer could not be deleted: %s", kind)
                continue
            done, left = done + gone, left or more
        return done, left

    @api.model
    def _sweep(self, kind):
        """Delete at most ``AT_ONCE`` rows of a kind that are older than their companies keep them.

        :return: how many went, whether there are more
        """
        name, kept = self._kinds()[kind]
        old = self._old(kept)
        if not old:
            return 0, False
        # sudo: time passes for all of them, whoever made them
        rows = self.env[name].sudo().with_context(active_test=False)
        ended = getattr(rows, kept.ended)() if isinstance(kept.ended, str) else Domain(kept.ended)
        gone = rows.search(Domain(kept.domain) & ended & old, order="id", limit=AT_ONCE)
        gone.unlink()
        return len(gone), len(gone) == AT_ONCE

    @api.model
    def _old(self, kept):
        """Return the domain of what is old enough, company by company; False where nothing is."""
        # sudo: l10n_cl_ai.retention, res.company - the broom sweeps for all companies
        days = dict(self.sudo().search([("kind", "=", kept.code)]).mapped(lambda row: (row.company_id.id, row.days)))
        companies = self.env["res.company"].sudo().with_context(active_test=False).search([("id", ">", 0)])
        held = self.env["l10n_cl_ai.hold"]._companies()
        by_days = {}
        for company in companies.ids:
            kept_for = days.get(company, kept.days)
            if kept_for and company not in held:
                by_days.setdefault(kept_for, []).append(company)
        now = fields.Datetime.now()
        return Domain.OR(
            Domain(kept.company, "in", ids) & Domain(kept.date, "<", now - timedelta(days=kept_for))
            for kept_for, ids in by_days.items()
        )

"""Suggesting for many draft bills at once: in short steps, looked at by band, decided, and all of it undone."""

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain

from .account_move_suggest import PURCHASES
from .ai_suggestion import APPLIED

STATES = [("running", "Under way"), ("done", "To decide"), ("cancelled", "Cancelled")]
#: What is listed under each heading of a run.
_TABS = {
    "auto_ids": [("band", "=", "auto")],
    "suggested_ids": [("band", "=", "suggested")],
    "unknown_ids": [("band", "=", "unknown")],
}


class AiSuggestionRun(models.Model):
    """Of one person and one company. Nothing is posted by it; written by methods only."""

    _name = "l10n_cl_ai.suggestion.run"
    _inherit = "l10n_cl_ai.evidence"
    _description = "Suggestions for many bills"
    _order = "id desc"
    _check_company_auto = True

    company_id = fields.Many2one("res.company", required=True, readonly=True, index=True)
    user_id = fields.Many2one("res.users", "Asked by", required=True, readonly=True, index=True)
    state = fields.Selection(STATES, required=True, readonly=True, default="running")
    finished_at = fields.Datetime("Finished on", readonly=True)
    item_ids = fields.One2many("l10n_cl_ai.suggestion.run.item", "run_id", "Bills", readonly=True)
    skipped_ids = fields.One2many(
        "l10n_cl_ai.suggestion.run.item", "run_id", "Left out", readonly=True, domain=[("state", "=", "skipped")]
    )
    suggestion_ids = fields.One2many("l10n_cl_ai.suggestion", "run_id", "Suggestions", readonly=True)
    auto_ids = fields.One2many(
        "l10n_cl_ai.suggestion", "run_id", "Lines: automatic", readonly=True, domain=_TABS["auto_ids"]
    )
    suggested_ids = fields.One2many(
        "l10n_cl_ai.suggestion", "run_id", "Lines: suggested", readonly=True, domain=_TABS["suggested_ids"]
    )
    unknown_ids = fields.One2many(
        "l10n_cl_ai.suggestion", "run_id", "Lines: not known", readonly=True, domain=_TABS["unknown_ids"]
    )
    total = fields.Integer("Bills in it", compute="_compute_progress")
    done = fields.Integer("Bills done", compute="_compute_progress")
    skipped = fields.Integer("Bills left out", compute="_compute_progress")
    auto_count = fields.Integer("Automatic", compute="_compute_counts")
    suggested_count = fields.Integer("Suggested", compute="_compute_counts")
    unknown_count = fields.Integer("I don't know", compute="_compute_counts")
    open_auto = fields.Integer(compute="_compute_counts")
    open_suggested = fields.Integer(compute="_compute_counts")
    open_unknown = fields.Integer(compute="_compute_counts")
    applied_count = fields.Integer("Booked", compute="_compute_counts")
    open_count = fields.Integer("To decide", compute="_compute_counts")
    auto_words = fields.Char(compute="_compute_words")
    suggested_words = fields.Char(compute="_compute_words")
    unknown_words = fields.Char(compute="_compute_words")
    is_mine = fields.Boolean(compute="_compute_is_mine")

    @api.depends("create_date", "user_id")
    @api.depends_context("lang", "tz")
    def _compute_display_name(self):
        for run in self:
            day = fields.Datetime.context_timestamp(run, run.create_date) if run.create_date else None
            when = day.strftime("%d-%m-%Y %H:%M") if day else ""
            run.display_name = self.env._("Suggestions of %(when)s", when=when)

    @api.depends("item_ids.state")
    def _compute_progress(self):
        counts = {run: {} for run in self}
        groups = self.env["l10n_cl_ai.suggestion.run.item"]._read_group(
            [("run_id", "in", self.ids)], ["run_id", "state"], ["__count"]
        )
        for run, state, count in groups:
            counts[run][state] = count
        for run, found in counts.items():
            run.total = sum(found.values())
            run.done = run.total - found.get("waiting", 0)
            run.skipped = found.get("skipped", 0)

    @api.depends("suggestion_ids.state")
    def _compute_counts(self):
        counts = {run: {} for run in self}
        groups = self.env["l10n_cl_ai.suggestion"]._read_group(
            [("run_id", "in", self.ids)], ["run_id", "band", "state"], ["__count"]
        )
        for run, band, state, count in groups:
            counts[run][band, state] = count
        for run, found in counts.items():
            for band in ("auto", "suggested", "unknown"):
                run[f"{band}_count"] = sum(count for (one, _state), count in found.items() if one == band)
                run[f"open_{band}"] = found.get((band, "open"), 0)
            run.applied_count = sum(count for (_band, state), count in found.items() if state in APPLIED)
            run.open_count = run.open_auto + run.open_suggested

    @api.depends("company_id")
    @api.depends_context("lang")
    def _compute_words(self):
        for run in self:
            for band in ("auto", "suggested", "unknown"):
                run[f"{band}_words"] = run.company_id._l10n_cl_ai_band_words("project", band)

    @api.depends("user_id")
    @api.depends_context("uid")
    def _compute_is_mine(self):
        for run in self:
            run.is_mine = run.user_id == self.env.user

    # -- making ----------------------------------------------------------------------------------------

    @api.model
    def _start(self, moves):
        """Return a run for each company of these draft vendor bills.

        :raise UserError: there is none among them
        :raise AccessError: the user may not change them
        """
        drafts = moves.filtered("l10n_cl_ai_suggests")
        if not drafts:
            raise UserError(self.env._("Projects are suggested for draft vendor bills only."))
        drafts.check_access("write")
        rows = [
            {
                "company_id": company.id,
                "user_id": self.env.uid,
                "item_ids": [fields.Command.create({"move_id": move.id}) for move in own.sorted("id")],
            }
            for company, own in drafts.grouped("company_id").items()
        ]
        # sudo: runs are written by methods only; the right on the bills was looked at
        return self.sudo().create(rows).sudo(self.env.su)

    @api.model
    def _drafts(self, company, since=None, until=None, partners=None, journals=None, again=False):
        """Return a company's draft vendor bills. :param again: also those with open suggestions"""
        domain = Domain("move_type", "in", PURCHASES) & Domain("state", "=", "draft")
        domain &= Domain("company_id", "=", company.id)
        if since:
            domain &= Domain("invoice_date", ">=", since) | Domain("invoice_date", "=", False)
        if until:
            domain &= Domain("invoice_date", "<=", until) | Domain("invoice_date", "=", False)
        if partners:
            domain &= Domain("commercial_partner_id", "in", partners.commercial_partner_id.ids)
        if journals:
            domain &= Domain("journal_id", "in", journals.ids)
        if not again:
            domain &= Domain("l10n_cl_ai_suggestion_ids", "not any", [("state", "=", "open")])
        return self.env["account.move"].search(domain, order="id")

    def _open(self):
        """Return the action that shows these."""
        action = self.env["ir.actions.act_window"]._for_xml_id("l10n_cl_ai.ai_suggestion_run_action")
        if len(self) == 1:
            return {**action, "res_id": self.id, "views": [(False, "form")], "view_mode": "form"}
        return {**action, "domain": [("id", "in", self.ids)], "context": {}}

    def _check_mine(self):
        """:raise AccessError: it is another's"""
        self.check_access("read")
        if self.user_id != self.env.user:
            raise AccessError(self.env._("Only who asked for these suggestions decides on them together."))


class AiSuggestion(models.Model):
    _inherit = "l10n_cl_ai.suggestion"

    run_id = fields.Many2one(
        "l10n_cl_ai.suggestion.run", "Together with", readonly=True, index="btree_not_null", ondelete="set null"
    )
    bill_name = fields.Char("Number of the bill", compute="_compute_bill_name")

    @api.depends("bill_name", "line_name")
    def _compute_display_name(self):
        for record in self:
            record.display_name = ": ".join(filter(None, (record.bill_name, record.line_name)))

    @api.depends("move_id.name")
    def _compute_bill_name(self):
        for record in self:
            # sudo: who reads suggestions may have no right on bills; this is which one it is about
            move = record.sudo().move_id
            drafted = move.name in (False, "/")
            typed = move.l10n_latam_document_number or move.ref or move.display_name
            record.bill_name = typed if drafted else move.name

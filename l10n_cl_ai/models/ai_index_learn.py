"""What is learned, and when: from bills as they are posted, taken back with them, and once from those posted before."""

import logging

from odoo import api, fields, models
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY

from .. import suggest
from .account_move_suggest import PURCHASES

_logger = logging.getLogger(__name__)

#: How often a line counts that was booked otherwise than proposed: what one corrects, one wants remembered.
CORRECTION = 3.0
#: Lines read in one transaction when an index is built.
TOGETHER = 1000
#: Letters of a label that is learned: a split over some eighty accounts. PostgreSQL indexes no row of 2,704 bytes.
MOST_LABEL = 1000


class AccountMove(models.Model):
    _inherit = "account.move"

    def _l10n_cl_ai_check_posting(self):
        res = super()._l10n_cl_ai_check_posting()
        self.filtered(lambda move: move._l10n_cl_ai_is_purchase()).invoice_line_ids._l10n_cl_ai_posted()
        return res

    def write(self, vals):
        done = super().write(vals)
        if vals.get("state") in ("draft", "cancel"):
            self.filtered(lambda move: move._l10n_cl_ai_is_purchase()).invoice_line_ids._l10n_cl_ai_taken_back()
        return done


class AccountMoveLine(models.Model):
    _inherit = "account.move.line"

    def write(self, vals):
        done = super().write(vals)
        if "analytic_distribution" in vals or "account_id" in vals:
            # A bill's project may be mended after it was posted: then that is what was learned.
            posted = self.filtered(lambda line: line.parent_state == "posted")
            posted.filtered(lambda line: line.move_id._l10n_cl_ai_is_purchase())._l10n_cl_ai_posted()
        return done

    def unlink(self):
        ids = self.filtered(lambda line: line.move_id.move_type in PURCHASES and line.display_type == "product").ids
        done = super().unlink()
        if ids:
            self.browse(ids)._l10n_cl_ai_forget()
        return done

    def _l10n_cl_ai_posted(self):
        """Learn what these were finally booked on, and settle what was proposed for them. Never makes posting fail."""
        lines = self.filtered(lambda line: line.display_type == "product")
        lines._l10n_cl_ai_each_safely(lambda some: some._l10n_cl_ai_learn())

    def _l10n_cl_ai_taken_back(self):
        """Forget these: their bill is no longer posted."""
        lines = self.filtered(lambda line: line.display_type == "product")
        if lines:
            lines._l10n_cl_ai_safely(lines._l10n_cl_ai_forget)

    def _l10n_cl_ai_each_safely(self, job):
        """Do a job with these together; where that fails, with each alone: one bad line costs the others nothing."""
        if self and not self._l10n_cl_ai_safely(lambda: job(self)) and len(self) > 1:
            for line in self:
                line._l10n_cl_ai_safely(lambda line=line: job(line))

    def _l10n_cl_ai_safely(self, job):
        """Do a job, and return whether it could be done; what fails is logged."""
        self.env.flush_all()  # what posting itself did wrong is no failure of ours
        try:
            with self.env.cr.savepoint():
                job()
        except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
            raise
        except Exception:
            _logger.exception("The index could not learn from journal items %s", self.ids)
            return False
        return True

    def _l10n_cl_ai_forget(self):
        # sudo: indexes are kept up whoever posts
        self.env["l10n_cl_ai.index"].sudo().search([("kind", "in", ("project", "account"))])._forget_all(self.ids)
        self._l10n_cl_ai_unsettle()

    def _l10n_cl_ai_learn(self):
        for company, lines in self.grouped("company_id").items():
            corrected = lines._l10n_cl_ai_settle()
            for target in company._l10n_cl_ai_targets():
                index = self.env["l10n_cl_ai.index"]._of(company, target)
                index._learn_lines(lines, corrected.get(target, set()))

    def _l10n_cl_ai_label(self, target):
        """Return what the line is booked on, as a label; empty where there is nothing."""
        if target == "account":
            return str(self.account_id.id or "")
        return suggest.label_of(self.analytic_distribution)

    # -- what became of suggestions --------------------------------------------------------------------

    def _l10n_cl_ai_settle(self):
        """Write down what was right of what was proposed. Return {target: ids of lines booked otherwise}."""
        # sudo: suggestions are written by methods only
        every = self.env["l10n_cl_ai.suggestion"].sudo().search([("line_id", "in", self.ids)])
        last, corrected = {}, {}
        for record in every:  # the newest first
            last.setdefault((record.line_id.id, record.target), record)
        for (line_id, target), record in last.items():
            final = record.line_id._l10n_cl_ai_label(target)
            right = bool(final) and final == record.label
            record.write({"final_label": final, "right": float(right), "settled_on": record.move_id.date})
            if final and record.label and not right:
                corrected.setdefault(target, set()).add(line_id)
        return corrected

    def _l10n_cl_ai_unsettle(self):
        # sudo: as above
        settled = self.env["l10n_cl_ai.suggestion"].sudo()
        settled.search([("line_id", "in", self.ids), ("settled_on", "!=", False)]).write(
            {"final_label": False, "right": 0, "settled_on": False}
        )


class AiIndex(models.Model):
    _inherit = "l10n_cl_ai.index"

    def _learn_lines(self, lines, corrected=frozenset()):
        """Learn from posted lines of this company. :param corrected: ids of those booked otherwise than proposed"""
        entries = [
            (line.id, line._l10n_cl_ai_features(), label, line.date, CORRECTION if line.id in corrected else 1.0)
            for line in lines
            if 0 < len(label := line._l10n_cl_ai_label(self.kind)) <= MOST_LABEL
        ]
        self._forget(set(lines.ids) - {entry[0] for entry in entries})
        self._learn(entries)

    def _forget_all(self, res_ids):
        for index in self:
            index._forget(res_ids)

    # -- cron ------------------------------------------------------------------------------------------

    @api.model
    def _cron_upkeep(self):
        """Build what was never built, sum up what was counted, measure what is new; while the cron has time."""
        for index in self._wanted():
            index._build()
            if not self.env["ir.cron"]._commit_progress():
                return
            index._compact_when_due()
            if not self.env["ir.cron"]._commit_progress(1):
                return
            index._measure_when_due()
            if not self.env["ir.cron"]._commit_progress(1):
                return

    @api.model
    def _wanted(self):
        """Return the indexes of all companies that post in Chile, made where there is none yet."""
        companies = self.env["res.company"].search([("account_fiscal_country_id.code", "=", "CL")])
        wanted = self.browse()
        for company in companies:
            for target in company._l10n_cl_ai_targets():
                wanted |= self._of(company, target)
        return wanted

    def _build(self):
        """Learn the lines posted before the index was there, the newest first; commits as it goes.

        What is posted meanwhile is learned by the posting.
        """
        while lines := self._unlearned():
            # What can't be learned is passed over: this cron also stops companies that book wrongly by themselves.
            lines._l10n_cl_ai_each_safely(self._learn_lines)
            self.build_below = lines[-1].id
            if not self.env["ir.cron"]._commit_progress(len(lines)):
                return
        self.built_at = self.built_at or fields.Datetime.now()

    def _unlearned(self):
        """Return posted lines that are still to be learned, a batch of them, the newest first."""
        lines = self.env["account.move.line"]
        if self.built_at:
            return lines
        booked = [] if self.kind == "account" else [("analytic_distribution", "!=", False)]
        below = [("id", "<", self.build_below)] if self.build_below else []
        return lines.search(
            [("company_id", "=", self.company_id.id), ("parent_state", "=", "posted"), ("display_type", "=", "product"),
             ("move_id.move_type", "in", PURCHASES), *booked, *below], order="id desc", limit=TOGETHER,
        )  # fmt: skip

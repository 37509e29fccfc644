"""What is learned, and when: from bills as they are posted, taken back with them, and once from those posted before."""

import logging

import psycopg2

from odoo import api, fields, models
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY
from odoo.tools import SQL

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
            gone = self.browse(ids)
            gone._l10n_cl_ai_safely(gone._l10n_cl_ai_unlearning)
        return done

    def _l10n_cl_ai_posted(self):
        """Learn what these were finally booked on, and settle what was proposed for them. Never makes posting fail."""
        lines = self.filtered(lambda line: line.display_type == "product")
        lines._l10n_cl_ai_each_safely(lambda some: some._l10n_cl_ai_lessons())

    def _l10n_cl_ai_taken_back(self):
        """Forget these: their bill is no longer posted."""
        lines = self.filtered(lambda line: line.display_type == "product")
        if lines:
            lines._l10n_cl_ai_safely(lines._l10n_cl_ai_unlearning)

    def _l10n_cl_ai_each_safely(self, prepare):
        """Do what ``prepare`` returns of these together; where that fails, of each alone: a bad line costs no other."""
        if self and not self._l10n_cl_ai_safely(lambda: prepare(self)) and len(self) > 1:
            for line in self:
                line._l10n_cl_ai_safely(lambda line=line: prepare(line))

    def _l10n_cl_ai_safely(self, prepare):
        """Do to indexes what ``prepare`` returns: [(index, ids to forget, entries to learn)]. Never makes posting fail.

        Preparing reads and writes records, so that Odoo may flush what posting has yet to write. That must not be taken
        back by a failure of ours: in the savepoint run statements of the index alone.

        :return: whether it could be done; what fails is logged
        """
        try:
            tasks = prepare()
        except psycopg2.Error:
            raise  # of what posting itself was to write
        except Exception:
            _logger.exception("The index could not learn from journal items %s", self.ids)
            return False
        try:
            with self.env.cr.savepoint(flush=False):
                for index, gone, entries in tasks:
                    index._forget(gone)
                    index._learn(entries)
        except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
            raise
        except Exception:
            _logger.exception("The index could not learn from journal items %s", self.ids)
            return False
        return True

    def _l10n_cl_ai_unlearning(self):
        self._l10n_cl_ai_unsettle()
        # sudo: indexes are kept up whoever posts
        indexes = self.env["l10n_cl_ai.index"].sudo().search([("kind", "in", ("project", "account"))])
        return [(index, self.ids, ()) for index in indexes]

    def _l10n_cl_ai_lessons(self):
        tasks = []
        for company, lines in self.grouped("company_id").items():
            corrected = lines._l10n_cl_ai_settle()
            for target in company._l10n_cl_ai_targets():
                index = self.env["l10n_cl_ai.index"]._of(company, target)
                tasks.append((index, *index._lessons_of(lines, corrected.get(target, set()))))
        return tasks

    def _l10n_cl_ai_label(self, target):
        """Return what the line is booked on, as a label; empty where there is nothing."""
        if target == "account":
            return str(self.account_id.id or "")
        return suggest.label_of(self.analytic_distribution)

    # -- what became of suggestions --------------------------------------------------------------------

    def _l10n_cl_ai_settle(self):
        """Write down what was right of what was proposed. Return {target: ids of lines booked otherwise}."""
        # sudo: suggestions are written by methods only
        suggestions = self.env["l10n_cl_ai.suggestion"].sudo()
        suggestions.flush_model(["line_id"])
        rows = self.env.execute_query(
            SQL("SELECT id FROM l10n_cl_ai_suggestion WHERE line_id = ANY(%s) ORDER BY id DESC", list(self.ids))
        )
        every = suggestions.browse([row_id for (row_id,) in rows])
        newest, corrected = every._newest(), {}
        for record in newest | every.filtered("was_automatic"):
            final = record.line_id._l10n_cl_ai_label(record.target)
            right = bool(final) and final == record.label
            record.write({"final_label": final, "right": float(right), "settled_on": record.move_id.date})
            if final and record.label and not right and record in newest:
                corrected.setdefault(record.target, set()).add(record.line_id.id)
        return corrected

    def _l10n_cl_ai_unsettle(self):
        # sudo: as above
        settled = self.env["l10n_cl_ai.suggestion"].sudo()
        settled.search([("line_id", "in", self.ids), ("settled_on", "!=", False)]).write(
            {"final_label": False, "right": 0, "settled_on": False}
        )


class AiIndex(models.Model):
    _inherit = "l10n_cl_ai.index"

    def _lessons_of(self, lines, corrected=frozenset()):
        """Return (ids of lines to forget, entries to learn) of posted lines of this company.

        :param corrected: ids of those booked otherwise than proposed
        """
        entries = [
            (line.id, line._l10n_cl_ai_features(), label, line.date, CORRECTION if line.id in corrected else 1.0)
            for line in lines
            if 0 < len(label := line._l10n_cl_ai_label(self.kind)) <= MOST_LABEL
        ]
        return set(lines.ids) - {entry[0] for entry in entries}, entries

    # -- cron ------------------------------------------------------------------------------------------

    @api.model
    def _cron_upkeep(self):
        """Build what was never built, sum up what was counted, measure what is new.

        What the cron has no time left for is reported as remaining: else it would wait for the next day.
        """
        self._sum_up_changes()
        cron, wanted = self.env["ir.cron"], self._wanted()
        for left, index in zip(range(len(wanted), 0, -1), wanted, strict=True):
            if not index._build(left):
                return
            index._compact_when_due()
            if not cron._commit_progress(remaining=left):
                return
            index._measure_when_due()
            if not cron._commit_progress(1, remaining=left - 1):
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

    def _build(self, left=1):
        """Learn the lines posted before the index was there; commits as it goes.

        The oldest first: of many entries with the same word, searches take those learned last. What is posted
        meanwhile is learned by the posting.

        :param left: indexes that the cron has still to do, this one among them
        :return: whether there is time for more
        """
        while lines := self._unlearned():
            known = set(self._known(lines.ids))
            fresh = lines.filtered(lambda line, known=known: line.id not in known)
            # What can't be learned is passed over: this cron also stops companies that book wrongly by themselves.
            fresh._l10n_cl_ai_each_safely(lambda some: [(self, (), self._lessons_of(some)[1])])
            self.built_up_to = lines[-1].id
            if not self.env["ir.cron"]._commit_progress(len(lines), remaining=left):
                return False
        self.built_at = self.built_at or fields.Datetime.now()
        return True

    def _unlearned(self):
        """Return posted lines that are still to be learned, a batch of them, the oldest first."""
        lines = self.env["account.move.line"]
        if self.built_at:
            return lines
        booked = [] if self.kind == "account" else [("analytic_distribution", "!=", False)]
        return lines.search(
            [("company_id", "=", self.company_id.id), ("parent_state", "=", "posted"), ("display_type", "=", "product"),
             ("move_id.move_type", "in", PURCHASES), ("id", ">", self.built_up_to), *booked],
            order="id", limit=TOGETHER,
        )  # fmt: skip

    def _start_anew(self):
        """Forget all, so that the cron learns it again."""
        self._clear()
        self.write({"built_at": False, "built_up_to": 0, "fitted": False, "fitted_at": False, "row_count": 0})

"""The work of a run: a few bills a step, each step a transaction of its own; then deciding on many at once."""

import logging

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY
from odoo.tools import split_every

from .ai_suggestion import APPLIED

_logger = logging.getLogger(__name__)

#: Bills a step: some tenths of a second, so that the bar moves and a stop is heard.
STEP = 20


class AiSuggestionRun(models.Model):
    _inherit = "l10n_cl_ai.suggestion.run"

    # -- preparing -------------------------------------------------------------------------------------

    def work_next(self):
        """Do the next bills; return how far it got, for the progress bar.

        :return: ``{"done": int, "total": int, "skipped": int, "running": bool, "busy": bool}``; busy: another tab works
        """
        self.ensure_one()
        self._check_mine()
        # sudo: runs are written by methods only
        own = self.sudo().try_lock_for_update(allow_referencing=True)
        if own and own.state == "running":
            self._step(own)
        return {"done": self.done, "total": self.total, "skipped": self.skipped,
                "running": self.state == "running", "busy": not own}  # fmt: skip

    def _step(self, own):
        # Only these few are read: of a run over 100,000 bills each step would else read them all.
        items = own.item_ids.search([("run_id", "=", own.id), ("state", "=", "waiting")], limit=STEP + 1)
        now = items[:STEP]
        moves = now.move_id.sudo(self.env.su)
        left_out = self._by_bill(moves, self._suggest_for)
        for item in now:
            reason = left_out.get(item.move_id.id)
            item.write({"state": "skipped" if reason else "done", "reason": reason})
        if len(items) <= STEP:
            own.write({"state": "done", "finished_at": fields.Datetime.now()})

    def _suggest_for(self, moves):
        if any(move.state != "draft" for move in moves):
            raise UserError(self.env._("It is no longer a draft."))
        # sudo: suggestions are written by methods only
        moves._l10n_cl_ai_suggest("run").sudo().write({"run_id": self.id})

    @api.model
    def _by_bill(self, moves, job):
        """Do a job for bills together, and one by one where that fails. Return {id of bill: why it was left out}."""
        left_out = {}
        # sudo: locks the rows only; whether the user may write them is looked at by the job
        free = moves.sudo().try_lock_for_update(allow_referencing=True).sudo(self.env.su)
        for move in moves - free:
            left_out[move.id] = self.env._("Somebody was changing it at that moment.")
        if not free:
            return left_out
        if self._tried(free, job):
            for move in free:
                if reason := self._tried(move, job):
                    left_out[move.id] = reason
        return left_out

    @api.model
    def _tried(self, moves, job):
        """Return why a job could not be done, or nothing."""
        try:
            with self.env.cr.savepoint():
                job(moves)
        except UserError as error:
            return str(error.args[0] if error.args else error)
        except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
            raise
        except Exception:  # one bill of which we fail must not hold up the others, step after step
            _logger.exception("Nothing could be done for bills %s", moves.ids)
            return self.env._("It failed: the log of the server says why.")
        return None

    # -- deciding --------------------------------------------------------------------------------------

    def action_accept_auto(self):
        """Book all that is open in the automatic band."""
        return self._said(*self._accept_band("auto"))

    def action_dismiss_auto(self):
        return self._dismiss_band("auto")

    def action_dismiss_suggested(self):
        return self._dismiss_band("suggested")

    def action_dismiss_unknown(self):
        return self._dismiss_band("unknown")

    def action_cancel(self):
        """Leave out what waits. What was proposed already stays."""
        self.ensure_one()
        self._check_mine()
        # sudo: runs are written by methods only
        own = self.sudo()
        waiting = own.item_ids.filtered(lambda item: item.state == "waiting")
        waiting.write({"state": "skipped", "reason": self.env._("Cancelled")})
        own.write({"state": "cancelled", "finished_at": fields.Datetime.now()})
        return True

    def action_try_again(self):
        """Take up again the bills that were left out."""
        self.ensure_one()
        self._check_mine()
        # sudo: as above
        own = self.sudo()
        own.item_ids.filtered(lambda item: item.state == "skipped").write({"state": "waiting", "reason": False})
        own.write({"state": "running", "finished_at": False})
        return True

    def action_undo_all(self):
        """Give every line back what it had; those changed since, or posted, keep what they have.

        So do those for which a person chose something else: that can be undone one by one, and was much work.
        """
        self.ensure_one()
        self._check_mine()
        chosen = self.suggestion_ids.filtered(lambda one: one.state == "changed")
        undone, kept = (self.suggestion_ids - chosen)._undo_possible()
        return self._said_undone(undone, kept + len(chosen))

    def action_open_suggestions(self):
        """List all its suggestions, to filter, group and select."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("l10n_cl_ai.ai_suggestion_action")
        return {**action, "domain": [("run_id", "=", self.id)], "context": {"search_default_by_band": 1}}

    def _accept_band(self, band, least=0.0):
        """Book what is open in a band. Return (how many were, how many were not).

        :param least: probability from which on
        """
        self.ensure_one()
        self._check_mine()
        return self._likely(band, least)._accept_many()

    def _likely(self, band, least=0.0):
        # The probability is shown in whole percents: what is shown as 80 % is accepted from 80 % on.
        return self.suggestion_ids.filtered(
            lambda one: one.band == band and one.state == "open" and one.label and round(one.probability, 2) >= least
        )

    def _dismiss_band(self, band):
        self.ensure_one()
        self._check_mine()
        self.suggestion_ids.filtered(lambda one: one.band == band and one.state == "open").action_dismiss()
        return True

    def _said(self, booked, kept):
        message = self.env._("%(booked)s lines booked as proposed.", booked=booked)
        if kept:
            message += " " + self.env._(
                "%(kept)s were left: not known, changed since, or their bill is posted or being changed.", kept=kept
            )
        return self.env["l10n_cl_ai.suggestion"]._notice(message, "warning" if kept else "success")

    def _said_undone(self, undone, kept):
        return self.env["l10n_cl_ai.suggestion"]._said_undone(undone, kept)


class AiSuggestion(models.Model):
    _inherit = "l10n_cl_ai.suggestion"

    def _accept_many(self):
        """Book these as proposed, bill by bill. Return (how many were, how many were not).

        What is not known is chosen line by line: among many, nobody sees that it was a guess.
        """
        self._check_decidable()
        fit = self.filtered(lambda one: one.state == "open" and one.label and one.band != "unknown")
        fit = fit.filtered(lambda one: one._still_fits())._choosable()
        done = fit._in_bills(lambda some: some._apply("accepted"))
        return done, len(self) - done

    def _undo_possible(self):
        """Undo those that can be. Return (how many were, how many keep what was changed since or posted)."""
        self._check_decidable()
        applied = self.filtered(lambda one: one.state in APPLIED)
        fit = applied.filtered(lambda one: one.move_id.state == "draft" and one._value_label() == one.applied_label)
        done = fit._in_bills(lambda some: some.action_undo())
        return done, len(applied) - done

    def _choosable(self):
        """Return those whose proposal is still open, and the user's to see."""
        fit = self.browse()
        for (company, target), some in self.grouped(lambda one: (one.company_id, one.target)).items():
            visible = self._visible(target, set(some.mapped("label")), company)
            fit |= some.filtered(lambda one, visible=visible: one.label in visible)
        return fit

    def _still_fits(self):
        """Return whether the line still is as it was when this was proposed: nobody gave it a project meanwhile."""
        if self.move_id.state != "draft":
            return False
        return self.target == "account" or not self.line_id.analytic_distribution

    def _in_bills(self, job):
        """Do a job with these, some bills at a time. Return with how many it could be done."""
        runs, done = self.env["l10n_cl_ai.suggestion.run"], len(self)
        of_bill = self.grouped("move_id")
        for moves in split_every(STEP, self.move_id.ids, self.env["account.move"].browse):
            left_out = runs._by_bill(moves, lambda some: job(self.browse().union(*(of_bill[move] for move in some))))
            done -= sum(len(of_bill[move]) for move in moves if move.id in left_out)
        return done

    def action_accept_many(self):
        """Book the selected ones, and say how many could not be."""
        return self.env["l10n_cl_ai.suggestion.run"]._said(*self._accept_many())

    def action_undo_many(self):
        """Undo the selected ones, and say how many keep what they have."""
        return self._said_undone(*self._undo_possible())

    @api.model
    def _said_undone(self, undone, kept):
        message = self.env._("%(undone)s lines have again what they had before.", undone=undone)
        if kept:
            message += " " + self.env._(
                "%(kept)s keep what they have: chosen by a person, changed since, or posted.", kept=kept
            )
        return self._notice(message, "warning" if kept else "success")

    @api.model
    def _notice(self, message, kind="info"):
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {"type": kind, "message": message, "next": {"type": "ir.actions.act_window_close"}},
        }

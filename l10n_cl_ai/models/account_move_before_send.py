"""What a module that emits DTEs asks before it takes a folio."""

from typing import NamedTuple

from odoo import models

from ..dte import Action
from ..review.verdict import Recommendation, judge, signal_of
from .account_move_post import LISTED, OVERRIDE, PostingBlocked
from .move_facts import issued_by_us


class BeforeSend(NamedTuple):
    """What is known of a document at the last moment before its folio is taken.

    :param allowed: the company's policy lets it go
    :param recommendation: ``send``, ``review``, ``reject``, ``not_evaluated``; None for what is no DTE of ours
    :param confidence: chance that it goes through, percent; None where the AI has not judged the document as it is now
    :param reasons: the objections in words, for who sends it: rules with their sources, then the AI's warnings
    :param check: the ``l10n_cl_ai.validation`` it rests on, as the user may read it; empty for what is no DTE of ours
    :param review: the ``l10n_cl_ai.review`` that still holds, likewise; empty where there is none
    """

    allowed: bool
    recommendation: str | None
    confidence: int | None
    reasons: tuple[str, ...]
    check: models.BaseModel
    review: models.BaseModel

    @property
    def findings(self):
        """The findings of the rules, as the user may read them."""
        return self.check.finding_ids


class AccountMove(models.Model):
    _inherit = "account.move"

    def _l10n_cl_ai_check_before_send(self, raise_refused=True):
        """Return ``{move id: BeforeSend}`` of what is about to be sent; call it before a folio is taken.

        The rules run in milliseconds and ask no network. A check that still holds is not made again, so that what a
        manager let pass with a reason at posting passes here. What fails for a fault of ours never holds up a document,
        and the AI holds up none but where the company wants a manager to look at its warnings.

        :param raise_refused: raise what the company's policy does not let go, instead of telling it in ``allowed``
        :raises PostingBlocked: what the policy does not let pass; a ``UserError``, upon which no folio is to be taken
        """
        documents = self.filtered(lambda move: move.l10n_cl_ai_applies and issued_by_us(move))
        checks = documents._l10n_cl_ai_checks_of_now()
        reviews = documents._l10n_cl_ai_reviews_of_now()
        refused = documents.filtered(lambda move: move._l10n_cl_ai_refused(checks.get(move.id)))
        unseen = documents._l10n_cl_ai_unseen().sudo(self.env.su)
        if raise_refused:
            refused._l10n_cl_ai_raise_refused(checks)
            unseen._l10n_cl_ai_raise_unseen()
        held_up = refused | unseen
        return {
            move.id: move._l10n_cl_ai_before_send(checks.get(move.id), reviews.get(move.id), move not in held_up)
            for move in self
        }

    def _l10n_cl_ai_raise_refused(self, checks):
        if self:
            heading = self.env._("Not sent: the SII would object, or mending it later would take a note.")
            raise PostingBlocked(self._l10n_cl_ai_refusal({move: checks[move.id] for move in self}, heading))

    def _l10n_cl_ai_raise_unseen(self):
        if self:
            raise PostingBlocked(
                self.env._(
                    "Not sent: the AI warns about %(documents)s, and the company wants a manager of AI Chile to look "
                    "at it first (tab DTE check).",
                    documents=", ".join(self[:LISTED].mapped("display_name")),
                )
            )

    def _l10n_cl_ai_checks_of_now(self):
        """Return {move id: check}, made now where the last one does not hold; none where even that failed."""
        # sudo: the policy binds also who may send without reading checks.
        moves = self.sudo()
        digests = moves._l10n_cl_ai_safe_digests() or {}
        checks = {}
        for move in moves:
            last = move.l10n_cl_ai_validation_id
            if last.verdict not in (False, "error") and last.digest == digests.get(move.id):
                checks[move.id] = last
        # In the user's name: a check says who made it.
        made = self.filtered(lambda move: move.id not in checks)._l10n_cl_ai_check()
        return checks | {check.move_id.id: check for check in made.sudo()}  # sudo: as above

    def _l10n_cl_ai_reviews_of_now(self):
        """Return {move id: review} of the reviews by the AI that judge the documents as they are."""
        # sudo: who may send is told, whether or not he may read reviews.
        last = self.sudo().l10n_cl_ai_review_id.filtered(lambda review: review.state == "done")
        return {review.move_id.id: review for review in last if review.holds}

    def _l10n_cl_ai_refused(self, check):
        """Whether the company's policy does not let this document go, and no manager did with a reason."""
        if self._l10n_cl_ai_outcome(check) != "block" or check.override_reason:
            return False
        reason = (self.env.context.get(OVERRIDE) or "").strip()
        # The context comes from the browser: the right is looked at here, whoever set the reason.
        return not (reason and self._l10n_cl_ai_may_override())

    def _l10n_cl_ai_before_send(self, check, review, allowed):
        none = self.env["l10n_cl_ai.validation"], self.env["l10n_cl_ai.review"]
        if not check:
            applies = self.l10n_cl_ai_applies and issued_by_us(self)
            return BeforeSend(allowed, "not_evaluated" if applies else None, None, (), *none)
        actions = [Action(action) for action in check.finding_ids.mapped("action")]
        worst = max(actions, key=lambda action: action.weight, default=None)
        advice = judge(signal_of(worst, None, False, failed=check.verdict == "error")).recommendation
        confidence, reasons = None, self._l10n_cl_ai_objections(check)
        if review:
            if advice is Recommendation.NOT_EVALUATED and check.verdict != "error":
                advice = Recommendation(review.recommendation)
            # It was estimated with what the rules said then.
            confidence = review.confidence if review.validation_id.verdict == check.verdict else None
            warnings = review.finding_ids.filtered(lambda finding: finding.action == "warn")
            reasons += [f"{finding.code} · {finding.place}: {finding.reason}" for finding in warnings]
        su = self.env.su
        return BeforeSend(
            allowed, str(advice), confidence, tuple(reasons), check.sudo(su), review.sudo(su) if review else none[1]
        )

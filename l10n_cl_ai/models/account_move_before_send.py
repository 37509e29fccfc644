"""What a module that emits DTEs asks before it takes a folio."""

from typing import NamedTuple

from odoo import models

from ..dte import Action
from ..review.verdict import judge, signal_of
from .account_move_post import OVERRIDE, PostingBlocked
from .move_facts import issued_by_us


class BeforeSend(NamedTuple):
    """What is known of a document at the last moment before its folio is taken.

    :param allowed: the company's policy lets it go
    :param recommendation: ``send``, ``review``, ``reject``, ``not_evaluated``; None for what is no DTE of ours
    :param confidence: chance that it goes through, percent; None where the AI did not judge the document as it is now
    :param reasons: the objections in words, for who sends it: rule, place, explanation, source
    :param check: the ``l10n_cl_ai.validation`` it rests on, as the user may read it; empty for what is no DTE of ours
    """

    allowed: bool
    recommendation: str | None
    confidence: int | None
    reasons: tuple[str, ...]
    check: models.BaseModel

    @property
    def findings(self):
        """The findings of the rules, as the user may read them."""
        return self.check.finding_ids


class AccountMove(models.Model):
    _inherit = "account.move"

    def _l10n_cl_ai_check_before_send(self, raise_refused=True):
        """Return ``{move id: BeforeSend}`` of what is about to be sent; call it before a folio is taken.

        The rules run in milliseconds and ask no network. A check that still holds is not made again, so that what a
        manager let pass with a reason at posting passes here. What fails for a fault of ours never holds up a document.

        :param raise_refused: raise what the company's policy does not let go, instead of telling it in ``allowed``
        :raises PostingBlocked: findings that the policy does not let pass; a ``UserError``, and no folio is to be taken
        """
        documents = self.filtered(lambda move: move.l10n_cl_ai_applies and issued_by_us(move))
        checks = documents._l10n_cl_ai_checks_of_now()
        refused = documents.filtered(lambda move: move._l10n_cl_ai_refused(checks.get(move)))
        if refused and raise_refused:
            heading = self.env._("Not sent: the SII would object, or mending it later would take a note.")
            raise PostingBlocked(refused._l10n_cl_ai_refusal(checks, heading))
        return {move.id: move._l10n_cl_ai_before_send(checks.get(move), move in refused) for move in self}

    def _l10n_cl_ai_checks_of_now(self):
        """Return {move: its check}, made now where the last one does not hold; none where even that failed."""
        # sudo: the policy binds also who may send without reading checks.
        moves = self.sudo()
        digests = moves._l10n_cl_ai_safe_digests() or {}
        held = moves.filtered(
            lambda move: move.l10n_cl_ai_validation_id.verdict not in (False, "error")
            and move.l10n_cl_ai_validation_id.digest == digests.get(move.id)
        )
        checks = {move.id: move.l10n_cl_ai_validation_id for move in held}
        # In the user's name: a check says who made it.
        checks |= {check.move_id.id: check for check in (self - held.sudo(False))._l10n_cl_ai_check().sudo()}
        return {move: checks[move.id] for move in self if move.id in checks}

    def _l10n_cl_ai_refused(self, check):
        """Whether the company's policy does not let this document go, and no manager did with a reason."""
        if self._l10n_cl_ai_outcome(check) != "block" or check.override_reason:
            return False
        reason = (self.env.context.get(OVERRIDE) or "").strip()
        # The context comes from the browser: the right is looked at here, whoever set the reason.
        return not (reason and self._l10n_cl_ai_may_override())

    def _l10n_cl_ai_before_send(self, check, refused):
        if not check:
            applies = self.l10n_cl_ai_applies and issued_by_us(self)
            none = self.env["l10n_cl_ai.validation"]
            return BeforeSend(True, "not_evaluated" if applies else None, None, (), none)
        weights = {Action(action) for action in check.finding_ids.mapped("action")}
        worst = max(weights, key=lambda action: action.weight, default=None)
        verdict = judge(signal_of(worst, None, False, failed=check.verdict == "error"))
        return BeforeSend(
            allowed=not refused,
            recommendation=str(verdict.recommendation),
            confidence=None,
            reasons=tuple(self._l10n_cl_ai_objections(check)),
            check=check.sudo(self.env.su),
        )

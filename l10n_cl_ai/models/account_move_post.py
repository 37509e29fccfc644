"""Checking at the last moment before a folio is spent: when a document is posted."""

from markupsafe import Markup

from odoo import models
from odoo.exceptions import UserError

from .move_facts import issued_by_us

#: Context key of the reason with which a manager posts in spite of findings.
OVERRIDE = "l10n_cl_ai_override_reason"
#: Key in the cursor's cache: ids of the moves that _post is at work on and checks when it is done.
UNDER_WAY = "l10n_cl_ai_posting"
#: Documents, and findings of each, that a message lists; the rest is counted.
LISTED = 10


class PostingBlocked(UserError):
    """The company's policy does not let these documents be posted."""


class AccountMove(models.Model):
    _inherit = "account.move"

    # -- CRUD ----------------------------------------------------------------------------------------

    def _post(self, soft=True):
        # After the standard work folio and date are known, and a refusal takes it all back: no folio
        # is spent.
        under_way = self.env.cr.cache.setdefault(UNDER_WAY, set())
        mine = set(self.ids) - under_way
        under_way |= mine
        try:
            posted = super()._post(soft)
        finally:
            under_way -= mine
        posted._l10n_cl_ai_check_posting()
        return posted

    def write(self, vals):
        done = super().write(vals)
        # By RPC the state is a field like others, and so is the type of what is posted as no DTE.
        if vals.get("state") == "posted" or "l10n_latam_document_type_id" in vals:
            under_way = self.env.cr.cache.get(UNDER_WAY, ())
            here = self.filtered(lambda move: move.state == "posted" and move.id not in under_way)
            here._l10n_cl_ai_check_posting()
        return done

    # -- actions -------------------------------------------------------------------------------------

    def action_post(self):
        if self.env.context.get(OVERRIDE) or not self._l10n_cl_ai_may_override():
            return super().action_post()
        try:
            with self.env.cr.savepoint():
                return super().action_post()
        except PostingBlocked:
            drafts = self.filtered(lambda move: move.state == "draft")
            drafts._l10n_cl_ai_check()
            return drafts._l10n_cl_ai_override_action()

    def _l10n_cl_ai_override_action(self):
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Post in spite of the findings"),
            "res_model": "l10n_cl_ai.override.wizard",
            "view_mode": "form",
            "views": [(False, "form")],
            "target": "new",
            "context": {"default_move_ids": self.ids},
        }

    # -- business ------------------------------------------------------------------------------------

    def _l10n_cl_ai_may_override(self):
        return self.env.user.has_group("l10n_cl_ai.group_manager")

    def _l10n_cl_ai_check_posting(self):
        """Check what the company just issued and do as its policy says.

        :raise PostingBlocked: findings that the policy does not let pass
        """
        moves = self.filtered(
            lambda move: move.l10n_cl_ai_applies and issued_by_us(move) and move._l10n_cl_ai_has_policy()
        )
        if not moves:
            return
        # sudo: the policy binds also who may post without reading checks.
        checks = {check.move_id: check for check in moves._l10n_cl_ai_check().sudo()}
        outcomes = {move: move._l10n_cl_ai_outcome(checks.get(move)) for move in moves}
        blocked = moves.filtered(lambda move: outcomes[move] == "block")
        reason = (self.env.context.get(OVERRIDE) or "").strip()
        # The context comes from the browser: the right is looked at here, whoever set the reason.
        if blocked and not (reason and self._l10n_cl_ai_may_override()):
            raise PostingBlocked(blocked._l10n_cl_ai_refusal(checks))
        notes = {}
        for move, outcome in outcomes.items():
            if outcome == "block":
                checks[move].override_reason = reason
                notes[move.id] = move._l10n_cl_ai_override_note(checks[move], reason)
            elif outcome == "warn":
                notes[move.id] = move._l10n_cl_ai_warning_note(checks[move])
            elif outcome == "error":
                notes[move.id] = move._l10n_cl_ai_failure_note()
        if notes:
            moves.browse(notes)._message_log_batch(notes)

    def _l10n_cl_ai_has_policy(self):
        company = self.company_id
        return {company.l10n_cl_ai_post_on_block, company.l10n_cl_ai_post_on_warn} != {"nothing"}

    def _l10n_cl_ai_outcome(self, check):
        """Return what the policy makes of a check: "block", "warn", "nothing"; "error" when it failed."""
        if not check or check.verdict == "error":
            return "error"
        company, severities = self.company_id, set(check.finding_ids.mapped("action"))
        outcomes = {
            company.l10n_cl_ai_post_on_block if "block" in severities else "nothing",
            company.l10n_cl_ai_post_on_warn if "warn" in severities else "nothing",
        }
        return next(outcome for outcome in ("block", "warn", "nothing") if outcome in outcomes)

    def _l10n_cl_ai_alert(self):
        """Return which alert sending deserves: the state, or "refused" for what policy does not let go.

        What a manager let pass with a reason at posting is not stopped again.
        """
        # sudo: who may send is warned, whether or not he may read checks.
        move = self.sudo()
        state, check = move.l10n_cl_ai_state, move.l10n_cl_ai_validation_id
        strict = move.company_id.l10n_cl_ai_post_on_block == "block"
        # What blocked still does after a change: it takes a new check, or any change would open the way.
        blocked = state in ("block", "stale") and check.verdict == "block"
        return "refused" if blocked and strict and not check.override_reason else state

    # -- words ---------------------------------------------------------------------------------------

    def _l10n_cl_ai_refusal(self, checks, heading=None):
        """Return why these documents are not posted, or not sent, for people."""
        parts = [heading or self.env._("Not posted: the SII would object, or mending it later would take a note.")]
        for move in self[:LISTED]:
            findings = move._l10n_cl_ai_objections(checks[move])
            partner = move.commercial_partner_id.name
            kind = move.l10n_latam_document_type_id.display_name
            parts.append(f"\n{kind} · {partner}")
            parts += [f"• {text}" for text in findings]
        if len(self) > LISTED:
            parts.append(self.env._("… and %(count)s documents more.", count=len(self) - LISTED))
        parts.append("\n" + self.env._("Mend them, or ask a manager of AI Chile to post with a reason."))
        return "\n".join(parts)

    def _l10n_cl_ai_objections(self, check):
        """Return the findings that matter of a check, each in a line with its rule and source."""
        findings = check.finding_ids.filtered(lambda finding: finding.action != "info")
        texts = [
            f"{finding.rule_code} · {finding.place}: {finding.message} ({finding.source})"
            for finding in findings[:LISTED]
        ]
        if len(findings) > LISTED:
            texts.append(self.env._("… and %(count)s findings more.", count=len(findings) - LISTED))
        return texts

    def _l10n_cl_ai_note(self, heading, texts=()):
        items = Markup("").join(Markup("<li>%s</li>") % text for text in texts)
        return Markup("<p>%s</p><ul>%s</ul>") % (heading, items) if texts else Markup("<p>%s</p>") % heading

    def _l10n_cl_ai_override_note(self, check, reason):
        heading = self.env._(
            "Posted by %(user)s in spite of these findings. Reason: %(reason)s",
            user=self.env.user.name,
            reason=reason,
        )
        return self._l10n_cl_ai_note(heading, self._l10n_cl_ai_objections(check))

    def _l10n_cl_ai_warning_note(self, check):
        heading = self.env._("Posted with findings of the DTE check:")
        return self._l10n_cl_ai_note(heading, self._l10n_cl_ai_objections(check))

    def _l10n_cl_ai_failure_note(self):
        return self._l10n_cl_ai_note(
            self.env._("DTE not evaluated: the check itself failed, so it says nothing about the document.")
        )

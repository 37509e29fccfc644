"""A person applies or discards what the AI proposes: with that person's rights, and only if nothing changed since."""

from markupsafe import Markup

from odoo import SUPERUSER_ID, api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Domain

from .ai_action_fields import REFUSALS, frozen, stored, target_refusal
from .ir_actions_server import APPLYING


class AiProposal(models.Model):
    _inherit = "l10n_cl_ai.proposal"

    # -- actions ---------------------------------------------------------------------------------------

    def action_apply(self):
        """Write what is proposed on the records. Of many, those that can be applied are; the others say why not."""
        self._check_person()
        self.check_access("read")
        if len(self) == 1:
            self._apply()
            return self._done_notification(1, [])
        applied, refused = 0, []
        for proposal in self:
            try:
                with self.env.cr.savepoint():
                    proposal._apply()
                applied += 1
            except (UserError, AccessError, ValidationError) as problem:
                refused.append(f"{proposal.display_name}: {problem.args[0]}")
        return self._done_notification(applied, refused)

    def action_discard(self):
        """Say that these are not wanted. Nothing is written on the records."""
        self._check_person()
        self.check_access("read")
        proposals = self._undecided()
        for proposal in proposals:
            record = proposal._record()
            if record:
                record.check_access("read")
        proposals._decide("discarded")

    def action_open_record(self):
        """Open the record that the proposal is about."""
        self.ensure_one()
        return {"type": "ir.actions.act_window", "res_model": self.res_model, "res_id": self.res_id,
                "view_mode": "form", "views": [(False, "form")]}  # fmt: skip

    # -- deciding --------------------------------------------------------------------------------------

    @api.model
    def _check_person(self):
        """Refuse automations: they run as root, or with its rights."""
        if self.env.su or self.env.uid == SUPERUSER_ID or self.env.user.share:
            raise AccessError(self.env._("A person has to decide upon what the AI proposes; no automation can."))

    def _undecided(self):
        """Return these that wait for a decision, locked; the others are decided upon already.

        :raise UserError: none is left
        """
        # sudo: l10n_cl_ai.proposal - rows are written by methods only
        rows = self.sudo()._locked()
        rows.invalidate_recordset(["decision", "expires_at"])
        open_ones = rows.filtered(lambda row: row.decision == "open")
        if not open_ones:
            raise UserError(self.env._("This was decided upon already, or there is nothing to decide."))
        return open_ones.sudo(False)

    def _apply(self):
        """Write one proposal on its record, as the current user. :raise UserError: it cannot be, and why"""
        self.ensure_one()
        self._undecided()
        if self.expires_at <= fields.Datetime.now():
            raise UserError(self.env._("The proposal has expired. Run the action again."))
        record = self._record()
        if not record:
            raise UserError(self.env._("The record was deleted."))
        record.check_access("write")
        # sudo: l10n_cl_ai.proposal - what is written, with the rights of the user, is the row's own
        row = self.sudo()
        record = record.with_company(row.company_id)
        self._check_unchanged(row, record)
        changes = {line.name: line.after[0] for line in row.line_ids}
        self._check_changes(row, record, changes)
        words = [(line.label, line.before_text, line.after_text) for line in self.line_ids]
        asking = (*self.env.context.get(APPLYING, ()), row.action_id.id)
        record.with_context(**{APPLYING: asking}).write(changes)
        self._log(record, words)
        self._decide("applied")

    def _check_unchanged(self, row, record):
        """Refuse what rests on values that are not there any more."""
        handler = self.env["l10n_cl_ai.action.handler"].with_company(row.company_id)
        same = row.action_id and handler._digest(row.action_id, record) == row.digest
        before = all(stored(record, record._fields[line.name]) == line.before[0] for line in row.line_ids)
        if not same or not before:
            raise UserError(
                self.env._("The record, or the action, was changed since the AI read it. Run the action again.")
            )

    def _check_changes(self, row, record, changes):
        """Refuse what may not be proposed (any more), and records that are not among the choices (any more)."""
        outputs = {line.field_id.name: line for line in row.action_id._l10n_cl_ai_outputs()}
        for name, value in changes.items():
            if words := self._why_not(record, name, value, outputs.get(name)):
                raise UserError(words)

    def _why_not(self, record, name, value, output):
        """Return why a value may not be written, in words. :param output: what the action says of the field, if any"""
        field = record._fields[name]
        label = field._description_string(self.env)
        if word := target_refusal(record, name) if output else "dropped":
            return self.env._("“%(field)s” cannot be written: %(why)s.", field=label, why=self.env._(REFUSALS[word]))
        if frozen(record, name):
            document = record.display_name
            return self.env._("%(document)s is posted: “%(field)s” cannot change.", document=document, field=label)
        if field.type == "many2one" and not output._choices(record, Domain("id", "=", value)):
            return self.env._("What was chosen for “%(field)s” cannot be chosen any more.", field=label)
        return None

    def _decide(self, decision):
        # sudo: l10n_cl_ai.proposal - rows are written by methods only; the callers have looked at the rights
        rows = self.sudo()
        rows.write({"decision": decision, "decided_by": self.env.uid, "decided_at": fields.Datetime.now()})
        rows._end_calls()
        rows._tell()

    def _end_calls(self):
        """Take back the activities that called somebody to decide."""
        for row in self:
            record = row._record()
            if record and "activity_ids" in record._fields and row.responsible_id:
                summary = row.with_context(lang=row.responsible_id.lang)._summary()
                record.activity_ids.filtered(
                    lambda one, row=row, words=summary: one.summary == words and one.user_id == row.responsible_id
                ).action_done()

    def _log(self, record, words):
        """Keep what was changed in the chatter of the record, if it has one."""
        if "message_ids" not in record._fields:
            return
        title = self.env._(
            "Proposal of the AI (%(action)s), applied by %(user)s:", action=self.action_name, user=self.env.user.name
        )
        items = Markup().join(Markup("<li>%s: %s → %s</li>") % (label, before or "—", after or "—")
                              for label, before, after in words)  # fmt: skip
        record._message_log(body=Markup("<p>%s</p><ul>%s</ul>") % (title, items))

    def _done_notification(self, applied, refused):
        message = self.env._("Proposals applied: %(count)s.", count=applied)
        if refused:
            message = "\n".join([message, self.env._("Not applied:"), *refused[:5]])
        return {"type": "ir.actions.client", "tag": "display_notification",
                "params": {"type": "warning" if refused else "success", "message": message, "sticky": bool(refused),
                           "next": {"type": "ir.actions.act_window_close"}}}  # fmt: skip

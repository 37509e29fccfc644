"""Deciding on a suggestion: accept, choose another, dismiss, undo; by a person's click, or by the automatic band."""

import json

from odoo import Command, fields, models
from odoo.exceptions import UserError

from .. import suggest
from .suggestion_states import APPLIED, DECIDING


class AiSuggestion(models.Model):
    _inherit = "l10n_cl_ai.suggestion"

    # -- actions ---------------------------------------------------------------------------------------

    def action_accept(self):
        """Book these lines as proposed. Those without a proposal, or decided already, are passed over.

        :raise UserError: there was a proposal, but of what was closed since, or of what the user may not see
        """
        still = self.filtered(lambda one: one.state == "open" and one.label)
        acceptable = still._acceptable()
        if still and not acceptable:
            raise UserError(self._not_to_be_chosen())
        return acceptable._apply("accepted")

    def action_choose(self, label):
        """Book the line on another candidate, or on what the user found himself.

        :param label: as ``suggest.label_of`` writes it; for an account its id
        :raise UserError: it names what the user may not see, what is closed, or nothing
        """
        self.ensure_one()
        label = str(label or "")
        if label not in self._visible(self.target, {label}, self.company_id):
            raise UserError(self._not_to_be_chosen())
        return self._apply("accepted" if label == self.label else "changed", label)

    def action_dismiss(self):
        """Say that none of it fits. The line stays as it is."""
        self._check_decidable()
        self.filtered(lambda one: one.state == "open" and one.move_id.state == "draft")._decide("dismissed")
        return True

    def action_undo(self):
        """Give the lines back what they had. One that was changed since keeps the change.

        :raise UserError: nothing of it can be undone
        """
        self._check_decidable()
        drafts = self.filtered(lambda one: one.move_id.state == "draft" and one.state in APPLIED)
        undoable = drafts.filtered(lambda one: one._value_label() == one.applied_label)
        if not undoable:
            raise UserError(self.env._("Nothing to undo: the bills were posted, or the lines were changed since."))
        undoable._write_values({record: (record.before or {}).get("value") for record in undoable})
        undoable._decide("undone")
        return True

    def action_open_sources(self):
        """Show the lines it was learned from, with the user's rights."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Learned from"),
            "res_model": "account.move.line",
            "view_mode": "list,form",
            "views": [(False, "list"), (False, "form")],
            "domain": [("id", "in", self.source_ids or [])],
            "context": {"create": False},
        }

    def action_open_bill(self):
        """Open the bill."""
        self.ensure_one()
        return {"type": "ir.actions.act_window", "res_model": "account.move", "res_id": self.move_id.id,
                "view_mode": "form", "views": [(False, "form")]}  # fmt: skip

    # -- business --------------------------------------------------------------------------------------

    def _not_to_be_chosen(self):
        return self.env._("This can't be chosen: it is closed, of another company, or not yours to see.")

    def _check_decidable(self):
        """Refuse who may not write the bills. :raise AccessError: he may not"""
        self.check_access("read")
        self.move_id.check_access("write")

    def _apply(self, state, label=None, by="person"):
        """Write these on their lines, as the user. Return whether all of them could be.

        :param label: in place of what is proposed
        """
        self._check_decidable()
        drafts = self.filtered(lambda one: one.move_id.state == "draft")
        before = {record: {"value": record._value()} for record in drafts}
        drafts._write_values({record: record._value_of(label or record.label) for record in drafts})
        for record in drafts:
            record._decide(state, before=before[record], applied_label=label or record.label, applied_by=by)
        if self and not drafts:
            raise UserError(self.env._("Only a draft bill can be changed."))
        return True

    def _decide(self, state, **values):
        # sudo: suggestions are written by methods only; the right on the bill was looked at
        self.sudo().write(
            {"state": state, "decided_by": self.env.uid, "decided_at": fields.Datetime.now(), **values}
        )

    def _value(self):
        """Return what the line has now, as JSON keeps it."""
        line = self.line_id
        return line.account_id.id if self.target == "account" else line.analytic_distribution or False

    def _value_label(self):
        value = self._value()
        return str(value or "") if self.target == "account" else suggest.label_of(value or {})

    def _value_of(self, label):
        return int(label) if self.target == "account" else suggest.distribution_of(label)

    def _write_values(self, values):
        """Write {suggestion: value} on their lines. Odoo follows up a bill at each write: here once for all."""
        moves, same, taxes = self.move_id, {}, self._tax_amounts()
        for record, value in values.items():
            written = record._prepare_line_vals(value)
            same.setdefault(json.dumps(written, sort_keys=True), (written, []))[1].append(record.id)
        with moves._check_balanced({"records": moves}), moves._sync_dynamic_lines({"records": moves}):
            for written, ids in same.values():
                self.browse(ids).line_id.with_context(**{DECIDING: True}).write(written)
        self._keep_taxes(taxes)

    def _tax_amounts(self):
        """Return {(bill, share of a tax): what its lines add up to}."""
        amounts = {}
        for line in self.move_id.line_ids.filtered("tax_repartition_line_id"):
            key = line.move_id, line.tax_repartition_line_id
            amounts[key] = amounts.get(key, 0) + line.amount_currency
        return amounts

    def _keep_taxes(self, before):
        """Give the taxes what they had: Odoo computes them anew, and a document may have rounded otherwise."""
        for (move, share), amount in self._tax_amounts().items():
            difference = move.currency_id.round(before.get((move, share), amount) - amount)
            if difference:
                line = move.line_ids.filtered(lambda line, share=share: line.tax_repartition_line_id == share)[:1]
                kept = {"amount_currency": line.amount_currency + difference}
                move.write({"line_ids": [Command.update(line.id, kept)]})

    def _prepare_line_vals(self, value):
        """Return what is written on the line. With another account its taxes and its project stay as they are:

        Odoo would put those that go with the account, and the bill's total would no longer be the document's.
        """
        if self.target == "project":
            return {"analytic_distribution": value or False}
        line = self.line_id
        kept = {"analytic_distribution": line.analytic_distribution} if line.analytic_distribution else {}
        return {"account_id": value or False, "tax_ids": [Command.set(line.tax_ids.ids)], **kept}

    def _decided_by_hand(self, before):
        """Note what was made of it by hand. It can't be undone then: what somebody typed is not taken from him.

        :param before: label of what the line had
        """
        label = self._value_label()
        if label == before:
            return
        if not label:
            self._decide("dismissed", applied_by=False, applied_label=False)
        else:
            state = "accepted" if label == self.label else "changed"
            self._decide(state, applied_by="person", applied_label=False)

"""Corrections that Odoo can make: what a rule names, a method here does.

A rule carries ``fix="name"``; the method ``_fix_name(finding)`` says what would be changed, and
everything else (rights, log, undo, checking again) is common. Another addon adds a correction by
inheriting ``l10n_cl_ai.fix`` and writing such a method.
"""

from typing import Any, NamedTuple

from odoo import api, models
from odoo.exceptions import AccessError, UserError

from .move_facts import issued_by_us

#: Fields of a posted document that say nothing new about it.
_NEVER_FROZEN = frozenset({"reversed_entry_id", "debit_origin_id"})
#: Corrections that make sense on what others issued: those of what was typed into the bill.
_OF_RECEIVED = frozenset({"folio_digits", "future_date", "partner_vat"})


class Plan(NamedTuple):
    """A change to one record, not made yet.

    :param record: what is changed, in the asking user's environment
    :param values: field → value, as for ``write``
    :param summary: what is done, in words, in the user's language
    :param watch: other fields that Odoo recomputes along, so that undoing restores them too
    """

    record: models.BaseModel
    values: dict[str, Any]
    summary: str
    watch: tuple[str, ...] = ()


class Fix(models.AbstractModel):
    _name = "l10n_cl_ai.fix"
    _description = "Corrections of what the rules find"

    # -- the registry --------------------------------------------------------------------------------

    @api.model
    def _names(self):
        """Return the names of the corrections that exist."""
        return {name.removeprefix("_fix_") for name in dir(type(self)) if name.startswith("_fix_")}

    @api.model
    def _can_fix(self, finding):
        """Whether a button makes sense for a finding; the rights are looked at when it is pressed.

        ``_can_<name>(finding)``, where there is one, says when a correction has nothing to do.
        """
        name, move = finding.fix, finding.move_id
        if not (name and move and hasattr(type(self), f"_fix_{name}")):
            return False
        if not issued_by_us(move) and name not in _OF_RECEIVED:
            return False
        possible = getattr(self, f"_can_{name}", None)
        return possible(finding) if possible else True

    @api.model
    def _run(self, finding):
        """Mend what a finding names and return what the browser does next.

        The plan is made and carried out with the asking user's own rights.

        :raise AccessError: the user may not mend, or not that record
        :raise UserError: it cannot be mended, with the way out in words
        """
        self._check_fixable(finding)
        plan = getattr(self, f"_fix_{finding.fix}")(finding)
        return self._apply(finding, plan) if isinstance(plan, Plan) else plan

    @api.model
    def _check_user(self):
        if not self.env.user.has_group("l10n_cl_ai.group_accountant"):
            raise AccessError(self.env._("Only accountants (AI Chile) may correct documents."))

    @api.model
    def _check_fixable(self, finding):
        """Refuse who may not correct, what has no correction, and documents out of the user's reach."""
        finding.ensure_one()
        self._check_user()
        if not self._can_fix(finding):
            raise UserError(self.env._("Nothing in Odoo can mend this finding; mend the document itself."))
        finding.move_id.check_access("write")

    # -- doing ---------------------------------------------------------------------------------------

    @api.model
    def _apply(self, finding, plan):
        """Carry out a plan, log it, check the document again and return what the browser does next."""
        record = plan.record
        record.check_access("write")
        self._check_open(record, plan.values, finding.move_id)
        names = [*plan.values, *(name for name in plan.watch if name not in plan.values)]
        before = self._snapshot(record, names)
        record.write(plan.values)
        self._after(finding.fix, record, finding.move_id)
        after = self._snapshot(record, names)
        if before == after:
            raise UserError(self.env._("This is mended already; check the document again."))
        correction = self.env["l10n_cl_ai.correction"]._record(finding, plan, before, after)
        finding.move_id._l10n_cl_ai_check()
        return self._done(self.env._("Corrected: %(what)s", what=correction.summary))

    @api.model
    def _after(self, name, record, move):
        """Do what must follow a change, or its undoing: ``_after_<name>(record, move)`` where it exists."""
        follow = getattr(self, f"_after_{name}", None)
        if follow:
            follow(record, move)

    @api.model
    def _snapshot(self, record, names):
        """Return {field: value} that JSON can hold and ``write`` takes back."""
        record.invalidate_recordset(names)
        return {name: self._plain(record, name) for name in names}

    @api.model
    def _plain(self, record, name):
        field, value = record._fields[name], record[name]
        if field.type == "many2one":
            return value.id
        if field.type in ("one2many", "many2many", "binary", "reference", "datetime"):
            raise TypeError(f"A correction can't log {record._name}.{name}")
        return value and value.isoformat() if field.type == "date" else field.convert_to_read(value, record)

    @api.model
    def _done(self, message):
        """Return a notification that also shows the document anew."""
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": message,
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }

    # -- what the corrections share ------------------------------------------------------------------

    @api.model
    def _check_open(self, record, names, move):
        """Refuse to change what is frozen once a document is posted; what joins notes to it is not.

        Odoo's own screen freezes the lines' texts, the type, the folio and the date.
        """
        frozen = record._name in ("account.move", "account.move.line") and not _NEVER_FROZEN.issuperset(names)
        if frozen and move.state != "draft":
            raise UserError(
                self.env._(
                    "%(document)s is posted. If it has not been sent to the SII yet, use “Reset to Draft”, "
                    "correct it and post it again; if it has been sent, mend it with a credit or debit note.",
                    document=move.display_name,
                )
            )

    @api.model
    def _describe(self, finding):
        """Return (field, record, present text, longest allowed) in words, for the form that asks."""
        if finding.fix == "reference_origin":
            return self.env._("Document it speaks of"), finding.move_id.display_name, False, 0
        if finding.fix == "folio_digits":
            folio = finding.move_id.l10n_latam_document_number or finding.move_id.name
            return self.env._("Folio"), finding.move_id.display_name, folio, 10
        target = self._require_target(finding)
        field, value = target.record._fields[target.field], target.record[target.field]
        current = value.display_name if field.type == "many2one" else value
        return field._description_string(self.env), target.record.display_name, current, target.limit or 0

    @api.model
    def _answer(self, finding, answer):
        """Carry out what a person answered to :meth:`_ask`."""
        self._check_fixable(finding)
        plans = {"reference_origin": self._plan_for_origin, "folio_digits": self._plan_for_folio}
        action = self._apply(finding, plans.get(finding.fix, self._plan_for_text)(finding, answer))
        # What opened the form shows the document anew when it closes.
        action["params"]["next"] = {"type": "ir.actions.act_window_close"}
        return action

    @api.model
    def _ask(self, finding, proposal=None, note=None):
        """Return the form that asks a person for the right value, with a proposal in it."""
        wizard = self.env["l10n_cl_ai.fix.wizard"].create(
            {"finding_id": finding.id, "value": proposal, "note": note}
        )
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Correct: %(field)s", field=wizard.label),
            "res_model": wizard._name,
            "res_id": wizard.id,
            "views": [(False, "form")],
            "target": "new",
        }

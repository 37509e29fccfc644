"""What an answer of the assistant proposes to write: who asked decides, within two days, and nobody else."""

from datetime import timedelta

from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import LazyTranslate, html2plaintext, plaintext2html

from . import ai_toolbox_propose  # noqa: F401 - what it uses is defined first
from .ai_action_fields import stored
from .ai_toolbox_propose import NOTABLE, PROPOSABLE
from .kept import DELETE, Keeping

_lt = LazyTranslate(__name__)

KINDS = [("values", "New values"), ("note", "Note"), ("activity", "Activity")]
STATES = [("open", "To decide"), ("applied", "Applied"), ("discarded", "Discarded"), ("expired", "Expired")]
#: Hours to decide.
HOURS = 48
_TODO = "mail.mail_activity_data_todo"


class AiChatProposal(models.Model):
    """Rows are written by methods only; what they hold, with the rights of who applies it, if it still holds."""

    _name = "l10n_cl_ai.chat.proposal"
    _inherit = "l10n_cl_ai.evidence"
    _description = "Proposal of the Assistant"
    _order = "id"
    _l10n_cl_ai_kept = (
        Keeping(
            "chat_proposals", _lt("Proposals of the assistant, after their time to decide"), days=90,
            date="expires_at", ended=(("state", "!=", "open"),),
            why=_lt("What was proposed to whom, and whether he applied it."),
            users=("user_id",), record=("res_model", "res_id"), texts=("note", "changes"),
            personal=("kind", "note", "changes", "state"),
            processing=("chat",), erase=DELETE, secret=True,
        ),
    )  # fmt: skip

    company_id = fields.Many2one("res.company", required=True, readonly=True, index=True, ondelete="cascade")
    user_id = fields.Many2one("res.users", "Proposed to", required=True, readonly=True, index=True, ondelete="cascade")
    message_ref = fields.Integer("Answer", readonly=True, index=True)
    kind = fields.Selection(KINDS, required=True, readonly=True)
    res_model = fields.Char("Model", required=True, readonly=True)
    res_id = fields.Many2oneReference("Record", model_field="res_model", required=True, readonly=True)
    changes = fields.Json(
        readonly=True, help="{field: [value before, value after]}, of an activity what it is made of."
    )
    note = fields.Text(readonly=True)
    state = fields.Selection(STATES, required=True, readonly=True, default="open", index=True)
    expires_at = fields.Datetime("Holds until", required=True, readonly=True)
    decided_by = fields.Many2one("res.users", readonly=True, ondelete="set null")
    decided_at = fields.Datetime("Decided on", readonly=True)

    # -- making ----------------------------------------------------------------------------------------

    @api.model
    def _make(self, draft, user, company, message_ref):
        """Keep what a tool drafted for a user; return no row where there is nothing that he could apply.

        :param draft: ``chat.desk.Draft``, :param message_ref: id of the answer
        """
        mine = self.with_user(user).with_company(company)
        record = mine._record_of(draft.model, draft.res_id)
        allowed = PROPOSABLE if draft.kind == "values" else NOTABLE
        if not record or draft.model not in allowed or not record.has_access("write"):
            return self.browse()
        changes = mine._changes_of(draft, record)
        if draft.kind == "values" and not changes:
            return self.browse()
        # sudo: l10n_cl_ai.chat.proposal - rows are written by methods only, for who was just looked at
        return self.sudo().create({
            "company_id": company.id, "user_id": user.id, "message_ref": message_ref, "kind": draft.kind,
            "res_model": draft.model, "res_id": draft.res_id, "changes": changes, "note": draft.text or False,
            "expires_at": fields.Datetime.now() + timedelta(hours=HOURS),
        }).sudo(False)  # fmt: skip

    @api.model
    def _changes_of(self, draft, record):
        """Return what is kept of a draft: of values only what may be proposed and would change something."""
        if draft.kind != "values":
            return dict(draft.values)
        changes = {}
        for name, value in draft.values.items():
            if self.env["l10n_cl_ai.toolbox"]._why_not(record, name):
                continue
            html = record._fields[name].type == "html"
            after = (str(plaintext2html(value)) if html else value) if value else False
            if (before := draft.before.get(name)) != after and (before or after):
                changes[name] = [before, after]
        return changes

    @api.model
    def _record_of(self, model_name, res_id):
        model = self.env.get(model_name)
        return model.browse(res_id).exists() if model is not None else self.browse()

    def _record(self):
        self.ensure_one()
        return self._record_of(self.res_model, self.res_id)

    # -- showing ---------------------------------------------------------------------------------------

    def _to_client(self):
        """Return the proposal as the panel shows it, in the user's language and with his rights."""
        self.ensure_one()
        record = self._record()
        seen = bool(record) and record.has_access("read")
        late = self.state == "open" and self.expires_at <= fields.Datetime.now()
        return {
            "id": self.id,
            "title": self._title(record if seen else None),
            "state": "expired" if late else self.state,
            "expires": f"{self.expires_at.isoformat(timespec='seconds')}Z",
            "changes": self._shown_changes(record) if seen else [],
            "note": (self.note or "") if seen else "",
        }

    def _title(self, record):
        name = record.display_name if record is not None else self.env._("(no access)")
        return {
            "values": self.env._("Change %(record)s", record=name),
            "note": self.env._("Note on %(record)s", record=name),
            "activity": self.env._("Activity on %(record)s", record=name),
        }[self.kind]

    def _shown_changes(self, record):
        """Return rows of label, before and after, as plain text."""
        if self.kind == "activity":
            made = self.changes or {}
            # sudo: res.users - the name of who is to do it, who may be gone from the user's sight
            user = self.env["res.users"].sudo().browse(made.get("user_id")).exists()
            rows = [(self.env._("What"), made.get("summary")), (self.env._("By"), made.get("date_deadline")),
                    (self.env._("For"), user.name)]  # fmt: skip
            return [{"label": label, "before": "", "after": after or ""} for label, after in rows]
        return [
            {"label": record._fields[name]._description_string(self.env), "before": _plain(record, name, before),
             "after": _plain(record, name, after)}
            for name, (before, after) in (self.changes or {}).items() if self.kind == "values"
        ]  # fmt: skip

    # -- deciding --------------------------------------------------------------------------------------

    def action_apply(self):
        """Write what is proposed, as the user it was proposed to."""
        self.ensure_one()
        self._take_up()
        if self.expires_at <= fields.Datetime.now():
            raise UserError(self.env._("The proposal has expired. Ask again."))
        record = self._record().with_company(self.company_id)
        if not record:
            raise UserError(self.env._("The record was deleted."))
        record.check_access("write")
        {"values": self._apply_values, "note": self._apply_note, "activity": self._apply_activity}[self.kind](record)
        self._decide("applied")

    def action_discard(self):
        """Say that it is not wanted. Nothing is written on the record."""
        self.ensure_one()
        self._take_up()
        self._decide("discarded")

    def _take_up(self):
        """Refuse who is not the person asked, and what is decided already; lock the row."""
        self.env["l10n_cl_ai.proposal"]._check_person()
        self.check_access("read")
        if self.user_id != self.env.user:
            raise AccessError(self.env._("Only who asked can decide upon it."))
        # sudo: l10n_cl_ai.chat.proposal - rows are written by methods only
        self.sudo().lock_for_update()
        self.invalidate_recordset()
        if self.state != "open":
            raise UserError(self.env._("This was decided upon already."))

    def _apply_values(self, record):
        changes = self.changes or {}
        for name, (before, _after) in changes.items():
            if why := self.env["l10n_cl_ai.toolbox"]._why_not(record, name):
                label = record._fields[name]._description_string(self.env)
                raise UserError(self.env._("“%(field)s” cannot be written: %(why)s.", field=label, why=why))
            if stored(record, record._fields[name]) != before:
                raise UserError(self.env._("The record was changed since. Ask again."))
        shown = self._shown_changes(record)
        record.write({name: after for name, (_before, after) in changes.items()})
        items = Markup().join(
            Markup("<li>%s: %s → %s</li>") % (row["label"], row["before"] or "—", row["after"] or "—") for row in shown
        )
        record._message_log(body=Markup("<p>%s</p><ul>%s</ul>") % (self._logged(), items))

    def _apply_note(self, record):
        # As a log: it notifies nobody and sets off no mail. Its text is escaped.
        record._message_log(body=Markup("<p>%s</p>%s") % (self._logged(), plaintext2html(self.note or "")))

    def _apply_activity(self, record):
        made = self.changes or {}
        user = self.env["res.users"].browse(made.get("user_id")).exists()
        # sudo: res.users - in which companies he works decides, whoever may read that
        if not user.active or user.share or self.company_id not in user.sudo().company_ids:
            raise UserError(self.env._("Who is to do it does not work in the company any more."))
        record.activity_schedule(
            _TODO,
            date_deadline=fields.Date.to_date(made["date_deadline"]),
            summary=made["summary"],
            note=plaintext2html(self.note) if self.note else False,
            user_id=user.id,
        )
        record._message_log(body=Markup("<p>%s %s</p>") % (self._logged(), made["summary"]))

    def _logged(self):
        return self.env._("Proposed by the assistant, applied by %(user)s:", user=self.env.user.name)

    def _decide(self, state):
        # sudo: l10n_cl_ai.chat.proposal - rows are written by methods only; the callers have looked at who it is
        self.sudo().write({"state": state, "decided_by": self.env.uid, "decided_at": fields.Datetime.now()})

    # -- housekeeping ----------------------------------------------------------------------------------

    @api.autovacuum
    def _expire(self):
        """Close what nobody decided upon in time."""
        now = fields.Datetime.now()
        # sudo: l10n_cl_ai.chat.proposal - time passes for all of them
        self.sudo().search([("state", "=", "open"), ("expires_at", "<=", now)]).write({"state": "expired"})


def _plain(record, name, value):
    if not value:
        return ""
    return html2plaintext(value).strip() if record._fields[name].type == "html" else str(value)

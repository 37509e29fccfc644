"""What the AI proposes to write on a record, and what becomes of it: a person decides, nobody else."""

from datetime import timedelta
from textwrap import shorten

import psycopg2.errors

from odoo import api, fields, models
from odoo.tools import LazyTranslate, plaintext2html

from .ai_action_fields import stored
from .ai_queued import OPEN, NotAsked
from .ir_actions_server import APPLYING, MODES
from .kept import DELETE, Keeping

_lt = LazyTranslate(__name__)

DECISIONS = [
    ("open", "To decide"),
    ("applied", "Applied"),
    ("discarded", "Discarded"),
    ("expired", "Expired"),
    ("noted", "Posted as a note"),
    ("nothing", "Nothing to change"),
]
OWN_REASONS = {
    "changed": _lt("The record, or what the action sends of it, was changed while it waited. Run the action again."),
    "not_allowed": _lt(
        "The action sends, or proposes, a field that the feature may not send any more. An administrator has to review "
        "the action or the list of the feature."
    ),
    "no_choices": _lt("There is nothing to choose from for this record."),
    "no_form": _lt("The fields of the action make no question. An administrator has to review the action."),
    "no_action": _lt("The action was deleted, or is of another type now."),
}
#: Letters of a value in a list; the form shows all of it.
_SHOWN = 120


class AiProposal(models.Model):
    """Made by a server action and written by the queue; what it proposes is applied with the rights of who applies it.

    Its texts may tell of a record that who sees the proposal may not read: they are shown to who may read that.
    """

    _name = "l10n_cl_ai.proposal"
    _inherit = "l10n_cl_ai.queued"
    _description = "Proposal of the AI"
    _order = "id desc"
    _l10n_cl_ai_kept = (
        Keeping(
            "proposals_void", _lt("Proposals of the AI that came to nothing"), days=30, date="finished_at",
            domain=(("state", "in", ("not_evaluated", "cancelled")),), why=_lt("So that it can be seen why."),
            users=("user_id",), record=("res_model", "res_id"), texts=("rationale_kept",),
            personal=("action_name", "state", "finished_at"),
            processing=("server_action",), erase=DELETE,
        ),
        Keeping(
            "proposals", _lt("Proposals of the AI, after they were decided upon"), days=1095, date="finished_at",
            domain=(("state", "not in", ("not_evaluated", "cancelled")),),
            ended=(("state", "=", "done"), ("decision", "!=", "open")),
            why=_lt("Who decided what upon a proposal, and what the record held before."),
            users=("user_id", "responsible_id", "decided_by"), record=("res_model", "res_id"),
            texts=("rationale_kept",), personal=("action_name", "decision", "decided_at", "rationale_kept"),
            processing=("server_action",), erase=DELETE,
        ),
    )  # fmt: skip

    action_id = fields.Many2one("ir.actions.server", readonly=True, ondelete="set null", index=True)
    action_name = fields.Char("Asked by action", readonly=True)
    mode = fields.Selection(MODES, readonly=True, required=True, default="propose")
    res_model = fields.Char("Model", readonly=True, required=True)
    res_id = fields.Many2oneReference("Record", model_field="res_model", readonly=True, required=True)
    res_name = fields.Char("Record name", compute="_compute_texts")
    responsible_id = fields.Many2one("res.users", "Called to decide", readonly=True, ondelete="set null")
    digest = fields.Char(readonly=True, groups=fields.NO_ACCESS)
    line_ids = fields.One2many("l10n_cl_ai.proposal.line", "proposal_id", "Changes", readonly=True)
    decision = fields.Selection(DECISIONS, readonly=True, index=True)
    expires_at = fields.Datetime("Holds until", readonly=True)
    decided_by = fields.Many2one("res.users", readonly=True, ondelete="set null")
    decided_at = fields.Datetime("Decided on", readonly=True)
    rationale_kept = fields.Text(readonly=True, groups=fields.NO_ACCESS)
    rationale = fields.Text("What it rests on", compute="_compute_texts")
    changes = fields.Text("What changes", compute="_compute_changes")

    _open_uniq = models.UniqueIndex(
        "(action_id, res_model, res_id) WHERE state IN ('queued', 'running') OR decision = 'open'",
        "There is a proposal for this record already.",
    )
    _record_idx = models.Index("(res_model, res_id)")

    @api.depends("res_model", "res_id", "rationale_kept")
    @api.depends_context("uid", "lang", "allowed_company_ids")
    def _compute_texts(self):
        for proposal in self:
            record = proposal._record()
            seen = bool(record) and record.has_access("read")
            proposal.res_name = self._naming(record) if seen else self.env._("(no access)")
            # sudo: l10n_cl_ai.proposal - who may read the record may read what is said of it
            proposal.rationale = proposal.sudo().rationale_kept if seen else False

    @api.model
    def _naming(self, record):
        """Return the name of a record, and whom it concerns: drafts of invoices all have the same name."""
        field = record._fields.get("partner_id")
        concerned = record.partner_id if field and field.comodel_name == "res.partner" else self.env["res.partner"]
        return " · ".join([record.display_name, *concerned._filtered_access("read").mapped("display_name")])

    @api.depends("line_ids.after_text")
    @api.depends_context("uid", "lang", "allowed_company_ids")
    def _compute_changes(self):
        for proposal in self:
            proposal.changes = "\n".join(
                f"{line.label}: {shorten(line.before_text or '—', _SHOWN)} → {shorten(line.after_text or '—', _SHOWN)}"
                for line in proposal.line_ids
            )

    @api.depends("res_name", "action_name")
    def _compute_display_name(self):
        for proposal in self:
            proposal.display_name = f"{proposal.action_name or ''} · {proposal.res_name or ''}"

    def _record(self):
        """Return the record it is about, with the current user's rights; no record where it is gone."""
        self.ensure_one()
        model = self.env.get(self.res_model)
        return model.browse(self.res_id).exists() if model is not None else self.env["l10n_cl_ai.proposal"]

    # -- making ----------------------------------------------------------------------------------------

    @api.model
    def _request(self, action, records):
        """Queue a question about each record that waits for none already, in the user's name; return the rows.

        :param action: with the rights to read it
        """
        self._expire()
        user = action.l10n_cl_ai_responsible_id if self.env.su and action.l10n_cl_ai_responsible_id else self.env.user
        taken = set(self._waiting_for(action, records))
        fresh = records.filtered(lambda record: record.id not in taken)
        return self._put([self._prepare_request_vals(action, record, user) for record in fresh])

    @api.model
    def _prepare_request_vals(self, action, record, user):
        company = self._company_of(record)
        feature = self.env["l10n_cl_ai.feature"]._for("server_action", company)
        handler = self.env["l10n_cl_ai.action.handler"].with_company(company)
        return {
            "action_id": action.id,
            "action_name": action.name,
            "mode": action.l10n_cl_ai_mode or "propose",
            "responsible_id": action.l10n_cl_ai_responsible_id.id,
            "res_model": record._name,
            "res_id": record.id,
            "company_id": company.id,
            "user_id": user.id,
            "digest": handler._digest(action, record.with_company(company)),
            **({} if feature else self._prepare_disabled_vals()),
        }

    @api.model
    def _prepare_disabled_vals(self):
        return {"state": "not_evaluated", "reason": "disabled", "finished_at": fields.Datetime.now()}

    @api.model
    def _company_of(self, record):
        # sudo: any record - its company decides whose budget and acceptance count, whoever runs the action
        company = record.sudo()["company_id"] if "company_id" in record._fields else None
        return company if company and company._name == "res.company" else self.env.company

    @api.model
    def _waiting_for(self, action, records):
        """Return the ids of records for which the action asks, or waits for a decision, already."""
        # sudo: l10n_cl_ai.proposal - one proposal a record, whoever asked for it
        open_ones = self.sudo().search(
            [("action_id", "=", action.id), ("res_model", "=", records._name), ("res_id", "in", records.ids),
             "|", ("state", "in", OPEN), ("decision", "=", "open")]
        )  # fmt: skip
        return open_ones.mapped("res_id")

    @api.model
    def _put(self, vals_list):
        """Queue these questions, but those that another transaction has put there in the same moment."""
        try:
            with self.env.cr.savepoint():
                return self._enqueue(vals_list)
        except psycopg2.errors.UniqueViolation:
            if len(vals_list) == 1:
                return self.browse()
        return self.browse().union(*(self._put([vals]) for vals in vals_list))

    def _notification(self, already):
        """Return what tells a person at the screen what was put into the queue."""
        # sudo: l10n_cl_ai.proposal - how many were made, told to who made them
        rows = self.sudo()
        waiting = len(rows.filtered(lambda row: row.state == "queued"))
        if waiting:
            message = self.env._("Questions to the AI: %(count)s. You are told when they are answered.", count=waiting)
        else:
            message = next((row.reason_message for row in rows if row.reason), self.env._("Nothing was asked."))
        if already:
            message += " " + self.env._("Records that have a proposal already: %(count)s.", count=already)
        return {"type": "ir.actions.client", "tag": "display_notification",
                "params": {"type": "info" if waiting else "warning", "message": message,
                           "next": {"type": "ir.actions.act_window_close"}}}  # fmt: skip

    # -- queue -----------------------------------------------------------------------------------------

    @api.model
    def _own_reasons(self):
        return {**super()._own_reasons(), **OWN_REASONS}

    def _notice(self):
        return {**super()._notice(), "decision": self.decision}

    def _l10n_cl_ai_ask(self):
        # sudo: ir.actions.server - what is asked is the administrator's, in whose name ever it is asked
        action = self.sudo().action_id
        if not action or action.state != "l10n_cl_ai_ask":
            raise NotAsked("no_action")
        record = self._record()
        if not record:
            raise NotAsked("gone")
        record.check_access("read")
        if self._company_of(record) != self.company_id and "company_id" in record._fields and record.company_id:
            raise NotAsked("changed")
        handler = self.env["l10n_cl_ai.action.handler"]
        # sudo: l10n_cl_ai.proposal - the digest is the queue's own
        if handler._digest(action, record) != self.sudo().digest:
            raise NotAsked("changed")
        return handler._question(action, record)

    def _l10n_cl_ai_take(self, answer):
        filled = answer.value if answer is not None and answer.evaluated and not answer.abstained else None
        record = self._record().with_company(self.company_id)
        if filled is None or not record:
            return
        self.rationale_kept = filled.reason
        if self.mode == "note":
            self.with_context(lang=self.user_id.lang)._post(record, filled.values["note"])
            return
        now, proposed = fields.Datetime.now(), self._proposed(record, filled.values)
        self.env["l10n_cl_ai.proposal.line"].create(
            [{"proposal_id": self.id, "name": name, "before": before, "after": after}
             for name, (before, after) in proposed.items()]
        )  # fmt: skip
        days = timedelta(days=self.action_id.l10n_cl_ai_days or 7)
        self.write({"decision": "open" if proposed else "nothing", "expires_at": now + days})
        if proposed:
            self._call(record)

    @api.model
    def _proposed(self, record, values):
        """Return {field: (before, after)} of what would change, as JSON holds it."""
        found = {}
        for name, value in values.items():
            field = record._fields[name]
            before, after = stored(record, field), value
            if field.type == "html":
                after = str(plaintext2html(value)) if value else False
            elif field.type == "many2one":
                after = int(value)
            elif field.type == "date":
                after = value.isoformat()
            if after != before and (after or before):
                found[name] = ([before], [after])
        return found

    def _post(self, record, text):
        """Write the answer into the chatter: escaped, and as a log that notifies nobody and sets off no mail."""
        label = self.env._("Answer of the AI to “%(action)s”, nobody has checked it:", action=self.action_name)
        asking = (*self.env.context.get(APPLYING, ()), self.action_id.id)
        record.with_context(**{APPLYING: asking})._message_log(body=plaintext2html(f"{label}\n\n{text}"))
        self.decision = "noted"

    def _call(self, record):
        """Give who is called to decide an activity on the record, if it can have one; one an action."""
        user, kind = self.responsible_id, "mail.mail_activity_data_todo"
        if not user.active or "activity_ids" not in record._fields:
            return
        summary = self.with_context(lang=user.lang)._summary()
        asking = (*self.env.context.get(APPLYING, ()), self.action_id.id)
        record = record.with_context(**{APPLYING: asking})
        if not record.activity_search([kind], user_id=user.id, additional_domain=[("summary", "=", summary)]):
            record.activity_schedule(kind, summary=summary, user_id=user.id)

    def _summary(self):
        return self.env._("Proposal of the AI: %(action)s", action=self.action_name)

    # -- housekeeping ----------------------------------------------------------------------------------

    @api.autovacuum
    def _expire(self):
        """Close what nobody decided upon in time."""
        # sudo: l10n_cl_ai.proposal - time passes for all of them
        late = self.sudo().search([("decision", "=", "open"), ("expires_at", "<=", fields.Datetime.now())])
        late.write({"decision": "expired"})

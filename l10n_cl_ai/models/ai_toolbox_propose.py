"""Tools that propose: they look, and write nothing. What they draft waits for a click of the user."""

from odoo import api, models
from odoo.fields import Domain
from odoo.tools import LazyTranslate, escape_psql

from ..chat.desk import Draft
from ..chat.tool import Refused, Result, tool
from . import ai_toolbox_show  # noqa: F401 - what it uses is defined first
from .ai_action_fields import REFUSALS, frozen, stored, target_refusal
from .ai_toolbox_show import DATE

_lt = LazyTranslate(__name__)

#: What may be proposed at all: words that say nothing to the SII.
PROPOSABLE = {
    "account.move": ("invoice_origin", "narration", "payment_reference", "ref"),
    "res.partner": ("comment",),
}
#: On what notes and activities may be proposed.
NOTABLE = ("account.move", "project.project", "res.partner")
_FIELDS = sorted({name for names in PROPOSABLE.values() for name in names})
#: Letters of a line, a text, a note; days ahead of an activity; drafts of one turn.
MOST_LINE, MOST_TEXT, MOST_DAYS, MOST_DRAFTS = 200, 2000, 366, 10
_RECORD = {"type": "string", "maxLength": 10, "description": "its key such as R3: look the record up first"}
_WAITS = "drafted, not written: it waits for a click of the user"


class AiToolbox(models.AbstractModel):
    _inherit = "l10n_cl_ai.toolbox"

    @tool(
        """Propose new text for a document (note at its foot, reference, origin, payment reference) or for the notes on
        a partner. Nothing is written: the user sees before and after, and decides.""",
        {
            "record": _RECORD,
            "field": {"type": "string", "enum": _FIELDS},
            "value": {
                "type": "string",
                "maxLength": MOST_TEXT,
                "description": "the whole new text; empty: to take it away",
            },
        },
        ["record", "field", "value"],
        step=_lt("Preparing a proposal…"),
        label=_lt("Propose texts"),
    )
    @api.model
    def _tool_propose_values(self, asked, desk):
        record, name, value = self._target(desk, asked["record"], PROPOSABLE), asked["field"], asked["value"]
        if why := self._why_not(record, name):
            raise Refused(f"{name} cannot be proposed: {why}")
        field = record._fields[name]
        if field.type == "char" and ("\n" in value or len(value) > MOST_LINE):
            raise Refused(f"{name}: one line of at most {MOST_LINE} letters")
        self._draft(desk, Draft("values", record._name, record.id, {name: value}, {name: stored(record, field)}))
        return Result({"note": _WAITS}, field._description_string(self.env))

    @tool(
        """Propose an internal note in the history (chatter) of a document, partner or project. Nothing is written: the
        user decides.""",
        {
            "record": _RECORD,
            "text": {"type": "string", "minLength": 1, "maxLength": MOST_TEXT, "description": "plain text"},
        },
        ["record", "text"],
        step=_lt("Preparing a note…"),
        label=_lt("Propose a note"),
    )
    @api.model
    def _tool_propose_note(self, asked, desk):
        record = self._target(desk, asked["record"], NOTABLE)
        self._draft(desk, Draft("note", record._name, record.id, text=asked["text"]))
        return Result({"note": _WAITS}, record.display_name)

    @tool(
        """Propose an activity (a task with a date) on a document, partner or project, for the user or for somebody else
        of the company. Nothing is written: the user decides.""",
        {
            "record": _RECORD,
            "summary": {"type": "string", "minLength": 1, "maxLength": 120},
            "date": {**DATE, "description": "by when"},
            "text": {"type": "string", "maxLength": MOST_TEXT, "description": "what is to be done, plain text"},
            "user": {
                "type": "string",
                "maxLength": 120,
                "description": "name of who does it; the user himself if not given",
            },
        },
        ["record", "summary", "date"],
        step=_lt("Preparing an activity…"),
        label=_lt("Propose an activity"),
    )
    @api.model
    def _tool_propose_activity(self, asked, desk):
        record = self._target(desk, asked["record"], NOTABLE)
        days = (asked["date"] - self._today()).days
        if not 0 <= days <= MOST_DAYS:
            raise Refused(f"date: from today up to {MOST_DAYS} days ahead")
        if "\n" in asked["summary"]:
            raise Refused("summary: one line")
        user = self._assignee(desk, asked["user"])
        values = {"summary": asked["summary"], "date_deadline": asked["date"].isoformat(), "user_id": user.id}
        desk.hide("name", user.name)
        self._draft(desk, Draft("activity", record._name, record.id, values, text=asked["text"] or ""))
        return Result({"note": _WAITS, "for": user.name}, record.display_name)

    # -- what may be proposed --------------------------------------------------------------------------

    @api.model
    def _target(self, desk, key, models_allowed):
        """Return the record that a key names, if the user may write it. :raises Refused: why not"""
        record = self._by_key(desk, key)
        if record is None:
            raise Refused("record: give the key of a record, such as R3; look it up first")
        if record._name not in models_allowed:
            raise Refused(f"{key}: nothing can be proposed on this kind of record")
        if not record.has_access("write"):
            raise Refused(f"{key}: the user may not write on this record")
        return record

    @api.model
    def _why_not(self, record, name):
        """Return in words why no value of a field may be proposed, or written, as the user; None if it may."""
        if name not in PROPOSABLE.get(record._name, ()):
            return self.env._("it is not among the fields that may be proposed")
        if word := target_refusal(record, name):
            return self.env._(REFUSALS[word])
        if not record._has_field_access(record._fields[name], "write"):
            return self.env._("you may not write it")
        return self.env._("the document is posted") if frozen(record, name) else None

    @api.model
    def _draft(self, desk, draft):
        if len(desk.drafts) >= MOST_DRAFTS:
            raise Refused("enough is proposed for one answer: let the user decide first")
        desk.propose(draft)

    @api.model
    def _assignee(self, desk, text):
        """Return the one user of the company that a name stands for; who asks, without one."""
        if not text:
            return self.env.user
        domain = Domain.AND([Domain("name", "ilike", escape_psql(word)) for word in text.split()])
        domain &= Domain("share", "=", False) & Domain("company_ids", "in", self.env.company.ids)
        found = self.env["res.users"].search(domain, limit=6)
        for user in found:
            desk.hide("name", user.name)
        if len(found) != 1:
            names = ", ".join(found.mapped("name"))
            raise Refused(f"user: {f'several have such a name: {names}' if found else 'nobody has such a name'}")
        return found

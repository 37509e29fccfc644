"""From a record and what an administrator configured to the question that an action asks."""

import hashlib
import json

from odoo import api, models

from ..llm import form, form_prompt
from ..llm.question import Ask
from . import ai_feature_handler  # noqa: F401 - what it inherits is defined first
from .ai_action_fields import plain, stored
from .ai_queued import NotAsked
from .record_names import private_names

#: What a note is asked for, where nothing of the record is filled in.
NOTE = form.Slot("note", form.Kind.TEXT, "The note that is shown beside the record.", required=True)


class AiActionHandler(models.AbstractModel):
    _name = "l10n_cl_ai.action.handler"
    _inherit = "l10n_cl_ai.feature.handler"
    _description = "Questions of Server Actions"

    @api.model
    def _question(self, action, record):
        """Return what an action asks about a record. Reads it with the rights of its environment's user.

        :param action: with the rights to read it; its settings are the administrator's
        :raise NotAsked: a field may not be sent or proposed any more, or there is nothing to choose from
        """
        inputs, outputs = action.l10n_cl_ai_input_ids, action._l10n_cl_ai_outputs()
        if action._l10n_cl_ai_refusals():
            raise NotAsked("not_allowed")
        slots, offered, omitted = self._form(outputs, record)
        slots = slots or [NOTE]
        if form.problems(slots):
            raise NotAsked("no_form")
        values, lines, private = self._sent(inputs, record, action.l10n_cl_ai_line_limit)
        for records in offered.values():
            private += private_names(records)
        return Ask(
            feature="server_action",
            system=form_prompt.system(action.l10n_cl_ai_instructions or "", slots),
            content=form_prompt.content(values, lines, self._words(outputs, offered), omitted),
            schema=form.schema(slots),
            parse=form.reader(slots),
            record=record,
            private=private,
        )

    @api.model
    def _form(self, outputs, record):
        """Return (slots, {field: records offered}, what is left out) of what is to be filled in."""
        slots, offered, omitted = [], {}, []
        for line in outputs:
            name, records = line.field_id.name, line._choices(record) if line.relation else None
            if records is not None:
                if len(records) > form.MOST_CHOICES:
                    records = records[: form.MOST_CHOICES]
                    omitted.append(f"choices of {name}: those beyond {form.MOST_CHOICES}")
                if not records and not line.required:
                    omitted.append(f"{name}: nothing to choose from")
                    continue
                if not records:
                    raise NotAsked("no_choices")
                offered[name] = records
            slots.append(line._slot(record, records))
        if outputs and not slots:
            raise NotAsked("no_choices")
        return slots, offered, omitted

    @api.model
    def _words(self, outputs, offered):
        """Return {field: {key: words}} of the records offered, in the field that may be sent of them."""
        labels = {line.field_id.name: line._label_field() for line in outputs if line.relation}
        return {
            name: {str(record.id): str(record[labels[name]] or "") for record in records}
            for name, records in offered.items()
        }

    @api.model
    def _sent(self, inputs, record, line_limit):
        """Return ({label: value}, rows of lines, names to mask) of what the inputs say is sent of a record."""
        values, many, private = {}, {}, ()
        for line in inputs:
            path = line._path()
            if path.many:
                many.setdefault(path.many, []).append((line.label, path))
            else:
                private += self._names_on(record, path.hops)
                values[line.label] = self._value(record, path.hops, path.field)
        blocks = []
        for name, paths in many.items():
            lines = record[name]
            private += private_names(lines)
            rows = []
            for one in lines[:line_limit]:
                for _label, path in paths:
                    private += self._names_on(one, path.hops[1:])
                rows.append({label: self._value(one, path.hops[1:], path.field) for label, path in paths})
            blocks.append(form_prompt.Rows(name, rows, max(len(lines) - line_limit, 0)))
        return values, blocks, tuple(dict.fromkeys(private))

    @api.model
    def _value(self, record, hops, field):
        for name in hops:
            record = record[name]
        return plain(record, field) if record else None

    @api.model
    def _names_on(self, record, hops):
        """Return the names to mask of the records on the way to a value."""
        found = ()
        for name in hops:
            record = record[name]
            found += private_names(record)
        return found

    @api.model
    def _snapshot(self, outputs, record):
        """Return {field: value} of what is to be filled in, as it is compared later."""
        names = outputs.mapped("field_id.name")
        return {name: stored(record, record._fields[name]) for name in names if name in record._fields}

    @api.model
    def _digest(self, action, record):
        """Return what changes when what is sent of a record, or what would be overwritten, changes.

        Only a hash leaves here, and it is the same whoever compares: it is read as root, as seen from one company.
        """
        # sudo: any record - nothing of it is shown, see above
        record = record.with_env(self.env(su=True, context={"allowed_company_ids": self.env.company.ids}))
        inputs = action.l10n_cl_ai_input_ids.filtered(lambda line: not isinstance(line._path(), str))
        values, lines, _private = self._sent(inputs, record, action.l10n_cl_ai_line_limit)
        rows = [[block.label, list(block.rows), block.more] for block in lines]
        content = [values, rows, self._snapshot(action._l10n_cl_ai_outputs(), record)]
        return hashlib.sha256(json.dumps(content, sort_keys=True, default=str).encode()).hexdigest()

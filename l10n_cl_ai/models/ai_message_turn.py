"""A turn of the assistant in the database: what it is asked with, and what is kept of it meanwhile."""

import json
from datetime import timedelta
from decimal import Decimal, InvalidOperation

from odoo import fields, models
from odoo.tools import SQL, config

from ..chat import memory, prompt
from ..chat.desk import Desk
from ..chat.turn import Caps
from ..llm.question import Private
from ..llm.thread import Thread
from . import ai_message  # noqa: F401 - what it extends is defined first
from .ai_action_fields import plain
from .ai_message import LEASE
from .ai_toolbox_show import ROWS
from .chat_runner import Prepared
from .move_facts import chilean_day
from .record_names import private_names

#: Seconds of a whole turn at most, and kept of Odoo's own limit on a request.
MOST_SECONDS, _RESERVE = 180.0, 10.0
#: Letters of the user's own questions, the newest, that an answer may repeat without a source.
MOST_GIVEN = 60_000
#: Tokens of earlier exchanges that are sent again, unless the administrator says otherwise.
MEMORY_TOKENS = 30_000
#: Letters of a filter that are told of.
_MOST_FILTER = 500
#: Signs of JSON that stand beside names.
_SPACED = str.maketrans('"[]', "   ")


class AiMessage(models.Model):
    _inherit = "l10n_cl_ai.message"

    # -- before ----------------------------------------------------------------------------------------

    def _prepare_turn(self):
        """Read all that a turn needs (``chat_runner.Prepared``), with the rights of who asks."""
        self.ensure_one()
        conversation = self.conversation_id
        # sudo: l10n_cl_ai.message, l10n_cl_ai.conversation - the user's own, and of them what nobody reads
        question, kept = self.question_id.sudo(), conversation.sudo().memory or {}
        agent = self.env["l10n_cl_ai.agent"]._pick(self.agent_code)
        toolbox = self.env["l10n_cl_ai.toolbox"]
        names = agent._tool_names()
        tools, system = toolbox._definitions(names), prompt.system(agent._instructions())
        desk = Desk.from_json(kept.get("desk") or {})
        content = question._content(desk)
        # A filter on screen may name somebody as well.
        filtered = json.dumps((question.screen or {}).get("domain") or "", ensure_ascii=False).translate(_SPACED)
        self._hide_named(desk, question.text, filtered, *(text for _name, text, _names in question.attached or []))
        epoch, exchanges, summary = self._exchanges(kept)
        seal = memory.seal_of(self._model_stamp(), system, tools, epoch)
        turns = memory.replay(exchanges, seal, summary)
        return Prepared(
            system=system, content=content, tools=tools, tool_names=frozenset(names),
            labels=toolbox._steps([*names, ""]), topics=tuple(agent.topic_ids.ids),
            thread=Thread(turns, kept.get("masker"), desk.private), desk=desk, seal=seal, caps=self._caps(),
            seconds=self._seconds(), given=self._given(),
        )  # fmt: skip

    def _hide(self, desk, private):
        for one in private:
            desk.hide(one.kind, one.text)

    def _hide_named(self, desk, *texts):
        """Have partners masked that the user, or a file of his, names."""
        for text in texts:
            named = self.env["res.partner"]._l10n_cl_ai_named_in(text)
            self._hide(desk, [Private("name", name) for name in named])

    def _model_stamp(self):
        """Return what of the feature's settings thoughts are bound to."""
        settings = self.env["l10n_cl_ai.feature"]._settings("chat", self.company_id)
        return [str(settings.models[:1]), settings.prompt_version] if settings else []

    def _earlier(self):
        """Return the answers before this one that are sent again."""
        rows = self.conversation_id.message_ids.filtered(lambda row: row.role == "assistant" and row.active)
        return rows.filtered(lambda row: row.id < self.id).sorted("id")

    def _exchanges(self, kept):
        """Return (how often it was compacted, what is sent whole, what is told in short)."""
        # sudo: l10n_cl_ai.message - the user's own; what was sent is read by nobody
        rows = self._earlier().sudo().filtered(lambda row: row.turns and row.id > kept.get("told_up_to", 0))
        exchanges = [memory.Exchange(json.loads(row.turns), row.seal or "") for row in rows]
        summary, epoch = kept.get("summary", ""), kept.get("epoch", 0)
        old = memory.compacted(exchanges, self._number("l10n_cl_ai.chat_tokens", MEMORY_TOKENS))
        if old:
            summary, epoch = memory.summary_of(exchanges[:old], summary), epoch + 1
            # sudo: l10n_cl_ai.conversation - the user's own
            self.conversation_id.sudo().memory = {
                **kept, "summary": summary, "epoch": epoch, "told_up_to": rows[old - 1].id,
            }  # fmt: skip
        return epoch, exchanges[old:], summary

    def _content(self, desk):
        """Return the question as it is asked: what is on screen, the files, and the user's words."""
        today = chilean_day(fields.Datetime.now()).isoformat()
        attached = self.attached or []
        for _name, _text, names in attached:
            self._hide(desk, [Private("name", name) for name in names])
        files = []
        for name, text, _names in attached:
            key = desk.cite("file", "", 0, name, text)
            files.append((f"[{key}] {name}", text))
        return prompt.question(self.text, today, self._screen_data(desk), files)

    def _screen_data(self, desk):
        """Return what is on screen, as far as the feature may send it and the user may read it."""
        screen = self.screen
        model = self.env.get(screen["model"]) if screen else None
        if model is None:
            return None
        told = {
            "model": screen["model"],
            "what": self.env["ir.model"]._get(screen["model"]).name,
            "view": screen["view"],
        }
        records = model.browse(screen["ids"]).exists()._filtered_access("read")
        desk.screen = screen
        if len(records) != 1:
            shown = json.dumps(screen["domain"] or "", ensure_ascii=False)[:_MOST_FILTER]
            return {**told, "filter": shown, "selected": screen["count"], **self._selected(desk, records)}
        self._hide(desk, private_names(records))
        values = self._allowed_values(records)
        text = "\n".join(f"{name}: {value}" for name, value in values.items())
        self._hide_named(desk, f"{screen['name']}\n{text}")
        key = desk.cite("record", records._name, records.id, screen["name"], f"{screen['name']}\n{text}")
        return {**told, "id": records.id, "key": key, "name": screen["name"], "fields": values}

    def _selected(self, desk, records):
        """Return {rows, more} of what is selected, each with the key by which tools take it."""
        if not records or not self.env["l10n_cl_ai.feature"]._for("chat", self.company_id):
            return {}
        toolbox = self.env["l10n_cl_ai.toolbox"]
        self._hide(desk, private_names(records[:ROWS]))
        return toolbox._rows(desk, records[:ROWS], toolbox._teller(records), self.screen["count"])

    def _allowed_values(self, record):
        feature = self.env["l10n_cl_ai.feature"]._for("chat", self.company_id)
        # sudo: l10n_cl_ai.feature - which fields may leave is a setting that everybody's questions keep to
        allowed = feature.sudo()._allowed() if feature else ()
        names = [name for name in record._fields if f"{record._name}.{name}" in allowed]
        return {
            name: value for name in sorted(names)
            if record._has_field_access(record._fields[name], "read")
            and (value := plain(record, record._fields[name])) not in (None, False, "")
        }  # fmt: skip

    def _given(self):
        """Return what the user himself wrote, which an answer may repeat without a source."""
        rows = self.conversation_id.message_ids.filtered(lambda row: row.role == "user" and row.active)
        given, room = [chilean_day(fields.Datetime.now()).isoformat()], MOST_GIVEN
        for row in rows.sorted("id", reverse=True):
            room -= len(row.text or "")
            if room < 0:
                break
            given.append(row.text or "")
        return given

    def _caps(self):
        return Caps(rounds=self._number("l10n_cl_ai.chat_rounds", 8), usd=self._decimal("l10n_cl_ai.chat_turn_usd"))

    def _seconds(self):
        limit = config["limit_time_real"]
        return min(MOST_SECONDS, max(5.0, limit - _RESERVE)) if limit > 0 else MOST_SECONDS

    def _parameter(self, name):
        # sudo: ir.config_parameter - limits are no secret, and bind who may not read them
        return self.env["ir.config_parameter"].sudo().get_param(name, "")

    def _number(self, name, otherwise):
        text = self._parameter(name)
        return int(text) if text.isascii() and text.isdigit() and 0 < int(text) < 10**7 else otherwise

    def _decimal(self, name):
        try:
            value = Decimal(self._parameter(name) or "0.50")
        except InvalidOperation:
            value = Decimal("0.50")
        return value if value.is_finite() and value > 0 else Decimal("0.50")

    # -- meanwhile -------------------------------------------------------------------------------------

    def _keep_turns(self, turns, seal):
        # sudo: l10n_cl_ai.message - rows are written by methods only
        self.sudo().write({"turns": json.dumps(turns, ensure_ascii=False), "seal": seal})

    def _beat(self, states, seconds):
        """Say that answers are alive, keep what there is of them, and return what others want of them.

        :param states: {id: what is kept, None for what is kept already}
        :return: {id: kinds of signals}
        """
        column = self._fields["live"]
        self.env.cr.execute(
            SQL(
                """
                UPDATE l10n_cl_ai_message AS message
                   SET live = coalesce(given.live, message.live), lease_until = now() AT TIME ZONE 'UTC' + %s
                  FROM (VALUES %s) AS given(id, live)
                 WHERE message.id = given.id AND message.status = 'running'
                """,
                timedelta(seconds=LEASE),
                SQL(", ").join(
                    SQL("(%s, %s::jsonb)", message_id, state and column.convert_to_column(state, self))
                    for message_id, state in sorted(states.items())
                ),
            )
        )
        rows = self.env.execute_query(
            SQL(
                """
                SELECT message_id, array_agg(DISTINCT kind) FROM l10n_cl_ai_chat_signal
                 WHERE message_id = ANY(%s) AND (kind = 'stop' OR create_date > now() AT TIME ZONE 'UTC' - %s)
                 GROUP BY message_id
                """,
                list(states),
                timedelta(seconds=seconds + 3),
            )
        )
        return dict(rows)

    def _followed(self, message_id, sign):
        """Return what is kept of an answer that another process writes, or the message once it is complete.

        :param sign: tell the other process that somebody reads along
        """
        message = self.search([("id", "=", message_id), ("user_id", "=", self.env.uid)])
        # sudo: l10n_cl_ai.message - of the user's own, as just looked up
        message.sudo()._give_up_dead()
        if message.status != "running":
            return {"final": message._final() if message else {}}
        if sign:
            self.env["l10n_cl_ai.chat.signal"]._send(message, "read")
        return {"text": "", "steps": [], "keys": [], **(message.sudo().live or {})}

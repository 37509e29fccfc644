"""Tools: what the rules find, what they say, and what codes of the SII mean."""

from odoo import api, models
from odoo.fields import Domain
from odoo.tools import LazyTranslate, escape_psql

from ..chat.tool import Result, as_text, tool
from ..dte import answer_code
from ..dte.explain import UNKNOWN, explain
from ..dte.tables import load
from . import ai_toolbox_invoice  # noqa: F401 - what it uses is defined first
from .ai_rule import ACTIONS
from .ai_toolbox_invoice import SIDES
from .ai_toolbox_show import DATE, ROWS

_lt = LazyTranslate(__name__)

_EXAMPLES = 3
_RULE = {
    "rule": "code", "title": "name", "severity": "company_action", "sii": "sii_effect", "source": "source",
    "whose_word": "basis", "likely_sii_code": "likely_sii_code",
}  # fmt: skip
_KINDS = ["accepted", "reparo", "rejected", "claim"]


class AiToolbox(models.AbstractModel):
    _inherit = "l10n_cl_ai.toolbox"

    @tool(
        """What the last checks of the company's DTEs by our rules found and still stands, by rule, the gravest first,
        with some of the documents. Documents that were never checked are only counted.""",
        {
            "kind": {"type": "string", "enum": list(SIDES)},
            "date_from": {**DATE, "description": "date of issue of the documents"},
            "date_to": DATE,
            "severity": {"type": "string", "enum": [key for key, _label in ACTIONS]},
            "rule": {"type": "string", "maxLength": 40, "description": "code of a rule, as F04"},
        },
        step=_lt("Looking at findings…"),
        label=_lt("Findings in DTEs"),
    )
    @api.model
    def _tool_dte_findings(self, asked, desk):
        moves = self._checked_domain(asked)
        domain = Domain("move_id", "any", moves) & Domain("validation_id.is_last", "=", True)
        for key, name in (("severity", "action"), ("rule", "rule_code")):
            if asked[key]:
                domain &= Domain(name, "=", asked[key])
        groups = self.env["l10n_cl_ai.finding"]._read_group(
            domain, ["rule_id", "action"], ["__count", "move_id:array_agg_distinct", "weight:max"]
        )
        groups.sort(key=lambda group: (-group[4], -group[2], group[0].code))
        rows = self._rule_rows(desk, groups)
        documents = {id_ for group in groups for id_ in group[3]}
        unchecked = self.env["account.move"].search_count(moves & Domain("l10n_cl_ai_state", "=", "unchecked"))
        data = {"documents_with_findings": len(documents), "documents_never_checked": unchecked, **rows}
        return Result(data, self.env._("%(count)s rules", count=len(groups)))

    @api.model
    def _checked_domain(self, asked):
        types = SIDES[asked["kind"]] if asked["kind"] else SIDES["sale"] + SIDES["purchase"]
        domain = Domain("move_type", "in", types) & Domain("company_id", "=", self.env.company.id)
        domain &= Domain("state", "!=", "cancel")
        return domain & self._between("invoice_date", asked["date_from"], asked["date_to"])

    @api.model
    def _rule_rows(self, desk, groups):
        """Return {rows, more} of findings by rule, each with keys of some documents."""
        rules, of_rule = self.env["l10n_cl_ai.rule"].browse(), {}
        for rule, action, count, move_ids, _weight in groups:
            rules |= rule
            entry = of_rule.setdefault(rule, {"found": 0, "severity": action, "ids": {}})
            entry["found"] += count
            entry["ids"].update(dict.fromkeys(sorted(move_ids, reverse=True)))
        names = self._shown("account.move", {"document": "name", "partner": "partner_id", "date": "invoice_date"})
        shown = self._shown("l10n_cl_ai.rule", _RULE)

        def teller(rule):
            entry = of_rule[rule]
            moves = self.env["account.move"].browse(list(entry["ids"])[:_EXAMPLES])
            self._hide(desk, moves.partner_id)
            examples = [self._told(move, names) for move in moves]
            examples = [
                {"key": self._cite(desk, move, told), **told} for move, told in zip(moves, examples, strict=True)
            ]
            return {
                **self._told(rule, shown),
                "found": entry["found"],
                "documents": len(entry["ids"]),
                "some": examples,
            }

        return self._rows(desk, rules, teller)

    @tool(
        """What a rule of ours on DTEs says, by its code or by words of its title, its source or the SII's code.""",
        {"search": {"type": "string", "minLength": 2, "maxLength": 80}},
        ["search"],
        step=_lt("Looking up a rule…"),
        label=_lt("Rules on DTEs"),
    )
    @api.model
    def _tool_rule(self, asked, desk):
        rules, text = self.env["l10n_cl_ai.rule"], asked["search"]
        found = rules.search([("code", "=", text.upper())])
        if not found:
            domains = [
                Domain.OR([Domain("name", "ilike", word), Domain("source", "ilike", escape_psql(word)),
                           Domain("likely_sii_code", "ilike", escape_psql(word))])
                for word in text.split()
            ]  # fmt: skip
            found = rules.search(Domain.AND(domains))
        shown = self._shown("l10n_cl_ai.rule", _RULE)
        rows = self._rows(desk, found[:ROWS], lambda rule: self._told(rule, shown), len(found))
        return Result(rows, self.env._("%(count)s rules", count=len(found)))

    @tool(
        """What a detail code of the SII (as HED-3-305), a status of an upload (as EPR) or an event of a customer (as
        RCD) means, and what to do. There is no official list: it says how sure it is.""",
        {
            "code": {"type": "string", "minLength": 1, "maxLength": 40},
            "answer": {"type": "string", "enum": _KINDS, "description": "in what kind of answer it came, if known"},
            "words": {"type": "string", "maxLength": 300, "description": "the words beside it, as received"},
        },
        ["code"],
        step=_lt("Looking up a code…"),
        label=_lt("Codes of the SII"),
    )
    @api.model
    def _tool_explain_code(self, asked, desk):
        code, status = asked["code"].upper(), self._statuses(asked["code"].upper())
        event = code if code in load("customer_events") else None
        kind = "claim" if event else asked["answer"] or "rejected"
        normal = answer_code.normalize(code)
        found = explain(kind, normal.text if normal and not event else None, asked["words"] or None, event)
        told = self._explained(found, bool(asked["answer"] or event))
        if status:
            told = {"statuses": status, **(told if found.known != UNKNOWN else {})}
        elif found.known == UNKNOWN:
            told = {"note": "nobody knows what this code means; do not guess"}
        title = self.env._("Code %(code)s", code=code)
        told = {"code": code, **told}
        key = desk.cite(
            "record", "l10n_cl_ai.outcome", 0, title, as_text(told),
            domain=["|", ["code", "=", code], ["event", "=", code]],
        )  # fmt: skip
        return Result({"key": key, **told}, title)

    @api.model
    def _statuses(self, code):
        """Return what a code is among the SII's statuses, which several of its services use for different things."""
        name = "name_es" if (self.env.lang or "").startswith("es") else "name"
        return [
            {"service": row["service"], "field": row["field"], "meaning": row[name]}
            for row in load("sii_statuses") if row["code"].upper() == code
        ]  # fmt: skip

    @api.model
    def _explained(self, found, kind_known):
        in_words = self.env["l10n_cl_ai.outcome"]._in_words
        told = {
            "known_by": found.known, "severity": found.severity, "meaning": in_words(found.meaning),
            "to_do": in_words(found.advice), "consequence": in_words(found.consequence) if kind_known else None,
            "rules": list(found.rules),
        }  # fmt: skip
        return {key: value for key, value in told.items() if value}

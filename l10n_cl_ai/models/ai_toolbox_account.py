"""Tools: balances of accounts, and what falls due when."""

import re
from datetime import timedelta

from odoo import api, models
from odoo.fields import Domain
from odoo.tools import LazyTranslate, escape_psql

from ..chat.facts import fold
from ..chat.tool import Refused, Result, as_text, tool
from . import ai_toolbox_partner  # noqa: F401 - what it uses is defined first
from .ai_toolbox_partner import BALANCE_SIGNS, BALANCES
from .ai_toolbox_show import DATE, ROWS, number

_lt = LazyTranslate(__name__)

_DUE = {
    "document": "move_id", "partner": "partner_id", "due": "date_maturity", "left": "amount_residual",
    "label": "name",
}  # fmt: skip
_WEEKS = 26
#: Buckets of a delay, by the most days in each; in the words of an answer, which is compared with them.
_AGES = {30: "1 a 30 días", 60: "31 a 60 días", 90: "61 a 90 días", float("inf"): "más de 90 días"}
_WORD = re.compile(r"\w+")


class AiToolbox(models.AbstractModel):
    _inherit = "l10n_cl_ai.toolbox"

    @tool(
        """Balances of accounts from posted entries: opening, debit, credit and closing over a period, or what stands at
        a date. Accounts by the beginning of their code or by words of their name.""",
        {
            "account": {
                "type": "string",
                "minLength": 2,
                "maxLength": 80,
                "description": "beginning of a code, or words of the name",
            },
            "date_from": {**DATE, "description": "without it: only what stands at date_to"},
            "date_to": {**DATE, "description": "today if not given"},
        },
        ["account"],
        step=_lt("Adding up accounts…"),
        label=_lt("Balances of accounts"),
    )
    @api.model
    def _tool_account_balances(self, asked, desk):
        since, until = asked["date_from"], asked["date_to"] or self._today()
        self._between("date", since, until)
        accounts = self._accounts(asked["account"])
        shown = self._shown("account.account", {"code": "code", "name": "name", "type": "account_type"})
        if not self._shown("account.move.line", {"balance": "balance"}):
            raise Refused("the administrator does not let balances leave")
        balances = self._balances(accounts, since, until)
        period = {"to": until.isoformat(), **({"from": since.isoformat()} if since else {})}
        rows = self._rows(
            desk, accounts[:ROWS], lambda one: {**self._told(one, shown), **balances[one], **period}, len(accounts)
        )
        note = (
            "negative: a credit balance, as of what is owed and of income; income and expense are counted from the "
            "beginning of the fiscal year; drafts are not counted"
        )
        data = {"currency": self.env.company.currency_id.name, "note": note, **rows}
        if len(accounts) > 1:
            # Of all of them, also of those that are not listed: nobody has to add up a list.
            title = self._titled(self.env._("Balances added up"), asked)
            added = {key: number(sum(sums[key] for sums in balances.values())) for key in balances[accounts[0]]}
            figures, domain = {"accounts": len(accounts), "totals": added}, self._entries(since, until)
            domain &= Domain("account_id", "in", accounts.ids)
            data |= self._figures(desk, "account.move.line", title, figures, domain)
        return Result(data, self.env._("%(count)s accounts", count=len(accounts)))

    @api.model
    def _accounts(self, text):
        accounts = self.env["account.account"]
        of_company = Domain("company_ids", "parent_of", self.env.company.id)
        if text.replace(".", "").isdecimal():
            return accounts.search(of_company & Domain("code", "=like", f"{escape_psql(text)}%"), order="code")
        # By how words begin: IVA is no part of "corporativa"; and accents are often left out.
        wanted = _WORD.findall(fold(text))
        return accounts.search(of_company, order="code").filtered(
            lambda account: wanted and _begin(wanted, _WORD.findall(fold(account.name or "")))
        )

    @api.model
    def _balances(self, accounts, since, until):
        """Return {account: {opening, debit, credit, closing}}; without ``since`` only the closing."""
        year_start = self.env.company.compute_fiscalyear_dates(since or until)["date_from"]
        carried = accounts.filtered("include_initial_balance")
        found = {account: {} for account in accounts}
        for group, start in ((carried, None), (accounts - carried, year_start)):
            posted = Domain("parent_state", "=", "posted") & Domain("company_id", "=", self.env.company.id)
            posted &= Domain("account_id", "in", group.ids) & self._between("date", start, until)
            if since:
                self._add_sums(found, posted & Domain("date", "<", since), ("opening",))
                self._add_sums(found, posted & Domain("date", ">=", since), ("change", "debit", "credit"))
            else:
                self._add_sums(found, posted, ("closing",))
        for sums in found.values():
            if since:
                sums["opening"] = sums.get("opening", 0)
                sums["closing"] = number(sums["opening"] + sums.pop("change", 0))
                sums |= {"debit": sums.get("debit", 0), "credit": sums.get("credit", 0)}
            sums.setdefault("closing", 0)
        return found

    @api.model
    def _add_sums(self, found, domain, keys):
        aggregates = ["balance:sum", "debit:sum", "credit:sum"][: len(keys)]
        for account, *sums in self.env["account.move.line"]._read_group(domain, ["account_id"], aggregates):
            found[account] |= {key: number(value or 0.0) for key, value in zip(keys, sums, strict=True)}

    @tool(
        """What customers owe (receivable) or what is owed to suppliers (payable): overdue by age, then by week, and the
        largest entries. From posted entries, in the company's currency.""",
        {
            "side": {"type": "string", "enum": list(BALANCES)},
            "weeks": {
                "type": "integer",
                "minimum": 1,
                "maximum": _WEEKS,
                "description": "to look ahead; 8 if not given",
            },
            "partner": {"type": "string", "maxLength": 120, "description": "key such as R3, RUT, or words of the name"},
        },
        ["side"],
        step=_lt("Looking at due dates…"),
        label=_lt("Due dates"),
    )
    @api.model
    def _tool_due_dates(self, asked, desk):
        side, today = asked["side"], self._today()
        shown = self._shown("account.move.line", _DUE)
        if "left" not in shown:
            raise Refused("the administrator does not let balances leave")
        domain = self._open_domain(side)
        if asked["partner"]:
            partners = self._partners_of(desk, asked["partner"]).commercial_partner_id
            domain &= Domain("partner_id", "child_of", partners.ids)
        ahead = today + timedelta(weeks=asked["weeks"] or 8)
        figures = self._by_week(domain, side, today, ahead)
        title = self._titled(self.env._("Due dates"), asked)
        figures = self._figures(desk, "account.move.line", title, figures, domain, "weeks")
        figures |= self._largest(desk, domain & Domain("date_maturity", "<=", ahead), side, shown)
        return Result(figures, self.env._("%(count)s entries", count=figures["entries"]))

    @api.model
    def _by_week(self, domain, side, today, ahead):
        """Return what is overdue by age and what falls due by week, in the company's currency."""
        sign = BALANCE_SIGNS[side]
        late, weeks, later, total, count = {}, {}, 0, 0, 0
        groups = self.env["account.move.line"]._read_group(
            domain, ["date_maturity:day"], ["amount_residual:sum", "__count"]
        )
        for due, residual, entries in groups:
            left, count = sign * (residual or 0.0), count + entries
            total += left
            if due and due < today:
                age = _age((today - due).days)
                late[age] = number(late.get(age, 0) + left)
            elif due and due <= ahead:
                monday = (due - timedelta(days=due.weekday())).isoformat()
                weeks[monday] = number(weeks.get(monday, 0) + left)
            else:
                later += left
        return {
            "side": side, "currency": self.env.company.currency_id.name, "at": today.isoformat(), "entries": count,
            "total": number(total), "overdue_total": number(float(sum(late.values()))),
            "overdue": [{"days_late": age, "amount": late[age]} for age in _AGES.values() if age in late],
            "weeks": [{"week_of": monday, "falls_due": left} for monday, left in sorted(weeks.items())],
            "later_or_undated": number(later),
        }  # fmt: skip

    @api.model
    def _largest(self, desk, domain, side, shown):
        order = "amount_residual desc, id" if side == "receivable" else "amount_residual, id"
        lines = self.env["account.move.line"].search(domain, limit=10, order=order)
        self._hide(desk, lines.partner_id)
        rows, sign = [], BALANCE_SIGNS[side]
        for line in lines:
            told = self._told(line, shown)
            # Of a credit note or a payment it is negative: the rows add up to what is owed.
            told["left"] = number(sign * line.amount_residual)
            # It is the document that people want to open, not the entry.
            # sudo: as Odoo's own read() names what a record points at
            rows.append({"key": desk.cite("record", "account.move", line.move_id.id, line.move_id.sudo().display_name,
                                          as_text(told)), **told})  # fmt: skip
        return {"largest": rows}


def _age(days):
    """Return the bucket of a delay, in days."""
    return next(words for most, words in _AGES.items() if days <= most)


def _begin(wanted, words):
    """Return whether each text is the beginning of one of the words."""
    return all(any(word.startswith(one) for word in words) for one in wanted)

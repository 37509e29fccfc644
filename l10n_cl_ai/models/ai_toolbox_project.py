"""Tool: what projects and analytic accounts cost and earn."""

from odoo import api, models
from odoo.fields import Domain
from odoo.tools import LazyTranslate, escape_psql

from ..chat.tool import Refused, Result, tool
from . import ai_toolbox_show  # noqa: F401 - what it uses is defined first
from .ai_toolbox_show import DATE, ROWS, number

_lt = LazyTranslate(__name__)

#: Analytic accounts looked at, where none is named.
_MOST = 500
_BY_ACCOUNT, _BY_MONTH = 10, 18
_ACCOUNT = {"account": "name", "code": "code", "partner": "partner_id", "plan": "plan_id"}
_NOTE = "from analytic entries of posted documents and hours, costs positive; Community keeps no budget to compare with"


class AiToolbox(models.AbstractModel):
    _inherit = "l10n_cl_ai.toolbox"

    @tool(
        """Costs and revenue of projects (analytic accounts) over a period: of all, the most expensive first; or of one
        by its name or key, with months and accounts. Community keeps no budgets.""",
        {
            "project": {
                "type": "string",
                "maxLength": 120,
                "description": "key such as R3, code, or words of the name",
            },
            "date_from": DATE,
            "date_to": DATE,
        },
        step=_lt("Looking at projects…"),
        label=_lt("Costs of projects"),
    )
    @api.model
    def _tool_projects(self, asked, desk):
        if not self._shown("account.analytic.line", {"amount": "amount"}):
            raise Refused("the administrator does not let costs leave")
        period = self._between("date", asked["date_from"], asked["date_to"])
        accounts = self._analytic_accounts(desk, asked["project"])
        sums = self._analytic_sums(accounts, period)
        accounts = accounts.sorted(lambda one: (-sums[one]["costs"], one.id))
        # A project is often called by whom it is for.
        customers = self.env["l10n_cl_ai.suggestion.handler"]._customers([f"{id_}:100" for id_ in accounts[:ROWS].ids])
        self._hide(desk, customers)
        shown, names = self._shown("account.analytic.account", _ACCOUNT), self._project_names(accounts[:ROWS])

        def teller(account):
            row = {**self._told(account, shown), **({"projects": names[account]} if account in names else {})}
            detail = self._analytic_detail(account, period) if len(accounts) == 1 else {}
            return {**row, **sums[account], **detail}

        rows = self._rows(desk, accounts[:ROWS], teller, len(accounts))
        data = {"currency": self.env.company.currency_id.name, "note": _NOTE, **rows}
        return Result(data, self.env._("%(count)s projects", count=len(accounts)))

    @api.model
    def _analytic_accounts(self, desk, text):
        """Return the analytic accounts that a key or a text stands for; all without one."""
        accounts, projects = self.env["account.analytic.account"], self.env["project.project"]
        of_company = Domain("company_id", "in", (False, self.env.company.id))
        if not text:
            return accounts.search(of_company, limit=_MOST, order="id desc")
        record = self._by_key(desk, text)
        if record is not None:
            account = record.account_id if record._name == "project.project" else record
            if account._name != "account.analytic.account" or not account:
                raise Refused(f"{text}: this is no project with an analytic account")
            return account
        words = [escape_psql(word) for word in text.split()]
        named = Domain.AND([Domain("name", "ilike", word) | Domain("code", "ilike", word) for word in words])
        found = accounts.search(of_company & named, limit=_MOST)
        if projects.has_access("read"):
            named = Domain.AND([Domain("name", "ilike", word) for word in words])
            found |= projects.search(of_company & named & Domain("account_id", "!=", False), limit=_MOST).account_id
        return found._filtered_access("read")

    @api.model
    def _project_names(self, accounts):
        """Return {analytic account: names of its projects} that the user may read."""
        projects = self.env["project.project"]
        shown = projects.has_access("read") and self._shown("project.project", {"name": "name"})
        if not shown:
            return {}
        found = projects.search([("account_id", "in", accounts.ids), ("is_template", "=", False)])
        return {account: own.mapped("name")[:5] for account, own in found.grouped("account_id").items()}

    @api.model
    def _analytic_sums(self, accounts, period):
        """Return {account: {costs, revenue, margin}} in the company's currency."""
        sums = {account: {"costs": 0, "revenue": 0} for account in accounts}
        for column, own in self._by_column(accounts).items():
            for key, sign, operator in (("costs", -1, "<"), ("revenue", 1, ">")):
                domain = self._analytic_domain(column, own, period) & Domain("amount", operator, 0)
                for account, amount in self.env["account.analytic.line"]._read_group(domain, [column], ["amount:sum"]):
                    sums[account][key] = number(sign * (amount or 0.0))
        for row in sums.values():
            row["margin"] = number(row["revenue"] - row["costs"])
        return sums

    @api.model
    def _analytic_detail(self, account, period):
        """Return the costs of one account by month and by general account."""
        [column] = self._by_column(account)
        domain, lines = self._analytic_domain(column, account, period), self.env["account.analytic.line"]
        months = lines._read_group(domain, ["date:month"], ["amount:sum"], order="date:month desc", limit=_BY_MONTH)
        general = lines._read_group(
            domain, ["general_account_id"], ["amount:sum"], order="amount:sum", limit=_BY_ACCOUNT
        )
        return {
            "net_cost_by_month": {month.strftime("%Y-%m"): number(-(amount or 0.0)) for month, amount in months},
            "net_cost_by_account": [
                # sudo: as Odoo's own read() names what a record points at
                {"account": one.sudo().display_name or None, "net_cost": number(-(amount or 0.0))}
                for one, amount in general
            ],
        }

    @api.model
    def _analytic_domain(self, column, accounts, period):
        return Domain(column, "in", accounts.ids) & Domain("company_id", "=", self.env.company.id) & period

    @api.model
    def _by_column(self, accounts):
        """Return {field of analytic lines: accounts}: each plan has a column of its own."""
        # sudo: account.analytic.plan - which column a plan has is no secret
        return accounts.grouped(lambda account: account.sudo().plan_id._column_name())

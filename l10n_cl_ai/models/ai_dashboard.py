"""What the panel shows: one method, of figures that add up to the ledger."""

from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain
from odoo.tools import SQL

from .ai_usd import CompanyMoney
from .dashboard_days import days, period
from .dashboard_ledger import COUNTS, MONEY, Ledger

#: Reasons that are limits of ours, and no errors.
LIMITS = ("rate_limited", "over_budget")
#: Days that are shown at most: as long as the ledger is kept by default.
MOST_DAYS = 400
#: Rows of days that are over which are read in passing, where the sums are not made yet.
MANY_ROWS = 25_000
_OVER = timedelta(hours=1)
#: Users named one by one, the dearest.
MOST_USERS = 20
#: The rows of the ledger behind each figure, within those of the whole panel.
DOMAINS = {
    "asks": [],
    "called": [("attempts", ">", 0)],
    "answered": [("status", "=", "answered")],
    "cached": [("status", "=", "cached")],
    "waited": [("status", "=", "cached"), ("wait_ms", ">", 0)],
    "failed": [("status", "=", "not_evaluated")],
    "errors": [("status", "=", "not_evaluated"), ("reason", "not in", LIMITS)],
    "limited": [("status", "=", "not_evaluated"), ("reason", "in", LIMITS)],
    "running": [("status", "=", False)],
    "cost": [("cost", ">", 0)],
    "saved": [("saved", ">", 0)],
    "unconfirmed": [("unconfirmed", "=", True), ("cost", ">", 0)],
    "call": [("call_ms", "!=", False)],
    "first": [("first_token_ms", "!=", False)],
}


class AiDashboard(models.AbstractModel):
    """Figures of the companies of a manager or administrator; nothing of it is stored."""

    _name = "l10n_cl_ai.dashboard"
    _description = "Panel of the AI"

    @api.model
    @api.readonly
    def get_board(
        self, name="month", date_from=None, date_to=None, feature=None, company_ids=None, simulated=False, hurry=False
    ):
        """Return all that the panel shows.

        :param name: of the period, see :func:`.dashboard_days.period`
        :param date_from, date_to: days of the custom period, where the user is
        :param feature: code; only of it
        :param company_ids: of the companies selected, only these
        :param simulated: show what a stand-in answered, in place of what the provider did
        :param hurry: where so many days have no sums yet that it would take seconds, return ``{"adding": days}`` at
            once; see :meth:`sum_up_soon`
        :raises AccessError: the user manages no AI
        :raises UserError: the period is too long, or none
        """
        companies, simulated = self._companies(company_ids), bool(simulated)
        first, last = self._period(name, date_from, date_to)
        ledger = Ledger(self._quick().env, companies.ids, str(self.env.tz), days(self.env.tz, first, last), feature)
        if hurry and ledger.is_long(fields.Datetime.now() - _OVER, MANY_ROWS):
            return {"adding": len({day.day for _company, day in ledger.live})}
        figures, budgets = ledger.figures(), self._budgets(companies, simulated)
        totals = {one: self._total(figures["total"], one) for one in (False, True)}
        shown = {part: [row for row in rows if row["simulated"] == simulated] for part, rows in figures.items()}
        times = [row for row in ledger.times() if row["simulated"] == simulated]
        reasons = [row for row in ledger.reasons() if row["simulated"] == simulated]
        return {
            **self._choices(companies),
            "first": first,
            "last": last,
            "domain": self._domain(ledger, simulated),
            "domains": DOMAINS,
            "totals": self._with_limits(totals[simulated], reasons),
            "elsewhere": {key: totals[not simulated][key] for key in ("asks", "cost")},
            "days": self._days(ledger, shown.get("day", []), times, self._day_limits(ledger, budgets, simulated)),
            "results": self._results(reasons),
            "times": {row["kind"]: row for row in times if not row["day"] and not row["feature"]},
            "by": self._breakdown(shown, times),
            "money": self._money(companies, last),
            **self._state(companies, budgets, simulated),
        }

    # -- what one may see ------------------------------------------------------------------------------

    def _companies(self, company_ids):
        """Return the companies to show: of those that the user has selected, which are his own."""
        user = self.env.user
        if not (user.has_group("l10n_cl_ai.group_manager") or user.has_group("base.group_system")):
            raise AccessError(self.env._("Only managers of AI Chile and administrators see the panel."))
        companies = self.env.companies
        chosen = companies.filtered(lambda company: company.id in company_ids) if company_ids else companies
        if not chosen:
            raise AccessError(self.env._("None of these companies is among those selected."))
        return chosen

    def _choices(self, companies):
        """Return what can be chosen, and whether the rows behind the figures can be opened."""
        return {
            "companies": [{"id": company.id, "name": company.name} for company in self.env.companies],
            "company_ids": companies.ids,
            "features": [
                {"key": code, "name": name} for code, name in self.env["l10n_cl_ai.request"]._selection_feature()
            ],
            "can_open": self.env.user.has_group("l10n_cl_ai.group_manager"),
        }

    # -- when ------------------------------------------------------------------------------------------

    def _period(self, name, date_from, date_to):
        today = fields.Date.context_today(self)
        try:
            first, last = period(name, today, fields.Date.to_date(date_from), fields.Date.to_date(date_to))
        except ValueError as problem:
            raise UserError(self.env._("That is no period to look at.")) from problem
        if last - first >= timedelta(days=MOST_DAYS):
            raise UserError(self.env._("The panel shows %s days at most.", MOST_DAYS))
        return first, last

    def _quick(self):
        """Give this transaction memory to count in, and no compiler, which would take longer than the statements."""
        self.env.cr.execute(SQL("SELECT set_config('work_mem', '64MB', true), set_config('jit', 'off', true)"))
        return self

    def _domain(self, ledger, simulated):
        span = Domain("asked_at", ">=", ledger.days[0].starts) & Domain("asked_at", "<", ledger.days[-1].ends)
        domain = Domain("company_id", "in", ledger.company_ids) & span & Domain("simulated", "=", simulated)
        return _plain(domain & Domain("feature", "=", ledger.feature) if ledger.feature else domain)

    # -- figures ---------------------------------------------------------------------------------------

    def _total(self, rows, simulated):
        nothing = dict.fromkeys((*COUNTS, *MONEY), 0)
        return nothing | next(({**row} for row in rows if row["simulated"] == simulated), {})

    def _with_limits(self, totals, reasons):
        limited = sum(row["asks"] for row in reasons if row["reason"] in LIMITS)
        kept = {key: totals[key] for key in (*COUNTS, *MONEY)}
        return {**kept, "limited": limited, "errors": totals["failed"] - limited}

    def _results(self, rows):
        """Return why nothing was evaluated, the most frequent first."""
        words = dict(self.env["l10n_cl_ai.request"]._fields["reason"]._description_selection(self.env))
        rows = [
            {
                "key": row["reason"],
                "name": words.get(row["reason"], row["reason"]),
                "limit": row["reason"] in LIMITS,
                "asks": row["asks"],
                "domain": [("status", "=", "not_evaluated"), ("reason", "=", row["reason"])],
            }
            for row in rows
        ]
        return sorted(rows, key=lambda row: (-row["asks"], row["key"] or ""))

    def _days(self, ledger, rows, times, limits):
        """Return a row a day, also of days on which nobody asked."""
        found = {row["day"]: row for row in rows}
        quick = {(row["day"], row["kind"]): row for row in times if row["day"]}
        return [
            {
                "day": one.day,
                **{key: found.get(one.day, {}).get(key, 0) for key in (*COUNTS, *MONEY)},
                **{
                    f"{kind}_{share}": quick.get((one.day, kind), {}).get(share)
                    for kind in ("call", "first")
                    for share in ("p50", "p95")
                },
                "limit": limits[one.day],
                "domain": _plain(Domain("asked_at", ">=", one.starts) & Domain("asked_at", "<", one.ends)),
            }
            for one in ledger.days
        ]

    def _breakdown(self, figures, times):
        """Return the figures by feature, company, user and model; the dearest first."""
        quick = {(row["feature"], row["kind"]): row for row in times if row["feature"]}
        features = dict(self.env["l10n_cl_ai.request"]._selection_feature())
        parts = {
            "feature": ("feature", lambda key: features.get(key, key)),
            "company": ("company_id", dict(self.env.companies.mapped(lambda one: (one.id, one.name))).get),
            "user": ("user_id", self._user_names(figures.get("user_id", []))),
            "model": ("model", lambda key: key or self.env._("None was asked")),
        }
        result = {}
        for part, (field, name) in parts.items():
            rows = sorted(figures.get(field, []), key=lambda row: (-row["cost"], -row["asks"], str(row[field])))
            result[part] = [
                {
                    "key": row[field],
                    "name": name(row[field]),
                    **{key: row[key] for key in (*COUNTS, *MONEY)},
                    "domain": [(field, "=", row[field] or False)],
                }
                for row in rows
            ]
        for row in result["feature"]:
            row |= {f"{kind}_p95": quick.get((row["key"], kind), {}).get("p95") for kind in ("call", "first")}
        result["user"] = self._dearest(result["user"])
        return result

    def _user_names(self, rows):
        ids = [row["user_id"] for row in rows]
        # sudo: res.users - the names of who asked, who may be of another company or archived by now
        users = self.env["res.users"].sudo().with_context(active_test=False).browse(ids).exists()
        names = {user.id: user.name for user in users}
        return lambda key: names.get(key, self.env._("User %s, deleted", key))

    def _dearest(self, rows):
        """Return the first users one by one, and the others together."""
        first, others = rows[:MOST_USERS], rows[MOST_USERS:]
        if not others:
            return first
        rest = {key: sum(row[key] for row in others) for key in (*COUNTS, *MONEY)}
        domain = [("user_id", "not in", [row["key"] for row in first])]
        return [*first, {"key": 0, "name": self.env._("%s others", len(others)), **rest, "domain": domain}]

    def _money(self, companies, day):
        """Return how dollars are told in the companies' currency; None where they have none in common, or no rate.

        :param day: of the rate: the period's last
        """
        currency, money = companies.currency_id, CompanyMoney(self.env)
        rate = money.rate(companies[0], day) if len(currency) == 1 else None
        if not rate or currency == self.env.ref("base.USD"):
            return None
        return {
            "name": currency.name,
            "symbol": currency.symbol,
            "position": currency.position,
            "digits": currency.decimal_places,
            "rate": rate[0],
            "day": rate[1],
        }


def _plain(domain):
    """Return a domain as screens take it: times as text."""
    return [
        (leaf[0], leaf[1], fields.Datetime.to_string(leaf[2])) if leaf[0] == "asked_at" else leaf
        for leaf in domain
        if leaf != "&"
    ]



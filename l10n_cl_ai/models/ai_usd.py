"""Amounts of US dollars, which the provider bills in, as a company reads them."""

import math
from datetime import date
from decimal import Decimal

from odoo.fields import Domain
from odoo.tools import format_date, formatLang

#: Digits that tell amounts below one unit of the currency apart: an ask often costs less than a peso.
_MEANINGFUL = 2
#: Below this, amounts of USD have four decimals or more, as on the bar of a budget.
_SMALL = 0.1


class CompanyMoney:
    """Says dollars in companies' currencies, looking each rate up once.

    Odoo's own conversion takes 1.0 where it knows no rate, which would show one dollar as one peso.
    """

    def __init__(self, env):
        self.env = env
        self._rates: dict[tuple[int, date], tuple[float, date] | None] = {}

    def words(self, usd: float | Decimal, company, day: date) -> str:
        """Return the amount in the company's currency with the day of the rate, or that there is no rate.

        :param usd: amount in USD
        :return: "" for a company whose currency is the dollar
        """
        currency = company.currency_id
        if currency == self._dollar():
            return ""
        rate = self.rate(company, day)
        if rate is None:
            return self.env._("No exchange rate of the dollar on %(day)s", day=format_date(self.env, day))
        amount = self.amount(usd, company, day)
        return self.env._("%(amount)s (rate of %(day)s)", amount=amount, day=format_date(self.env, rate[1]))

    def amount(self, usd: float | Decimal, company, day: date) -> str:
        """Return the amount in the company's currency alone; "" where that is the dollar or there is no rate."""
        currency, rate = company.currency_id, self.rate(company, day)
        return self._format(float(usd) * rate[0], currency) if rate and currency != self._dollar() else ""

    def dollars(self, usd: float | Decimal) -> str:
        """Return the amount in dollars, with as many digits as tell it apart from nothing."""
        digits = 2 if not usd or abs(usd) >= _SMALL else max(4, self._digits(usd))
        return f"{formatLang(self.env, float(usd), digits=digits)}\N{NO-BREAK SPACE}USD"

    def _dollar(self):
        return self.env.ref("base.USD")

    def rate(self, company, day: date) -> tuple[float, date] | None:
        """Return (units of the company's currency per dollar, day of the rate), or None."""
        key = company.id, day
        if key not in self._rates:
            self._rates[key] = self._find(company, day)
        return self._rates[key]

    def _find(self, company, day):
        dollar, own = self._dollar(), company.currency_id
        until = Domain("name", "<=", day)
        usd, base = self._newest(dollar, company, until), self._newest(own, company, until)
        if not usd or (not base and self._newest(own, company)):
            return None
        # A currency without any rate is the one the others are told in.
        return (base.rate if base else 1.0) / usd.rate, usd.name

    def _newest(self, currency, company, domain=Domain.TRUE):
        # sudo: res.currency.rate - public figures, which a reader of his own asks may have no right on
        rates = self.env["res.currency.rate"].sudo()
        domain &= Domain("currency_id", "=", currency.id)
        own = domain & Domain("company_id", "=", company.root_id.id)
        common = domain & Domain("company_id", "=", False)
        return rates.search(own, order="name desc", limit=1) or rates.search(
            common, order="name desc", limit=1
        )

    def _digits(self, amount):
        """Return the decimals that an amount between 0 and 1 needs."""
        return _MEANINGFUL - math.ceil(math.log10(abs(amount)))

    def _format(self, amount, currency):
        digits = currency.decimal_places
        if 0 < abs(amount) < 1:
            digits = max(digits, self._digits(amount))
        text = formatLang(self.env, amount, digits=digits)
        parts = [currency.symbol or currency.name, text]
        return "\N{NO-BREAK SPACE}".join(parts if currency.position == "before" else reversed(parts))

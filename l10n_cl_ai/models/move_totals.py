"""From the accounting of a move to Totales and OtraMoneda."""

from decimal import Decimal

from ..dte.document import Header, OtherCurrency, Tax, Totals
from ..dte.node import number
from ..dte.types import IVA_TYPES
from .move_facts import RETENTION_TAG, currency_name, decimal
from .move_reader import MoveReader


class MoveTotals(MoveReader):
    """Reads the totals out of the tax lines themselves."""

    def read_totals(self):
        totals, sums = self.document.totals, self._sums()
        if self.code in IVA_TYPES or self.boleta:
            iva_known = sums["rate"] is not None
            totals.put(net=sums["net"] or None, iva=sums["iva"] if iva_known else None)
            totals.put(iva_rate=None if self.boleta else sums["rate"])
        elif self.export or sums["net"] == 0 == sums["iva"]:
            totals.put(net=None, iva_rate=None, iva=None)
        else:
            totals.put(net=sums["net"], iva_rate=sums["rate"], iva=sums["iva"])
        totals.put(exempt=sums["exempt"] or None, total=self._total())
        if self.ours:
            self._other_totals(sums)

    def _sums(self) -> dict:
        """Return net, exempt, IVA and its rate, and {tax: amount} of the other taxes."""
        net = exempt = iva = 0
        rate, others = None, {}
        for line in self.around.lines:
            amount = self.money(line)
            if line.display_type == "tax":
                facts = self.around.taxes[line.tax_line_id.id][0]
                if facts.iva:
                    iva += amount
                else:
                    others[facts] = others.get(facts, 0) + amount
                continue
            rates = [facts.rate for facts in self.taxes_of(line) if facts.iva]
            if rates:
                net += amount
                rate = max([*rates, rate or 0])
            else:
                exempt += amount
        return {"net": net, "exempt": exempt, "iva": iva, "rate": rate, "others": others}

    def _total(self) -> int | Decimal:
        move = self.move
        if self.export:
            return decimal(move.amount_total, 4)
        return round(-self.sign * move.amount_total_signed)

    def _other_totals(self, sums: dict):
        """Say what the accounting shows not to be part of the total, and the additional taxes."""
        totals = self.document.totals
        totals.put(
            slaughter_base=None, margin_base=None, own_iva=None, third_party_iva=None,
            construction_credit=None, container_deposit=None, not_billable=None, period=None,
            previous_balance=None, payable=None, taxes=self._additional_taxes(sums["others"]),
        )  # fmt: skip
        if self.code != 43:
            self.document.put(commissions=())
            totals.put(commissions=None)
        retained = sum(amount for facts, amount in sums["others"].items() if facts.code == RETENTION_TAG)
        if not retained or -retained == sums["iva"]:
            totals.put(iva_not_retained=None)
        if self.export:
            self._currencies()

    def _additional_taxes(self, others: dict) -> tuple:
        nodes = []
        for facts, amount in others.items():
            node = Tax(self.document.totals, Totals.taxes)
            node.put(rate=facts.rate, amount=abs(amount))
            if facts.code is not None:
                node.put(code=facts.code)
            nodes.append(node)
        return number(nodes)

    def _currencies(self):
        """An export document is in its own currency and repeats its amounts in pesos."""
        move, document = self.move, self.document
        document.totals.put(currency=currency_name(move.currency_id))
        if not self.around.company.clp or not move.amount_total:
            return
        pesos = round(abs(move.amount_total_signed))
        node = OtherCurrency(document.header, Header.other_currency)
        node.put(currency="PESO CL", rate=decimal(pesos / move.amount_total, 4), net=None, iva=None)
        node.put(exempt=Decimal(pesos), total=Decimal(pesos))
        document.header.put(other_currency=node)

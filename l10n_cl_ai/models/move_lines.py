"""From invoice lines to Detalle and DscRcgGlobal."""

from collections.abc import Iterable
from decimal import Decimal

from ..dte.document import Discount, Document, Line
from ..dte.money import half_up
from ..dte.node import number
from .move_facts import RETENTION_TAG, TaxFacts, decimal
from .move_reader import MoveReader


class MoveLines(MoveReader):
    """Reads what is sold. Sections and notes are for the reader of the invoice, not for the SII."""

    def read_lines(self):
        lines, discounts = [], []
        sources = self.document.sources = {"Detalle": [], "DscRcgGlobal": []}
        for line in self.around.lines:
            if line.display_type != "product":
                continue
            amount = self._line_amount(line)
            if amount < 0 and self.ours:
                # No line of a DTE is negative: emitting modules send such lines as global discounts.
                discounts.append(self._discount(line, -amount))
                sources["DscRcgGlobal"].append(line.id)
                continue
            sources["Detalle"].append(line.id)
            if self.ours:
                lines.append(self._line(line, amount))
            else:
                lines.append(Line(self.document, Document.lines).put(amount=amount))
        self.document.put(lines=number(lines), discounts=number(discounts))
        for each in (*lines, *discounts):
            each.put(number=each.index)

    def _line_amount(self, line) -> int | Decimal:
        if not self.boleta:
            return self.money(line)
        rate = self.move.invoice_currency_rate or 1
        return round(line.price_total / (1 if self.in_pesos() else rate))

    def _line(self, line, amount) -> Line:
        node = Line(self.document, Document.lines)
        taxes = self.taxes_of(line)
        exempt = not self.export and not any(facts.iva for facts in taxes)
        name, _newline, description = (line.name or line.product_id.display_name or "").partition("\n")
        node.put(name=name, description=description or None, exempt_code=1 if exempt else None, amount=amount)
        node.put(**self._price(line, amount, taxes))
        codes = [facts.code for facts in taxes if not facts.iva and facts.code != RETENTION_TAG]
        if None not in codes:
            node.put(tax_codes=tuple(map(str, codes)))
        unit = line.product_uom_id.name
        if unit and len(unit) <= Line.unit.max:
            # A longer one is abbreviated by whoever emits, and nobody knows how.
            node.put(unit=unit)
        return node

    def _price(self, line, amount, taxes: Iterable[TaxFacts]) -> dict:
        """Return quantity, price, discount and surcharge, so that they give the amount."""
        quantity, discount = decimal(abs(line.quantity)), decimal(line.discount, 2)
        own_currency = self.export or self.in_pesos()
        as_typed = own_currency and not self.boleta and not any(facts.included for facts in taxes)
        if as_typed or not line.quantity or discount == 100:
            price = decimal(abs(line.price_unit))
        else:
            price = decimal(float(amount) / abs(line.quantity) / (1 - line.discount / 100))
        values = {
            "quantity": quantity, "price": price, "discount_percent": None, "discount": None,
            "surcharge_percent": None, "surcharge": None,
        }  # fmt: skip
        if discount:
            kind = "discount" if discount > 0 else "surcharge"
            part = quantity * price * abs(discount) / 100
            values[kind] = round(part, 2) if self.export else half_up(part)
            values[f"{kind}_percent"] = abs(discount)
        return values

    def _discount(self, line, amount) -> Discount:
        exempt = not self.export and not any(facts.iva for facts in self.taxes_of(line))
        node = Discount(self.document, Document.discounts)
        # The description is cut by whoever emits: 45 characters is less than most product names.
        return node.put(
            movement="D", value_type="$", value=Decimal(amount), exempt_code=1 if exempt else None
        )

"""The amounts of a move, as both its lines and its totals need them."""

from decimal import Decimal

from ..dte.document import Document
from ..dte.types import BOLETAS, EXPORTS
from .move_facts import Around, TaxFacts, decimal


class MoveReader:
    """Common ground of the parts that build the document of one move.

    :param move: prefetched, in an environment that may read all of it
    """

    def __init__(self, move, around: Around):
        self.move, self.around = move, around
        self.code = int(move.l10n_latam_document_type_id.code)
        self.export, self.boleta = self.code in EXPORTS, self.code in BOLETAS
        #: Balances of income are negative, amounts of a DTE are not.
        self.sign = -1 if move.move_type in ("out_invoice", "in_refund") else 1
        self.ours = around.context.role == "issuer"
        self.document = Document(complete=False, type_code=self.code, context=around.context)

    def money(self, line) -> int | Decimal:
        """Return a line's amount: CLP, or the currency of an export document."""
        if self.export:
            return decimal(self.sign * line.amount_currency, 4)
        return round(self.sign * line.balance)

    def taxes_of(self, line) -> list[TaxFacts]:
        taxes = self.around.taxes
        return [facts for tax in line.tax_ids._ids for facts in taxes[tax]]

    def in_pesos(self) -> bool:
        """Whether the prices were typed in the company's currency."""
        return self.move.currency_id == self.move.company_currency_id

"""From a received document to the draft of its vendor bill."""

from odoo import Command
from odoo.tools.misc import formatLang

from ..dte.bill import CREDIT_NOTE, expected_iva
from ..dte.rut import is_valid, variants
from .ai_rule import translated
from .move_facts import IVA_TAG, folio_number

#: SII's code → l10n_cl's tag of the same tax, where they differ.
TAGS = {271: 26}


class ReceivedBill:
    """Writes one :class:`~..dte.bill.Bill` into an empty draft, with the rights of the user."""

    def __init__(self, move, bill):
        self.move, self.bill, self.env = move, bill, move.env
        self.company = move.company_id
        self.notes = []

    def fill(self):
        """Fill in the move; return what an accountant should know, in the user's language."""
        move, bill = self.move, self.bill
        taxes = self._taxes()
        wanted = "in_refund" if bill.type == CREDIT_NOTE else "in_invoice"
        if move.move_type != wanted:
            move.move_type = wanted
        move.write({**self._header(), "invoice_line_ids": self._lines(taxes)})
        move.l10n_latam_document_number = str(bill.folio)
        self._settle_taxes(taxes)
        self._compare()
        return self.notes

    # -- header ----------------------------------------------------------------------------------------

    def _header(self):
        bill = self.bill
        values = {
            "partner_id": self._partner().id,
            "invoice_date": bill.date,
            "currency_id": self.env.ref("base.CLP").id,
            "l10n_latam_document_type_id": self._document_type().id,
            "invoice_origin": ", ".join(bill.orders) or False,
        }
        if bill.due_date:
            values |= {"invoice_payment_term_id": False, "invoice_date_due": bill.due_date}
        if not self.move.journal_id.l10n_latam_use_documents:
            values["ref"] = f"{bill.type} {bill.folio}"
        if origin := self._origin():
            values["reversed_entry_id" if bill.type == CREDIT_NOTE else "debit_origin_id"] = origin.id
        return values

    def _document_type(self):
        return self.env["l10n_latam.document.type"].search(
            [("code", "=", str(self.bill.type)), ("country_id.code", "=", "CL")], limit=1
        )

    def _origin(self):
        """Return the bill that a note corrects, where it is here."""
        bill, moves = self.bill, self.env["account.move"]
        folio = folio_number(bill.origin[1]) if bill.origin else None
        if not folio or folio >= 10**9 or not bill.party.rut:
            return moves
        return moves.search(
            [
                ("company_id", "=", self.company.id),
                ("move_type", "=", "in_invoice"),
                ("l10n_latam_document_type_id.code", "=", bill.origin[0]),
                ("sequence_number", "=", folio),
                ("commercial_partner_id.vat", "in", variants(bill.party.rut)),
                ("state", "!=", "cancel"),
            ],
            limit=1,
        )

    # -- partner ---------------------------------------------------------------------------------------

    def _partner(self):
        """Return who is on the other side, known by the RUT; made where missing and allowed."""
        party, partners = self.bill.party, self.env["res.partner"]
        if not party.rut or not is_valid(party.rut):
            rut = party.rut or "?"
            self._note(self.env._("The RUT %(rut)s of the issuer is not valid: choose the partner.", rut=rut))
            return partners
        found = partners.search(
            [*partners._check_company_domain(self.company), ("vat", "in", variants(party.rut))],
            order="company_id, parent_id DESC, id",
        )
        # Addresses and contacts of a company carry its RUT too.
        heads = found.commercial_partner_id & found or found
        if len(heads) > 1:
            values = {"count": len(heads), "rut": party.rut}
            self._note(self.env._("%(count)s partners have the RUT %(rut)s; the first was taken.", **values))
        if found:
            return heads[:1]
        if not partners.has_access("create"):
            self._note(
                self.env._(
                    "No partner has the RUT %(rut)s (%(name)s), and you may not create partners: ask for it to be "
                    "created, then choose it here.",
                    rut=party.rut,
                    name=party.name or "?",
                )
            )
            return partners
        return partners.create(self._prepare_partner_vals())

    def _prepare_partner_vals(self):
        party = self.bill.party
        comuna_field = self.company.sudo().l10n_cl_ai_comuna_field_id.name  # sudo: a setting of the company
        return {
            "name": party.name or party.rut,
            "vat": party.rut,
            "is_company": True,
            "company_type": "company",
            "country_id": self.env.ref("base.cl").id,
            "l10n_latam_identification_type_id": self.env.ref("l10n_cl.it_RUT").id,
            # First-category taxpayers issue these documents; fees and foreigners have others.
            "l10n_cl_sii_taxpayer_type": "1",
            "l10n_cl_activity_description": party.giro,
            "street": party.address,
            # Community has no comuna: the city stands for it.
            "city": (party.city if comuna_field else party.comuna) or party.city or party.comuna,
            "email": party.email,
            "phone": party.phone,
            "supplier_rank": 1,
        }

    # -- lines and taxes -------------------------------------------------------------------------------

    def _taxes(self):
        """Return {code: account.tax} of the company's purchase taxes for this document; IVA under None."""
        taxes = self.env["account.tax"].search(
            [*self.env["account.tax"]._check_company_domain(self.company), ("type_tax_use", "=", "purchase")]
        )
        found = {None: self._iva(taxes)}
        for stated in self.bill.taxes:
            tag = TAGS.get(stated.code, stated.code)
            found[stated.code] = taxes.filtered(
                lambda tax, tag=tag, stated=stated: tax.l10n_cl_sii_code == tag
                and (tax.amount < 0) == (stated.sign < 0)
                and (tax.amount_type == "fixed" or stated.rate is None or abs(tax.amount) == float(stated.rate))
            )[:1]
        return found

    def _iva(self, taxes):
        """Return the IVA of purchases: the company's default, or the first that has the rate."""
        rate = float(self.bill.iva_rate)
        fits = (taxes & self.company.account_purchase_tax_id) + taxes
        return fits.filtered(
            lambda tax: tax.l10n_cl_sii_code == IVA_TAG
            and tax.amount_type == "percent"
            and tax.amount == rate
            and not tax.price_include
        )[:1]

    def _lines(self, taxes):
        if not taxes[None] and any(line.taxed for line in self.bill.lines):
            self._note(self.env._("The company has no purchase tax of %(rate)s %% IVA.", rate=self.bill.iva_rate))
        commands = [Command.create(self._prepare_line_vals(line, taxes)) for line in self.bill.lines]
        return commands + [Command.create(values) for values in self._unmapped(taxes)]

    def _prepare_line_vals(self, line, taxes):
        name = self._text(line.name)
        if line.note:
            return {"display_type": "line_note", "name": name}
        bears = taxes[None].ids if line.taxed else []
        for stated in self.bill.taxes:
            if taxes[stated.code] and (stated.code in line.codes or (stated.everywhere and line.taxed)):
                bears += taxes[stated.code].ids
        return {
            "name": name,
            "quantity": float(line.quantity),
            "price_unit": float(line.price),
            "discount": float(line.discount),
            "product_id": False,
            "tax_ids": [Command.set(list(dict.fromkeys(bears)))],
        }

    def _mapped(self, stated, taxes):
        """Whether a stated tax is one of the company's, on lines of the document."""
        bears = any(stated.code in line.codes or (stated.everywhere and line.taxed) for line in self.bill.lines)
        return bool(taxes[stated.code]) and bears

    def _unmapped(self, taxes):
        """Return lines for the taxes that can't be taxes here, so that the total is the document's."""
        for stated in self.bill.taxes:
            if not stated.amount or self._mapped(stated, taxes):
                continue
            self._note(
                self.env._(
                    "Tax %(code)s (%(name)s) of %(amount)s has no purchase tax on these lines: it is a line.",
                    code=stated.code,
                    name=stated.name,
                    amount=self._pesos(stated.amount),
                )
            )
            amount = stated.amount * stated.sign
            name = f"{stated.code} {stated.name}"
            yield {"name": name, "quantity": 1, "price_unit": amount, "tax_ids": [Command.clear()]}

    def _settle_taxes(self, taxes):
        """Write the taxes as the document has them: it was rounded, or computed, elsewhere."""
        bill = self.bill
        stated = {taxes[None]: bill.iva} if taxes[None] else {}
        for tax in bill.taxes:
            if self._mapped(tax, taxes):
                record = taxes[tax.code]
                stated[record] = stated.get(record, 0) + tax.amount * tax.sign
        # What is owed to the supplier is a debit of the tax; a credit note turns it.
        direction = -1 if self.move.move_type == "in_refund" else 1
        commands = []
        for tax, amount in stated.items():
            lines = self.move.line_ids.filtered(lambda line, tax=tax: line.tax_line_id == tax)
            difference = direction * amount - sum(lines.mapped("amount_currency"))
            if lines and difference:
                amount_currency = lines[0].amount_currency + difference
                commands.append(Command.update(lines[0].id, {"amount_currency": amount_currency}))
        if commands:
            self.move.write({"line_ids": commands})

    # -- totals ----------------------------------------------------------------------------------------

    def _compare(self):
        bill, currency = self.bill, self.move.currency_id
        expected = expected_iva(bill)
        if abs(expected - bill.iva) > 1:
            self._note(
                self.env._(
                    "The document's IVA is %(stated)s; %(rate)s %% of its net amount is %(expected)s.",
                    stated=self._pesos(bill.iva),
                    rate=bill.iva_rate,
                    expected=self._pesos(expected),
                )
            )
        difference = currency.round(self.move.amount_total - bill.total)
        if difference:
            self._note(
                self.env._(
                    "The total of the document is %(stated)s, and that of the bill %(written)s (difference "
                    "%(difference)s).",
                    stated=self._pesos(bill.total),
                    written=self._pesos(self.move.amount_total),
                    difference=self._pesos(difference),
                )
            )

    def _pesos(self, amount):
        return formatLang(self.env, amount, digits=0)

    def _note(self, text):
        self.notes.append(text)

    def _text(self, name):
        return name if isinstance(name, str) else name.text(lambda text: translated(self.env, "l10n_cl_ai", text))

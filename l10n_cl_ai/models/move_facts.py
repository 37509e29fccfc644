"""What a DTE needs of a move's company, taxes and partners, in plain values."""

import datetime
from collections.abc import Sequence
from decimal import Decimal
from typing import NamedTuple
from zoneinfo import ZoneInfo

from ..dte.context import Context

_CHILE = ZoneInfo("America/Santiago")
#: l10n_cl tags every plain IVA tax with 14, which in a DTE would be "IVA margen de comercialización".
IVA_TAG = 14
#: l10n_cl tags with 15 the total retention of IVA (a DTE's 15) and the honorarios retentions (none).
RETENTION_TAG = 15
#: l10n_cl's tag of the specific tax on purchases; the SII took this code out of its table.
SPECIFIC_TAG = 29


class TaxFacts(NamedTuple):
    """What a DTE needs of one ``account.tax``.

    :param iva: it is plain IVA
    :param code: TipoImp; None where the tag of Odoo says nothing reliable
    :param rate: percentage, without sign
    :param included: its amount is part of the unit price
    """

    iva: bool
    code: int | None
    rate: Decimal
    included: bool


class CompanyFacts(NamedTuple):
    """What is the same for all the documents of a company.

    :param rut: normalized; None when the company has none
    :param issuer: values of Emisor
    :param rounding: "round_per_line" or "round_globally"
    :param clp: its currency has no decimals, as the amounts of a DTE
    :param comuna_field, reference_field: names of the fields an emitting module brings, or None
    :param cafs: its CAFs, None when nobody knows them
    :param only_origins: nothing but the origin of a note can hold a reference
    """

    rut: str | None
    issuer: dict
    rounding: str
    clp: bool
    comuna_field: str | None
    reference_field: str | None
    only_origins: bool
    cafs: tuple | None = None


class Around(NamedTuple):
    """What is known around one move.

    :param company: facts of its company
    :param taxes: {account.tax id: TaxFacts}
    :param lines: its product and tax lines, in the order of the invoice
    :param context: for the rules
    """

    company: CompanyFacts
    taxes: dict[int, tuple[TaxFacts, ...]]
    lines: Sequence
    context: Context


def tax_facts(tax) -> tuple[TaxFacts, ...]:
    """Return the facts of a tax; those of its children for a group."""
    if tax.amount_type == "group":
        return tuple(facts for child in tax.children_tax_ids for facts in tax_facts(child))
    tag, rate = tax.l10n_cl_sii_code, decimal(abs(tax.amount))
    iva = tag == IVA_TAG and tax.amount > 0
    code = tag or None
    if tag in (IVA_TAG, SPECIFIC_TAG) or (tag == RETENTION_TAG and rate != 19):
        code = None
    return (TaxFacts(iva, code, rate, bool(tax.price_include)),)


def decimal(value: float, places: int = 6) -> Decimal:
    """Return a float of the database as it is written there, without binary noise."""
    rounded = round(value, places)
    return Decimal(int(rounded)) if rounded == int(rounded) else Decimal(repr(rounded))


def issued_by_us(move) -> bool:
    """Whether the company issues this document: sales, facturas de compra and the notes on them."""
    if move.move_type in ("out_invoice", "out_refund"):
        return True
    origin = move.reversed_entry_id or move.debit_origin_id
    codes = (move.l10n_latam_document_type_id.code, origin.l10n_latam_document_type_id.code)
    return "46" in codes


def address_of(partner) -> dict:
    """Return the street; what an emitting module appends to it is its own affair."""
    return {"address": partner.street or partner.street2 or None}


def comuna_of(partner, field: str | None) -> dict:
    """Return comuna and city. Community has no comuna: emitting modules send the city as such."""
    city = partner.city or None
    if not field:
        return {"comuna": city}
    value = partner[field]
    return {"comuna": getattr(value, "display_name", value) or None, "city": city}


def currency_name(currency) -> str | None:
    """Return the SII's name of a currency ("DOLAR USA"), as l10n_cl keeps it."""
    return currency.l10n_cl_short_name or None


def folio_of(move) -> int | None:
    """Return the folio of a numbered move, None for a draft or a number that is not one."""
    folio = (move.l10n_latam_document_number or "").strip()
    return folio_number(folio) if move.state != "draft" else None


def folio_number(text: str | None) -> int | None:
    """Return a folio as a number, None for what is none: Python refuses to read thousands of digits."""
    return int(text) if text and len(text) <= 30 and text.isdecimal() and text.isascii() else None


def chilean_day(moment: datetime.datetime) -> datetime.date:
    """Return the day in Chile of a moment in UTC, as Odoo keeps it."""
    return moment.replace(tzinfo=datetime.UTC).astimezone(_CHILE).date()

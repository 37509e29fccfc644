"""Group H: facturas and notes of export."""

from collections.abc import Iterator
from decimal import Decimal

from ..document import Document, Package
from ..message import _
from ..node import Hit, Node
from ..rule import Action, Basis, SiiEffect, rule
from ..rut import FOREIGN
from ..tables import load
from ..types import EXPORTS, NOT_BOLETA
from .e_detail import is_written_empty

F25 = "Formato DTE v2.5 (2026-02)"
INVOICE = 110
#: IndServicio of what is no goods: qualified services, hotels, land transport, services used abroad.
SERVICES = frozenset({3, 4, 5, 6})
#: FmaPagExp of samples without commercial value.
NO_PAYMENT = 21

_CONTAINERS = frozenset(load("customs_package_types")["containers"])
_COUNTRIES = frozenset(load("customs_countries"))
_CURRENCIES = frozenset(load("customs_currencies"))
_CODES = {
    "clause": frozenset(map(int, load("customs_clauses"))),
    "sale_mode": frozenset(map(int, load("customs_sale_modes"))),
    "transport_way": frozenset(map(int, load("customs_transport_ways"))),
    "receiver_country": _COUNTRIES,
    "destination_country": _COUNTRIES,
    **dict.fromkeys(
        ("gross_weight_unit", "net_weight_unit", "tare_unit"), frozenset(load("customs_units"))
    ),
}
_PACKAGES = _CONTAINERS | frozenset(load("customs_package_types")["others"])
_ABOUT_GOODS = (
    "sale_mode", "clause", "clause_total", "transport_way", "port_from", "port_to", "package_total",
    "receiver_country", "destination_country",
)


@rule(
    "H01",
    title=_("Customs data of exported goods"),
    why=_("An export of goods states this; it is missing."),
    types={INVOICE},
    effect=SiiEffect.REPARO,
    action=Action.BLOCK,
    source=f"{F25}, Aduana 74 a 77, 84, 86, 95, 104 y 105; Detalle 15 <QtyItem> y 21 <UnmdItem>",
)
def exported_goods_have_customs_data(doc: Document) -> Iterator[Hit]:
    """Not asked of services (IndServicio 3 to 6), nor of notes, where all of it is optional."""
    if doc.id.service in SERVICES:
        return
    transport = doc.header.transport
    customs = transport.customs
    if not customs.present:
        yield transport.wrong("customs")
    else:
        for name in _ABOUT_GOODS:
            if getattr(customs, name) is None:
                yield customs.wrong(name)
    for line in doc.lines:
        for name in ("quantity", "unit"):
            if getattr(line, name) is None and not is_written_empty(line, name):
                yield line.wrong(name)


@rule(
    "H02",
    title=_("Packages: marks, containers and their seals"),
    why=_("Packages that are no containers have marks; these are missing."),
    types=EXPORTS,
    effect=SiiEffect.REPARO,
    action=Action.WARN,
    source=f"{F25}, Aduana 95 a 101 <TipoBultos>; qué tipos son contenedores, por experiencia de terreno",
    basis=Basis.FIELD,
    likely_sii_code="HED-2-804",
)
def packages_are_marked(doc: Document) -> Iterator[Hit]:
    """Aduanas finds the goods by marks, or by the container's number and seal."""
    if doc.id.service in SERVICES:
        return
    customs = doc.header.transport.customs
    for package in customs.packages:
        yield from _marks(package)
    counts = [package.count for package in customs.packages]
    total = customs.package_total
    if counts and total is not None and None not in counts and sum(counts) != total:
        why = _("The packages listed are %(expected)s; the total says %(found)s.")
        yield customs.wrong("package_total", sum(counts), why=why)


def _marks(package: Package) -> Iterator[Hit]:
    if package.code is None:
        return
    if package.code not in _CONTAINERS:
        if package.marks is None:
            yield package.wrong("marks")
        return
    for name in ("container", "seal"):
        if getattr(package, name) is None:
            why = _("A container is named by its number and its seal; this is missing.")
            yield package.wrong(name, why=why)


@rule(
    "H03",
    title=_("Samples without payment have no total"),
    why=_("The export is without payment (FmaPagExp 21): its total is 0, not %(found)s."),
    types=EXPORTS,
    effect=SiiEffect.REPARO,
    action=Action.BLOCK,
    source=f"{F25}, IdDoc 14 <FmaPagExp> y Totales 124 <MntTotal>",
    likely_sii_code="HED-1-803",
)
def samples_have_no_total(doc: Document) -> Iterator[Hit]:
    """Lines and MntExe may show what the samples are worth; nothing is charged."""
    if doc.id.export_payment_form == NO_PAYMENT and doc.totals.total:
        yield doc.totals.wrong("total", 0)


@rule(
    "H04",
    title=_("Freight and insurance are part of the total"),
    why=_("Freight and insurance are %(expected)s; the global surcharges are only %(found)s."),
    types=EXPORTS,
    effect=SiiEffect.REPARO,
    action=Action.WARN,
    basis=Basis.FIELD,
    source=f"{F25}, Aduana 102 <MntFlete> y 103 <MntSeguro>; los recargos, por experiencia de terreno",
)
def freight_and_insurance_are_surcharged(doc: Document) -> Iterator[Hit]:
    """Above zero is the norm's word; that the total holds them as surcharges, that of the field."""
    if doc.id.service in SERVICES:
        return
    customs = doc.header.transport.customs
    amounts = [getattr(customs, name) for name in ("freight", "insurance")]
    for name, amount in zip(("freight", "insurance"), amounts, strict=True):
        if amount is not None and amount <= 0:
            why = _("%(found)s: freight and insurance are written only when above zero.")
            yield customs.wrong(name, why=why)
    carried = sum(amount for amount in amounts if amount is not None and amount > 0)
    if not carried or doc.id.export_payment_form == NO_PAYMENT:
        return
    surcharges = [d for d in doc.discounts if d.movement == "R"]
    if any(d.value_type == "%" or d.value is None for d in surcharges):
        return
    surcharged = sum(d.value for d in surcharges)
    if surcharged < carried - Decimal("0.01"):
        yield customs.wrong("freight" if customs.freight else "insurance", carried, found=surcharged)


@rule(
    "H05",
    title=_("Codes of Aduanas"),
    why=_("Code %(found)s is not in the table of Aduanas that we know; please check it."),
    types=EXPORTS,
    effect=SiiEffect.NONE,
    action=Action.WARN,
    basis=Basis.INFERRED,
    source=f"{F25}, Aduana 74 a 105; tablas de Aduanas que conocemos; de los puertos, solo su largo",
)
def customs_codes_are_known(doc: Document) -> Iterator[Hit]:
    """Our tables may lag behind: an unlisted code is doubtful, never wrong for sure."""
    foreigner = doc.receiver.foreigner
    nationality = foreigner.nationality
    if nationality is not None and not _is_country(nationality):
        yield foreigner.wrong("nationality")
    transport = doc.header.transport
    if not transport.customs.present:
        return
    yield from _unlisted(transport.customs)


def _is_country(text: str) -> bool:
    return text.isascii() and text.isdecimal() and int(text) in _COUNTRIES


def _unlisted(customs: Node) -> Iterator[Hit]:
    for name, codes in _CODES.items():
        code = getattr(customs, name)
        if code is not None and code not in codes:
            yield customs.wrong(name)
    for name in ("port_from", "port_to"):
        code = getattr(customs, name)
        if code is not None and not 100 <= code <= 999:
            yield customs.wrong(name, why=_("%(found)s: every port of Aduanas we know has three digits."))
    for package in customs.packages:
        if package.code is not None and package.code not in _PACKAGES:
            yield package.wrong("code")


@rule(
    "H06",
    title=_("Receiver of an export"),
    why=_("An export is issued to RUT %(expected)s, not %(found)s."),
    types=EXPORTS,
    effect=SiiEffect.REPARO,
    action=Action.BLOCK,
    source=f"{F25}, Receptor 50 <RUTRecep>",
)
def exports_go_to_foreigners(doc: Document) -> Iterator[Hit]:
    """The buyer's own number goes to Extranjero; C03 guards this RUT in all other types."""
    rut = doc.receiver.rut
    if rut is not None and rut != FOREIGN:
        yield doc.receiver.wrong("rut", FOREIGN)


@rule(
    "H07",
    title=_("Name of the currency"),
    why=_("«%(found)s» is no currency of the schema; it wants names such as DOLAR USA, EURO, PESO CL."),
    types=NOT_BOLETA,
    effect=SiiEffect.REJECT,
    action=Action.BLOCK,
    source="TipMonType de SiiTypes_v10.xsd (2026-02); Formato DTE v2.5, Totales 106 y Otra Moneda 129",
)
def currencies_are_named_as_the_schema_does(doc: Document) -> Iterator[Hit]:
    """Names are Aduanas', not ISO codes; the schema lists them all."""
    if doc.is_export:
        currency = doc.totals.currency
        if currency is not None and currency not in _CURRENCIES:
            yield doc.totals.wrong("currency")
    other = doc.header.other_currency
    if other.present and other.currency is not None and other.currency not in _CURRENCIES:
        yield other.wrong("currency")

"""Group D: guías de despacho, and invoices that travel with the goods."""

import re

from ..document import Document, Driver, Transport
from ..message import _
from ..norms import since
from ..rule import Action, SiiEffect, rule
from ..types import GUIDES
from .c_contents import F25, MISSING, XSD, too_long

#: IndTraslado (Formato DTE v2.5, IdDoc 7).
SALE, INTERNAL, EXPORT_TRANSFER, EXPORT_SALE = 1, 5, 8, 9
#: CdgTraslado: taxpayer expressly authorised by the SII.
AUTHORISED = 4
#: IndExe of lines that a guía lists without selling them.
NOT_SOLD = (4, 5)
#: Types whose goods may travel with the document itself.
TRAVELLING = frozenset({33, 34, 46, 52})

_CUSTOMS_DATA = ("port_from", "port_to", "gross_weight_unit", "package_total")


@rule(
    "D03",
    title=_("Kind of transfer"),
    types=GUIDES,
    effect=SiiEffect.REJECT,
    action=Action.BLOCK,
    source=f"{F25}, IdDoc 7 <IndTraslado>, Emisor 38 a 40, Transporte.Aduana 84, 86, 91, 95; {XSD}",
)
def transfer_kind_is_told(doc: Document):
    """Only the list of values is the schema's; what an export transfer adds is the norm's."""
    transfer = doc.id.transfer
    if transfer is None:
        yield doc.id.wrong("transfer", why=MISSING)
    elif not 1 <= transfer <= 9:
        why = _("Kind of transfer %(found)s does not exist: it is a digit from 1 to 9.")
        yield doc.id.wrong("transfer", why=why)
    guide = doc.issuer.export_guide
    if transfer in (EXPORT_TRANSFER, EXPORT_SALE):
        if guide.transfer_code is None:
            yield guide.wrong("transfer_code", why=MISSING, effect=SiiEffect.REPARO)
        customs = doc.header.transport.customs
        if not customs.present:
            why = _("A transfer for export carries its customs data.")
            yield doc.header.transport.wrong("customs", why=why, effect=SiiEffect.REPARO)
            return
        for name in _CUSTOMS_DATA:
            if getattr(customs, name) is None:
                yield customs.wrong(name, why=MISSING, effect=SiiEffect.REPARO)
    if guide.transfer_code == AUTHORISED:
        for name in ("authorization", "authorization_date"):
            if getattr(guide, name) is None:
                yield guide.wrong(name, why=MISSING, effect=SiiEffect.REPARO)


_UNTOLD = _(
    "Goods travel with this document: since Res. Ex. 154 of 2025 it must tell this, or say expressly that "
    "it is not known."
)


@rule(
    "D04",
    title=_("Transport data of goods that travel"),
    types=TRAVELLING,
    effect=SiiEffect.NONE,
    action=Action.WARN,
    source=f"{F25}, IdDoc 6 y Transporte 67 a 73, FchSalida, HraSalida; Res. Ex. SII 154 de 2025; "
    "multa del art. 97 N° 17 del Código Tributario",
    since=since("res_ex_154_2025"),
)
def transport_is_told(doc: Document):
    """A guía always travels; an invoice when it says who dispatches (2 or 3) and no guía does it.

    The schema asks for none of this: the consequence is a fine, not a reject. Plate and carrier are the
    issuer's matter only when the issuer dispatches.
    """
    dispatch = doc.id.dispatch
    if dispatch is not None and not 1 <= dispatch <= 3:
        why = _("Kind of dispatch %(found)s does not exist: 1 by the receiver, 2 and 3 by the issuer.")
        yield doc.id.wrong("dispatch", why=why, effect=SiiEffect.REJECT)
    if doc.type != 52 and (dispatch not in (2, 3) or any(r.type == "52" for r in doc.references)):
        return
    transport = doc.header.transport
    names = ["address", "comuna", "departure_date", "departure_time"]
    if dispatch != 1:
        names[:0] = ["plate", "carrier_rut"]
    for name in names:
        if getattr(transport, name) is None:
            yield transport.wrong(name, why=_UNTOLD)
    if not transport.driver.present:
        yield transport.wrong("driver", why=_UNTOLD)


#: xs:time as the SII's schema takes it; "10:30" alone is refused, whatever the norm's length of 5.
_TIME = re.compile(r"([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d+)?", re.ASCII)
_TRANSPORT_TEXTS = frozenset({"plate", "trailer_plate", "address", "comuna", "city"})


@rule(
    "D05",
    title=_("Transport data agree with each other"),
    types=TRAVELLING,
    effect=SiiEffect.REJECT,
    action=Action.BLOCK,
    source=f"{F25}, Transporte 67 a 73, FchSalida, HraSalida, FchLlegada; {XSD}. "
    "El orden de las fechas se infiere de su descripción",
)
def transport_agrees(doc: Document):
    """Driver's RUT and name go together (70), lengths and times are the schema's, dates good sense."""
    transport = doc.header.transport
    if not transport.present:
        return
    yield from too_long(doc, Transport, _TRANSPORT_TEXTS, {})
    yield from too_long(doc, Driver, frozenset({"name"}), {})
    driver = transport.driver
    if driver.present:
        for name in ("rut", "name"):
            if getattr(driver, name) is None:
                yield driver.wrong(name, why=_("The driver's RUT and name go together."))
    time = transport.departure_time
    if time and not _TIME.fullmatch(time):
        why = _("%(found)s is not a time that the SII's schema takes: hours, minutes and seconds (10:30:00).")
        yield transport.wrong("departure_time", why=why)
    left, arrived, issued = transport.departure_date, transport.arrival_date, doc.id.date
    if left and issued and left < issued:
        why = _("The goods left on %(found)s, before the document was issued (%(expected)s).")
        yield transport.wrong("departure_date", issued, why, effect=SiiEffect.NONE, action=Action.WARN)
    if left and arrived and arrived < left:
        why = _("The goods arrive on %(found)s, before they leave (%(expected)s).")
        yield transport.wrong("arrival_date", left, why, effect=SiiEffect.NONE, action=Action.WARN)


@rule(
    "D06",
    title=_("What a guía de despacho may carry"),
    types=GUIDES,
    effect=SiiEffect.REPARO,
    action=Action.WARN,
    source=f"{F25}, tabla de zonas (descuentos y recargos: no corresponde), IdDoc 7, Detalle 22 <PrcItem>",
)
def guide_fits_its_transfer(doc: Document):
    """Only a transfer that is no sale may leave out prices; the receiver of an internal one is inferred."""
    transfer = doc.id.transfer
    if doc.discounts:
        why = _("A guía carries no global discounts or surcharges.")
        yield doc.wrong("discounts", why=why)
    if transfer == SALE:
        for line in doc.lines:
            if line.price is None and line.exempt_code not in NOT_SOLD:
                yield line.wrong("price", why=_("The guía of a sale gives the price of what is sold."))
        if doc.totals.total == 0:
            yield doc.totals.wrong("total", why=_("The guía of a sale has a total above zero."))
    elif transfer == INTERNAL and doc.receiver.rut and doc.issuer.rut and doc.receiver.rut != doc.issuer.rut:
        why = _("In an internal transfer receiver and issuer are the same (%(expected)s).")
        yield doc.receiver.wrong("rut", doc.issuer.rut, why, effect=SiiEffect.NONE)

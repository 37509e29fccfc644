"""Group G, third part: references that trade, transport and customs ask for."""

from ..document import Document, Reference
from ..message import _
from ..rule import Action, Basis, SiiEffect, rule
from ..types import EXPORTS, INVOICES
from .g_references import GUIDES, months, original_key

#: Day of the month until which the guides of the month before may be invoiced.
LAST_DAY = 10
#: Reference types that name a public buyer's order or contract.
_ORDERS = frozenset({"801", "802", "803", "805", "806"})


@rule(
    "G13",
    title=_("Invoice of dispatch guides in their period"),
    types=INVOICES,
    effect=SiiEffect.NONE,
    action=Action.WARN,
    source="DL 825, art. 55",
    basis=Basis.LAW,
)
def guides_are_invoiced_in_time(doc: Document):
    """Goods of a month may be invoiced until the 10th of the next, with the month's guides named."""
    guides = [r for r in doc.references if r.type in GUIDES]
    if not guides:
        return
    day = doc.id.date
    if day is None:
        return
    allowed = 1 if day.day <= LAST_DAY else 0
    for guide in guides:
        if guide.date is not None and months(guide.date, day) > allowed:
            yield guide.wrong("date", why=_(
                "The guide is of %(found)s: it had to be invoiced by the 10th of the following month."
            ))
    yield from _guides_total(doc, guides)


def _guides_total(doc: Document, guides: list[Reference]):
    """Compare with the guides' totals where all are known and each carries prices."""
    keys = [original_key(guide) for guide in guides]
    if None in keys:
        return
    originals = doc.context.originals
    totals = [originals[key].total for key in keys if key in originals]
    if len(totals) == len(keys) and all(totals) and sum(totals) != doc.totals.total:
        yield doc.totals.wrong("total", sum(totals), _(
            "The invoice totals %(found)s, and the guides it refers to %(expected)s."
        ))


@rule(
    "G14",
    title=_("Purchase order of a public buyer"),
    types=INVOICES,
    effect=SiiEffect.NONE,
    action=Action.INFO,
    source="Práctica de los organismos públicos (ChileCompra); cuáles son sus RUT se deduce de su rango",
    basis=Basis.INFERRED,
)
def public_buyer_wants_its_order(doc: Document):
    """Public bodies return invoices without the order; their RUTs stand in 60–61 and 69 million."""
    rut = doc.receiver.rut
    if rut is None or len(rut) != 10 or rut[:2] not in ("60", "61", "69"):
        return
    if not any(r.type in _ORDERS or not (r.type or "0").isdecimal() for r in doc.references):
        yield doc.wrong("references", "801", _(
            "%(rut)s looks like a public body, which usually demands a reference to its purchase order "
            "(801, number of ChileCompra)."
        ), rut=rut)


@rule(
    "G17",
    title=_("Reference that an export of services needs"),
    types=EXPORTS,
    effect=SiiEffect.REPARO,
    action=Action.WARN,
    source="Informes de emisores: REF-2-826; Formato DTE v2.5 (2026-02), Referencias 2",
    basis=Basis.FIELD,
    likely_sii_code="REF-2-826",
)
def service_export_has_its_reference(doc: Document):
    """Services qualified by Customs name the resolution, hotels the guest's passport."""
    wanted = {3: "812", 4: "813"}.get(doc.id.service)
    if wanted is None or any(r.type == wanted for r in doc.references):
        return
    why = {
        "812": _(
            "With IndServicio 3, refer to the customs resolution that qualifies the service (%(expected)s)."
        ),
        "813": _("With IndServicio 4 (hotel), refer to the guest's passport (%(expected)s)."),
    }[wanted]
    yield doc.wrong("references", wanted, why)

"""Group F: global discounts and surcharges."""

from collections.abc import Iterator

from .. import sums
from ..document import Discount, Document
from ..field import NotKnown
from ..message import _
from ..node import Hit
from ..rule import Action, SiiEffect, rule
from ..sums import EXEMPT_CLASS, TAXABLE
from ..types import ALL, GUIDES, SETTLEMENTS
from .f_special import TOO_LONG

F25 = "Formato DTE v2.5 (2026-02)"
FB42 = "Formato Boleta v4.2 (2025-09)"
MAX_DISCOUNTS = 20


@rule(
    "F12",
    title=_("Global discounts and surcharges"),
    why=_("%(found)s is not a valid value here."),
    types=ALL - SETTLEMENTS - GUIDES,
    effect=SiiEffect.REPARO,
    action=Action.BLOCK,
    source=f"{F25}, zona D «Descuentos o recargos»; {FB42}, zona D",
)
def global_discounts_are_well_formed(doc: Document) -> Iterator[Hit]:
    """Each bears on one class of lines; one for all classes takes a row for each."""
    discounts = doc.discounts
    if not discounts:
        return
    if len(discounts) > MAX_DISCOUNTS:
        why = _("The document has %(found)s global discounts and surcharges; %(expected)s are allowed.")
        yield doc.wrong("discounts", MAX_DISCOUNTS, found=len(discounts), why=why, effect=SiiEffect.REJECT)
    for flaw in doc.flaws_of("too_long", Discount):
        if flaw.field.name == "gloss":
            yield flaw.node.wrong("gloss", 45, found=flaw.raw, why=TOO_LONG, effect=SiiEffect.REJECT)
    for discount in discounts:
        yield from _values(discount)
        yield from _class_with_lines(doc, discount)
    if _has_several_tax_codes(doc):
        for discount in discounts:
            if discount.value_type == "$" and discount.exempt_code is None:
                why = _("The lines carry different tax codes: a global discount must then be a percentage.")
                yield discount.wrong("value_type", "%", why=why)


def _values(discount: Discount) -> Iterator[Hit]:
    """What the schema lists; beyond it, no discount takes more than everything."""
    for name, listed in (("movement", "DR"), ("value_type", "%$")):
        value = getattr(discount, name)
        if value is None or value not in listed:
            yield discount.wrong(name, " / ".join(listed), effect=SiiEffect.REJECT)
    if discount.exempt_code not in (None, 1, 2):
        yield discount.wrong("exempt_code", effect=SiiEffect.REJECT)
    value = discount.value
    if value is None:
        return  # an export may give it in the other currency alone
    if value <= 0:
        yield discount.wrong("value", effect=SiiEffect.REJECT)
    elif value > 100 and discount.value_type == "%" and discount.movement == "D":
        yield discount.wrong("value", why=_("A discount of %(found)s %% takes more than everything."))


def _class_with_lines(doc: Document, discount: Discount) -> Iterator[Hit]:
    """A discount bears on a class of lines (<IndExeDR>); there must be some of that class."""
    try:
        class_ = sums.class_of(doc, discount)
    except NotKnown:
        return
    codes = {line.exempt_code for line in doc.lines}
    if class_ == TAXABLE:
        found = None in codes
    elif class_ == EXEMPT_CLASS:
        found = 1 in codes or (None in codes and sums.is_exempt_as_a_whole(doc))
    else:
        found = bool(codes & {2, 6})
    if codes and not found:
        why = _(
            "This discount or surcharge bears on a kind of lines (taxable, exempt, non-billable) of which"
            " there are none."
        )
        yield discount.wrong("exempt_code", why=why)


def _has_several_tax_codes(doc: Document) -> bool:
    """Whether the taxable lines carry different tax codes, none among them."""
    if doc.is_boleta or doc.is_export:
        return False
    return len({frozenset(line.tax_codes) for line in doc.lines if line.exempt_code is None}) > 1

"""Group F: the totals are what the lines add up to."""

from ..document import Document
from ..message import _
from ..money import percent
from ..rule import Action, SiiEffect, rule
from ..types import IVA_TYPES

F25 = "Formato DTE v2.5 (2026-02)"


@rule(
    "F04",
    title=_("IVA is the rate of the net amount"),
    why=_("IVA is %(found)s, but %(rate)s%% of %(net)s, rounded half up, is %(expected)s."),
    types=IVA_TYPES,
    effect=SiiEffect.REPARO,
    action=Action.BLOCK,
    source=f"{F25}, Totales 112 <IVA>",
)
def iva_is_rate_of_net(doc: Document):
    """The SII does not reject for arithmetic (§2.2), but mending it costs a nota de crédito."""
    totals = doc.totals
    if totals.net is None or totals.iva_rate is None or totals.iva is None:
        return
    expected = percent(totals.net, totals.iva_rate)
    if totals.iva != expected:
        yield totals.wrong("iva", expected, rate=totals.iva_rate, net=totals.net)

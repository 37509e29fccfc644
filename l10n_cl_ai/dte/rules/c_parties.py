"""Group C: who issues and who receives."""

from ..document import Document
from ..message import _
from ..rule import Action, Basis, SiiEffect, rule
from ..rut import is_valid
from ..types import ALL

F25 = "Formato DTE v2.5 (2026-02)"


@rule(
    "C01",
    title=_("RUT well written and with the right check digit"),
    why=_("%(found)s is not a valid RUT: digits, a hyphen and the right check digit are expected."),
    types=ALL,
    effect=SiiEffect.REJECT,
    action=Action.BLOCK,
    source=f"{F25}, Emisor 32 y Receptor 51; SiiTypes v10, RUTType",
)
def rut_has_its_check_digit(doc: Document):
    """The XSD checks the pattern of a RUT, not its check digit."""
    parties = ((doc.issuer, "rut"), (doc.receiver, "rut"))
    for node, name in parties:
        rut = getattr(node, name)
        if rut is not None and not is_valid(rut):
            yield node.wrong(name)

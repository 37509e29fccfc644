"""A rule of our own: our clients pay nothing without the number of their order."""

from odoo.addons.l10n_cl_ai.dte import Action, Basis, Document, SiiEffect, rule
from odoo.addons.l10n_cl_ai.dte.message import _
from odoo.addons.l10n_cl_ai.dte.types import INVOICES


@rule(
    "X01",
    title=_("The client's order is named"),
    why=_("No reference of type %(expected)s names the order of %(client)s."),
    types=INVOICES,
    effect=SiiEffect.NONE,
    action=Action.WARN,
    source="Our contracts, clause 4.2",
    basis=Basis.INFERRED,
    fix="order_number",
)
def order_is_named(doc: Document):
    """Type 801 is an "orden de compra" (Formato DTE v2.5, Referencias 3)."""
    if not any(reference.type == "801" for reference in doc.references):
        yield doc.wrong("references", "801", client=doc.receiver.name)

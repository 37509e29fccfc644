"""Which names and addresses a record speaks of, so that they are masked before anything leaves."""

from odoo.models import LOG_ACCESS_COLUMNS

from ..llm.question import Private

_NAMES = ("name", "display_name", "commercial_company_name")
_ADDRESSES = ("street", "street2", "email", "phone")


def called(record) -> str:
    """Return how a record is called; drafts of documents, which have no number yet, by whom they are for as well."""
    name = record.display_name or ""
    if record._name != "account.move" or record.name not in (False, "/"):
        return name
    # sudo: res.partner - as Odoo's own read() names what a record points at
    partner = record.partner_id.sudo().display_name
    return f"{name} · {partner}" if partner else name


def private_names(records) -> tuple[Private, ...]:
    """Return the names, addresses and accounts of all partners that the records, or their lines, point at."""
    # sudo: res.partner - what the asker may not read must be masked all the same; nothing of it is shown
    records = records.sudo().with_context(active_test=False)
    partners = _partners(records)
    for lines in _lines(records):
        partners |= _partners(lines)
    found = {}
    for partner in partners | partners.child_ids | partners.commercial_partner_id:
        found |= {Private("name", partner[name]): None for name in _NAMES if partner[name]}
        found |= {Private("address", partner[name]): None for name in _ADDRESSES if partner[name]}
        found |= {Private("account", bank.acc_number): None for bank in partner.bank_ids if bank.acc_number}
    return tuple(found)


def _lines(records):
    """Return the records' lines, as Odoo names them: ``line_ids``, ``invoice_line_ids``, ``order_line``."""
    for field in records._fields.values():
        if field.type == "one2many" and field.name.endswith(("line_ids", "_line")):
            yield records[field.name]


def _partners(records):
    """Return the partners, and the users' partners, that the records' own fields name."""
    partners = records if records._name == "res.partner" else records.env["res.partner"]
    for field in records._fields.values():
        # Who entered a record is not spoken of in what is sent; masking it would hide words as common as "Admin".
        if not field.store or field.name in LOG_ACCESS_COLUMNS:
            continue
        if field.comodel_name == "res.partner":
            partners |= records[field.name]
        elif field.comodel_name in ("res.users", "res.company", "res.partner.bank") and field.type == "many2one":
            partners |= records[field.name].partner_id
    return partners

"""Which names and addresses a record speaks of, so that they are masked before anything leaves."""

from odoo.models import LOG_ACCESS_COLUMNS

from ..llm.question import Private

_NAMES = ("name", "display_name", "commercial_company_name")
_ADDRESSES = ("street", "street2", "email", "phone")


def private_names(record) -> tuple[Private, ...]:
    """Return the names, addresses and accounts of all partners that the record, or its lines, point at."""
    # sudo: res.partner - what the asker may not read must be masked all the same; nothing of it is shown
    partners = _partners(record.sudo())
    found = {}
    for partner in partners | partners.child_ids | partners.commercial_partner_id:
        found |= {Private("name", partner[name]): None for name in _NAMES if partner[name]}
        found |= {Private("address", partner[name]): None for name in _ADDRESSES if partner[name]}
        found |= {Private("account", bank.acc_number): None for bank in partner.bank_ids if bank.acc_number}
    return tuple(found)


def _partners(record):
    """Return the partners, and the users' partners, that the record's own fields name."""
    partners = record if record._name == "res.partner" else record.env["res.partner"]
    for field in record._fields.values():
        # Who entered the record is not spoken of in what is sent; masking it would hide words as common as "Admin".
        if field.type == "many2one" and field.store and field.name not in LOG_ACCESS_COLUMNS:
            if field.comodel_name == "res.partner":
                partners |= record[field.name]
            elif field.comodel_name in ("res.users", "res.company") or field.comodel_name == "res.partner.bank":
                partners |= record[field.name].partner_id
    return partners

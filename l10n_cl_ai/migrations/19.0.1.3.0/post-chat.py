"""The assistant is there now, and sends more than was said of it: what a manager accepted then does not cover it."""

from odoo import SUPERUSER_ID, api
from odoo.addons.l10n_cl_ai.upgrade import renew_feature

#: What the earlier version let leave, unless an administrator decided otherwise.
_LET_LEAVE = frozenset(
    {
        "account.move.name", "account.move.invoice_date", "account.move.invoice_date_due",
        "account.move.amount_untaxed", "account.move.amount_tax", "account.move.amount_total",
        "account.move.amount_residual", "account.move.state", "account.move.payment_state",
        "account.move.l10n_cl_ai_state", "account.move.line.name", "account.move.line.quantity",
        "account.move.line.price_unit", "account.move.line.price_subtotal", "res.partner.name",
    }
)  # fmt: skip


def migrate(cr, version):
    renew_feature(api.Environment(cr, SUPERUSER_ID, {}), "feature_chat", _LET_LEAVE)

"""Suggestions send other things than the earlier version said: what a manager accepted then does not cover it.

The records of features are an administrator's, and updates leave them alone. What they say of the data must be true all
the same, so that each company is asked again.
"""

from lxml import etree

from odoo import SUPERUSER_ID, api
from odoo.tools import SQL, file_path

#: What the earlier version let leave, unless an administrator decided otherwise.
_LET_LEAVE = frozenset(
    {
        "account.move.invoice_date", "account.move.line.name", "account.move.line.price_subtotal",
        "account.move.line.quantity", "project.project.name",
    }
)  # fmt: skip
_NAME = "feature_project_suggestion"


def migrate(cr, version):
    env = api.Environment(cr, SUPERUSER_ID, {})
    feature = env.ref(f"l10n_cl_ai.{_NAME}", raise_if_not_found=False)
    if not feature:
        return
    delivered = etree.parse(file_path("l10n_cl_ai/data/ai_feature_data.xml"))
    feature.handler = _text(delivered, "handler")
    if feature._allowed() == _LET_LEAVE:
        feature.allowed_fields = _text(delivered, "allowed_fields")
    _say(env, feature, _text(delivered, "data_sent"))


def _text(delivered, field):
    [found] = delivered.xpath("//record[@id=$record]/field[@name=$field]", record=_NAME, field=field)
    return found.text


def _say(env, feature, text):
    """Replace a text in all languages: translations of what it said before must not stand beside it."""
    env.flush_all()
    env.cr.execute(
        SQL("UPDATE l10n_cl_ai_feature SET data_sent = jsonb_build_object('en_US', %s::text) WHERE id = %s",
            text, feature.id)
    )  # fmt: skip
    env.invalidate_all()

"""Reviews send more than the earlier version said: what a manager accepted then does not cover it.

The records of features are an administrator's, and updates leave them alone. What they say of the data must be true all
the same, so that each company is asked again.
"""

from lxml import etree

from odoo import SUPERUSER_ID, api
from odoo.tools import SQL, file_path

#: What the earlier version let leave of a document, unless an administrator decided otherwise.
_LET_LEAVE = frozenset(
    {
        "Detalle", "DscRcgGlobal", "Referencia", "Encabezado/Totales", "Encabezado/Emisor/GiroEmis",
        "Encabezado/Emisor/Acteco", "Encabezado/Emisor/CmnaOrigen", "Encabezado/Receptor/GiroRecep",
        "Encabezado/Receptor/CmnaRecep", "Encabezado/IdDoc/TipoDTE", "Encabezado/IdDoc/Folio",
        "Encabezado/IdDoc/FchEmis", "Encabezado/IdDoc/FchVenc", "Encabezado/IdDoc/FmaPago",
        "Encabezado/IdDoc/IndServicio", "Encabezado/IdDoc/IndTraslado",
    }
)  # fmt: skip


def migrate(cr, version):
    env = api.Environment(cr, SUPERUSER_ID, {})
    delivered = etree.parse(file_path("l10n_cl_ai/data/ai_feature_data.xml"))
    for name in ("feature_dte_review", "feature_server_action"):
        feature = env.ref(f"l10n_cl_ai.{name}", raise_if_not_found=False)
        if feature:
            feature.handler = _text(delivered, name, "handler")
    review = env.ref("l10n_cl_ai.feature_dte_review", raise_if_not_found=False)
    if review:
        if review._allowed() == _LET_LEAVE:
            review.allowed_fields = _text(delivered, "feature_dte_review", "allowed_fields")
        _say(env, review, _text(delivered, "feature_dte_review", "data_sent"))


def _text(delivered, record, field):
    [found] = delivered.xpath("//record[@id=$record]/field[@name=$field]", record=record, field=field)
    return found.text


def _say(env, feature, text):
    """Replace a text in all languages: translations of what it said before must not stand beside it."""
    env.flush_all()
    env.cr.execute(
        SQL("UPDATE l10n_cl_ai_feature SET data_sent = jsonb_build_object('en_US', %s::text) WHERE id = %s",
            text, feature.id)
    )  # fmt: skip
    env.invalidate_all()

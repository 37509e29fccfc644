"""The delivered agents get the tool of the SII's news; what people chose for them otherwise stays."""

from odoo import SUPERUSER_ID, api

_AGENTS = ("agent_facturacion", "agent_contabilidad", "agent_compras", "agent_proyectos")


def migrate(cr, version):
    """:param version: of the database before"""
    if not version:
        return
    env = api.Environment(cr, SUPERUSER_ID, {})
    env["l10n_cl_ai.tool"]._sync()
    tool = env["l10n_cl_ai.tool"].search([("code", "=", "sii_news")])
    for name in _AGENTS:
        agent = env.ref(f"l10n_cl_ai.{name}", raise_if_not_found=False)
        if agent and any(one.code == "search_knowledge" for one in agent.tool_ids):
            agent.tool_ids |= tool

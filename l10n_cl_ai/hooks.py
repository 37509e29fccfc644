from odoo.tools import SQL

from .llm.postgres import schema


def uninstall_hook(env):
    """Drop the gateway's tables that no model stands for; Odoo drops those of models."""
    for table in schema.BARE:
        env.cr.execute(SQL("DROP TABLE IF EXISTS %s", SQL.identifier(table)))

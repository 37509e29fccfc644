from odoo.tools import SQL

from .llm.postgres import day_schema, schema
from .models import ai_index_schema


def uninstall_hook(env):
    """Drop the tables that no model stands for, how text was read, and parameters; Odoo drops those of models."""
    for table in (*schema.BARE, *ai_index_schema.BARE):
        env.cr.execute(SQL("DROP TABLE IF EXISTS %s", SQL.identifier(table)))
    for function in day_schema.FUNCTIONS:
        env.cr.execute(SQL("DROP FUNCTION IF EXISTS %s() CASCADE", SQL.identifier(function)))
    # Who installs it again must not find the address that somebody once set for a key, nor a token that still reads.
    env["ir.config_parameter"].search([("key", "=like", "l10n\\_cl\\_ai.%")]).unlink()
    env.cr.execute("DROP TEXT SEARCH CONFIGURATION IF EXISTS l10n_cl_ai")
    env.cr.execute("DROP SCHEMA IF EXISTS l10n_cl_ai CASCADE")  # where unaccent was put, if it was not there

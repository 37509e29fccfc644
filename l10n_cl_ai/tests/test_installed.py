"""What installing leaves in a database, so that upgrading, uninstalling and demo data keep to what they promise."""

from lxml import etree

from odoo.modules.module import Manifest
from odoo.tests import TransactionCase, tagged
from odoo.tools import file_open

from .. import hooks
from ..llm.postgres import schema
from ..models import ai_index_schema
from ..models.account_move_outcome import _COLUMNS

ADDON = "l10n_cl_ai"


@tagged("post_install_l10n", "post_install", "-at_install")
class TestInstalled(TransactionCase):
    def of_database(self, query, *params):
        self.env.cr.execute(query, params)
        return {name for (name,) in self.env.cr.fetchall()}

    def test_every_table_has_a_model_or_is_dropped_by_the_hook(self):
        tables = self.of_database(
            "SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
            " WHERE n.nspname = 'public' AND c.relkind IN ('r', 'p') AND c.relname LIKE 'l10n\\_cl\\_ai%%'"
        )
        of_models = {model._table for model in self.env.registry.values()}
        of_fields = {
            field.relation
            for model in self.env.registry.values()
            for field in model._fields.values()
            if field.type == "many2many" and field.store
        }
        self.assertEqual(tables - of_models - of_fields, {*schema.BARE, *ai_index_schema.BARE} & tables)

    def test_the_hook_drops_what_no_model_stands_for(self):
        for table in (*schema.BARE, *ai_index_schema.BARE):
            self.env.cr.execute(f"CREATE TABLE IF NOT EXISTS {table} (id integer)")
        hooks.uninstall_hook(self.env)
        for table in (*schema.BARE, *ai_index_schema.BARE):
            self.env.cr.execute("SELECT to_regclass(%s)", [table])
            self.assertIsNone(self.env.cr.fetchone()[0], table)
        left = self.of_database(
            "SELECT proname FROM pg_proc WHERE proname LIKE 'l10n\\_cl\\_ai%%'"
            " UNION ALL SELECT nspname FROM pg_namespace WHERE nspname = 'l10n_cl_ai'"
            " UNION ALL SELECT cfgname FROM pg_ts_config WHERE cfgname = 'l10n_cl_ai'"
        )
        self.assertFalse(left)

    def test_the_hook_leaves_neither_token_nor_address_behind(self):
        """Else who installs it again types a key for an address that somebody else once set, and an old token reads."""
        parameters = self.env["ir.config_parameter"]
        self.env["l10n_cl_ai.metrics"]._make_token()
        parameters.set_param("l10n_cl_ai.base_url", "https://modelo.example.cl")
        parameters.set_param("l10n_clx_ai.other", "1")
        hooks.uninstall_hook(self.env)
        left = parameters.search([("key", "=like", "l10n\\_cl%ai.%")]).mapped("key")
        self.assertEqual(left, ["l10n_clx_ai.other"])

    def test_installing_computes_nothing_for_documents_that_are_there(self):
        """Else a table is read before it is made, and millions of documents are gone through."""
        stored = {
            name
            for name, field in self.env["account.move"]._fields.items()
            if name.startswith("l10n_cl_ai") and field.store and field.compute and field.column_type
        }
        self.assertEqual(stored, set(_COLUMNS))
        for model in ("account.move.line", "res.partner", "res.company", "res.users", "account.journal"):
            computed = [
                name for name, field in self.env[model]._fields.items()
                if name.startswith("l10n_cl_ai") and field.store and field.compute and field.column_type
            ]  # fmt: skip
            self.assertFalse(computed, model)

    def of_files(self, kind):
        """Return the names of the records in the addon's files of a kind."""
        names = set()
        for path in Manifest.for_addon(ADDON)[kind]:
            if path.endswith(".xml"):
                with file_open(f"{ADDON}/{path}", "rb") as file:
                    names |= set(etree.parse(file).xpath("//record/@id"))
        return names

    def test_demo_data_stand_apart(self):
        module = self.env["ir.module.module"].search([("name", "=", ADDON)])
        names = self.of_files("demo") - self.of_files("data")  # demo data also set what the addon's data made
        there = self.env["ir.model.data"].search([("module", "=", ADDON), ("name", "in", list(names))])
        self.assertTrue(names)
        self.assertEqual(bool(there), module.demo)

"""A copy of the database, made harmless by Odoo's own neutralisation: it asks nobody, tells nobody, watches nothing."""

from odoo.modules.neutralize import neutralize_database
from odoo.tests import tagged

from .ledger_common import LedgerCase

TAGS = ("post_install_l10n", "post_install", "-at_install")
#: What others may have made: (table, column that is to be off).
SWITCHES = (
    ("l10n_cl_ai_sii_source", "active"),
    ("l10n_cl_ai_webhook", "active"),
    ("l10n_cl_ai_alert", "by_email"),
    ("l10n_cl_ai_alert", "by_webhook"),
)


@tagged(*TAGS)
@tagged("post_install_l10n", "post_install", "-at_install")
class TestNeutralize(LedgerCase):
    def setUp(self):
        super().setUp()
        self.parameters = self.env["ir.config_parameter"]
        self.parameters.set_param("l10n_cl_ai.base_url", "https://api.example.com")
        self.parameters.set_param("l10n_cl_ai.metrics_token", "a digest")
        self.env["l10n_cl_ai.feature.switch"].sudo().search([]).enabled = True
        self.env.cr.execute(
            "INSERT INTO l10n_cl_ai_secret (kind, ciphertext) VALUES ('api_key', 'sealed') RETURNING id"
        )
        batch = self.env["l10n_cl_ai.batch"].create(
            {"name": "Octubre", "company_id": self.company.id, "user_id": self.user.id, "state": "submitted"}
        )
        self.item = self.env["l10n_cl_ai.batch.item"].create(
            {"batch_id": batch.id, "res_model": "l10n_cl_ai.review", "res_id": 1, "token": "x", "state": "sent",
             "ticket": {"text": "private"}}
        )  # fmt: skip
        self.env.flush_all()
        self.bare = set()
        for switch in SWITCHES:
            self.make(*switch)

    def make(self, table, column):
        """Make a table of such a name where this version has none, and switch it on."""
        self.env.cr.execute("SELECT to_regclass(%s) IS NULL", [table])
        if self.env.cr.fetchone()[0]:
            self.env.cr.execute(f"CREATE TABLE {table} (id serial, {column} boolean)")
            self.bare.add(table)
        self.env.cr.execute(f"SELECT count(*) FROM information_schema.columns WHERE table_name = '{table}'"
                            f" AND column_name = '{column}'")  # fmt: skip
        if not self.env.cr.fetchone()[0]:
            self.env.cr.execute(f"ALTER TABLE {table} ADD COLUMN {column} boolean")
        self.env.cr.execute(f"SELECT count(*) FROM information_schema.columns WHERE table_name = '{table}'"
                            " AND is_nullable = 'NO' AND column_default IS NULL")  # fmt: skip
        if self.env.cr.fetchone()[0]:  # a model's: its own tests make rows of it
            self.env.cr.execute(f"UPDATE {table} SET {column} = true")
        else:
            self.env.cr.execute(f"INSERT INTO {table} ({column}) VALUES (true)")

    def on(self, table, column):
        self.env.cr.execute(f"SELECT count(*) FROM {table} WHERE {column}")
        return self.env.cr.fetchone()[0]

    def test_a_copy_asks_tells_and_watches_nothing(self):
        figures = self.row()
        self.env.flush_all()
        neutralize_database(self.env.cr)
        self.env.invalidate_all()
        self.env.registry.clear_cache()
        self.env.cr.execute("SELECT count(*) FROM l10n_cl_ai_secret")
        self.assertEqual(self.env.cr.fetchone()[0], 0)
        self.assertFalse(self.env["l10n_cl_ai.feature.switch"].search([("enabled", "=", True)]))
        self.assertFalse(self.parameters.get_param("l10n_cl_ai.base_url"))
        self.assertFalse(self.parameters.get_param("l10n_cl_ai.metrics_token"))
        self.assertEqual((self.item.batch_id.state, self.item.ticket), ("cancelled", False))
        self.assertEqual([switch for switch in SWITCHES if self.on(*switch)], [])
        asking = self.env["ir.cron"].search([("cron_name", "like", "AI Chile")])
        self.assertFalse(asking.filtered("active"), "Odoo switches all crons off")
        self.assertTrue(figures.exists(), "what was spent is no secret, and stays")

    def test_a_version_without_those_tables_is_neutralised_too(self):
        for table in self.bare:
            self.env.cr.execute(f"DROP TABLE {table}")
        neutralize_database(self.env.cr)
        self.env.invalidate_all()
        self.assertFalse(self.env["l10n_cl_ai.feature.switch"].search([("enabled", "=", True)]))

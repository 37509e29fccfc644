"""Keys: where they come from, who may set them, and that nobody reads them."""

import re
import subprocess
import sys
import tempfile
from pathlib import Path
from unittest.mock import patch

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..llm.vault import new_key
from ..models.ai_secret_reading import find_secret, redis_url, secret_value, vault
from .ai_common import CANARY, SecretCase

LOG = "odoo.addons.l10n_cl_ai.models.ai_secret_reading"
REDIS = "rediss://odoo:s3cr3t-canary@cache.example.cl:6380/2"


@tagged("post_install_l10n", "post_install", "-at_install")
class TestWhereSecretsComeFrom(SecretCase):
    def test_the_environment_comes_first_then_odoo_conf_then_what_is_stored(self):
        self.with_vault()
        self.secrets._store("api_key", "sk-of-all-companies")
        self.secrets._store("api_key", "sk-of-our-own-0001", self.company)
        cases = [
            ({"L10N_CL_AI_API_KEY": "sk-outside", "l10n_cl_ai_api_key": "sk-conf"}, "sk-outside", "environment"),
            ({"l10n_cl_ai_api_key": " sk-conf "}, "sk-conf", "odoo.conf"),
            ({"L10N_CL_AI_API_KEY": "  "}, "sk-of-our-own-0001", "company"),
        ]
        key = vault().keys
        for options, value, source in cases:
            with self.subTest(source):
                self.outside(L10N_CL_AI_SECRET_KEY=key, **options)
                found = find_secret(self.env, "api_key", self.company)
                self.assertEqual((found.value, found.source), (value, source))

    def test_a_company_without_its_own_key_has_the_one_of_all(self):
        self.with_vault()
        self.assertIsNone(secret_value(self.env, "api_key", self.company))
        self.secrets._store("api_key", "sk-of-our-own-0001", self.company)
        self.assertIsNone(secret_value(self.env, "api_key", self.other), "a key of one company serves no other")
        self.secrets._store("api_key", "sk-of-all-companies")
        self.assertEqual(secret_value(self.env, "api_key", self.company), "sk-of-our-own-0001")
        self.assertEqual(secret_value(self.env, "api_key", self.other), "sk-of-all-companies")
        self.secrets._forget("api_key", self.company)
        self.assertEqual(secret_value(self.env, "api_key", self.company), "sk-of-all-companies")
        self.secrets._forget("api_key")
        self.assertEqual(find_secret(self.env, "api_key", self.company).source, "none")

    def test_whoever_asks_the_gateway_finds_the_key_of_his_company(self):
        self.with_vault()
        self.secrets._store("api_key", "sk-of-our-own-0001", self.company)
        self.assertEqual(
            secret_value(self.as_user(self.user, "res.users").env, "api_key", self.company), "sk-of-our-own-0001"
        )

    def test_a_new_key_takes_the_place_of_the_former(self):
        self.with_vault()
        for value in ("sk-the-first-key-1", "sk-the-second-key"):
            self.secrets._store("api_key", value)
        self.assertEqual(secret_value(self.env, "api_key", self.company), "sk-the-second-key")
        self.assertEqual(len(self.stored()), 1)

    def test_odoo_keeps_our_options_of_its_file(self):
        """Odoo 19 stores options it does not know, with a warning that does not repeat their values."""
        probe = "from odoo.tools import config; config.parse_config([]); print(config.get('l10n_cl_ai_api_key'))"
        with tempfile.NamedTemporaryFile("w", suffix=".conf") as conf:
            conf.write(f"[options]\nl10n_cl_ai_api_key = {CANARY}%\n")
            conf.flush()
            environment = {"ODOO_RC": conf.name, **path_of_odoo()}
            done = subprocess.run([sys.executable, "-c", probe], capture_output=True, text=True, env=environment)
        self.assertEqual(done.stdout.strip(), f"{CANARY}%", done.stderr)
        self.assertNotIn(CANARY, done.stderr)


@tagged("post_install_l10n", "post_install", "-at_install")
class TestSealing(SecretCase):
    def test_without_a_key_to_seal_with_nothing_is_stored(self):
        for options in ({}, {"L10N_CL_AI_SECRET_KEY": "my password"}):
            with self.subTest(options):
                self.outside(**options)
                with self.assertRaises(UserError) as refused:
                    self.secrets._store("api_key", CANARY)
                self.assertIn("L10N_CL_AI_SECRET_KEY", str(refused.exception))
                self.assertNotIn(CANARY, str(refused.exception))
                self.assertFalse(self.stored())

    def test_what_is_stored_says_nothing_but_its_end(self):
        self.with_vault()
        with self.assertLogs(level="DEBUG") as log:
            self.secrets._store("api_key", CANARY)
            self.secrets._store("redis_url", REDIS)
            secret_value(self.env, "api_key", self.company)
            self.env.flush_all()
        dump = repr(self.stored())
        self.assertNotIn(CANARY, dump)
        self.assertNotIn("s3cr3t", dump)
        self.assertEqual([row[3] for row in self.stored()], ["…cdef", "rediss://cache.example.cl:6380/2"])
        for line in log.output:
            self.assertNotRegex(line, f"{CANARY}|s3cr3t")

    def test_a_changed_key_is_said_and_breaks_nothing(self):
        self.with_vault()
        self.secrets._store("api_key", CANARY)
        cases = {"sealed with another key": new_key(), "is missing": "", "is not a key": "nonsense"}
        for words, key in cases.items():
            with self.subTest(words), self.assertLogs(LOG, "WARNING") as log:
                self.outside(L10N_CL_AI_SECRET_KEY=key)
                found = find_secret(self.env, "api_key", self.company)
                self.assertIsNone(found.value)
                self.assertIn(words, found.problem)
                self.assertNotIn("Traceback", "".join(log.output))

    def test_keys_rotate(self):
        old = self.with_vault()
        self.secrets._store("api_key", CANARY)
        self.secrets._store("redis_url", REDIS)
        new = new_key()
        self.outside(l10n_cl_ai_secret_key=f"{new},{old}")
        self.assertEqual(self.secrets._rotate(), 2)
        self.outside(l10n_cl_ai_secret_key=new)
        self.assertEqual(secret_value(self.env, "api_key", self.company), CANARY)
        self.assertEqual(redis_url(self.env), REDIS)

    def test_rotation_changes_nothing_where_one_cannot_be_read(self):
        self.with_vault()
        self.secrets._store("api_key", CANARY)
        before = self.stored()
        self.with_vault()
        with self.assertRaises(UserError):
            self.secrets._rotate()
        self.assertEqual(self.stored(), before)

    @mute_logger(LOG)
    def test_a_key_moved_to_another_company_does_not_open(self):
        self.with_vault()
        self.secrets._store("api_key", CANARY, self.other)
        self.env.cr.execute("UPDATE l10n_cl_ai_secret SET company_id = %s", [self.company.id])
        self.env.invalidate_all()
        self.assertIsNone(secret_value(self.env, "api_key", self.company))

    def test_what_is_no_key_is_refused_and_not_repeated(self):
        self.with_vault()
        for value in ("", "   ", "two words", "línea", "a\nb", "x\x00y"):
            with self.subTest(value), self.assertRaises(UserError) as refused:
                self.secrets._store("api_key", value)
            if value.strip():
                self.assertNotIn(value, str(refused.exception))


@tagged("post_install_l10n", "post_install", "-at_install")
class TestNobodyReads(SecretCase):
    def setUp(self):
        super().setUp()
        self.with_vault()
        self.secrets._store("api_key", CANARY, self.company)
        self.record = self.env["l10n_cl_ai.secret"].search([("company_id", "=", self.company.id)])

    def test_no_group_has_any_right_on_secrets(self):
        everything = self._make_user("todo", ",".join(self.all_groups()), self.company)
        for user in (self.user, self.manager, self.system, everything):
            secrets = self.as_user(user, "l10n_cl_ai.secret")
            mine = secrets.browse(self.record.id)
            attempts = {
                "read": lambda mine=mine: mine.read(["hint"]),
                "search": lambda secrets=secrets: secrets.search([("ciphertext", "like", "g")]),
                "read_group": lambda secrets=secrets: secrets.formatted_read_group([], ["kind"], ["__count"]),
                "export": lambda mine=mine: mine.export_data(["ciphertext"]),
                "write": lambda mine=mine: mine.write({"company_id": False}),
                "create": lambda secrets=secrets: secrets.create({"kind": "api_key", "ciphertext": "x"}),
                "copy": lambda mine=mine: mine.copy(),
                "unlink": lambda mine=mine: mine.unlink(),
            }
            for name, attempt in attempts.items():
                with self.subTest(name, user=user.login), self.assertRaises(UserError):
                    attempt()

    def all_groups(self):
        """Return every group that an internal user may have at once."""
        return [
            xml_id
            for group, xml_id in self.env["res.groups"].search([]).get_external_id().items()
            if xml_id.startswith(("base.group_system", "base.group_erp", "l10n_cl_ai.", "account.group_account"))
        ]

    def test_a_right_given_on_the_table_does_not_open_it(self):
        """An administrator may give himself any right on a model: what is kept stays out of reach."""
        self.env["ir.model.access"].create(
            {
                "name": "all",
                "model_id": self.env["ir.model"]._get_id("l10n_cl_ai.secret"),
                "group_id": self.env.ref("base.group_system").id,
                "perm_read": True,
                "perm_write": True,
            }
        )
        mine = self.secrets.browse(self.record.id)
        self.assertEqual(mine.read(["kind"]), [{"id": mine.id, "kind": "api_key"}])
        self.assertNotIn("ciphertext", mine.read()[0])
        for name in ("ciphertext", "hint"):
            with self.subTest(name), self.assertRaises(AccessError):
                mine.read([name])
            with self.subTest(name), self.assertRaises(AccessError):
                mine.write({name: "x"})

    def test_no_method_of_it_is_reached_from_outside(self):
        public = [name for name in vars(type(self.record)) if not name.startswith("_")]
        own = re.findall(r"^    def (\w+)", (Path(sys.modules[LOG].__file__).parent / "ai_secret.py").read_text(), re.M)
        self.assertEqual([name for name in own if not name.startswith("_")], ["copy_data"], public)

    def test_no_expression_that_users_write_reads_a_key(self):
        """Mail templates and server actions call any method of a model: none returns a key, nor what holds one."""
        names = ("_value", "_find", "_open", "_vault", "_redis_url", "_plan", "_engine", "_prepared", "prepare")
        for model in ("l10n_cl_ai.secret", "l10n_cl_ai.gateway"):
            for name in names:
                with self.subTest(model=model, name=name):
                    self.assertFalse(hasattr(self.registry[model], name))

    def test_templates_and_server_actions_do_not_read_a_key(self):
        partners = self.env["ir.model"]._get_id("res.partner")
        action = self.env["ir.actions.server"].create({
            "name": "x", "model_id": partners, "state": "code",
            "code": "env['l10n_cl_ai.gateway'].ask(record)",
        })  # fmt: skip
        partner = self.user.partner_id
        text = "{{ object.env['l10n_cl_ai.secret']._value('api_key', object.env.company) }}"
        with mute_logger("odoo.addons.mail.models.mail_render_mixin"), self.assertRaises(UserError) as refused:
            self.env["mail.render.mixin"]._render_template_inline_template(text, "res.partner", partner.ids)
        self.assertNotIn(CANARY, str(refused.exception))
        context = {"active_model": "res.partner", "active_id": partner.id, "active_ids": partner.ids}
        with mute_logger("odoo.addons.base.models.ir_actions"), patch.object(
            self.registry["l10n_cl_ai.gateway"], "_check_transaction", lambda gateway: None
        ), self.assertRaisesRegex(Exception, "asked with an Ask"):
            action.with_context(**context).run()

    def test_only_system_administrators_change_secrets(self):
        for user in (self.user, self.manager):
            secrets = self.as_user(user, "l10n_cl_ai.secret")
            attempts = {
                "store": lambda secrets=secrets: secrets._store("api_key", "sk-somebody-elses", self.company),
                "forget": lambda secrets=secrets: secrets._forget("api_key", self.company),
                "rotate": lambda secrets=secrets: secrets._rotate(),
                "base url": lambda secrets=secrets: secrets._set_base_url("https://api.example.com"),
            }
            for name, attempt in attempts.items():
                with self.subTest(name, user=user.login), self.assertRaises(AccessError):
                    attempt()
        self.assertEqual(secret_value(self.env, "api_key", self.company), CANARY)

    def test_a_found_secret_does_not_print_itself(self):
        self.assertNotIn(CANARY, repr(find_secret(self.env, "api_key", self.company)))

    def test_a_copy_of_the_database_has_no_key(self):
        script = Path(sys.modules[LOG].__file__).parents[1] / "data/neutralize.sql"
        self.env["l10n_cl_ai.feature.switch"].search([], limit=1).sudo().enabled = True
        self.env.flush_all()
        self.env.cr.execute(script.read_text())
        self.env.invalidate_all()
        self.assertFalse(self.stored())
        self.assertFalse(self.env["l10n_cl_ai.feature.switch"].search([("enabled", "=", True)]))


def path_of_odoo():
    """Return what a process needs to import this Odoo."""
    return {"PYTHONPATH": ":".join(filter(None, sys.path)), "PATH": "/usr/bin:/bin"}

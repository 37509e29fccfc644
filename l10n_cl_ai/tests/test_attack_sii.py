"""The watch of the SII's site, by who wants another company's work, money or peace."""

from unittest.mock import patch

from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.service.model import call_kw
from odoo.tests import tagged

from ..models import ai_sii_source_read, ai_sii_told
from ..sii.changes import Changes as _Changes
from ..sii.row import Row as _Row
from .sii_common import SiiCase, pages

RESO = "/normativa_legislacion/resoluciones/2026"
DOCUMENT = "<html><body><p>Los emisores de guías de despacho deberán informar la comuna.</p></body></html>"


@tagged("post_install_l10n", "post_install", "-at_install")
class TestAttackSii(SiiCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.accountant = cls.user_of("contadora", cls.company, "l10n_cl_ai.group_accountant")
        cls.manager = cls.user_of("jefa", cls.company, "l10n_cl_ai.group_manager")
        cls.reader = cls.user_of("lector", cls.company, "l10n_cl_ai.group_user")
        cls.stranger = cls.user_of("ajeno", cls.other_company, "l10n_cl_ai.group_manager")
        cls.portal = cls.env["res.users"].with_context(no_reset_password=True).create({
            "name": "Portal", "login": "por", "company_id": cls.company.id, "company_ids": cls.company.ids,
            "group_ids": [Command.set(cls.env.ref("base.group_portal").ids)],
        })  # fmt: skip

    def setUp(self):
        super().setUp()
        self.rows = pages.items(self.lot, 12)
        self.reso = self.source()
        self.publish("resoluciones", self.rows)
        self.look()

    def news(self, *rows):
        self.rows = [*rows, *self.rows]
        self.publish("resoluciones", self.rows)
        for row in rows:
            self.put(f"{RESO}/{row.file}", DOCUMENT)
        self.look()
        return self.notices(self.company)

    def mine(self, **vals):
        """A page of the company's own, of its manager."""
        vals = {"name": "Mía", "url": "https://www.sii.cl/mia", "company_id": self.company.id, **vals}
        return self.env["l10n_cl_ai.sii.source"].with_user(self.manager).create(vals)

    # -- other companies -------------------------------------------------------------------------------

    def test_a_page_of_one_company_does_not_come_to_speak_to_others(self):
        source = self.mine()
        self.manager.company_ids |= self.other_company
        for company in (False, self.other_company.id):
            with self.subTest(company), self.assertRaises(AccessError):
                source.write({"company_id": company})
        source.write({"company_id": self.company.id, "name": "Otra"})
        with self.assertRaises(AccessError):
            self.mine(company_id=False)

    def test_what_is_brought_in_by_hand_is_told_to_who_did_it(self):
        row = self.reso.row_ids[0]
        self.put(row.url.removeprefix("https://www.sii.cl"), DOCUMENT)
        row.with_user(self.accountant).action_bring_in()
        self.env["l10n_cl_ai.sii.run"]._cron_watch()
        self.assertEqual(len(self.notices(self.company)), 1)
        self.assertFalse(self.notices(self.other_company))
        row.with_user(self.accountant).action_bring_in()
        row.with_user(self.stranger).action_bring_in()
        self.env["l10n_cl_ai.sii.run"]._cron_watch()
        self.assertEqual((len(self.notices(self.company)), len(self.notices(self.other_company))), (1, 1))
        self.assertNotIn("It changed", "".join(self.notices(self.company).message_ids.mapped("body")))

    def test_few_rows_are_brought_in_at_once(self):
        rows = self.reso.row_ids
        with (
            patch("odoo.addons.l10n_cl_ai.models.ai_sii_row.MOST_AT_ONCE", len(rows) - 1),
            self.assertRaises(UserError),
        ):
            rows.with_user(self.accountant).action_bring_in()

    def test_nobody_of_another_company_is_made_responsible(self):
        notice = self.news(self.fresh())
        with self.assertRaises(ValidationError):
            notice.with_user(self.accountant).user_id = self.stranger
        with self.assertRaises(ValidationError):
            notice.with_user(self.accountant).user_id = self.portal
        notice.with_user(self.accountant).user_id = self.reader

    def test_a_stranger_has_nothing_of_a_company_s_notices(self):
        notice = self.news(self.fresh())
        other = self.notices(self.other_company)
        domain = [("id", "=", notice.id)]
        for user in (self.stranger, self.portal):
            model = self.env["l10n_cl_ai.sii.notice"].with_user(user)
            for method, args in (
                ("read", [notice.ids, ["name", "touched"]]), ("write", [notice.ids, {"note": "x"}]),
                ("unlink", [notice.ids]), ("copy", [notice.ids]),
                ("action_ask", [notice.ids]), ("action_make_article", [notice.ids]),
                ("create", [{"name": "x", "company_id": self.company.id, "document_id": notice.document_id.id}]),
            ):  # fmt: skip
                with self.subTest(user.login, method=method), self.assertRaises(AccessError):
                    call_kw(model, method, args, {})
            with self.subTest(user.login, method="export_data"), self.assertRaises(UserError):
                call_kw(model, "export_data", [notice.ids, ["name"]], {})
            with self.subTest(user.login):
                try:
                    self.assertEqual(call_kw(model, "search_count", [domain], {}), 0)
                    groups = call_kw(model, "formatted_read_group", [domain, ["touched"], ["__count"]], {})
                    self.assertFalse(groups)
                except AccessError:
                    self.assertEqual(user, self.portal)
        self.assertTrue(other.exists())

    def test_who_manages_nothing_opens_no_list_of_retention(self):
        for user in (self.portal, self.reader):
            for model in ("l10n_cl_ai.retention", "l10n_cl_ai.processing"):
                with self.subTest(user.login, model=model), self.assertRaises(AccessError):
                    call_kw(self.env[model].with_user(user), "action_open", [], {})

    # -- forging ---------------------------------------------------------------------------------------

    def test_what_the_watch_writes_is_not_written_by_hand(self):
        source = self.mine()
        for vals in ({"page_body": b"PHA+"}, {"believed_at": "2026-01-01"}, {"failures": 0}, {"code": "circulares"},
                     {"page_url": "https://evil.example/"}, {"next_at": "2020-01-01"}):  # fmt: skip
            with self.subTest(vals), self.assertRaises(AccessError):
                source.write(vals)
            with self.subTest(create=vals), self.assertRaises(AccessError):
                self.mine(**vals)

    def test_what_a_legal_hold_keeps_is_not_deleted_by_its_manager(self):
        source = self.env["l10n_cl_ai.sii.source"].browse(
            self.mine(url=self.reso.url, kind=self.reso.kind, path=self.reso.path, pattern=self.reso.pattern,
                      title_column=self.reso.title_column, number_column=self.reso.number_column,
                      link_column=self.reso.link_column, day_column=self.reso.day_column,
                      link_address=self.reso.link_address).id
        )  # fmt: skip
        self.look()
        self.news(self.fresh())
        notices = self.notices(self.company)
        own = notices.filtered(lambda notice: notice.source_id == source)
        self.assertEqual((len(notices), len(own)), (2, 1))
        hold = self.env["l10n_cl_ai.hold"].create({"company_id": self.company.id, "reason": "Juicio 1"})
        for records in (own, source):
            with self.subTest(records), self.assertRaises(UserError):
                records.with_user(self.manager).unlink()
        hold.with_user(self.manager).action_lift()
        own.with_user(self.manager).unlink()
        source.with_user(self.manager).unlink()

    def test_a_legal_hold_keeps_what_webhooks_were_told(self):
        webhook = self.env["l10n_cl_ai.webhook"].create(
            {"name": "Hook", "url": "https://hooks.example.com/x", "company_id": self.company.id}
        )
        webhook.action_test()
        hold = self.env["l10n_cl_ai.hold"].create({"company_id": self.company.id, "reason": "Juicio 2"})
        with self.assertRaises(UserError):
            webhook.unlink()
        hold.action_lift()
        webhook.unlink()

    # -- bringing it down ------------------------------------------------------------------------------

    def test_a_path_that_may_cost_too_much_is_refused_and_not_tried(self):
        source = self.mine()
        bomb = "//*[count(//*) > 0]"
        with self.assertRaises(ValidationError):
            source.path = bomb
        with self.assertRaises(AccessError):
            self.reso.with_user(self.reader).onchange({"path": bomb}, ["path"], {"path": {}, "preview": {}})
        source.sudo().page_body = self.reso.page_body
        shown = source.onchange({"path": bomb}, ["path"], {"path": {}, "preview": {}})
        self.assertIn("XPath", shown["value"]["preview"])
        shown = source.onchange({"path": "//body"}, ["path"], {"path": {}, "preview": {}})
        self.assertNotIn("XPath", shown["value"].get("preview", ""))

    def test_robots_that_are_written_wrongly_do_not_end_the_watch(self):
        self.put("/robots.txt", "User-agent: *\nDisallow: //[\nCrawl-delay: ²\n", content_type="text/plain")
        self.env["l10n_cl_ai.sii.host"].search([]).robots_at = "2020-01-01 00:00:00"
        self.assertEqual(len(self.news(self.fresh())), 1)

    def test_a_link_that_no_index_takes_does_not_break_the_page(self):
        links = "".join(f"<p><a href='/a{at}.pdf'>Documento {at} de la lista</a></p>" for at in range(5))
        letters = "".join(chr(0x4E00 + at * 7 % 20_000) for at in range(200))
        self.put("/mia", f"<html><body>{links}</body></html>")
        source = self.mine(pattern="*.pdf").sudo()
        self.look(source)
        long = f"<p><a href='/b.pdf?q={letters}'>Documento largo</a></p>"
        self.put("/mia", f"<html><body>{links}{long}</body></html>")
        found = self.look(source)
        self.assertEqual(found.filtered(lambda check: check.source_id == source).added, 1)

    def test_a_page_that_changes_all_at_once_is_told_in_part(self):
        with patch.object(ai_sii_source_read, "_MOST_NEW", 3):
            source, seen = self.reso, self.reso.row_ids[:5]
            documents = source._changed(_Seen(seen), {row.identity: row for row in source.row_ids}, source.url,
                                        self.env["l10n_cl_ai.sii.run"])  # fmt: skip
        self.assertEqual(len(documents), 3)

    def test_a_flood_of_notices_is_no_flood_of_questions(self):
        self.switch_on()
        with patch.object(ai_sii_told, "MOST_ASKED", 2):
            notices = self.news(*(self.fresh(number) for number in range(107, 112)))
        self.assertEqual(len(notices), 5)
        self.assertEqual(len(notices.question_ids), 2)
        notices.filtered(lambda notice: not notice.question_ids)[:1].with_user(self.manager).action_ask()
        self.assertEqual(len(notices.question_ids), 3, "people may ask for more")

    def switch_on(self):
        feature = self.env["l10n_cl_ai.feature"]
        self.patch(self.registry["l10n_cl_ai.feature"], "_for", lambda *_arguments: feature.search([], limit=1))

    def test_nothing_of_a_document_is_markup(self):
        evil = "<img src=x onerror=alert(1)>"
        row = self.fresh(107, f"Modifica {evil.replace('<', '&lt;').replace('>', '&gt;')} las facturas electrónicas")
        self.rows = [row, *self.rows]
        self.publish("resoluciones", self.rows)
        self.put(f"{RESO}/{row.file}", DOCUMENT.replace(
            "Los emisores", "&lt;script&gt;alert(1)&lt;/script&gt; [x](javascript:alert(1)) ![x](https://evil.example/)"
        ))  # fmt: skip
        self.look()
        notice = self.notices(self.company)[-1]
        self.reso.invalidate_recordset()
        mails = notice._mail_to(self.manager, self.company)
        for shown in (notice.body, self.reso.preview, mails.body_html, *notice.activity_ids.mapped("note")):
            with self.subTest(str(shown)[:40]):
                for bad in ("<script", "<img", "href=\"javascript", "evil.example\""):
                    self.assertNotIn(bad, str(shown or ""))


class _Seen:
    """A look at which these rows have other words."""

    def __init__(self, rows):
        changed = []
        for row in rows:
            one = _Row(row.title + " de nuevo", row.url, row.kind or "", row.number or "", row.day or None)
            changed.append(one)
        self.rows, self.changes = tuple(changed), _Changes(changed=tuple(changed))



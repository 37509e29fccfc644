"""A document that is replaced under the address that it has: told with what changed in it, and only then."""

from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.tests import tagged

from ..models import ai_sii_document_again
from .sii_common import SiiCase, pages, siisite

RESO = "/normativa_legislacion/resoluciones/2026"
TEXT = """<html><head><title>Resolución 107</title></head><body><h1>Resolución</h1>%s<p>Los emisores de guías de
despacho deberán informar la comuna de destino a contar del 1 de mayo de 2099. La multa es la del artículo 97 N° 17.</p>
</body></html>"""
OTHER = TEXT.replace("1 de mayo", "1 de junio")


@tagged("post_install_l10n", "post_install", "-at_install")
class TestSiiRevised(SiiCase):
    def setUp(self):
        super().setUp()
        self.reso = self.source()
        self.rows = pages.items(self.lot, 12)
        self.publish("resoluciones", self.rows)
        self.look()
        row = self.fresh()
        self.publish("resoluciones", [row, *self.rows])
        self.path = f"{RESO}/{row.file}"
        self.put(self.path, TEXT % "", headers={"ETag": '"1"'})
        self.look()
        self.document = self.env["l10n_cl_ai.sii.document"].search([])
        self.notice = self.notices(self.company)
        self.notice.state = "applied"
        self.env["l10n_cl_ai.sii.source"].search([]).next_at = "2099-01-01 00:00:00"
        self.site.asked.clear()

    def sight(self, text=None, **more):
        """Have the document asked for again, as if its day had come."""
        if text is not None:
            self.put(self.path, text, **more)
        self.env["l10n_cl_ai.sii.document"].search([("again_at", "!=", False)]).again_at = "2020-01-01 00:00:00"
        self.env["l10n_cl_ai.sii.run"]._cron_watch()
        self.env.invalidate_all()

    def days_to_go(self):
        return round((self.document.again_at - fields.Datetime.now()) / timedelta(days=1))

    def test_a_replaced_text_is_told_with_what_changed_in_it(self):
        self.assertEqual(self.days_to_go(), 7)
        self.sight(OTHER % "")
        self.assertEqual((self.notice.state, self.days_to_go()), ("applied", 1), "it is looked at once more first")
        self.sight()
        self.assertEqual((self.notice.state, self.notice.change), ("new", "revised"))
        added, removed = self.notice.revision.splitlines()
        self.assertRegex(added, r"^\+ .*1 de junio de 2099")
        self.assertRegex(removed, r"^− .*1 de mayo de 2099")
        self.assertEqual(str(self.notice.deadline), "2099-06-01")
        said = "".join(self.notice.message_ids.mapped("body"))
        self.assertIn("1 de junio", said)
        self.assertNotIn("multa", said)
        self.assertEqual(len(self.notices()), 2, "each company has its notice, the one it had")
        self.notice.state = "applied"
        self.sight()
        self.assertEqual((self.notice.state, self.days_to_go()), ("applied", 7), "not twice")

    def test_one_that_leads_to_a_site_with_a_long_pause_is_left_alone_meanwhile(self):
        to = f"https://www4.sii.cl:{self.site.port}/nueva.htm"
        self.site.pages[self.path] = siisite.Page(b"", 302, headers={"Location": to})
        self.put("/robots.txt", "User-agent: *\nCrawl-delay: 100", content_type="text/plain")
        self.sight()
        asked = [(host, path) for host, path, _headers in self.site.asked]
        self.assertEqual(asked, [("www.sii.cl", self.path), ("www4.sii.cl", "/robots.txt")])
        self.assertGreater(self.document.again_at, fields.Datetime.now() + timedelta(seconds=60))
        self.assertFalse(self.document.asked_again_at, "nothing came of it yet")

    def test_it_is_asked_whether_it_changed_and_no_more(self):
        self.sight()
        [(_host, path, headers)] = self.site.asked
        self.assertEqual((path, headers["If-None-Match"]), (self.path, '"1"'))
        self.assertEqual((self.notice.state, self.days_to_go()), ("applied", 7))

    def test_what_is_no_change_of_the_text_is_not_told(self):
        banners = ("<p>Visitas: 48.213</p>", "<p>Domingo 29 de noviembre de 2026</p>", "<p>Horario especial.</p>", "")
        for banner in banners:
            self.sight((TEXT % banner).replace("<p>", "<p class='x'>  ").replace("deberán", "DEBERÁN"))
            self.assertEqual((self.notice.state, self.document.change), ("applied", "added"), banner)
        self.assertFalse(self.document.revision)

    def test_an_error_is_no_change_of_the_text(self):
        broken = ("<html><title>Request Rejected</title><p>Support ID</p></html>", "", "<p>x</p>")
        for text in broken:
            for _time in range(2):
                self.sight(text)
                self.assertEqual((self.notice.state, self.document.state), ("applied", "read"), text)
        for status in (404, 503):
            self.sight(OTHER % "", status=status)
            self.sight(OTHER % "", status=status)
            self.assertEqual((self.notice.state, self.document.state), ("applied", "read"), status)

    def test_pauses_and_rules_hold_for_it(self):
        self.env["l10n_cl_ai.sii.host"].search([]).write(
            {"robots": f"User-agent: *\nDisallow: {self.path}", "robots_state": "read"}
        )
        self.sight(OTHER % "")
        self.assertFalse(self.site.asked)
        self.assertEqual((self.document.state, self.days_to_go()), ("read", 7))

    def test_a_day_has_room_for_so_many_and_an_old_one_is_left_alone(self):
        for number in range(3):
            self.document.copy({"identity": f"x{number}", "state": "read", "again_at": "2020-01-01 00:00:00"})
        with patch.object(ai_sii_document_again, "MOST_A_DAY", 2):
            self.sight()
            self.assertEqual(len(self.site.asked), 2)
            self.sight()
            self.assertEqual(len(self.site.asked), 2)
        self.env.cr.execute("UPDATE l10n_cl_ai_sii_document SET create_date = create_date - interval '84 days'")
        self.env.cr.execute("UPDATE l10n_cl_ai_sii_document SET asked_again_at = NULL")
        self.env.invalidate_all()
        self.sight()
        self.assertFalse(self.document.again_at)

    def test_who_waits_for_a_look_does_not_wait_for_it(self):
        self.reso.next_at = "2020-01-01 00:00:00"
        self.document.again_at = "2020-01-01 00:00:00"
        run = self.env["l10n_cl_ai.sii.run"]._ask(self.reso, "button")
        self.env["l10n_cl_ai.sii.run"]._cron_watch()
        self.env.invalidate_all()
        self.assertEqual(run.state, "done")
        self.assertEqual(self.site.paths(), [f"{RESO}/res_ind2026.htm"])
        self.env["l10n_cl_ai.sii.run"]._cron_watch()
        self.assertEqual(self.site.paths()[1:], [self.path])

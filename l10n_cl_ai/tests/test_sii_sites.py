"""The watch of several sites: none keeps another back, and each is asked by its own rules."""

from datetime import timedelta

from odoo import fields
from odoo.tests import tagged

from ..models.sii_words import WORDS, in_spanish
from .sii_common import SiiCase, pages, siisite

PAGE = "/normativa_legislacion/resoluciones/2026/res_ind2026.htm"
LINKS = "".join(f"<p><a href='/d{at}.pdf'>Documento {at} de la lista</a></p>" for at in range(5))


@tagged("post_install_l10n", "post_install", "-at_install")
class TestSiiSites(SiiCase):
    def setUp(self):
        super().setUp()
        self.reso = self.source()
        self.rows = pages.items(self.lot, 12)
        self.publish("resoluciones", self.rows)

    def elsewhere(self, path="/lista", **vals):
        """A source of another site."""
        self.put(path, f"<html><body>{LINKS}</body></html>")
        return self.env["l10n_cl_ai.sii.source"].create({
            "name": "Otro", "url": f"https://www4.sii.cl{path}", "kind": "links", "pattern": "*.pdf",
            "company_id": False, **vals,
        })  # fmt: skip

    def host(self, name):
        return self.env["l10n_cl_ai.sii.host"].search([("name", "=", name)])

    def cron(self):
        self.env["l10n_cl_ai.sii.run"]._cron_watch()
        self.env.invalidate_all()

    def asked(self):
        return [(host, path) for host, path, _headers in self.site.asked]

    # -- one does not keep another back ----------------------------------------------------------------

    def test_a_site_that_asks_for_long_pauses_keeps_no_other_back(self):
        self.put("/robots.txt", "User-agent: *\nCrawl-delay: 100", content_type="text/plain")
        self.cron()
        slow, other = self.reso, self.elsewhere()
        self.put("/robots.txt", "", content_type="text/plain")
        self.assertEqual(self.asked(), [("www.sii.cl", "/robots.txt")])
        self.cron()
        self.assertEqual((slow.checks, other.checks, other.state), (0, 1, "ok"))
        self.assertEqual(self.asked()[1:], [("www4.sii.cl", "/robots.txt"), ("www4.sii.cl", "/lista")])
        waking = self.env["ir.cron.trigger"].search([], order="id desc", limit=1)
        self.assertGreater(waking.call_at, fields.Datetime.now() + timedelta(seconds=60), "it comes back for the first")
        self.host("www.sii.cl").asked_at -= 100
        self.cron()
        self.assertEqual((slow.checks, slow.state), (1, "ok"))

    def test_two_sites_take_turns_and_each_has_its_pauses(self):
        one, two = self.elsewhere("/uno"), self.elsewhere("/dos")
        other = self.source("circulares")
        self.publish("circulares", pages.items(self.lot, 6))
        self.cron()
        self.assertEqual([source.checks for source in (self.reso, other, one, two)], [1, 1, 1, 1])
        hosts = [host for host, _path in self.asked()]
        self.assertEqual(hosts, ["www.sii.cl", "www4.sii.cl"] * 3)
        self.assertEqual([round(pause) for pause in self.pauses], [0, 0, 10, 10, 10, 10])

    def test_only_one_thing_is_noted_as_being_read(self):
        self.elsewhere()
        noted, run = [], type(self.env["l10n_cl_ai.sii.run"])
        page = run._page

        def seen(records, *arguments):
            records.env.cr.execute("SELECT count(*) FROM l10n_cl_ai_sii_host WHERE reading IS NOT NULL")
            noted.append(records.env.cr.fetchone()[0])
            return page(records, *arguments)

        self.patch(run, "_page", seen)
        self.cron()
        self.assertEqual(noted, [1] * 4)
        self.assertFalse(any(self.env["l10n_cl_ai.sii.host"].search([]).mapped("reading")))

    # -- led to another site ---------------------------------------------------------------------------

    def lead(self, path, to):
        to = to.replace(".cl/", f".cl:{self.site.port}/")
        self.site.pages[path] = siisite.Page(b"", 302, headers={"Location": to})

    def test_where_a_page_leads_to_another_site_its_rules_are_read_first(self):
        moved = next(page for page in pages.PAGES if page.name == "resoluciones")
        self.put("/nueva", moved.write(self.rows))
        self.lead(PAGE, "https://www4.sii.cl/nueva")
        self.cron()
        self.assertEqual(self.asked(), [("www.sii.cl", "/robots.txt"), ("www.sii.cl", PAGE),
                                        ("www4.sii.cl", "/robots.txt"), ("www4.sii.cl", "/nueva")])  # fmt: skip
        self.assertEqual((self.reso.state, self.reso.row_count), ("ok", 12))
        self.assertEqual(self.reso.page_url, "https://www4.sii.cl/nueva")
        self.assertEqual(self.host("www4.sii.cl").robots_state, "none")
        self.assertEqual([round(pause) for pause in self.pauses], [0, 10, 0, 10])

    def test_where_the_other_site_forbids_it_the_page_is_not_read(self):
        self.lead(PAGE, "https://www4.sii.cl/privado/nueva")
        self.cron()
        self.host("www4.sii.cl").write({"robots": "User-agent: *\nDisallow: /privado/", "robots_state": "read"})
        self.site.asked.clear()
        self.look(self.reso)
        self.assertEqual(self.asked(), [("www.sii.cl", PAGE)])
        self.assertIn("robots.txt", self.reso.message)

    def test_a_redirect_within_the_site_goes_where_its_rules_allow(self):
        self.put("/robots.txt", "User-agent: *\nDisallow: /privado/", content_type="text/plain")
        self.lead(PAGE, "/privado/nueva")
        self.cron()
        self.assertEqual([path for _host, path in self.asked()], ["/robots.txt", PAGE])
        self.assertIn("robots.txt", self.reso.message)

    def test_a_site_led_to_that_asks_for_a_long_pause_is_waited_for_and_the_first_left_alone(self):
        self.cron()
        moved = next(page for page in pages.PAGES if page.name == "resoluciones")
        self.put("/nueva", moved.write(self.rows))
        self.lead(PAGE, "https://www4.sii.cl/nueva")
        self.put("/robots.txt", "User-agent: *\nCrawl-delay: 100", content_type="text/plain")
        self.site.asked.clear()
        self.look(self.reso)
        self.assertEqual(self.asked(), [("www.sii.cl", PAGE), ("www4.sii.cl", "/robots.txt")])
        self.assertEqual((self.reso.checks, self.reso.failures), (1, 0))
        self.assertGreater(self.reso.next_at, fields.Datetime.now() + timedelta(seconds=60))
        self.host("www4.sii.cl").asked_at -= 100
        self.host("www.sii.cl").asked_at -= 100
        self.look(self.reso)
        self.assertEqual((self.reso.checks, self.reso.state), (2, "ok"))

    def test_pages_that_lead_in_a_ring_are_given_up(self):
        self.lead(PAGE, "https://www4.sii.cl/a")
        self.lead("/a", f"https://www.sii.cl{PAGE}")
        self.cron()
        self.assertEqual((self.reso.failures, len(self.asked())), (1, 6))
        words = WORDS["redirects"]
        self.assertEqual(self.reso.message.lower(), in_spanish(self.env)._(words).lower())

    # -- set otherwise meanwhile -----------------------------------------------------------------------

    def while_it_is_asked(self, done):
        run = type(self.env["l10n_cl_ai.sii.run"])
        page, times = run._page, []

        def seen(records, *arguments):
            if not times:
                times.append(1)
                done()
            return page(records, *arguments)

        self.patch(run, "_page", seen)

    def test_what_was_read_of_an_address_that_is_no_longer_its_own_counts_for_nothing(self):
        self.cron()
        self.while_it_is_asked(lambda: self.reso.write({"url": "https://www.sii.cl/otra"}))
        self.put("/otra", "<html><body></body></html>")
        self.look(self.reso)
        self.assertEqual(self.site.paths()[-2:], [PAGE, "/otra"])
        self.assertEqual((self.reso.row_count, self.reso.page_etag, self.reso.state), (0, False, "doubted"))

    def test_a_page_that_is_set_otherwise_while_it_is_asked_for_is_asked_again(self):
        self.publish("resoluciones", self.rows, headers={"ETag": '"abc"'})
        self.cron()
        self.while_it_is_asked(lambda: self.reso.write({"pattern": "/reso1*"}))
        self.look(self.reso)
        self.assertEqual((self.reso.row_count, self.reso.believed_at), (0, False), "304 says nothing of how it is read")
        self.cron()
        self.assertEqual((self.reso.row_count, self.reso.state), (12, "ok"))
        self.assertFalse(self.notices())

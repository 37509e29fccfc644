"""The watch, from a page of the site to a notice of a company."""

from dataclasses import replace
from datetime import date, timedelta
from unittest.mock import patch

from freezegun import freeze_time
from psycopg2.errors import SerializationFailure

from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..models import ai_sii_source_read
from ..models.ai_sii_check import DOUBTS
from ..models.sii_words import in_spanish, problem_words
from ..sii.address import Unreadable
from .sii_common import SiiCase, pages

DOCUMENT = """<html><title>Resolución</title><body><h1>Resolución Exenta N° 107</h1><p>Los emisores de guías de despacho
deberán informar la comuna de destino a contar del 1 de mayo de 2099. Multa por incumplir.</p></body></html>"""
RESO = "/normativa_legislacion/resoluciones/2026"


@tagged("post_install_l10n", "post_install", "-at_install")
class TestSiiWatch(SiiCase):
    def setUp(self):
        super().setUp()
        self.rows = pages.items(self.lot, 12)
        self.reso = self.source()
        self.publish("resoluciones", self.rows)
        self.first = self.look()

    def news(self, *rows):
        self.rows = [*rows, *self.rows]
        self.publish("resoluciones", self.rows)
        for row in rows:
            self.put(f"{RESO}/{row.file}", DOCUMENT)
        return self.look()

    def test_the_first_look_remembers_and_tells_nothing(self):
        self.assertEqual(self.first.mapped("result"), ["first"])
        self.assertEqual((self.reso.row_count, self.reso.state), (12, "ok"))
        self.assertFalse(self.notices())
        self.assertEqual(self.site.paths(), ["/robots.txt", f"{RESO}/res_ind2026.htm"])

    def test_a_new_row_is_followed_and_every_company_is_told_once(self):
        check = self.news(self.fresh())
        self.assertEqual((check.result, check.added, check.changed, check.removed), ("changed", 1, 0, 0))
        self.assertIn("+ resol · N° 107", check.changes_text)
        document = self.env["l10n_cl_ai.sii.document"].search([])
        self.assertEqual((document.state, document.number, document.day), ("read", "107", date(2026, 8, 22)))
        self.assertIn("comuna de destino", document.text)
        notices = self.notices()
        self.assertEqual(notices.company_id, self.company | self.other_company)
        self.assertEqual(notices.mapped("impact"), ["5", "5"])
        self.assertEqual(notices[0].type_ids.mapped("code"), ["52"])
        self.assertEqual((notices[0].deadline, notices[0].change), (date(2099, 5, 1), "added"))
        self.assertIn("1 de mayo de 2099", notices[0].days_text)
        self.assertIn("modifica", notices[0].words_text)
        self.look()
        self.assertEqual(len(self.notices()), 2)

    def test_what_is_no_change_tells_nothing(self):
        self.site.asked.clear()
        page = self.site.pages[f"{RESO}/res_ind2026.htm"]
        page.body = page.body.replace(b"48.213", b"48.999").replace(b".pdf'", b".pdf?jsessionid=1'")
        self.assertFalse(self.look())
        self.assertFalse(self.notices())
        self.assertEqual((self.reso.checks, self.reso.state), (2, "ok"))

    def test_a_look_that_finds_nothing_costs_two_statements(self):
        sources = self.reso
        for at in range(20):
            path = f"{RESO}/{at}.htm"
            sources |= self.source(url=f"https://www.sii.cl{path}")
            self.site.pages[path] = self.site.pages[f"{RESO}/res_ind2026.htm"]
        self.look(*sources)
        taken = []
        for looked_at in (sources[:1], sources):
            sources.next_at = "2099-01-01 00:00:00"
            looked_at.next_at = "2020-01-01 00:00:00"
            self.env.flush_all()
            for source in looked_at:
                self.site.pages[source.url.removeprefix("https://www.sii.cl")].body += b"<!-- 1 -->"
            before = self.env.cr.sql_log_count
            self.env["l10n_cl_ai.sii.run"]._cron_watch()
            taken.append(self.env.cr.sql_log_count - before)
        self.assertEqual(sources.mapped("checks"), [4, *[2] * 20])
        self.assertLessEqual((taken[1] - taken[0]) / 20, 2.0, taken)

    def test_a_row_that_changes_opens_its_notice_again(self):
        self.news(self.fresh())
        notice = self.notices(self.company)
        notice.state = "applied"
        self.rows[0] = self.fresh(title="Modifica el formato de las guías de despacho y posterga su vigencia.")
        self.publish("resoluciones", self.rows)
        check = self.look()
        self.assertEqual((check.added, check.changed), (0, 1))
        self.assertEqual(self.notices(self.company), notice)
        self.assertEqual((notice.state, notice.change), ("new", "changed"))
        self.assertIn("que se indican", notice.was)
        self.assertIn("que se indican", notice.message_ids[0].body + notice.message_ids[1].body)

    def test_a_row_that_goes_and_comes_back_is_no_news(self):
        kept = list(self.rows)
        self.publish("resoluciones", self.rows[1:])
        self.assertEqual(self.look().removed, 1)
        self.publish("resoluciones", kept)
        self.look()
        self.assertFalse(self.notices())
        self.assertEqual(self.reso.row_count, 12)

    def test_an_error_page_is_no_change_and_breaks_after_three(self):
        self.put(f"{RESO}/res_ind2026.htm", "<html><title>Request Rejected</title><p>Support ID 1</p></html>")
        for state, found in (("doubted", ["doubted"]), ("doubted", []), ("broken", [])):
            self.assertEqual(self.look().mapped("result"), found)
            self.assertEqual(self.reso.state, state)
        self.assertFalse(self.notices())
        self.assertEqual(self.reso.row_count, 12)
        self.publish("resoluciones", self.rows)
        self.look()
        self.assertEqual((self.reso.state, self.reso.failures, self.reso.message), ("ok", 0, False))

    def test_a_page_that_lost_most_of_its_rows_is_believed_the_third_time(self):
        self.publish("resoluciones", self.rows[:3])
        self.look()
        self.look()
        self.assertEqual((self.reso.row_count, self.reso.state), (12, "doubted"))
        check = self.look()
        self.assertEqual((check.result, check.removed), ("changed", 9))
        self.assertEqual((self.reso.row_count, self.reso.state), (3, "ok"))

    def test_a_manager_may_say_that_it_is_right(self):
        self.publish("resoluciones", self.rows[:3])
        self.look()
        self.reso.action_believe()
        self.look()
        self.assertEqual((self.reso.row_count, self.reso.state), (3, "ok"))

    def test_what_a_person_believes_is_the_page_as_it_is_by_then(self):
        self.publish("resoluciones", self.rows[:3])
        self.look()
        self.reso.action_believe()
        self.publish("resoluciones", self.rows[:2])
        self.look()
        self.assertEqual((self.reso.row_count, self.reso.state), (2, "ok"))

    def test_other_doubts_do_not_count_for_this_one(self):
        for _time in range(2):
            self.put(f"{RESO}/res_ind2026.htm", "")
            self.look()
        self.publish("resoluciones", self.rows[:3])
        self.look()
        self.assertEqual(self.reso.row_count, 12)

    def test_a_row_that_comes_back_with_other_words_is_told_as_changed(self):
        kept = list(self.rows)
        self.publish("resoluciones", self.rows[1:])
        self.look()
        changed = replace(kept[0], title="Modifica el formato de las guías de despacho electrónicas que se indican.")
        self.publish("resoluciones", [changed, *kept[1:]])
        self.put(f"{RESO}/{changed.file}", DOCUMENT)
        self.look()
        notice = self.notices(self.company)
        self.assertEqual(notice.change, "changed")
        self.assertIn(kept[0].title, notice.was)

    def test_more_new_rows_than_anybody_reads_are_listed_and_said_to_be(self):
        self.patch(ai_sii_source_read, "_MOST_NEW", 2)
        self.reso.follows = False
        check = self.news(*(self.fresh(number) for number in (109, 108, 107)))
        self.assertEqual((check.added, len(self.notices(self.company))), (3, 2))
        self.assertIn("nobody was told of 1", check.message)

    def test_two_norms_that_lead_to_one_page_are_two(self):
        same = [replace(self.fresh(number), file="reso107.pdf") for number in (108, 107)]
        self.news(*same)
        self.assertEqual(sorted(self.notices(self.company).document_id.mapped("number")), ["107", "108"])

    def test_a_server_that_fails_is_told_once(self):
        self.site.pages[f"{RESO}/res_ind2026.htm"].status = 503
        self.assertEqual(self.look().mapped("result"), ["failed"])
        self.assertFalse(self.look())
        self.assertIn("503", self.reso.message)
        run = self.env["l10n_cl_ai.sii.run"]._ask(self.reso, "button")
        self.assertFalse(run.problems, "nothing is said of it before it was looked at")
        self.env["l10n_cl_ai.sii.run"]._cron_watch()
        self.env.invalidate_all()
        self.assertEqual((run.errors, run.problems), (1, f"{self.reso.name}: {self.reso.message}"))
        self.site.pages[f"{RESO}/res_ind2026.htm"].status = 200
        run = self.env["l10n_cl_ai.sii.run"]._ask(self.reso, "button")
        self.env["l10n_cl_ai.sii.run"]._cron_watch()
        self.env.invalidate_all()
        self.assertEqual((run.state, run.problems), ("done", ""))

    def test_what_is_wrong_is_said_in_spanish_where_that_is_installed(self):
        self.site.pages[f"{RESO}/res_ind2026.htm"].status = 503
        self.look()
        words = problem_words(in_spanish(self.env), Unreadable("status", "", 503))
        self.assertEqual(self.reso.message.lower(), words.lower())
        with_spanish = in_spanish(self.env(context={"lang": "en_US"}))
        self.assertEqual(with_spanish.lang, "es_CL")
        self.patch(self.registry["res.lang"], "get_installed", lambda _self: [("en_US", "English"), ("es_419", "x")])
        self.assertEqual(in_spanish(self.env).context["lang"], "es_419")
        self.patch(self.registry["res.lang"], "get_installed", lambda _self: [("en_US", "English")])
        self.assertEqual(in_spanish(self.env), self.env, "another language is no error")

    def test_what_did_not_change_is_not_sent_again(self):
        self.publish("resoluciones", self.rows, headers={"ETag": '"abc"'})
        self.look()
        self.site.asked.clear()
        self.look()
        [(_host, _path, headers)] = self.site.asked
        self.assertEqual(headers["If-None-Match"], '"abc"')
        self.assertEqual(self.reso.state, "ok")

    def test_one_document_on_two_pages_is_one_notice(self):
        norms = self.source("formatos", url="https://www.sii.cl/factura_electronica/normativa.htm", pattern="/reso*")
        link = f'<li><a href="{RESO}/%s">Resolución Exenta N° %s del 22-08-2026 sobre guías</a></li>'
        page = "<html><body><ul>%s</ul></body></html>"
        old = [link % (f"reso{number}.pdf", number) for number in (90, 91, 92)]
        self.put("/factura_electronica/normativa.htm", page % "".join(old))
        self.look(norms)
        self.put("/factura_electronica/normativa.htm", page % "".join([link % ("reso107.pdf", 107), *old]))
        self.news(self.fresh())
        self.assertEqual(len(self.notices(self.company)), 1)
        self.assertEqual(len(self.env["l10n_cl_ai.sii.document"].search([])), 1)

    def test_a_document_that_can_not_be_read_is_told_by_its_title(self):
        self.rows = [self.fresh(), *self.rows]
        self.publish("resoluciones", self.rows)
        self.look()
        document = self.env["l10n_cl_ai.sii.document"].search([])
        self.assertEqual((document.state, document.tries), ("to_read", 1))
        self.assertFalse(self.notices(), "it is tried again before it is told")
        for _time in range(2):
            document.next_at = "2020-01-01 00:00:00"
            self.look()
        self.assertEqual(document.state, "unread")
        self.assertIn("404", self.notices(self.company).body)

    def test_a_document_elsewhere_is_not_followed(self):
        row = pages.Item(
            107, date(2026, 8, 22), "Modifica las guías de despacho que se indican.", "https://evil.example/reso107.pdf"
        )
        self.rows = [row, *self.rows]
        self.publish("resoluciones", self.rows)
        self.look()
        self.assertEqual(self.env["l10n_cl_ai.sii.document"].search([]).state, "none")
        self.assertEqual({host for host, _path, _headers in self.site.asked}, {"www.sii.cl"})

    # -- politeness ------------------------------------------------------------------------------------

    def test_ten_seconds_lie_between_two_requests(self):
        self.news(self.fresh())
        waited = [round(pause) for pause in self.pauses]
        self.assertEqual(waited[1:], [10] * (len(self.site.asked) - 1))

    def test_robots_are_obeyed(self):
        self.env["l10n_cl_ai.sii.host"].search([]).robots_at = "2020-01-01 00:00:00"
        self.put("/robots.txt", "User-agent: *\nDisallow: /normativa_legislacion/", content_type="text/plain")
        self.site.asked.clear()
        self.look()
        self.assertEqual(self.site.paths(), ["/robots.txt"])
        self.assertIn("robots.txt", self.reso.message)

    def test_robots_that_can_not_be_had_forbid_for_an_hour(self):
        host = self.env["l10n_cl_ai.sii.host"].search([])
        host.robots_at = "2020-01-01 00:00:00"
        self.put("/robots.txt", "", status=500)
        self.site.asked.clear()
        self.look()
        self.assertEqual((self.site.paths(), host.robots_state), (["/robots.txt"], "failed"))
        self.assertTrue(self.reso.message)
        host.robots_at -= timedelta(hours=2)
        self.put("/robots.txt", "User-agent: *\nCrawl-delay: 90", content_type="text/plain")
        self.look()
        self.assertEqual(host._pause() > 80, True, "the site asks for ninety seconds")
        self.assertEqual(self.reso.state, "doubted", "that is longer than one call of the cron takes")
        host.asked_at -= 90
        self.look()
        self.assertEqual(self.reso.state, "ok")

    def test_nothing_is_open_while_the_site_is_asked(self):
        """Before each request what was written is committed: on that the network is waited for with no transaction."""
        asked, run = [], type(self.env["l10n_cl_ai.sii.run"])
        page = run._page

        def seen(records, *arguments):
            asked.append(self.commits)
            return page(records, *arguments)

        with patch.object(run, "_page", seen):
            before = self.commits
            self.news(self.fresh())
        self.assertEqual(len(asked), 2)
        self.assertGreater(asked[0], before)
        self.assertGreater(asked[1], asked[0])

    def test_a_page_that_killed_the_worker_counts_as_failed(self):
        host = self.env["l10n_cl_ai.sii.host"].search([])
        host.reading = f"l10n_cl_ai.sii.source,{self.reso.id}"
        self.env["l10n_cl_ai.sii.run"]._cron_watch()
        self.assertEqual((self.reso.failures, host.reading), (1, False))
        self.assertEqual(self.reso.message, in_spanish(self.env)._("It was interrupted."))
        self.look()
        self.assertEqual((self.reso.failures, host.reading), (0, False))

    def test_what_can_not_be_worked_with_is_a_failure_of_that_page_alone(self):
        other = self.source("circulares")
        self.publish("circulares", pages.items(self.lot, 6))
        taken = ai_sii_source_read.AiSiiSource._look

        def look(source, *rest):
            if source == self.reso:
                self.env.cr.execute("SELECT 1 / 0")
            return taken(source, *rest)

        self.publish("resoluciones", self.rows[:11])
        with (
            patch.object(type(self.reso), "_look", look), mute_logger("odoo.sql_db"),
            self.assertLogs("odoo.addons.l10n_cl_ai.models.ai_sii_round", "ERROR"),
        ):  # fmt: skip
            self.look()
        self.assertEqual((self.reso.failures, self.reso.row_count, other.state), (1, 12, "ok"))
        self.assertIn("could not be worked with", self.reso.message)

    def test_what_somebody_wrote_meanwhile_is_read_anew(self):
        settle, tries = type(self.reso)._settle, []

        def settled(source, *rest):
            tries.append(1)
            if len(tries) == 1:
                raise SerializationFailure
            return settle(source, *rest)

        rolled = []
        with (
            patch.object(type(self.reso), "_settle", settled),
            patch.object(self.env.cr, "rollback", lambda: rolled.append(1)),
        ):
            self.publish("resoluciones", self.rows[1:])
            self.look()
        self.assertEqual((len(tries), len(rolled), self.reso.failures, self.reso.checks), (2, 1, 0, 2))

    def test_a_page_that_was_deleted_while_it_was_read_is_no_failure(self):
        run = type(self.env["l10n_cl_ai.sii.run"])
        page = run._page

        def gone(records, *rest):
            self.reso.unlink()
            return page(records, *rest)

        with patch.object(run, "_page", gone):
            self.look()
        self.assertEqual(self.env["l10n_cl_ai.sii.run"].search([], limit=1).state, "done")

    def test_where_no_company_watches_no_site_is_asked(self):
        (self.company | self.other_company).l10n_cl_ai_watch = False
        self.site.asked.clear()
        self.look()
        self.assertEqual(self.site.asked, [])
        self.company.l10n_cl_ai_watch = True
        self.look()
        self.assertTrue(self.site.asked)

    def test_a_row_of_a_page_that_is_not_followed_is_brought_in(self):
        self.reso.follows = False
        self.reso.row_ids[0].action_bring_in()
        self.env["l10n_cl_ai.sii.run"]._cron_watch()
        self.assertEqual(len(self.notices(self.company)), 1)

    def test_what_is_wrong_is_said_in_the_language_of_those_who_are_told(self):
        self.env["res.lang"]._activate_lang("es_CL")
        (self.company | self.other_company).partner_id.lang = "es_CL"
        self.put(f"{RESO}/res_ind2026.htm", "<html><title>Request Rejected</title></html>")
        self.look()
        said = DOUBTS["error_page"]
        self.assertEqual(self.reso.message, self.env(context={"lang": "es_CL"})._(said))
        self.assertNotEqual(self.reso.message, self.env(context={"lang": "en_US"})._(said))

    # -- years -----------------------------------------------------------------------------------------

    def test_in_january_last_years_page_stands_in(self):
        yearly = self.source(url="https://www.sii.cl/normativa_legislacion/resoluciones/{year}/res_ind{year}.htm")
        self.reso.active = False
        with freeze_time("2027-01-03 12:00:00"):
            self.look(yearly)
            self.assertEqual((yearly.state, yearly.row_count), ("ok", 12))
            path = "/normativa_legislacion/resoluciones/2027"
            new = pages.Item(1, date(2027, 1, 4), "Modifica el formato de las guías de despacho del año.", "reso1.pdf")
            self.put(
                f"{path}/res_ind2027.htm",
                next(page for page in pages.PAGES if page.name == "resoluciones").write([new]),
            )
            self.put(f"{path}/reso1.pdf", DOCUMENT)
            check = self.look(yearly)
        self.assertEqual((check.added, check.removed), (1, 0))
        self.assertEqual(len(self.notices(self.company)), 1)
        self.assertEqual(yearly.row_count, 13, "what stood on last year's page is not gone")

    def test_a_new_years_page_with_nothing_on_it_yet_is_well_in_january_alone(self):
        yearly = self.source(url="https://www.sii.cl/normativa_legislacion/resoluciones/{year}/res_ind{year}.htm")
        self.reso.active = False
        with freeze_time("2026-12-30 12:00:00"):
            self.look(yearly)
        empty = next(page for page in pages.PAGES if page.name == "resoluciones").write([])
        self.put("/normativa_legislacion/resoluciones/2027/res_ind2027.htm", empty)
        for day, state in (("2027-01-03", "ok"), ("2027-03-03", "doubted")):
            with freeze_time(f"{day} 12:00:00"):
                self.look(yearly)
                self.assertEqual(yearly.state, state, yearly.message)

    def test_the_new_years_page_is_asked_for_whole(self):
        """What last year's page was sent with says nothing of whether this year's has changed."""
        yearly = self.source(url="https://www.sii.cl/normativa_legislacion/resoluciones/{year}/res_ind{year}.htm")
        self.reso.active = False
        self.publish("resoluciones", self.rows, headers={"ETag": '"abc"'})
        with freeze_time("2026-12-30 12:00:00"):
            self.look(yearly)
            self.site.asked.clear()
            self.look(yearly)
            self.assertIn("If-None-Match", self.site.asked[-1][2])
        with freeze_time("2027-01-03 12:00:00"):
            self.site.asked.clear()
            self.look(yearly)
        self.assertEqual(["If-None-Match" in headers for _host, path, headers in self.site.asked if "2027" in path],
                         [False])  # fmt: skip

    # -- values ----------------------------------------------------------------------------------------

    def test_new_values_are_one_notice(self):
        uf, rows = self.source("uf"), pages.values(self.lot, 12)
        self.publish("uf", rows)
        self.look(uf)
        more = [pages.Item(0, date(2026, 10, day), "", "", f"40.{day}00,10") for day in range(10, 20)]
        self.publish("uf", [*rows, *more])
        self.look(uf)
        notice = self.notices(self.company)
        self.assertEqual((len(notice), notice.change, notice.impact), (1, "values", "2"))
        self.assertIn("10", notice.name)
        self.assertIn("40.1000,10", notice.body)
        self.assertFalse(notice.deadline)

    def test_values_of_a_new_year_are_news_though_last_years_had_the_same_days(self):
        uf = self.source("uf", url="https://www.sii.cl/valores_y_fechas/uf/uf{year}.htm")
        self.reso.active = False
        uf_page = next(page for page in pages.PAGES if page.name == "uf")
        rows = [pages.Item(0, date(2026, 1, day), "", "", f"39.{day}00,10") for day in range(1, 10)]
        self.publish("uf", rows)
        with freeze_time("2026-12-30 12:00:00"):
            self.look(uf)
        with freeze_time("2027-01-05 12:00:00"):
            new = [replace(row, value=row.value.replace("39.", "41.")) for row in rows]
            self.put(uf_page.path.replace("2026", "2027"), uf_page.write(new))
            self.look(uf)
        notice = self.notices(self.company)
        self.assertEqual((notice.change, notice.published_on), ("values", date(2027, 1, 5)))
        self.assertIn("9", notice.name)
        self.assertIn("41.100,10", notice.body)

    def test_a_value_that_changes_and_back_is_told_each_time(self):
        uf, rows = self.source("uf"), pages.values(self.lot, 12)
        other = [replace(rows[0], value="1,00"), *rows[1:]]
        for page in (rows, other, rows, other):
            self.publish("uf", page)
            self.look(uf)
        self.assertEqual((len(self.notices(self.company)), uf.state), (3, "ok"))

    # -- setting ---------------------------------------------------------------------------------------

    def test_sources_that_can_not_be_watched_are_refused(self):
        for vals in ({"url": "http://www.sii.cl/"}, {"url": "https://127.0.0.1/"}, {"url": "https://example.com/"},
                     {"every_hours": 0.1}, {"pattern": "*a*b*c*d*e*"}, {"kind": "table", "title_column": False},
                     {"kind": "script", "title_column": False}):  # fmt: skip
            with self.subTest(vals), self.assertRaises(ValidationError):
                self.source(**vals)

    def test_the_preview_shows_what_would_be_read(self):
        self.assertIn(f"<td>{self.reso.row_ids.sorted('id')[0].title}</td>", self.reso.preview)
        self.assertIn("12 of 12", self.reso.preview)
        self.reso.pattern = "/nothing*"
        self.reso.kind = "links"
        self.assertIn("no rows", self.reso.preview)
        with self.assertRaisesRegex(ValidationError, "XPath"):
            self.reso.path = "//["
        self.assertEqual(self.reso.row_count, 0, "what is read otherwise begins anew")

    def test_a_row_of_before_is_brought_in_by_hand(self):
        row = self.reso.row_ids[0]
        self.put(row.url.removeprefix("https://www.sii.cl"), DOCUMENT)
        accountant = self.user_of("contadora", self.company, "l10n_cl_ai.group_accountant")
        row.with_user(accountant).action_bring_in()
        self.env["l10n_cl_ai.sii.run"]._cron_watch()
        self.assertTrue(self.notices(self.company).name.startswith("Resolución N° 10"))
        with self.assertRaises(AccessError):
            row.with_user(self.user_of("lector", self.company, "l10n_cl_ai.group_user")).action_bring_in()

    def test_documents_of_long_ago_go_once_nobody_has_a_notice_of_them(self):
        self.news(self.fresh(107), self.fresh(108))
        documents = self.env["l10n_cl_ai.sii.document"].search([], order="number")
        self.notices().filtered(lambda notice: notice.document_id == documents[1]).unlink()
        documents._gc_documents()
        self.assertEqual(len(documents.exists()), 2, "not while they are young")
        self.env.cr.execute("UPDATE l10n_cl_ai_sii_document SET create_date = create_date - interval '7 years'")
        self.env.invalidate_all()
        documents._gc_documents()
        self.assertEqual(documents.exists(), documents[0])
        self.look()
        self.assertEqual(len(self.notices(self.company)), 1, "its row is known")

    def test_a_company_that_watches_later_brings_in_what_others_were_told(self):
        self.other_company.l10n_cl_ai_watch = False
        row = self.reso.row_ids[0]
        self.put(row.url.removeprefix("https://www.sii.cl"), DOCUMENT)
        first = row.with_user(self.user_of("contadora", self.company, "l10n_cl_ai.group_accountant"))
        later = row.with_user(self.user_of("otra", self.other_company, "l10n_cl_ai.group_accountant"))
        first.action_bring_in()
        self.assertTrue(first.is_told and later.is_told, "it is yet to be read")
        self.env["l10n_cl_ai.sii.run"]._cron_watch()
        self.env.invalidate_all()
        self.assertEqual((first.is_told, later.is_told), (True, False))
        with self.assertRaisesRegex(UserError, "does not watch"):
            later.action_bring_in()
        self.other_company.l10n_cl_ai_watch = True
        later.action_bring_in()
        first.action_bring_in()
        self.env.invalidate_all()
        self.assertTrue(later.is_told)
        for company in (self.company, self.other_company):
            self.assertEqual(len(self.notices(company)), 1, company.name)

    # -- alert -----------------------------------------------------------------------------------------

    def test_a_broken_page_is_an_alert_of_the_companies_it_is_watched_for(self):
        alerts = self.env["l10n_cl_ai.alert"].search([("kind", "=", "sii_source_broken")])
        alerts = alerts.filtered(lambda alert: alert.company_id in self.company | self.other_company)
        self.assertEqual(len(alerts), 2, "every company has one")
        self.assertEqual(set(alerts.mapped("minutes")), {60}, "after a night's rest the watch is given an hour")
        alerts.minutes = 0
        self.reso.failures = 2
        self.assertEqual(alerts._measure_sii_source_broken(), {})
        self.reso.failures = 3
        measured = alerts._measure_sii_source_broken()
        self.assertEqual({company: measure.value for company, measure in measured.items()},
                         {self.company.id: 1, self.other_company.id: 1})  # fmt: skip
        self.assertEqual(measured[self.company.id].words, "resoluciones")
        self.env["res.lang"]._activate_lang("en_US")
        self.reso.with_context(lang="es_CL").name = "Resoluciones exentas"
        self.reso.with_context(lang="en_US").name = "resoluciones"
        self.company.partner_id.lang, self.other_company.partner_id.lang = "es_CL", "en_US"
        words = {company: measure.words for company, measure in alerts._measure_sii_source_broken().items()}
        self.assertEqual(words, {self.company.id: "Resoluciones exentas", self.other_company.id: "resoluciones"})
        self.reso.company_id = self.other_company
        self.company.l10n_cl_ai_watch = False
        self.assertEqual(list(alerts._measure_sii_source_broken()), [self.other_company.id])
        alerts.action_measure()
        firing = alerts.filtered(lambda alert: alert.state == "firing")
        self.assertEqual(firing.company_id, self.other_company)
        self.reso.failures = 0
        alerts.action_measure()
        self.assertFalse(alerts.filtered(lambda alert: alert.state == "firing"))

    def test_a_watch_that_stands_still_is_an_alert(self):
        alerts = self.env["l10n_cl_ai.alert"].search([("kind", "=", "sii_source_broken")])
        self.reso.next_at = fields.Datetime.now() - timedelta(hours=23)
        self.assertNotIn(self.company.id, alerts._measure_sii_source_broken())
        self.reso.next_at = fields.Datetime.now() - timedelta(hours=25)
        self.assertEqual(alerts._measure_sii_source_broken()[self.company.id].words, "resoluciones")
        self.other_company.country_id = self.env.ref("base.pe")
        self.assertNotIn(self.other_company.id, alerts._measure_sii_source_broken(), "it is told of no page of all")
        self.reso.active = False
        self.assertNotIn(self.company.id, alerts._measure_sii_source_broken())

    def test_news_go_to_a_webhook_that_wants_them(self):
        made = self.env["l10n_cl_ai.webhook"].create(
            {
                "name": "ERP",
                "url": "https://hooks.example.com/x",
                "company_id": self.company.id,
                "event_sii_notice": True,
            }
        )
        self.news(self.fresh())
        deliveries = self.env["l10n_cl_ai.webhook.delivery"].search([("webhook_id", "=", made.id)])
        self.assertEqual((len(deliveries), deliveries.event), (1, "sii.notice"))

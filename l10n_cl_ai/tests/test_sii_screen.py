"""What an accountant reads of the watch: messages, e-mails, the preview, whose turn it is."""

from datetime import timedelta
from types import SimpleNamespace

from odoo.exceptions import UserError, ValidationError
from odoo.tests import tagged

from ..models import ai_sii_round
from ..models.sii_words import WORDS, in_spanish
from .sii_common import SiiCase, pages
from .test_sii_watch import DOCUMENT, RESO


@tagged("post_install_l10n", "post_install", "-at_install")
class TestSiiScreen(SiiCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.manager = cls.user_of("jefa", cls.company, "l10n_cl_ai.group_manager")
        cls.stranger = cls.user_of("ajeno", cls.other_company, "l10n_cl_ai.group_manager")

    def setUp(self):
        super().setUp()
        self.rows = pages.items(self.lot, 12)
        self.reso = self.source()
        self.publish("resoluciones", self.rows)
        self.look()

    def news(self, row=None):
        row = row or self.fresh()
        self.rows = [row, *self.rows]
        self.put(f"{RESO}/{row.file}", DOCUMENT)
        self.publish("resoluciones", self.rows)
        self.look()
        return self.notices(self.company)[-1]

    # -- whose turn it is ------------------------------------------------------------------------------

    def test_who_administers_the_system_is_asked_after_who_works_in_the_company(self):
        admin = self.user_of("informatica", self.other_company, "base.group_system", "l10n_cl_ai.group_manager")
        admin.company_ids |= self.company
        self.env.ref("base.user_admin").active = False
        later = self.user_of("contralora", self.other_company, "l10n_cl_ai.group_manager")
        self.stranger.active = False
        self.assertLess(admin.id, later.id)
        self.news()
        self.assertEqual(self.notices(self.company).user_id, self.manager)
        self.assertEqual(self.notices(self.other_company).user_id, later)
        (self.manager | later).active = False
        self.news(self.fresh(108))
        self.assertEqual(self.notices(self.company)[-1].user_id, admin, "where nobody else is there")

    def test_without_the_queue_of_e_mails_people_are_told_all_the_same(self):
        self.env.ref("mail.ir_cron_mail_scheduler_action").unlink()
        self.assertTrue(self.news().activity_ids)
        self.assertFalse(self.env["l10n_cl_ai.sii.run"].search([("state", "!=", "done")]))

    def test_nobody_is_written_to_for_what_needs_nothing_done(self):
        """Odoo would tell the responsible of each notice that it is his, whatever the company's threshold."""
        mails = self.env["mail.mail"].search([])
        row = self.fresh(110, "Delega facultades en los directores regionales que señala.")
        self.put(f"{RESO}/{row.file}", "<p>Delégase.</p>")
        self.publish("resoluciones", [row, *self.rows])
        self.look()
        notice = self.notices(self.company)
        self.assertEqual((notice.impact, bool(notice.user_id)), ("1", True))
        self.assertFalse(self.env["mail.mail"].search([]) - mails)
        self.assertFalse(notice.message_ids.notified_partner_ids)

    # -- a round ---------------------------------------------------------------------------------------

    def test_a_round_asked_for_while_another_is_under_way_counts_all_its_pages(self):
        other = self.source("circulares")
        self.publish("circulares", pages.items(self.lot, 6))
        runs, asked = self.env["l10n_cl_ai.sii.run"], []
        (self.reso | other).next_at = "2020-01-01 00:00:00"

        def ask(_seconds):
            if not asked:
                asked.append(runs.with_user(self.manager)._ask(self.reso | other, "button"))

        self.patch(ai_sii_round, "_pause", ask)
        runs._cron_watch()
        self.env.invalidate_all()
        run = asked[0].sudo()
        self.assertEqual((run.state, run.looked, run.total), ("done", 2, 2))

    # -- the preview, and what is wrong ----------------------------------------------------------------

    def test_a_column_that_the_table_does_not_have_is_named(self):
        source = self.source("oficios")
        self.publish("oficios", pages.items(self.lot, 4))
        self.look(source)
        self.assertIn("21-08-2026", source.preview)
        self.assertNotIn("2026-08-21", source.preview)
        self.assertNotIn("alert", source.preview)
        source.title_column = "Asunto"
        self.assertIn("Asunto", source.preview)
        self.assertIn("Fecha, Materia", source.preview)
        source.write({"title_column": "9", "number_column": False, "day_column": False})
        self.assertIn("no rows", source.preview)

    def test_what_is_wrong_with_a_path_is_said_in_spanish(self):
        spanish = self.reso.with_env(in_spanish(self.env))
        paths = {"xpath_steps": "//[", "xpath_deep": "//*//div//*", "xpath_long": "/a" * 200, "xpath_many": "/a" * 13}
        for fault, path in paths.items():
            words = str(spanish.env._(WORDS[fault]))
            with self.subTest(path), self.assertRaises(ValidationError) as refused:
                spanish.path = path
            self.assertIn(words, str(refused.exception))

    def test_what_the_site_answered_is_told_with_what_to_do(self):
        page = self.site.pages[f"{RESO}/res_ind2026.htm"]
        said = set()
        for status in (404, 403, 503, 418):
            page.status = status
            self.look()
            self.assertIn(str(status), self.reso.message)
            said.add(self.reso.message.replace(str(status), ""))
        self.assertEqual(len(said), 4)

    def test_an_error_page_is_not_to_be_believed(self):
        self.put(f"{RESO}/res_ind2026.htm", "<html><title>Request Rejected</title><p>Support ID 1</p></html>")
        self.look()
        with self.assertRaisesRegex(UserError, "no rows"):
            self.reso.action_believe()

    def test_delivered_pages_say_nothing_in_another_language(self):
        delivered = self.env.ref("l10n_cl_ai.sii_source_circulars")
        # What was tracked since has no words of its own.
        self.assertFalse(delivered.message_ids.filtered("body"))
        self.assertTrue(self.reso.message_ids.filtered("body"))

    # -- a notice --------------------------------------------------------------------------------------

    def test_words_are_shown_as_they_are_written(self):
        notice = self.news()
        self.assertIn("guías de despacho", notice.words_text)
        self.assertNotIn("guias", notice.words_text)

    def test_what_only_the_ai_says_is_shown_to_be_its_word(self):
        notice = self.news()
        read = SimpleNamespace(
            kind="changed_duty", impact=4, summary="x", concerns="yes", reason="x", quote="x", types=(33, 52),
            taxes=("iva",), regimes=(), days=(),
        )  # fmt: skip
        notice._take(read)
        line = next(line for line in notice.words_text.splitlines() if line.startswith("Only the AI says"))
        invoice = notice.type_ids.filtered(lambda kind: kind.code == "33")
        self.assertEqual(line, f"Only the AI says: {invoice.display_name}, IVA")

    def test_the_assistant_tells_the_latest_where_none_has_the_words(self):
        notice = self.news()
        toolbox = self.env["l10n_cl_ai.toolbox"].with_company(self.company)
        desk = SimpleNamespace(cite=lambda *_told: "R1")

        def told(*words):
            return toolbox._tool_sii_news({"words": words, "days": None}, desk).data

        self.assertEqual(told("guías"), told())
        other = told("novedades del SII")
        self.assertEqual([one["title"] for one in other["notices"]], [notice.name])
        self.assertIn("none has all of these words", other["note"])
        notice.sudo().unlink()
        self.assertEqual(told("guías")["notices"], [])

    # -- the digest ------------------------------------------------------------------------------------

    def test_each_company_s_digest_is_its_own_and_says_what_matters(self):
        own = self.source("circulares", company_id=self.other_company.id)
        rows = pages.items(self.lot, 6)
        self.publish("circulares", rows)
        self.look(own)
        self.publish("circulares", [self.fresh(120, "Instruye sobre las boletas electrónicas de Quillón."), *rows])
        self.put("/normativa_legislacion/circulares/2026/reso120.pdf", DOCUMENT)
        notice = self.news()
        notice.write({"summary": "Informar la comuna <b>.", "state": "analysis"})
        self.look(own)
        mails = self.env["mail.mail"]
        for company, user in ((self.company, self.manager), (self.other_company, self.stranger)):
            company.write({"l10n_cl_ai_watch_digest": "daily", "email": "e@example.com",
                           "l10n_cl_ai_watch_digest_user_ids": [(6, 0, user.ids)]})  # fmt: skip
            for one in self.notices(company):
                one.told_at -= timedelta(minutes=1)
            mails |= company._l10n_cl_ai_send_digest()
        mine, theirs = mails
        self.assertNotIn("Quillón", mine.body_html)
        self.assertIn("Quillón", theirs.body_html)
        for words in ("documents of the last year", self.manager.name, "Under analysis", "Informar la comuna &lt;b"):
            self.assertIn(words, mine.body_html)
        self.assertIn(f"/mail/view?model=l10n_cl_ai.sii.notice&amp;res_id={notice.id}", mine.body_html)
        self.assertIn("/odoo/novedades-sii", mine.body_html)

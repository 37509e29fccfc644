import base64
import io
from unittest.mock import patch

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools.pdf import PdfFileWriter

from ..models.ai_article_import import HOSTS_KEY
from ..models.sii_words import WORDS, in_spanish
from ..sii.fetch import Page
from .ai_common import AiCase


@tagged("post_install_l10n", "post_install", "-at_install")
class TestKnowledgeImport(AiCase):
    def setUp(self):
        super().setUp()
        self.commits = []

        def committed(_self, *_arguments, **_more):
            self.env.flush_all()
            self.commits.append(self.imports().mapped("state"))
            return 60.0

        self.patch(self.registry["ir.cron"], "_commit_progress", committed)

    def imports(self):
        return self.env["l10n_cl_ai.article.import"].search([], order="id")

    def wizard(self, user=None, **values):
        return self.env["l10n_cl_ai.article.wizard"].with_user(user or self.manager).create(values)

    def upload(self, name, content):
        found = self.wizard(filename=name, file=base64.b64encode(content)).action_import()
        return self.env["l10n_cl_ai.article"].browse(found["res_id"])

    def found(self, query):
        articles = self.env["l10n_cl_ai.article"].with_user(self.manager)
        return [hit.article for hit in articles._search_knowledge([query])]

    # -- files -----------------------------------------------------------------------------------------

    def test_a_file_becomes_a_draft_that_a_person_publishes(self):
        draft = self.upload("circular.html", b"<title>Circular zeta</title><h1>Uno</h1><p>Sobre zarigueyas.</p>")
        self.assertEqual((draft.name, draft.body), ("Circular zeta", "# Uno\n\nSobre zarigueyas."))
        self.assertEqual((draft.origin, draft.active, draft.company_id), ("imported", False, self.company))
        self.assertEqual(draft.source_name, "circular.html")
        self.assertFalse(self.found("zarigueyas"))
        draft.with_user(self.manager).active = True
        self.assertEqual(self.found("zarigueyas"), [draft.with_user(self.manager)])

    def test_text_and_markdown(self):
        self.assertEqual(self.upload("nota.MD", "# Título\n\n- uno".encode()).name, "Título")
        self.assertEqual(self.upload("nota.txt", "Año".encode("latin1")).body, "Año")

    def test_files_that_are_not_read(self):
        empty_pdf = io.BytesIO()
        writer = PdfFileWriter()
        writer.add_blank_page(100, 100)
        writer.write(empty_pdf)
        for name, content in (
            ("foto.png", b"x"), ("sin_nombre", b"x"), ("a.html", b"<script>x</script>"), ("a.txt", b"x" * 2_000_001),
            ("a.pdf", b"%PDF-1.4 nonsense"), ("vacio.pdf", empty_pdf.getvalue()),
        ):  # fmt: skip
            with self.subTest(name), self.assertRaises(UserError):
                self.upload(name, content)

    def test_one_of_the_two(self):
        for values in ({}, {"file": base64.b64encode(b"x"), "filename": "a.txt", "url": "https://www.sii.cl/"}):
            with self.subTest(list(values)), self.assertRaises(UserError):
                self.wizard(**values).action_import()

    def test_only_managers(self):
        with self.assertRaises(AccessError):
            self.wizard(self.user, url="https://www.sii.cl/")
        with self.assertRaises(AccessError):
            self.env["l10n_cl_ai.article.import"].with_user(self.user)._ask("https://www.sii.cl/")

    # -- pages -----------------------------------------------------------------------------------------

    def test_asking_reads_nothing(self):
        with patch("socket.getaddrinfo", side_effect=AssertionError("the network was asked")):
            self.wizard(url=" https://www.sii.cl/a ").action_import()
        self.assertEqual((self.imports().url, self.imports().state), ("https://www.sii.cl/a", "queued"))

    def test_addresses_that_may_not_be_read(self):
        for url in ("http://www.sii.cl/", "https://example.com/", "https://127.0.0.1/", "file:///etc/passwd"):
            with self.subTest(url), self.assertRaises(UserError):
                self.wizard(url=url).action_import()
        self.assertFalse(self.imports())

    def test_the_administrator_adds_hosts(self):
        self.env["ir.config_parameter"].set_param(HOSTS_KEY, "tgr.cl")
        self.wizard(url="https://www.tgr.cl/x").action_import()
        self.assertEqual(len(self.imports()), 1)

    def test_a_page_becomes_a_draft_of_who_asked(self):
        page = Page("https://www.sii.cl/b", 200, b"<title>Be</title><p>Sobre b.</p>", "text/html")
        self.wizard(url="https://www.sii.cl/a").action_import()
        self.patch(self.registry["l10n_cl_ai.article.import"], "_page", lambda _self, _url, _hosts: (page, None))
        self.env["l10n_cl_ai.article.import"]._cron_read()
        draft = self.imports().article_id
        self.assertEqual((draft.name, draft.body, draft.source_url), ("Be", "Sobre b.", "https://www.sii.cl/b"))
        self.assertEqual((draft.create_uid, draft.active), (self.manager, False))
        self.assertEqual(self.commits, [["reading"], ["done"]])

    def test_a_page_without_text_costs_no_other(self):
        pages = {"https://www.sii.cl/a": b"<script></script>", "https://www.sii.cl/b": b"<p>b</p>"}
        for url in pages:
            self.wizard(url=url).action_import()
        self.patch(
            self.registry["l10n_cl_ai.article.import"], "_page",
            lambda _self, url, _hosts: (Page(url, 200, pages[url], "text/html"), None),
        )  # fmt: skip
        self.env["l10n_cl_ai.article.import"]._cron_read()
        self.assertEqual(self.imports().mapped("state"), ["failed", "done"])
        self.assertTrue(self.imports()[0].message)

    def test_a_host_that_is_not_known_fails_and_may_be_tried_again(self):
        self.env["ir.config_parameter"].set_param(HOSTS_KEY, "nobody.invalid")
        self.wizard(url="https://nobody.invalid/").action_import()
        self.env["l10n_cl_ai.article.import"]._cron_read()
        self.assertEqual(self.imports().state, "failed")
        said = WORDS["name"]
        self.assertIn(in_spanish(self.env)._(said), self.imports().message)
        self.imports().with_user(self.manager).action_again()
        self.assertEqual(self.imports().state, "queued")

    def test_who_lost_his_rights_gets_no_draft(self):
        self.wizard(url="https://www.sii.cl/a").action_import()
        self.manager.group_ids = self.env.ref("base.group_user")
        self.patch(
            self.registry["l10n_cl_ai.article.import"], "_page",
            lambda _self, url, _hosts: (Page(url, 200, b"<p>b</p>", "text/html"), None),
        )  # fmt: skip
        self.env["l10n_cl_ai.article.import"]._cron_read()
        self.assertEqual(self.imports().state, "failed")
        self.assertFalse(self.imports().article_id)

    def test_what_a_dead_run_left_is_not_read_again_by_itself(self):
        self.wizard(url="https://www.sii.cl/a").action_import()
        self.imports().state = "reading"
        self.env["l10n_cl_ai.article.import"]._cron_read()
        self.assertEqual(self.imports().state, "failed")

    def test_companies_do_not_see_each_other_s(self):
        self.wizard(url="https://www.sii.cl/a").action_import()
        seen = self.env["l10n_cl_ai.article.import"].with_user(self.other_manager)
        self.assertFalse(seen.with_context(allowed_company_ids=self.other.ids).search([]))

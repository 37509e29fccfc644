"""The watch in a real browser: a site on this machine is read, its news are taken up, a page's reading is set."""

from odoo.tests import HttpCase, tagged

from .sii_common import SiiCase, pages
from .test_sii_watch import DOCUMENT, RESO


@tagged("post_install_l10n", "post_install", "-at_install")
class TestSiiTours(SiiCase, HttpCase):
    def setUp(self):
        super().setUp()
        # The tours read source texts; the databases of the tests know Spanish only.
        self.env["res.lang"]._activate_lang("en_US")
        (self.company | self.other_company).partner_id.lang = "en_US"

    def test_an_accountant_reads_what_is_new(self):
        accountant = self.user_of("contadora", self.company, "l10n_cl_ai.group_accountant")
        accountant.group_ids |= self.env.ref("account.group_account_invoice")
        rows = pages.items(self.lot, 12)
        self.source()
        self.publish("resoluciones", rows)
        self.look()
        fresh = self.fresh()
        self.put(f"{RESO}/{fresh.file}", DOCUMENT)
        self.publish("resoluciones", [fresh, *rows])
        self.look()
        self.env.flush_all()
        self.start_tour("/odoo/action-l10n_cl_ai.ai_sii_notice_action", "l10n_cl_ai_sii", login="contadora")
        notice = self.notices(self.company)
        self.assertEqual((notice.state, notice.rating), ("analysis", "useful"))

    def test_a_manager_sets_how_a_page_is_read(self):
        manager = self.user_of("jefa", self.company, "l10n_cl_ai.group_manager")
        manager.group_ids |= self.env.ref("account.group_account_invoice")
        source = self.source(name="resoluciones", company_id=self.company.id)
        source.name = "mía"
        self.publish("resoluciones", pages.items(self.lot, 12))
        self.look()
        self.env.flush_all()
        self.start_tour("/odoo/action-l10n_cl_ai.ai_sii_source_action", "l10n_cl_ai_sii_source", login="jefa")
        self.env.invalidate_all()
        self.assertFalse(source.path, "what was tried was not kept")
        self.assertEqual(self.env["l10n_cl_ai.sii.run"].search([], limit=1).trigger, "button")

"""The manager of a second company, in a real browser: every screen of the AI shows hers, and nothing of the first's.

Whatever is of the first company bears the word FORANEO, whatever is hers PROPIO.
"""

from odoo import fields
from odoo.tests import HttpCase, tagged

from .ledger_common import LedgerCase

PLACES = (
    "/odoo/novedades-sii", "/odoo/action-l10n_cl_ai.ai_sii_source_action", "/odoo/action-l10n_cl_ai.ai_request_action",
    "/odoo/action-l10n_cl_ai.ai_alert_action", "/odoo/action-l10n_cl_ai.ai_alert_event_action",
    "/odoo/action-l10n_cl_ai.ai_article_action", "/odoo/ai-assistant",
)  # fmt: skip


@tagged("post_install_l10n", "post_install", "-at_install")
class TestSecondCompany(LedgerCase, HttpCase):
    def setUp(self):
        super().setUp()
        # The tours read source texts; the databases of the tests know Spanish only.
        self.env["res.lang"]._activate_lang("en_US")
        self.stranger.write({"lang": "en_US", "odoobot_state": "disabled"})
        self.env.cr.execute("DELETE FROM l10n_cl_ai_request")
        self.env["l10n_cl_ai.article"].search([]).active = False
        self.fill(self.company, self.manager, "FORANEO", 3)
        self.fill(self.other, self.stranger, "PROPIO", 2)
        self.env.flush_all()

    def fill(self, company, user, mark, rows):
        """Give a company something on every screen."""
        user.name = f"{mark} persona"
        env = self.env(context={**self.env.context, "allowed_company_ids": company.ids})
        env["l10n_cl_ai.article"].create({"name": f"{mark} artículo", "body": "x", "company_id": company.id})
        env["l10n_cl_ai.conversation"].create(
            {"name": f"{mark} conversación", "user_id": user.id, "company_id": company.id,
             "last_at": fields.Datetime.now()}
        )  # fmt: skip
        for _number in range(rows):
            self.row(company_id=company.id, user_id=user.id, model=f"{mark}-modelo")
        self.fill_watch(env, company, mark)
        alert = env["l10n_cl_ai.alert"].search([("kind", "=", "errors_hour"), ("company_id", "=", company.id)])
        alert.name = f"{mark} alerta"
        env["l10n_cl_ai.alert.event"].create(
            {"alert_id": alert.id, "company_id": company.id, "fired_at": fields.Datetime.now(), "value": 12}
        )

    def fill_watch(self, env, company, mark):
        source = env["l10n_cl_ai.sii.source"].create(
            {"name": f"{mark} página", "url": "https://www.sii.cl/x.htm", "company_id": company.id}
        )
        document = env["l10n_cl_ai.sii.document"].create(
            {"name": f"{mark} circular", "source_id": source.id, "identity": mark, "change": "added", "state": "none"}
        )
        document._make_notice(company)

    def test_every_screen_shows_hers_alone(self):
        for place in PLACES:
            with self.subTest(place):
                self.start_tour(place, "l10n_cl_ai_second_company", login="ajeno")

    def test_the_panel_adds_up_hers_alone(self):
        self.start_tour("/odoo/ai-panel", "l10n_cl_ai_second_panel", login="ajeno")

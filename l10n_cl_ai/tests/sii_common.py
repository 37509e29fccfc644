"""The watch against a site like the SII's on this machine, over real TLS; Odoo's cron and transactions are the
test's."""

import random
import sys
import time
from datetime import date, timedelta
from pathlib import Path
from types import SimpleNamespace

from ..models import ai_sii_host, ai_sii_round
from .gateway_common import OrmGatewayCase

# The site lives with the other tools of the repository, not in the addon.
sys.path.append(str(Path(__file__).resolve().parents[2] / "dev"))

import siisite
from siisite import pages

__all__ = ["SiiCase", "pages", "siisite"]


class SiiCase(OrmGatewayCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        for company in (cls.company, cls.other_company):
            company.write({"country_id": cls.env.ref("base.cl").id, "l10n_cl_ai_watch": True})
            company.partner_id.lang = "en_US"
        # Companies of the template are told nothing here.
        cls.env["res.company"].search(
            [("id", "not in", (cls.company | cls.other_company).ids)]
        ).l10n_cl_ai_watch = False
        cls.site = cls.enterClassContext(siisite.running(("www.sii.cl", "www4.sii.cl")))
        cls.enterClassContext(
            siisite.aimed(ai_sii_round, port=cls.site.port, certificate=cls.site.certificate, hosts=cls.site.hosts)
        )
        cls.env["l10n_cl_ai.sii.source"].search([]).active = False

    def setUp(self):
        super().setUp()
        self.site.reset()
        self.pauses, self.commits = [], 0
        self.patch(ai_sii_round, "_pause", self.pauses.append)
        # Time stands still: what is waited for, and how much fits into a call, is not this machine's speed.
        begun = time.time()
        still = SimpleNamespace(time=lambda: begun, monotonic=lambda: 0.0)
        self.patch(ai_sii_round, "time", still)
        self.patch(ai_sii_host, "time", still)
        self.patch(self.registry["ir.cron"], "_commit_progress", self._committed)
        self.lot = random.Random(1)

    def _committed(self, *_arguments, **_more):
        self.env.flush_all()
        self.commits += 1
        return 60.0

    @classmethod
    def user_of(cls, login, company, *groups):
        return cls.env["res.users"].with_context(no_reset_password=True).create({
            "name": login.title(), "login": login, "email": f"{login}@example.com", "lang": "en_US",
            "company_id": company.id, "company_ids": [(6, 0, company.ids)],
            "group_ids": [(6, 0, [cls.env.ref(group).id for group in ("base.group_user", *groups)])],
        })  # fmt: skip

    def source(self, name="resoluciones", **vals):
        """A source that reads one of the bench's pages."""
        page = next(page for page in pages.PAGES if page.name == name)
        mapping = page.mapping
        fields_of = {"path": "path", "pattern": "pattern", "number": "number_column", "day": "day_column",
                     "title": "title_column", "link": "link_column", "address": "link_address"}  # fmt: skip
        how = {fields_of[name]: value for name, value in mapping.items() if name != "kind"}
        return self.env["l10n_cl_ai.sii.source"].create({
            "name": name, "url": page.url, "kind": mapping["kind"], "company_id": False, **how, **vals,
        })  # fmt: skip

    def publish(self, name, rows, **more):
        """Put a page on the site, with these rows."""
        page = next(page for page in pages.PAGES if page.name == name)
        self.site.pages[page.path] = siisite.Page(page.write(rows).encode(), **more)

    def put(self, path, text, **more):
        self.site.pages[path] = siisite.Page(text.encode(), **more)

    def look(self, *sources):
        """Have sources looked at by the cron, and all that comes of it; return what was found."""
        sources = sources or self.env["l10n_cl_ai.sii.source"].search([])
        last = self.env["l10n_cl_ai.sii.check"].search([], limit=1)
        for source in sources:
            source.next_at = "2020-01-01 00:00:00"
        self.env["l10n_cl_ai.sii.run"]._cron_watch()
        self.env.invalidate_all()
        return self.env["l10n_cl_ai.sii.check"].search([("id", ">", last.id or 0)], order="id")

    def notices(self, company=None):
        domain = [("company_id", "=", company.id)] if company else []
        return self.env["l10n_cl_ai.sii.notice"].search(domain, order="id")

    def fresh(
        self, number=107, title="Modifica el formato de las guías de despacho electrónicas que se indican.", **more
    ):
        day = date(2026, 8, 22) + timedelta(days=number - 107)
        return pages.Item(number, day, title, f"reso{number}.pdf", **more)

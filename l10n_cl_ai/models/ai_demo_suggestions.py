"""The demo's year of supplier bills: projects, what was booked on them, and drafts to suggest for."""

import datetime

from odoo import Command, api, fields, models

from ..demo.bills import CLOSED, PROJECTS, SPLIT, SUPPLIERS, bills, drafts
from .move_facts import chilean_day

_RUT = "l10n_cl.it_RUT"


class Demo(models.AbstractModel):
    _inherit = "l10n_cl_ai.demo"

    @api.model
    def _create_history(self, posted=170, open_bills=16):
        """Make projects, suppliers, a year of posted bills and some drafts, learn and measure; once.

        :param posted: bills posted in the last year
        :param open_bills: drafts of the last days
        """
        company = self.env.ref("l10n_cl_ai.demo_company_nuble")
        maker = self.with_company(company).with_context(lang="es_CL", allowed_company_ids=company.ids)
        accounts = {key: maker._once(f"project_{key}", maker._project, name) for key, name in PROJECTS.items()}
        partners = {key: maker._once(f"supplier_{key}", maker._supplier, *who) for key, who in SUPPLIERS.items()}
        marker = self.env.ref("l10n_cl_ai.demo_history", raise_if_not_found=False)
        if marker:
            return self.env["account.move"]
        # As the setting does it: everybody sees the analytic distribution.
        self.env.ref("base.group_user")._apply_group(self.env.ref("analytic.group_analytic_accounting"))
        today = chilean_day(fields.Datetime.now())
        history = self.env["account.move"]
        for n, lines in enumerate(bills(posted)):
            day = today - datetime.timedelta(round(360 * (posted - n) / posted) + 5)
            history |= maker._supplier_bill(lines, partners, accounts, company, day, 1000 + n)
        maker._once("history", lambda: history[:1])
        history.action_post()
        maker.env["project.project"].search([("account_id", "=", accounts[CLOSED].id)]).active = False
        waiting = self.env["account.move"]
        for n, lines in enumerate(drafts(open_bills)):
            bare = [line._replace(project="") for line in lines]
            day = today - datetime.timedelta(n % 4)
            waiting |= maker._supplier_bill(bare, partners, accounts, company, day, 5000 + n)
        self._learn_history(company)
        waiting[: open_bills // 4]._l10n_cl_ai_suggest("run")
        return waiting

    @api.model
    def _learn_history(self, company):
        index = self.env["l10n_cl_ai.index"]._of(company, "project")
        index._compact()
        index._measure()

    @api.model
    def _project(self, name):
        plan = self.env.ref("analytic.analytic_plan_projects", raise_if_not_found=False)
        plan = plan or self.env["account.analytic.plan"].search([], limit=1)
        company = self.env.company
        account = self.env["account.analytic.account"].create(
            {"name": name, "plan_id": plan.id, "company_id": company.id}
        )
        self.env["project.project"].create({"name": name, "account_id": account.id, "company_id": company.id})
        return account

    @api.model
    def _supplier(self, name, vat):
        return self.env["res.partner"].create(
            {
                "name": name,
                "vat": vat,
                "is_company": True,
                "country_id": self.env.ref("base.cl").id,
                "l10n_latam_identification_type_id": self.env.ref(_RUT).id,
                "l10n_cl_sii_taxpayer_type": "1",
                "l10n_cl_activity_description": "Comercio y servicios",
                "street": "Camino a Cato km 3",
                "city": "Chillán",
            }
        )

    @api.model
    def _supplier_bill(self, lines, partners, accounts, company, day, folio):
        kind = self.env["l10n_latam.document.type"].search([("code", "=", "33"), ("country_id.code", "=", "CL")])
        values = {
            "move_type": "in_invoice",
            "partner_id": partners[lines[0].supplier].id,
            "company_id": company.id,
            "invoice_date": day,
            "l10n_latam_document_type_id": kind.id,
            "l10n_latam_document_number": str(folio),
            "invoice_line_ids": [
                Command.create(
                    {
                        "name": line.text,
                        "quantity": 1,
                        "price_unit": line.price,
                        "tax_ids": [Command.set(company.account_purchase_tax_id.ids)],
                        "analytic_distribution": self._booked_on(line.project, accounts),
                    }
                )
                for line in lines
            ],
        }
        return self.env["account.move"].create(values)

    @api.model
    def _booked_on(self, project, accounts):
        if project == "":
            return False
        shares = SPLIT if project is None else {project: 100}
        return {str(accounts[key].id): share for key, share in shares.items()}

"""A Chilean company, its partners, and invoices of every DTE type that Odoo can make."""

import datetime
from unittest.mock import patch

from odoo import Command
from odoo.tests import TransactionCase, new_test_user

#: Issue date of the documents made here; tests that need "today" freeze time on it.
DAY = datetime.date(2026, 11, 18)
NOW = "2026-11-18 15:00:00"
GIRO = "l10n_cl_activity_description"


class DteCase(TransactionCase):
    """Right documents by default: each test spoils what it is about."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company = cls._make_company("Comercial Ñuble Limitada", "76192083-9")
        context = {**cls.env.context, "allowed_company_ids": cls.company.ids, "tracking_disable": True}
        cls.env = cls.env(context=context)
        cls.company = cls.company.with_env(cls.env)
        cls.customer = cls._make_partner("Servicios Araucanía SpA", "77262640-1")
        cls.supplier = cls._make_partner("Recicladora Maule Limitada", "76418205-7")
        cls.foreigner = cls.env["res.partner"].create(
            {
                "name": "Overseas Trading Inc",
                "country_id": cls.env.ref("base.us").id,
                "street": "5th Avenue 100",
                "city": "New York",
                "l10n_cl_sii_taxpayer_type": "4",
                GIRO: "Importaciones",
            }
        )
        cls.iva = cls.company.account_sale_tax_id
        cls.purchase_iva = cls.company.account_purchase_tax_id
        cls.retention = cls._chart("I_RTI")

    @classmethod
    def _chart(cls, xml_id, company=None):
        company = company or cls.company
        return cls.env["account.chart.template"].with_company(company).ref(xml_id)

    @classmethod
    def _make_company(cls, name, vat):
        company = cls.env["res.company"].create(
            {
                "name": name,
                "vat": vat,
                "country_id": cls.env.ref("base.cl").id,
                "street": "Av. Libertad 1234",
                "city": "Chillán",
                "currency_id": cls.env.ref("base.CLP").id,
            }
        )
        cls.env["account.chart.template"].try_loading("cl", company=company, install_demo=False)
        company.partner_id.write({GIRO: "Venta de artículos de oficina", "l10n_cl_sii_taxpayer_type": "1"})
        cls.env.user.company_ids |= company
        return company

    @classmethod
    def _make_partner(cls, name, vat, **values):
        return cls.env["res.partner"].create(
            {
                "name": name,
                "is_company": True,
                "country_id": cls.env.ref("base.cl").id,
                "l10n_latam_identification_type_id": cls.env.ref("l10n_cl.it_RUT").id,
                "vat": vat,
                "l10n_cl_sii_taxpayer_type": "1",
                "street": "Calle Prat 456, Piso 2",
                "city": "Temuco",
                GIRO: "Servicios de ingeniería",
                **values,
            }
        )

    @classmethod
    def _make_user(cls, login, groups, company=None):
        company = company or cls.company
        return new_test_user(
            cls.env,
            login,
            groups=groups,
            company_id=company.id,
            company_ids=[Command.set(company.ids)],
        )

    @classmethod
    def document_type(cls, code):
        return cls.env["l10n_latam.document.type"].search(
            [("code", "=", str(code)), ("country_id.code", "=", "CL")]
        )

    @classmethod
    def line(cls, name="Resma de papel carta 75 g", quantity=10, price=1050, taxes=None, **values):
        taxes = cls.iva if taxes is None else taxes
        return Command.create(
            {
                "name": name,
                "quantity": quantity,
                "price_unit": price,
                "tax_ids": [Command.set(taxes.ids)],
                **values,
            }
        )

    @classmethod
    def invoice(cls, code=33, lines=None, partner=None, move_type=None, **values):
        """Create a draft of a DTE type; by default 10 × 1,050 and 2 × 1,425, IVA 2,537."""
        if move_type is None:
            move_type = {46: "in_invoice", 61: "out_refund", 112: "out_refund"}.get(code, "out_invoice")
        if lines is None:
            lines = [cls.line(), cls.line("Archivador oficio", 2, 1425)]
        partner = partner or (cls.supplier if code == 46 else cls.customer)
        move = cls.env["account.move"].create(
            {
                "move_type": move_type,
                "partner_id": partner.id,
                "invoice_date": DAY,
                "l10n_latam_document_type_id": cls.document_type(code).id,
                "invoice_line_ids": lines,
                **values,
            }
        )
        # Odoo proposes a type once the partner is known; the one asked for is what the test is about.
        move.l10n_latam_document_type_id = cls.document_type(code)
        return move

    @classmethod
    def bill(cls, code=33, folio="77", **values):
        """Create a draft of a document that the supplier issued."""
        lines = values.pop("lines", None) or [cls.line(taxes=cls.purchase_iva)]
        move_type = values.pop("move_type", "in_invoice")
        move = cls.invoice(code, lines, values.pop("partner", cls.supplier), move_type, **values)
        move.l10n_latam_document_number = folio
        return move

    def let_book(self, on=True):
        """Let the company book by itself, whatever was measured."""
        with patch.object(self.registry["res.company"], "_l10n_cl_ai_check_auto"):
            self.company.l10n_cl_ai_suggest_auto = on

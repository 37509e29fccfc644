"""What tools show leaves with pseudonyms: no name, RUT, address or account of anybody."""

import json

from odoo.tests import freeze_time, tagged

from ..chat.desk import Desk
from ..llm.privacy import Masker
from .common import DAY, NOW
from .tool_common import ToolCase


@freeze_time(NOW)
@tagged("post_install_l10n", "post_install", "-at_install")
class TestToolboxPrivate(ToolCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.contact = cls.env["res.partner"].create(
            {"name": "Hortensia Quilodrán", "parent_id": cls.customer.id, "type": "contact"}
        )
        cls.sold = cls.invoice(33, [
            cls.line("Visita con Hortensia Quilodrán a Servicios Araucanía SpA, +56 9 8765 4321")],
            narration="<p>Pagar en Calle Prat 456, Piso 2. ventas@araucania.cl</p>", ref="HQ 77262640-1",
            invoice_date_due="2026-10-30",
        )  # fmt: skip
        cls.sold.action_post()
        cls.bought = cls.bill(folio="77", date=DAY)
        cls.bought.action_post()
        plan = cls.env["account.analytic.plan"].create({"name": "Obras"})
        cls.account = cls.env["account.analytic.account"].create(
            {"name": "Obra Servicios Araucanía SpA", "plan_id": plan.id, "partner_id": cls.customer.id}
        )
        cls.project = cls.env["project.project"].create(
            {"name": "Ampliación Recicladora Maule Limitada", "account_id": cls.account.id,
             "partner_id": cls.supplier.id}
        )  # fmt: skip

    def asked(self):
        return [
            ("search_invoices", {}), ("count_invoices", {"group_by": "partner"}), ("dte_findings", {}),
            ("read_invoice", {"document": self.sold.name}), ("partner_card", {"partner": "araucania"}),
            ("partner_card", {"partner": "limitada"}), ("due_dates", {"side": "receivable"}),
            ("due_dates", {"side": "payable"}), ("projects", {}), ("account_balances", {"account": "11"}),
            ("vat_of_period", {"period": "2026-11"}),
        ]  # fmt: skip

    def test_no_tool_names_anybody(self):
        private = ("Araucanía", "Quilodrán", "Recicladora", "77262640", "77.262.640", "76418205", "Prat 456",
                   "ventas@araucania.cl", "8765 4321")  # fmt: skip
        seen = set()
        for name, values in self.asked():
            with self.subTest(tool=name, values=values):
                data, desk = self.told(name, **values)
                sent = json.dumps(Masker(desk.private).mask_json(data), ensure_ascii=False)
                plain = json.dumps(data, ensure_ascii=False)
                seen |= {text for text in private if text in plain}
                self.assertEqual([text for text in private if text in sent], [])
        self.assertGreaterEqual(len(seen), 7, "there was something to mask")

    def test_who_is_to_do_something_is_not_named_either(self):
        self.accountant.name = "Eulalia Sandoval"
        desk = Desk()
        desk.cite("record", "account.move", self.sold.id, "", "")
        data, desk = self.told("propose_activity", desk=desk, record="R1", summary="Llamar", date="2026-11-25")
        self.assertEqual(data["for"], "Eulalia Sandoval")
        self.assertNotIn("Eulalia", Masker(desk.private).mask(data["for"]))

"""Purchase orders that fit a vendor bill: found, shown with reasons, linked and unlinked by a person."""

import time

from odoo import Command
from odoo.addons.l10n_cl_ai.tests.common import NOW
from odoo.addons.l10n_cl_ai.tests.received_common import ReceivedCase, dte, line, reference, totals
from odoo.exceptions import AccessError, UserError
from odoo.tests import freeze_time, tagged


@freeze_time(NOW)
@tagged("post_install_l10n", "post_install", "-at_install")
class TestOrders(ReceivedCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.paper, cls.folder = cls.env["product.product"].create(
            [
                {"name": "Resma de papel carta 75 g", "purchase_method": "purchase", "type": "consu"},
                {"name": "Archivador oficio", "purchase_method": "purchase", "type": "consu"},
            ]
        )

    def order(self, *rows, partner=None, company=None, confirmed=True, **values):
        """Make an order of (product, quantity, price); 10 × 1,050 of paper by default."""
        company = company or self.company
        order = self.env["purchase.order"].with_company(company).create(
            {
                "partner_id": (partner or self.supplier).id,
                "company_id": company.id,
                "currency_id": self.env.ref("base.CLP").id,
                "order_line": [
                    Command.create(
                        {"product_id": product.id, "product_qty": quantity, "price_unit": price, "tax_ids": False}
                    )
                    for product, quantity, price in rows or [(self.paper, 10, 1050)]
                ],
                **values,
            }
        )
        if confirmed:
            order.button_confirm()
        return order

    def fits(self, bill, user=None):
        """Return the names of the orders shown on a bill, the best first."""
        bill.invalidate_recordset()
        panel = bill.with_user(user or self.accountant).l10n_cl_ai_orders or {}
        return [row["name"] for row in panel.get("fits", [])]

    def panel(self, bill):
        bill.invalidate_recordset()
        return bill.l10n_cl_ai_orders

    def amounts(self, bill):
        fields = ["quantity", "price_unit", "discount", "price_subtotal", "tax_ids", "account_id", "name", "product_id"]
        return bill.invoice_line_ids.read(fields), bill.amount_total

    # -- finding ---------------------------------------------------------------------------------------

    def test_an_order_of_the_same_amount_and_lines(self):
        order = self.order()
        bill = self.read_one(dte())
        [row] = self.panel(bill)["fits"]
        self.assertEqual((row["id"], row["matched"]), (order.id, 1))
        self.assertIn(order.name, row["title"])
        self.assertIn("1 of 1 lines", row["title"])
        self.assertFalse(bill.invoice_line_ids.purchase_line_id, "linking is a person's")

    def test_within_the_tolerance_and_outside_of_it(self):
        near = self.order((self.paper, 10, 1060))  # 0.94 %
        self.order((self.folder, 10, 1100))  # 4.5 %
        bill = self.read_one(dte())
        self.assertEqual(self.fits(bill), [near.name])
        self.company.l10n_cl_ai_order_tolerance = 0.5
        self.assertEqual(self.fits(bill), [])
        self.company.l10n_cl_ai_order_tolerance = 5
        self.assertEqual(len(self.fits(bill)), 2)

    def test_another_supplier_and_another_company(self):
        other = self._make_company("Servicios Quillón SpA", "77018459-2")
        self.order(partner=self.customer)
        self.order(company=other)
        self.order(confirmed=False)
        bill = self.read_one(dte())
        self.assertFalse(self.panel(bill))

    def test_the_same_rut_under_another_name_is_the_same_supplier(self):
        twin = self._make_partner("Maule sucursal Talca", "76418205-7")
        order = self.order(partner=twin)
        bill = self.read_one(dte())
        bill.partner_id = self.supplier
        self.assertEqual(self.fits(bill), [order.name])

    def test_what_is_billed_in_full_is_out_and_in_part_is_what_is_left(self):
        order = self.order((self.paper, 30, 1050))
        first = self.read_one(dte(folio=1))
        first.action_l10n_cl_ai_link_order(order.id)
        self.assertEqual(order.order_line.qty_invoiced, 10)
        rest = self.read_one(dte(folio=2, lines=[line(quantity=20)], sums=totals(21000)))
        [row] = self.panel(rest)["fits"]
        self.assertIn("same amount", row["title"])
        rest.action_l10n_cl_ai_link_order(order.id)
        self.assertEqual(order.order_line.qty_invoiced, 30)
        third = self.read_one(dte(folio=3))
        self.assertEqual(self.fits(third), [])

    def test_more_than_is_open_is_not_the_orders_line(self):
        self.order((self.paper, 4, 1050))
        self.assertEqual(self.fits(self.read_one(dte())), [])

    def test_the_order_that_the_bill_names_wins(self):
        plain = self.order()
        named = self.order((self.paper, 10, 1500))
        bill = self.read_one(dte(more=reference("801", named.name)))
        self.assertEqual(self.fits(bill), [named.name])
        [row] = self.panel(bill)["fits"]
        self.assertIn(named.name, row["reference"])
        self.assertEqual(row["matched"], 0)  # at that price no line is the order's
        with self.assertRaises(UserError):
            bill.action_l10n_cl_ai_link_order(named.id)
        by_text = self.read_one(dte(folio=78, lines=[line(f"Resmas según OC {plain.name.lower()}")]))
        self.assertEqual(self.fits(by_text), [plain.name])
        digits = self.read_one(dte(folio=79, more=reference("801", named.name.lstrip("P0"))))
        self.assertEqual(self.fits(digits), [named.name])
        theirs = self.order((self.paper, 10, 2000), partner_ref="COT-778")
        self.assertEqual(self.fits(self.read_one(dte(folio=80, more=reference("801", "COT-778")))), [theirs.name])

    def test_two_that_fit_alike_are_both_shown(self):
        orders = self.order() | self.order()
        self.assertEqual(set(self.fits(self.read_one(dte()))), set(orders.mapped("name")))

    # -- deciding --------------------------------------------------------------------------------------

    def two_lines(self):
        order = self.order((self.folder, 2, 1425), (self.paper, 10, 1050))
        lines = [line(), line("Archivadores oficio", 2, 1425, number=2)]
        return order, self.read_one(dte(lines=lines, sums=totals(13350)))

    def test_linking_ties_the_lines_and_leaves_the_amounts(self):
        order, bill = self.two_lines()
        before = self.amounts(bill)
        bill.action_l10n_cl_ai_link_order(order.id)
        self.assertEqual(self.amounts(bill), before)
        products = bill.invoice_line_ids.purchase_line_id.product_id
        self.assertEqual(bill.invoice_line_ids[0].purchase_line_id.product_id, self.paper)
        self.assertEqual(products, self.paper | self.folder)
        self.assertEqual((bill.purchase_order_count, bill.invoice_origin), (1, order.name))
        self.assertEqual(order.invoice_status, "invoiced")
        panel = self.panel(bill)
        self.assertEqual((panel["fits"], panel["linked"]), ([], [{"id": order.id, "name": order.name, "lines": 2}]))

    def test_unlinking_undoes_it_and_nothing_else(self):
        order, bill = self.two_lines()
        bill.action_l10n_cl_ai_link_order(order.id)
        before = self.amounts(bill)
        bill.action_l10n_cl_ai_unlink_order(order.id)
        self.assertFalse(bill.invoice_line_ids.purchase_line_id)
        self.assertFalse(bill.invoice_origin)
        self.assertEqual(self.amounts(bill), before)
        self.assertEqual(order.order_line.mapped("qty_invoiced"), [0, 0])
        self.assertEqual(self.fits(bill), [order.name])

    def test_unlinking_leaves_what_was_tied_elsewhere_since(self):
        order, bill = self.two_lines()
        bill.action_l10n_cl_ai_link_order(order.id)
        elsewhere = self.order().order_line
        bill.invoice_line_ids[0].purchase_line_id = elsewhere
        bill.action_l10n_cl_ai_unlink_order(order.id)
        self.assertEqual(bill.invoice_line_ids.purchase_line_id, elsewhere)

    def test_not_this_one_is_remembered_until_shown_again(self):
        order = self.order()
        bill = self.read_one(dte())
        bill.action_l10n_cl_ai_dismiss_order(order.id)
        self.assertEqual(self.fits(bill), [])
        self.assertEqual(self.panel(bill)["dismissed"], 1)
        bill.action_l10n_cl_ai_restore_orders()
        self.assertEqual(self.fits(bill), [order.name])

    def test_an_order_named_in_the_xml_is_not_linked_by_odoo(self):
        """Its own import would put the order's lines in place of the document's."""
        order = self.order((self.paper, 5, 2100), date_order="2026-11-01")
        order.order_line.tax_ids = self.purchase_iva
        bill = self.read_one(dte(more=reference("801", order.name)))
        self.assertEqual(bill.invoice_line_ids.mapped("quantity"), [10])
        self.assertFalse(bill.invoice_line_ids.purchase_line_id)

    # -- who -------------------------------------------------------------------------------------------

    def test_a_user_without_rights_on_orders_sees_nothing_and_no_error(self):
        order = self.order()
        bill = self.read_one(dte())
        access = self.env["ir.model.access"].search(
            [("model_id.model", "=", "purchase.order"), ("group_id", "!=", False)]
        )
        access.active = False
        self.env.registry.clear_cache()
        self.assertEqual(self.fits(bill, self.clerk), [])
        with self.assertRaises(UserError):
            bill.with_user(self.clerk).action_l10n_cl_ai_link_order(order.id)

    def test_who_may_only_read_bills_may_not_link(self):
        order = self.order()
        bill = self.read_one(dte())
        reader = self._make_user("solo_lee", "account.group_account_readonly")
        self.assertEqual(self.fits(bill, reader), [order.name])
        with self.assertRaises(AccessError):
            bill.with_user(reader).action_l10n_cl_ai_link_order(order.id)

    def test_posted_bills_and_sales_show_nothing(self):
        self.order()
        bill = self.read_one(dte())
        bill.action_post()
        self.assertFalse(self.panel(bill))
        self.assertFalse(self.invoice(33).l10n_cl_ai_orders)
        with self.assertRaises(UserError):
            bill.action_l10n_cl_ai_link_order(1)

    # -- what is hostile -------------------------------------------------------------------------------

    def test_what_somebody_wrote_into_the_fields_keeps_nobody_from_opening_the_bill(self):
        order = self.order()
        bill = self.read_one(dte())
        forged = ({"x": 5}, {"1": {"name": "P1"}}, {"1": {"name": 1, "lines": {}}}, {"9" * 5000: {}}, [1], "x", 7,
                  {"1": {"name": "P1", "lines": {"a": [], "2": {}}, "origin": False}})  # fmt: skip
        for value in forged:
            with self.subTest(str(value)[:40]):
                bill.with_user(self.clerk).write(
                    {"l10n_cl_ai_orders_linked": value, "l10n_cl_ai_orders_dismissed": value}
                )
                self.assertFalse((self.panel(bill) or {}).get("linked"))
                bill.action_l10n_cl_ai_unlink_order(1)
        bill.action_l10n_cl_ai_restore_orders()
        bill.action_l10n_cl_ai_link_order(order.id)
        self.assertEqual([row["id"] for row in self.panel(bill)["linked"]], [order.id])

    def test_a_description_of_signs_takes_no_time(self):
        order = self.order()
        bill = self.read_one(dte(lines=[line(DscItem="-" * 200_000)]))
        start = time.process_time()
        self.assertEqual(self.fits(bill), [order.name])
        self.assertLess(time.process_time() - start, 5, "it took minutes, at each opening of the bill")

"""XML of suppliers becomes draft vendor bills: what they say, to the peso."""

import datetime
from email.message import EmailMessage

from odoo.tests import freeze_time, tagged

from .common import NOW
from .received_common import ReceivedCase, dte, envelope, line, reference, totals, written


@freeze_time(NOW)
@tagged("post_install_l10n", "post_install", "-at_install")
class TestReceived(ReceivedCase):
    def assertTotals(self, bill, net, iva, total):
        self.assertEqual((bill.amount_untaxed, bill.amount_tax, bill.amount_total), (net, iva, total))

    def differences(self, bill):
        """Return the rules that see a difference between a bill and its XML."""
        codes = bill._l10n_cl_ai_check().finding_ids.mapped("rule_code")
        return [code for code in codes if code.startswith("K")]

    # -- one document ----------------------------------------------------------------------------------

    def test_an_invoice_is_a_draft_with_all_it_says(self):
        text = dte(lines=[line(DscItem="Blanco")], more=reference("801", "P00012"))
        bill = self.read_one(text)
        self.assertEqual((bill.state, bill.move_type, bill.l10n_cl_ai_import_state), ("draft", "in_invoice", "read"))
        self.assertEqual(bill.l10n_latam_document_type_id.code, "33")
        self.assertEqual((bill.l10n_latam_document_number, bill.partner_id), ("000077", self.supplier))
        self.assertEqual(bill.invoice_date, datetime.date(2026, 11, 18))
        self.assertEqual(bill.invoice_date_due, datetime.date(2026, 12, 18))
        self.assertEqual((bill.invoice_origin, bill.currency_id.name), ("P00012", "CLP"))
        [item] = bill.invoice_line_ids
        self.assertEqual((item.name, item.quantity, item.price_unit), ("Resma de papel carta 75 g\nBlanco", 10, 1050))
        self.assertEqual(item.tax_ids, self.purchase_iva)
        self.assertTotals(bill, 10500, 1995, 12495)
        self.assertFalse(bill.l10n_cl_ai_import_note)

    def test_what_was_imported_agrees_with_its_xml(self):
        """Rules K compare the bill with the file it came from."""
        bill = self.read_one(dte())
        self.assertFalse(self.differences(bill))
        bill.invoice_line_ids.quantity = 9
        self.assertIn("K03", self.differences(bill))

    def test_it_can_be_posted(self):
        bill = self.read_one(dte())
        bill.action_post()
        self.assertEqual((bill.state, bill.name), ("posted", "FAC 000077"))

    def test_discounts_of_lines_and_of_the_whole(self):
        global_discount = (
            "<DscRcgGlobal><NroLinDR>1</NroLinDR><TpoMov>D</TpoMov><GlosaDR>Pronto pago</GlosaDR>"
            "<TpoValor>%</TpoValor><ValorDR>5</ValorDR></DscRcgGlobal>"
        )
        lines = [
            line(quantity=3, price=999, amount=2697, DescuentoPct="10.00", DescuentoMonto=300),
            line("Flete", 1, 5000, amount=5500, number=2, RecargoPct="10.00", RecargoMonto=500),
        ]
        # 2,697 + 5,500 = 8,197; less 5 % (409.85 → 410) = 7,787
        bill = self.read_one(dte(lines=lines, sums=totals(7787), more=global_discount))
        self.assertEqual(bill.invoice_line_ids.mapped("price_subtotal"), [2697, 5500, -410])
        self.assertEqual(bill.invoice_line_ids[0].discount, 10)
        self.assertEqual(bill.invoice_line_ids[2].name, "Pronto pago")
        self.assertTotals(bill, 7787, 1480, 9267)
        self.assertEqual(bill.l10n_cl_ai_import_state, "read")

    def test_exempt_lines_and_exempt_documents_bear_no_tax(self):
        lines = [line(), line("Libro", 1, 2000, number=2, IndExe=1)]
        mixed = self.read_one(dte(lines=lines, sums=totals(10500, exempt=2000)))
        self.assertEqual([bool(each.tax_ids) for each in mixed.invoice_line_ids], [True, False])
        self.assertTotals(mixed, 12500, 1995, 14495)
        exempt = self.read_one(dte(34, sums=totals(exempt=10500)))
        self.assertFalse(exempt.invoice_line_ids.tax_ids)
        self.assertTotals(exempt, 10500, 0, 10500)

    def test_prices_with_decimals_add_up_to_the_peso(self):
        lines = [line(f"Cable {number}", "3.5", "10.4", 36, number) for number in range(1, 31)]
        bill = self.read_one(dte(lines=lines, sums=totals(1080)))
        self.assertEqual(set(bill.invoice_line_ids.mapped("price_subtotal")), {36})
        self.assertTotals(bill, 1080, 205, 1285)

    def test_iva_of_the_document_is_kept_where_it_was_rounded_otherwise(self):
        bill = self.read_one(dte(sums=totals(10500, iva=1996)))
        self.assertTotals(bill, 10500, 1996, 12496)
        self.assertEqual(bill.l10n_cl_ai_import_state, "read")
        wrong = self.read_one(dte(folio=78, sums=totals(10500, iva=1900)))
        self.assertTotals(wrong, 10500, 1900, 12400)
        self.assertEqual(wrong.l10n_cl_ai_import_state, "look")
        self.assertIn("1,995", wrong.l10n_cl_ai_import_note)

    def test_prices_with_iva_are_entered_without(self):
        lines = [line(quantity=3, price=1190), line("Otro", 1, 1000, number=2)]
        bill = self.read_one(dte(lines=lines, sums=totals(3840, iva=730, total=4570), head="<MntBruto>1</MntBruto>"))
        self.assertTotals(bill, 3840, 730, 4570)
        self.assertEqual(bill.invoice_line_ids[0].price_unit, 1000)

    def test_additional_taxes_are_the_companys_where_it_has_them(self):
        more = "<ImptoReten><TipoImp>25</TipoImp><TasaImp>20.5</TasaImp><MontoImp>2153</MontoImp></ImptoReten>"
        wine = [line("Vino", CodImpAdic=25)]
        bill = self.read_one(dte(lines=wine, sums=totals(10500, total=14648, more=more)))
        self.assertEqual(bill.invoice_line_ids.tax_ids, self.purchase_iva + self._chart("ila_v_205_p"))
        self.assertTotals(bill, 10500, 4148, 14648)
        self.assertEqual(bill.l10n_cl_ai_import_state, "read")

    def test_a_fixed_tax_takes_the_amount_of_the_document(self):
        more = "<ImptoReten><TipoImp>28</TipoImp><MontoImp>777</MontoImp></ImptoReten>"
        bill = self.read_one(dte(lines=[line("Diésel", CodImpAdic=28)], sums=totals(10500, total=13272, more=more)))
        self.assertTotals(bill, 10500, 1995 + 777, 13272)

    def test_a_tax_that_the_company_does_not_have_is_a_line_and_is_said(self):
        more = "<ImptoReten><TipoImp>23</TipoImp><TasaImp>15</TasaImp><MontoImp>1575</MontoImp></ImptoReten>"
        bill = self.read_one(dte(lines=[line("Joya", CodImpAdic=23)], sums=totals(10500, total=14070, more=more)))
        self.assertEqual(bill.amount_total, 14070)
        self.assertEqual(bill.l10n_cl_ai_import_state, "look")
        self.assertIn("1,575", bill.l10n_cl_ai_import_note)
        self.assertIn("1,575", self.said(bill))

    def test_what_does_not_add_up_is_said_and_not_invented(self):
        bill = self.read_one(dte(sums=totals(20000)))
        self.assertEqual(bill.amount_untaxed, 10500)
        self.assertEqual(bill.l10n_cl_ai_import_state, "look")
        self.assertIn("20,000", bill.l10n_cl_ai_import_note)
        self.assertIn("23,800", bill.l10n_cl_ai_import_note)

    def test_lines_that_are_not_billed_are_notes(self):
        lines = [line(), line("Anticipo", 1, 500, number=2, IndExe=2)]
        more = "<MontoNF>500</MontoNF>"
        sums = totals(10500).replace("</Totales>", f"{more}</Totales>")
        bill = self.read_one(dte(lines=lines, sums=sums))
        self.assertEqual(bill.invoice_line_ids.mapped("display_type"), ["product", "line_note"])
        self.assertTotals(bill, 10500, 1995, 12495)

    # -- types -----------------------------------------------------------------------------------------

    def test_a_credit_note_is_a_refund_of_the_bill_it_names(self):
        invoice = self.read_one(dte())
        note = self.read_one(dte(61, 5, more=reference(33, 77, 1), due=None))
        self.assertEqual((note.move_type, note.l10n_latam_document_type_id.code), ("in_refund", "61"))
        self.assertEqual(note.reversed_entry_id, invoice)
        self.assertTotals(note, 10500, 1995, 12495)
        rounded = self.read_one(dte(61, 6, sums=totals(10500, iva=1996), due=None))
        self.assertTotals(rounded, 10500, 1996, 12496)

    def test_a_debit_note(self):
        invoice = self.read_one(dte())
        note = self.read_one(dte(56, 5, more=reference(33, 77, 3), due=None))
        self.assertEqual((note.move_type, note.l10n_latam_document_type_id.code), ("in_invoice", "56"))
        self.assertEqual(note.debit_origin_id, invoice)

    def test_a_factura_de_compra_is_the_companys_own_and_retains(self):
        more = "<ImptoReten><TipoImp>15</TipoImp><TasaImp>19</TasaImp><MontoImp>1995</MontoImp></ImptoReten>"
        sums = totals(10500, total=10500, more=more)
        text = dte(46, 9, sums=sums, issuer="76192083-9", receiver="76418205-7", name="Comercial Ñuble Limitada")
        bill = self.read_one(text)
        self.assertEqual((bill.partner_id, bill.l10n_latam_document_type_id.code), (self.supplier, "46"))
        self.assertEqual(bill.invoice_line_ids.tax_ids, self.purchase_iva + self.retention)
        self.assertTotals(bill, 10500, 0, 10500)

    # -- many ------------------------------------------------------------------------------------------

    def test_several_files_are_a_bill_each(self):
        bills, action = self.upload(*(written(dte(folio=folio)) for folio in (1, 2, 3)))
        self.assertEqual(bills.mapped("l10n_latam_document_number"), ["000001", "000002", "000003"])
        self.assertNotIn("notifications", action["context"])

    def test_an_envelope_is_a_bill_a_document_each_with_its_own_file(self):
        exempt = dte(34, 2, sums=totals(exempt=10500))
        bills, _action = self.upload(envelope(dte(folio=1), exempt, dte(61, 3, due=None)))
        self.assertEqual(bills.mapped("l10n_latam_document_type_id.code"), ["33", "34", "61"])
        self.assertEqual(bills.mapped("amount_total"), [12495, 10500, 12495])
        for bill in bills:
            self.assertFalse(self.differences(bill))
            bill.invoice_line_ids.quantity = 9
            self.assertIn("K03", self.differences(bill))

    def test_a_hook_follows_once_for_all(self):
        calls = []
        self.patch(self.registry["account.move"], "_l10n_cl_ai_after_import", lambda moves: calls.append(len(moves)))
        self.upload(*(written(dte(folio=folio)) for folio in (1, 2)), b"<DTE/>")
        self.assertEqual(calls, [2])

    def test_a_file_added_to_an_empty_draft_fills_it_in(self):
        env = self.env(user=self.accountant)
        draft = env["account.move"].create({"move_type": "in_invoice"})
        attachment = env["ir.attachment"].create({"name": "a.xml", "raw": written(dte())})
        draft.message_post(body="llegó", message_type="comment", attachment_ids=attachment.ids)
        self.assertEqual((draft.partner_id, draft.amount_total), (self.supplier, 12495))
        self.assertEqual(attachment.res_id, draft.id)
        self.assertFalse(self.differences(draft))

    def test_a_file_added_to_a_bill_with_lines_is_only_its_evidence(self):
        bill = self.bill()
        attachment = self.env["ir.attachment"].create({"name": "a.xml", "raw": written(dte(folio=5))})
        bill.message_post(body="llegó", message_type="comment", attachment_ids=attachment.ids)
        self.assertFalse(bill.l10n_cl_ai_import_state)
        self.assertEqual(bill.l10n_latam_document_number, "000077")
        self.assertIn("K01", self.differences(bill))

    def test_by_mail_each_document_becomes_a_bill(self):
        journal = self.company_data_journal()
        mail = EmailMessage()
        mail["From"], mail["To"], mail["Subject"] = "ventas@maule.example", "facturas@nuble.example", "DTE"
        mail["Message-Id"] = "<dte@maule.example>"
        mail.set_content("Adjunto")
        for name, data in (("uno.xml", written(dte(folio=1))), ("envio.xml", envelope(dte(folio=2), dte(folio=3)))):
            mail.add_attachment(data, maintype="application", subtype="xml", filename=name)
        before = self.env["account.move"].search([("journal_id", "=", journal.id)])
        values = {"move_type": "in_invoice", "journal_id": journal.id, "company_id": self.company.id}
        self.env["mail.thread"].with_context(from_alias=True).message_process(
            "account.move", mail.as_bytes(), custom_values=values
        )
        bills = self.env["account.move"].search([("journal_id", "=", journal.id)]) - before
        self.assertEqual(set(bills.mapped("l10n_latam_document_number")), {"000001", "000002", "000003"})
        self.assertEqual(set(bills.mapped("l10n_cl_ai_import_state")), {"read"})

    def company_data_journal(self):
        return self.env["account.journal"].search(
            [("company_id", "=", self.company.id), ("type", "=", "purchase")], limit=1
        )

    def test_other_xml_is_left_to_others(self):
        bills, _action = self.upload(b'<?xml version="1.0"?><Catalogo/>')
        self.assertFalse(bills.l10n_cl_ai_import_state)

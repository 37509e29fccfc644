"""Files that are no bill of this company, twice the same, hostile, or of people who may do less."""

from odoo.tests import freeze_time, tagged

from .common import NOW
from .received_common import COMPANY, STRANGER, SUPPLIER, ReceivedCase, dte, envelope, written


@freeze_time(NOW)
@tagged("post_install_l10n", "post_install", "-at_install")
class TestReceivedRefused(ReceivedCase):
    def assertRefused(self, bill, *words):
        self.assertEqual(bill.l10n_cl_ai_import_state, "refused")
        self.assertFalse(bill.invoice_line_ids)
        self.assertFalse(bill.partner_id)
        for word in words:
            self.assertIn(word, bill.l10n_cl_ai_import_note)
            self.assertIn(word, self.said(bill))

    def test_a_document_for_somebody_else(self):
        self.assertRefused(self.read_one(dte(receiver=STRANGER)), STRANGER, COMPANY)

    def test_a_document_of_the_company_itself(self):
        self.assertRefused(self.read_one(dte(issuer=COMPANY, receiver=SUPPLIER)), "sale")

    def test_a_factura_de_compra_of_a_customer(self):
        self.assertRefused(self.read_one(dte(46)), SUPPLIER, "sale")

    def test_types_that_are_no_bill(self):
        for kind in (39, 52, 110):
            with self.subTest(kind):
                self.assertRefused(self.read_one(dte(kind)), str(kind))

    def test_the_second_time_says_where_the_first_is(self):
        first = self.read_one(dte())
        second = self.read_one(dte())
        self.assertRefused(second, first.name)
        self.assertIn(f'data-oe-id="{first.id}"', self.said(second))
        both, action = self.upload(written(dte(folio=8)), written(dte(folio=8)))
        self.assertEqual(both.mapped("l10n_cl_ai_import_state"), ["read", "refused"])
        self.assertEqual(list(action["context"]["notifications"]), ["dte_2.xml"])

    def test_a_bill_typed_by_hand_is_the_same_document_too(self):
        self.supplier.vat = "76.418.205-7"
        typed = self.bill(folio="77")
        self.assertRefused(self.read_one(dte()), typed.name)

    def test_other_folio_other_type_other_issuer_and_cancelled_are_not_the_same(self):
        self.read_one(dte(folio=7)).button_cancel()
        for text in (dte(folio=7), dte(folio=78), dte(61, 7, due=None), dte(folio=7, issuer=STRANGER)):
            self.assertEqual(self.read_one(text).l10n_cl_ai_import_state, "read")

    def test_a_document_without_what_a_bill_needs(self):
        self.assertRefused(self.read_one(dte().replace("<FchEmis>2026-11-18</FchEmis>", "")), "FchEmis")
        self.assertRefused(self.read_one(dte().replace("<MntTotal>12495<", "<MntTotal>12.495,0<")), "MntTotal")
        self.assertRefused(self.read_one(dte().replace("<MontoItem>10500<", "<MontoItem>mucho<")), "MontoItem")
        self.assertRefused(self.read_one(dte(folio=10**10)), "10000000000")

    # -- hostile ---------------------------------------------------------------------------------------

    def test_entities_are_not_read(self):
        bomb = b'<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]>' + dte().encode()
        outside = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/hostname">]><DTE>&e;</DTE>'
        for hostile in (bomb, outside):
            bills, _action = self.upload(hostile)
            self.assertRefused(bills, "DTD")

    def test_broken_deep_and_huge_files_are_refused_in_words(self):
        deep = b"<DTE>" + b"<a>" * 5000
        huge = b"<DTE>" + b"x" * (33 * 1024 * 1024)
        for hostile in (b"<DTE><Documento>", deep, huge, b"<DTE/>"):
            bills, _action = self.upload(hostile)
            self.assertEqual(bills.l10n_cl_ai_import_state, "refused")
            self.assertTrue(bills.l10n_cl_ai_import_note)

    def test_markup_of_a_document_is_text(self):
        bill = self.read_one(dte(receiver=STRANGER).replace("Comercial Ñuble Limitada", "&lt;img src=x&gt;"))
        self.assertNotIn("<img", self.said(bill))
        self.assertIn("&lt;img", self.said(bill))

    def test_accents_come_through_in_both_encodings(self):
        for folio, encoding in ((1, "ISO-8859-1"), (2, "UTF-8")):
            text = dte(folio=folio, issuer=STRANGER, name="Ñandú Compañía").replace("papel", "cartón")
            bills, _action = self.upload(written(text, encoding))
            self.assertEqual(bills.partner_id.name, "Ñandú Compañía")
            self.assertIn("cartón", bills.invoice_line_ids.name)

    def test_too_many_documents_at_once(self):
        bills, _action = self.upload(envelope(*(dte(folio=folio) for folio in range(1, 502))))
        self.assertEqual(len(bills), 1)
        self.assertRefused(bills, "501", "500")

    # -- partners --------------------------------------------------------------------------------------

    def test_an_unknown_issuer_is_made_a_partner(self):
        bill = self.read_one(dte(issuer=STRANGER, name="Imprenta Quillón SpA"))
        partner = bill.partner_id
        self.assertEqual((partner.name, partner.vat), ("Imprenta Quillón SpA", STRANGER))
        self.assertEqual((partner.street, partner.city), ("Uno Sur 123", "Talca"))
        self.assertEqual(partner.email, "ventas@maule.example")
        self.assertEqual(partner.l10n_cl_activity_description, "Reciclaje de papel")
        self.assertEqual((partner.l10n_cl_sii_taxpayer_type, partner.country_id.code), ("1", "CL"))
        self.assertEqual(bill.l10n_latam_document_type_id.code, "33")
        self.assertEqual(self.read_one(dte(folio=78, issuer=STRANGER)).partner_id, partner)

    def test_who_may_not_create_partners_is_told_whom_to_ask_for(self):
        bill = self.read_one(dte(issuer=STRANGER, name="Imprenta Quillón SpA"), user=self.clerk)
        self.assertFalse(bill.partner_id)
        self.assertEqual(bill.l10n_cl_ai_import_state, "look")
        self.assertIn(STRANGER, bill.l10n_cl_ai_import_note)
        self.assertIn("Imprenta Quillón SpA", self.said(bill))
        self.assertEqual((bill.l10n_latam_document_type_id.code, bill.l10n_latam_document_number), ("33", "000077"))
        self.assertEqual(bill.amount_total, 12495)
        bill.partner_id = self._make_partner("Imprenta Quillón SpA", STRANGER)
        self.assertEqual((bill.l10n_latam_document_type_id.code, bill.amount_total), ("33", 12495))
        again = self.read_one(dte(issuer=STRANGER), user=self.clerk)
        self.assertEqual(again.l10n_cl_ai_import_state, "refused")

    def test_a_rut_that_is_none_makes_no_partner(self):
        bill = self.read_one(dte(issuer="76418205-1"))
        self.assertFalse(bill.partner_id)
        self.assertIn("76418205-1", bill.l10n_cl_ai_import_note)

    def test_a_contact_of_the_supplier_is_not_taken_for_it(self):
        self.env["res.partner"].create({"name": "Bodega", "parent_id": self.supplier.id, "type": "delivery"})
        self.assertEqual(self.read_one(dte()).partner_id, self.supplier)

    # -- companies -------------------------------------------------------------------------------------

    def test_two_companies_keep_apart(self):
        other = self._make_company("Servicios Quillón SpA", STRANGER)
        theirs = self._make_partner("Maule en Quillón", "76.500.100-5", company_id=other.id)
        self.assertNotEqual(self.read_one(dte(issuer="76500100-5", name="Otra")).partner_id, theirs)
        user = self._make_user("otro_contador", "account.group_account_invoice,base.group_partner_manager", other)
        self.assertRefused(self.read_one(dte(), user=user), COMPANY)
        mine = self.read_one(dte(receiver=STRANGER), user=user)
        self.assertEqual((mine.company_id, mine.l10n_cl_ai_import_state), (other, "read"))
        self.assertEqual(self.read_one(dte()).l10n_cl_ai_import_state, "read")

    # -- posting by itself -----------------------------------------------------------------------------

    def test_what_comes_from_a_file_is_posted_by_a_person(self):
        self.company.autopost_bills = True
        self.supplier.autopost_bills = "always"
        read = self.read_one(dte())
        self.assertEqual((read.l10n_cl_ai_import_state, read.state), ("read", "draft"))
        typed = self.bill(folio="79", lines=[self.line("Tinta", 3, 777, taxes=self.purchase_iva)])
        typed._autopost_bill()
        self.assertEqual(typed.state, "posted")


"""Folios compared with the CAFs that an emitting module keeps."""

from odoo.tests import tagged

from .common import DteCase

CAF = """<?xml version="1.0"?><AUTORIZACION><CAF version="1.0"><DA><RE>76192083-9</RE>
<RS>Comercial Limitada</RS><TD>33</TD><RNG><D>{first}</D><H>{last}</H></RNG><FA>2026-10-01</FA>
<IDK>300</IDK></DA><FRMA algoritmo="SHA1withRSA">x</FRMA></CAF><RSASK>PRIVATE</RSASK></AUTORIZACION>"""


@tagged("post_install_l10n", "post_install", "-at_install")
class TestCaf(DteCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.move = cls.invoice(33)
        cls.move.action_post()
        cls.folio = int(cls.move.l10n_latam_document_number)

    def keep(self, content):
        """Store a file as an emitting module would, and say in which field they are."""
        self.company.l10n_cl_ai_caf_field_id = self.env.ref("base.field_ir_attachment__datas")
        self.env["ir.attachment"].create(
            {"name": "caf.xml", "raw": content.encode(), "company_id": self.company.id}
        )

    def rules(self):
        check = self.move._l10n_cl_ai_check()
        return set(check.finding_ids.mapped("rule_code")), set(check.not_evaluated)

    def test_without_the_setting_folios_are_not_evaluated(self):
        found, lacking = self.rules()
        self.assertNotIn("B04", found)
        self.assertIn("B04", lacking)

    def test_a_folio_within_a_caf_is_right(self):
        self.keep(CAF.format(first=self.folio, last=self.folio + 10))
        found, lacking = self.rules()
        self.assertNotIn("B04", found | lacking)

    def test_a_folio_outside_every_caf_is_found(self):
        self.keep(CAF.format(first=self.folio + 1, last=self.folio + 10))
        self.assertIn("B04", self.rules()[0])

    def test_a_new_caf_makes_the_check_stale(self):
        self.keep(CAF.format(first=self.folio + 1, last=self.folio + 10))
        self.rules()
        self.assertEqual(self.move.l10n_cl_ai_state, "block")
        self.keep(CAF.format(first=self.folio, last=self.folio))
        self.move.invalidate_recordset(["l10n_cl_ai_state"])
        self.assertEqual(self.move.l10n_cl_ai_state, "stale")

    def test_a_file_that_is_no_caf_is_left_out(self):
        self.keep(CAF.format(first=self.folio, last=self.folio))
        self.keep("no caf at all")
        self.assertNotIn("B04", self.rules()[0])

    def test_cafs_of_another_company_do_not_count(self):
        self.keep(CAF.format(first=self.folio, last=self.folio))
        other = self._make_company("Otra Limitada", "76418208-1")
        self.env["ir.attachment"].search([("name", "=", "caf.xml")]).company_id = other
        self.assertIn("B04", self.rules()[0])

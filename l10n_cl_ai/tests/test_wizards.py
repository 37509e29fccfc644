"""Bulk check, XML files, schemas, and the manager's override."""

import base64
import io
import zipfile

from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, tagged

from .common import DteCase

DTE = """<?xml version="1.0" encoding="ISO-8859-1"?>
<DTE version="1.0"><Documento ID="F{folio}T33"><Encabezado>
<IdDoc><TipoDTE>33</TipoDTE><Folio>{folio}</Folio><FchEmis>2026-11-18</FchEmis></IdDoc>
<Emisor><RUTEmisor>{issuer}</RUTEmisor><RznSoc>Recicladora Maule Limitada</RznSoc></Emisor>
<Receptor><RUTRecep>76192083-9</RUTRecep></Receptor>
<Totales><MntNeto>10500</MntNeto><TasaIVA>19</TasaIVA><IVA>{iva}</IVA><MntTotal>12495</MntTotal></Totales>
</Encabezado><Detalle><NroLinDet>1</NroLinDet><NmbItem>Resma</NmbItem><QtyItem>10</QtyItem>
<PrcItem>1050</PrcItem><MontoItem>10500</MontoItem></Detalle></Documento></DTE>"""

SCHEMA = """<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" targetNamespace="http://www.sii.cl/SiiDte"
 elementFormDefault="qualified"><xs:element name="DTE"><xs:complexType><xs:sequence>
<xs:element name="{only}"/></xs:sequence></xs:complexType></xs:element></xs:schema>"""


def archive(**files):
    """Return a zip, base64 encoded, with these files (``__`` stands for a dot in the name)."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as packed:
        for name, content in files.items():
            packed.writestr(name.replace("__", "."), content)
    return base64.b64encode(stream.getvalue())


class WizardCase(DteCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.accountant = cls._make_user("contadora", "account.group_account_invoice")

    def xml_wizard(self, user=None, **files):
        user = user or self.accountant
        env = self.env(user=user, context={**self.env.context, "allowed_company_ids": user.company_ids.ids})
        attachments = env["ir.attachment"].create(
            [{"name": name, "raw": content.encode("latin-1")} for name, content in files.items()]
        )
        wizard = env["l10n_cl_ai.xml.wizard"].create({"attachment_ids": [Command.set(attachments.ids)]})
        wizard.action_check()
        return wizard


@tagged("post_install_l10n", "post_install", "-at_install")
class TestCheckWizard(WizardCase):
    def wizard(self, moves):
        context = {"active_model": "account.move", "active_ids": moves.ids}
        wizard = self.env["l10n_cl_ai.check.wizard"].with_user(self.accountant).with_context(**context)
        return Form(wizard).save()

    def test_batches_go_on_until_all_is_checked(self):
        self.patch_batch(2)
        moves = self.env["account.move"].union(*[self.invoice() for _index in range(3)])
        wizard = self.wizard(moves)
        self.assertEqual(wizard.check_next()["done"], 2)
        progress = wizard.check_next()
        self.assertEqual((progress["done"], progress["total"]), (3, 3))
        self.assertEqual(sum(progress["verdicts"].values()), 3)
        action = wizard.action_open_results()
        self.assertEqual(
            self.env["l10n_cl_ai.validation"].search(action["domain"]), moves.l10n_cl_ai_validation_id
        )

    def patch_batch(self, size):
        self.patch(self.env.registry["l10n_cl_ai.check.wizard"], "_batch", size)

    def test_a_finished_wizard_checks_nothing_again(self):
        move = self.invoice()
        wizard = self.wizard(move)
        wizard.check_next()
        wizard.check_next()
        self.assertEqual(len(move.l10n_cl_ai_validation_ids), 1)

    def test_what_is_no_dte_is_counted_and_left_out(self):
        entry = self.env["account.move"].create({"move_type": "entry"})
        wizard = self.wizard(entry + self.invoice())
        self.assertEqual((wizard.total, wizard.skipped_count), (1, 1))

    def test_results_before_any_check_say_so(self):
        with self.assertRaises(UserError):
            self.wizard(self.invoice()).action_open_results()


@tagged("post_install_l10n", "post_install", "-at_install")
class TestXmlWizard(WizardCase):
    def test_a_wrong_file_does_not_stop_the_others(self):
        wizard = self.xml_wizard(
            **{"bad.xml": "no xml", "good.xml": DTE.format(folio=5, issuer="76418205-7", iva=1995)}
        )
        self.assertEqual(wizard.validation_ids.mapped("folio"), ["5"])
        self.assertIn("bad.xml", wizard.unreadable)
        self.assertFalse(wizard.validation_ids.move_id)

    def test_a_wrong_iva_is_found_and_a_right_one_is_not(self):
        wizard = self.xml_wizard(
            **{
                "1.xml": DTE.format(folio=5, issuer="76418205-7", iva=1995),
                "2.xml": DTE.format(folio=6, issuer="76418205-7", iva=1994),
            }
        )
        found = {check.folio: check.finding_ids.mapped("rule_code") for check in wizard.validation_ids}
        self.assertNotIn("F04", found["5"])
        self.assertIn("F04", found["6"])

    def test_the_bill_it_was_booked_as_is_found_and_compared(self):
        bill = self.bill(folio="77")
        other = self.bill(folio="78")
        wizard = self.xml_wizard(**{"77.xml": DTE.format(folio=77, issuer="76418205-7", iva=1995)})
        self.assertEqual(wizard.validation_ids.move_id, bill)
        self.assertFalse(other.l10n_cl_ai_validation_ids)
        self.assertNotIn("K03", wizard.validation_ids.finding_ids.mapped("rule_code"))
        bill.invoice_line_ids.price_unit = 1000
        wizard = self.xml_wizard(**{"77.xml": DTE.format(folio=77, issuer="76418205-7", iva=1995)})
        self.assertIn("K03", wizard.validation_ids.finding_ids.mapped("rule_code"))

    def test_a_bill_of_another_company_is_neither_found_nor_shown(self):
        other = self._make_company("Otra Limitada", "76418208-1")
        bill = self.bill(folio="77")
        user = self._make_user("ajena", "account.group_account_invoice", other)
        wizard = self.xml_wizard(user, **{"77.xml": DTE.format(folio=77, issuer="76418205-7", iva=1995)})
        self.assertFalse(wizard.validation_ids.move_id)
        self.assertFalse(bill.l10n_cl_ai_validation_ids)

    def test_another_users_file_can_not_be_read(self):
        theirs = self.env["ir.attachment"].create({"name": "x.xml", "raw": b"<DTE/>"})
        wizard = self.env["l10n_cl_ai.xml.wizard"].with_user(self.accountant)
        with self.assertRaises(AccessError):
            wizard.create({"attachment_ids": [Command.set(theirs.ids)]}).action_check()

    def test_nothing_attached_says_what_to_do(self):
        with self.assertRaises(UserError):
            self.env["l10n_cl_ai.xml.wizard"].create({}).action_check()


@tagged("post_install_l10n", "post_install", "-at_install")
class TestSchemas(WizardCase):
    def load(self, content, **values):
        values = {"name": "Set", "published_on": "2026-02-06", "archive": content} | values
        return self.env["l10n_cl_ai.schema"].create(values)

    def rules(self):
        wizard = self.xml_wizard(**{"1.xml": DTE.format(folio=5, issuer="76418205-7", iva=1995)})
        return wizard.validation_ids

    def test_a_loaded_schema_judges_and_an_archived_one_does_not(self):
        self.assertIn("A03", self.rules().not_evaluated)
        schema = self.load(archive(DTE_v10__xsd=SCHEMA.format(only="Otro")))
        self.assertEqual(schema.file_names, "DTE_v10.xsd")
        self.assertIn("A03", self.rules().finding_ids.mapped("rule_code"))
        schema.active = False
        self.assertIn("A03", self.rules().not_evaluated)

    def test_an_archive_that_cannot_serve_is_refused_with_its_reason(self):
        cases = {
            "no zip": base64.b64encode(b"hello"),
            "no schema": archive(readme__txt="hello"),
            "leads out": archive(**{"../DTE_v10__xsd": SCHEMA.format(only="x")}),
            "a DTD": archive(DTE_v10__xsd='<!DOCTYPE a [<!ENTITY b "c">]><a/>'),
            "not a DTE's": archive(Other__xsd=SCHEMA.format(only="x")),
            "invalid": archive(DTE_v10__xsd=SCHEMA.format(only="1 2")),
        }
        for name, content in cases.items():
            with self.subTest(name), self.assertRaises(ValidationError):
                self.load(content)

    def test_only_a_system_administrator_loads_schemas(self):
        manager = self._make_user("jefa", "l10n_cl_ai.group_manager,account.group_account_manager")
        with self.assertRaises(AccessError):
            self.env["l10n_cl_ai.schema"].with_user(manager).create(
                {"name": "x", "published_on": "2026-01-01", "archive": archive(DTE_v10__xsd=SCHEMA)}
            )


@tagged("post_install_l10n", "post_install", "-at_install")
class TestOverrideWizard(WizardCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.l10n_cl_ai_post_on_block = "block"
        groups = "account.group_account_manager,l10n_cl_ai.group_manager"
        cls.manager = cls._make_user("jefa", groups)
        cls.move = cls.invoice(33, [cls.line("Producto 😀")])

    def wizard(self, user, reason):
        return self.env["l10n_cl_ai.override.wizard"].with_user(user).create(
            {"move_ids": [Command.set(self.move.ids)], "reason": reason}
        )

    def test_a_manager_posts_with_a_reason_that_stays_in_the_chatter(self):
        action = self.move.with_user(self.manager).action_post()
        self.assertEqual(action["res_model"], "l10n_cl_ai.override.wizard")
        self.assertEqual(self.move.state, "draft")
        wizard = Form(self.env[action["res_model"]].with_user(self.manager).with_context(**action["context"]))
        self.assertIn("A02", [finding.rule_code for finding in wizard.finding_ids])
        wizard.reason = "El cliente lo pidió por escrito"
        wizard.save().action_post()
        self.assertEqual(self.move.state, "posted")
        self.assertIn("El cliente lo pidió por escrito", "".join(self.move.message_ids.mapped("body")))

    def test_a_short_reason_is_no_reason(self):
        with self.assertRaises(UserError):
            self.wizard(self.manager, "  porque  ").action_post()
        self.assertEqual(self.move.state, "draft")

    def test_an_accountant_cannot_even_open_it(self):
        with self.assertRaises(AccessError):
            self.wizard(self.accountant, "El cliente lo pidió por escrito")

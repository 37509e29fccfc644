"""Answers read from files and e-mails: about the company's own documents only, and never in the way of the rest."""

from odoo import Command
from odoo.addons.l10n_cl_ai.models import account_move_outcome_mail, ai_outcome
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .outcome_common import CUSTOMER, SII, OutcomeCase


class FileCase(OutcomeCase):
    def sii(self, issuer="76192083-9", folio=None, state="RCH - Rechazado", detail="(HED-3-846) Falta comuna"):
        return SII.format(issuer=issuer, folio=folio or self.folio(self.move), state=state, detail=detail)

    def answer(self, customer="77262640-1", state=2):
        return CUSTOMER.format(customer=customer, folio=self.folio(self.move), state=state)


@tagged("post_install_l10n", "post_install", "-at_install")
class TestFiles(FileCase):
    def drop(self, user=None, **files):
        user = user or self.accountant
        env = self.env(user=user, context={**self.env.context, "allowed_company_ids": user.company_ids.ids})
        attachments = env["ir.attachment"].create(
            [{"name": f"{name}.xml", "raw": text.encode("latin-1")} for name, text in files.items()]
        )
        wizard = env["l10n_cl_ai.response.wizard"].create({"attachment_ids": [Command.set(attachments.ids)]})
        wizard.action_read()
        return wizard

    def test_the_siis_answer_is_recorded_and_its_open_ends_are_told(self):
        wizard = self.drop(sii=self.sii())
        self.assertEqual(wizard.outcome_ids.move_id, self.move)
        self.assertEqual(self.move.l10n_cl_ai_sii_state, "rejected")
        self.assertEqual((wizard.outcome_ids.code, wizard.outcome_ids.source), ("HED-3-846", "xml"))
        self.assertIn("1 documents of type 33", wizard.notes)

    def test_a_customers_answer_is_recorded(self):
        wizard = self.drop(customer=self.answer())
        self.assertEqual(self.move.l10n_cl_ai_acceptance, "claimed")
        self.assertFalse(wizard.notes)
        self.assertIn("801", wizard.outcome_ids.advice)

    def test_the_same_file_twice_is_one_answer(self):
        self.drop(a=self.sii(), b=self.sii())
        self.drop(a=self.sii())
        self.assertEqual(len(self.move.l10n_cl_ai_outcome_ids), 1)

    def test_a_wrong_file_does_not_stop_the_others(self):
        wizard = self.drop(bad="no xml", other="<Otra/>", good=self.sii())
        self.assertEqual(wizard.outcome_ids.move_id, self.move)
        self.assertIn("bad.xml", wizard.notes)
        self.assertIn("other.xml", wizard.notes)

    def test_what_is_not_the_companys_is_told_and_not_recorded(self):
        cases = {
            "another issuer": (self.sii(issuer="76418205-7"), "another issuer"),
            "no such folio": (self.sii(folio=999999), "no such document"),
            "an absurd folio": (self.sii(folio=10**17), "no such document"),
            "dated in the future": (self.sii().replace("2026-11-18 20", "2027-11-18 20"), "in the future"),
            "not its customer": (self.answer(customer="76418205-7"), "not its customer"),
        }
        for name, (text, note) in cases.items():
            with self.subTest(name):
                wizard = self.drop(a=text)
                self.assertFalse(wizard.outcome_ids)
                self.assertIn(note, wizard.notes)
        self.assertFalse(self.move.l10n_cl_ai_outcome_ids)

    def test_a_document_of_another_company_is_never_matched(self):
        other = self._make_company("Otra SpA", "76418205-7")
        stranger = self._make_user("ajena", "account.group_account_invoice", other)
        wizard = self.drop(stranger, a=self.sii())
        self.assertFalse(wizard.outcome_ids)
        self.assertIn("another issuer", wizard.notes)
        # The same folio in the other company, and a file that says it is the other's.
        wizard = self.drop(stranger, a=self.sii(issuer="76418205-7"))
        self.assertIn("no such document", wizard.notes)
        self.assertFalse(self.move.l10n_cl_ai_outcome_ids)

    def test_a_supplier_s_folio_is_no_folio_of_ours(self):
        bill = self.bill(folio="4321")
        bill.action_post()
        self.assertIn("no such document", self.drop(a=self.sii(folio=4321)).notes)

    def test_a_document_that_one_may_only_read_is_told_and_not_recorded(self):
        self.env["ir.rule"].create(
            {
                "name": "frozen",
                "model_id": self.env["ir.model"]._get_id("account.move"),
                "groups": [Command.link(self.env.ref("account.group_account_invoice").id)],
                "domain_force": "[('state', '=', 'draft')]",
                "perm_read": False,
                "perm_create": False,
                "perm_unlink": False,
            }
        )
        group = self.env.ref("account.group_account_invoice")
        own = [("model_id.model", "=", "account.move"), ("groups", "in", group.ids), ("name", "!=", "frozen")]
        self.env["ir.rule"].search(own).active = False
        wizard = self.drop(a=self.sii())
        self.assertFalse(wizard.outcome_ids)
        self.assertIn("you may not change", wizard.notes)

    def test_readers_read_no_files_and_no_file_is_asked_for(self):
        with self.assertRaises(AccessError):
            self.drop(self.reader, a=self.sii())
        with self.assertRaises(UserError):
            self.drop()


@tagged("post_install_l10n", "post_install", "-at_install")
class TestEmail(FileCase):
    def arrive(self, text, kind="email"):
        return self.move.sudo().message_post(
            body="Adjunto respuesta",
            message_type=kind,
            email_from="quien@sabe.example",
            attachments=[("respuesta.xml", text.encode("latin-1"))],
        )

    def test_an_answer_by_email_changes_nothing_until_it_is_confirmed(self):
        self.arrive(self.answer())
        row = self.move.l10n_cl_ai_outcome_ids
        self.assertEqual((row.event, row.source, row.is_verified), ("RCD", "email", False))
        self.assertFalse(self.move.l10n_cl_ai_claim_state)
        self.assertTrue(self.move.l10n_cl_ai_to_confirm)
        self.assertIn("not verified", dict(row._fields["source"].selection)[row.source])
        self.assertFalse(row.can_remedy)
        row.with_user(self.accountant).action_confirm()
        self.assertEqual((row.confirmed_id, self.move.l10n_cl_ai_claim_state), (self.accountant, "RCD"))
        self.assertFalse(self.move.l10n_cl_ai_to_confirm)

    def test_a_forged_rejection_frees_no_document(self):
        self.record("accepted")
        self.arrive(self.sii())
        self.assertEqual(self.move.l10n_cl_ai_sii_state, "accepted")
        forged = self.move.l10n_cl_ai_outcome_ids.filtered(lambda row: row.kind == "rejected")
        with self.assertRaises(UserError):
            forged.with_user(self.accountant).action_remedy()

    def test_the_same_answer_from_a_person_confirms_it(self):
        self.arrive(self.sii())
        self.record("rejected", ["HED-3-846"], at=self.move.l10n_cl_ai_outcome_ids.at, source="typed")
        self.assertEqual(len(self.move.l10n_cl_ai_outcome_ids), 1)
        self.assertEqual(self.move.l10n_cl_ai_sii_state, "rejected")

    def test_moments_that_an_email_chose_do_not_count(self):
        """Else whoever writes first, and leaves the moment out, takes the customer's 8 days from the document."""
        forged = self.sii(state="RPR - Reparo").replace("2026-11-18 20:00:00", "")
        self.arrive(forged.replace("Falta comuna", "Llame al 600 123"))
        self.assertFalse(self.move.l10n_cl_ai_outcome_ids.received_at)
        text = self.sii(state="RPR - Reparo").replace("2026-11-18 20:00:00", "2026-11-19 10:00:00")
        attachment = self.env["ir.attachment"].create({"name": "sii.xml", "raw": text.encode("latin-1")})
        self.env["l10n_cl_ai.response.wizard"].create({"attachment_ids": [Command.set(attachment.ids)]}).action_read()
        row = self.move.l10n_cl_ai_outcome_ids
        self.assertEqual((len(row), row.source, row.is_verified, row.attachment_id), (1, "xml", True, attachment))
        self.assertEqual(str(row.received_at), "2026-11-19 13:00:00")
        self.assertIn("Falta comuna", row.gloss)
        self.assertEqual(str(self.move.l10n_cl_ai_accept_until), "2026-11-27")

    def test_a_flood_of_emails_ends(self):
        many = "".join(f"</DETALLE><DETALLE>motivo {number}" for number in range(60))
        for number in range(12):
            self.arrive(self.sii(detail=f"(HED-3-{number:03}) Falta comuna{many}"))
        rows = self.move.l10n_cl_ai_outcome_ids
        self.assertLessEqual(len(rows), ai_outcome.MAX_WAITING + account_move_outcome_mail.MAX_REASONS)
        self.assertGreater(len(rows), account_move_outcome_mail.MAX_REASONS)
        # What a person records is taken all the same.
        self.record("accepted")
        self.assertEqual(self.move.l10n_cl_ai_sii_state, "accepted")

    def test_an_email_confirms_nothing_and_takes_nothing_back(self):
        row = self.record("rejected", ["HED-3-846"])
        self.arrive(self.sii())
        self.assertEqual(self.move.l10n_cl_ai_outcome_ids.filtered("is_verified"), row)

    def test_an_email_about_too_many_documents_is_left_to_a_person(self):
        self.patch(account_move_outcome_mail, "MAX_ANSWERS", 0)
        self.assertTrue(self.arrive(self.sii()).attachment_ids)
        self.assertFalse(self.move.l10n_cl_ai_outcome_ids)

    def test_other_attachments_and_messages_record_nothing(self):
        for text in ("<EnvioDTE/>", "<RespuestaDTE", "RespuestaDTE", self.answer(customer="76418205-7")):
            with self.subTest(text=text[:20]):
                self.assertTrue(self.arrive(text).attachment_ids)
        self.arrive(self.answer(), kind="comment")
        self.assertFalse(self.move.l10n_cl_ai_outcome_ids)

    def test_a_failure_of_ours_loses_no_email(self):
        def fail(*_args):
            self.env.cr.execute("SELECT 1/0")

        self.patch(self.env.registry["l10n_cl_ai.outcome"], "_import", fail)
        logger = "odoo.addons.l10n_cl_ai.models.account_move_outcome_mail"
        with self.assertLogs(logger, "ERROR"), mute_logger("odoo.sql_db"):
            self.assertTrue(self.arrive(self.sii()).exists())

"""What somebody tries who wants another company's reviews, answers and money, a clean review, or the key itself."""

from odoo import Command
from odoo.addons.l10n_cl_ai.models.account_move_post import PostingBlocked
from odoo.exceptions import AccessError, UserError
from odoo.tests import freeze_time, tagged
from odoo.tools import mute_logger

from ..models import batch_gateway
from ..models.ai_batch_run import MOST_FAILURES
from .action_common import ActionCase
from .common import NOW
from .review_common import REMARK, ReviewCase, answer
from .test_batch import BatchCase

#: Models whose methods anybody who writes expressions can call.
OURS = ("l10n_cl_ai.review", "l10n_cl_ai.proposal", "l10n_cl_ai.batch", "l10n_cl_ai.batch.item", "l10n_cl_ai.api",
        "l10n_cl_ai.batch.wizard", "l10n_cl_ai.review.handler", "l10n_cl_ai.action.handler")  # fmt: skip


@freeze_time(NOW)
@tagged("post_install_l10n", "post_install", "-at_install")
class TestAttackOnReviews(ReviewCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.other = cls._make_company("Servicios Quillón SpA", "77018459-2")
        cls.stranger = cls._make_user(
            "atacante", "account.group_account_invoice,l10n_cl_ai.group_manager", cls.other
        )

    def as_user(self, user, record):
        """Return a record as a request of that user gets it: nothing in the cache."""
        self.env.flush_all()
        self.env.invalidate_all()
        return record.with_env(self.env(user=user, su=False, context={"allowed_company_ids": user.company_ids.ids}))

    # -- a clean review --------------------------------------------------------------------------------

    def test_a_review_of_another_document_is_not_lent(self):
        clean = self.reviewed(self.furnished(), answer())
        self.assertEqual(clean.state, "done", clean.reason)
        moves = self.as_user(self.accountant, self.env["account.move"])
        move = moves.create({
            "move_type": "out_invoice", "partner_id": self.customer.id, "l10n_cl_ai_review_id": clean.id,
        })  # fmt: skip
        self.assertFalse(move.l10n_cl_ai_review_id)
        with self.assertRaises(AccessError):
            move.write({"l10n_cl_ai_review_id": clean.id})
        commands = (
            Command.create({"state": "done", "signal": "clean"}), Command.link(clean.id),
            Command.update(clean.id, {"looked_by": self.accountant.id}), Command.delete(clean.id),
        )  # fmt: skip
        for command in commands:
            with self.subTest(command=command), self.assertRaises(AccessError), self.env.cr.savepoint():
                self.as_user(self.accountant, move).write({"l10n_cl_ai_review_ids": [command]})

    def test_the_language_of_who_posts_hides_no_warning(self):
        """Names of units are translated: read in another language the document would be another one."""
        for lang in ("en_US", "es_CL"):
            self.env["res.lang"]._activate_lang(lang)
        unit = self.env.ref("uom.product_uom_unit")
        unit.with_context(lang="en_US").name = "pc"
        unit.with_context(lang="es_CL").name = "un"
        self.assertEqual(unit.with_context(lang="en_US").name, "pc")
        self.company.l10n_cl_ai_require_look = True
        move = self.furnished()
        move.invoice_line_ids.product_uom_id = unit
        self.accountant.lang = "es_CL"
        review = self.reviewed(move.with_context(lang="es_CL"), answer(REMARK))
        self.assertEqual((review.state, review.warning_count), ("done", 1), review.reason)
        self.assertIn('UnmdItem', self.standin.messages[-1].text)
        for lang in ("es_CL", "en_US"):
            mine = self.as_user(self.accountant, move).with_context(lang=lang)
            with self.subTest(lang), self.assertRaises(PostingBlocked), self.env.cr.savepoint():
                mine.action_post()

    def test_the_date_that_posting_gives_hides_no_warning(self):
        self.company.l10n_cl_ai_require_look = True
        move = self.furnished()
        move.write({"invoice_date": False, "invoice_payment_term_id": False})
        review = self.reviewed(move, answer(REMARK))
        self.assertEqual((review.state, review.warning_count), ("done", 1), review.reason)
        for date in (False, "2026-10-05"):
            move.invoice_date = date
            with self.subTest(date), self.assertRaises(PostingBlocked), self.env.cr.savepoint():
                self.as_user(self.accountant, move).action_post()

    def test_nobody_has_looked_at_warnings_that_are_still_to_come(self):
        self.company.l10n_cl_ai_require_look = True
        move = self.furnished()
        review = move.with_user(self.accountant)._l10n_cl_ai_review(forced=True)
        self.as_user(self.manager, review).action_look()
        self.standin.script(answer=answer(REMARK))
        self.queue()
        review = review.sudo()
        self.assertEqual((review.state, review.warning_count), ("done", 1), review.reason)
        self.assertFalse(review.looked_by)
        with self.assertRaises(PostingBlocked), self.env.cr.savepoint():
            self.as_user(self.accountant, move).action_post()

    # -- another company -------------------------------------------------------------------------------

    def test_the_override_form_tells_nothing_of_warnings_elsewhere(self):
        self.company.l10n_cl_ai_require_look = True
        review = self.reviewed(self.furnished(), answer(REMARK))
        wizards = self.as_user(self.stranger, self.env["l10n_cl_ai.override.wizard"])
        with self.assertRaises(AccessError):
            wizards.create({"move_ids": [Command.set(review.move_id.ids)], "reason": "Porque lo digo yo"})

    def test_no_public_method_answers_strangers(self):
        review = self.reviewed(self.furnished(), answer(REMARK))
        calls = (
            (review, "action_look"), (review, "action_cancel"), (review, "action_open_document"),
            (review.finding_ids, "action_feedback", "not_useful"),
            (review.move_id, "action_l10n_cl_ai_review"), (review.move_id, "action_l10n_cl_ai_type_outcome"),
        )  # fmt: skip
        before = self.env["l10n_cl_ai.review"].search_count([])
        for record, name, *args in calls[:-1]:
            with self.subTest(name), self.assertRaises(AccessError), self.env.cr.savepoint():
                getattr(self.as_user(self.stranger, record), name)(*args)
        self.env.invalidate_all()
        self.assertFalse(review.looked_by or review.finding_ids.feedback)
        self.assertEqual(self.env["l10n_cl_ai.review"].search_count([]), before)

    # -- the key ---------------------------------------------------------------------------------------

    def test_no_method_of_a_model_returns_what_holds_the_key(self):
        """Mail templates and server actions call any method of a model."""
        for model in OURS:
            for name in ("_jobs", "_reached", "_access", "_reach", "_plan", "_posed", "_prepared"):
                with self.subTest(model=model, name=name):
                    self.assertFalse(hasattr(self.registry[model], name))


@freeze_time(NOW)
@tagged("post_install_l10n", "post_install", "-at_install")
class TestAttackOnBatches(BatchCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.other = cls._make_company("Servicios Quillón SpA", "77018459-2")
        cls.stranger = cls._make_user(
            "atacante", "account.group_account_invoice,l10n_cl_ai.group_manager", cls.other
        )

    def rendered(self, expression):
        """Return what a mail template's expression makes, or None where it fails."""
        partner = self.manager.partner_id
        self.env.flush_all()
        render = self.env["mail.render.mixin"]
        with mute_logger("odoo.addons.mail.models.mail_render_mixin"):
            try:
                with self.env.cr.savepoint():
                    text = "{{ " + expression + " }}"
                    return render._render_template_inline_template(text, "res.partner", partner.ids)[partner.id]
            except UserError:
                return None

    def test_templates_do_not_read_the_key_of_a_mass_review(self):
        self.started(self.documents(1))
        context = {"allowed_company_ids": self.company.ids}
        key = batch_gateway.reach(self.env(user=self.accountant.id, context=context))[0].key
        gateway = self.registry["l10n_cl_ai.gateway"]
        self.patch(gateway, "_check_transaction", lambda self: None)
        self.patch(gateway, "_release_transaction", lambda self: None)
        told = self.rendered("object.env['l10n_cl_ai.batch'].sudo().search([], limit=1)._reached()[1].key")
        self.assertNotIn(key, told or "")
        move = self.furnished()
        review = move.with_user(self.accountant)._l10n_cl_ai_review(forced=True)
        told = self.rendered(
            f"list(object.env['l10n_cl_ai.review'].sudo()._jobs("
            f"object.env['l10n_cl_ai.review'].sudo().browse({review.id}))[0].values())[0].args[1].key"
        )
        self.assertNotIn(key, told or "")

    def test_cancelled_after_a_worker_died_nothing_stays(self):
        """Neither money, nor a document that waits for ever, nor private texts."""
        batch = self.started(self.documents(2))
        batch._prepare(batch.attempts)
        batch._hand_in(batch.attempts)
        self.assertEqual(set(batch.item_ids.mapped("state")), {"sent"})
        batch.with_user(self.accountant).action_cancel()
        self.cron()
        self.assertEqual((batch.state, set(self.reviews(batch).mapped("state"))), ("cancelled", {"cancelled"}))
        self.assertEqual(set(batch.item_ids.mapped("state")), {"done"})
        self.assertClean(batch)
        self.assertFalse(sum(self.reviews(batch).mapped("cost")))

    @mute_logger("odoo.addons.l10n_cl_ai.models.ai_batch_run")
    def test_what_can_never_be_read_is_given_up(self):
        batch = self.started(self.documents(1))
        self.answering()
        self.cron()
        self.assertEqual(batch.state, "submitted")
        self.patch(self.registry["l10n_cl_ai.batch.item"], "_kept", lambda self: 1 / 0)
        # What the test has made so far must outlive the rollback of a step that failed.
        self.patch(self.env.cr, "rollback", lambda: None)
        batch.failures = MOST_FAILURES - 1
        self.cron()
        self.assertEqual((batch.state, batch.failures), ("collecting", MOST_FAILURES))
        self.cron(days=8)
        self.assertEqual((batch.state, batch.reason), ("failed", "internal"))
        self.assertEqual(set(self.reviews(batch).mapped("state")), {"not_evaluated"})
        self.assertFalse(batch.item_ids.filtered("ticket"))

    def test_the_wizard_tells_nothing_of_another_companys_budget(self):
        self.env["l10n_cl_ai.budget"].search([("company_id", "=", self.company.id)]).limit_usd = 4321
        self.env.flush_all()
        self.env.invalidate_all()
        wizards = self.env(user=self.stranger, su=False, context={"allowed_company_ids": self.other.ids})[
            "l10n_cl_ai.batch.wizard"
        ]
        specs = {name: {} for name in ("budget_words", "expected_words", "over_budget", "problem", "total")}
        with self.assertRaises(AccessError), self.env.cr.savepoint():
            wizard = wizards.create({"company_id": self.company.id})
            self.env.flush_all()
            self.env.invalidate_all()
            self.fail(wizard.web_read(specs))


@freeze_time(NOW)
@tagged("post_install_l10n", "post_install", "-at_install")
class TestAttackOnActions(ActionCase):
    def test_an_action_for_a_group_asks_about_no_document_of_others(self):
        """Where an action is for some groups, Odoo does not look at the records that the browser names."""
        self.action.group_ids = self.env.ref("base.group_user")
        other = self._make_company("Servicios Quillón SpA", "77018459-2")
        stranger = self._make_user("atacante", "account.group_account_invoice", other)
        clerk = self._make_user("empleado", "base.group_user")
        for user in (stranger, clerk):
            with self.subTest(user.login):
                self.assertFalse(self.run_action(user=user))
        self.assertTrue(self.run_action(user=self.accountant))

"""Who may ask, read, judge; that nobody writes; and that companies do not see each other."""

from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import freeze_time, tagged

from .common import NOW
from .review_common import REMARK, ReviewCase, answer


@freeze_time(NOW)
@tagged("post_install_l10n", "post_install", "-at_install")
class TestReviewRights(ReviewCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.reader = cls._make_user("lectora", "account.group_account_readonly,l10n_cl_ai.group_user")
        cls.outsider = cls._make_user("vendedor", "base.group_user")

    def done(self):
        move = self.furnished()
        return self.reviewed(move, answer(REMARK))

    # -- asking ----------------------------------------------------------------------------------------

    def test_only_accountants_ask(self):
        move = self.furnished()
        for user in (self.reader, self.outsider):
            with self.assertRaises(AccessError):
                move.with_user(user).action_l10n_cl_ai_review()

    def test_who_may_not_read_a_document_may_not_ask_about_it(self):
        stranger = self._make_user("ajeno", "account.group_account_invoice,l10n_cl_ai.group_accountant",
                                   self.other_company)  # fmt: skip
        move = self.furnished()
        with self.assertRaises(AccessError):
            move.with_user(stranger).with_context(allowed_company_ids=self.other_company.ids)._l10n_cl_ai_review()

    # -- writing ---------------------------------------------------------------------------------------

    def test_nobody_writes_reviews_or_remarks(self):
        review = self.done()
        values = {"move_id": review.move_id.id, "user_id": self.manager.id, "company_id": self.company.id}
        remark = {"review_id": review.id, "code": "J01", "action": "warn", "path": "x", "quote": "x", "reason": "x"}
        for user in (self.reader, self.accountant, self.manager):
            mine = review.with_user(user)
            attempts = [
                lambda mine=mine: mine.write({"recommendation": "send"}),
                lambda mine=mine: mine.write({"finding_ids": [Command.clear()]}),
                lambda mine=mine: mine.unlink(),
                lambda mine=mine: mine.copy(),
                lambda mine=mine: mine.create(values),
                lambda mine=mine: mine.finding_ids.write({"reason": "Nada."}),
                lambda mine=mine: mine.finding_ids.write({"feedback": "useful"}),
                lambda mine=mine: mine.finding_ids.unlink(),
                lambda mine=mine: mine.finding_ids.create(remark),
                lambda mine=mine: mine.move_id.write({"l10n_cl_ai_review_ids": [Command.create(values)]}),
                lambda mine=mine: mine.move_id.write({"l10n_cl_ai_review_ids": [Command.delete(mine.id)]}),
                lambda mine=mine: mine.move_id.write({"l10n_cl_ai_review_id": False}),
            ]
            for number, attempt in enumerate(attempts):
                with self.subTest(user=user.login, attempt=number):
                    with self.assertRaises(AccessError), self.env.cr.savepoint():
                        attempt()
                    self.env.invalidate_all()
                    self.assertEqual((review.recommendation, review.finding_count), ("review", 1))
                    self.assertEqual(review.finding_ids.reason, REMARK["reason"])
                    self.assertFalse(review.finding_ids.feedback)
                    self.assertEqual(review.move_id.l10n_cl_ai_review_id, review)

    def test_a_new_document_brings_no_review_with_it(self):
        review = self.done()
        mine = review.move_id.with_user(self.accountant)
        for values in ({"l10n_cl_ai_review_id": review.id}, {}):
            context = {"default_l10n_cl_ai_review_id": review.id}
            with self.subTest(values=values):
                move = mine.with_context(**context).create(
                    {"move_type": "out_invoice", "partner_id": self.customer.id, **values})  # fmt: skip
                self.env.flush_all()
                self.assertFalse(move.sudo().l10n_cl_ai_review_id)
        self.assertFalse(mine.copy().sudo().l10n_cl_ai_review_id)

    def test_the_queues_methods_are_not_to_be_called_from_outside(self):
        for name in dir(self.env["l10n_cl_ai.review"]):
            method = getattr(type(self.env["l10n_cl_ai.review"]), name, None)
            if callable(method) and "l10n_cl_ai" in (getattr(method, "__module__", "") or ""):
                self.assertTrue(name.startswith(("_", "action_", "default_get")), name)

    # -- reading ---------------------------------------------------------------------------------------

    def test_a_reader_sees_the_panel_and_not_the_ledger(self):
        review = self.done()
        panel = review.move_id.with_user(self.reader).l10n_cl_ai_review_panel
        self.assertEqual([one["code"] for one in panel["remarks"]], ["J05"])
        self.assertEqual((panel["may_look"], panel["may_judge"], panel["may_cancel"]), (False, False, False))
        self.assertEqual((panel["shown"], panel["recommendation"]), ("warn", "review"))
        self.assertNotIn("cost", panel)
        self.assertFalse(self.env["l10n_cl_ai.request"].with_user(self.reader).search(
            [("user_id", "=", self.accountant.id)]), "the ledger of others is private")  # fmt: skip

    def test_who_is_not_of_ai_chile_sees_nothing(self):
        review = self.done()
        for record in (review, review.finding_ids, review.move_id):
            with self.assertRaises(AccessError):
                record.with_user(self.outsider).read(["reason" if record._name != "account.move" else "state"])

    def test_the_panel_is_the_same_for_a_draft_in_a_form(self):
        review = self.done()
        form = self.env["account.move"].with_user(self.accountant).new(origin=review.move_id)
        self.assertEqual(form.l10n_cl_ai_review_id._origin, review)
        self.assertEqual(form.l10n_cl_ai_review_state, "warn")

    # -- judging ---------------------------------------------------------------------------------------

    def test_accountants_say_whether_a_remark_was_of_use(self):
        remark = self.done().finding_ids
        mine = remark.with_user(self.accountant)
        mine.action_feedback("useful")
        self.assertEqual((remark.feedback, remark.feedback_by), ("useful", self.accountant))
        mine.action_feedback(False)
        self.assertEqual((remark.feedback, remark.feedback_by.id), (False, False))
        with self.assertRaises(ValueError):
            mine.action_feedback("block")
        with self.assertRaises(AccessError):
            remark.with_user(self.reader).action_feedback("useful")

    # -- two companies ---------------------------------------------------------------------------------

    def two(self):
        """Return a document of each of two companies, to the same customer, of a user of both."""
        other = self._make_company("Viña Quillón SpA", "76418205-7")
        self._accept(other)
        user = self._make_user("ambas", "account.group_account_invoice,l10n_cl_ai.group_accountant")
        user.company_ids |= other
        there = self.env(context={**self.env.context, "allowed_company_ids": other.ids})
        moves = []
        for env, text in ((self.env, "Arriendo amoblado de acá"), (there, "Arriendo amoblado de allá")):
            case = env["account.move"]
            move = case.create(
                {
                    "move_type": "out_invoice",
                    "partner_id": self.customer.id,
                    "invoice_date": NOW[:10],
                    "l10n_latam_document_type_id": self.document_type(34).id,
                    "invoice_line_ids": [Command.create({"name": text, "price_unit": 1000, "tax_ids": False})],
                }
            )
            move.l10n_latam_document_type_id = self.document_type(34)
            moves.append(move)
        return user, other, *moves

    def posted(self, move, count=3):
        for _n in range(count):
            copy = move.copy({"invoice_date": NOW[:10]})
            copy.l10n_latam_document_type_id = move.l10n_latam_document_type_id
            copy.action_post()

    def test_the_history_of_one_company_is_not_told_to_the_other(self):
        user, other, here, there = self.two()
        self.posted(here)
        self.posted(there)
        both = (here + there).with_user(user).with_context(allowed_company_ids=(self.company + other).ids)
        for _n in range(2):
            self.standin.script(answer=answer())
        reviews = both._l10n_cl_ai_review(forced=True).sudo()
        self.queue()
        self.assertEqual(reviews.mapped("state"), ["done", "done"], reviews.mapped("reason"))
        self.assertEqual(reviews.company_id, self.company + other)
        bodies = [call.text for call in self.standin.messages]
        self.assertEqual(len(bodies), 2)
        for body in bodies:
            self.assertNotEqual("de acá" in body, "de allá" in body, body)
            self.assertIn('times', body, "there is a history to tell")

    def test_rows_and_remarks_stay_in_their_company(self):
        user, other, here, there = self.two()
        both = (here + there).with_user(user).with_context(allowed_company_ids=(self.company + other).ids)
        for text in ("de acá", "de allá"):
            remark = {**REMARK, "quote": f"Arriendo amoblado {text}"}
            self.standin.script(answer=answer(remark), when=lambda call, text=text: text in call.text)
        both._l10n_cl_ai_review(forced=True)
        self.queue()
        for model in ("l10n_cl_ai.review", "l10n_cl_ai.review.finding"):
            seen = self.env[model].with_user(self.accountant).search([("move_id", "in", both.ids)])
            self.assertEqual(seen.move_id, here, model)

    def test_off_in_one_company_is_on_in_the_other(self):
        user, other, here, there = self.two()
        feature = self.env["l10n_cl_ai.feature"].search([("code", "=", "dte_review")])
        feature.with_company(other)._switch().sudo().enabled = False
        both = (here + there).with_user(user).with_context(allowed_company_ids=(self.company + other).ids)
        reviews = both._l10n_cl_ai_review(forced=True).sudo()
        states = {review.company_id: (review.state, review.reason) for review in reviews}
        self.assertEqual(states, {self.company: ("queued", False), other: ("not_evaluated", "disabled")})

    # -- the asking user's rights decide what is told --------------------------------------------------

    def test_the_history_holds_what_the_asking_user_may_read(self):
        move = self.furnished()
        self.posted(move)
        self.assertEqual(move.with_user(self.accountant)._l10n_cl_ai_history()[move.id].documents, 3)
        self.env["ir.rule"].create(
            {
                "name": "Only what is his",
                "model_id": self.env.ref("account.model_account_move").id,
                "domain_force": f"[('id', '=', {move.id})]",
            }
        )
        self.env.invalidate_all()
        history = move.with_user(self.accountant)._l10n_cl_ai_history()[move.id]
        self.assertEqual((history.documents, history.items), (0, ()))

    def test_an_activity_calls_only_who_may_read_the_document(self):
        nobody = self.env["res.users"]
        cases = ((self.reader, self.reader), (nobody, self.accountant), (self.outsider, self.accountant))
        for salesman, called in cases:
            move = self.furnished(invoice_user_id=salesman.id)
            move.invoice_line_ids.name = f"Arriendo amoblado {called.login} {salesman.login}"
            review = self.reviewed(move, answer(REMARK))
            with self.subTest(salesman=salesman.login):
                self.assertEqual(review.state, "done", review.reason)
                self.assertEqual(move.activity_ids.user_id, called)

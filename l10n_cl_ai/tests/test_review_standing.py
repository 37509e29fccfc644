"""What need not be asked twice, whom it tells, and what it leaves alone."""

from unittest.mock import patch

from odoo.tests import tagged

from .review_common import REMARK, QueueCase, answer


@tagged("post_install_l10n", "post_install", "-at_install")
class TestReviewStanding(QueueCase):
    # -- not asked twice -------------------------------------------------------------------------------

    def test_what_waits_or_stands_is_not_asked_again(self):
        move = self.document()
        review = self.waiting(move)
        self.assertEqual(self.waiting(move, self.manager), review)
        self.standin.script(answer=answer(REMARK))
        self.queue()
        self.assertEqual(self.waiting(move, forced=False), review)
        self.assertNotEqual(self.waiting(move), review, "asked by hand, it is read anew")

    def test_a_changed_document_is_asked_again(self):
        move = self.document()
        review = self.reviewed(move, answer(REMARK))
        move.invoice_line_ids.name = "Arriendo sin muebles"
        self.assertNotEqual(self.waiting(move, forced=False), review)

    def test_what_was_not_evaluated_is_asked_again(self):
        move = self.document()
        lie = answer({**REMARK, "code": "J99"})
        review = self.reviewed(move, lie, lie)
        self.assertEqual(review.state, "not_evaluated")
        self.assertNotEqual(self.waiting(move, forced=False), review)

    def test_many_are_queued_at_once_and_say_so(self):
        moves = self.document() + self.document("Otro") + self.env["account.move"].create({"move_type": "entry"})
        action = moves.with_user(self.accountant).action_l10n_cl_ai_review()
        self.assertIn("2", action["params"]["message"])
        self.assertEqual(self.env["l10n_cl_ai.review"].search_count([("move_id", "in", moves.ids)]), 2)

    # -- told ------------------------------------------------------------------------------------------

    def notices(self):
        self.env.flush_all()
        self.env.cr.precommit.run()
        rows = self.env["bus.bus"].sudo().search([("message", "like", "l10n_cl_ai/queue")])
        return [row.message for row in rows]

    def test_the_screens_of_who_asked_learn_each_step(self):
        review = self.waiting()
        self.standin.script(answer=answer(REMARK))
        self.queue()
        said = self.notices()
        for state in ("running", "done"):
            self.assertTrue([one for one in said if f'"state":"{state}"' in one.replace(" ", "")], (state, said))
        self.assertNotIn("amoblado", "".join(said), "no content goes over the bus")
        self.assertIn(str(review.id), "".join(said))

    # -- the document is left alone --------------------------------------------------------------------

    def test_a_review_that_goes_on_writes_nothing_on_the_document(self):
        """Who edits an invoice while the AI reads it would lose his work to a conflict."""
        self.company.l10n_cl_ai_review_activity = False  # an activity is a thing of the document
        review = self.waiting()
        self.env.flush_all()
        self.standin.script(answer=answer(REMARK))
        with self.assertNoWriteOf("account_move"):
            self.queue()
        self.assertEqual(review.state, "done")

    def assertNoWriteOf(self, table):
        case, execute = self, type(self.env.cr).execute

        def watched(cr, query, *rest, **options):
            text = getattr(query, "code", query)
            text = text if isinstance(text, str) else str(text)
            case.assertFalse(text.lstrip().startswith(f'UPDATE "{table}"'), text)
            return execute(cr, query, *rest, **options)

        return patch.object(type(self.env.cr), "execute", watched)

"""When the AI is asked about lines, when it is not, what it may cost, and what is said where it gave no answer."""

import importlib.util
import os
from unittest.mock import patch

from odoo.tests import tagged
from odoo.tools import file_path

from .question_common import WHO_BOOKS, QuestionCase, rows


@tagged("post_install_l10n", "post_install", "-at_install")
class TestSuggestionQuestionLimits(QuestionCase):
    def assertSaysWhy(self, suggestion, reason):
        self.assertUntouched(suggestion)
        self.assertEqual((suggestion.ai_state, suggestion.question_ids.reason), ("not_evaluated", reason))
        self.assertTrue(suggestion.ai_message)
        self.assertNotEqual(suggestion.ai_message, reason)

    # -- off, no key, no money -------------------------------------------------------------------------

    def test_a_company_that_has_not_accepted_asks_nothing_and_says_so(self):
        self.feature._switch().action_disable()
        suggestion = self.asked()
        self.assertUntouched(suggestion)
        self.assertFalse(suggestion.question_ids)
        self.assertFalse(self.standin.messages)
        self.assertEqual(suggestion.ai_state, "not_asked")
        self.assertIn("switched off", suggestion.ai_message)

    def test_switched_off_while_it_waits(self):
        suggestion = self.suggested(self.draft("Hormigón"))
        self.feature._switch().action_disable()
        self.queue()
        self.assertFalse(self.standin.messages)
        self.assertSaysWhy(suggestion, "disabled")

    def test_without_a_key_everything_else_works(self):
        with patch.dict(os.environ, {"L10N_CL_AI_API_KEY": ""}):
            suggestion = self.asked()
        self.assertFalse(self.standin.messages)
        self.assertSaysWhy(suggestion, "no_key")
        suggestion.with_user(self.accountant).action_choose(self.label(self.bridge))
        self.assertEqual(suggestion.state, "changed")

    def test_over_budget(self):
        self.env["l10n_cl_ai.budget"].create(
            {"company_id": self.company.id, "user_id": self.accountant.id, "period": "day", "limit_usd": 0.000001}
        )
        self.assertSaysWhy(self.asked(), "over_budget")
        self.assertFalse(self.standin.messages)

    def test_too_many_in_a_minute_are_asked_later(self):
        self.feature.rate_per_minute = 1
        self.says("ninguno", times=0)
        suggestions = self.suggested(self.draft("Hormigón", "Acero"))
        self.queue()
        self.assertEqual(len(self.standin.messages), 1)
        states = {one.question_ids.state: one for one in suggestions}
        self.assertEqual(set(states), {"done", "queued"})
        waiting = states["queued"]
        self.assertEqual((waiting.ai_state, waiting.question_ids.reason), ("waiting", "rate_limited"))
        self.assertTrue(waiting.ai_message)
        self.assertTrue(waiting.question_ids.not_before)

    def test_a_model_that_declines_is_no_answer(self):
        self.standin.script("refusal")
        self.assertSaysWhy(self.asked(), "refused")

    # -- how often -------------------------------------------------------------------------------------

    def test_a_hundred_equal_lines_are_one_paid_call(self):
        self.says("Puente Biobío", times=0)
        moves = self.env["account.move"]
        for _number in range(10):
            moves |= self.draft(*["Hormigón premezclado"] * 10)
        suggestions = self.suggested(moves)
        self.queue()
        self.assertEqual(len(suggestions), 100)
        self.assertEqual(len(self.standin.messages), 1)
        self.assertEqual(set(suggestions.mapped("method")), {"ai"})
        costs = suggestions.question_ids.mapped("cost")
        self.assertEqual(len([cost for cost in costs if cost]), 1)

    def test_no_more_different_lines_are_asked_in_a_day_than_the_company_wants(self):
        self.says("ninguno", times=0)
        self.company.l10n_cl_ai_suggest_ask_limit = 3
        move = self.draft("Hormigón", "Acero", "Madera", "Pintura", "Hormigón", "Clavos")
        suggestions = self.suggested(move)
        self.assertEqual(len(suggestions.question_ids), 4, "the equal one counts once")
        self.queue()
        left = suggestions.filtered(lambda one: not one.question_ids)
        self.assertEqual(set(left.mapped("ai_state")), {"not_asked"})
        self.assertIn("used up", left[0].ai_message)
        self.assertEqual(len(self.standin.messages), 3)
        again = self.suggested(move)
        self.assertFalse(again.question_ids, "asking again is no way around")

    def test_who_asks_at_the_same_moment_as_others_does_not_pass_the_limit(self):
        self.says("ninguno", times=0)
        self.company.l10n_cl_ai_suggest_ask_limit = 20  # each of two sees room for his own
        words = ("uno", "dos", "tres", "cuatro", "dos")
        suggestions = self.suggested(self.draft(*(f"Material {word}" for word in words)))
        self.company.l10n_cl_ai_suggest_ask_limit = 2
        self.queue()
        self.assertEqual(len(self.standin.messages), 2)
        states = {one.line_name: one.question_ids.state for one in suggestions}
        self.assertEqual(states["Material dos"], "done")
        over = suggestions.filtered(lambda one: one.line_name == "Material cuatro")
        self.assertSaysWhy(over, "day_used_up")

    def test_what_waits_counts(self):
        self.company.l10n_cl_ai_suggest_ask_limit = 2
        self.assertEqual(len(self.suggested(self.draft("Hormigón", "Acero")).question_ids), 2)
        self.assertFalse(self.suggested(self.draft("Madera")).question_ids)
        self.assertTrue(self.suggested(self.draft("Acero")).question_ids, "the same is asked for nothing more")

    def test_a_limit_of_zero_asks_nothing(self):
        self.company.l10n_cl_ai_suggest_ask_limit = 0
        self.assertFalse(self.suggested(self.draft("Hormigón")).question_ids)

    def test_below_the_limit_all_are_asked(self):
        self.assertEqual(len(self.suggested(self.draft("Hormigón", "Acero", "Madera")).question_ids), 3)

    def test_a_bill_that_came_in_without_a_person_is_not_asked_in_anybodys_name(self):
        suggestion = self.suggested(self.draft("Hormigón"), self.env.ref("base.user_root"), "import")
        self.assertFalse(suggestion.question_ids)
        self.assertEqual(suggestion.ai_state, "not_asked")

    def test_posting_asks_nothing(self):
        move = self.draft("Hormigón")
        move.action_post()
        self.queue()
        self.assertFalse(self.env["l10n_cl_ai.suggestion.question"].search([("company_id", "=", self.company.id)]))

    # -- companies -------------------------------------------------------------------------------------

    def test_each_company_decides_and_pays_for_itself(self):
        other = self._make_company("Servicios Quillón SpA", "77018459-2")
        foreign = self.project("Obra ajena", other)
        user = self._make_user("ambas", WHO_BOOKS, self.company)
        user.company_ids |= other
        journals = self.env["account.journal"].with_context(allowed_company_ids=other.ids)
        journal = journals.search([("type", "=", "purchase"), ("company_id", "=", other.id)], limit=1)
        line = self.line("Flete a obra ajena", 1, 100000, taxes=other.account_purchase_tax_id)
        theirs = self.bill(folio="5", lines=[line], company_id=other.id, journal_id=journal.id)
        self.says("Obra ajena", times=0)
        self.assertFalse(self.suggested(theirs, user).question_ids)
        self._accept_suggestions(other)
        mine = self.suggested(self.draft("Flete a obra ajena"), user)
        suggestion = self.suggested(theirs, user)
        self.queue()
        self.assertEqual(suggestion.label, self.label(foreign))
        self.assertUntouched(mine)
        self.assertEqual(mine.question_ids.reason, "invalid_answer")
        ledger = self.env["l10n_cl_ai.request"].sudo().search([("feature", "=", "project_suggestion")])
        self.assertEqual(ledger.company_id, self.company | other)
        for call in self.standin.messages:
            named = {row["name"] for row in rows(call, "candidates")}
            self.assertNotEqual("Puente Biobío" in named, "Obra ajena" in named)

    # -- an update -------------------------------------------------------------------------------------

    def migrate(self):
        path = file_path("l10n_cl_ai/migrations/19.0.1.2.0/post-suggestion.py")
        spec = importlib.util.spec_from_file_location("post_suggestion", path)
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        module.migrate(self.env.cr, "19.0.1.1.0")
        self.env.invalidate_all()

    def test_a_company_that_accepted_the_earlier_text_is_asked_again(self):
        delivered = self.feature.allowed_fields, self.feature.data_sent
        self.feature.write({
            "handler": "l10n_cl_ai.feature.handler", "data_sent": "El texto de la línea.",
            "allowed_fields": "account.move.invoice_date account.move.line.name account.move.line.price_subtotal "
            "account.move.line.quantity project.project.name",
        })  # fmt: skip
        self._accept_suggestions(self.company)
        self.assertEqual(self.feature.state, "on")
        self.migrate()
        self.assertEqual(self.feature.state, "lapsed")
        self.assertEqual(self.feature.handler, "l10n_cl_ai.suggestion.handler")
        self.assertEqual((self.feature.allowed_fields, self.feature.data_sent), delivered)

    def test_what_an_administrator_decided_stays(self):
        self.feature.allowed_fields = "account.move.line.name"
        self.migrate()
        self.assertEqual(self.feature.allowed_fields, "account.move.line.name")

    def test_an_update_that_changes_nothing_asks_nobody(self):
        self.migrate()
        self.assertEqual(self.feature.state, "on")

"""Money is reserved, settled and swept to the last decimal."""

from collections import Counter
from decimal import Decimal
from unittest.mock import patch

from odoo.tests import tagged

from ..llm.cost import Usage
from ..llm.postgres import budget_statements
from ..llm.postgres.budget import Budget, OverBudget, Reserved
from ..llm.postgres.door import Door
from ..llm.question import Reason, Status
from .side_common import DAY, BudgetCase


@tagged("post_install_l10n", "post_install", "-at_install")
class TestReserve(BudgetCase):
    def test_reserves_in_all_limits(self):
        day, month = self.limit("1"), self.limit("10", self.budget_id + 1000)
        entry, reserved = self.reserve("0.25", day, month)
        self.assertIsInstance(reserved, Reserved)
        self.assertEqual(self.counter(), (0, Decimal("0.25")))
        self.assertEqual(self.counter(month.budget_id), (0, Decimal("0.25")))
        self.assertEqual(self.row(entry, "id, state, counter_ids, reserved::text, cost::text"), (
            reserved.request_id, "running", list(reserved.counters), "0.25", "0"))

    def test_reserves_in_none_when_one_is_too_low(self):
        month, day = self.limit("10"), self.limit("0.1", self.budget_id + 1000)
        entry, over = self.reserve("0.25", month, day)
        self.assertEqual(over, OverBudget(day.budget_id, "budget 0.1", Decimal("0.1"), Decimal(0), Decimal(0)))
        self.assertEqual(self.counter(), (0, 0))
        self.assertEqual(self.sql("SELECT FROM l10n_cl_ai_request WHERE token = %s", str(entry.token)), [])

    def test_of_several_limits_too_low_the_first_passed_is_named(self):
        limits = [self.limit("0.1", self.budget_id + n) for n in (3000, 1000, 2000)]
        self.assertEqual(self.reserve("1", *limits)[1].budget_id, self.budget_id + 3000)

    def test_the_last_decimal_counts(self):
        limit = self.limit("0.3")
        self.assertIsInstance(self.reserve("0.299999999999", limit)[1], Reserved)
        self.assertIsInstance(self.reserve("0.000000000002", limit)[1], OverBudget)
        self.assertIsInstance(self.reserve("0.000000000001", limit)[1], Reserved)
        self.assertIsInstance(self.reserve("0.000000000001", limit)[1], OverBudget)
        self.assertIsInstance(self.reserve("0", limit)[1], Reserved)

    def test_without_limits_the_row_is_written(self):
        entry, reserved = self.reserve("3")
        self.assertEqual(reserved.counters, ())
        self.assertEqual(self.row(entry, "state"), ("running",))
        self.assertTrue(self.budget.settle(entry.token, self.settlement("2")))

    def test_a_new_limit_holds_at_once_and_is_shown(self):
        shown = "SELECT limit_usd::text FROM l10n_cl_ai_budget_counter WHERE budget_id = %s"
        self.reserve("0.5", self.limit("1"))
        for usd, kind in (("0.6", OverBudget), ("2", Reserved)):
            self.assertIsInstance(self.reserve("0.5", self.limit(usd))[1], kind)
            self.assertEqual(self.sql(shown, self.budget_id), [(usd,)])

    def test_a_new_period_begins_with_nothing_spent(self):
        entry, _reserved = self.reserve("1", self.limit("1"))
        tomorrow = self.limit("1", day=DAY.replace(day=23))
        self.assertIsInstance(self.reserve("1", tomorrow)[1], Reserved)
        self.budget.settle(entry.token, self.settlement("0.5"))
        rows = self.sql(
            "SELECT spent::text, reserved::text FROM l10n_cl_ai_budget_counter WHERE budget_id = %s"
            " ORDER BY period_start", self.budget_id)
        self.assertEqual(rows, [("0.5", "0"), ("0", "1")])

    def test_a_counter_deleted_under_our_hands_is_made_again(self):
        self.reserve("1", self.limit("5"))
        self.sql("DELETE FROM l10n_cl_ai_budget_counter WHERE budget_id = %s", self.budget_id)
        self.assertIsInstance(self.reserve("2", self.limit("5"))[1], Reserved)
        self.assertEqual(self.counter(), (0, 2))

    def test_counters_are_made_once(self):
        run = self.door.run
        with patch.object(self.door, "run", side_effect=run) as spy:
            for _ in range(3):
                self.reserve("0.1", self.limit("5"))
        names = Counter(call.args[0].name for call in spy.call_args_list)
        self.assertEqual(names, {budget_statements.OPEN.name: 1, budget_statements.RESERVE.name: 3})

    def test_the_same_entry_is_reserved_once(self):
        entry, reserved = self.reserve("0.4", self.limit("1"))
        self.assertEqual(self.budget.reserve(entry, [self.limit("1")], Decimal("0.4"), 60.0), reserved)
        self.assertEqual(self.counter(), (0, Decimal("0.4")))

    def test_what_is_no_money_is_refused(self):
        for wrong in (Decimal("-0.1"), Decimal("NaN"), Decimal("Infinity")):
            with self.subTest(wrong), self.assertRaises(ValueError):
                self.budget.reserve(self.entry(), [self.limit("1")], wrong, 60.0)
        with self.assertRaises(TypeError):
            self.budget.reserve(self.entry(), [self.limit("1")], 0.1, 60.0)
        with self.assertRaises(ValueError):
            self.reserve("0.1", self.limit("1"), self.limit("2"))


@tagged("post_install_l10n", "post_install", "-at_install")
class TestSettle(BudgetCase):
    def test_settles_to_the_exact_cost(self):
        entry, _reserved = self.reserve("0.5", self.limit("1"))
        usage = Usage(input=10, output=20, cache_write_5m=1, cache_write_1h=2, cache_read=3, thinking=4)
        timings = {"admit_ms": 1.5, "call_ms": 250.0, "first_token_ms": None}
        self.assertTrue(self.budget.settle(entry.token, self.settlement(
            "0.123456789012", usage=usage, stop_reason="end_turn", attempts=2, timings=timings,
            provider_request_id="req_1", content_answer="sí")))
        self.assertEqual(self.counter(), (Decimal("0.123456789012"), 0))
        columns = (
            "state, status, cost::text, reserved::text, input_tokens, output_tokens, thinking_tokens, "
            "cache_write_5m_tokens, cache_write_1h_tokens, cache_read_tokens, attempts, admit_ms, call_ms, "
            "first_token_ms, provider_request_id, stop_reason, content_answer, unconfirmed, swept_at")
        self.assertEqual(self.row(entry, columns), (
            "done", "answered", "0.123456789012", "0.5", 10, 20, 4, 1, 2, 3, 2, 1.5, 250.0, None, "req_1",
            "end_turn", "sí", False, None))

    def test_settles_once(self):
        entry, _reserved = self.reserve("0.5", self.limit("1"))
        self.assertTrue(self.budget.settle(entry.token, self.settlement("0.2")))
        self.assertFalse(self.budget.settle(entry.token, self.settlement("0.3")))
        self.assertFalse(self.budget.settle(self.entry().token, self.settlement("0.3")))
        self.assertEqual(self.counter(), (Decimal("0.2"), 0))

    def test_a_cost_above_the_estimate_is_booked_and_stops_what_follows(self):
        entry, _reserved = self.reserve("0.5", self.limit("1"))
        self.budget.settle(entry.token, self.settlement("1.5"))
        self.assertEqual(self.counter(), (Decimal("1.5"), 0))
        over = self.reserve("0", self.limit("1"))[1]
        self.assertEqual((over.spent, over.limit), (Decimal("1.5"), Decimal(1)))

    def test_any_text_of_a_model_is_kept(self):
        entry, _reserved = self.reserve("0.5")
        self.budget.settle(entry.token, self.settlement("0.1", content_answer="a\0b\ud800ñ", detail="%s"))
        self.assertEqual(self.row(entry, "content_answer, detail"), ("a\N{REPLACEMENT CHARACTER}b?ñ", "%s"))

    def test_what_is_no_cost_is_refused_and_the_reservation_stays(self):
        entry, _reserved = self.reserve("0.5", self.limit("1"))
        for wrong in ("-1", "NaN"):
            with self.assertRaises(ValueError):
                self.budget.settle(entry.token, self.settlement(wrong))
        with self.assertRaises(ValueError):
            self.budget.settle(entry.token, self.settlement("0.1", timings={"lunch_ms": 1.0}))
        self.assertEqual(self.counter(), (0, Decimal("0.5")))


@tagged("post_install_l10n", "post_install", "-at_install")
class TestSweep(BudgetCase):
    def tearDown(self):
        self.assertEqual(self.budget.audit(), [])
        super().tearDown()

    def test_a_dead_owner_is_charged_at_the_estimate(self):
        dead, _reserved = self.reserve("0.4", self.limit("1"), lease=0.0)
        self.reserve("0.3", self.limit("1"))
        self.assertEqual(self.budget.sweep(), 1)
        self.assertEqual(self.counter(), (Decimal("0.4"), Decimal("0.3")))
        self.assertEqual(self.row(dead, "state, status, reason, cost::text, unconfirmed, swept_at IS NOT NULL"), (
            "done", "not_evaluated", "deadline", "0.4", True, True))
        self.assertIn("owner died", self.row(dead, "detail")[0])
        self.assertEqual(self.budget.sweep(), 0)

    def test_a_late_answer_corrects_the_charge_once(self):
        late, _reserved = self.reserve("0.4", self.limit("1"), lease=0.0)
        self.budget.sweep()
        self.assertTrue(self.budget.settle(late.token, self.settlement("0.15")))
        self.assertFalse(self.budget.settle(late.token, self.settlement("0.1")))
        self.assertEqual(self.counter(), (Decimal("0.15"), 0))
        self.assertEqual(self.row(late, "status, reason, detail, cost::text, unconfirmed, swept_at IS NOT NULL"), (
            "answered", None, None, "0.15", False, True))
        self.assertEqual(self.budget.sweep(), 0)

    def test_a_late_answer_may_cost_more_or_nothing(self):
        for cost in ("0.7", "0"):
            late, _reserved = self.reserve("0.4", self.limit("1"), lease=0.0)
            self.budget.sweep()
            self.budget.settle(late.token, self.settlement(cost))
        self.assertEqual(self.counter(), (Decimal("0.7"), 0))

    def test_a_cost_nobody_knows_is_final_too(self):
        entry, _reserved = self.reserve("0.4", self.limit("1"), lease=0.0)
        unknown = self.settlement("0.1", status=Status.NOT_EVALUATED, reason=Reason.UNREACHABLE, unconfirmed=True)
        self.assertTrue(self.budget.settle(entry.token, unknown))
        self.assertEqual(self.budget.sweep(), 0)
        self.assertFalse(self.budget.settle(entry.token, self.settlement("0.2")))
        self.assertEqual(self.row(entry, "status, reason, unconfirmed"), ("not_evaluated", "unreachable", True))

    def test_who_renews_is_alive(self):
        entry, _reserved = self.reserve("0.4", self.limit("1"), lease=0.0)
        self.assertTrue(self.budget.renew(entry.token, 3600.0))
        self.assertEqual(self.budget.sweep(), 0)
        self.assertTrue(self.budget.renew(entry.token, 0.0))
        self.assertEqual(self.budget.sweep(), 0, "a renewal took time away")
        self.budget.settle(entry.token, self.settlement("0.1"))
        self.assertFalse(self.budget.renew(entry.token, 3600.0))

    def test_more_than_one_batch_is_swept(self):
        count = budget_statements.AT_ONCE + 3
        for _ in range(count):
            self.reserve("0.01", self.limit("9"), self.limit("9", self.budget_id + 1000), lease=0.0)
        self.assertEqual(self.budget.sweep(), count)
        self.assertEqual(self.counter(), (Decimal("0.01") * count, 0))

    def test_the_audit_finds_what_was_tampered_with(self):
        entry, _reserved = self.reserve("0.4", self.limit("1"))
        book = "UPDATE l10n_cl_ai_budget_counter SET spent = spent + %s WHERE budget_id = %s"
        self.sql(book, Decimal("0.000000000001"), self.budget_id)
        [difference] = self.budget.audit()
        self.assertIn(f"budget {self.budget_id}, period from 2026-11-22", difference)
        self.assertIn("0.000000000001 USD spent", difference)
        self.sql(book, Decimal("-0.000000000001"), self.budget_id)
        unlist = "UPDATE l10n_cl_ai_request SET counter_ids = %s WHERE token = %s"
        [(ids,)] = self.sql("SELECT counter_ids FROM l10n_cl_ai_request WHERE token = %s", str(entry.token))
        self.sql(unlist, [], str(entry.token))
        self.assertIn("0.4 reserved", self.budget.audit()[0])
        self.sql(unlist, ids, str(entry.token))


@tagged("post_install_l10n", "post_install", "-at_install")
class TestNote(BudgetCase):
    def test_a_refusal_is_noted(self):
        entry = self.entry(res_model="account.move", res_id=7, simulated=True)
        note = self.settlement("0", status=Status.NOT_EVALUATED, reason=Reason.OVER_BUDGET, detail="day", refused_by=-7)
        request_id = self.budget.note(entry, note, saved=Decimal("0.02"))
        columns = "id, state, status, reason, detail, saved::text, simulated, settled_at = asked_at, res_id, refused_by"
        self.assertEqual(self.row(entry, columns), (
            request_id, "done", "not_evaluated", "over_budget", "day", "0.02", True, True, 7, -7))
        self.assertFalse(self.budget.settle(entry.token, self.settlement("1")))

    def test_what_cost_something_is_no_note(self):
        with self.assertRaises(ValueError):
            self.budget.note(self.entry(), self.settlement("0.01"))

    def test_a_note_is_written_once_and_over_no_reservation(self):
        entry, note = self.entry(), self.settlement("0")
        self.assertEqual(self.budget.note(entry, note), self.budget.note(entry, note))
        running, _reserved = self.reserve("1")
        with self.assertRaises(ValueError):
            self.budget.note(running, note)
        self.assertEqual(self.row(running, "state"), ("running",))

    def test_only_money_waits_for_the_disk(self):
        self.budget = Budget(careful := Door(self.careful))
        self.addCleanup(careful.close)
        reserved = [self._waited(lambda: self.reserve("1")) for _ in range(10)]
        noted = [self._waited(lambda: self.budget.note(self.entry(), self.settlement("0"))) for _ in range(10)]
        self.assertTrue(all(reserved))
        # Another process may have written its part of the log for it, but not every time.
        self.assertFalse(all(noted))
        with careful.connection() as connection, connection.cursor() as cursor:
            cursor.execute("SHOW synchronous_commit")
            self.assertEqual(cursor.fetchone(), ("on",))

    def careful(self):
        """Connect as production would: servers of tests are often told not to wait for the disk."""
        connection = self.connect()
        with connection, connection.cursor() as cursor:
            cursor.execute("SET synchronous_commit TO on")
        return connection

    def _waited(self, write):
        """Return whether what is written was in the log on disk (as far as the server's fsync goes) at once."""
        with self.door.connection() as connection, connection.cursor() as cursor:
            cursor.execute("SELECT pg_current_wal_insert_lsn()")
            [before] = cursor.fetchone()
            write()
            cursor.execute("SELECT pg_current_wal_flush_lsn() > %s", (before,))
            return cursor.fetchone()[0]

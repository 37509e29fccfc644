"""What the company knows of a customer, out of its own documents: right, bounded, and cheap for many."""

from odoo.tests import freeze_time, tagged

from ..review import Usual
from .common import DAY, NOW
from .review_common import ReviewCase


@freeze_time(NOW)
@tagged("post_install_l10n", "post_install", "-at_install")
class TestReviewHistory(ReviewCase):
    def posted(self, *lines, code=33, **values):
        move = self.invoice(code, list(lines) or None, **values)
        move.action_post()
        return move

    def history(self, move):
        return move._l10n_cl_ai_history()[move.id]

    def test_usual_lines_with_their_ranges(self):
        for quantity, price in ((1, 100), (5, 300), (3, 200)):
            self.posted(self.line("Silla\nazul", quantity, price), self.line("Mesa", 1, 10))
        self.posted(self.line("Mesa", 1, 10))
        history = self.history(self.invoice(33))
        self.assertEqual(history.documents, 4)
        self.assertEqual(
            history.items,
            (Usual("Mesa", 4, (10, 10), (1, 1), False), Usual("Silla", 3, (100, 300), (1, 5), False)),
        )

    def test_exempt_taxable_and_both(self):
        none = self.env["account.tax"]
        self.posted(self.line("A", 1, 1, none), self.line("B", 1, 1, none), self.line("C", 1, 1))
        self.posted(self.line("A", 1, 1, none), self.line("B", 1, 1), self.line("C", 1, 1))
        items = {item.text: item.exempt for item in self.history(self.invoice(33)).items}
        self.assertEqual(items, {"A": True, "B": None, "C": False})

    def test_what_is_no_history(self):
        other = self._make_partner("Otra SpA", "76418205-7")
        self.posted(partner=other)
        self.posted(invoice_date=DAY.replace(year=2025, month=11, day=1))
        self.invoice(33)
        cancelled = self.posted()
        cancelled.button_cancel()
        own = self.posted()
        self.assertEqual((self.history(own).documents, self.history(own).items), (0, ()))

    def test_kinds_of_documents_are_counted_apart(self):
        for _n in range(2):
            self.posted()
        exempt = self.invoice(34, [self.line("Curso", 1, 10, self.env["account.tax"])])
        self.assertEqual(self.history(exempt).documents, 0)
        self.assertTrue(self.history(exempt).items, "of the same customer")
        self.assertFalse(self.history(self.invoice(61)).items)

    def test_a_contact_of_the_customer_is_the_customer(self):
        contact = self.env["res.partner"].create({"name": "Bodega", "parent_id": self.customer.id})
        self.posted()
        self.assertEqual(self.history(self.invoice(33, partner=contact)).documents, 1)

    def test_another_currency_makes_no_usual_price(self):
        dollar = self.env.ref("base.USD")
        dollar.active = True
        self.env["res.currency.rate"].create(
            {"currency_id": dollar.id, "company_id": self.company.id, "name": DAY, "rate": 0.001})  # fmt: skip
        self.posted(self.line("Silla", 1, 10), currency_id=dollar.id)
        self.assertEqual(self.history(self.invoice(33)).items, ())

    def test_hostile_texts_are_texts(self):
        hostile = "Silla'; DROP TABLE account_move; -- %s %(x)s"
        self.posted(self.line(hostile, 1, 1))
        [item] = self.history(self.invoice(33)).items
        self.assertEqual(item.text, hostile)

    def test_none_for_no_documents(self):
        self.assertEqual(self.env["account.move"]._l10n_cl_ai_history(), {})

    def queries(self, moves):
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        self.assertEqual(set(moves._l10n_cl_ai_history()), set(moves.ids))
        return self.env.cr.sql_log_count - before

    def test_many_cost_no_query_more_than_one(self):
        self.posted()
        partners = [self._make_partner(f"Cliente {n}", "77262640-1") for n in range(12)]
        moves = self.env["account.move"].union(*(self.invoice(33, partner=partner) for partner in partners))
        self.queries(moves)
        self.assertLessEqual(self.queries(moves), self.queries(moves[0]))

    def test_ten_thousand_documents_are_told_in_bounded_size(self):
        """Rows as posting would leave them, written at once; what comes out is bounded, whatever goes in."""
        origin = self.posted(self.line("Cosa", 1, 1000))
        line = origin.invoice_line_ids
        names = [name for name in self.columns("account_move") if name != "id"]
        lines = [name for name in self.columns("account_move_line") if name not in ("id", "move_id", "name")]
        move_columns, line_columns = ", ".join(f'"{n}"' for n in names), ", ".join(f'"{n}"' for n in lines)
        own = {"name": "'F ' || n", "sequence_number": "100000 + n"}
        values = ", ".join(own.get(name, f'"{name}"') for name in names)
        self.env.cr.execute(
            f"""
            WITH made AS (
                INSERT INTO account_move ({move_columns}) SELECT {values} FROM account_move, generate_series(1, 10000) n
                 WHERE account_move.id = %s RETURNING id)
            INSERT INTO account_move_line (move_id, name, {line_columns})
            SELECT made.id, 'Cosa ' || made.id %% 500, {line_columns} FROM account_move_line, made
             WHERE account_move_line.id = %s
            """, [origin.id, line.id])  # fmt: skip
        history = self.history(self.invoice(33))
        self.assertEqual(history.documents, 10_001)
        self.assertLessEqual(len(history.items), 200)
        self.assertEqual(history.items[0].count, 20)
        self.assertLess(len(history.text()), 10_000)

    def columns(self, table):
        self.env.cr.execute(
            "SELECT column_name FROM information_schema.columns WHERE table_name = %s AND is_generated = 'NEVER'",
            [table])  # fmt: skip
        return [name for (name,) in self.env.cr.fetchall()]

"""The figures of suggestions, against rows counted by hand."""

from odoo.exceptions import AccessError
from odoo.tests import freeze_time, tagged

from .. import suggest
from .common import NOW
from .suggest_common import SuggestCase


@freeze_time(NOW)
@tagged("post_install_l10n", "post_install", "-at_install")
class TestSuggestionReport(SuggestCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.label = f"{cls.aromos.id}:100"
        cls.reader = cls._make_user("lectora", "l10n_cl_ai.group_user")

    def rows_of(self, *cases, company=None):
        """Make a line and its suggestion for each (band, day posted or None, right, values)."""
        bill = self.draft(*[f"Línea {n}" for n in range(len(cases))])
        rows = [
            {
                "company_id": self.company.id, "move_id": bill.id, "line_id": line.id, "band": band,
                "method": "history", "label": self.label, "settled_on": day, "right": right, **values,
            }
            for line, (band, day, right, values) in zip(bill.invoice_line_ids, cases, strict=True)
        ]  # fmt: skip
        return self.env["l10n_cl_ai.suggestion"].create(rows)

    def report(self, *groupby):
        measures = ["lines:sum", "settled:sum", "right:sum", "precision:avg", "coverage:avg", "automatic:avg"]
        self.env.flush_all()
        rows = self.env["l10n_cl_ai.suggestion.report"].with_user(self.reader)._read_group(
            [("company_id", "=", self.company.id)], list(groupby), measures
        )
        return [tuple(round(x, 4) if isinstance(x, float) else x for x in row) for row in rows]

    def by_month(self):
        self.env.flush_all()
        rows = self.env["l10n_cl_ai.suggestion.precision"].with_user(self.reader).search([])
        return {
            (str(row.month)[:7], row.band): (
                row.lines, row.settled, row.right, row.precision, row.lower, row.coverage, row.few
            )
            for row in rows
        }  # fmt: skip

    def test_what_is_not_posted_is_neither_right_nor_wrong(self):
        self.rows_of(
            ("auto", "2026-10-05", 1, {}), ("auto", "2026-10-06", 1, {}), ("auto", "2026-10-07", 0, {}),
            ("auto", None, 0, {}), ("suggested", "2026-11-02", 1, {}), ("suggested", None, 0, {}),
            ("unknown", "2026-11-03", 0, {"label": False, "method": "none"}),
        )  # fmt: skip
        self.assertEqual(self.report(), [(7, 4, 3, 0.75, 0.8571, 0.5714)])
        self.assertEqual(
            self.report("band"),
            [("auto", 4, 3, 2, 0.6667, 1.0, 1.0), ("suggested", 2, 1, 1, 1.0, 1.0, 0.0),
             ("unknown", 1, 0, 0, False, 0.0, 0.0)],
        )  # fmt: skip

    def test_the_last_suggestion_of_a_line_counts(self):
        first = self.rows_of(("suggested", None, 0, {"state": "undone"}))
        self.env["l10n_cl_ai.suggestion"].create(
            {"company_id": self.company.id, "move_id": first.move_id.id, "line_id": first.line_id.id, "band": "auto",
             "label": self.label, "settled_on": "2026-11-02", "right": 1}
        )  # fmt: skip
        self.assertEqual(self.report(), [(1, 1, 1, 1.0, 1.0, 1.0)])

    def test_by_supplier_and_method(self):
        self.rows_of(("auto", "2026-10-05", 1, {"method": "rule"}), ("auto", "2026-10-06", 0, {}))
        self.assertEqual({row[:4] for row in self.report("method")}, {("rule", 1, 1, 1), ("history", 1, 1, 0)})
        self.assertEqual(self.report("partner_id")[0][:4], (self.supplier.commercial_partner_id, 2, 2, 1))

    def test_precision_by_month_comes_with_its_bound(self):
        self.rows_of(
            *[("auto", "2026-10-05", 1, {})] * 38, *[("auto", "2026-10-20", 0, {})] * 2,
            *[("suggested", "2026-10-05", 1, {})] * 10,
            *[("suggested", "2026-11-02", 1, {})] * 3, ("suggested", None, 0, {}),
        )  # fmt: skip
        found = self.by_month()
        lines, settled, right, precision, lower, coverage, few = found["2026-10", "auto"]
        self.assertEqual((lines, settled, right, few), (40, 40, 38, False))
        self.assertAlmostEqual(precision, 0.95, 4)
        self.assertAlmostEqual(lower, suggest.wilson_lower(38, 40), 4)
        self.assertAlmostEqual(lower, 0.8597, 4)
        self.assertAlmostEqual(coverage, 0.8, 4)
        few = found["2026-10", "suggested"]
        self.assertAlmostEqual(few[4], suggest.wilson_lower(10, 10), 4)
        self.assertEqual((few[:4], few[6]), ((10, 10, 10, 1.0), True))
        self.assertEqual(found["2026-11", "suggested"][:4], (4, 3, 3, 1.0), "one is not posted yet")

    def test_the_bound_is_the_one_of_the_bands(self):
        for right, settled in ((0, 1), (1, 1), (0, 7), (29, 30), (30, 30)):
            with self.subTest(right=right, settled=settled):
                made = self.rows_of(*[("auto", "2026-10-05", float(n < right), {}) for n in range(settled)])
                self.assertAlmostEqual(self.by_month()["2026-10", "auto"][4], suggest.wilson_lower(right, settled), 4)
                made.unlink()

    def test_small_numbers_are_called_few(self):
        self.rows_of(*[("auto", "2026-10-05", 1, {})] * 29, ("suggested", None, 0, {}))
        self.env.flush_all()
        rows = self.env["l10n_cl_ai.suggestion.precision"].with_context(lang="en_US").search([])
        words = {row.band: row.words for row in rows}
        self.assertIn("29", words["auto"])
        self.assertEqual({row.band: row.few for row in rows}, {"auto": True, "suggested": True})

    def test_each_company_sees_its_own(self):
        self.rows_of(("auto", "2026-10-05", 1, {}))
        self.env.flush_all()
        other = self._make_company("Servicios Quillón SpA", "77018459-2")
        stranger = self._make_user("ajena", "l10n_cl_ai.group_manager", other)
        plain = self._make_user("empleada", "base.group_user")
        for name in ("l10n_cl_ai.suggestion.report", "l10n_cl_ai.suggestion.precision"):
            with self.subTest(name):
                theirs = self.env[name].with_user(stranger).with_context(allowed_company_ids=other.ids)
                self.assertFalse(theirs.search([]))
                self.assertTrue(self.env[name].with_user(self.reader).search([]))
                with self.assertRaises(AccessError):
                    self.env[name].with_user(plain).search([])

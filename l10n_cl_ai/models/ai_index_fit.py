"""Measuring an index on its own past: what it would have proposed for each line before that was booked."""

import contextlib
import itertools

from odoo import fields, models
from odoo.tools import SQL, split_every

from .. import suggest
from . import ai_index_schema

#: The last part of what was booked, by which is measured; the part before is the history at its start.
MEASURED = 0.5
#: Steps in which that part is gone through: each is asked about, and then learned.
STEPS = 10
#: Steps by which the signs are weighed; by the others it is calibrated and measured.
STEPS_FOR_WEIGHTS = 5
#: Lines asked about in a step, and together.
MOST_IN_STEP, TOGETHER = 160, 40
#: Entries without which nothing is measured, and the newest ones by which it is: with more it would take longer than a
#: cron is given, and a shorter history makes the result too low rather than too high.
FEWEST_ENTRIES, MOST_ENTRIES = 300, 70_000
#: It is measured again when so much more was booked.
GROWTH = 0.05


class AiIndex(models.Model):
    _inherit = "l10n_cl_ai.index"

    def _measure_when_due(self):
        for index in self.filtered("built_at"):
            entries = index._entry_count()
            known = (index.fitted or {}).get("entries", 0)
            if entries >= FEWEST_ENTRIES and abs(entries - known) > known * GROWTH:
                index._measure()

    def _entry_count(self):
        [(entries,)] = self.env.execute_query(
            SQL("SELECT count(*) FROM l10n_cl_ai_index_entry WHERE index_id = %s", self.id)
        )
        return entries

    def _measure(self):
        """Weigh, calibrate and measure anew, on the last part of what was booked: for the cron.

        1,600 lines are asked about: 5 s on 5,000 entries, half a minute on 67,000, of which most is learning them anew.
        """
        entries = self._entry_count()
        past = min(entries, MOST_ENTRIES)
        first = int(past * (1 - MEASURED))
        steps = [first + (past - first) * step // STEPS for step in range(STEPS + 1)]
        earlier, later = [], []
        with self._in_the_past():
            self._pass_by(0, first)
            for number, (start, end) in enumerate(itertools.pairwise(steps)):
                (earlier if number < STEPS_FOR_WEIGHTS else later).extend(self._would_have_proposed(start, end))
                self._pass_by(start, end)
        fitted = suggest.fit(earlier, later)
        self.write({"fitted": {**fitted.to_json(), "entries": entries}, "fitted_at": fields.Datetime.now()})
        return fitted

    @contextlib.contextmanager
    def _in_the_past(self):
        """Within it this index is empty, for this transaction alone: temporary tables hide those of the same names.

        However it ends, the savepoint takes them away: who goes on in this transaction writes to the real ones.
        """
        with contextlib.closing(self.env.cr.savepoint()):
            self._hide_the_present()
            yield

    def _hide_the_present(self):
        cr = self.env.cr
        cr.execute(
            SQL(
                """
                CREATE TEMPORARY TABLE l10n_cl_ai_index_past ON COMMIT DROP AS
                SELECT entry.*, row_number() OVER (ORDER BY date, id) AS place
                  FROM (SELECT * FROM l10n_cl_ai_index_entry
                         WHERE index_id = %s ORDER BY date DESC, id DESC LIMIT %s) AS entry
                """,
                self.id,
                MOST_ENTRIES,
            )
        )
        for table in ai_index_schema.BARE:
            name = SQL.identifier(table)
            cr.execute(
                SQL("CREATE TEMP TABLE %s (LIKE %s INCLUDING DEFAULTS INCLUDING INDEXES) ON COMMIT DROP", name, name)
            )

    def _pass_by(self, start, end):
        """Let the past go on: learn the entries from one place to another."""
        columns = SQL("id, index_id, res_id, label, vendor, date, weight, words, terms, distinct_words, distinct_pairs")
        self.env.cr.execute(
            SQL(
                """
                WITH entry AS (
                    INSERT INTO l10n_cl_ai_index_entry (%(columns)s)
                    SELECT %(columns)s FROM l10n_cl_ai_index_past WHERE place > %(start)s AND place <= %(end)s
                    RETURNING *
                ), posting AS (%(postings)s)
                %(counts)s
                """,
                columns=columns,
                start=start,
                end=end,
                postings=self._insert_postings("entry"),
                counts=self._insert_counts("entry", 1, grouped=True),
            )
        )
        for table in ai_index_schema.BARE:
            self.env.cr.execute(SQL("ANALYZE pg_temp.%s", SQL.identifier(table)))

    def _would_have_proposed(self, start, end):
        """Return what would have been proposed for lines of a step, before any was learned (``suggest.Seen``)."""
        rows = self.env.execute_query(
            SQL(
                """
                SELECT words, terms, distinct_words, distinct_pairs, vendor, label, date FROM l10n_cl_ai_index_past
                 WHERE place > %(start)s AND place <= %(end)s AND (place - %(start)s) %% %(every)s = 0 ORDER BY place
                """,
                start=start,
                end=end,
                every=max((end - start) // MOST_IN_STEP, 1),
            )
        )
        seen = []
        for some in split_every(TOGETHER, rows, list):
            terms = [suggest.StoredTerms(tuple(row[0]), tuple(row[1]), *row[2:5]) for row in some]
            evidence, priors = self._evidence(terms, some[-1][-1])
            seen += [
                suggest.Seen(tuple(suggest.candidates(one, known, priors)), row[5])
                for one, known, row in zip(terms, evidence, some, strict=True)
            ]
        return seen

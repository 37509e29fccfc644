"""The lexical index: what was booked, by the words it was booked under. One for each company and kind."""

import logging

import psycopg2

from odoo import api, fields, models, tools
from odoo.tools import SQL, LazyTranslate, split_every

from .. import suggest
from . import ai_base, ai_index_schema  # noqa: F401 - what it inherits is defined first
from .kept import DELETE, Keeping

_logger = logging.getLogger(__name__)
_lt = LazyTranslate(__name__)

KINDS = [("project", "Project of a bill's line"), ("account", "Account of a bill's line"), ("article", "Knowledge")]
#: Between terms in what is handed to PostgreSQL: no lexeme has it.
_BREAK = "\n"
#: Rows that one statement writes.
_TOGETHER = 1000
#: BM25: how soon repeating a word stops to count, and how much a long text is held against it.
_K1, _B = 1.2, 0.75
#: Counts that stand for a whole label: its lines, and the sizes of naive Bayes.
LINES, WORDS, PAIRS = "#lines", "#words", "#pairs"


class AiIndex(models.Model):
    """Its rows are kept up in the transaction that posts, and written by nobody else."""

    _name = "l10n_cl_ai.index"
    _inherit = "l10n_cl_ai.evidence"
    _description = "Lexical index"
    _rec_name = "kind"
    _l10n_cl_ai_kept = (
        Keeping(
            "index", _lt("Index of what was booked"), days=0,
            why=_lt("By which project and account a supplier's lines were booked before."),
            personal=("kind",),
            processing=("booking_index",), erase=DELETE,
        ),
    )  # fmt: skip

    company_id = fields.Many2one(
        "res.company",
        readonly=True,
        index=True,
        ondelete="cascade",
        help="Empty: of the articles that every company reads.",
    )
    kind = fields.Selection(KINDS, required=True, readonly=True)
    mean_length = fields.Float("Words of an entry", readonly=True, default=8)
    term_count = fields.Integer("Different terms", readonly=True)
    fitted = fields.Json(readonly=True, help="Weights, calibration and threshold, as measured on the last months.")
    fitted_at = fields.Datetime("Measured on", readonly=True)
    built_at = fields.Datetime("Built on", readonly=True)
    built_up_to = fields.Integer(readonly=True, help="Journal items with an id up to here are learned already.")
    row_count = fields.Integer("Counts", readonly=True, help="Rows after they were last summed up.")

    _company_kind_uniq = models.UniqueIndex("(company_id, kind)", "A company has one index of each kind.")
    _shared_kind_uniq = models.UniqueIndex(
        "(kind) WHERE company_id IS NULL", "What every company reads has one index of each kind."
    )
    _company_check = models.Constraint(
        "CHECK (company_id IS NOT NULL OR kind = 'article')", "What was booked is a company's own."
    )

    def init(self):
        cr = self.env.cr
        try:
            # Without a flush: where the addon is being installed, tables that a computation reads may yet be to come.
            with cr.savepoint(flush=False), tools.mute_logger("odoo.sql_db"):
                cr.execute(SQL(ai_index_schema.EXTENSION))
        except psycopg2.Error as error:
            _logger.warning("Text is compared with its ñ, for unaccent is not to be had of this PostgreSQL: %s", error)
        for statement in (ai_index_schema.LEXER, *ai_index_schema.TABLES):
            cr.execute(SQL(statement))
        return super().init()

    @api.model
    def _of(self, company, kind):
        """Return the index of a company, made where there is none yet; of no company the one that all read."""
        # sudo: nobody has rights on it; what is read of it is shown with the rights on what it was read from
        own = self.sudo()
        # By SQL, for posting asks it each time.
        rows = self.env.execute_query(
            SQL(
                "SELECT id FROM l10n_cl_ai_index WHERE company_id IS NOT DISTINCT FROM %s AND kind = %s",
                company.id or None,
                kind,
            )
        )
        return own.browse(rows[0]) if rows else own.create({"company_id": company.id, "kind": kind})

    @api.ondelete(at_uninstall=True)
    def _unlink_entries(self):
        self._clear()

    def _clear(self):
        """Forget all entries."""
        for table in ai_index_schema.BARE:
            self.env.cr.execute(
                SQL("DELETE FROM %s WHERE index_id = ANY(%s)", SQL.identifier(table), list(self.ids))
            )

    # -- lexemes ---------------------------------------------------------------------------------------

    @api.model
    def _lexemes(self, texts):
        """Return the lexemes of each text, in their order."""
        rows = self.env.execute_query(
            SQL(
                """
                SELECT ARRAY(SELECT word.lexeme
                               FROM unnest(to_tsvector('l10n_cl_ai', text)) AS word,
                                    unnest(word.positions) AS position
                              ORDER BY position)
                  FROM unnest(%s::text[]) WITH ORDINALITY AS given(text, n) ORDER BY n
                """,
                [suggest.clean(text) for text in texts],
            )
        )
        return [lexemes for (lexemes,) in rows]

    @api.model
    def _terms(self, lines):
        """Return the terms of lines (``suggest.Line``)."""
        lexemes = self._lexemes([line.text for line in lines])
        return [suggest.terms_of(line, words) for line, words in zip(lines, lexemes, strict=True)]

    # -- upkeep ----------------------------------------------------------------------------------------

    def _learn(self, entries):
        """Add entries; one that is there already is replaced.

        :param entries: (id of the record, ``suggest.Line``, label, date, weight); the weight says how often it counts
        """
        self.ensure_one()
        for some in split_every(_TOGETHER, entries, list):
            self._forget(self._known(entry[0] for entry in some))
            self._add(some)

    def _known(self, res_ids):
        """Return those of these ids that have an entry: for most that are posted there is none to take back."""
        rows = self.env.execute_query(
            SQL(
                "SELECT res_id FROM l10n_cl_ai_index_entry WHERE index_id = %s AND res_id = ANY(%s)",
                self.id,
                list(res_ids),
            )
        )
        return [res_id for (res_id,) in rows]

    def _add(self, entries):
        terms = self._terms([line for _id, line, *_rest in entries])
        columns = [
            (res_id, label, term.vendor, date, weight, _BREAK.join(term.searched), _BREAK.join(term.counted),
             len(term.distinct), len(term.pairs))
            for (res_id, _line, label, date, weight), term in zip(entries, terms, strict=True)
        ]  # fmt: skip
        self.env.cr.execute(
            SQL(
                """
                WITH entry AS (
                    INSERT INTO l10n_cl_ai_index_entry (index_id, res_id, label, vendor, date, weight, words, terms,
                                                        distinct_words, distinct_pairs)
                    SELECT %(index)s, res_id, label, vendor, date, weight, string_to_array(words, E'\\n'),
                           string_to_array(terms, E'\\n'), distinct_words, distinct_pairs
                      FROM unnest(%(res)s::int[], %(labels)s::text[], %(vendors)s::text[], %(dates)s::date[],
                                  %(weights)s::real[], %(words)s::text[], %(terms)s::text[], %(n)s::int[],
                                  %(pairs)s::int[])
                        AS given(res_id, label, vendor, date, weight, words, terms, distinct_words, distinct_pairs)
                    RETURNING *
                ), posting AS (%(postings)s)
                %(counts)s
                """,
                index=self.id,
                **{
                    name: list(column)
                    for name, column in zip(
                        ("res", "labels", "vendors", "dates", "weights", "words", "terms", "n", "pairs"),
                        zip(*columns, strict=True),
                        strict=True,
                    )
                },
                postings=self._insert_postings("entry"),
                counts=self._insert_counts("entry", 1),
            )
        )

    def _insert_postings(self, source):
        """Return the statement that adds the postings of entries. :param source: name of their table or query"""
        return SQL(
            """
            INSERT INTO l10n_cl_ai_index_posting (index_id, lexeme, entry_id, weight)
            SELECT %(index)s, word.lexeme, entry.id,
                   word.n * (%(k1)s + 1)
                   / (word.n + %(k1)s * (1 - %(b)s + %(b)s * cardinality(entry.words) / %(mean)s))
              FROM %(source)s AS entry,
                   LATERAL (SELECT lexeme, count(*) AS n FROM unnest(entry.words) AS lexeme GROUP BY lexeme) AS word
            """,
            index=self.id,
            k1=_K1,
            b=_B,
            mean=max(self.mean_length, 1.0),
            source=SQL.identifier(source),
        )

    def _insert_counts(self, source, sign, grouped=False):
        """Return the statement that adds the counts of entries, or takes them back. :param sign: 1 or -1"""
        return SQL(
            """
            INSERT INTO l10n_cl_ai_index_count (index_id, lexeme, label, n)
            SELECT %(index)s, lexeme, label, %(n)s
              FROM (SELECT unnest(entry.terms) AS lexeme, label, weight AS n FROM %(source)s AS entry
                    UNION ALL SELECT %(lines)s, label, weight FROM %(source)s
                    UNION ALL SELECT %(words)s, label, weight * distinct_words FROM %(source)s
                    UNION ALL SELECT %(pairs)s, label, weight * (distinct_words + distinct_pairs) FROM %(source)s
                   ) AS counted
            %(group)s
            """,
            index=self.id,
            n=SQL("%s * sum(n)", sign) if grouped else SQL("%s * n", sign),
            group=SQL("GROUP BY lexeme, label") if grouped else SQL(),
            source=SQL.identifier(source),
            lines=LINES,
            words=WORDS,
            pairs=PAIRS,
        )

    def _forget(self, res_ids):
        """Take back entries. What is not there is passed over."""
        self.ensure_one()
        if not res_ids:
            return
        self.env.cr.execute(
            SQL(
                """
                WITH entry AS (
                    DELETE FROM l10n_cl_ai_index_entry WHERE index_id = %(index)s AND res_id = ANY(%(res)s) RETURNING *
                ), posting AS (
                    DELETE FROM l10n_cl_ai_index_posting AS posting USING entry
                     WHERE posting.index_id = %(index)s AND posting.lexeme = ANY(entry.words)
                       AND posting.entry_id = entry.id
                )
                %(counts)s
                """,
                index=self.id,
                res=list(res_ids),
                # Of articles nothing is counted by label: they have none.
                counts=SQL("SELECT 1") if self.kind == "article" else self._insert_counts("entry", -1),
            )
        )

    def _compact_when_due(self):
        """Sum up once there is a third more than after the last time."""
        for index in self:
            [(rows,)] = self.env.execute_query(
                SQL("SELECT count(*) FROM l10n_cl_ai_index_count WHERE index_id = %s", index.id)
            )
            if rows > index.row_count * 4 / 3 + _TOGETHER:
                index._compact()

    def _compact(self):
        """Sum up what was counted, and renew what is known of the whole.

        What others post meanwhile is not seen by this transaction, and so neither summed up nor lost.
        """
        for index in self:
            self.env.cr.execute(
                SQL(
                    """
                    WITH gone AS (
                        DELETE FROM l10n_cl_ai_index_count WHERE index_id = %(index)s RETURNING lexeme, label, n)
                    INSERT INTO l10n_cl_ai_index_count (index_id, lexeme, label, n)
                    SELECT %(index)s, lexeme, label, sum(n) FROM gone GROUP BY lexeme, label
                    HAVING abs(sum(n)) > 0.001 ORDER BY lexeme, label
                    """,
                    index=index.id,
                )
            )
            index._renew_figures()

    def _renew_figures(self):
        [(terms, rows)] = self.env.execute_query(
            SQL("SELECT count(DISTINCT lexeme), count(*) FROM l10n_cl_ai_index_count WHERE index_id = %s", self.id)
        )
        [(length,)] = self.env.execute_query(
            SQL("SELECT avg(cardinality(words)) FROM l10n_cl_ai_index_entry WHERE index_id = %s", self.id)
        )
        self.write({"term_count": terms, "row_count": rows, "mean_length": float(length or self.mean_length)})

"""Reading the index: what it knows about lines, in a constant number of statements for any number of them."""

from datetime import date

from odoo import fields, models
from odoo.tools import SQL

from .. import suggest
from .ai_index import LINES, PAIRS, WORDS

#: Newest entries that a term brings in: six times as many found hardly better neighbours, in three times the time.
MOST_POSTINGS = 250
#: Neighbours of a line that are looked at.
NEIGHBOURS = 30
#: What is left of a count that was taken back, by the rounding of its sum.
_NOTHING = 0.001


class AiIndex(models.Model):
    _inherit = "l10n_cl_ai.index"

    def _evidence(self, terms, on=None):
        """Return what is known about lines (list of ``suggest.Evidence``), and about the whole (``suggest.Priors``).

        :param terms: list of ``suggest.Terms``
        :param on: the day from which ages are counted; today by default
        """
        self.ensure_one()
        counts = self._counts({LINES, WORDS, PAIRS, *(term for one in terms for term in one.counted)})
        whole = (counts.pop(name, {}) for name in (LINES, WORDS, PAIRS))
        priors = suggest.Priors(*whole, max(self.term_count, 1000))
        last = self._last_labels({one.vendor for one in terms if one.vendor})
        wanted = [suggest.rarest(one, counts, priors.total) for one in terms]
        near = self._nearest(wanted, on or fields.Date.context_today(self))
        return [
            suggest.Evidence(counts, near.get(at, ()), last.get(one.vendor, "")) for at, one in enumerate(terms)
        ], priors

    def _counts(self, lexemes):
        """Return {term: {label: how often}} of those that are known."""
        rows = self.env.execute_query(
            SQL(
                """
                SELECT lexeme, array_agg(label), array_agg(n::float8) FROM l10n_cl_ai_index_count
                 WHERE index_id = %s AND lexeme = ANY(%s) GROUP BY lexeme
                """,
                self.id,
                list(lexemes),
            )
        )
        found = {lexeme: _summed(labels, counts) for lexeme, labels, counts in rows}
        return {lexeme: counted for lexeme, counted in found.items() if counted}

    def _last_labels(self, vendors):
        if not vendors:
            return {}
        rows = self.env.execute_query(
            SQL(
                """
                SELECT vendor, last.label FROM unnest(%s::text[]) AS given(vendor), LATERAL (
                    SELECT label FROM l10n_cl_ai_index_entry AS entry
                     WHERE index_id = %s AND entry.vendor = given.vendor AND entry.vendor <> ''
                     ORDER BY date DESC, id DESC LIMIT 1) AS last
                """,
                list(vendors),
                self.id,
            )
        )
        return dict(rows)

    def _nearest(self, wanted, on: date, most=NEIGHBOURS):
        """Return {position: neighbours} by BM25. :param wanted: for each line {term: weight}"""
        asked = [(at, term, weight) for at, terms in enumerate(wanted) for term, weight in terms.items()]
        if not asked:
            return {}
        positions, terms, weights = (list(column) for column in zip(*asked, strict=True))
        rows = self.env.execute_query(
            SQL(
                """
                SELECT ranked.at, entry.res_id, entry.label, ranked.score, %(on)s::date - entry.date
                  FROM (SELECT at, array_agg(lexeme) AS lexemes, array_agg(weight) AS weights
                          FROM unnest(%(positions)s::int[], %(terms)s::text[], %(weights)s::float8[])
                            AS asked(at, lexeme, weight) GROUP BY at) AS line,
                       LATERAL (SELECT line.at, hit.entry_id, sum(hit.weight * asked.weight) AS score
                                  FROM unnest(line.lexemes, line.weights) AS asked(lexeme, weight),
                                       LATERAL (SELECT entry_id, weight FROM l10n_cl_ai_index_posting
                                                 WHERE index_id = %(index)s AND lexeme = asked.lexeme COLLATE "C"
                                                 ORDER BY entry_id DESC LIMIT %(postings)s) AS hit
                                 GROUP BY hit.entry_id ORDER BY score DESC, entry_id DESC LIMIT %(most)s) AS ranked
                  JOIN l10n_cl_ai_index_entry AS entry ON entry.id = ranked.entry_id
                 ORDER BY ranked.at, ranked.score DESC, ranked.entry_id DESC
                """,
                on=on,
                positions=positions,
                terms=terms,
                weights=weights,
                index=self.id,
                postings=MOST_POSTINGS,
                most=most,
            )
        )
        found = {}
        for at, res_id, label, score, age in rows:
            found.setdefault(at, []).append(suggest.Neighbour(res_id, label, score, age))
        return {at: tuple(near) for at, near in found.items()}


def _summed(labels, counts):
    """Return {label: how often}. Most are summed up already: only what was added since stands there twice."""
    found = dict(zip(labels, counts, strict=True))
    if len(found) < len(labels) or min(counts) < 0:
        found = dict.fromkeys(found, 0.0)
        for label, count in zip(labels, counts, strict=True):
            found[label] += count
        found = {label: count for label, count in found.items() if count > _NOTHING}
    return found

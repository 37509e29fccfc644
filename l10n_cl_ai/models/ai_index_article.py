"""The lexical index of the knowledge base: one for the articles of every company, and one for each company's own.

A search reads the two together, as if they were one: what other companies wrote is neither found nor does it weigh.
How much a word tells is reckoned when it is asked for; what it weighs in an article is written down beforehand, by a
length that is held to be usual, so that no article weighs otherwise because of another.
"""

import math
from collections import defaultdict
from dataclasses import dataclass

from odoo import api, models
from odoo.tools import SQL, split_every

from ..chat import retrieval
from . import ai_index  # noqa: F401 - what it extends is defined first

#: BM25, as measured on half of the bench's questions (`bench/run.py chat --part retrieval`).
_K1, _B = 1.2, 0.75
#: Length of a usual article, its title counted as below. Twice or half as much changes nothing the bench could tell.
_USUAL = 160
#: How often a word of the title, and of the keywords, counts; of the body it counts once.
TITLE, KEYWORDS = 4, 2
#: Articles written together, and found by one of several texts.
_TOGETHER, MOST_FOUND = 500, 60


@dataclass(frozen=True)
class Wanted:
    """A word that is looked for: what it may have meant. :param lexemes: {lexeme: how much it counts}"""

    at: int
    place: int
    lexemes: dict


class AiIndex(models.Model):
    _inherit = "l10n_cl_ai.index"

    # -- upkeep ----------------------------------------------------------------------------------------

    def _learn_articles(self, articles):
        """Add articles; one that is there already is replaced. :param articles: (id, title, keywords, body)"""
        self.ensure_one()
        for some in split_every(_TOGETHER, articles, list):
            self._forget([article[0] for article in some])
            self._add_articles(some)

    def _add_articles(self, articles):
        texts = [
            [(retrieval.words_of(text or ""), weight) for text, weight in zip(parts, (TITLE, KEYWORDS, 1), strict=True)]
            for _id, *parts in articles
        ]
        lexemes = self._lexeme_of({word for parts in texts for words, _weight in parts for word in words})
        rows, counts = [], []
        for (res_id, *_parts), parts in zip(articles, texts, strict=True):
            counted = defaultdict(int)
            for words, weight in parts:
                for word in words:
                    if lexeme := lexemes.get(word):
                        counted[lexeme] += weight
            rows.append((res_id, sum(counted.values())))
            short = _K1 * (1 - _B + _B * sum(counted.values()) / _USUAL)
            counts.extend((res_id, lexeme, n / (n + short)) for lexeme, n in counted.items())
        self._insert_articles(rows, counts)
        self._insert_words(lexemes)

    def _insert_articles(self, rows, counts):
        """:param rows: (id, length), :param counts: (id, lexeme, weight)"""
        ids, lengths = zip(*rows, strict=True)
        of, lexemes, often = zip(*counts, strict=True) if counts else ((), (), ())
        self.env.cr.execute(
            SQL(
                """
                WITH counted AS (
                    SELECT * FROM unnest(%(of)s::int[], %(lexemes)s::text[], %(often)s::real[])
                               AS given(res_id, lexeme, n)
                ), entry AS (
                    INSERT INTO l10n_cl_ai_index_entry (index_id, res_id, label, date, weight, words, terms,
                                                        distinct_words, distinct_pairs)
                    SELECT %(index)s, res_id, '', CURRENT_DATE, 1,
                           ARRAY(SELECT lexeme FROM counted WHERE counted.res_id = given.res_id), '{}', length, 0
                      FROM unnest(%(ids)s::int[], %(lengths)s::int[]) AS given(res_id, length)
                    RETURNING id, res_id
                )
                INSERT INTO l10n_cl_ai_index_posting (index_id, lexeme, entry_id, weight)
                SELECT %(index)s, lexeme, entry.id, n FROM counted JOIN entry USING (res_id)
                """,
                index=self.id,
                ids=list(ids),
                lengths=list(lengths),
                of=list(of),
                lexemes=list(lexemes),
                often=list(often),
            )
        )

    def _insert_words(self, lexemes):
        """Keep words as they are written, to mend slips by. Those of articles that are no more do no harm: they are
        looked up in the postings."""
        known = [(word, lexeme, ",".join(retrieval.deletions(word))) for word, lexeme in sorted(lexemes.items())]
        if known:
            words, stems, near = (list(column) for column in zip(*known, strict=True))
            self.env.cr.execute(
                SQL(
                    """
                    INSERT INTO l10n_cl_ai_index_word (index_id, word, lexeme, near)
                    SELECT %s, word, lexeme, string_to_array(near, ',')
                      FROM unnest(%s::text[], %s::text[], %s::text[]) AS given(word, lexeme, near)
                    ON CONFLICT DO NOTHING
                    """,
                    self.id, words, stems, near,
                )
            )  # fmt: skip

    @api.model
    def _lexeme_of(self, words):
        """Return {word: lexeme}. Words that tell nothing have none."""
        rows = self.env.execute_query(
            SQL(
                """
                SELECT word, (SELECT lexeme FROM unnest(to_tsvector('l10n_cl_ai', word)) LIMIT 1)
                  FROM unnest(%s::text[]) AS word
                """,
                list(words),
            )
        )
        return {word: lexeme for word, lexeme in rows if lexeme}

    # -- search ----------------------------------------------------------------------------------------

    @api.model
    def _articles_of(self, company):
        """Return the indexes that a search in a company reads: the one of every company, and its own."""
        # sudo: nobody has rights on it; articles that are found are looked up with the user's
        return self.sudo().search([("kind", "=", "article"), ("company_id", "in", (False, company.id))])

    def _rank_articles(self, texts, most=MOST_FOUND):
        """Return (ids of articles for each text, best first; {lexeme: how much it tells}).

        :param texts: what is looked for, in any number of ways
        :param most: articles for each text; None: all
        """
        found = [[] for _text in texts]
        size, frequencies, wanted = self._wanted_of(texts)
        tells = {
            lexeme: math.log(1 + (size - count + 0.5) / (count + 0.5)) for lexeme, count in frequencies.items()
        }
        asked = [
            (one.at, one.place, lexeme, weight * tells[lexeme])
            for one in wanted for lexeme, weight in one.lexemes.items()
        ]  # fmt: skip
        if asked:
            for at, res_id in self.env.execute_query(self._ranking(asked, most)):
                found[at].append(res_id)
        return found, {lexeme: tells[lexeme] for _at, _place, lexeme, _weight in asked}

    def _ranking(self, asked, most):
        """Return the query of (number of the text, id of the article), best first.

        Of what one word may have meant the best counts, so that a word with many meanings does not outweigh others.
        """
        texts, places, lexemes, weights = (list(column) for column in zip(*asked, strict=True))
        return SQL(
            """
            WITH asked AS (
                SELECT * FROM unnest(%(texts)s::int[], %(places)s::int[], %(lexemes)s::text[], %(weights)s::float8[])
                           AS given(at, place, lexeme, weight)
            ), hit AS (
                SELECT asked.at, posting.entry_id, max(asked.weight * posting.weight) AS score
                  FROM asked, LATERAL (SELECT entry_id, weight FROM l10n_cl_ai_index_posting
                                        WHERE index_id = ANY(%(indexes)s) AND lexeme = asked.lexeme COLLATE "C"
                                       OFFSET 0) AS posting
                 GROUP BY asked.at, asked.place, posting.entry_id
            ), summed AS (
                SELECT at, entry_id, sum(score) AS score FROM hit GROUP BY at, entry_id
            ), ranked AS (
                SELECT *, row_number() OVER (PARTITION BY at ORDER BY score DESC, entry_id) AS rank FROM summed
            )
            SELECT ranked.at, entry.res_id
              FROM ranked JOIN l10n_cl_ai_index_entry AS entry ON entry.id = ranked.entry_id
             WHERE %(most)s IS NULL OR ranked.rank <= %(most)s
             ORDER BY ranked.at, ranked.rank
            """,
            texts=texts,
            places=places,
            lexemes=lexemes,
            weights=weights,
            indexes=list(self.ids),
            most=most,
        )

    def _wanted_of(self, texts):
        """Return (how many articles there are, {lexeme: in how many}, what to look for).

        Unknown words are mended, or passed over.
        """
        asked = [
            list(dict.fromkeys(retrieval.words_of(text[: retrieval.LONGEST_QUERY], retrieval.MOST_WORDS)))
            for text in texts
        ]
        lexemes = self._lexeme_of({word for words in asked for word in words})
        size, often = self._frequencies(set(lexemes.values()))
        unknown = {word for word, lexeme in lexemes.items() if lexeme not in often}
        near = self._near(unknown)
        wanted = []
        for at, words in enumerate(asked):
            for place, word in enumerate(words):
                if word in unknown:
                    meant = retrieval.mended(word, near[word])
                    often |= {lexeme: n for _word, lexeme, n in near[word] if lexeme in meant}
                elif word in lexemes:
                    meant = {lexemes[word]: 1.0}
                else:
                    continue
                wanted.append(Wanted(at, place, meant))
        return size, often, wanted

    def _frequencies(self, lexemes):
        """Return (how many articles there are, {lexeme: in how many}) of lexemes that are known."""
        rows = dict(
            self.env.execute_query(
                SQL(
                    """
                    SELECT lexeme, count(*) FROM l10n_cl_ai_index_posting
                     WHERE index_id = ANY(%(indexes)s) AND lexeme = ANY(%(lexemes)s) GROUP BY lexeme
                     UNION ALL SELECT NULL, count(*) FROM l10n_cl_ai_index_entry WHERE index_id = ANY(%(indexes)s)
                    """,
                    indexes=list(self.ids),
                    lexemes=list(lexemes),
                )
            )
        )
        return rows.pop(None), rows

    def _near(self, words):
        """Return {word: [(word like it, its lexeme, in how many articles)]}."""
        found = defaultdict(list)
        words = [word for word in words if len(word) >= retrieval.SHORTEST_MENDED and not word.isdigit()]
        if not words:
            return found
        rows = self.env.execute_query(
            SQL(
                """
                SELECT asked.word, near.word, near.lexeme, (
                           SELECT count(*) FROM l10n_cl_ai_index_posting AS posting
                            WHERE posting.index_id = ANY(%(indexes)s) AND posting.lexeme = near.lexeme COLLATE "C")
                  FROM unnest(%(words)s::text[], %(lefts)s::text[]) AS asked(word, lefts)
                  JOIN LATERAL (SELECT DISTINCT word, lexeme FROM l10n_cl_ai_index_word
                                 WHERE index_id = ANY(%(indexes)s) AND near && string_to_array(asked.lefts, ',')
                       ) AS near ON TRUE
                """,
                indexes=list(self.ids),
                words=words,
                lefts=[",".join(retrieval.deletions(word)) for word in words],
            )
        )
        for word, *near in rows:
            found[word].append(tuple(near))
        return found

"""The lexical index of the knowledge base: one for the articles of every company, and one for each company's own.

A search reads the two together, as if they were one: what other companies wrote is neither found nor does it weigh.
Nothing is measured beforehand but how often a word stands in an article: sizes and frequencies are those of the moment.
"""

import math
from collections import defaultdict
from dataclasses import dataclass

from odoo import api, models
from odoo.tools import SQL, split_every

from ..chat import retrieval

#: BM25, as measured on half of the bench's questions (`bench/run.py chat --part retrieval`).
_K1, _B = 1.2, 0.75
#: How often a word of the title, and of the keywords, counts; of the body it counts once.
TITLE, KEYWORDS = 4, 2
#: Articles written together, and found by one of several texts.
_TOGETHER, MOST_FOUND = 500, 50


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
            counts.extend((res_id, lexeme, n) for lexeme, n in counted.items())
        self._insert_articles(rows, counts)
        self._insert_words(lexemes)

    def _insert_articles(self, rows, counts):
        """:param rows: (id, length), :param counts: (id, lexeme, how often)"""
        ids, lengths = zip(*rows, strict=True)
        of, lexemes, often = zip(*counts, strict=True) if counts else ((), (), ())
        self.env.cr.execute(
            SQL(
                """
                WITH counted AS (
                    SELECT * FROM unnest(%(of)s::int[], %(lexemes)s::text[], %(often)s::real[]) AS given(res_id, lexeme, n)
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

    def _rank_articles(self, texts, allowed):
        """Return (ids of articles for each text, best first; {lexeme: how much it tells}).

        :param texts: what is looked for, in any number of ways
        :param allowed: SQL of the ids that may be found
        """
        frequencies, wanted = self._wanted_of(texts)
        size, mean = self._size()
        tells = {
            lexeme: math.log(1 + (size - count + 0.5) / (count + 0.5)) for lexeme, count in frequencies.items()
        }
        asked = [
            (one.at, one.place, lexeme, weight * tells[lexeme])
            for one in wanted for lexeme, weight in one.lexemes.items()
        ]  # fmt: skip
        if not asked:
            return [[] for _text in texts], {}
        found = [[] for _text in texts]
        for at, res_id in self.env.execute_query(self._ranking(asked, mean, allowed)):
            found[at].append(res_id)
        return found, {lexeme: tells[lexeme] for one in wanted for lexeme in one.lexemes}

    def _ranking(self, asked, mean, allowed):
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
                SELECT asked.at, asked.place, posting.entry_id,
                       max(asked.weight * posting.weight / (posting.weight + %(k1)s * (
                           1 - %(b)s + %(b)s * entry.distinct_words / %(mean)s))) AS score
                  FROM asked
                  JOIN l10n_cl_ai_index_posting AS posting
                    ON posting.index_id = ANY(%(indexes)s) AND posting.lexeme = asked.lexeme COLLATE "C"
                  JOIN l10n_cl_ai_index_entry AS entry ON entry.id = posting.entry_id
                 GROUP BY asked.at, asked.place, posting.entry_id
            ), ranked AS (
                SELECT hit.at, entry.res_id, row_number() OVER (
                           PARTITION BY hit.at ORDER BY sum(hit.score) DESC, entry.res_id) AS rank
                  FROM hit JOIN l10n_cl_ai_index_entry AS entry ON entry.id = hit.entry_id
                 WHERE entry.res_id IN %(allowed)s
                 GROUP BY hit.at, entry.res_id
            )
            SELECT at, res_id FROM ranked WHERE rank <= %(most)s ORDER BY at, rank
            """,
            texts=texts,
            places=places,
            lexemes=lexemes,
            weights=weights,
            k1=_K1,
            b=_B,
            mean=mean,
            indexes=list(self.ids),
            allowed=allowed,
            most=MOST_FOUND,
        )

    def _size(self):
        """Return (how many articles there are, their mean length)."""
        [(size, mean)] = self.env.execute_query(
            SQL(
                "SELECT count(*), avg(distinct_words) FROM l10n_cl_ai_index_entry WHERE index_id = ANY(%s)",
                list(self.ids),
            )
        )
        return size, max(float(mean or 0), 1.0)

    def _wanted_of(self, texts):
        """Return ({lexeme: in how many articles}, what to look for). Unknown words are mended, or passed over."""
        asked = [
            list(dict.fromkeys(retrieval.words_of(text[: retrieval.LONGEST_QUERY], retrieval.MOST_WORDS)))
            for text in texts
        ]
        lexemes = self._lexeme_of({word for words in asked for word in words})
        often = self._frequencies(set(lexemes.values()))
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
        return often, wanted

    def _frequencies(self, lexemes):
        rows = self.env.execute_query(
            SQL(
                """
                SELECT lexeme, count(*) FROM l10n_cl_ai_index_posting
                 WHERE index_id = ANY(%s) AND lexeme = ANY(%s) GROUP BY lexeme
                """,
                list(self.ids),
                list(lexemes),
            )
        )
        return dict(rows)

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

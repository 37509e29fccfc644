"""The lexical index of the knowledge base: one for the articles of every company, and one for each company's own.

A search reads the two together, as if they were one: what other companies wrote is neither found nor does it weigh.
How much a word tells is reckoned when it is asked for; what it weighs in an article is written down beforehand, by a
length that is held to be usual, so that no article weighs otherwise because of another.
"""

import math
from collections import defaultdict

from odoo import api, models
from odoo.tools import SQL, split_every

from ..chat import retrieval, shelf
from . import ai_index_shelf  # noqa: F401 - what it extends is defined first

#: BM25, as measured on half of the bench's questions (`bench/run.py chat --part retrieval`).
_K1, _B = 1.2, 0.75
#: Length of a usual article, its title counted as below. Twice or half as much changes nothing the bench could tell.
_USUAL = 160
#: How often a word of the title, and of the keywords, counts; of the body it counts once.
TITLE, KEYWORDS = 4, 2
#: Words whose lexemes a process remembers.
_MOST_LEXEMES = 30_000
_UNKNOWN = object()
#: Articles written together, and found by one of several texts.
_TOGETHER, MOST_FOUND = 500, 60


class AiIndex(models.Model):
    _inherit = "l10n_cl_ai.index"

    # -- upkeep ----------------------------------------------------------------------------------------

    def _learn_articles(self, articles):
        """Add articles; one that is there already is replaced. :param articles: (id, title, keywords, body)"""
        self.ensure_one()
        for some in split_every(_TOGETHER, articles, list):
            self._forget([article[0] for article in some])
            self._add_articles(some)

    def _forget(self, res_ids):
        done = super()._forget(res_ids)
        for index in self.filtered(lambda index: res_ids and index.kind == "article"):
            index._changed()
        return done

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
        self._changed()

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
        if lexemes:
            words, stems = (list(column) for column in zip(*sorted(lexemes.items()), strict=True))
            self.env.cr.execute(
                SQL(
                    """
                    INSERT INTO l10n_cl_ai_index_word (index_id, word, lexeme)
                    SELECT %s, word, lexeme FROM unnest(%s::text[], %s::text[]) AS given(word, lexeme)
                    ON CONFLICT DO NOTHING
                    """,
                    self.id, words, stems,
                )
            )  # fmt: skip

    @api.model
    def _lexeme_of(self, words):
        """Return {word: lexeme}. Words that tell nothing have none."""
        # A lexeme is a word's own matter, whoever wrote it; the registry is another where words are read otherwise.
        known = vars(self.env.registry).setdefault("l10n_cl_ai_lexemes", {})
        # Another thread may empty it at any moment, so each word is looked up once.
        looked_up = ((word, known.get(word, _UNKNOWN)) for word in words)
        found = {word: lexeme for word, lexeme in looked_up if lexeme is not _UNKNOWN}
        if new := [word for word in words if word not in found]:
            found |= self.env.execute_query(
                SQL(
                    """
                    SELECT word, (SELECT lexeme FROM unnest(to_tsvector('l10n_cl_ai', word)) LIMIT 1)
                      FROM unnest(%s::text[]) AS word
                    """,
                    new,
                )
            )
            if len(known) + len(new) > _MOST_LEXEMES:
                known.clear()
            known |= {word: found[word] for word in new}
        return {word: lexeme for word, lexeme in found.items() if lexeme}

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
        shelves = self._shelves()
        often, wanted = self._wanted_of(texts, shelves)
        size = sum(len(one.entries) for one in shelves)
        tells = {lexeme: _tells(count, size) for lexeme, count in often.items()}
        found = [shelf.ranked(shelves, _weighed(words, tells), most) for words in wanted]
        return found, {lexeme: tells[lexeme] for words in wanted for meant in words for lexeme in meant}

    def _likeness(self, text, res_ids):
        """Return {id of an article: how much of what a text asks it has, from 0 to 1}, by how much its words tell."""
        shelves = self._shelves()
        often, [words] = self._wanted_of([text], shelves)
        size = sum(len(one.entries) for one in shelves)
        tells = {lexeme: _tells(count, size) for lexeme, count in often.items()}
        return shelf.shared(shelves, _weighed(words, tells), _tells(0, size), set(res_ids))

    def _wanted_of(self, texts, shelves):
        """Return ({lexeme: in how many articles}, of each text what its words may mean: {lexeme: how much it counts}).

        Unknown words are mended; what may mean nothing that is known stays empty.
        """
        asked = [
            list(dict.fromkeys(retrieval.words_of(text[: retrieval.LONGEST_QUERY], retrieval.MOST_WORDS)))
            for text in texts
        ]
        lexemes = self._lexeme_of({word for words in asked for word in words})
        meant = {word: {lexeme: 1.0} for word, lexeme in lexemes.items()}
        often = {lexeme: sum(one.often(lexeme) for one in shelves) for lexeme in lexemes.values()}
        for word in [word for word, lexeme in lexemes.items() if not often[lexeme]]:
            near = self._near(word, shelves)
            meant[word] = retrieval.mended(word, near)
            often |= {lexeme: count for _word, lexeme, count in near}
        return often, [[meant[word] for word in words if word in meant] for words in asked]

    @api.model
    def _near(self, word, shelves):
        """Return what an unknown word may have meant: (word like it, its lexeme, in how many articles)."""
        if len(word) < retrieval.SHORTEST_MENDED or word.isdigit():
            return []
        found = set().union(*(one.near(word) for one in shelves))
        return [(other, lexeme, sum(one.often(lexeme) for one in shelves)) for other, lexeme in found]


def _tells(count, size):
    """Return how much a word tells that stands in so many of all articles."""
    return math.log(1 + (size - count + 0.5) / (count + 0.5))


def _weighed(words, tells):
    return [{lexeme: weight * tells[lexeme] for lexeme, weight in meant.items()} for meant in words]

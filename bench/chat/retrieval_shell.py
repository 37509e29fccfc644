"""Runs inside ``odoo shell``: the knowledge base learns articles and is asked, in turn with PostgreSQL's ``ts_rank``.

``SETTINGS`` are {rows: [{question, answer}], asked: [text]}. ``ours`` is the ranking alone, as its peers do it;
``whole`` is all of a search: rights, validity, records and passages. Both are the addon's own.
"""

import json
import time

GIVEN = SETTINGS  # noqa: F821 - the bench brings them
MOST, PASSES = 10, 1


def timed(function):
    start = time.perf_counter()
    found = function()
    return found, 1000 * (time.perf_counter() - start)


class TsRank:
    """The peer: a GIN index, the same Spanish stems without accents, any word may match, titles weigh more."""

    def __init__(self, cr, rows):
        self.cr = cr
        cr.execute("CREATE TABLE bench_article (id int, words tsvector)")
        cr.execute("CREATE INDEX ON bench_article USING gin (words)")
        cr.execute(
            "INSERT INTO bench_article SELECT n - 1, setweight(to_tsvector('l10n_cl_ai', title), 'A') ||"
            " setweight(to_tsvector('l10n_cl_ai', body), 'D')"
            " FROM unnest(%s::text[], %s::text[]) WITH ORDINALITY AS given(title, body, n)",
            [[row["question"] for row in rows], [row["answer"] for row in rows]])  # fmt: skip
        cr.connection.commit()
        cr.execute("ANALYZE bench_article")
        cr.execute("SELECT gin_clean_pending_list('bench_article_words_idx')")
        cr.connection.commit()

    def search(self, text):
        self.cr.execute(
            "SELECT id FROM bench_article, (SELECT string_agg(quote_literal(lexeme), ' | ')::tsquery AS query"
            " FROM unnest(to_tsvector('l10n_cl_ai', %s))) AS asked WHERE words @@ query"
            " ORDER BY ts_rank(words, query, 1) DESC LIMIT %s",
            [text, MOST])  # fmt: skip
        return [found for (found,) in self.cr.fetchall()]


def main(env):
    rows = GIVEN["rows"]
    env["l10n_cl_ai.article"].search([]).unlink()
    made, took = timed(lambda: env["l10n_cl_ai.article"].with_context(tracking_disable=True).create(
        [{"name": row["question"], "body": row["answer"], "company_id": False} for row in rows]))  # fmt: skip
    env.cr.commit()
    env.cr.execute("ANALYZE")
    env.cr.commit()
    place = {res_id: at for at, res_id in enumerate(made.ids)}
    peer = TsRank(env.cr, rows)
    article = env["l10n_cl_ai.article"]
    index = env["l10n_cl_ai.index"]._articles_of(env.company)

    def whole(text):
        env.invalidate_all()
        return [place[hit.article.id] for hit in article._search_knowledge([text], MOST)]

    ways = {
        "ours": lambda text: [place[found] for found in index._rank_articles([text])[0][0][:MOST]],
        "whole": whole,
        "ts_rank": peer.search,
    }
    for text in GIVEN["asked"][:50]:  # caches filled, plans made
        for way in ways.values():
            way(text)
    answers = {name: [] for name in ways}
    ms = {name: [] for name in ways}
    for number in range(PASSES):
        for text in GIVEN["asked"]:
            for name, way in ways.items():
                found, took_ms = timed(lambda way=way, text=text: way(text))
                ms[name].append(took_ms)
                if not number:
                    answers[name].append(found)
    env.cr.execute(
        "SELECT sum(pg_total_relation_size(name)) FROM unnest(ARRAY['l10n_cl_ai_index_entry',"
        " 'l10n_cl_ai_index_posting', 'l10n_cl_ai_index_word']) AS name"
    )
    size = float(env.cr.fetchone()[0]) / 1e6
    print("BENCH " + json.dumps({"answers": answers, "ms": ms, "learn_s": took / 1000, "mb": size}), flush=True)


main(env)  # noqa: F821 - Odoo's shell brings env

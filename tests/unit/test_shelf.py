"""Articles in memory: found as their definition says, and every slip of a word."""

from hypothesis import given
from hypothesis import strategies as st

from l10n_cl_ai.chat.retrieval import is_slip
from l10n_cl_ai.chat.shelf import Shelf, ranked

WEIGHTS = st.sampled_from([0.25, 0.5, 1.0, 2.0])
#: {article: {lexeme: weight}}, of two companies.
ARTICLES = st.lists(st.dictionaries(st.sampled_from("abcde"), WEIGHTS, max_size=4), max_size=8)
WANTED = st.lists(st.dictionaries(st.sampled_from("abcdex"), WEIGHTS, min_size=1, max_size=3), max_size=4)
WORDS = st.lists(st.text("abcñ", min_size=3, max_size=6), unique=True, max_size=20)


def shelf_of(articles, first=1, words=()):
    """Return a shelf whose entries are numbered from ``first``; an entry's article has ten times its number."""
    postings = {}
    for entry, weights in enumerate(articles, first):
        for lexeme, weight in weights.items():
            ids, all_weights = postings.setdefault(lexeme, ([], []))
            ids.append(entry)
            all_weights.append(weight)
    entries = {entry: 10 * entry for entry in range(first, first + len(articles))}
    return Shelf(entries, [(lexeme, *lists) for lexeme, lists in postings.items()], words)


def defined(articles, wanted):
    """Return the ranking by its definition: of each word the best of its meanings, summed up."""
    scores = {}
    for entry, weights in enumerate(articles, 1):
        worth = [max((n * weights.get(lexeme, 0.0) for lexeme, n in one.items()), default=0.0) for one in wanted]
        if any(lexeme in weights for one in wanted for lexeme in one):
            scores[entry] = sum(worth)
    return [10 * entry for entry in sorted(scores, key=lambda entry: (-scores[entry], entry))]


@given(ARTICLES, WANTED, st.integers(0, 8))
def test_articles_are_ranked_as_if_all_shelves_were_one(articles, wanted, cut):
    shelves = [shelf_of(articles[:cut]), shelf_of(articles[cut:], len(articles[:cut]) + 1)]
    expected = defined(articles, wanted)
    assert ranked(shelves, wanted, None) == expected
    assert ranked(shelves, wanted, 3) == expected[:3]
    assert sum(one.often("a") for one in shelves) == sum("a" in weights for weights in articles)
    assert sum(one.size for one in shelves) == sum(map(len, articles))


@given(WORDS, st.text("abcñ", min_size=3, max_size=6))
def test_every_word_that_is_a_slip_away_is_near(words, asked):
    shelf = shelf_of([], words=[(word, word[:3]) for word in words])
    near = shelf.near(asked)
    assert {(word, word[:3]) for word in words if is_slip(asked, word)} <= near <= {(one, one[:3]) for one in words}


def test_an_empty_shelf_finds_nothing():
    shelf = Shelf({}, [], [])
    assert (shelf.near("folio"), shelf.often("foli"), ranked([shelf], [{"foli": 1.0}], 5)) == (set(), 0, [])
    assert ranked([], [{"foli": 1.0}], 5) == []

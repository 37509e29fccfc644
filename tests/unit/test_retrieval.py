import pytest
from hypothesis import given
from hypothesis import strategies as st

from l10n_cl_ai.chat.retrieval import deletions, fuse, is_slip, mended, passage, words_of

WORDS = st.text("abcde", min_size=1, max_size=8)


def test_words_are_plain():
    assert words_of("¿Qué Año? Art. 23 N° 5, e-mail") == ["que", "ano", "art", "23", "n", "5", "e", "mail"]


def test_long_words_and_many_of_them_are_cut():
    assert words_of("x" * 99 + " b c", 2) == ["x" * 40, "b"]


@pytest.mark.parametrize("slip", ["boeta", "bolleta", "bolata", "bloeta", "oleta", "bolet", "boletas", "boelta"])
def test_slips(slip):
    assert is_slip("boleta", slip) and is_slip(slip, "boleta")


@pytest.mark.parametrize("other", ["bolatas", "letabo", "boaeto", "bol", "atelob"])
def test_no_slips(other):
    assert not is_slip("boleta", other)


def distance(one, other):
    """Optimal string alignment, by the book."""
    table = {(-1, -1): 0}
    for i in range(len(one)):
        table[i, -1] = i + 1
    for j in range(len(other)):
        table[-1, j] = j + 1
    for i in range(len(one)):
        for j in range(len(other)):
            change = one[i] != other[j]
            table[i, j] = min(table[i - 1, j] + 1, table[i, j - 1] + 1, table[i - 1, j - 1] + change)
            if i and j and one[i] == other[j - 1] and one[i - 1] == other[j]:
                table[i, j] = min(table[i, j], table[i - 2, j - 2] + 1)
    return table[len(one) - 1, len(other) - 1]


@given(WORDS, WORDS)
def test_slips_are_those_of_the_book(one, other):
    assert is_slip(one, other) == (distance(one, other) <= 1)


@given(WORDS, WORDS)
def test_every_slip_is_found_by_deletions(one, other):
    if is_slip(one, other):
        assert set(deletions(one)) & set(deletions(other))


def test_mended_prefers_what_is_used_more():
    found = mended("bolta", [("boleta", "bolet", 9), ("bolsa", "bols", 1), ("bulto", "bult", 50), ("bolt", "bolt", 0)])
    assert list(found) == ["bolet", "bols"]
    assert found["bolet"] == pytest.approx(0.9**0.5)


def test_mended_of_nothing():
    assert mended("bolta", []) == {}


def test_fusion_prefers_what_several_found():
    assert [found for found, _score in fuse([[1, 2, 3], [4, 2, 5]])] == [2, 1, 4, 3, 5]


def test_fusion_of_one_and_of_none():
    assert [found for found, _score in fuse([[7, 5, 7]])] == [7, 5]
    assert fuse([]) == [] == fuse([[], []])


BODY = "# Uno\n\nTexto largo sobre patos.\n\nMás texto.\n\n## Dos\n\nAquí se habla de gansos.\n\nFin de gansos y patos."
LEXEMES = {"patos": "pat", "gansos": "gans", "texto": "text"}


def test_a_short_body_is_its_own_passage():
    assert passage(f"\n{BODY}\n", {"pat": 1.0}, LEXEMES) == BODY


def test_passage_keeps_the_heading():
    assert passage(BODY, {"gans": 1.0}, LEXEMES, 40) == "## Dos\n\nAquí se habla de gansos."


def test_passage_says_where_something_is_left_out():
    found = passage(BODY, {"pat": 2.0}, LEXEMES, 80)
    assert found == "# Uno\n\nTexto largo sobre patos.\n\n[…]\n\n## Dos\n\nFin de gansos y patos."


@given(st.text("ab#\n |-", max_size=300), st.integers(20, 100))
def test_passages_are_never_too_long(body, most):
    assert len(passage(body, {"a": 1.0}, {"a": "a", "b": "b", "ab": "a"}, most)) <= most

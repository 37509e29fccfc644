"""What a line is booked on, as one text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from l10n_cl_ai.suggest import accounts_of, distribution_of, label_of

IDS = st.lists(st.integers(1, 10**9), min_size=1, max_size=3, unique=True)
DISTRIBUTIONS = st.dictionaries(
    IDS.map(lambda ids: ",".join(map(str, ids))),
    st.decimals("0.01", "100", places=2).map(float),
    max_size=6,
)


@pytest.mark.parametrize(
    ("distribution", "label"),
    [
        ({"12": 100.0}, "12:100"),
        ({"15": 40, "12": 60.0}, "12:60;15:40"),
        ({"30,12": 100}, "12,30:100"),
        ({"12,30": 50, "30,12": 50}, "12,30:100"),
        ({"12": 33.333333}, "12:33.33"),
        ({"12": 100, "__update__": ["x"]}, "12:100"),
        ({"12": 0}, ""),
        ({}, ""),
        (None, ""),
        (False, ""),
    ],
)
def test_a_distribution_has_one_label(distribution, label):
    assert label_of(distribution) == label


@given(DISTRIBUTIONS)
def test_a_label_says_all_of_its_distribution(distribution):
    label = label_of(distribution)
    assert label_of(distribution_of(label)) == label
    assert accounts_of(label) == {int(one) for key in distribution for one in key.split(",")}


@given(DISTRIBUTIONS)
def test_order_does_not_matter(distribution):
    assert label_of(dict(reversed(distribution.items()))) == label_of(distribution)


@pytest.mark.parametrize("wrong", [{"x": 100}, {"": 100}, {"12": "much"}, {"12": float("nan")}, {"12": float("inf")}])
def test_what_is_no_distribution_is_refused(wrong):
    with pytest.raises(ValueError, match=r"."):
        label_of(wrong)


@pytest.mark.parametrize("wrong", ["x", "12", "12:", "12:x", ":100", "12:100;", "12:nan", "1 OR 1=1:100"])
def test_what_is_no_label_is_refused(wrong):
    with pytest.raises(ValueError, match=r"."):
        distribution_of(wrong)


@given(st.text(max_size=40))
def test_any_text_is_a_label_or_refused(text):
    try:
        found = distribution_of(text)
    except ValueError:
        return
    assert all(part.isdigit() for key in found for part in key.split(","))

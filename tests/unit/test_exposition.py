"""The text of metrics, read back by Prometheus's own client: whatever the labels say, it is what was meant."""

import math
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from prometheus_client.parser import text_string_to_metric_families

from l10n_cl_ai.llm.exposition import Family, number, render

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
#: What a family counts is of one kind throughout.
NUMBERS = (
    st.integers(0, 2**70),
    st.floats(0, 1e300),
    st.decimals("0", "1e12", allow_nan=False, allow_infinity=False, places=12),
)


def samples(text):
    """Return {(name, labels): value} as Prometheus reads them."""
    return {
        # Prometheus keeps floats, whatever its parser for Python gives.
        (sample.name, tuple(sorted(sample.labels.items()))): float(sample.value)
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


@given(st.one_of(st.lists(st.tuples(TEXT, TEXT, kind), max_size=8) for kind in NUMBERS), TEXT)
def test_what_is_said_is_what_is_read(rows, help_):
    family, meant = Family("x_total", "counter", help_), {}
    for a, b, value in rows:
        family.add(value, a=a, b=b)
        key = ("x_total", tuple((name, text) for name, text in (("a", a), ("b", b)) if text))
        meant[key] = meant.get(key, 0) + value
    assert samples(render([family])) == {key: float(value) for key, value in meant.items()}


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(1, 10**9), st.integers(0, 10**12)), max_size=12), TEXT)
def test_a_histogram_adds_up(observations, label):
    family = Family("x_seconds", "histogram", "", (Decimal("0.01"), 1, Decimal("81.92")))
    for bucket, n, amount in observations:
        family.observe(bucket, n, amount, label=label)
    read = samples(render([family]))
    if not observations:
        assert read == {}
        return
    base = (("label", label),) if label else ()
    total = sum(n for _bucket, n, _amount in observations)
    for index, le in enumerate(("0.01", "1", "81.92", "+Inf")):
        upto = sum(n for bucket, n, _amount in observations if bucket <= index)
        assert read["x_seconds_bucket", tuple(sorted((*base, ("le", le))))] == upto
    assert read["x_seconds_count", base] == total
    assert read["x_seconds_sum", base] == sum(amount for *_bucket, amount in observations)


@given(st.decimals("0", "1e15", allow_nan=False, allow_infinity=False))
def test_amounts_are_exact(amount):
    text = number(amount)
    assert Decimal(text) == amount
    assert "E" not in text.upper()


@pytest.mark.parametrize(
    ("value", "text"),
    [(0, "0"), (7, "7"), (Decimal("1.500"), "1.5"), (Decimal("100"), "100"), (Decimal("1E+3"), "1000"), (2.5, "2.5"),
     (Decimal("0.000"), "0"), (math.inf, "+Inf"), (-math.inf, "-Inf"), (math.nan, "NaN")],
)
def test_numbers(value, text):
    assert number(value) == text


@pytest.mark.parametrize("value", [True, None, "1"])
def test_what_is_no_number_is_refused(value):
    with pytest.raises(TypeError):
        number(value)


def test_metrics_without_samples_are_named():
    assert [f.name for f in text_string_to_metric_families(render([Family("x", "gauge", "What it is.")]))] == ["x"]
    assert render([]) == ""


def test_the_greater_one_is_kept():
    family = Family("x", "gauge", "")
    for value in (1, 3, 2):
        family.most(value, a="b")
    assert render([family]).splitlines()[-1] == 'x{a="b"} 3'


@pytest.mark.parametrize(
    ("name", "kind"), [("1x", "gauge"), ("x-y", "gauge"), ("x\n", "gauge"), ("x", "counter"), ("x", "info")]
)
def test_what_the_format_does_not_allow_is_refused(name, kind):
    with pytest.raises(ValueError, match=r"counter|metric"):
        Family(name, kind, "")


@pytest.mark.parametrize("label", ["__name__", "a-b", "ñ", ""])
def test_labels_that_are_none_are_refused(label):
    with pytest.raises(ValueError, match="label"):
        Family("x", "gauge", "").add(1, **{label: "a"})

"""RUTs: our check digit against python-stdnum's, on any number."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum.cl import rut as stdnum_rut

from l10n_cl_ai.dte import rut

bodies = st.integers(rut.SMALLEST_BODY, 99_999_999)


@given(bodies)
def test_check_digit_is_the_one_of_stdnum(body):
    assert rut.check_digit(body) == stdnum_rut.calc_check_digit(str(body))


@given(st.integers(1_000_000, 99_999_999), st.sampled_from("0123456789K"))
def test_valid_is_what_stdnum_calls_valid(body, digit):
    written = f"{body}-{digit}"
    assert rut.is_valid(written) == stdnum_rut.is_valid(written)


@given(bodies)
def test_each_body_has_one_valid_digit(body):
    assert sum(rut.is_valid(f"{body}-{digit}") for digit in "0123456789K") == 1


@given(bodies)
def test_what_people_type_becomes_what_a_dte_writes(body):
    written = f"{body}-{rut.check_digit(body)}"
    typed = (stdnum_rut.format(written) if body >= 1_000_000 else written).lower()
    for text in (written, typed, f"CL{written}", f"  {written} ", written.replace("-", "")):
        assert rut.normalize(text) == written
        assert rut.repaired(text) == written


@given(st.text(max_size=30))
def test_any_text_is_judged_without_failing(text):
    assert rut.fault(text) in (None, "form", "range", "digit")
    normal = rut.normalize(text)
    assert normal is None or rut.normalize(normal) == normal


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("76354771-K", None),
        ("60803000-K", None),
        ("66666666-6", None),
        ("100000-4", None),
        ("76354771-k", "form"),
        ("76.354.771-K", "form"),
        ("76354771K", "form"),
        ("763547710-1", "form"),
        (" 76354771-K", "form"),
        ("٧6354771-K", "form"),
        ("", "form"),
        ("7" * 10**6, "form"),
        ("76354771-1", "digit"),
        ("99999-0", "digit"),
        ("0-0", "range"),
        ("1-9", "range"),
    ],
)
def test_faults(text, fault):
    assert rut.fault(text) == fault
    assert rut.is_valid(text) == (fault is None)


def test_what_can_be_no_rut_has_no_repair():
    assert [rut.repaired(text) for text in ("", "ABC", "1-2-3-K-4", "9" * 40)] == [None] * 4
    assert rut.repaired("76.354.771-1") == "76354771-K"

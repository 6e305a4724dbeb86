"""Rounding to what the interval supports."""

import numpy as np
import pandas as pd
import pytest

from regtrack.report.numbers import confidence, digits, fixed, p_value, span, with_interval


@pytest.mark.parametrize(
    ("value", "low", "high", "shown"),
    [(0.88317, 0.8790, 0.8873, "0.883 ± 0.004"), (0.88317, 0.8690, 0.8973, "0.883 ± 0.014"),
     (0.88317, 0.8334, 0.9330, "0.88 ± 0.05"), (412.3, 389.0, 435.0, "412 ± 23"), (12345.0, 12005.0, 12685.0, "12,345 ± 340"),
     (0.990, 0.962, 0.997, "0.990 (0.962 to 0.997)"), (1.0, 1.0, 1.0, "1.00 ± 0")],
)  # fmt: skip
def test_a_value_is_rounded_to_its_interval(value, low, high, shown):
    """One digit of the half width, two after a leading 1; lopsided limits in full; no width, said so."""
    assert with_interval(value, low, high) == shown


def test_a_difference_has_its_sign_and_points():
    """A share of 0.0131 ± 0.0042 is +1.3 ± 0.4 points; the minus is a true one, and zero has none."""
    assert with_interval(0.0131, 0.0089, 0.0173, scale=100, sign=True) == "+1.3 ± 0.4"
    assert with_interval(-0.0131, -0.0173, -0.0089, scale=100, sign=True) == "−1.3 ± 0.4"
    assert with_interval(-0.00001, -0.0042, 0.0042, scale=100, sign=True) == "0.0 ± 0.4"


@pytest.mark.parametrize("missing", [None, np.nan, pd.NA])
def test_missing_is_an_en_dash_and_never_zero(missing):
    """Every way of writing a number, for every way of missing one."""
    shown = [with_interval(missing, 0.1, 0.2), digits(missing), fixed(missing, 3), p_value(missing),
             confidence(missing), span(missing, 5)]  # fmt: skip
    assert shown == ["–"] * 6


@pytest.mark.parametrize("missing", [None, np.nan, pd.NA])
def test_without_limits_the_value_stands_alone(missing):
    """Three digits, no ±."""
    assert with_interval(0.88317, missing, missing) == "0.883"


def test_a_confidence_is_never_rounded_up_to_certainty():
    """0.99996 is not 1; exactly 1 is."""
    assert [confidence(c) for c in (0.9, 0.99949, 0.99996, 1.0)] == ["0.900", "0.999", "> 0.999", "1.000"]


def test_small_p_values_and_spans_of_seeds():
    """`< 0.001`, two digits above; spans in words."""
    assert [p_value(p) for p in (0.0004, 0.0131, 1.0)] == ["< 0.001", "0.013", "1.0"]
    assert [span(6, 11), span(6, 6), span(6, pd.NA)] == ["6 to 11", "6", "6 or many more"]

"""Values with their intervals: rounded to what the interval supports."""

import numpy as np
import pandas as pd
import pytest

from regtrack.words.intervals import with_interval


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


@pytest.mark.parametrize(("value", "half", "shown"), [(0.0053, 0.0049, "0.53 ± 0.49"), (0.0046, 0.0052, "0.5 ± 0.5")])
def test_rounding_moves_no_interval_onto_or_off_zero(value, half, shown):
    """0.53 ± 0.49 points lies above 0, and 0.5 ± 0.5 would not; one that holds 0 goes on holding it."""
    assert with_interval(value, value - half, value + half, scale=100) == shown


@pytest.mark.parametrize("missing", [None, np.nan, pd.NA])
def test_without_limits_the_value_stands_alone(missing):
    """Three digits, no ±; without a value a dash."""
    assert with_interval(0.88317, missing, missing) == "0.883"
    assert with_interval(missing, 0.1, 0.2) == "–"

"""Numbers as words: digits, and what is missing."""

import numpy as np
import pandas as pd
import pytest

from regtrack.words.numbers import confidence, digits, fixed, p_value, span


@pytest.mark.parametrize("missing", [None, np.nan, pd.NA])
def test_missing_is_an_en_dash_and_never_zero(missing):
    """Every way of writing a number, for every way of missing one."""
    shown = [digits(missing), fixed(missing, 3), p_value(missing),
             confidence(missing), span(missing, 5)]  # fmt: skip
    assert shown == ["–"] * 5


def test_a_confidence_is_never_rounded_up_to_certainty():
    """0.99996 is not 1; exactly 1 is."""
    assert [confidence(c) for c in (0.9, 0.99949, 0.99996, 1.0)] == ["0.900", "0.999", "> 0.999", "1.000"]


def test_small_p_values_and_spans_of_seeds():
    """`< 0.001`, two digits above; spans in words."""
    assert [p_value(p) for p in (0.0004, 0.0131, 1.0)] == ["< 0.001", "0.013", "1.0"]
    assert [span(6, 11), span(6, 6), span(6, pd.NA)] == ["6 to 11", "6", "6 or many more"]


def test_decimals_are_kept_and_zero_is_zero():
    """So many decimals and no less, thousands apart, no minus zero."""
    assert [fixed(0.12345, 3), fixed(0.0, 3), fixed(-0.0001, 3), fixed(12345.6, 0)] == [
        "0.123",
        "0.000",
        "0.000",
        "12,346",
    ]

"""The sentence that opens the uncertainty page: its verdict is the measured error against what a calibrated one shows."""

import numpy as np
import pandas as pd
import pytest
from showing.trust_sentence import trust_in_words

from regtrack import names


def methods(value: float, limit: float) -> pd.DataFrame:
    """One pass beside its temperature, which must not be taken for it."""
    row = dict.fromkeys(names.METHODS_COLUMNS, np.nan) | {"variant": "v", "method": "deterministic",
           "measure": "expected_calibration_error", "value": value, "reference_q95": limit}  # fmt: skip
    return pd.DataFrame([row | {"temperature": True, "value": 0.9}, row | {"temperature": False}])


@pytest.mark.parametrize(("value", "opening"), [(0.118, "Not as it is:"), (0.07, "Nothing speaks against it:")])
def test_it_depends_on_what_a_calibrated_network_would_show(value, opening):
    """Above its 95 % it is not calibrated; below nothing is shown against it, which is not a yes."""
    sentence = trust_in_words("dropout=0.2", 0.5, methods(value, 0.081))
    assert sentence.startswith(f"{opening} the confidence of dropout=0.2 is off by {value:.3f} on average")
    assert "below 0.081 in 19 of 20" in sentence


@pytest.mark.parametrize(("ece", "words"), [(0.0456, "is off by 0.046 on average"), (np.nan, "Not known")])
def test_without_methods_it_gives_the_measured_error_and_no_verdict(ece, words):
    """A variant without dropout, or a sweep that is not judged."""
    sentence = trust_in_words("l2=0.1", ece, methods(0, 0)[:0])
    assert words in sentence
    assert "calibrated network" not in sentence

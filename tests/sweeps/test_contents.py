"""The report's contents say what the other pages say."""

from types import SimpleNamespace

import numpy as np
import pandas as pd

from regtrack import names
from regtrack.sweeps.contents import calibration_references


def test_what_perfect_calibration_shows_is_the_methods_own_where_they_know_it():
    """Of one pass without temperature; a variant without dropout has that of its first seed, here of a net that is sure and so shows none."""
    sure = np.tile([1.0, 0.0], (40, 1))
    record = SimpleNamespace(
        of_variant={"dropout=0.2": [0], "baseline": [1]},
        test=SimpleNamespace(trials=[SimpleNamespace(probs=None), SimpleNamespace(probs=sure)]),
        settings=SimpleNamespace(n_bins=15),
    )
    told = [
        (names.DETERMINISTIC, False, "accuracy", np.nan, np.nan),
        (names.DETERMINISTIC, False, "expected_calibration_error", 0.10, 0.15),
        (names.DETERMINISTIC, True, "expected_calibration_error", 0.2, 0.3),
        (names.MC_DROPOUT, False, "expected_calibration_error", 0.4, 0.5),
    ]
    columns = ["method", "temperature", "measure", "reference", "reference_q95"]
    methods = pd.DataFrame(told, columns=columns).assign(variant="dropout=0.2")
    assert calibration_references(record, methods, record.of_variant) == {
        "dropout=0.2": (0.10, 0.15),
        "baseline": (0.0, 0.0),
    }

"""The report's contents say what the other pages say."""

from types import SimpleNamespace

import numpy as np
import pandas as pd

from regtrack import names
from regtrack.sweeps.contents import MOST_FAILED, _warnings, calibration_references


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


def failed(n: int) -> list[str]:
    """What the page warns of, of a sweep of one variant of five seeds and n trials that failed."""
    record = SimpleNamespace(
        settings=SimpleNamespace(learning_rate_schedule="cosine"), allocation=None,
        trials=pd.DataFrame({"variant": ["baseline"] * 5}),
        failed=pd.DataFrame([("l2=0.1", seed, "out of memory") for seed in range(n)], columns=["variant", "seed", "failure"]),
    )  # fmt: skip
    return _warnings(record, SimpleNamespace(first_split=None))


def test_trials_that_failed_are_named_with_their_reason_and_hundreds_are_counted():
    """A line each up to MOST_FAILED; of more, how many."""
    assert failed(2) == ["Failed: l2=0.1 seed 0: out of memory", "Failed: l2=0.1 seed 1: out of memory"]
    assert len(failed(MOST_FAILED)) == MOST_FAILED
    assert failed(MOST_FAILED + 1_480)[MOST_FAILED].startswith("1,480 more failed")

"""What each setting shows, with limits that hold for all settings together."""

import numpy as np
import pytest

from regtrack.diagnosis.differences.comparison import crossed_errors_of
from regtrack.diagnosis.differences.families import TO_BASELINE, TOO_FEW_SEEDS
from regtrack.names import BETTER, NO_VERDICT


def test_values_are_the_measure_and_differences_those_of_the_comparison(swept):
    """Accuracies of validation and test, limits around them; the comparison's own row of each variant, and 0 of the baseline."""
    sweep = swept()
    read = sweep.read
    assert read.loc["d=0.2", ["validation", "test", "loss"]].tolist() == pytest.approx([0.95, 0.94, 0.05])
    assert (read["test_low"] < read["test"]).all()
    assert (read["test"] < read["test_high"]).all()
    rows = sweep.comparison[sweep.comparison["family"] == TO_BASELINE].set_index("variant")
    for name in ("difference", "low", "high"):
        assert read.loc[rows.index, name].tolist() == rows[name].tolist()
    assert read.loc["d=0.2", "verdict"] == BETTER
    assert read.loc["baseline", ["difference", "low", "high"]].tolist() == [0, 0, 0]


def test_a_single_seed_has_no_limits(swept):
    """Values stay; limits are missing, with the comparison's reason."""
    read = swept(seeds=1).read
    assert read["test"].notna().all()
    assert read[["test_low", "test_high"]].isna().all(axis=None)
    others = read.drop(index="baseline")
    assert others[["low", "high"]].isna().all(axis=None)
    assert set(others["verdict"]) == {NO_VERDICT}
    assert set(others["reason"]) == {TOO_FEW_SEEDS}


def test_limits_of_test_are_wider_than_those_of_one_variant_alone(swept):
    """Bonferroni's over five: at 0.99 of a single one."""
    sweep = swept()
    low, high = crossed_errors_of(sweep.test).contrast(np.eye(5)[0]).limits(0.99)
    assert sweep.read.loc["baseline", ["test_low", "test_high"]].tolist() == pytest.approx([1 - high, 1 - low])

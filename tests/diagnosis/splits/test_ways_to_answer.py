"""The Pareto set over splits: means of all of them, and whom nobody should choose by their networks."""

import numpy as np
import pytest

from regtrack.diagnosis.pareto.predictors import Predictor
from regtrack.diagnosis.splits.ways_to_answer import pareto_over_splits
from regtrack.names import ACCURACY, DETERMINISTIC, MC_DROPOUT, PARETO_COLUMNS


def ways(resplits) -> list[Predictor]:
    """One pass of each variant, and many of those with dropout, which here predict the same."""
    found = []
    for method, passes in ((DETERMINISTIC, 1), (MC_DROPOUT, 100)):
        for errors in resplits[0].errors().errors:
            if method == DETERMINISTIC or errors.variant.startswith("dropout"):
                found.append(Predictor(errors.variant, method, passes, 50.0, errors, errors))
    return found


def test_the_better_network_beats_the_others_and_its_own_passes(resplits):
    """Of one cost all are shown worse than dropout of 0.2; its hundred passes that change nothing are dearer."""
    table = pareto_over_splits(resplits, ways(resplits), {"dropout=0.2": "dropout"})
    assert tuple(table.columns) == PARETO_COLUMNS
    beaten = table.set_index(["variant", "method"])["beaten_by"]
    assert beaten["dropout=0.2", DETERMINISTIC] == ""
    assert {*beaten.drop(("dropout=0.2", DETERMINISTIC))} == {"dropout=0.2"}
    passes = table.set_index(["variant", "method"]).loc[("dropout=0.2", MC_DROPOUT)]
    assert passes["worse_in"] == "cost"


def test_a_point_is_the_mean_of_all_splits(resplits):
    """Accuracy over 14 networks within its limits."""
    table = pareto_over_splits(resplits, ways(resplits), {}).set_index(["variant", "method"])
    row = table.loc[("baseline", DETERMINISTIC)]
    of_splits = [one.rate for split in resplits for one in split.errors().errors if one.variant == "baseline"]
    assert row[ACCURACY] == pytest.approx(1 - np.mean(of_splits))
    assert row["accuracy_low"] < row[ACCURACY] < row["accuracy_high"]
    assert row["seeds"] == 14


def test_what_has_too_few_splits_is_left_out_and_four_looks_show_nothing(with_a_short_one, resplits):
    """A variant of two splits is no way to answer over all; without a look left only its own dearer passes are beaten by cost."""
    assert "l2=0.1" not in set(pareto_over_splits(with_a_short_one, ways(with_a_short_one), {})["variant"])
    assert {*pareto_over_splits(resplits, ways(resplits), {}, looks=4)["beaten_by"]} == {""}

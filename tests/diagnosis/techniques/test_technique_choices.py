"""Each technique by its chosen setting, and these against each other."""

import pytest

from regtrack.diagnosis.differences.families import AMONG_ALL
from regtrack.diagnosis.techniques.settings_tried import Tried
from regtrack.diagnosis.techniques.technique_choices import choose_of_each, pairs_of_techniques
from regtrack.names import BETTER, TECHNIQUES_COLUMNS, WORSE


def test_each_technique_is_chosen_on_validation_and_read_on_test(swept):
    """The lowest validation error of each, with what all its tries cost; the best technique first."""
    sweep = swept()
    table = choose_of_each(sweep.tried, sweep.read, sweep.trials, primary="accuracy")
    assert tuple(table.columns) == TECHNIQUES_COLUMNS
    assert table["technique"].tolist() == ["dropout", "none", "l2"]
    assert table["chosen"].tolist() == ["d=0.2", "baseline", "l2=1"]
    assert table[["settings", "trainings", "seeds"]].to_numpy().tolist() == [[3, 15, 5], [1, 5, 5], [1, 5, 5]]
    assert table["fit_seconds"].tolist() == [30, 10, 10]
    assert table["validation"].tolist() == pytest.approx([0.95, 0.9, 0.85])
    assert table["test"].tolist() == pytest.approx([0.94, 0.89, 0.84])
    assert table["verdict"].tolist() == [BETTER, "", WORSE]


def test_the_verdict_of_a_choice_is_that_of_its_variant_among_all(swept):
    """Its row of the comparison, limits and all: what was chosen of many is not judged as if it alone had been tried."""
    sweep = swept()
    own = choose_of_each(sweep.tried, sweep.read, sweep.trials, primary="accuracy").set_index("chosen")
    row = sweep.comparison[sweep.comparison["family"] == "baseline"].set_index("variant").loc["d=0.2"]
    assert own.loc["d=0.2", ["difference", "low", "high"]].tolist() == row[["difference", "low", "high"]].tolist()


def test_pairs_are_the_chosen_ones_the_better_on_validation_first(swept):
    """Three techniques have three pairs, of every pair of variants their own rows, turned round where they stand the other way."""
    sweep = swept()
    techniques = choose_of_each(sweep.tried, sweep.read, sweep.trials, primary="accuracy")
    pairs = pairs_of_techniques(techniques, sweep.comparison)
    assert list(zip(pairs["technique"], pairs["other_technique"], strict=True)) == [
        ("dropout", "none"), ("dropout", "l2"), ("none", "l2")
    ]  # fmt: skip
    assert pairs["difference"].tolist() == pytest.approx([0.05, 0.10, 0.05])
    assert set(pairs["verdict"]) == {BETTER}
    of_all = sweep.comparison[sweep.comparison["family"] == AMONG_ALL]
    [stored] = of_all[(of_all["variant"] == "baseline") & (of_all["other"] == "d=0.2")].to_dict("records")
    turned = pairs.iloc[0]
    assert stored["verdict"] == WORSE
    assert (turned["low"], turned["high"]) == (-stored["high"], -stored["low"])
    assert (turned["fixed"], turned["broken"]) == (stored["broken"], stored["fixed"])
    assert turned["seeds_apart"] == BETTER
    assert turned["probability_of_improvement"] == 1


def test_a_single_technique_has_no_pair(swept):
    """A row of its own and nothing to set it against."""
    sweep = swept()
    table = choose_of_each((Tried("l2", ("l2=1",)),), sweep.read, sweep.trials, primary="accuracy")
    assert len(table) == 1
    assert pairs_of_techniques(table, sweep.comparison).empty

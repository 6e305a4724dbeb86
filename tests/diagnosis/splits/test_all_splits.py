"""All splits together: what stands beside the answer is of all of them, and agrees with their table."""

import pytest

from regtrack.diagnosis.primary import Primary
from regtrack.diagnosis.splits.all_splits import AllSplits, networks_read
from regtrack.diagnosis.techniques.settings_tried import techniques_tried
from regtrack.diagnosis.techniques.technique_choices import choose_of_each, pairs_of_techniques
from regtrack.names import BETTER, EQUAL, NOT_SHOWN, TECHNIQUE_PAIRS_COLUMNS


@pytest.fixture(scope="module")
def judged(resplits) -> AllSplits:
    return AllSplits.judged(resplits, Primary())


def test_the_margin_of_practically_equal_is_the_criterion(resplits, judged):
    """What is not shown to differ within a point is within ten."""
    assert set(judged.table["verdict"]) == {BETTER, NOT_SHOWN}
    wide = AllSplits.judged(resplits, Primary(), margin=0.1).table
    assert set(wide["verdict"]) == {BETTER, EQUAL}


def test_techniques_are_chosen_and_compared_over_all_splits(resplits, judged):
    """Of dropout the rate that is the better on all validation examples, with 28 trainings of its two settings; its difference is
    its row's; each pair of techniques once."""
    trials, read = judged.trials(resplits[0].trials), judged.settings()
    tried = techniques_tried(resplits[0].trials, read.index)
    techniques = choose_of_each(tried, read, trials, primary="accuracy")
    assert techniques["technique"].tolist()[0] == "dropout"
    [dropout] = techniques[techniques["technique"] == "dropout"].to_dict("records")
    assert (dropout["chosen"], dropout["settings"], dropout["trainings"], dropout["seeds"]) == (
        "dropout=0.2",
        2,
        28,
        14,
    )
    [row] = judged.table[judged.table["variant"] == "dropout=0.2"].to_dict("records")
    assert [dropout[name] for name in ("difference", "low", "high", "verdict")] == [
        row[name] for name in ("difference", "low", "high", "verdict")
    ]
    pairs = pairs_of_techniques(techniques, judged.pairs(techniques["chosen"], of=len(read)))
    assert tuple(pairs.columns) == TECHNIQUE_PAIRS_COLUMNS
    assert pairs["verdict"].tolist() == [BETTER, BETTER, NOT_SHOWN]
    assert pairs.loc[0, "low"] < row["low"]  # at a sixth of the error, and not Dunnett's part of it


def test_a_variant_of_too_few_splits_is_no_try(with_a_short_one):
    """It chose nothing and is not compared; its technique is left out, and so is its way to answer."""
    judged = AllSplits.judged(with_a_short_one, Primary())
    assert "l2=0.1" not in judged.settings().index
    tried = techniques_tried(with_a_short_one[0].trials, judged.settings().index)
    assert [one.technique for one in tried] == ["none", "dropout"]


def test_fewer_than_five_splits_read_no_network(resplits):
    """A look at four is none, one at five reads all of theirs."""
    assert [networks_read(resplits[:n]) for n in (0, 4, 5)] == [0, 0, 40]

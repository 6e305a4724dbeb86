"""Secondary measures over splits: each variant by each measure, over all of them, at an equal part of the error."""

import pytest

from regtrack.diagnosis.primary import Primary
from regtrack.diagnosis.splits.all_splits import AllSplits
from regtrack.diagnosis.splits.secondary_over_splits import compare_secondary_over_splits
from regtrack.names import (
    AURC,
    BETTER,
    BRIER_SCORE,
    COMPARISON_COLUMNS,
    ERROR_DETECTION_AUROC,
    NEGATIVE_LOG_LIKELIHOOD,
    NO_VERDICT,
)

MEASURES = (NEGATIVE_LOG_LIKELIHOOD, BRIER_SCORE, AURC, ERROR_DETECTION_AUROC)


def test_each_measure_is_compared_over_all_splits(resplits):
    """A row a (measure, variant), of 14 networks each; the better one is so by likelihood, Brier score and AURC, and the row is that of a sweep
    whose primary measure it is, but for its part of the error."""
    table = compare_secondary_over_splits(resplits, MEASURES)
    assert tuple(table.columns) == COMPARISON_COLUMNS
    assert (len(table), set(table["seeds"])) == (4 * 3, {14})
    own = table[table["variant"] == "dropout=0.2"].set_index("primary")
    assert [own.loc[name, "verdict"] for name in (NEGATIVE_LOG_LIKELIHOOD, BRIER_SCORE, AURC)] == [BETTER] * 3
    alone = AllSplits.judged(resplits, Primary(BRIER_SCORE)).table.set_index("variant").loc["dropout=0.2"]
    assert own.loc[BRIER_SCORE, "difference"] == pytest.approx(alone["difference"])
    assert own.loc[BRIER_SCORE, "low"] < alone["low"]


def test_fixed_and_broken_are_those_of_a_split(resplits):
    """What dropout fixes beyond what it breaks is its gain on one split's 2,500 examples, the mean over splits."""
    table = compare_secondary_over_splits(resplits, (BRIER_SCORE,)).set_index("variant")
    of_errors = AllSplits.judged(resplits, Primary()).table.set_index("variant")["difference"]
    assert (table["fixed"] - table["broken"]).to_dict() == pytest.approx((2_500 * of_errors).to_dict())


def test_a_network_with_few_errors_leaves_its_measure_without_a_verdict(resplits):
    """On the first 20 examples AURC has none, and the Brier score has."""
    from dataclasses import replace

    few = [
        replace(
            split,
            test=replace(
                split.test,
                example_id=split.test.example_id[:20],
                given_label=split.test.given_label[:20],
                true_label=split.test.true_label[:20],
                trials=tuple(replace(one, probs=one.probs[:20], mc_mean_probs=None) for one in split.test.trials),
            ),
        )
        for split in resplits
    ]
    table = compare_secondary_over_splits(few, (BRIER_SCORE, AURC))
    verdicts = table.groupby("primary")["verdict"].agg(set)
    assert verdicts[AURC] == {NO_VERDICT}
    assert NO_VERDICT not in verdicts[BRIER_SCORE]

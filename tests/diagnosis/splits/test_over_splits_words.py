"""What is said over splits: who is better whatever the split, what is not known, where the variance comes from."""

import pandas as pd

from regtrack.diagnosis.differences.split_comparison import SHARED_TRAINING
from regtrack.diagnosis.splits.over_splits_words import IF_TRAINING_DECIDES_LITTLE, over_splits_in_words
from regtrack.names import ACCURACY, BETTER, EQUAL, NO_VERDICT, NOT_SHOWN, OVER_SPLITS_COLUMNS, WORSE


def table(*rows: tuple[str, float, float, str], splits=7, fixed=False) -> pd.DataFrame:
    values = dict.fromkeys(OVER_SPLITS_COLUMNS, 0.0) | {
        "reason": "", "other": "baseline", "splits": splits, "primary": ACCURACY, "test_is_fixed": fixed, "split_share": 0.25,
        "seed_share": 0.5, "example_share": 0.25,
    }  # fmt: skip
    return pd.DataFrame(
        [
            values
            | {"variant": variant, "difference": mean, "low": mean - half, "high": mean + half, "verdict": verdict}
            for variant, mean, half, verdict in rows
        ],
        columns=list(OVER_SPLITS_COLUMNS),
    )


def test_the_better_and_the_worse_are_named_with_their_intervals():
    """The best first, points with half a 95 % interval, and how many are open; then the parts of the variance."""
    said = over_splits_in_words(
        table(
            ("l1", 0.01, 0.005, BETTER),
            ("l2", 0.02, 0.005, BETTER),
            ("wild", -0.1, 0.02, WORSE),
            ("a", 0, 0.1, NOT_SHOWN),
        )
    )
    assert said[0] == (
        "over 7 splits, for new data and not for one split: better than baseline: l2 (+2.0 ± 0.5 points) and l1 "
        "(+1.0 ± 0.5 points); worse than baseline: wild (−10 ± 2 points); 1 variant not shown to differ from it"
    )
    assert said[1] == (
        "why a difference varies from one training to the next: 25 % which examples are trained on, 50 % the seed, 25 % which are tested "
        "on (shares of its variance, medians over variants)"
    )


def test_practically_equal_and_what_splits_cannot_tell_are_named():
    """The equal ones by name; those that only the training examples' part hides, with what would tell."""
    rows = table(("l1", 0.0, 0.005, EQUAL), ("l2", 0.02, 0.03, NOT_SHOWN), ("wild", 0.0, 0.1, NOT_SHOWN))
    said = over_splits_in_words(rows.assign(reason=["", SHARED_TRAINING, ""]))
    assert said[0].endswith("practically equal to baseline: l1; 2 variants not shown to differ from it")
    assert said[1] == f"l2 would be shown to differ {IF_TRAINING_DECIDES_LITTLE}"


def test_nothing_shown_is_said_so():
    """Where no variant differs the sentence says it of all."""
    said = over_splits_in_words(table(("a", 0, 0.1, NOT_SHOWN)))
    assert said[0].endswith("for new data and not for one split: no variant is shown to differ from baseline")


def test_a_fixed_test_set_says_what_its_intervals_cover():
    """They cover less than they say, and this is said."""
    said = over_splits_in_words(table(("a", 0, 0.1, NOT_SHOWN), fixed=True))
    assert "such intervals cover about 0.9 instead of 0.95" in said[1]


def test_few_splits_say_what_it_takes():
    """Without verdicts the one sentence names the numbers."""
    rows = table(("a", 0, 0.1, NO_VERDICT), splits=3)
    assert over_splits_in_words(rows) == (
        "over 3 splits no verdict: it takes 5, and is best spent on 7 with 2 seeds each",
    )
    assert over_splits_in_words(rows, folds=True) == ("over 3 folds no verdict: it takes 5",)


def test_folds_are_not_called_splits():
    """Of cv=K."""
    said = over_splits_in_words(table(("a", 0, 0.1, NOT_SHOWN)), folds=True)
    assert said[0].startswith("over 7 folds, for new data and not for one fold: ")


def test_one_split_says_nothing():
    """An empty table has no sentence."""
    assert over_splits_in_words(table()) == ()

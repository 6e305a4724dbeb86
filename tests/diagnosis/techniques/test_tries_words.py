"""What is said of techniques: only what is shown."""

import pandas as pd
import pytest

from regtrack.diagnosis.differences.families import WIDER_SEEDS
from regtrack.diagnosis.techniques.expected_best import expect_best
from regtrack.diagnosis.techniques.technique_choices import choose_of_each, pairs_of_techniques
from regtrack.diagnosis.techniques.tries_words import choices_in_words, techniques_in_words, tries_in_words
from regtrack.names import BETTER, EQUAL, EXPECTED_BEST_COLUMNS, NO_VERDICT, NOT_SHOWN, WORSE

REASONS = {NO_VERDICT: "too few seeds"}


def expected(**techniques) -> pd.DataFrame:
    """By technique its verdicts at 1, 2, ... tries; the first named is the largest difference."""
    rows = [{"technique": "none", "tries": 1, "settings": 1, "verdict": "", "reason": ""}]
    for place, (technique, verdicts) in enumerate(techniques.items()):
        rows += [
            {
                "technique": technique,
                "tries": tries,
                "settings": len(verdicts),
                "difference": -place,
                "verdict": verdict,
                "reason": REASONS.get(verdict, ""),
            }
            for tries, verdict in enumerate(verdicts, start=1)
        ]
    return pd.DataFrame(rows, columns=list(EXPECTED_BEST_COLUMNS))


@pytest.mark.parametrize(
    ("techniques", "said"),
    [
        ({"dropout": [WORSE, NOT_SHOWN, NOT_SHOWN, BETTER, BETTER], "l2": [WORSE]},
         "with one try, no regularizer; with 2 to 3 tries, nothing is shown to beat a network without a regularizer, and l2 is shown worse; with 4 tries or more, dropout"),
        ({"dropout": [NOT_SHOWN, BETTER], "l2": [NOT_SHOWN]}, "with one try, nothing is shown to beat a network without a regularizer; with 2 tries, dropout"),
        ({"dropout": [NOT_SHOWN, BETTER, BETTER], "l2": [BETTER]}, "with one try, l2; with 2 tries or more, dropout or l2"),
        ({"dropout": [NOT_SHOWN] * 3}, "with any number of tries up to 3, nothing is shown to beat a network without a regularizer"),
        ({"l2": [BETTER]}, "with one try, l2"),
        ({"l2": [NO_VERDICT, NO_VERDICT]}, "for no number of tries is anything shown of a technique: too few seeds"),
        ({}, ""),
    ],
)  # fmt: skip
def test_the_sentence_names_what_is_shown_at_each_number_of_tries(techniques, said):
    """A technique where it is shown better, the baseline where all others are shown worse, else that nothing is; a technique
    of fewer settings stays at its last."""
    assert tries_in_words(expected(**techniques)) == said


def test_what_is_no_win_is_not_named():
    """Better with seeds that scatter more widely than the baseline's: as no win is called there."""
    table = expected(dropout=[NOT_SHOWN, BETTER])
    table.loc[table["verdict"] == BETTER, "reason"] = WIDER_SEEDS
    assert tries_in_words(table).startswith("with any number of tries up to 2, nothing is shown to beat")


def test_a_baseline_beside_other_settings_without_a_regularizer_is_called_so():
    """No regularizer would be all of them."""
    table = expected(dropout=[WORSE, BETTER])
    more = pd.DataFrame(
        [{"technique": "none", "tries": 2, "settings": 2, "difference": 0.0, "verdict": NOT_SHOWN, "reason": ""}]
    )
    table = pd.concat([table.assign(verdict=table["verdict"].where(table["technique"] != "none", WORSE)), more])
    assert tries_in_words(table) == "with one try, the baseline; with 2 tries, dropout"


AT_ITS_BEST = " (each technique at the setting that validation chooses of it)"


def test_the_best_technique_is_told_against_the_others(swept):
    """What the best on validation is shown better than on test, equal to, and what is open; none of the others against each other."""
    sweep = swept()
    techniques = choose_of_each(sweep.tried, sweep.read, sweep.trials, primary="accuracy")
    pairs = pairs_of_techniques(techniques, sweep.comparison)
    head = "dropout is the best on validation, and on test it is "
    for verdicts, said in (
        ([BETTER] * 3, "shown better than a network without a regularizer and l2"),
        (
            [BETTER, NOT_SHOWN, BETTER],
            "shown better than a network without a regularizer and not shown to differ from l2",
        ),
        ([EQUAL, BETTER, WORSE], "shown better than l2 and practically equal to a network without a regularizer"),
        (
            [NOT_SHOWN, WORSE, BETTER],
            "shown worse than l2 and not shown to differ from a network without a regularizer",
        ),
        ([NOT_SHOWN, NO_VERDICT, BETTER], "not shown to differ from any of the 2 others"),
    ):
        assert choices_in_words(techniques, pairs.assign(verdict=verdicts)) == f"{head}{said}{AT_ITS_BEST}"


def test_of_many_techniques_a_few_are_named():
    """Twelve of one setting each: three names and a number, in both sentences."""
    names = [f"t{i}" for i in range(12)]
    techniques = pd.DataFrame({"technique": ["best", *names]})
    pairs = pd.DataFrame({"technique": "best", "other_technique": names, "verdict": [BETTER] * 6 + [NOT_SHOWN] * 6})
    assert choices_in_words(techniques, pairs) == (
        "best is the best on validation, and on test it is shown better than t0, t1, t2 and 3 others and not shown to differ from t6, t7, t8 "
        f"and 3 others{AT_ITS_BEST}"
    )
    assert (
        tries_in_words(expected(**{name: [BETTER] for name in names}))
        == "with one try, t0 or t1 or t2 or one of 9 others"
    )


def test_a_sweep_has_both_sentences_and_a_single_technique_none(swept):
    """Each begins with a capital and ends with a full stop."""
    sweep = swept()
    techniques = choose_of_each(sweep.tried, sweep.read, sweep.trials, primary="accuracy")
    table = expect_best(sweep.tried, sweep.read, sweep.trials, primary="accuracy")
    pairs = pairs_of_techniques(techniques, sweep.comparison)
    first, second = techniques_in_words(techniques, table, pairs)
    assert first.startswith("With one try, ")
    assert first.endswith("with 2 tries or more, dropout.")
    assert second.startswith("Dropout is the best on validation")
    assert techniques_in_words(techniques[:1], table, pairs) == ()

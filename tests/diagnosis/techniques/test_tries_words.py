"""What is said of techniques: only what is shown."""

import pandas as pd
import pytest

from regtrack.diagnosis.differences.families import WIDER_SEEDS
from regtrack.diagnosis.techniques.expected_best import expect_best
from regtrack.diagnosis.techniques.technique_choices import choose_of_each, pairs_of_techniques
from regtrack.diagnosis.techniques.tries_words import choices_in_words, techniques_in_words, tries_in_words
from regtrack.names import BETTER, EXPECTED_BEST_COLUMNS, NO_VERDICT, NOT_SHOWN, WORSE

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


def test_pairs_of_techniques_in_words(swept):
    """Who is shown better than whom; how many pairs are open or equal; and that none is shown, where none is."""
    sweep = swept()
    techniques = choose_of_each(sweep.tried, sweep.read, sweep.trials, primary="accuracy")
    pairs = pairs_of_techniques(techniques, sweep.comparison)
    said = choices_in_words(techniques, pairs)
    assert said.startswith(
        "each at the setting that validation chooses of it, dropout is shown better than a network without a regularizer and l2; "
    )
    assert said.endswith("; a network without a regularizer is shown better than l2")
    open_ = choices_in_words(techniques, pairs.assign(verdict=NOT_SHOWN))
    assert open_ == "no two of the 3 techniques are shown to differ, each at the setting that validation chooses of it"
    mixed = choices_in_words(techniques, pairs.assign(verdict=[BETTER, NOT_SHOWN, NOT_SHOWN]))
    assert mixed.endswith("; 2 pairs are not shown to differ")


def test_a_sweep_has_both_sentences_and_a_single_technique_none(swept):
    """Each begins with a capital and ends with a full stop."""
    sweep = swept()
    techniques = choose_of_each(sweep.tried, sweep.read, sweep.trials, primary="accuracy")
    table = expect_best(sweep.tried, sweep.read, sweep.trials, primary="accuracy")
    first, second = techniques_in_words(techniques, table, sweep.comparison)
    assert first.startswith("With one try, ")
    assert first.endswith("with 2 tries or more, dropout.")
    assert second.startswith("Each at the setting")
    assert techniques_in_words(techniques[:1], table, sweep.comparison) == ()

"""The answer over splits: chosen and judged over all of them, in one sentence that its table cannot contradict."""

import json
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from regtrack.diagnosis.answer import Answer, answer_of
from regtrack.diagnosis.differences.comparison import VariantErrors
from regtrack.diagnosis.differences.families import TO_BASELINE
from regtrack.diagnosis.differences.split_comparison import SHARED_TRAINING, SplitErrors
from regtrack.diagnosis.primary import Primary
from regtrack.diagnosis.splits.choosing_over_splits import ValidationOverSplits
from regtrack.diagnosis.splits.over_splits_words import IF_TRAINING_DECIDES_LITTLE
from regtrack.diagnosis.splits.splits_answer import read_over_splits
from regtrack.names import (
    ACCURACY,
    BASELINE_BEST,
    BETTER,
    EQUAL,
    NEGATIVE_LOG_LIKELIHOOD,
    NO_VERDICT,
    NOT_SHOWN,
    OVER_SPLITS_COLUMNS,
    OVERTAKEN,
    UNDETERMINED,
    WINS,
    WORSE,
)

VARIANTS = ("baseline", "l2", "dropout")
ROWS = {"l2": (0.02, 0.005, BETTER), "dropout": (-0.01, 0.005, WORSE)}
RATES = {"baseline": 0.12, "l2": 0.10, "dropout": 0.13}


def errors(seeds: int = 2, n: int = 100, **wrong: int) -> list[VariantErrors]:
    return [VariantErrors(name, np.tile(np.arange(n) < count, (seeds, 1))) for name, count in wrong.items()]


def of_first(primary: str = ACCURACY, **rows) -> Answer:
    """Of the first split, whose validation chooses dropout."""
    sweep = errors(baseline=12, l2=11, dropout=10)
    table = pd.DataFrame(
        [{"family": TO_BASELINE, "variant": v, "other": "baseline", "seeds": 2, "other_seeds": 2, "difference": d,
          "low": np.nan, "high": np.nan, "verdict": NO_VERDICT, "reason": "too few seeds"} for v, d in rows.items()]
    )  # fmt: skip
    found = answer_of(sweep, sweep, table, dict.fromkeys(VARIANTS, UNDETERMINED), primary=Primary(primary))
    return replace(found, unit="images", split_seed=0)


def table_of(rows=ROWS, *, splits=7, fixed=False, primary=ACCURACY) -> pd.DataFrame:
    values = dict.fromkeys(OVER_SPLITS_COLUMNS, 0.0) | {
        "reason": "", "other": "baseline", "splits": splits, "seeds": 2 * splits, "examples": 100, "primary": primary, "test_is_fixed": fixed,
    }  # fmt: skip
    return pd.DataFrame(
        [
            values | {"variant": v, "difference": d, "low": d - half, "high": d + half, "verdict": verdict}
            for v, (d, half, verdict) in rows.items()
        ],
        columns=list(OVER_SPLITS_COLUMNS),
    )


def read(rows=ROWS, rates=RATES, *, splits=7, fixed=False, primary=ACCURACY) -> Answer:
    test = [SplitErrors(errors(baseline=12, l2=10, dropout=13), np.arange(100), dict.fromkeys(VARIANTS, 300))] * splits
    table = table_of(rows, splits=splits, fixed=fixed, primary=primary)
    return read_over_splits(
        of_first(primary, l2=0.01, dropout=0.02), table, ValidationOverSplits(rates, ("l2",)), test, Primary(primary)
    )


def test_a_win_over_splits_leads_and_the_first_split_is_a_detail():
    """Chosen over all splits, by its row of the table; the first split would have chosen another, and says so."""
    found = read()
    assert found.sentence == (
        "Variant l2 wins by 2.0 ± 0.5 points over baseline (14 trainings over 7 splits, 100 test images each); on the first split "
        "alone dropout has the lowest validation error, and differs by +2.0 points (no interval) (no verdict); dropout is shown "
        "worse than baseline"
    )
    assert (found.best, found.verdict, found.wins, found.difference) == ("l2", WINS, True, 0.02)
    assert (found.low, found.high) == pytest.approx((0.015, 0.025))
    assert (found.seeds, found.examples, found.test_accuracy) == (14, 100, pytest.approx(0.9))
    assert (found.worse, found.not_shown_worse, found.over) == (("dropout",), ("l2",), "7 splits")
    assert "this split" not in found.sentence


@pytest.mark.parametrize("verdict", [NOT_SHOWN, WORSE])
def test_what_is_not_shown_is_no_win(verdict):
    """The verdict is the row's, whatever the validation says."""
    found = read(ROWS | {"l2": (-0.01, 0.02, verdict)})
    assert (found.verdict, found.wins) == (verdict, False)
    assert found.sentence.startswith("No win is shown: l2 has the lowest validation error, and on test ")


def test_practically_equal_is_said_and_is_no_win():
    """Of the chosen variant in the first clause, of another in the tuple of those that are."""
    found = read({"l2": (0.001, 0.004, EQUAL), "dropout": (-0.001, 0.005, EQUAL)})
    assert (found.verdict, found.wins, found.equal, found.not_shown) == (EQUAL, False, ("dropout",), ())
    assert (
        "and on test is practically equal to baseline, by +0.1 ± 0.4 points (14 trainings over 7 splits"
        in found.sentence
    )


def test_what_splits_cannot_tell_is_said():
    """Nothing shown for the training examples' part alone: the reason is the answer's, and the sentence says what would tell."""
    table = table_of(ROWS | {"l2": (0.01, 0.02, NOT_SHOWN)}).assign(reason=[SHARED_TRAINING, ""])
    test = [SplitErrors(errors(baseline=12, l2=10, dropout=13), np.arange(100), dict.fromkeys(VARIANTS, 300))] * 7
    found = read_over_splits(
        of_first(l2=0.01, dropout=0.02), table, ValidationOverSplits(RATES, ("l2",)), test, Primary()
    )
    assert (found.reason, found.wins) == (SHARED_TRAINING, False)
    assert f"; that would be shown {IF_TRAINING_DECIDES_LITTLE}; " in found.sentence


def test_where_validation_chooses_the_baseline_the_sentence_says_so():
    """Overtaken where another is shown better on test, else the best."""
    best = RATES | {"baseline": 0.05}
    found = read(rates=best)
    assert (found.best, found.verdict, found.difference, found.better) == ("baseline", OVERTAKEN, None, ("l2",))
    assert found.sentence.startswith(
        "The baseline has the lowest validation error (14 trainings over 7 splits, 100 test images each), though on test l2 does better"
    )
    assert read({v: (0.0, 0.1, NOT_SHOWN) for v in ROWS}, best).verdict == BASELINE_BEST


def test_fewer_than_five_splits_leave_the_first_ones_answer_and_say_what_it_takes():
    """All values are the first split's; the sentence names both numbers and stays conditional on this split."""
    rows = {v: (d, 0.0, NO_VERDICT) for v, (d, _, _) in ROWS.items()}
    found = read(rows, {}, splits=3)
    assert replace(found, splits=1) == of_first(l2=0.01, dropout=0.02)
    assert "over 3 splits no verdict: it takes 5, and is best spent on 7 with 2 seeds each" in found.sentence
    assert "this split" in found.sentence
    assert found.over == ""


def test_a_fixed_test_set_says_what_its_interval_covers():
    """Beside the win, not in a table alone."""
    assert (
        "(14 trainings over 7 splits, 100 test images); the data bring their own test images, and such intervals cover about 0.9 "
        "instead of 0.95; "
    ) in read(fixed=True).sentence


def test_a_variant_that_no_split_judged_is_not_chosen():
    """It failed on too many: that its few splits were easy chooses nothing."""
    found = read({"l2": ROWS["l2"], "dropout": (0.5, 0.0, NO_VERDICT)}, RATES | {"dropout": 0.01})
    assert found.best == "l2"


def test_another_primary_measure_is_read_over_splits_too():
    """Nats of log-likelihood, and the measure itself as a mean over splits."""
    found = read(primary=NEGATIVE_LOG_LIKELIHOOD)
    assert "wins by 0.020 ± 0.005 nats of log-likelihood over baseline (14 trainings over 7 splits" in found.sentence
    assert found.test_primary == pytest.approx(0.1)


def test_it_is_stored_as_values_and_read_back():
    """By way of JSON; one that was stored before splits counted is of one split."""
    found = read()
    content = json.loads(json.dumps(found.to_dict()))
    assert Answer.from_dict(content) == found
    for name in ("splits", "first_split", "test_is_fixed", "beside_over_splits"):
        del content[name]
    older = Answer.from_dict(content)
    assert (older.over, older.first_split, older.beside_over_splits) == ("", None, False)

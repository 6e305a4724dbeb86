"""SweepRecord: a sweep of five trials by hand, and what is read off it."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from regtrack import names
from regtrack.diagnosis.held_out import HeldOut, TrialPredictions
from regtrack.diagnosis.primary import Primary
from regtrack.diagnosis.regimes.judge import LAST, SELECTED
from regtrack.diagnosis.sweep_record import SweepRecord
from regtrack.variants import Settings, Variant

GIVEN, TEST_GIVEN = np.array([0, 1, 2, 0]), np.array([1, 0, 2])
EPOCHS = {("baseline", 0): 3, ("baseline", 1): 2, ("dropout=0.2", 0): 2, ("dropout=0.2", 1): 2, ("dropout=0.2", 2): 2}
"""(variant, seed) -> epochs trained: the baseline's seeds stopped at different ones."""
BEST = [2, 2, 1, 1, 2]


def probs(*classes: int, confidence: float = 0.8) -> np.ndarray:
    """(n, 3): this class with that probability, the others half of the rest each."""
    found = np.full((len(classes), 3), (1 - confidence) / 2)
    found[np.arange(len(classes)), classes] = confidence
    return found


# Given labels 0 1 2 0. Selected: baseline misses none and the last; dropout misses the first, the first two, none.
SELECTED_PROBS = [probs(0, 1, 2, 0), probs(0, 1, 2, 1), probs(1, 1, 2, 0), probs(1, 0, 2, 0), probs(0, 1, 2, 0)]
# Last: baseline misses the last and the last two; dropout answers 0 throughout.
LAST_PROBS = [probs(0, 1, 2, 1, confidence=0.9), probs(0, 1, 0, 1, confidence=0.9), *[probs(0, 0, 0, 0)] * 3]
# Given labels 1 0 2.
TEST_PROBS = [probs(1, 0, 2), probs(0, 0, 2), probs(1, 1, 1), probs(1, 0, 2), probs(2, 2, 0)]
MC = [None, None, probs(1, 0, 2), probs(0, 0, 2), probs(1, 0, 1)]


def curve_of(place: int, epochs: int) -> pd.DataFrame:
    """Numbers that tell them apart: measure m of trial t at epoch e is 0.01 (10 t + m) + 0.001 e."""
    epoch = np.arange(1, epochs + 1)
    measures = {name: 0.01 * (10 * place + m) + 0.001 * epoch for m, name in enumerate(names.EPOCH_METRICS)}
    return pd.DataFrame({"epoch": epoch} | measures | {"seconds": 1.0})[list(names.CURVE_COLUMNS)]


@pytest.fixture
def record() -> SweepRecord:
    def held_out(split, given, found, mc):
        trials = [TrialPredictions(v, s, p, m) for (v, s), p, m in zip(EPOCHS, found, mc, strict=True)]
        return HeldOut(split, np.arange(len(given)), given, given, tuple(trials))

    trials = pd.DataFrame(list(EPOCHS), columns=["variant", names.SEED]).assign(
        **{names.BEST_EPOCH: np.array(BEST, float)}
    )
    return SweepRecord(
        variants=(Variant(), Variant(dropout_rate=0.2)),
        settings=Settings(),
        trials=trials,
        curves=tuple(curve_of(i, epochs) for i, epochs in enumerate(EPOCHS.values())),
        validation=held_out("val", GIVEN, SELECTED_PROBS, [None] * 5),
        test=held_out("test", TEST_GIVEN, TEST_PROBS, MC),
        last_probs=tuple(LAST_PROBS),
        class_names=("a", "b", "c"),
    )


def test_places_of_each_variants_trials(record):
    """In the order of the variants, each with its rows of the table of trials."""
    assert record.of_variant == {"baseline": [0, 1], "dropout=0.2": [2, 3, 4]}
    assert list(record.of_variant) == ["baseline", "dropout=0.2"]


def test_errors_are_against_given_labels_at_the_selected_epoch(record):
    """A row a seed, a column an example; by hand."""
    found = {v.variant: v.wrong.astype(int).tolist() for v in record.errors("val")}
    assert found == {
        "baseline": [[0, 0, 0, 0], [0, 0, 0, 1]],
        "dropout=0.2": [[1, 0, 0, 0], [1, 1, 0, 0], [0, 0, 0, 0]],
    }
    found = {v.variant: v.wrong.astype(int).tolist() for v in record.errors("test")}
    assert found == {"baseline": [[0, 0, 0], [1, 0, 0]], "dropout=0.2": [[0, 1, 1], [0, 0, 0], [1, 1, 1]]}


def test_monte_carlo_errors_are_of_variants_with_dropout_alone(record):
    """Those of the mean over passes; a variant without passes is left out, not right throughout."""
    [found] = record.errors("test", mc=True)
    assert found.variant == "dropout=0.2"
    assert found.wrong.astype(int).tolist() == [[0, 0, 0], [1, 0, 0], [0, 0, 1]]
    assert record.errors("val", mc=True) == []


def test_fits_at_the_last_epoch(record):
    """Each seed's own last epoch, what the last epoch's network gets wrong, and NaN after a seed's last."""
    base, dropout = record.fits(LAST)
    assert (base.variant, base.seeds, dropout.variant, dropout.seeds) == ("baseline", (0, 1), "dropout=0.2", (0, 1, 2))
    assert base.judged_epoch.tolist() == [3, 2]
    assert dropout.judged_epoch.tolist() == [2, 2, 2]
    assert base.wrong.astype(int).tolist() == [[0, 0, 0, 1], [0, 0, 1, 1]]
    assert dropout.wrong.astype(int).tolist() == [[0, 1, 1, 0]] * 3
    np.testing.assert_allclose(base.val_error, [0.25, 0.5])
    # train accuracy is measure 0: trials 0 and 1, epochs 3 and 2
    np.testing.assert_allclose(base.train_error, [1 - 0.003, 1 - 0.102])
    np.testing.assert_allclose(base.train_error_curve, [[0.999, 0.998, 0.997], [0.899, 0.898, np.nan]])
    np.testing.assert_allclose(base.largest_class_share, [0.5, 0.5])
    np.testing.assert_allclose(dropout.largest_class_share, [1, 1, 1])


def test_each_curve_is_its_own_measure(record):
    """Accuracies become errors, cross-entropies stay; no curve is another's."""
    dropout = record.fits(LAST)[1]
    place = {name: i for i, name in enumerate(names.EPOCH_METRICS)}
    for curve, name, error in (
        (dropout.train_error_curve, names.TRAIN_ACCURACY, True),
        (dropout.val_error_curve, names.VAL_ACCURACY, True),
        (dropout.train_cross_entropy_curve, names.TRAIN_CROSS_ENTROPY, False),
        (dropout.val_cross_entropy_curve, names.VAL_CROSS_ENTROPY, False),
    ):
        values = np.array([[0.01 * (10 * t + place[name]) + 0.001 * e for e in (1, 2)] for t in (2, 3, 4)])
        np.testing.assert_allclose(curve, 1 - values if error else values)


def test_the_rise_is_each_examples_cross_entropy_from_the_selected_epoch_to_the_last(record):
    """-ln p of the given label now, minus that at the selected epoch: ln of the ratio of the two."""
    base, dropout = record.fits(LAST)
    same, lost = np.log(0.8 / 0.9), np.log(0.8 / 0.05)
    np.testing.assert_allclose(base.rise[0], [same, same, same, lost])
    np.testing.assert_allclose(base.rise[1], [same, same, lost, np.log(0.1 / 0.05)])
    np.testing.assert_allclose(dropout.rise[2], [0, np.log(0.8 / 0.1), np.log(0.8 / 0.1), 0], atol=1e-12)


def test_a_probability_of_0_rises_by_a_finite_amount(record):
    """A saturated network that is wrong costs much, not infinitely much."""
    saturated = np.eye(3)[[1, 1, 2, 0]]
    changed = SweepRecord(
        **{name: getattr(record, name) for name in record.__dataclass_fields__}
        | {"last_probs": (saturated, *record.last_probs[1:])}
    )
    rise = changed.fits(LAST)[0].rise[0]
    assert np.isfinite(rise).all()
    assert rise[0] > 10
    np.testing.assert_allclose(rise[1:], np.log(0.8))


def test_fits_at_the_selected_epoch(record):
    """The best epoch of each trial, what its network gets wrong, and no rise: it is the minimum."""
    base, dropout = record.fits(SELECTED)
    assert base.judged_epoch.tolist() == [2, 2]
    assert dropout.judged_epoch.tolist() == [1, 1, 2]
    assert base.judged_epoch.dtype.kind == "i"
    np.testing.assert_allclose(base.train_error, [1 - 0.002, 1 - 0.102])
    np.testing.assert_allclose(dropout.train_error, [1 - 0.201, 1 - 0.301, 1 - 0.402])
    assert base.wrong.astype(int).tolist() == [[0, 0, 0, 0], [0, 0, 0, 1]]
    assert base.rise is None
    np.testing.assert_allclose(dropout.largest_class_share, [0.5, 0.5, 0.5])


def test_the_table_of_curves_is_every_epoch_of_every_trial(record):
    """Variant, seed and selected epoch beside the curve's own columns, in the order of the trials."""
    table = record.curve_table()
    assert set(table) == {"variant", "seed", "selected_epoch", *names.CURVE_COLUMNS}
    expected = [
        (v, s, best, e)
        for ((v, s), epochs), best in zip(EPOCHS.items(), BEST, strict=True)
        for e in range(1, epochs + 1)
    ]
    assert list(table[["variant", "seed", "selected_epoch", "epoch"]].itertuples(index=False, name=None)) == expected
    np.testing.assert_allclose(table.loc[2, names.TRAIN_ACCURACY], 0.003)
    np.testing.assert_allclose(table.loc[3, names.TRAIN_ACCURACY], 0.101)
    assert table.index.is_unique


def test_regimes_go_by_balanced_errors_where_these_are_judged_and_known(record):
    """Train, validation and what is wrong alike; by accuracy where another measure is judged, or an older sweep has none."""
    balanced = Primary(names.BALANCED_ACCURACY)
    assert record.fits_by(balanced) == names.BALANCED_ACCURACY
    assert record.fits_by(Primary(names.NEGATIVE_LOG_LIKELIHOOD)) == record.fits_by(Primary()) == names.ACCURACY
    base, _ = record.fits(LAST, names.BALANCED_ACCURACY)
    # Given labels 0 1 2 0, the last wrong, then the last two: half of class 0, then all of class 2 as well.
    np.testing.assert_allclose(base.val_error, [1 / 6, 1 / 2])
    place = names.EPOCH_METRICS.index(names.TRAIN_BALANCED_ACCURACY)
    np.testing.assert_allclose(base.train_error, [1 - 0.01 * place - 0.003, 1 - 0.01 * (10 + place) - 0.002])
    older = replace(record, curves=tuple(c.assign(**{names.TRAIN_BALANCED_ACCURACY: np.nan}) for c in record.curves))
    assert older.fits_by(balanced) == names.ACCURACY


def test_fresh_networks_are_compared_as_the_others_are(record):
    """By their probabilities and the labels of test, each variant's own by seed."""
    networks = (TrialPredictions("baseline", 7, probs(1, 0, 0)), TrialPredictions("baseline", 9, probs(1, 0, 2)))
    [found] = replace(record, fresh=networks).fresh_errors(Primary(names.BALANCED_ACCURACY))
    assert (found.variant, found.seeds) == ("baseline", (7, 9))
    assert found.wrong.astype(int).tolist() == [[0, 0, 1], [0, 0, 0]]
    assert found.classes.tolist() == TEST_GIVEN.tolist()

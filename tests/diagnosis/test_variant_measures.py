"""Measures of variants: Student's t by hand, and the crossed limits of the errors."""

import math

import numpy as np
import pandas as pd
import pytest

from regtrack import names
from regtrack.diagnosis.differences.crossed import CrossedErrors
from regtrack.diagnosis.held_out import HeldOut, TrialPredictions
from regtrack.diagnosis.regimes.diagnose import LAST, diagnose_regimes
from regtrack.diagnosis.simulation import Truth, simulate_wrong
from regtrack.diagnosis.sweep_record import SweepRecord
from regtrack.diagnosis.variant_measures import MEASURE_COLUMNS, OVER_SEEDS, measure_variants
from regtrack.variants import Settings, Variant

N, T3 = 500, 4.302652730
"""Examples; Student's t of 2 degrees of freedom at 0.975."""
ERRORS = {"val": (0.20, 0.10), "test": (0.22, 0.12), "last": (0.25, 0.15)}


def sweep(seeds: int = 3, **metrics: dict[str, list]) -> SweepRecord:
    """Baseline and dropout; train accuracy ends at 0.90, 0.92, 0.94 and 0.80 for every seed. `metrics` by column."""
    variants, rng = (Variant(), Variant(dropout_rate=0.2)), np.random.default_rng(0)
    truths = {split: [Truth(0, error) for error in errors] for split, errors in ERRORS.items()}
    wrong = {split: simulate_wrong(truth, seeds=seeds, n=N, rng=rng) for split, truth in truths.items()}
    probs = {split: [np.column_stack([1.0 - w, w]) for w in np.concatenate(of)] for split, of in wrong.items()}
    trials = pd.DataFrame(
        [{"variant": v.label, names.SEED: s, names.BEST_EPOCH: 1.0} for v in variants for s in range(seeds)]
    ).assign(**metrics)
    accuracy = [0.90 + 0.02 * s for s in range(seeds)] + [0.80] * seeds
    curves = tuple(
        pd.DataFrame({"epoch": [1, 2]} | dict.fromkeys(names.EPOCH_METRICS, 0.5) | {names.TRAIN_ACCURACY: [0.3, a]})
        for a in accuracy
    )
    labels = np.zeros(N, int)
    held_out = {
        split: HeldOut(split, np.arange(N), labels, labels, tuple(
            TrialPredictions(v, s, p) for v, s, p in zip(trials["variant"], trials[names.SEED], probs[split], strict=True)
        )) for split in ("val", "test")
    }  # fmt: skip
    return SweepRecord(
        variants, Settings(), trials, curves, held_out["val"], held_out["test"], tuple(probs["last"]), ("a", "b")
    )


def measured(record: SweepRecord, **how) -> pd.DataFrame:
    last = record.fits(LAST)
    table = measure_variants(record, last, diagnose_regimes(last), **how)
    assert tuple(table.columns) == MEASURE_COLUMNS
    assert not table.duplicated(["variant", "measure"]).any()
    return table.set_index(["variant", "measure"])


def limits(table: pd.DataFrame, variant: str, measure: str) -> tuple:
    return tuple(table.loc[(variant, measure), ["value", "low", "high", "seeds"]])


def test_limits_over_seeds_are_students():
    """Values 1, 2, 6: mean 3, standard deviation sqrt(7), half width t(2) sqrt(7 / 3); equal values have none."""
    metric = OVER_SEEDS["aurc"]
    table = measured(sweep(**{metric: [1.0, 2.0, 6.0, 5.0, 5.0, 5.0]}))
    half = T3 * math.sqrt(7 / 3)
    assert limits(table, "baseline", "aurc") == pytest.approx((3, 3 - half, 3 + half, 3))
    assert limits(table, "dropout=0.2", "aurc") == pytest.approx((5, 5, 5, 3))


def test_the_train_error_is_that_of_the_last_epoch():
    """Train errors 0.10, 0.08, 0.06: mean 0.08, standard deviation 0.02."""
    table = measured(sweep())
    half = T3 * 0.02 / math.sqrt(3)
    assert limits(table, "baseline", "train_error") == pytest.approx((0.08, 0.08 - half, 0.08 + half, 3))
    assert limits(table, "dropout=0.2", "train_error") == pytest.approx((0.20, 0.20, 0.20, 3))


@pytest.mark.parametrize(
    ("measure", "split", "kind"),
    [("val_error", "val", "error"), ("val_error_last", "last", "error"), ("test_accuracy", "test", "accuracy")],
)
def test_limits_of_errors_are_those_of_the_crossed_errors(measure, split, kind):
    """Of both variants together, seeds and examples crossed; an accuracy's limits are turned around."""
    record = sweep()
    table = measured(record)
    found = [f.wrong for f in record.fits(LAST)] if split == "last" else [v.wrong for v in record.errors(split)]
    errors = CrossedErrors(found)
    for v, variant in enumerate(("baseline", "dropout=0.2")):
        low, high = errors.contrast(np.eye(2)[v]).limits()
        rate = found[v].mean()
        expected = (rate, low, high) if kind == "error" else (1 - rate, 1 - high, 1 - low)
        assert limits(table, variant, measure) == pytest.approx((*expected, 3))
        assert rate == pytest.approx(ERRORS[split][v], abs=0.05)


def test_the_gap_is_the_regimes():
    """Estimate and limits of the clause that the verdict rests on: validation minus train error at the last epoch."""
    record = sweep()
    table, regimes = measured(record), diagnose_regimes(record.fits(LAST))
    for variant, fits in zip(("baseline", "dropout=0.2"), record.fits(LAST), strict=True):
        clause = regimes[variant].clause("gap")
        assert limits(table, variant, "generalization_gap") == (clause.estimate, clause.low, clause.high, 3)
        assert clause.estimate == pytest.approx(fits.wrong.mean() - fits.train_error.mean())


def test_limits_follow_the_level():
    """A lower level narrows limits over seeds and crossed ones."""
    record = sweep(**{OVER_SEEDS["aurc"]: [1.0, 2.0, 6.0] * 2})
    wide, narrow = measured(record), measured(record, level=0.5)
    for measure in ("aurc", "val_error"):
        assert np.ptp(limits(wide, "baseline", measure)[1:3]) > np.ptp(limits(narrow, "baseline", measure)[1:3])


def test_what_was_not_measured_has_no_row():
    """A metric that no trial has, or that one seed of the variant lacks, is left out for that variant alone."""
    nan = float("nan")
    mc, seconds = OVER_SEEDS["mc_high_confidence_errors"], OVER_SEEDS["mc_seconds"]
    table = measured(sweep(**{mc: [nan] * 3 + [2.0, 3.0, 4.0], seconds: [nan] * 3 + [1.0, nan, 1.0]}))
    assert ("baseline", "mc_high_confidence_errors") not in table.index
    assert limits(table, "dropout=0.2", "mc_high_confidence_errors")[0] == 3.0
    assert "mc_seconds" not in table.index.get_level_values("measure")
    assert "brier_score" not in table.index.get_level_values("measure")


def test_every_measure_is_read_from_its_own_metric():
    """One value for each metric, found under its measure and no other."""
    metrics = {metric: [float(i)] * 6 for i, metric in enumerate(OVER_SEEDS.values(), start=10)}
    table = measured(sweep(**metrics))
    assert [table.loc[("baseline", measure), "value"] for measure in OVER_SEEDS] == [
        float(i) for i in range(10, 10 + len(metrics))
    ]


def test_one_seed_has_values_and_no_limits():
    """A spread over one seed is unknown, not 0."""
    table = measured(sweep(seeds=1, **{OVER_SEEDS["aurc"]: [1.0, 2.0]}))
    assert table["value"].notna().all()
    assert table[["low", "high"]].isna().all().all()
    assert (table["seeds"] == 1).all()

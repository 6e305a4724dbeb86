"""Error against training-set size: points by hand, a power law that is recovered, and the sentence's branches."""

import numpy as np
import pandas as pd
import pytest

from regtrack import names
from regtrack.diagnosis.advice import training_size as module
from regtrack.diagnosis.advice.training_size import (
    COLUMNS,
    EXTRAPOLATED,
    MEASURED,
    extrapolate,
    extrapolate_training_size,
)
from regtrack.diagnosis.differences.crossed import CrossedErrors
from regtrack.diagnosis.held_out import HeldOut, TrialPredictions
from regtrack.diagnosis.sweep_record import SweepRecord
from regtrack.variants import Settings, Variant

N = 4000
ALL = 8000
"""Training examples where no train_size is set."""


def wrong(error: float, seeds: int = 3, spread: int = 2) -> np.ndarray:
    """(seeds, N): the same first examples are wrong for all, each next seed misses `spread` more."""
    counts = round(error * N) + spread * (np.arange(seeds) - (seeds - 1) / 2)
    return np.arange(N) < counts[:, None]


def sweep(**curves: dict[int, np.ndarray]) -> SweepRecord:
    """Technique -> {training examples: wrong}; `none` is without regularization. ALL is without train_size."""
    own = {"none": {}, "l2": {"l2": 0.1}, "dropout": {"dropout_rate": 0.2}}
    variants, rows, trials = [], [], []
    for technique, sizes in curves.items():
        for size, misses in sizes.items():
            variant = Variant(**own[technique], **({} if size == ALL else {"train_size": size}))
            variants.append(variant)
            for seed, row in enumerate(misses):
                rows.append({"variant": variant.label, names.SEED: seed, names.N_TRAIN: size})
                trials.append(TrialPredictions(variant.label, seed, np.column_stack([1.0 - row, row])))
    labels = np.zeros(N, int)
    val = HeldOut("val", np.arange(N), labels, labels, tuple(trials))
    return SweepRecord(tuple(variants), Settings(), pd.DataFrame(rows), (), val, val, (), ("a", "b"))


@pytest.fixture
def few_draws(monkeypatch):
    """Enough of them where limits need only be roughly right."""
    monkeypatch.setattr(module, "DRAWS", 60)


def curve(*errors: float, **how) -> dict[int, np.ndarray]:
    """Errors at 1,000, 2,000, 4,000 ... examples, the last one without train_size."""
    return {ALL // 2**i: wrong(error, **how) for i, error in enumerate(errors[::-1])}


# ---- measured -----------------------------------------------------------------------------------------------------
def test_measured_points_are_the_crossed_errors_the_smallest_size_first():
    """Label without the size, training examples as the trials tell, the mean error with its crossed limits."""
    record = sweep(none={ALL: wrong(0.1), 500: wrong(0.3), 2000: wrong(0.2)}, l2={ALL: wrong(0.05)})
    found = extrapolate_training_size(record)
    assert tuple(found.table.columns) == COLUMNS
    assert found.table[["variant", "train_size", "kind", "split"]].values.tolist() == [
        ["baseline", size, MEASURED, "val"] for size in (500, 2000, ALL)
    ]
    np.testing.assert_allclose(found.table["value"], [0.3, 0.2, 0.1])
    errors = CrossedErrors([v.wrong for v in record.errors("val")])
    for row, place in zip(found.table.itertuples(), (1, 2, 0), strict=True):
        assert (row.low, row.high) == pytest.approx(errors.contrast(np.eye(4)[place]).limits())
        assert row.low < row.value < row.high


def test_limits_follow_the_level(few_draws):
    """A lower level narrows measured and extrapolated intervals alike."""
    record = sweep(none=curve(0.3, 0.2, 0.15, 0.12))
    wide, narrow = extrapolate_training_size(record).table, extrapolate_training_size(record, level=0.5).table
    assert ((wide["high"] - wide["low"]) > (narrow["high"] - narrow["low"])).all()
    np.testing.assert_allclose(wide["value"], narrow["value"])


@pytest.mark.parametrize("curves", [{"none": {ALL: wrong(0.1)}}, {"none": {ALL: wrong(0.1)}, "l2": {1000: wrong(0.2)}}])
def test_without_a_varied_size_there_is_nothing_to_say(curves):
    """One size of each variant is no curve: no row, no sentence."""
    found = extrapolate_training_size(sweep(**curves))
    assert found.table.empty
    assert tuple(found.table.columns) == COLUMNS
    assert found.sentence == ""


@pytest.mark.parametrize(("errors", "extrapolated"), [((0.3, 0.2, 0.15), 0), ((0.3, 0.2, 0.15, 0.12), 2)])
def test_three_sizes_are_not_extrapolated_four_are(errors, extrapolated, few_draws):
    """To twice and four times the largest size, after the measured points."""
    table = extrapolate_training_size(sweep(none=curve(*errors))).table
    assert table["kind"].tolist() == [MEASURED] * len(errors) + [EXTRAPOLATED] * extrapolated
    assert table["train_size"].tolist()[len(errors) :] == [16_000, 32_000][:extrapolated]


# ---- the power law --------------------------------------------------------------------------------------------------
SIZES = np.array([1000, 2000, 4000, 8000])


@pytest.mark.parametrize(("a", "b", "c"), [(0.05, 0.2, 0.5), (0.0, 0.3, 0.3), (0.1, 0.25, 1.0)])
def test_an_exact_power_law_is_recovered(a, b, c):
    """a + b (n / 1000)^-c: values, what doubling gains, and limits that hold them and widen with distance."""
    law = lambda n: a + b * (np.asarray(n) / 1000) ** -c  # noqa: E731
    found = extrapolate(SIZES, law(SIZES), np.full(4, 0.002))
    assert [size for size, *_ in found.points] == [16_000, 32_000]
    for size, value, low, high in found.points:
        assert value == pytest.approx(law(size), abs=1e-4)
        assert low < law(size) < high
    near, far = (high - low for *_, low, high in found.points)
    assert far > near
    mean, low, high = found.doubling
    assert mean == pytest.approx(law(8000) - law(16_000), abs=1e-4)
    assert low < mean < high
    assert low >= 0, "a power law falls"


def test_less_certain_values_give_wider_limits_and_the_same_values(few_draws):
    """Limits are the measurement's uncertainty carried on."""
    law = 0.05 + 0.2 * (SIZES / 1000) ** -0.5
    sure, unsure = (extrapolate(SIZES, law, np.full(4, error)) for error in (0.001, 0.01))
    assert sure.points[0][1] == pytest.approx(unsure.points[0][1], abs=1e-4)
    assert unsure.points[0][3] - unsure.points[0][2] > 3 * (sure.points[0][3] - sure.points[0][2])


def test_the_surer_value_counts_for_more(few_draws):
    """One size far off the law and hardly known does not move the extrapolation."""
    law = lambda n: 0.05 + 0.2 * (np.asarray(n) / 1000) ** -0.5  # noqa: E731
    sizes = np.array([1000, 2000, 4000, 8000, 12_000])
    off = law(sizes) + np.array([0, 0, 0.05, 0, 0])
    found = extrapolate(sizes, off, np.array([0.001, 0.001, 1.0, 0.001, 0.001]))
    assert found.points[0][1] == pytest.approx(law(24_000), abs=1e-3)
    assert abs(extrapolate(sizes, off, np.full(5, 0.001)).points[0][1] - law(24_000)) > 3e-3


def test_a_flat_curve_stays_flat(few_draws):
    """Where more data never helped, none is expected to."""
    found = extrapolate(SIZES, np.full(4, 0.1), np.full(4, 1e-3))
    assert found.points[1][1] == pytest.approx(0.1, abs=2e-3)
    assert found.doubling[0] == pytest.approx(0.0, abs=1e-3)


def test_with_fewer_than_four_sizes_nothing_is_extrapolated():
    """Three parameters through three points would always fit."""
    found = extrapolate(SIZES[:3], np.array([0.3, 0.2, 0.1]), np.full(3, 0.01))
    assert found.points == ()
    assert found.doubling is None


def test_values_known_badly_are_refitted_all_the_same(few_draws):
    """Drawn errors below 0 and above 1 are no reason to fail: the limits are as wide as the ignorance."""
    found = extrapolate(SIZES, np.array([0.9, 0.5, 0.3, 0.05]), np.full(4, 0.5))
    assert found.points[0][3] - found.points[0][2] > 0.3
    assert all(np.isfinite(point).all() for point in found.points)


def test_an_unknown_standard_error_leaves_the_limits_unknown():
    """Single seeds say nothing of their spread: a value without limits, never a narrow interval."""
    law = 0.05 + 0.2 * (SIZES / 1000) ** -0.5
    found = extrapolate(SIZES, law, np.full(4, np.nan))
    assert found.points[0][1] == pytest.approx(0.05 + 0.2 / 4, abs=1e-4)
    assert np.isnan([limit for point in found.points for limit in point[2:]]).all()
    assert np.isfinite(found.doubling[0])
    assert np.isnan(found.doubling[1:]).all()


def test_the_extrapolation_is_reproducible(few_draws):
    """The same measurements give the same limits; the draws have a seed of their own."""
    law = 0.05 + 0.2 * (SIZES / 1000) ** -0.5
    first, again, other = (extrapolate(SIZES, law, np.full(4, 0.01), seed=seed) for seed in (0, 0, 1))
    assert first == again != other


# ---- the sentence -------------------------------------------------------------------------------------------------
FALLING, FLAT = (0.40, 0.30, 0.225, 0.169), (0.20, 0.20, 0.20, 0.20)


def test_more_data_where_the_curve_still_falls(few_draws):
    """Twice the data gains 4 points, the regularizer 1: each with its interval."""
    sentence = extrapolate_training_size(sweep(none=curve(*(e + 0.01 for e in FALLING)), l2=curve(*FALLING))).sentence
    assert sentence.startswith(
        "twice the 8,000 training examples are expected to lower the validation error of l2=0.1 by "
    )
    assert "a power law extrapolated); l2=0.1 lowers it by 1.0 points (" in sentence
    assert sentence.endswith(" at 8,000: which helps more: more data")


def test_the_regularizer_where_the_curve_is_flat(few_draws):
    """Twice the data gains nothing, the regularizer 5 points."""
    sentence = extrapolate_training_size(sweep(none=curve(*(e + 0.05 for e in FLAT)), l2=curve(*FLAT))).sentence
    assert "by 0.0 points (" in sentence
    assert sentence.endswith(": which helps more: the regularizer")


def test_not_told_apart_where_both_gain_alike(few_draws):
    """Twice the data gains 4 points, so does the regularizer."""
    sentence = extrapolate_training_size(sweep(none=curve(*(e + 0.042 for e in FALLING)), l2=curve(*FALLING))).sentence
    assert sentence.endswith(": which helps more: not told apart")


def test_the_best_at_the_largest_size_is_spoken_of():
    """Of several regularizers the one with the lowest error there."""
    record = sweep(none=curve(0.4, 0.3), l2=curve(0.2, 0.19), dropout=curve(0.3, 0.18))
    low, high = CrossedErrors([v.wrong for v in record.errors("val")]).difference(0, 4).limits()
    assert extrapolate_training_size(record).sentence == (
        "too few sizes to extrapolate the validation error (at least 4); dropout=0.2 lowers it by 12.0 points "
        f"({100 * low:.1f} to {100 * high:.1f}) at 8,000"
    )


def test_where_the_baseline_is_best_no_regularizer_is_ahead(few_draws):
    """Said with and without an extrapolation."""
    few = extrapolate_training_size(sweep(none=curve(0.2, 0.1), l2=curve(0.3, 0.2))).sentence
    end = "; no regularizer is ahead of the baseline at 8,000 examples"
    assert few == f"too few sizes to extrapolate the validation error (at least 4){end}"
    many = extrapolate_training_size(sweep(none=curve(*FALLING), l2=curve(*FLAT))).sentence
    assert many.startswith(
        "twice the 8,000 training examples are expected to lower the validation error of baseline by"
    )
    assert many.endswith(f"a power law extrapolated){end}")


def test_without_a_baseline_of_the_same_size_nothing_is_compared():
    """No baseline, one of a single size, or one trained on other sizes: only what more data would do."""
    head = "too few sizes to extrapolate the validation error (at least 4)"
    assert extrapolate_training_size(sweep(l2=curve(0.2, 0.1))).sentence == head
    assert extrapolate_training_size(sweep(none={ALL: wrong(0.3)}, l2=curve(0.2, 0.1))).sentence == head
    assert (
        extrapolate_training_size(sweep(none={500: wrong(0.4), 1000: wrong(0.3)}, l2=curve(0.2, 0.1))).sentence == head
    )


def test_single_seeds_have_no_interval(few_draws):
    """Limits are missing in the table, and the sentence says why."""
    one = {"seeds": 1, "spread": 0}
    found = extrapolate_training_size(sweep(none=curve(*(e + 0.01 for e in FALLING), **one), l2=curve(*FALLING, **one)))
    assert found.table[["low", "high"]].isna().all().all()
    assert found.table["value"].notna().all()
    assert "(no interval: single seeds, a power law extrapolated)" in found.sentence
    assert "l2=0.1 lowers it by 1.0 points (no interval: single seeds) at 8,000" in found.sentence
    assert found.sentence.endswith("not told apart")

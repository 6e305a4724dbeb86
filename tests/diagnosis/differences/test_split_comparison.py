"""Variants against the baseline over splits: verdicts where splits suffice, equals told apart no more often than is said."""

from dataclasses import replace

import numpy as np
import pytest
from scipy import stats

from regtrack.diagnosis.differences.comparison import VariantErrors
from regtrack.diagnosis.differences.split_comparison import (
    SHARED_TRAINING,
    TOO_FEW_SPLITS,
    SplitErrors,
    compare_over_splits,
    compare_pairs_over_splits,
    pair_over_splits,
)
from regtrack.diagnosis.differences.strata import TOO_FEW_OF_A_CLASS
from regtrack.names import BALANCED_ACCURACY, BETTER, EQUAL, NO_VERDICT, NOT_SHOWN, OVER_SPLITS_COLUMNS, WORSE

RATES = {"baseline": 0.2, "good": 0.1, "bad": 0.3, "alike": 0.2}


def splits(n_splits=7, seeds=2, rates=RATES, n=400, *, fixed=False, seed=0, **parts) -> list[SplitErrors]:
    """Examples are hard for all networks alike; a network has its own luck; test is drawn with each split unless `fixed`."""
    rng = np.random.default_rng(seed)
    found, ease = [], rng.random(n)
    for split in range(n_splits):
        ease = ease if fixed else rng.random(n)
        errors = [
            VariantErrors(
                name, 0.7 * ease + 0.3 * rng.random((seeds, n)) < rate + rng.normal(0, 0.005, (seeds, 1)), **parts
            )
            for name, rate in rates.items()
        ]
        ids = np.arange(n) if fixed else np.arange(n) + split * n
        found.append(SplitErrors(errors, ids, dict.fromkeys(rates, 1200), 400))
    return found


@pytest.mark.parametrize("fixed", [False, True])
def test_clear_differences_are_told_and_equals_are_not(fixed):
    """A variant that errs less, one that errs more and one alike, on drawn and on fixed test examples."""
    table = compare_over_splits(splits(fixed=fixed)).set_index("variant")
    assert table["verdict"].to_dict() == {"good": BETTER, "bad": WORSE, "alike": NOT_SHOWN}
    assert tuple(table.reset_index().columns) == OVER_SPLITS_COLUMNS
    assert (table["test_is_fixed"] == fixed).all()
    assert table.loc["good", ["splits", "seeds", "examples", "train_examples"]].tolist() == [7, 14, 400, 1200]
    assert table["freedom"].between(6 if fixed else 4, 6).all()
    assert (table["low"] < table["difference"]).all()
    assert table["difference"].round(1).tolist() == pytest.approx([0.1, -0.1, 0.0], abs=0.05)


def test_fewer_than_five_splits_give_neither_interval_nor_verdict():
    """Four splits: the difference stands alone, with the reason."""
    table = compare_over_splits(splits(4))
    assert set(table["verdict"]) == {NO_VERDICT}
    assert set(table["reason"]) == {TOO_FEW_SPLITS}
    assert table[["low", "high"]].isna().all(axis=None)
    five = compare_over_splits(splits(5))
    assert NO_VERDICT not in set(five["verdict"])
    assert five[["low", "high"]].notna().all(axis=None)


def test_each_look_at_more_splits_spends_its_part_of_the_error():
    """The intervals of one look hold jointly at 0.96, later ones are wider, and from the fourth on there is none."""
    found = splits()
    first, second, fourth = (compare_over_splits(found, looks=looks) for looks in (1, 2, 4))
    assert (second["high"] - second["low"] > 1.2 * (first["high"] - first["low"])).all()
    assert set(fourth["verdict"]) == {NO_VERDICT}
    assert set(fourth["reason"]) == {"no look left"}
    [one] = compare_over_splits(splits(rates={"baseline": 0.2, "good": 0.1})).to_dict("records")
    assert one["high"] - one["difference"] == pytest.approx(stats.t.ppf(0.98, one["freedom"]) * one["standard_error"])


@pytest.mark.parametrize("fixed", [False, True])
def test_the_parts_of_the_variance_are_shares(fixed):
    """Split, seed and examples together are 1, each between 0 and 1; with one seed a split the seed's is not known."""
    shares = compare_over_splits(splits(fixed=fixed))[["split_share", "seed_share", "example_share"]]
    np.testing.assert_allclose(shares.sum(axis=1), 1)
    assert shares.ge(0).all(axis=None)
    assert compare_over_splits(splits(seeds=1, fixed=fixed))["seed_share"].isna().all()


def test_equals_are_told_apart_no_more_often_than_is_said():
    """Of 60 sweeps of three variants that are alike, on 7 splits of 2 seeds, one in twenty or fewer tells any apart."""
    alike = dict.fromkeys(("baseline", "a", "b", "c"), 0.2)
    told = [
        (compare_over_splits(splits(rates=alike, n=60, seed=seed))["verdict"] != NOT_SHOWN).any() for seed in range(60)
    ]
    assert np.mean(told) <= 0.05


def test_classes_count_alike_where_balanced_accuracy_is_judged():
    """A variant that errs on a rare class alone loses by half of that class's errors, not by its share of the examples."""
    classes = np.array([0] * 90 + [1] * 10)
    none, rare = np.zeros((2, 100), bool), np.tile(classes == 1, (2, 1))
    one = [VariantErrors("baseline", none, classes=classes), VariantErrors("rare", rare, classes=classes)]
    table = compare_over_splits(
        [SplitErrors(one, np.arange(100), {"baseline": 9, "rare": 9})] * 5, primary=BALANCED_ACCURACY
    )
    assert table["difference"].tolist() == [-0.5]
    assert table["primary"].tolist() == [BALANCED_ACCURACY]


def of_classes(*rare: int) -> list[SplitErrors]:
    """A split for each number of examples of the rare class; a variant is better there."""
    found = []
    for split, n in enumerate(rare):
        drawn, *_ = splits(1, n=200, seed=split)
        classes = np.arange(200) < n
        errors = [replace(one, classes=classes.astype(int)) for one in drawn.errors]
        found.append(replace(drawn, errors=errors, example_id=np.arange(200) + 200 * split))
    return found


@pytest.mark.parametrize(
    ("rare", "refused"), [((5,) * 7, False), ((5, 5, 5, 4, 5, 5, 5), True), ((5, 5, 5, 0, 5, 5, 5), True)]
)
def test_too_few_test_examples_of_a_class_on_one_split_allow_no_verdict(rare, refused):
    """Five of each class are enough, four or none on one split of seven are not; of accuracy classes do not matter."""
    table = compare_over_splits(of_classes(*rare), primary=BALANCED_ACCURACY)
    assert set(table["reason"]) <= ({TOO_FEW_OF_A_CLASS} if refused else {"", SHARED_TRAINING})
    assert table["low"].isna().all() == refused
    assert (table["verdict"] == NO_VERDICT).all() == refused


def test_splits_without_the_baseline_or_a_variant_are_left_out():
    """A variant that failed on two splits is compared on the five that it has; one that has a single split is not."""
    found = splits(7)
    short = [[one for one in split.errors if one.variant != "good" or i >= 2] for i, split in enumerate(found)]
    short = [[one for one in errors if one.variant != "bad" or i == 0] for i, errors in enumerate(short)]
    table = compare_over_splits(
        [
            SplitErrors(errors, split.example_id, split.train_examples)
            for errors, split in zip(short, found, strict=True)
        ]
    ).set_index("variant")
    assert table["splits"].to_dict() == {"good": 5, "alike": 7}


def test_networks_that_never_differ_are_not_certainly_equal():
    """Where nothing differs at all the interval is what one split's 300 examples cannot rule out, ln(25) / 300 either way."""
    wrong = np.random.default_rng(0).random((2, 300)) < 0.2
    errors = [VariantErrors("baseline", wrong, (0, 1)), VariantErrors("same", wrong, (0, 1))]
    [row] = compare_over_splits([SplitErrors(errors, np.arange(300), {"baseline": 900, "same": 900})] * 5).to_dict(
        "records"
    )
    assert (row["difference"], row["verdict"]) == (0, NOT_SHOWN)
    assert (row["low"], row["high"]) == (pytest.approx(-np.log(25) / 300), pytest.approx(np.log(25) / 300))


def test_seeds_are_paired():
    """Networks of one seed that err alike leave the seed no part in the difference, however widely seeds scatter; a seed that one of
    the two lacks is left out."""
    rng = np.random.default_rng(0)
    found = []
    for split in range(5):
        wrong = rng.random((3, 500)) < np.array([[0.1], [0.3], [0.5]])
        better = wrong & (rng.random((3, 500)) < 0.8)
        errors = [VariantErrors("baseline", wrong, (1, 2, 3)), VariantErrors("less", better[::-1], (3, 2, 1))]
        found.append(SplitErrors(errors, np.arange(500) + 500 * split, {"baseline": 1500, "less": 1500}))
    one = VariantErrors("less", better[:1], (1,))
    found.append(SplitErrors([errors[0], one], np.arange(500) + 2500, found[0].train_examples))
    [row] = compare_over_splits(found).to_dict("records")
    assert (row["splits"], row["seeds"], row["verdict"]) == (6, 16, BETTER)
    apart = [np.mean(wrong[i]) - np.mean(better[i]) for i in range(3)]
    assert row["standard_error"] < np.std(apart)


def test_folds_have_the_ratio_of_their_number():
    """The same networks: of seven folds the split's part counts 1/7 + 1/6, of splits of 400 examples beside 1,200 1/7 + 1/3."""
    apart, together = (
        pair_over_splits(splits(seeds=1), "good", "baseline", folds=folds)["standard_error"] for folds in (0, 7)
    )
    assert together / apart == pytest.approx(np.sqrt((1 / 7 + 1 / 6) / (1 / 7 + 1 / 3)))


def test_no_baseline_no_comparison():
    """Without a baseline the table has its columns and no row."""
    table = compare_over_splits(splits(rates={"a": 0.1, "b": 0.2}))
    assert table.empty
    assert tuple(table.columns) == OVER_SPLITS_COLUMNS


def shifted(by_split: list[float], n: int = 2_000) -> list[SplitErrors]:
    """A variant that errs on so many more of each split's examples than the baseline, both seeds alike but for one example."""
    found = []
    for split, shift in enumerate(by_split):
        errors = []
        for name, rate in (("baseline", 0.2), ("other", 0.2 + shift)):
            counts = [round(rate * n), round(rate * n) + 1]
            errors.append(VariantErrors(name, np.arange(n) < np.array(counts)[:, None], (0, 1)))
        found.append(SplitErrors(errors, np.arange(n) + n * split, dict.fromkeys(("baseline", "other"), 3 * n), n // 5))
    return found


@pytest.mark.parametrize(("margin", "verdict"), [(0.01, EQUAL), (0.003, NOT_SHOWN), (0.001, NOT_SHOWN)])
def test_what_lies_within_the_margin_is_practically_equal(margin, verdict):
    """Differences of a thousandth either way, whose limits lie within a point; not within less than they, nor where three
    examples are more than the margin."""
    [row] = compare_over_splits(shifted([0.001, -0.001] * 4), margin=margin).to_dict("records")
    assert row["verdict"] == verdict
    assert 0.001 < row["high"] < 0.01
    assert -0.01 < row["low"] < -0.001


def test_better_is_said_before_practically_equal():
    """A difference of a tenth of the margin whose limits leave 0 on the one side is better, as of one split."""
    [row] = compare_over_splits(shifted([-0.001] * 7), margin=0.05).to_dict("records")
    assert (row["verdict"], row["high"] < 0.05) == (BETTER, True)


def test_what_splits_alone_would_show_and_training_examples_might_undo_is_not_shown():
    """Splits that scatter by a point around half a point, and seeds by nothing: which examples are trained on decides, and splits
    share them; the reason says it. Of four times the mean it is shown."""
    scatter = 0.006 * np.array([-1.5, -1, -0.5, 0, 0.5, 1, 1.5])
    [row] = compare_over_splits(shifted(list(-0.012 + scatter))).to_dict("records")
    assert (row["verdict"], row["reason"]) == (NOT_SHOWN, SHARED_TRAINING)
    [row] = compare_over_splits(shifted(list(-0.048 + scatter))).to_dict("records")
    assert (row["verdict"], row["reason"]) == (BETTER, "")


def test_any_two_are_compared_at_their_part_of_the_error():
    """Picked among ten pairs, each has a tenth of it: Student's t at 0.004."""
    found = splits()
    table = compare_pairs_over_splits(found, [("good", "bad"), ("bad", "alike")], of=10)
    assert list(zip(table["variant"], table["other"], table["verdict"], strict=True)) == [
        ("good", "bad", BETTER), ("bad", "alike", WORSE)
    ]  # fmt: skip
    halves = (table["high"] - table["difference"]) / table["standard_error"]
    assert halves.tolist() == pytest.approx(stats.t.isf(0.002, table["freedom"]).tolist())
    assert compare_pairs_over_splits(found, [("good", "nobody")], of=10).empty

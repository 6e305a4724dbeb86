"""Classes compared: which class gains and which loses, none by chance."""

import numpy as np
import pytest

from regtrack.diagnosis.compared.classes import compare_classes, worst_class_words
from regtrack.diagnosis.differences.comparison import VariantErrors
from regtrack.diagnosis.differences.families import TOO_FEW_SEEDS
from regtrack.diagnosis.differences.strata import FEWEST_OF_A_CLASS, TOO_FEW_OF_A_CLASS
from regtrack.names import BASELINE, BETTER, CLASS_DIFFERENCES_COLUMNS, NO_VERDICT, NOT_SHOWN, WORSE

NAMES = ("bag", "coat", "shirt")


def errors(labels: np.ndarray, seeds: int = 5, **rates: tuple[float, ...]) -> list[VariantErrors]:
    """Variants with such an error rate of each class, each network and example by itself."""
    rng = np.random.default_rng(0)
    return [VariantErrors(name, rng.random((seeds, len(labels))) < np.array(of)[labels]) for name, of in rates.items()]


LABELS = np.repeat([0, 1, 2], 500)
TRADES = {BASELINE: (0.1, 0.1, 0.3), "l2": (0.1, 0.02, 0.5), "other": (0.1, 0.1, 0.3)}


def test_a_variant_that_trades_one_class_for_another_is_told_on_both():
    """The loser first; recalls and differences are those of the networks."""
    found = compare_classes(errors(LABELS, **TRADES), LABELS, NAMES, "l2")
    assert tuple(found.columns) == CLASS_DIFFERENCES_COLUMNS
    assert list(zip(found["class"], found["verdict"], strict=True)) == [
        ("shirt", WORSE),
        ("bag", NOT_SHOWN),
        ("coat", BETTER),
    ]
    shirt = found.iloc[0]
    assert (shirt["recall"], shirt["other_recall"]) == pytest.approx((0.5, 0.7), abs=0.05)
    assert shirt["difference"] == pytest.approx(shirt["recall"] - shirt["other_recall"])
    assert worst_class_words(found).startswith("of the 3 classes shirt fares worst with l2: −")
    assert worst_class_words(found).endswith("points of recall (500 examples; worse)")


def test_limits_leave_out_0_where_something_is_shown_and_nowhere_else():
    """By every level that Holm's last step may come to."""
    for better in (0.1, 0.07, 0.05, 0.02):
        found = compare_classes(errors(LABELS, **TRADES | {"l2": (0.1, better, 0.35)}), LABELS, NAMES, "l2")
        off_zero = (found["low"] > 0) | (found["high"] < 0)
        assert off_zero.tolist() == found["verdict"].isin([BETTER, WORSE]).tolist()


def test_few_examples_few_seeds_and_no_look_left_get_no_verdict():
    """A class of too few, all of single seeds, and all from the fourth look on."""
    labels = np.repeat([0, 1, 2], [100, 100, FEWEST_OF_A_CLASS - 1])
    found = compare_classes(errors(labels, **TRADES), labels, NAMES, "l2").set_index("class")
    assert (found.loc["shirt", "verdict"], found.loc["shirt", "reason"]) == (NO_VERDICT, TOO_FEW_OF_A_CLASS)
    assert NO_VERDICT not in set(found["verdict"].drop("shirt"))
    single = compare_classes(
        errors(LABELS, 1, **{name: TRADES[name] for name in (BASELINE, "l2")}), LABELS, NAMES, "l2"
    )
    assert (set(single["verdict"]), set(single["reason"])) == ({NO_VERDICT}, {TOO_FEW_SEEDS})
    assert set(compare_classes(errors(LABELS, **TRADES), LABELS, NAMES, "l2", looks=4)["verdict"]) == {NO_VERDICT}


@pytest.mark.parametrize("given", [{"chosen": BASELINE}, {"without": BASELINE}])
def test_there_is_nothing_to_compare_without_a_baseline_or_where_it_is_chosen(given):
    """No row, and no words."""
    of = {name: rates for name, rates in TRADES.items() if name != given.get("without")}
    found = compare_classes(errors(LABELS, **of), LABELS, NAMES, given.get("chosen", "l2"))
    assert found.empty
    assert worst_class_words(found) == ""


def test_networks_that_never_differ_are_bounded_by_their_examples():
    """No error anywhere: a difference of 0 with limits that so many examples allow, and no verdict of its own."""
    found = compare_classes(errors(LABELS, **dict.fromkeys((BASELINE, "l2"), (0.0, 0.0, 0.0))), LABELS, NAMES, "l2")
    assert set(found["verdict"]) == {NOT_SHOWN}
    assert (found["high"] > 0.005).all()


def test_a_class_on_which_all_seeds_agree_is_no_more_certain_than_its_examples_allow():
    """Beside noisy variants, whose spread of other sizes lends it next to nothing: 36 examples leave more than 3/36 open."""
    labels, noisy = (
        np.repeat([0, 1], 36),
        errors(np.repeat([0, 1], 36), **{f"l2={i}": (0.1 * i, 0.3) for i in range(1, 6)}),
    )
    agreed = np.tile(np.arange(72) % 5 == 0, (5, 1))
    found = compare_classes(
        [VariantErrors(BASELINE, agreed), VariantErrors("chosen", agreed), *noisy], labels, NAMES, "chosen"
    )
    assert found["difference"].tolist() == [0, 0]
    assert (found["high"] > 3 / 36).all()
    assert (found["low"] < -3 / 36).all()

"""Fits from a table: curves of unequal length, optional columns, and every way a table can be wrong."""

import numpy as np
import pandas as pd
import pytest

from regtrack.diagnosis.regimes.fits import FIT_COLUMNS, fits_of
from regtrack.errors import DataError


def rows(variant="a", seed=0, epochs=4, judged=None, wrong=(True, False, False, True), base=0.0, **judged_row):
    """A seed's epochs: measures that tell variant, seed and epoch apart; val_wrong at the judged one (the last)."""
    judged = epochs if judged is None else judged
    for epoch in range(1, epochs + 1):
        at = base + seed / 10 + epoch / 100
        here = epoch == judged
        yield dict(zip(FIT_COLUMNS, (variant, seed, epoch, at, at + 0.001, at + 1, at + 2,
                                     np.array(wrong) if here else None), strict=True)) | {
            name: value if here else None for name, value in judged_row.items()}  # fmt: skip


def table(*seeds):
    return pd.DataFrame([row for seed in seeds for row in seed])


def test_seeds_that_stopped_early_end_in_missing():
    """Curves (S, E) as long as the longest seed, NaN after each seed's last; read at each seed's judged epoch."""
    [fits] = fits_of(table(rows(seed=0, epochs=4, judged=2), rows(seed=1, epochs=2), rows(seed=3, epochs=3)))
    assert fits.variant == "a"
    assert fits.seeds == (0, 1, 3)
    assert fits.judged_epoch.tolist() == [2, 2, 3]
    nan = np.nan
    expected = [[0.01, 0.02, 0.03, 0.04], [0.11, 0.12, nan, nan], [0.31, 0.32, 0.33, nan]]
    np.testing.assert_allclose(fits.train_error_curve, expected)
    np.testing.assert_allclose(fits.val_error_curve, np.array(expected) + 0.001)
    np.testing.assert_allclose(fits.train_cross_entropy_curve, np.array(expected) + 1)
    np.testing.assert_allclose(fits.val_cross_entropy_curve, np.array(expected) + 2)
    assert fits.train_error == pytest.approx([0.02, 0.12, 0.33])
    assert fits.judged(fits.val_cross_entropy_curve) == pytest.approx([2.02, 2.12, 2.33])


def test_validation_error_is_that_of_the_examples():
    """The share of val_wrong, whatever the curve says; booleans, also from a list."""
    [fits] = fits_of(table(rows(seed=0), rows(seed=1, wrong=[0, 0, 0, 1])))
    assert fits.wrong.tolist() == [[True, False, False, True], [False, False, False, True]]
    assert fits.wrong.dtype == bool
    assert fits.val_error.tolist() == [0.5, 0.25]


def test_variants_keep_their_order_and_rows_need_none():
    """By first appearance; epochs and seeds are sorted."""
    ordered = table(rows("z", 0), rows("z", 1), rows("a", 0, base=0.5))
    shuffled = pd.concat([ordered.iloc[:1], ordered.iloc[1:].sample(frac=1, random_state=0)])
    assert [f.variant for f in fits_of(ordered)] == ["z", "a"]
    by_name = {f.variant: f for f in fits_of(shuffled)}
    for fits in fits_of(ordered):
        np.testing.assert_array_equal(by_name[fits.variant].train_error_curve, fits.train_error_curve)
        assert by_name[fits.variant].seeds == fits.seeds


def test_optional_columns_are_read_at_the_judged_row():
    """(S, n) rises and (S,) shares."""
    more = {"val_rise": np.array([0.1, 0.2, 0.3, 0.4]), "largest_class_share": 0.4, "largest_class_frequency": 0.3}
    [fits] = fits_of(table(rows(seed=0, judged=3, **more), rows(seed=1, **more)))
    assert fits.rise.tolist() == [[0.1, 0.2, 0.3, 0.4]] * 2
    assert fits.largest_class_share.tolist() == [0.4, 0.4]
    assert fits.largest_class_frequency.tolist() == [0.3, 0.3]


def test_an_optional_column_that_a_seed_lacks_is_missing():
    """Absent, None or NaN in one seed: None for the variant, and not half of it."""
    [fits] = fits_of(table(rows()))
    assert (fits.rise, fits.largest_class_share) == (None, None)
    rise = np.array([0.1, 0.2, 0.3, 0.4])
    given_ = rows(seed=0, val_rise=rise, largest_class_share=0.4)
    [fits] = fits_of(table(given_, rows(seed=1, val_rise=None, largest_class_share=np.nan)))
    assert (fits.rise, fits.largest_class_share) == (None, None)


@pytest.mark.parametrize(
    ("wrong_table", "says"),
    [
        (table(rows()).drop(columns=["val_wrong", "epoch"]), r"columns variant, .*, received one without epoch, val_wrong"),
        (table(rows()).iloc[:0], r"table of fits with the columns .*, received one without rows"),
        (pd.DataFrame(), r"received one without variant, seed"),
        (table(rows("a"), rows("b", wrong=[True])), r"same validation examples .* received \[1, 4\] examples; compare variants of one split"),
        (table(rows(seed=0), rows(seed=1, wrong=[True])), r"val_wrong of a to be as long for every seed, received \[\(1,\), \(4,\)\]"),
        (table(rows(), rows()), r"epochs 1, 2, ... of a seed 0 once each, received \[1, 1, 2, 2, 3, 3, 4, 4\]"),
        (table(rows()).iloc[1:], r"of a seed 0 once each, received \[2, 3, 4\]"),
        (table(rows(seed=7, epochs=12)).assign(epoch=range(12)), r"seed 7 once each, received \[0, 1, 2, 3, 4, 5, 6, 7, '...'\]"),
        (table(rows(judged=9)), r"val_wrong at one epoch of a seed 0, received it at 0"),
        (pd.concat([table(rows(judged=1)).iloc[:1], table(rows()).iloc[1:]]), r"at one epoch of a seed 0, received it at 2"),
    ],
    ids=["columns", "rows", "nothing", "other examples", "seeds of other lengths", "twice", "no first", "from 0",
         "not judged", "judged twice"],
)  # fmt: skip
def test_a_table_that_is_not_as_documented(wrong_table, says):
    """DataError with what was expected and what was received."""
    with pytest.raises(DataError, match=says):
        fits_of(wrong_table)


def test_rises_of_other_lengths():
    """val_rise is of the same examples for every seed: DataError where it is not."""
    uneven = table(rows(seed=0, val_rise=np.zeros(4)), rows(seed=1, val_rise=np.zeros(3)))
    with pytest.raises(DataError, match="val_rise"):
        fits_of(uneven)

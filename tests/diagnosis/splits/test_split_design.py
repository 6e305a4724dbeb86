"""What splits take, and what does not go with them, is known before anything is read."""

import pytest

from regtrack.diagnosis.splits.split_design import check_splits
from regtrack.errors import SettingError
from regtrack.variants import Grid, Variant


def test_splits_need_two_to_compare():
    """Without the baseline, or with it alone, there is nothing to compare over splits; one split asks for nothing."""
    for variants in ((Variant(),), (Variant(l2=0.1), Variant(l1=0.1))):
        with pytest.raises(SettingError, match="splits: expected a grid with the baseline"):
            check_splits(Grid(variants, splits=5))
        check_splits(Grid(variants))


def test_fresh_seeds_of_one_split_do_not_go_with_several():
    """confirm beside splits is refused; 0 is no confirmation."""
    grid = Grid((Variant(), Variant(l2=0.1)), splits=5)
    check_splits(grid, 0)
    with pytest.raises(SettingError, match="confirm: expected none beside splits"):
        check_splits(grid, 8)

"""The leaderboard's columns: what answers first, a value and its interval in one."""

import numpy as np
import pytest
from showing.leaderboard_columns import LABELS, off_zero_and_not_shown, shown_first, shown_table


def test_regime_difference_and_verdict_stand_first(board):
    """In sight on a narrow screen, before the errors they rest on."""
    assert list(LABELS)[:3] == ["regime", "difference", "verdict"]
    assert shown_first(board)[:3] == ("regime", "difference", "verdict")


def test_only_the_difference_of_what_is_judged_has_a_column(board):
    """Judged by the AURC no column of points stands beside it, empty; before a sweep is judged its place is kept."""
    assert {"difference", "aurc_lowered"} & {*shown_first(board.assign(difference=np.nan))} == {"difference"}
    by_aurc = board.assign(difference=np.nan, aurc_lowered=0.01)
    assert {"difference", "aurc_lowered"} & {*shown_first(by_aurc)} == {"aurc_lowered"}


@pytest.mark.parametrize(
    ("value", "low", "high", "text"),
    [(0.0123, 0.0023, 0.0223, "+1.2 ± 1.0"), (-0.194, -0.315, -0.073, "−19 ± 12"), (0.01, np.nan, np.nan, "+1.00"), (0.01, 0.001, 0.011, "+1.0 (+0.1 to +1.1)"),
     (np.nan, np.nan, np.nan, None)],
)  # fmt: skip
def test_a_value_and_half_its_interval_are_one_cell(board, value, low, high, text):
    """In points with its sign, to the digits that the interval supports; without one the value alone; nothing of nothing."""
    table = shown_table(board.assign(difference=value, difference_low=low, difference_high=high), ["link"])
    assert table["difference"].tolist() == [text]
    assert not [name for name in LABELS if name.endswith("_half")]


@pytest.mark.parametrize(
    ("low", "high", "verdict", "strange"),
    [(0.01, 0.02, "not shown to differ", True), (-0.02, -0.01, "not shown to differ", True),
     (-0.01, 0.02, "not shown to differ", False), (0.01, 0.02, "better", False), (np.nan, np.nan, None, False)],
)  # fmt: skip
def test_only_an_interval_off_zero_without_a_verdict_asks_why(board, low, high, verdict, strange):
    """What a reader would take for a contradiction."""
    found = off_zero_and_not_shown(board.assign(difference_low=low, difference_high=high, verdict=verdict))
    assert found.tolist() == [strange]

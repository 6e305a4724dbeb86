"""Which variants a page can show, of a leaderboard of any length."""

import pandas as pd
import pytest

from regtrack.diagnosis import shown_variants as module
from regtrack.diagnosis.shown_variants import foremost, shown_in_words

BOARD = pd.DataFrame(
    [("a", "l2"), ("b", "l2"), ("c", "l2"), ("d", "dropout"), ("baseline", "none"), ("e", "l2"), ("f", "dropout")],
    columns=["variant", "technique"],
)


def test_a_short_leaderboard_is_shown_whole():
    """Up to as many as a page takes, in its order."""
    assert foremost(BOARD, "a") == list(BOARD["variant"])


@pytest.mark.parametrize(
    ("chosen", "expected"), [("a", ["a", "b", "d", "baseline"]), ("f", ["a", "b", "d", "baseline", "f"])]
)
def test_of_a_longer_one_those_that_a_reader_asks_for(chosen, expected, monkeypatch):
    """The first, the best of each technique, the baseline, and what the answer is about, wherever it stands; each once."""
    monkeypatch.setattr(module, "MOST", 2)
    assert foremost(BOARD, chosen) == expected


def test_what_is_left_out_is_said():
    """Nothing where nothing is."""
    assert shown_in_words(7, 7) == ""
    assert shown_in_words(64, 2000).startswith("64 of 2,000 variants, those that do best on validation, ")

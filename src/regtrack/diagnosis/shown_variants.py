"""foremost: the variants that one page can show. Of hundreds nobody reads a row each, and no browser draws them; tables of the store hold all."""

import pandas as pd

from regtrack.names import BASELINE

MOST = 60
"""Variants that are shown whole, a row of a chart each: a screen and a half."""


def foremost(leaderboard: pd.DataFrame, chosen: str) -> list[str]:
    """The variants of a leaderboard that has at most MOST; of a longer one those that do best on validation, the best of each technique
    and the baseline, in its order.

    Args:
        leaderboard: names.LEADERBOARD_COLUMNS, the best on validation first.
        chosen: the variant that the answer is about: of many that are as good it need not be among the first.
    """
    if len(leaderboard) <= MOST:
        return list(leaderboard["variant"])
    kept = {
        *leaderboard["variant"].iloc[:MOST],
        *leaderboard.drop_duplicates("technique")["variant"],
        BASELINE,
        chosen,
    }
    return [variant for variant in leaderboard["variant"] if variant in kept]


def shown_in_words(shown: int, of: int) -> str:
    """A clause that says what is left out; empty where nothing is."""
    if shown == of:
        return ""
    return f"{shown} of {of:,} variants, those that do best on validation, the best of each technique and the baseline"

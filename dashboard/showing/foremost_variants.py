"""Which variants of a sweep of hundreds are drawn, and what is said of the others."""

import pandas as pd
from reading.sweep import Sweep

from regtrack.diagnosis.shown_variants import foremost, shown_in_words
from regtrack.names import BASELINE
from regtrack.words.sentences import as_sentence
from showing.sweep_answer import known_answer


def foremost_of(sweep: Sweep) -> list[str]:
    """In the leaderboard's order; all of a sweep of few."""
    answer = known_answer(sweep)
    return foremost(sweep.leaderboard, answer.best if answer else BASELINE)


def said_of(sweep: Sweep, shown: list[str], what: str) -> str:
    """A sentence, `what` of the variants `shown` there is on the page; empty where they are all."""
    some = shown_in_words(len(shown), len(sweep.leaderboard))
    return as_sentence(f"{some}, {what}") if some else ""


def without_limits_of_others(table: pd.DataFrame, shown: list[str]) -> pd.DataFrame:
    """The same rows, of which those of other variants lose `..._low` and `..._high`: their points stay readable."""
    limits = [name for name in table if name.endswith(("_low", "_high"))]
    return table.assign(**table[limits].where(table["variant"].isin(shown)))

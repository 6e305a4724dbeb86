"""A sweep of more variants than a chart holds: which have bars, and what the page says."""

from types import SimpleNamespace

import pandas as pd
from showing.foremost_variants import foremost_of, said_of, without_limits_of_others

from regtrack.diagnosis import shown_variants

SWEEP = SimpleNamespace(
    judged=False,
    leaderboard=pd.DataFrame({"variant": ["a", "b", "baseline"], "technique": ["l2", "l2", "none"]}),
)


def test_of_few_variants_all_are_drawn_and_nothing_is_said():
    """As ever."""
    assert foremost_of(SWEEP) == ["a", "b", "baseline"]
    assert said_of(SWEEP, ["a", "b", "baseline"], "have bars") == ""


def test_of_many_it_is_said_which(monkeypatch):
    """The others keep their points and lose their bars."""
    monkeypatch.setattr(shown_variants, "MOST", 1)
    shown = foremost_of(SWEEP)
    assert shown == ["a", "baseline"]
    assert said_of(SWEEP, shown, "have bars").startswith("2 of 3 variants, those that do best")
    assert said_of(SWEEP, shown, "have bars").endswith(", have bars.")
    table = pd.DataFrame(
        {"variant": ["a", "b"], "val_error": [0.1, 0.2], "val_error_low": [0.0, 0.1], "val_error_high": [0.2, 0.3]}
    )
    bars = without_limits_of_others(table, shown)
    assert bars["val_error"].tolist() == [0.1, 0.2]
    assert bars["val_error_low"].isna().tolist() == [False, True]
    assert bars["val_error_high"].isna().tolist() == [False, True]

"""Expected best of k tries: by hand, and its limits."""

import pytest

from regtrack.diagnosis.differences.families import WIDER_SEEDS
from regtrack.diagnosis.techniques.expected_best import expect_best
from regtrack.diagnosis.techniques.settings_tried import Tried
from regtrack.names import BETTER, EXPECTED_BEST_COLUMNS, NO_VERDICT, NOT_SHOWN, WORSE


def expected(sweep, tried=None):
    return expect_best(tried or sweep.tried, sweep.read, sweep.trials, primary="accuracy")


def test_three_settings_by_hand(swept):
    """Dropout errs 0.09, 0.05, 0.20 on validation and 0.10, 0.06, 0.19 on test: one try is the mean, two find the best in two draws of
    three, three always do. Each training counts."""
    table = expected(swept())
    assert tuple(table.columns) == EXPECTED_BEST_COLUMNS
    own = table[table["technique"] == "dropout"]
    assert own["tries"].tolist() == [1, 2, 3]
    assert own["trainings"].tolist() == [5, 10, 15]
    assert (1 - own["validation"]).tolist() == pytest.approx([0.34 / 3, 0.19 / 3, 0.05])
    assert (1 - own["test"]).tolist() == pytest.approx([0.35 / 3, 0.22 / 3, 0.06])
    assert own["difference"].tolist() == pytest.approx([0.11 - 0.35 / 3, 0.11 - 0.22 / 3, 0.05])


def test_limits_are_those_of_its_settings_by_the_same_chances(swept):
    """At two tries two parts of the best one's and one of the second's; at the last try the chosen one's own."""
    sweep = swept()
    own = expected(sweep).set_index(["technique", "tries"])
    best, second = sweep.read.loc["d=0.2"], sweep.read.loc["d=0.1"]
    for name in ("low", "high", "test_low", "test_high"):
        assert own.loc[("dropout", 2), name] == pytest.approx((2 * best[name] + second[name]) / 3)
        assert own.loc[("dropout", 3), name] == pytest.approx(best[name])


def test_verdicts_follow_from_the_limits(swept):
    """Of many errors off a random rate, the second try is shown to help, the strong L2 to be worse; the baseline has none."""
    table = expected(swept()).set_index(["technique", "tries"])["verdict"]
    assert table["dropout"].tolist()[1:] == [BETTER, BETTER]
    assert table["dropout"].tolist()[0] in (NOT_SHOWN, WORSE)
    assert table["l2"].tolist() == [WORSE]
    assert table["none"].tolist() == [""]


def test_a_baseline_with_other_settings_of_its_technique_is_one_of_them(swept):
    """A smaller network without a regularizer is a try of `none`: it is set against the baseline, which differs from itself by 0."""
    tried = (Tried("none", ("baseline", "d=0.5")),)
    table = expected(swept(), tried)
    assert table["difference"].tolist() == pytest.approx([(0.11 - 0.19) / 2, 0])
    assert table[["low", "high"]].iloc[1].tolist() == [0, 0]
    assert table["verdict"].tolist() == [WORSE, NOT_SHOWN]


def test_a_setting_that_is_no_win_makes_none_of_the_tries_that_may_choose_it(swept):
    """Better with wider seeds: said at every number of tries that is shown better, and at no other."""
    sweep = swept()
    sweep.read.loc["d=0.2", "reason"] = WIDER_SEEDS
    own = expected(sweep).set_index(["technique", "tries"])["reason"]
    assert own["dropout"].tolist()[1:] == [WIDER_SEEDS, WIDER_SEEDS]
    assert set(own["l2"]) == {""}


def test_single_seeds_have_no_band_and_say_why(swept):
    """The expectations stay; limits are missing."""
    table = expected(swept(seeds=1))
    own = table[table["technique"] == "dropout"]
    assert own["difference"].notna().all()
    assert own[["low", "high"]].isna().all(axis=None)
    assert set(own["verdict"]) == {NO_VERDICT}
    assert set(own["reason"]) == {"too few seeds"}

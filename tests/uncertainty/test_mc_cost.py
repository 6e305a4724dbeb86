"""What twice the passes cost, by a clock that the test sets."""

import numpy as np
import pytest

from regtrack.uncertainty.mc_dropout.cost import doubling_ratio

X = np.zeros((10_000, 2))


class Clocked:
    """Stands in for a predictor: `seconds(rows, passes)` pass on its clock; the first call traces for a minute."""

    def __init__(self, seconds):
        self.seconds, self.now, self.calls = seconds, 0.0, []

    def clock(self) -> float:
        return self.now

    def predict(self, x, *, n_passes, seed, keep_passes):
        assert keep_passes  # as the trial's own predictions: dropping them would be another graph to trace
        self.now += self.seconds(len(x), n_passes) + (60 if not self.calls else 0)
        self.calls.append((len(x), n_passes))


def ratio(predictor, n_passes=100, n_examples=15_000, seconds=3.0, x=X):
    return doubling_ratio(
        predictor, x, n_passes=n_passes, seed=0, n_examples=n_examples, seconds=seconds, clock=predictor.clock
    )


@pytest.mark.parametrize(
    ("once", "each", "expected"), [(0.0, 1e-4, 2.0), (0.0, 5e-4, 2.0), (5e-3, 1e-4, 1.5), (1e-2, 0.0, 1.0)]
)
def test_the_ratio_is_of_what_is_paid_once_and_what_each_pass_costs(once, each, expected):
    """(once + 100 each) / (once + 50 each), by hand; what the first call traces is not timed."""
    assert ratio(Clocked(lambda rows, passes: once + each * passes)) == pytest.approx(expected)


def test_one_disturbed_pair_does_not_show():
    """The median of three pairs: one that was interrupted has no say."""
    predictor = Clocked(lambda rows, passes: 1e-4 * passes + (7.0 if len(predictor.calls) == 4 else 0.0))
    assert ratio(predictor) == pytest.approx(2.0)
    assert [passes for _, passes in predictor.calls] == [2, 50, 100, 50, 100, 50, 100]


def test_an_odd_number_of_passes_is_measured_one_short():
    """Of 11 passes there is no half: 5 and 10 are measured."""
    predictor = Clocked(lambda rows, passes: 1e-4 * passes)
    assert ratio(predictor, n_passes=11) == pytest.approx(2.0)
    assert {passes for _, passes in predictor.calls} == {2, 5, 10}


@pytest.mark.parametrize("n_passes", [1, 2, 9])
def test_below_ten_passes_nothing_is_run(n_passes):
    """Absent, and at no cost."""
    predictor = Clocked(lambda rows, passes: 1.0)
    assert ratio(predictor, n_passes=n_passes) is None
    assert predictor.calls == []


@pytest.mark.parametrize(
    ("n_examples", "available", "rows"), [(720, 360, 64), (15_000, 10_000, 250), (300_000, 10_000, 2_000), (90, 40, 40)]
)
def test_as_many_examples_as_half_the_limit_allows(n_examples, available, rows):
    """0.075 / 4.5 of the trial's examples, 64 at least and 2,000 at most, and never more than there are."""
    predictor = Clocked(lambda rows, passes: 1e-6 * passes)
    ratio(predictor, n_examples=n_examples, x=X[:available])
    assert {n for n, _ in predictor.calls} == {rows}


@pytest.mark.parametrize("scale", [1.0, 100.0])
def test_measuring_stays_within_its_share_of_the_trials_time(scale):
    """Where time grows with rows x passes, all of it but tracing is 7.6 % of what the trial took."""
    predictor = Clocked(lambda rows, passes: scale * 2e-6 * rows * passes)
    seconds = scale * 2e-6 * 15_000 * 100
    assert ratio(predictor, seconds=seconds) == pytest.approx(2.0)
    assert 0 < predictor.now - 60 < 0.08 * seconds


def test_where_it_would_take_too_long_it_is_absent_after_one_short_run():
    """Rows cost nothing here and a pass 1 ms: 0.45 s against a trial of 1 s are too long, against 4 s they are not."""
    short, long = (Clocked(lambda rows, passes: 1e-3 * passes) for _ in range(2))
    assert ratio(short, seconds=1.0) is None
    assert [passes for _, passes in short.calls] == [2, 50]
    assert ratio(long, seconds=4.0) == pytest.approx(2.0)


def test_a_quarter_of_a_second_is_let_pass_on_small_data():
    """0.18 s beside Monte Carlo of 0.06 s, as on digits, is measured."""
    assert ratio(Clocked(lambda rows, passes: 4e-4 * passes), seconds=0.06) == pytest.approx(2.0)

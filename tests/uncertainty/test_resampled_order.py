"""Measures by order on many resamples are those of each resample by itself."""

import numpy as np
import pytest

from regtrack.uncertainty.resampled_order import BY_COUNTING, on_resamples

N = 400


@pytest.mark.parametrize("measure", BY_COUNTING, ids=lambda measure: measure.__name__)
@pytest.mark.parametrize("digits", [1, 3, 12], ids=["nearly all tied", "some tied", "none tied"])
@pytest.mark.parametrize("errors", [0.0, 0.1, 1.0], ids=["no error", "some errors", "all wrong"])
def test_counting_gives_what_the_measure_gives_of_the_drawn_examples(measure, digits, errors):
    """Ties that hold right and wrong ones, saturated scores, float32, and resamples without an error included."""
    rng = np.random.default_rng(digits)
    score = np.round(np.minimum(1.2 * rng.random(N), 1), digits).astype(np.float32)
    correct = rng.random(N) >= errors
    samples = rng.integers(0, N, (20, N))
    samples[0] = np.flatnonzero(correct)[0] if correct.any() else 0  # one example, again and again
    drawn = np.stack([np.bincount(rows, minlength=N) for rows in samples])
    expected = [measure(score[rows], correct[rows]) for rows in samples]
    np.testing.assert_allclose(on_resamples(measure, score, correct, drawn), expected, atol=1e-12, rtol=0)


@pytest.mark.parametrize("n", [1, 50_000])
def test_one_example_and_fifty_thousand(n):
    """The sums of many small terms keep their twelve digits."""
    rng = np.random.default_rng(0)
    score, correct = rng.random(n), rng.random(n) > 0.05
    rows = rng.integers(0, n, n)
    for measure in BY_COUNTING:
        found = on_resamples(measure, score, correct, np.bincount(rows, minlength=n)[None])
        np.testing.assert_allclose(found, [measure(score[rows], correct[rows])], atol=1e-12, rtol=0)

"""The random numbers of Monte Carlo dropout: their distribution, their independence and their reproducibility."""

import keras  # noqa: F401  (sets TensorFlow up)
import numpy as np
import pytest
import tensorflow as tf
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from regtrack.uncertainty.mc_dropout import masks

SIGMAS = 5
ROWS, UNITS = 500, 400
RATES = [0.001, 0.1, 0.37, 0.5, 0.9, 0.999]


def stream(seed=0, i=0, rows=ROWS):
    rows = np.arange(rows) if isinstance(rows, int) else np.asarray(rows)
    return masks.MaskStream(masks.pass_key(tf.constant(masks.seed_words(seed)), i), tf.constant(rows.astype(np.uint32)))


graph_of_words = tf.function(masks.random_words, reduce_retracing=True)
"""One graph for any number of rows and units: operation by operation each word costs ten times as much."""


def words(seed=0, i=0, call=1, rows=ROWS, units=UNITS):
    """The words of the `call`-th call of a stochastic layer in pass `i`."""
    source = stream(seed, i, rows)
    source.calls = call - 1  # keys of earlier calls play no part
    return graph_of_words(source.next_key(), source.rows, tf.constant(units)).numpy()


def signs(array):
    """+1 and -1 by each word's highest bit, the one that decides at rate 0.5."""
    return np.where(array >> 31, 1.0, -1.0)


def assert_uncorrelated(a, b, what):
    """Mean product of two sets of signs within its limits; of their words as numbers too."""
    n = a.size
    assert abs((signs(a) * signs(b)).mean()) < SIGMAS / np.sqrt(n), what
    assert abs(np.corrcoef(a.ravel().astype(float), b.ravel().astype(float))[0, 1]) < SIGMAS / np.sqrt(n), what
    assert (a == b).mean() < 1e-4, what


# An independent implementation in Python's own integers, from the description of the generator alone.
MASK, GOLDEN = 2**32 - 1, 0x9E3779B9


def py_mix(v):
    v = ((v ^ (v >> 16)) * 0x7FEB352D) & MASK
    v = ((v ^ (v >> 15)) * 0x846CA68B) & MASK
    return v ^ (v >> 16)


def py_word(seed, i, call, row, unit):
    s0, s1 = (int(word) for word in np.random.SeedSequence(seed).generate_state(2))
    p0, p1 = py_mix((s0 + i * GOLDEN) & MASK), py_mix(s1 ^ py_mix(i + 1))
    step = (call * GOLDEN) & MASK
    k0, k1 = py_mix((p0 + step) & MASK), py_mix(p1 ^ step)
    start = py_mix(py_mix((row + k0) & MASK) ^ k1)
    middle = py_mix((py_mix(row ^ k1) + k0) & MASK)
    v = (unit * GOLDEN + start) & MASK
    v = ((v ^ (v >> 16)) * 0x7FEB352D) & MASK
    v ^= middle
    v = ((v ^ (v >> 15)) * 0x846CA68B) & MASK
    return v ^ (v >> 16)


@settings(max_examples=60, deadline=None)
@given(
    seed=st.integers(0, 2**64),
    i=st.integers(0, 10**6),
    call=st.integers(1, 40),
    row=st.integers(0, 2**32 - 2),
    unit=st.integers(0, 300),
)
def test_an_independent_implementation_gives_the_same_words(seed, i, call, row, unit):
    """Any word of any seed, pass, call, row and unit is what Python's own integers say it is."""
    assert words(seed, i, call, [row], unit + 1)[0, unit] == py_word(seed, i, call, row, unit)


def test_the_words_stay_what_they_are_between_releases():
    """A result stored with its seed can be computed again: these words are part of the store's contract."""
    assert words(seed=0, i=0, call=1, rows=[0], units=4).tolist() == [KNOWN[0]]
    assert words(seed=1, i=99, call=3, rows=[12_345], units=4).tolist() == [KNOWN[1]]


KNOWN = [[809907622, 1712036647, 2258578795, 2672010883], [3888197745, 1423775710, 3961799517, 2200319196]]


@pytest.mark.parametrize("rate", RATES)
def test_the_rate_is_within_binomial_limits(rate):
    """The share dropped is the rate, over all units, in no row too many and in no unit too many."""
    dropped = words(seed=3) < masks.threshold(rate)
    assert abs(dropped.mean() - rate) < SIGMAS * np.sqrt(rate * (1 - rate) / dropped.size)
    for axis, n in ((0, ROWS), (1, UNITS)):
        counts = dropped.sum(axis=axis)
        low, high = stats.binom.ppf([1e-7, 1 - 1e-7], n, rate)
        assert low <= counts.min() <= counts.max() <= high
        if n * rate * (1 - rate) > 5:  # else too discrete for its variance to tell
            spread = counts.var() / (n * rate * (1 - rate))
            assert abs(spread - 1) < SIGMAS * np.sqrt(2 / len(counts))


@settings(max_examples=30, deadline=None)
@given(rate=st.floats(0.01, 0.99), seed=st.integers(0, 2**32))
def test_any_rate_of_any_seed_is_within_binomial_limits(rate, seed):
    """No seed and no rate is special."""
    dropped = words(seed=seed, rows=100, units=200) < masks.threshold(rate)
    assert abs(dropped.mean() - rate) < 6 * np.sqrt(rate * (1 - rate) / dropped.size)


@pytest.mark.parametrize(("rate", "expected"), [(0.0, 0), (0.5, 2**31), (1.0, 2**32 - 1), (2**-32, 1)])
def test_the_threshold_is_the_rate_in_steps_of_a_word(rate, expected):
    """Rate times 2**32, at both ends too."""
    assert masks.threshold(rate) == expected


def test_bytes_of_words_are_uniform():
    """Each of the four bytes takes its 256 values equally often (chi-square), and so does each bit."""
    w = words(seed=5)
    for shift in (0, 8, 16, 24):
        p = stats.chisquare(np.bincount(((w >> shift) & 255).ravel(), minlength=256)).pvalue
        assert 1e-5 < p < 1 - 1e-5
    for bit in range(32):
        assert abs(((w >> bit) & 1).mean() - 0.5) < SIGMAS * 0.5 / np.sqrt(w.size)


def test_words_hardly_ever_repeat():
    """Collisions of 200,000 words are as many as chance makes of 2**32 values, not those of overlapping sequences."""
    w = words(seed=6).ravel()
    repeats = w.size - np.unique(w).size
    assert repeats <= stats.poisson.ppf(1 - 1e-7, w.size**2 / 2**33)


@pytest.mark.parametrize("lag", [1, 2, 3, 7, 64, 100])
def test_neighbours_are_uncorrelated(lag):
    """Units `lag` apart, and rows `lag` apart, know nothing of each other."""
    w = words(seed=7)
    assert_uncorrelated(w[:, lag:], w[:, :-lag], "units")
    assert_uncorrelated(w[lag:], w[:-lag], "rows")


@pytest.mark.parametrize("shift", [1, 2, 5, 50])
def test_no_row_repeats_its_neighbour_shifted(shift):
    """Rows that lie near each other are no shifted copies either."""
    w = words(seed=8)
    assert_uncorrelated(w[1:, shift:], w[:-1, :-shift], "shifted")
    assert_uncorrelated(w[1:, :-shift], w[:-1, shift:], "shifted back")


def test_pairs_of_units_fall_evenly_in_the_square():
    """Neighbouring units together are uniform on 16 x 16 cells: no lattice."""
    top = words(seed=9) >> 28
    cells = np.bincount((top[:, 0::2] * 16 + top[:, 1::2]).ravel(), minlength=256)
    assert 1e-5 < stats.chisquare(cells).pvalue < 1 - 1e-5


@pytest.mark.parametrize(
    "other",
    [
        *({"i": i} for i in (1, 2, 3, 100, 10_000)),
        *({"call": c} for c in (2, 3, 10)),
        *({"seed": s} for s in (1, 2, 2**32, 2**63)),
    ],
    ids=str,
)
def test_passes_layers_and_seeds_are_independent(other):
    """Another pass, another layer or another seed, however close, is another set of numbers."""
    assert_uncorrelated(words(), words(**other), other)


def test_nearby_streams_are_all_different():
    """The first words of 5 seeds x 20 passes x 5 layers: as many different ones as there are streams."""

    @tf.function
    def first_of(key, i):
        source = masks.MaskStream(masks.pass_key(key, i), tf.zeros(1, tf.uint32))
        return tf.concat([masks.random_words(source.next_key(), source.rows, 2) for _ in range(5)], axis=0)

    keys = [tf.constant(masks.seed_words(seed)) for seed in range(5)]
    first = np.concatenate([first_of(key, tf.constant(i)) for key in keys for i in range(20)])
    pairs = first.astype(np.uint64)
    assert len(np.unique(pairs[:, 0] << np.uint64(32) | pairs[:, 1])) == len(first)
    assert abs(signs(pairs[:, 0].astype(np.uint32)).mean()) < SIGMAS / np.sqrt(len(first))


def test_masks_over_passes_have_the_binomial_variance():
    """How often a unit is dropped over 400 passes scatters as independent draws do."""
    rate, n_passes = 0.3, 400

    @tf.function
    def dropped(key, i):
        source = masks.MaskStream(masks.pass_key(key, i), tf.constant(np.arange(20, dtype=np.uint32)))
        return masks.random_words(source.next_key(), source.rows, 100) < masks.threshold(rate)

    key = tf.constant(masks.seed_words(11))
    count = np.sum([dropped(key, tf.constant(i)) for i in range(n_passes)], axis=0)
    variance = n_passes * rate * (1 - rate)
    assert abs(count.mean() - n_passes * rate) < SIGMAS * np.sqrt(variance / count.size)
    assert abs(count.var() / variance - 1) < SIGMAS * np.sqrt(2 / count.size)


@settings(max_examples=25, deadline=None)
@given(rows=st.lists(st.integers(0, 2**32 - 1), min_size=1, max_size=20), units=st.integers(1, 30))
def test_a_rows_numbers_do_not_depend_on_its_company(rows, units):
    """A row has the same words alone, among others, in any order, and with fewer units beside it."""
    together = words(seed=1, rows=rows, units=units)
    for row, expected in zip(rows, together, strict=True):
        assert np.array_equal(words(seed=1, rows=[row], units=units)[0], expected)
    assert np.array_equal(words(seed=1, rows=rows[::-1], units=units + 3)[::-1, :units], together)


def test_each_call_has_a_key_of_its_own():
    """A shared layer's second call draws other masks than its first, in the same order in every trace."""
    ones = tf.ones((50, 200))
    source, again = stream(rows=50), stream(rows=50)
    first, second = source.dropout(ones, 0.5), source.dropout(ones, 0.5)
    assert abs(np.corrcoef(np.ravel(first), np.ravel(second))[0, 1]) < SIGMAS / np.sqrt(10_000)
    assert np.array_equal(first, again.dropout(ones, 0.5))
    assert np.array_equal(second, again.dropout(ones, 0.5))


def test_compiled_masks_are_the_words():
    """What XLA fuses is what the words say: dropped exactly where a word is below the threshold, else scaled."""
    x = np.random.default_rng(0).normal(size=(30, 4, 5)).astype(np.float32)
    out = stream(seed=2, rows=30).dropout(tf.constant(x), 0.4).numpy()
    kept = words(seed=2, rows=30, units=20).reshape(30, 4, 5) >= masks.threshold(0.4)
    np.testing.assert_allclose(out, np.where(kept, x / 0.6, 0), rtol=1e-6)
    assert ((out == 0) == ~kept).all()


@pytest.mark.parametrize(
    ("noise_shape", "shared"),
    [((None, 1, None), 1), ((None, None, 1), 2), ((None, 1, 1), (1, 2)), ((1, None, None), 0)],
)
def test_a_one_in_the_noise_shape_shares_the_mask_along_that_axis(noise_shape, shared):
    """Along axes of 1 all are dropped together, along the others each for itself; also along the examples."""
    out = stream(rows=40).dropout(tf.ones((40, 6, 7)), 0.5, noise_shape).numpy()
    assert np.ptp(out, axis=shared).max() == 0
    assert 0.1 < (out == 0).mean() < 0.9
    for axis in set(range(3)) - set(np.atleast_1d(shared)):
        assert np.ptp(out, axis=axis).max() > 0


def test_examples_that_share_a_mask_share_it_over_batches_too():
    """With one mask for all examples it is the same whichever rows a batch holds."""
    ones = tf.ones((4, 9))
    first, later = (stream(rows=rows).dropout(ones, 0.5, (1, None)) for rows in (range(4), range(70, 74)))
    assert np.array_equal(first, later)


def test_uniform_lies_strictly_inside_the_unit_interval():
    """The smallest and the largest word too, so that its logarithm is finite; and it is uniform."""
    ends = masks.uniform(tf.constant([0, 1, 2**31, 2**32 - 1], tf.uint32)).numpy()
    assert (ends > 0).all()
    assert (ends < 1).all()
    assert ends[0] == pytest.approx(2**-24)
    assert 1 - ends[-1] == pytest.approx(2**-24)
    drawn = masks.uniform(tf.constant(words(seed=12))).numpy().ravel()
    assert stats.kstest(drawn, "uniform").pvalue > 1e-5


@pytest.mark.parametrize("rate", [0.1, 0.5, 0.9])
def test_gaussian_noise_is_normal(rate):
    """Multiplicative noise has mean 1, variance rate / (1 - rate), and a normal's skewness and kurtosis."""
    noise = stream(seed=13).gaussian_dropout(tf.ones((ROWS, UNITS)), rate).numpy().astype(float)
    sd, n = np.sqrt(rate / (1 - rate)), noise.size
    z = (noise.ravel() - 1) / sd
    assert abs(z.mean()) < SIGMAS / np.sqrt(n)
    assert abs(z.var() - 1) < SIGMAS * np.sqrt(2 / n)
    assert abs(stats.skew(z)) < SIGMAS * np.sqrt(6 / n)
    assert abs(stats.kurtosis(z)) < SIGMAS * np.sqrt(24 / n)
    assert stats.kstest(z, "norm").pvalue > 1e-5
    assert abs(np.corrcoef(noise[:, 1:].ravel(), noise[:, :-1].ravel())[0, 1]) < SIGMAS / np.sqrt(n)


def test_the_current_stream_ends_with_its_block():
    """`using` holds inside its block, nested too, and after an exception nothing of it is left."""
    assert masks.current() is None
    with masks.using(masks.OFF):
        with masks.using(mine := stream(rows=1)):
            assert masks.current() is mine
        assert masks.current() is masks.OFF
    with pytest.raises(ZeroDivisionError), masks.using(masks.OFF):
        raise ZeroDivisionError
    assert masks.current() is None

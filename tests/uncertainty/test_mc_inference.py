"""predict_mc: running sums over passes against closed forms and against passes kept one by one."""

import keras
import numpy as np
import pytest

from regtrack.errors import ModelError
from regtrack.uncertainty import MCDropout, decomposition, predict_mc, to_mc_dropout
from regtrack.uncertainty.mc_dropout import inference
from regtrack.uncertainty.mc_dropout.inference import MCPredictor

L = keras.layers
MEASURES = ("predictive_entropy", "expected_entropy", "mutual_information", "variation_ratio")


def linear(weights, rate, *, base=0.5):
    """probs (base + z, 1 - base - z) with z = sum of m_i w_i x_i / (1 - rate): linear in the mask m."""
    kernel = np.outer(weights, [1, -1]).astype(np.float32)
    dense = L.Dense(2)
    model = keras.Sequential([keras.Input((len(weights),)), MCDropout(rate), dense])
    dense.set_weights([kernel, np.array([base, 1 - base], np.float32)])
    return model


def moments(weights, x, rate, base=0.5):
    """Mean and variance of the first probability over infinitely many passes."""
    return base + x @ weights, rate / (1 - rate) * (x**2) @ (weights**2)


@pytest.fixture(scope="module")
def network():
    """Two dropout layers and batch norm, unsure enough for every measure to be away from its ends."""
    keras.utils.set_random_seed(1)
    inputs = keras.Input((8,))
    x = L.BatchNormalization()(L.Dense(16, activation="relu")(L.Dropout(0.2)(inputs)))
    return to_mc_dropout(keras.Model(inputs, L.Dense(4, activation="softmax")(L.Dropout(0.4)(x))))


@pytest.fixture(scope="module")
def x():
    return np.random.default_rng(0).normal(size=(130, 8)).astype(np.float32)


def kept_passes(model, x, n_passes, seed, block=0):
    """The same passes, one eager call each, all kept: (n_passes, n_examples, n_classes)."""
    for i, layer in enumerate(layer for layer in model.layers if isinstance(layer, MCDropout)):
        layer.seed_generator.state.assign([np.random.SeedSequence([seed, i, block]).generate_state(1)[0], 0])
    return np.stack([np.asarray(model(x)) for _ in range(n_passes)])


@pytest.mark.parametrize("rate", [0.1, 0.5, 0.8])
def test_mean_and_variance_are_the_closed_form(rate):
    """For a network linear in its mask the mean is that without dropout and the variance rate / (1 - rate) times the
    sum of (w x)², each within its standard error over 2,000 passes."""
    rng = np.random.default_rng(3)
    weights, x = rng.uniform(-0.02, 0.02, 6) * (1 - rate), rng.uniform(-1, 1, (40, 6)).astype(np.float32)
    result = predict_mc(linear(weights, rate), x, n_passes=2000, seed=0)
    mean, variance = moments(weights, x.astype(float), rate)
    standard_error = np.sqrt(variance / 2000)
    assert (np.abs(result.mean_probs[:, 0] - mean) < 4.5 * standard_error).all()
    assert np.std((result.mean_probs[:, 0] - mean) / standard_error) == pytest.approx(1, abs=0.5)
    kurtosis = 3 + (1 / (rate * (1 - rate)) - 6)  # at most that of one unit's mask
    allowed = 4.5 * variance * np.sqrt(max(kurtosis - 1, 2) / 2000)
    assert (np.abs(result.std_probs[:, 0] ** 2 - variance) < allowed).all()
    np.testing.assert_allclose(result.std_probs[:, 1], result.std_probs[:, 0], rtol=1e-3)


def test_two_layers_of_one_shape_draw_independent_masks():
    """The variance of the difference of two dropped copies is the sum of both variances; one mask would give 0."""
    weights, ones = np.full(50, 0.004), np.ones((1, 50), np.float32)
    inputs = keras.Input((50,))
    dense = L.Dense(2)
    model = keras.Model(inputs, dense(L.Subtract()([MCDropout(0.5, seed=1)(inputs), MCDropout(0.5, seed=1)(inputs)])))
    dense.set_weights([np.outer(weights, [1, -1]).astype(np.float32), np.array([0.5, 0.5], np.float32)])
    variance = predict_mc(model, ones, n_passes=2000, seed=0).std_probs[0, 0] ** 2
    assert variance == pytest.approx(2 * (weights**2).sum(), rel=4.5 * np.sqrt(2 / 2000))


def test_spread_is_found_where_squares_cancel():
    """At p = 0.999 with a standard deviation of 1e-4, mean(p²) - mean(p)² has no digit left in float32: ours does."""
    weights, x = np.full(4, 0.5e-4), np.ones((3, 4), np.float32)
    result = predict_mc(linear(weights, 0.5, base=0.9985), x, n_passes=2000, seed=0)
    mean, variance = moments(weights, x, 0.5, 0.9985)
    assert np.sqrt(variance) == pytest.approx(1e-4)
    np.testing.assert_allclose(result.mean_probs[:, 0], mean, atol=1e-5)
    np.testing.assert_allclose(result.std_probs[:, 0], np.sqrt(variance), rtol=0.08)


def test_passes_that_never_differ_have_no_spread():
    """A rate too small to drop anything: 0 and not NaN from a negative variance, nor information out of rounding,
    however many passes."""
    model = linear(np.array([0.1, 0.2]), 1e-9)
    x = np.random.default_rng(0).uniform(0, 1, (20, 2)).astype(np.float32)
    result = predict_mc(model, x, n_passes=20_000, seed=0)
    assert (result.std_probs == 0).all()
    assert (result.variation_ratio == 0).all()
    assert result.mutual_information.max() < 1e-6
    np.testing.assert_allclose(result.mean_probs, model(x), rtol=1e-7)


@pytest.mark.parametrize("n_passes", [1, 2, 37])
def test_running_sums_are_the_measures_of_kept_passes(network, x, n_passes):
    """Every field is what the numpy functions give on the same passes, computed one by one and kept."""
    probs = kept_passes(network, x, n_passes, seed=5)
    result = predict_mc(network, x, n_passes=n_passes, seed=5)
    assert (result.n_passes, result.seed) == (n_passes, 5)
    np.testing.assert_allclose(result.mean_probs, probs.mean(axis=0), atol=1e-6)
    np.testing.assert_allclose(result.std_probs, decomposition.std_probs(probs), atol=1e-6)
    for name in MEASURES:
        np.testing.assert_allclose(getattr(result, name), getattr(decomposition, name)(probs), atol=2e-6, err_msg=name)
    assert np.array_equal(result.predicted_class, probs.mean(axis=0).argmax(axis=1))
    np.testing.assert_allclose(result.confidence, probs.mean(axis=0).max(axis=1), atol=1e-6)


def test_total_uncertainty_is_the_sum_of_its_parts(network, x):
    """Predictive entropy = expected entropy + mutual information, all three away from 0."""
    result = predict_mc(network, x, n_passes=50, seed=0)
    total = result.expected_entropy + result.mutual_information
    np.testing.assert_allclose(result.predictive_entropy, total, atol=1e-12)
    assert min(result.mutual_information.mean(), result.expected_entropy.mean()) > 0.01


def test_the_seed_decides(network, x):
    """The same seed gives the same bits, from one predictor, from another, and after other calls; another differs."""
    predictor = MCPredictor(network)
    results = [predictor.predict(x, n_passes=10, seed=seed) for seed in (1, 2, 1)]
    results.append(predict_mc(network, x, n_passes=10, seed=1))
    first, other, *again = [result.mean_probs.tobytes() for result in results]
    assert again == [first, first]
    assert other != first


def test_a_predictor_follows_its_models_weights(network, x):
    """Compiled once, it reads the weights that the model has now."""
    predictor = MCPredictor(network)
    before, weights = predictor.predict(x, n_passes=5, seed=0), network.get_weights()
    try:
        network.set_weights([weight * 0.5 for weight in weights])
        after = predictor.predict(x, n_passes=5, seed=0)
        np.testing.assert_allclose(after.mean_probs, kept_passes(network, x, 5, seed=0).mean(axis=0), atol=1e-6)
    finally:
        network.set_weights(weights)
    assert np.abs(after.mean_probs - before.mean_probs).max() > 0.01


def test_many_rows_are_their_blocks_put_together(network, x, monkeypatch):
    """More rows than one block, with an uneven last one: each block is what it is alone, with masks of its own."""
    monkeypatch.setattr(inference, "ROWS", 50)
    result = predict_mc(network, x, n_passes=9, seed=4)
    blocks = [kept_passes(network, x[start : start + 50], 9, seed=4, block=i) for i, start in enumerate((0, 50, 100))]
    probs = np.concatenate(blocks, axis=1)
    np.testing.assert_allclose(result.mean_probs, probs.mean(axis=0), atol=1e-6)
    np.testing.assert_allclose(result.std_probs, decomposition.std_probs(probs), atol=1e-6)
    alone = predict_mc(network, x[:50], n_passes=9, seed=4)
    np.testing.assert_allclose(result.mean_probs[:50], alone.mean_probs, atol=1e-7)
    repeated = predict_mc(network, np.concatenate([x[:50], x[:50]]), n_passes=9, seed=4).mean_probs
    assert np.abs(repeated[:50] - repeated[50:]).max() > 0.01


def test_a_model_without_active_dropout_is_refused_before_any_compute():
    """Not even the data is looked at; the remedy is named."""
    layers = {"plain": [L.Dropout(0.5)], "rate 0": [MCDropout(0.0)], "none": []}
    for inner in layers.values():
        model = keras.Sequential([keras.Input((6,)), *inner, L.Dense(3, activation="softmax")])
        with pytest.raises(ModelError, match=r"has no MCDropout layer: convert it with to_mc_dropout\(model\)"):
            predict_mc(model, None, seed=0)


def test_no_pass_is_no_prediction(network):
    """At least one pass, refused before the data is looked at."""
    for n_passes in (0, -1):
        with pytest.raises(ModelError, match=f"n_passes: expected at least 1, received {n_passes}"):
            predict_mc(network, None, n_passes=n_passes, seed=0)

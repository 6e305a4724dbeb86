"""to_mc_dropout: the same weights, dropout always on, the rest in inference mode."""

import subprocess
import sys
import textwrap

import keras
import numpy as np
import pytest

from regtrack.errors import ModelError
from regtrack.uncertainty import MCDropout, predict_mc, to_mc_dropout

L = keras.layers


def plain():
    return keras.Sequential([keras.Input((6,)), L.Dropout(0.3), L.Dense(5, activation="relu"), L.Dropout(0.2),
                             L.Dense(3, activation="softmax")])  # fmt: skip


def batch_norm():
    inputs = keras.Input((6,))
    x = L.Dropout(0.4)(L.BatchNormalization()(L.Dense(5, activation="relu")(inputs)))
    return keras.Model(inputs, L.Dense(3, activation="softmax")(x))


def nested():
    """Dropout inside a model inside a model, batch norm in both, of equal names."""

    def block(n, part=None):
        inputs = keras.Input((n,))
        x = L.Dropout(0.3)(L.BatchNormalization(name="bn")(L.Dense(5, activation="relu", name="dense")(inputs)))
        return keras.Model(inputs, part(x) if part else x)

    inputs = keras.Input((6,))
    return keras.Model(inputs, L.Dense(3, activation="softmax")(block(6, block(5))(inputs)))


def shared():
    """One dropout layer used in two places."""
    inputs = keras.Input((6,))
    drop = L.Dropout(0.3)
    x = drop(L.Dense(6, activation="relu")(drop(inputs)))
    return keras.Model(inputs, L.Dense(3, activation="softmax")(x))


MODELS = {make.__name__: make for make in (plain, batch_norm, nested, shared)}
N_DROPOUT = {"plain": 2, "batch_norm": 1, "nested": 2, "shared": 1}
X = np.random.default_rng(0).normal(size=(30, 6)).astype(np.float32)


@pytest.fixture(params=MODELS)
def model(request):
    """Trained for a moment, so that batch norm has statistics of its own."""
    keras.utils.set_random_seed(0)
    model = MODELS[request.param]()
    model.compile("adam", "sparse_categorical_crossentropy")
    model.fit(X, np.arange(30) % 3, epochs=2, verbose=0)
    model.kind = request.param
    return model


def dropouts(model):
    return {id(layer): layer for layer in model._flatten_layers() if isinstance(layer, L.Dropout)}.values()


def weight_bytes(model):
    return [weight.tobytes() for weight in model.get_weights()]


def test_the_weights_are_the_same_and_every_dropout_is_on(model):
    """Same weights in the same order; each Dropout is an MCDropout of its rate; the original is left untouched."""
    before = weight_bytes(model)
    converted = to_mc_dropout(model)
    assert weight_bytes(converted) == before == weight_bytes(model)
    assert [layer.rate for layer in dropouts(converted)] == [layer.rate for layer in dropouts(model)]
    assert len(dropouts(converted)) == N_DROPOUT[model.kind]
    assert all(type(layer) is MCDropout for layer in dropouts(converted))
    assert not any(isinstance(layer, MCDropout) for layer in dropouts(model))


def test_predict_is_stochastic(model):
    """Two predicts of the converted model differ, of the original they do not."""
    converted = to_mc_dropout(model)
    assert np.std([converted.predict(X, verbose=0) for _ in range(5)], axis=0).max() > 0.01
    assert np.array_equal(model.predict(X, verbose=0), model.predict(X, verbose=0))


def test_with_no_unit_dropped_it_is_the_original(model):
    """All that differs is dropout: at a rate too small to hit, both give the same outputs."""
    converted = to_mc_dropout(model)
    for layer in dropouts(converted):
        layer.rate = 1e-9
    np.testing.assert_allclose(converted(X), model(X), rtol=1e-5, atol=1e-7)


def test_batch_norm_statistics_never_move(model):
    """After 100 passes, and under training=True, every weight is byte for byte what it was."""
    converted = to_mc_dropout(model)
    before = weight_bytes(converted)
    predict_mc(converted, X, n_passes=100, seed=0)
    for _ in range(3):
        converted(X, training=True)
    assert weight_bytes(converted) == before


def test_a_converted_model_converts_again(model):
    """Converting twice is converting once."""
    once = to_mc_dropout(model)
    twice = to_mc_dropout(once)
    assert weight_bytes(twice) == weight_bytes(once)
    assert len(dropouts(twice)) == N_DROPOUT[model.kind]


def test_layers_with_one_explicit_seed_get_masks_of_their_own():
    """Two layers that a person gave one seed would drop the same units: converted they do not."""
    ones, inputs = np.ones((1, 200), np.float32), keras.Input((200,))
    model = keras.Model(inputs, L.Subtract()([L.Dropout(0.5, seed=1)(inputs), L.Dropout(0.5, seed=1)(inputs)]))
    assert not np.asarray(model(ones, training=True)).any()  # the trap in Keras
    assert np.asarray(to_mc_dropout(model)(ones)).any()


@pytest.mark.parametrize(
    ("layers", "message"),
    [
        ([], "has no Dropout layer: train it with dropout_rate > 0"),
        ([L.Dropout(0.0), L.Dropout(0)], "has only Dropout layers of rate 0: train it with dropout_rate > 0"),
        ([L.GaussianNoise(0.5), L.BatchNormalization()], "has no Dropout layer"),
    ],
)
def test_a_model_without_dropout_is_refused(layers, message):
    """Passes that cannot differ are no uncertainty: refused with the remedy."""
    with pytest.raises(ModelError, match=message):
        to_mc_dropout(keras.Sequential([keras.Input((6,)), *layers, L.Dense(3, activation="softmax")]))


def test_one_layer_of_rate_zero_among_others_is_no_reason_to_refuse():
    """One active dropout layer suffices."""
    model = keras.Sequential([keras.Input((6,)), L.Dropout(0.0), L.Dropout(0.5), L.Dense(3, activation="softmax")])
    assert predict_mc(to_mc_dropout(model), X, n_passes=10, seed=0).std_probs.max() > 0


RELOAD = """
    import keras, numpy as np
    from regtrack.uncertainty import predict_mc
    model = keras.saving.load_model("model.keras")
    x = np.load("x.npy")
    result = predict_mc(model, x, n_passes=20, seed=3)
    before = [weight.tobytes() for weight in model.get_weights()]
    spread = np.std([model.predict(x, verbose=0) for _ in range(3)], axis=0)
    model(x, training=True)
    assert before == [weight.tobytes() for weight in model.get_weights()]
    np.savez("result.npz", mean=result.mean_probs, std=result.std_probs, spread=spread)
"""


def test_it_survives_storing_in_a_fresh_process(tmp_path):
    """Loaded elsewhere the same seed gives the same passes, predict is still stochastic and batch norm still frozen."""
    keras.utils.set_random_seed(0)
    converted = to_mc_dropout(nested())
    expected = predict_mc(converted, X, n_passes=20, seed=3)
    converted.save(tmp_path / "model.keras")
    np.save(tmp_path / "x.npy", X)
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(RELOAD)],
        cwd=tmp_path, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    result = np.load(tmp_path / "result.npz")
    np.testing.assert_allclose(result["mean"], expected.mean_probs, atol=1e-6)
    np.testing.assert_allclose(result["std"], expected.std_probs, atol=1e-6)
    assert result["spread"].max() > 0.01

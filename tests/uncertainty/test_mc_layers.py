"""The MCDropout family: dropout that no flag switches off, under each of the ways a model is run."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from regtrack.uncertainty import MCDropout
from regtrack.uncertainty.mc_dropout import layers, masks

L = keras.layers
SIGMAS = 5
N = 4000
SHAPES = {
    "MCDropout": (N,),
    "MCSpatialDropout1D": (4, N),
    "MCSpatialDropout2D": (2, 2, N),
    "MCSpatialDropout3D": (2, 2, 1, N),
    "MCGaussianDropout": (N,),
    "MCAlphaDropout": (N,),
}
FAMILY = [getattr(layers, name) for name in SHAPES]
SCALING = ("MCDropout", "MCSpatialDropout1D", "MCSpatialDropout2D", "MCSpatialDropout3D")
LOW = -1.7580993408473766  # what AlphaDropout drops to: SELU's limit


@pytest.fixture(params=FAMILY, ids=lambda kind: kind.__name__)
def kind(request):
    return request.param


def ones(kind, n=1):
    return np.ones((n, *SHAPES[kind.__name__]), np.float32)


def stream(i=0, seed=0, rows=1):
    key = masks.pass_key(tf.constant(masks.seed_words(seed)), i)
    return masks.MaskStream(key, tf.constant(np.arange(rows, dtype=np.uint32)))


def model_of(*stack, shape):
    model = keras.Sequential([keras.Input(shape), *stack])
    model.compile(loss="mse")
    return model


def in_a_pass(layer, x):
    with masks.using(stream(rows=len(x))):
        return np.asarray(layer(x))


CALLS = {
    "predict": lambda model, x: model.predict(x, verbose=0),
    "inference": lambda model, x: np.asarray(model(x, training=False)),
    "training": lambda model, x: np.asarray(model(x, training=True)),
    "plain call": lambda model, x: np.asarray(model(x)),
    "layer": lambda model, x: np.asarray(model.layers[-1](x)),
    "a pass of predict_mc": in_a_pass,
}


def independent(kind, out):
    """One number for each draw: spatial layers share it over a map."""
    return out.reshape(-1, N)[0] if "Spatial" in kind.__name__ else out.ravel()


def test_the_family_is_whole():
    """Each of Keras' dropout layers has its counterpart, and a name under which it is stored."""
    assert set(layers.FAMILY.values()) == set(FAMILY)
    ours = {name.removeprefix("MC") for name in SHAPES}
    assert {kind.__name__ for kind in layers.FAMILY} == ours
    assert ours == {
        name for name in dir(keras.layers) if name.endswith(("Dropout", "Dropout1D", "Dropout2D", "Dropout3D"))
    }
    for made in FAMILY:
        assert keras.saving.get_registered_name(made) == f"regtrack>{made.__name__}"


@pytest.mark.parametrize("call", CALLS)
def test_it_is_on_whatever_the_flag(kind, call):
    """Mean and variance are the closed form's under predict, under every flag and in predict_mc's passes alike."""
    rate = 0.25
    out = independent(kind, CALLS[call](model_of(kind(rate), shape=SHAPES[kind.__name__]), ones(kind)))
    variance = rate / (1 - rate)
    if kind is layers.MCAlphaDropout:
        scale = ((1 - rate) * (1 + rate * LOW**2)) ** -0.5
        assert np.unique(out.round(5)) == pytest.approx(sorted(scale * (v - LOW * rate) for v in (LOW, 1)), abs=1e-5)
        assert (out < 0).mean() == pytest.approx(rate, abs=SIGMAS * np.sqrt(rate * (1 - rate) / N))
        return
    assert out.mean() == pytest.approx(1, abs=SIGMAS * np.sqrt(variance / N))
    fourth = 2 if kind is layers.MCGaussianDropout else (1 - rate) / rate + rate / (1 - rate) - 1 - 1
    assert out.var() == pytest.approx(variance, rel=SIGMAS * np.sqrt(max(fourth, 0.5) / N))
    if kind.__name__ in SCALING:
        assert set(np.unique(out)) == {np.float32(0), np.float32(1 / (1 - rate))}


@pytest.fixture(scope="module")
def family():
    """One model of an output for each kind, compiled once: (model, inputs)."""
    inputs = [keras.Input(SHAPES[kind.__name__]) for kind in FAMILY]
    outputs = [
        L.Identity(name=kind.__name__)(L.Flatten()(kind(0.5)(x))[:, :N]) for kind, x in zip(FAMILY, inputs, strict=True)
    ]
    model = keras.Model(inputs, outputs)
    model.compile(loss=["mse"] * len(FAMILY))
    return model, [ones(kind, 2) for kind in FAMILY]


def test_evaluate_is_stochastic(family):
    """Two evaluations of the same data differ, whichever the layer."""
    model, x = family
    y = [np.random.default_rng(0).normal(size=(2, N))] * len(FAMILY)
    first, second = (model.evaluate(x, y, verbose=0, return_dict=True) for _ in range(2))
    assert len(first) == 1 + len(FAMILY)
    assert all(first[name] != second[name] for name in first)


def test_each_predict_draws_another_mask(family):
    """A pass is a draw: two predictions differ, whichever the layer."""
    model, x = family
    for first, second in zip(model.predict(x, verbose=0), model.predict(x, verbose=0), strict=True):
        assert (first != second).any()


@pytest.mark.parametrize("call", ["inference", "plain call"])
def test_each_call_draws_another_mask(kind, call):
    """A pass is a draw: two calls differ."""
    model = model_of(kind(0.5), shape=SHAPES[kind.__name__])
    assert (CALLS[call](model, ones(kind)) != CALLS[call](model, ones(kind))).any()


def test_off_passes_the_input_on(kind):
    """Inside `using(OFF)` nothing is dropped, with training=True neither; behind it all is on again."""
    layer, x = kind(0.5), ones(kind)
    with masks.using(masks.OFF):
        assert np.array_equal(layer(x), x)
        assert np.array_equal(layer(x, training=True), x)
    assert (np.asarray(layer(x)) != x).any()


def test_rate_zero_changes_nothing(kind):
    """Rate 0 is the identity, is not stochastic and takes no stream of a pass."""
    layer, x = kind(0.0), ones(kind)
    assert np.array_equal(model_of(layer, shape=SHAPES[kind.__name__]).predict(x, verbose=0), x)
    with masks.using(mine := stream()):
        assert np.array_equal(layer(x), x)
    assert mine.calls == 0
    assert not layers.is_stochastic(layer)
    assert layers.is_stochastic(kind(0.1))


@pytest.mark.parametrize("call", ["layer", "a pass of predict_mc"])
@pytest.mark.parametrize("rank", [1, 2, 3])
def test_spatial_dropout_drops_whole_maps(rank, call):
    """Within an example a map is all there or all gone; examples have masks of their own."""
    kind = getattr(layers, f"MCSpatialDropout{rank}D")
    x = np.ones((6, *(3,) * rank, 50), np.float32)
    out = CALLS[call](model_of(kind(0.4), shape=x.shape[1:]), x).reshape(6, -1, 50)
    assert np.ptp(out, axis=1).max() == 0
    assert len({example.tobytes() for example in out[:, 0]}) == 6


@pytest.mark.parametrize("call", ["layer", "a pass of predict_mc"])
@pytest.mark.parametrize("rate", [0.05, 0.3])
def test_alpha_dropout_keeps_mean_and_variance_of_self_normalizing_activations(rate, call):
    """Standard normal in front of SELU has mean 0 and variance 1 behind it, and behind the dropout still."""
    x = np.asarray(keras.activations.selu(np.random.default_rng(0).normal(size=(50, 4000)).astype(np.float32)))
    out = CALLS[call](model_of(layers.MCAlphaDropout(rate), shape=(4000,)), x)
    assert x.mean() == pytest.approx(0, abs=0.02)
    assert out.mean() == pytest.approx(0, abs=0.02)
    assert out.var() == pytest.approx(1, abs=0.03)


@pytest.mark.parametrize("call", ["layer", "a pass of predict_mc"])
def test_gaussian_dropout_scales_with_its_input(call):
    """The noise multiplies: standard deviation |x| sqrt(rate / (1 - rate)), sign and zeros kept in the mean."""
    x = np.repeat(np.array([[-2.0, 0.0, 0.5]], np.float32), 20_000, axis=0)
    out = CALLS[call](model_of(layers.MCGaussianDropout(0.2), shape=(3,)), x)
    assert (out[:, 1] == 0).all()
    assert out.mean(axis=0) == pytest.approx([-2, 0, 0.5], abs=SIGMAS * np.sqrt(0.25 * 4 / 20_000))
    assert out.std(axis=0) == pytest.approx([1, 0, 0.25], rel=SIGMAS / np.sqrt(2 * 20_000))


def test_two_layers_of_one_shape_never_share_masks(kind):
    """In a pass of predict_mc not even two layers that a person gave the same seed drop the same units."""
    first, second, x = kind(0.5, seed=1), kind(0.5, seed=1), ones(kind)
    with masks.using(stream()):
        a, b = (independent(kind, np.asarray(layer(x))) for layer in (first, second))
    assert abs(np.corrcoef(a, b)[0, 1]) < SIGMAS / np.sqrt(N)


@pytest.mark.parametrize(
    ("kind", "dtype"),
    [
        (kind, dtype)
        for dtype in ("float16", "bfloat16", "float64")
        for kind in FAMILY
        if dtype == "bfloat16" or "Spatial" not in kind.__name__  # the same numbers, shared
    ],
    ids=lambda value: getattr(value, "__name__", value),
)
def test_it_computes_in_the_dtype_of_its_input(kind, dtype):
    """Under another precision the outputs are of that precision, and finite."""
    layer = kind(0.5, dtype=dtype)
    with masks.using(stream()):
        out = layer(tf.ones((1, *SHAPES[kind.__name__]), dtype))
    assert keras.backend.standardize_dtype(out.dtype) == dtype
    assert np.isfinite(np.asarray(out, np.float64)).all()


def test_the_usual_dropout_baked_into_a_graph_is_silent_under_predict():
    """Why the family exists: Keras' own, called with training=True, drops nothing under predict."""
    inputs = keras.Input((N,))
    model = keras.Model(inputs, L.Dropout(0.5)(inputs, training=True))
    assert np.array_equal(model.predict(ones(MCDropout), verbose=0), ones(MCDropout))


def test_its_config_makes_it_again(kind):
    """Rate and all else survive, under the name that stored models carry."""
    more = {"noise_shape": (None, 1)} if kind in (layers.MCDropout, layers.MCAlphaDropout) else {}
    layer = kind(0.3, seed=4, name="mc", **more)
    again = keras.saving.deserialize_keras_object(keras.saving.serialize_keras_object(layer))
    assert type(again) is kind
    assert again.get_config() == layer.get_config()

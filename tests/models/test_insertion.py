"""What the inserted layers compute, by closed form, and in which order they stand."""

import keras
import numpy as np
import pytest

from regtrack.errors import VariantError
from regtrack.models import build_model, read_layout, regularize
from regtrack.uncertainty import to_mc_dropout
from regtrack.uncertainty.mc_dropout import masks
from regtrack.uncertainty.mc_dropout.conversion import has_dropout
from regtrack.variants import Variant

L = keras.layers
MANY = 100_000


def up_to(model, name):
    """The model's input to the output of one of its layers."""
    return keras.Model(model.input, model.get_layer(name).output)


def one_layer(n_inputs=MANY):
    return keras.Sequential([keras.Input((n_inputs,)), L.Dense(1, name="out")])


def constant_maps(*shape, kind=L.Conv2D, maps=500):
    """A hidden convolution whose maps are 1 everywhere."""
    conv = kind(maps, 1, kernel_initializer="zeros", bias_initializer="ones", name="conv")
    return keras.Sequential([keras.Input(shape), conv, L.Flatten(), L.Dense(2)])


def kinds(model):
    return [type(layer).__name__ for layer in model.layers]


# ---- noise and the kinds of dropout ---------------------------------------------------------------------------
def test_gaussian_noise_has_the_standard_deviation_that_was_asked_for():
    """On a constant input: mean 2, standard deviation 0.3, within five standard errors; nothing in inference mode."""
    noisy = up_to(regularize(one_layer(), Variant(gaussian_noise=0.3)), "out_gaussian_noise")
    x = np.full((1, MANY), 2, np.float32)
    values = noisy(x, training=True).numpy()
    assert values.mean() == pytest.approx(2, abs=5 * 0.3 / np.sqrt(MANY))
    assert values.std() == pytest.approx(0.3, abs=5 * 0.3 / np.sqrt(2 * MANY))
    assert np.array_equal(noisy(x, training=False), x)


@pytest.mark.parametrize(
    ("placement", "expected"),
    [("all", {"h1", "h2", "out"}), ("input", {"h1"}), ("hidden", {"h2", "out"}), ("last_hidden", {"out"})],
)
def test_noise_stands_where_its_placement_says(placement, expected):
    """In front of every kernel, of those that read the input, of those behind a hidden layer, of the output's."""
    layers = [L.Dense(4, name="h1"), L.Dense(4, name="h2"), L.Dense(3, name="out")]
    variant = Variant(gaussian_noise=0.1, gaussian_noise_placement=placement)
    new = regularize(keras.Sequential([keras.Input((6,)), *layers]), variant)
    found = {name for name in ("h1", "h2", "out") if f"{name}_gaussian_noise" in [layer.name for layer in new.layers]}
    assert found == expected


def test_gaussian_dropout_has_the_variance_of_dropout():
    """2 times N(1, p / (1 - p)): at p = 0.2 a standard deviation of 1, as dropout's own; at p = 0.5 one of 2."""
    x = np.full((1, MANY), 2, np.float32)
    for rate, std in ((0.2, 1.0), (0.5, 2.0)):
        values = {}
        for params, layer in (({"gaussian_dropout": rate}, "gaussian_dropout"), ({"dropout_rate": rate}, "dropout")):
            dropped = up_to(regularize(one_layer(), Variant(**params)), f"out_{layer}")
            values[layer] = dropped(x, training=True).numpy()
        assert values["gaussian_dropout"].mean() == pytest.approx(2, abs=5 * std / np.sqrt(MANY))
        assert values["gaussian_dropout"].std() == pytest.approx(std, rel=0.02)
        assert values["dropout"].std() == pytest.approx(std, rel=0.02)


def test_gaussian_dropout_by_width_scales_its_rate():
    """The widest hidden layer gets the full rate, one half as wide half of it."""
    layers = [L.Dense(4, name="h1"), L.Dense(8, name="h2"), L.Dense(3, name="out")]
    variant = Variant(gaussian_dropout=0.4, gaussian_dropout_placement="width")
    new = regularize(keras.Sequential([keras.Input((6,)), *layers]), variant)
    assert new.get_layer("h2_gaussian_dropout").rate == pytest.approx(0.2)
    assert new.get_layer("out_gaussian_dropout").rate == pytest.approx(0.4)


def test_alpha_dropout_keeps_mean_and_variance_behind_selu():
    """N(0, 1) through SELU has mean 0 and variance 1 and keeps them; what is dropped has one value, the share asked for."""
    identity = L.Dense(1, activation="selu", kernel_initializer="ones", name="h")
    model = keras.Sequential([keras.Input((1,)), identity, L.Dense(2, name="out")])
    dropped = up_to(regularize(model, Variant(alpha_dropout=0.1)), "out_alpha_dropout")
    x = np.random.default_rng(0).normal(size=(MANY, 1)).astype(np.float32)
    values = dropped(x, training=True).numpy()
    assert values.mean() == pytest.approx(0, abs=0.02)
    assert values.std() == pytest.approx(1, abs=0.02)
    _, counts = np.unique(values.round(4), return_counts=True)
    assert counts.max() / MANY == pytest.approx(0.1, abs=0.01)


def selu_but_for(*layers):
    return keras.Sequential([keras.Input((4, 3)), L.Flatten(), L.Dense(5, activation="selu"), *layers, L.Dense(2)])


@pytest.mark.parametrize(
    ("model", "named"),
    [
        (selu_but_for(L.Dense(4, activation="relu", name="h")), "layer 'h' has activation relu"),
        (selu_but_for(L.Dense(4, name="h")), "layer 'h' has activation linear"),
        (selu_but_for(L.Dense(4, name="h"), L.ReLU()), "layer 'h' has activation relu"),
        (selu_but_for(L.Dense(4, name="h"), L.Activation("tanh")), "layer 'h' has activation tanh"),
        (selu_but_for(L.Reshape((5, 1)), L.LSTM(4, name="h")), "layer 'h' has activation tanh"),
        (selu_but_for(L.Dense(4, activation="selu", name="h"), L.ReLU()), "layer 'h' has activation relu"),
        (build_model("mlp", (4, 3), 2, seed=0), "has activation relu"),
        (build_model("cnn", (4, 4), 2, seed=0), "has activation relu"),
    ],
)
def test_alpha_dropout_is_refused_by_name_unless_the_net_is_selu(model, named):
    """The first layer of another activation, its own or behind it, is named, with the remedy."""
    with pytest.raises(VariantError, match=named) as caught:
        regularize(model, Variant(alpha_dropout=0.1))
    assert str(caught.value).startswith("AlphaDropout acts behind selu layers only")
    assert "give every hidden layer activation selu" in str(caught.value)


def test_alpha_dropout_takes_selu_however_it_is_written():
    """In the layer, in a layer behind it, as a function, inside a wrapper, inside a nested model; never at the input."""
    inner = keras.Sequential([keras.Input((5,)), L.Dense(4), L.Activation("selu")])
    inputs = keras.Input((4, 3))
    x = L.TimeDistributed(L.Dense(2, activation="selu"))(inputs)
    x = L.Dense(5, activation=keras.activations.selu)(L.Flatten()(x))
    x = keras.activations.selu(L.Dense(5)(inner(x)))
    new = regularize(keras.Model(inputs, L.Dense(2)(x)), Variant(alpha_dropout=0.1))
    found = [layer for layer in new._flatten_layers() if isinstance(layer, L.AlphaDropout)]
    assert len(found) == 4
    assert kinds(new)[1] == "TimeDistributed"


@pytest.mark.parametrize(
    ("kind", "shape", "layer", "axes"),
    [
        (L.Conv1D, (7, 2), "SpatialDropout1D", (1,)),
        (L.Conv2D, (5, 6, 2), "SpatialDropout2D", (1, 2)),
        (L.Conv3D, (2, 3, 4, 2), "SpatialDropout3D", (1, 2, 3)),
    ],
)
def test_spatial_dropout_drops_whole_maps(kind, shape, layer, axes):
    """Each map of an example is all 0 or all 1 / (1 - rate), the share of dropped ones is the rate; the class is that of
    the convolution's rank."""
    new = regularize(constant_maps(*shape, kind=kind), Variant(spatial_dropout=0.2))
    assert kinds(new)[:3] == ["InputLayer", kind.__name__, layer]
    maps = up_to(new, new.layers[2].name)(np.zeros((20, *shape), np.float32), training=True).numpy()
    low, high = maps.min(axis=axes), maps.max(axis=axes)
    assert np.array_equal(low, high)
    assert set(np.unique(low.round(5))) == {0, 1.25}
    assert (low == 0).mean() == pytest.approx(0.2, abs=5 * np.sqrt(0.16 / low.size))


def test_spatial_dropout_is_refused_by_name_without_convolutions():
    """The layers that there are are named; channels first are refused too."""
    with pytest.raises(
        VariantError, match=r"none, only 'lstm\w*' \(recurrent\); use a model with conv layers or leave it"
    ):
        regularize(build_model("rnn", (4, 3), 2, hidden_widths="3", seed=0), Variant(spatial_dropout=0.2))
    conv = L.Conv2D(2, 1, data_format="channels_first", name="first")
    model = keras.Sequential([keras.Input((1, 4, 4)), conv, L.Flatten(), L.Dense(2)])
    with pytest.raises(VariantError, match="layer 'first' has data_format channels_first; build the model"):
        regularize(model, Variant(spatial_dropout=0.2))


def test_two_kinds_of_dropout_may_not_meet():
    """Behind a convolution and in front of what reads it: refused with both layers' names; elsewhere they go together."""
    model = build_model("cnn", (8, 8), 3, hidden_widths="4", seed=0)
    for placement in ("all", "hidden"):
        variant = Variant(spatial_dropout=0.1, dropout_rate=0.2, dropout_placement=placement)
        with pytest.raises(
            VariantError, match=r"would both act on what layer 'conv2d\w*' gives to 'conv2d\w*'; keep one"
        ):
            regularize(model, variant)
    variant = Variant(spatial_dropout=0.1, dropout_rate=0.2, dropout_placement="last_hidden")
    assert [kind for kind in kinds(regularize(model, variant)) if "Dropout" in kind] == [
        "SpatialDropout2D", "SpatialDropout2D", "Dropout",
    ]  # fmt: skip


def test_several_layers_of_one_place_stand_in_registry_order():
    """Batch normalization, then spatial dropout behind a convolution; dropout, then noise in front of a kernel."""
    variant = Variant(batch_norm=1, spatial_dropout=0.1, dropout_rate=0.2, dropout_placement="last_hidden",
                      gaussian_noise=0.1)  # fmt: skip
    model = keras.Sequential([keras.Input((4, 4, 1)), L.Conv2D(2, 3), L.Flatten(), L.Dense(3), L.Dense(2)])
    assert kinds(regularize(model, variant))[1:] == [
        "GaussianNoise", "Conv2D", "BatchNormalization", "SpatialDropout2D", "Flatten", "GaussianNoise", "Dense",
        "BatchNormalization", "Dropout", "GaussianNoise", "Dense",
    ]  # fmt: skip


# ---- augmentation ---------------------------------------------------------------------------------------------
def pictures(n=1, channels=None, size=4):
    shape = (n, size, size) if channels is None else (n, size, size, channels)
    return np.random.default_rng(0).random(shape).astype(np.float32)


def reads(shape):
    """A model that reads pictures of this shape."""
    return keras.Sequential([keras.Input(shape), L.Flatten(name="reader"), L.Dense(3, activation="softmax")])


def front(shape=(4, 4), **params):
    """(what the model's reader is given, the augmentation layer)."""
    new = regularize(reads(shape), Variant(**params))
    [layer] = [layer for layer in new.layers if type(layer).__name__.startswith("Random")]
    return keras.Model(new.input, new.get_layer("reader")._inbound_nodes[0].input_tensors[0]), layer


def test_a_shift_moves_by_known_pixels():
    """Pinned to a quarter of four pixels: every row moves down by one, the first is repeated; columns to the right."""
    given, layer = front(augment_shift=0.25)
    layer.height_lower, layer.height_upper, layer.width_lower, layer.width_upper = 0.25, 0.25, 0.0, 0.0
    x = pictures()
    np.testing.assert_allclose(given(x, training=True), x[:, [0, 0, 1, 2]], atol=1e-6)
    layer.height_lower, layer.height_upper, layer.width_lower, layer.width_upper = 0.0, 0.0, 0.25, 0.25
    np.testing.assert_allclose(given(x, training=True), x[:, :, [0, 0, 1, 2]], atol=1e-6)


def test_a_shift_goes_no_further_than_asked_for():
    """Drawn at 0.25, of four columns: the centre of a ramp moves by at most one, both ways."""
    given, _ = front((9, 40), augment_shift=0.25)
    x = np.tile(np.arange(40, dtype=np.float32), (200, 9, 1))
    moved = given(x, training=True).numpy()[:, 4, 20] - 20
    assert -10 <= moved.min() < -7
    assert 7 < moved.max() <= 10


def test_a_flip_mirrors_about_half_of_the_pictures_left_to_right():
    """Each picture is itself or its mirror image, never upside down; half within five standard errors."""
    given, _ = front((4, 4, 2), augment_flip=1)
    x = pictures(400, channels=2)
    shown = given(x, training=True).numpy()
    same, mirrored = ((shown == other).all(axis=(1, 2, 3)) for other in (x, x[:, :, ::-1]))
    assert (same ^ mirrored).all()
    assert abs(mirrored.mean() - 0.5) < 5 * 0.5 / np.sqrt(400)


def test_a_rotation_is_a_share_of_a_full_turn():
    """Pinned to a quarter of a turn it is NumPy's rot90."""
    given, layer = front((5, 5), augment_rotation=0.25)
    assert layer.factor == (-0.25, 0.25)
    layer.factor = (0.25, 0.25)
    x = pictures(size=5)
    np.testing.assert_allclose(given(x, training=True)[0], np.rot90(x[0]), atol=1e-4)


def test_a_zoom_keeps_proportions():
    """Pinned to a half in: a ramp's slope is halved along both axes, its centre stays."""
    given, layer = front((8, 8), augment_zoom=0.5)
    layer.height_lower, layer.height_upper = -0.5, -0.5
    ramp = np.arange(8, dtype=np.float32)
    for x in (np.tile(ramp, (1, 8, 1)), np.tile(ramp[:, None], (1, 1, 8))):
        shown = given(x, training=True).numpy()
        np.testing.assert_allclose(shown, 3.5 + (x - 3.5) / 2, atol=1e-4)


EVERY = {"augment_flip": 1, "augment_shift": 0.2, "augment_rotation": 0.1, "augment_zoom": 0.2}


@pytest.mark.parametrize("channels", [None, 1, 3])
def test_augmentation_acts_in_training_only(channels):
    """predict, evaluate's pass and training=False give the original's outputs; training=True does not, and neither does
    a plain call, Keras' own trap: these layers take training to be true where nothing is said."""
    x = pictures(6, channels=channels, size=8)
    model = reads(x.shape[1:])
    new = regularize(model, Variant(**EVERY))
    assert kinds(new)[1:-2] == (
        (["Reshape"] if channels is None else [])
        + ["RandomFlip", "RandomTranslation", "RandomRotation", "RandomZoom"]
        + (["Reshape"] if channels is None else [])
    )
    expected = model(x, training=False).numpy()
    np.testing.assert_allclose(new.predict(x, verbose=0), expected, rtol=1e-5)
    np.testing.assert_allclose(new(x, training=False), expected, rtol=1e-5)
    assert np.abs(new(x, training=True) - expected).max() > 1e-3
    assert np.abs(new(x) - expected).max() > 1e-3


def test_an_augmented_model_is_the_same_when_loaded(tmp_path):
    """Stored and loaded it predicts the same, and still augments in training."""
    x = pictures(6, size=8)
    new = regularize(reads((8, 8)), Variant(**EVERY))
    new.save(tmp_path / "model.keras")
    loaded = keras.saving.load_model(tmp_path / "model.keras")
    expected = new.predict(x, verbose=0)
    np.testing.assert_allclose(loaded.predict(x, verbose=0), expected, rtol=1e-6)
    assert np.abs(loaded(x, training=True) - expected).max() > 1e-3


@pytest.mark.parametrize(
    "params",
    [
        {"dropout_rate": 0.4},
        {"gaussian_dropout": 0.4},
        {"spatial_dropout": 0.4},
        {"gaussian_dropout": 0.4, "batch_norm": 1},
    ],
)
def test_monte_carlo_passes_vary_by_dropout_and_never_by_augmentation_or_noise(params):
    """Converted, a plain call and predict neither augment nor add noise: with dropout off they give the original's
    outputs, with it on they vary."""
    model = keras.Sequential([keras.Input((8, 8)), L.Reshape((8, 8, 1)), L.Conv2D(8, 3), L.Flatten(), L.Dense(3)])
    new = regularize(model, Variant(**EVERY, gaussian_noise=0.5, **params))
    converted = to_mc_dropout(new)
    x = pictures(6, size=8)
    expected = new(x, training=False).numpy()
    with masks.using(masks.OFF):
        np.testing.assert_allclose(converted(x), expected, rtol=1e-4, atol=1e-6)
    for run in (lambda: converted(x), lambda: converted.predict(x, verbose=0)):
        assert np.abs(np.asarray(run()) - np.asarray(run())).max() > 1e-3


def test_noise_and_augmentation_alone_are_no_dropout():
    """A model of theirs has no Monte Carlo passes: each would be the same."""
    assert not has_dropout(regularize(reads((8, 8)), Variant(**EVERY, gaussian_noise=0.5)))
    assert has_dropout(regularize(constant_maps(4, 4, 1), Variant(spatial_dropout=0.1)))


def test_augmentation_reaches_what_a_nested_model_reads_once(zoo):
    """Two readers of one input, one of them nested, see the same picture; the nested model keeps its own layers."""
    inner = keras.Sequential([keras.Input((4, 4)), L.Flatten(), L.Dense(2)], name="inner")
    inputs = keras.Input((4, 4))
    x = L.Concatenate()([inner(inputs), L.Dense(2)(L.Flatten()(inputs))])
    new = regularize(keras.Model(inputs, L.Dense(3)(x)), Variant(augment_flip=1))
    assert len(zoo.layers_named(new, "RandomFlip")) == 1
    assert kinds(new.get_layer("inner")) == ["InputLayer", "Flatten", "Dense"]
    given = [
        new.get_layer("inner")._inbound_nodes[-1].input_tensors[0],
        new.layers[5]._inbound_nodes[0].input_tensors[0],
    ]
    assert given[0] is given[1]
    assert len(read_layout(new).sites) == 3


@pytest.mark.parametrize(
    ("model", "message"),
    [
        (
            build_model("mlp", (64,), 3, seed=0),
            r"augment_flip: RandomFlip acts on images, .* 'mlp' reads \(64,\); give it",
        ),
        (keras.Sequential([keras.Input((2, 3, 4, 1)), L.Flatten(), L.Dense(2)], name="film"), "'film' reads"),
        (keras.Sequential([keras.Input((None, 3)), L.LSTM(2), L.Dense(2)], name="steps"), r"'steps' reads \(None, 3\)"),
    ],
)
def test_what_is_no_image_is_refused_by_name(model, message):
    """A vector, a film and a sequence of any length: the model and what it reads are named."""
    with pytest.raises(VariantError, match=message):
        regularize(model, Variant(augment_flip=1))


def test_several_inputs_are_refused(zoo):
    """Which of them is the picture is not known."""
    with pytest.raises(VariantError, match=r"augment_zoom=0\.1: RandomZoom acts on images at a model's one input, and"):
        regularize(zoo.models["attention"](), Variant(augment_zoom=0.1))

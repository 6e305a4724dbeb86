"""The networks that are shipped: shapes and parameter counts computed by hand, weights that follow the seed."""

import random

import keras
import numpy as np
import pytest

from regtrack.errors import ModelError
from regtrack.models import build_model, read_layout
from regtrack.models.architectures import ARCHITECTURES


def n_params(model):
    return model.count_params()


def test_mlp_is_the_article_s():
    """784-100-100-10 with he_normal and ReLU in the hidden layers, a softmax at the end: 89,610 weights."""
    model = build_model("mlp", (28, 28), 10, seed=0)
    dense = [layer for layer in model.layers if isinstance(layer, keras.layers.Dense)]
    assert [layer.kernel.shape for layer in dense] == [(784, 100), (100, 100), (100, 10)]
    assert n_params(model) == 784 * 100 + 100 + 100 * 100 + 100 + 100 * 10 + 10
    assert {layer.kernel_initializer.__class__.__name__ for layer in dense[:-1]} == {"HeNormal"}
    assert [layer.activation.__name__ for layer in dense] == ["relu", "relu", "softmax"]
    assert dense[0].kernel.value.numpy().std() == pytest.approx(np.sqrt(2 / 784), rel=0.02)


def test_cnn_is_lenet_like():
    """Two convolutions and poolings, dense layers, a softmax, counted by hand for 28 x 28 x 1."""
    model = build_model("cnn", (28, 28), 10, seed=0)
    convolutions = 3 * 3 * 1 * 16 + 16 + 3 * 3 * 16 * 32 + 32
    assert n_params(model) == convolutions + 7 * 7 * 32 * 64 + 64 + 64 * 10 + 10
    assert [site.kind for site in read_layout(model).sites] == ["conv", "conv", "dense", "dense"]


def test_rnn_reads_rows():
    """Two LSTM layers of 64 over 28 rows of 28 pixels."""
    model = build_model("rnn", (28, 28), 10, seed=0)
    lstm = 4 * ((28 + 64) * 64 + 64) + 4 * ((64 + 64) * 64 + 64)
    assert n_params(model) == lstm + 64 * 10 + 10
    assert [site.kind for site in read_layout(model).sites] == ["recurrent", "recurrent", "dense"]


@pytest.mark.parametrize("architecture", ARCHITECTURES)
@pytest.mark.parametrize("shape", [(8, 8), (8, 8, 3)])
def test_outputs_are_probabilities(architecture, shape):
    """Each architecture takes grey and colour images and returns a distribution per example."""
    model = build_model(architecture, shape, 4, hidden_widths="5", seed=0)
    probs = model(np.random.default_rng(0).normal(size=(3, *shape)))
    np.testing.assert_allclose(np.sum(probs, axis=1), 1, rtol=1e-5)
    assert model.output_shape == (None, 4)


@pytest.mark.parametrize("architecture", ARCHITECTURES)
def test_widths_are_a_param(architecture):
    """hidden_widths sets the hidden layers; their number too."""
    model = build_model(architecture, (8, 8), 3, hidden_widths="7-5-6", seed=0)
    assert [site.width for site in read_layout(model).sites][-4:] == [7, 5, 6, 3]


def test_mlp_takes_flat_examples():
    """A table's row needs no flattening."""
    assert build_model("mlp", (6,), 3, hidden_widths="4", seed=0).input_shape == (None, 6)


@pytest.mark.parametrize("architecture", ARCHITECTURES)
def test_weights_follow_the_seed_alone(architecture):
    """The same seed gives the same weights whatever was drawn before; another seed others; no state is touched."""
    keras.utils.set_random_seed(1)
    first = build_model(architecture, (8, 8), 3, hidden_widths="4", seed=5).get_weights()
    random.random(), np.random.random()  # noqa: NPY002 - the global state is what must not matter
    state = random.getstate(), np.random.get_state()[1].copy()  # noqa: NPY002
    again = build_model(architecture, (8, 8), 3, hidden_widths="4", seed=5).get_weights()
    assert random.getstate() == state[0]
    assert (np.random.get_state()[1] == state[1]).all()  # noqa: NPY002
    other = build_model(architecture, (8, 8), 3, hidden_widths="4", seed=6).get_weights()
    assert all(np.array_equal(a, b) for a, b in zip(first, again, strict=True))
    assert any(not np.array_equal(a, b) for a, b in zip(first, other, strict=True))


@pytest.mark.parametrize(
    ("architecture", "shape", "widths", "message"),
    [
        (
            "mpl",
            (8, 8),
            "",
            "expected one of mlp, cnn, rnn, python:package.module:function or keras:file.keras, "
            "received 'mpl'; did you mean mlp?",
        ),
        ("saved.keras", (8, 8), "", "received 'saved.keras'; did you mean keras:saved.keras?"),
        ("mine:build", (8, 8), "", "received 'mine:build'; did you mean python:mine:build?"),
        ("transformer", (8, 8), "", "received 'transformer'; set model to one of these"),
        ("cnn", (6,), "", "cnn: expected images of at least 4 x 4 pixels, received input shape (6,); use mlp"),
        ("cnn", (3, 8), "", "cnn: expected images of at least 4 x 4 pixels"),
        ("rnn", (6,), "", "rnn: expected rows or steps of features, received input shape (6,); use mlp"),
        ("mlp", (8, 8), "10-x", "hidden_widths: expected widths such as 100-100 or 16, received '10-x'"),
        ("mlp", (8, 8), "10-0", "hidden_widths: expected widths such as 100-100 or 16, received '10-0'"),
    ],
)
def test_what_cannot_be_built_is_refused(architecture, shape, widths, message):
    """Unknown names, unfit shapes and odd widths are a ModelError: expected, received, remedy."""
    with pytest.raises(ModelError) as caught:
        build_model(architecture, shape, 3, hidden_widths=widths, seed=0)
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)

"""existing and without_existing: what a model brings along is named, and taken out without touching the rest."""

import keras
import numpy as np
import pytest

from regtrack.errors import ModelError
from regtrack.models.existing import find_existing, without_existing
from regtrack.models.probe import probe_model

L = keras.layers


def weights_by_path(model):
    """Weights without those of batch normalization, in their order."""
    kept = [layer for layer in model._flatten_layers() if not isinstance(layer, L.BatchNormalization)]
    ids = {id(weight) for layer in kept if not isinstance(layer, keras.Model) for weight in layer._trainable_variables}
    return [weight.numpy() for weight in model.weights if id(weight) in ids]


def test_what_a_model_has_is_named(own):
    """Every model of the table: layer, what and how much, in the order data meets them; known by hand."""
    model, known = own[0]((8, 8), 10), own[1]
    assert model.count_params() == known.parameters
    assert tuple(map(str, find_existing(model))) == known.has


def test_what_a_model_has_is_taken_out_and_nothing_else(own):
    """Nothing is found afterwards, no penalty is left, the other weights are bit-identical, and without batch
    normalization the function is the same; the original keeps all."""
    model, known = own[0]((8, 8), 10), own[1]
    before = [str(one) for one in find_existing(model)]
    new = without_existing(model)
    assert find_existing(new) == []
    assert new.losses == []
    assert new.count_params() == known.parameters - known.gone
    for expected, received in zip(weights_by_path(model), weights_by_path(new), strict=True):
        np.testing.assert_array_equal(received, expected)
    if not known.gone:
        x = probe_model(model)
        np.testing.assert_allclose(new(x, training=True), model(x, training=False), rtol=1e-5, atol=1e-6)
    assert [str(one) for one in find_existing(model)] == before
    assert (new is model) == (known.has == ())


def test_taking_out_survives_the_file(own, tmp_path):
    """Stored and loaded again the model still has nothing: configs are clean too, not variables alone. A layer of one's
    own writes its own config, and its constructor brings its penalty back."""
    build, known = own
    without_existing(build((8, 8), 10)).save(tmp_path / "clean.keras")
    left = [str(one) for one in find_existing(keras.saving.load_model(tmp_path / "clean.keras"))]
    assert left == (list(known.has) if build.__name__ == "own_custom" else [])


def test_batch_norm_taken_out_is_the_sum_it_was():
    """By hand: an identity kernel under batch norm with mean 2, variance 4, gamma 3, beta 1 gives 3 (x - 2) / 2 + 1; without it x."""
    inputs = keras.Input((2,))
    norm = L.BatchNormalization(epsilon=0.0)
    model = keras.Model(inputs, norm(L.Dense(2, use_bias=False, kernel_initializer="identity")(inputs)))
    norm.set_weights([np.full(2, value, "float32") for value in (3.0, 1.0, 2.0, 4.0)])
    x = np.array([[4.0, 6.0]], "float32")
    np.testing.assert_allclose(model(x), [[4.0, 7.0]], rtol=1e-6)
    np.testing.assert_allclose(without_existing(model)(x), x, rtol=1e-6)


def test_a_model_within_a_model_may_be_dropout_alone():
    """A nested model of which nothing is left passes on what it reads."""
    inner = keras.Sequential([keras.Input((4,)), L.Dropout(0.5)], name="inner")
    model = keras.Sequential([keras.Input((4,)), L.Dense(4), inner, L.Dense(3)])
    x = np.ones((2, 4), "float32")
    np.testing.assert_array_equal(without_existing(model)(x, training=True), model(x))


def test_activity_penalties_and_noise_inside_wrappers_go():
    """Penalties on outputs, the layer that only adds one, and a model with dropout inside TimeDistributed."""
    inner = keras.Sequential([keras.Input((3,)), L.Dense(2), L.Dropout(0.4)])
    model = keras.Sequential(
        [keras.Input((4, 3)), L.TimeDistributed(inner, name="steps"), L.Flatten(),
         L.Dense(2, activity_regularizer=keras.regularizers.L1(0.25), name="dense"), L.ActivityRegularization(l2=0.5, name="act")]
    )  # fmt: skip
    assert [str(one) for one in find_existing(model)] == [
        "steps: Dropout rate=0.4 inside", "dense: L1 l1=0.25 on output", "act: ActivityRegularization l2=0.5"
    ]  # fmt: skip
    new, x = without_existing(model), np.ones((1, 4, 3), "float32")
    np.testing.assert_allclose(new(x, training=True), model(x), rtol=1e-6)
    assert new.losses == []


@keras.saving.register_keras_serializable("tests")
class Dropping(L.Layer):
    """A layer of one's own with dropout inside."""

    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.drop, self.dense = L.Dropout(0.3), L.Dense(3)

    def build(self, shape):
        self.dense.build(shape)

    def call(self, x, training=None):
        return self.drop(self.dense(x), training=training)


def test_what_cannot_be_taken_out_is_refused_by_name():
    """Dropout inside a person's own layer, whose config says nothing of it: the layer, and the two ways out."""
    model = keras.Sequential([keras.Input((4,)), Dropping(name="mine"), L.Dense(2)])
    with pytest.raises(
        ModelError, match=r"mine: Dropout rate=0.3 inside: cannot be taken out .*existing_regularization=keep"
    ):
        without_existing(model)


def test_frozen_stays_frozen():
    """Taking out changes no trainable flag."""
    model = keras.Sequential([keras.Input((4,)), L.Dense(3, name="a"), L.Dropout(0.1), L.Dense(2, name="b")])
    model.get_layer("a").trainable = False
    new = without_existing(model)
    assert [new.get_layer(name).trainable for name in "ab"] == [False, True]

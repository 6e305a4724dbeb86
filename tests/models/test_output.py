"""with_probabilities: logits get one softmax, probabilities none, what is neither is refused."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from regtrack.errors import ModelError
from regtrack.models.output import with_probabilities
from regtrack.models.probe import probe_model, table_size, takes_whole_numbers

L, ops = keras.layers, keras.ops


def softmax(logits):
    """By its definition, in float64."""
    powers = np.exp(logits - logits.max(axis=1, keepdims=True))
    return powers / powers.sum(axis=1, keepdims=True)


def ending(*layers, width=4):
    return keras.Sequential([keras.Input((3,)), *layers], name="mine")


def test_every_own_model_ends_in_probabilities_once(own):
    """Logits are softmaxed, by numpy the same; probabilities come back bit-identical, as the same model; and asked
    again nothing is done."""
    build, known = own
    model = build((8, 8), 10)
    x = probe_model(model)
    given = np.asarray(model(x), "float64")
    new = with_probabilities(model)
    if known.is_logits:
        np.testing.assert_allclose(new(x), softmax(given), rtol=1e-5, atol=1e-7)
        assert new.layers[-1].name == "probabilities"
    else:
        assert new is model
    assert with_probabilities(new) is new
    assert new.count_params() == model.count_params()
    assert all(a is b for a, b in zip(new.weights, model.weights, strict=True))


def of_op(operation):
    inputs = keras.Input((3,))
    return keras.Model(inputs, operation(L.Dense(4)(inputs)), name="mine")


@pytest.mark.parametrize(
    "model",
    [
        lambda: ending(L.Dense(4, activation="softmax")),
        lambda: ending(L.Dense(4), L.Activation("softmax")),
        lambda: ending(L.Dense(4), L.Softmax(), L.Reshape((4,))),
        lambda: ending(ending(L.Dense(4), L.Softmax())),
        lambda: ending(L.Dense(4, activation=lambda x: ops.softmax(x))),
        lambda: of_op(ops.softmax),
        lambda: of_op(lambda x: (ops.softmax(x) + ops.softmax(-x)) / 2),
    ],
    ids=["dense", "activation", "behind a softmax", "nested", "own function", "operation", "mean of two"],
)
def test_probabilities_are_left_as_they_are(model):
    """However the softmax is written, nothing is put behind it: outputs are bit-identical."""
    model = model()
    new, x = with_probabilities(model), probe_model(model)
    assert new is model
    np.testing.assert_allclose(np.sum(new(x), axis=1), 1, atol=1e-5)


@pytest.mark.parametrize(
    "model",
    [
        lambda: ending(L.Dense(4)),
        lambda: ending(L.Dense(4), L.Activation("linear")),
        lambda: ending(L.Dense(4, activation="log_softmax")),
        lambda: of_op(lambda x: x * 2.0 + 1.0),
        lambda: of_op(lambda x: ops.log_softmax(x)),
    ],
    ids=["dense", "activation", "log softmax", "operation", "log softmax operation"],
)
def test_logits_get_one_softmax(model):
    """However they are written; by numpy the same."""
    model = model()
    x = probe_model(model)
    np.testing.assert_allclose(with_probabilities(model)(x), softmax(np.asarray(model(x), "float64")), rtol=1e-5)


@pytest.mark.parametrize(
    ("model", "message"),
    [
        (lambda: ending(L.Dense(1, activation="softmax")), r"ends in one unit with activation 'softmax'; .*end it in Dense\(1, activation='sigmoid'\)"),
        (lambda: ending(L.Dense(4, activation="sigmoid")), r"ends in a sigmoid, each class on its own \(multi-label\); .*Dense\(4,"),
        (lambda: of_op(ops.sigmoid), "ends in a sigmoid, each class"),
        (lambda: ending(ending(L.Dense(4), L.Activation("sigmoid")), L.Dropout(0.1)), "ends in a sigmoid"),
        (lambda: ending(L.Dense(4, activation="relu")), "ends in activation 'relu'; expected probabilities"),
        (lambda: ending(L.Dense(4, activation="tanh")), "ends in activation 'tanh'; expected probabilities"),
        (lambda: ending(L.Dense(8), L.Reshape((2, 4)), L.Softmax(axis=1), L.Reshape((8,))), "ends in a softmax, but its outputs on random inputs add up to 4 a row"),
        (lambda: ending(L.Dense(4, bias_initializer=keras.initializers.Constant(float("nan")))), "expected finite outputs, received nan"),
    ],
    ids=["one softmax", "multi-label", "operation", "nested", "relu", "tanh", "other axis", "nan"],
)  # fmt: skip
def test_what_is_neither_is_refused_by_name(model, message):
    """One line: the model, what it ends in, what to do."""
    with pytest.raises(ModelError, match=f"model 'mine'.* {message}") as caught:
        with_probabilities(model())
    assert "\n" not in str(caught.value)


def test_a_probe_knows_what_it_may_ask():
    """Whole numbers below the smallest table that reads the input, also through a nested model and where the input is
    declared a float; 0 or 1 for other whole numbers; floats in [0, 1) otherwise."""
    inputs = keras.Input((6,))
    tables = keras.Model(inputs, ops.concatenate([L.Embedding(9, 2)(inputs), L.Embedding(5, 2)(inputs)]))
    outer = keras.Input((2, 3))
    nested = keras.Model(outer, tables(L.Flatten()(outer)))
    assert (table_size(nested), takes_whole_numbers(nested)) == (5, True)
    asked = probe_model(nested, rows=200)
    assert set(asked.ravel()) == {0.0, 1.0, 2.0, 3.0, 4.0}
    behind = keras.Model(inputs, L.Embedding(9, 2)(inputs * 4.0))
    assert (table_size(behind), takes_whole_numbers(behind)) == (None, False)
    whole = keras.Input((3,), dtype="uint8")
    assert set(probe_model(keras.Model(whole, L.Rescaling(1 / 255)(whole)), rows=50).ravel()) == {0, 1}
    assert ((probe_model(behind) >= 0) & (probe_model(behind) < 1)).all()


class NotHere(keras.layers.Layer):
    """What TensorFlow has for other processors than this one, as it says so."""

    def call(self, x):
        if isinstance(x, tf.Tensor) and tf.executing_eagerly():
            raise tf.errors.UnimplementedError(
                None,
                None,
                "Exception encountered when calling Conv2D.call().\n\n{{function_node Conv2D}} The Conv2D op "
                "supports NHWC alone on the CPU. [Op:Conv2D]\n\nArguments received",
            )
        return x


def test_what_this_processor_has_not_is_said_with_a_way_out():
    """Convolutions of channels first take a processor of some kinds: one line in place of TensorFlow's traceback."""
    with pytest.raises(
        ModelError,
        match=r"'mine': expected operations that this processor has.*NHWC alone on the CPU\); build .*channels_last",
    ):
        with_probabilities(ending(NotHere(), L.Dense(4)))

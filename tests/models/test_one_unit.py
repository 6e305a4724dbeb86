"""One sigmoid, or one logit, is two classes, [1 - p, p], however it is written, and comes back in its own shape."""

import keras
import numpy as np
import pytest

from regtrack.errors import ModelError
from regtrack.models import build_model, regularize
from regtrack.models.archive import archive_of, as_file
from regtrack.models.layout import read_layout
from regtrack.models.one_unit import as_two_classes, in_own_shape
from regtrack.models.output import with_probabilities
from regtrack.models.prepare import prepared
from regtrack.variants import Variant

L, ops = keras.layers, keras.ops
X = np.random.default_rng(0).normal(size=(40, 3)).astype(np.float32)


def chain(*layers, name="mine"):
    return keras.Sequential([keras.Input((3,)), *layers], name=name)


def of_op(operation):
    inputs = keras.Input((3,))
    return keras.Model(inputs, operation(L.Dense(1)(L.Dense(4, activation="relu")(inputs))), name="mine")


FORMS = {
    "dense": lambda: chain(L.Dense(4, activation="relu"), L.Dense(1, activation="sigmoid")),
    "activation": lambda: chain(L.Dense(4), L.Dense(1), L.Activation("sigmoid")),
    "operation": lambda: of_op(ops.sigmoid),
    "nested": lambda: chain(chain(L.Dense(4), L.Dense(1, activation="sigmoid"), name="inner"), L.Reshape((1,))),
    "behind dropout": lambda: chain(L.Dense(4), L.Dropout(0.5), L.Dense(1, activation="sigmoid", name="probabilities")),
    "logit": lambda: chain(L.Dense(4, activation="relu"), L.Dense(1)),
    "logit activation": lambda: chain(L.Dense(4), L.Dense(1), L.Activation("linear")),
}


def second(model, form) -> np.ndarray:
    """p by its definition, float64."""
    given = np.asarray(model(X), np.float64)
    return 1 / (1 + np.exp(-given)) if form.startswith("logit") else given


@pytest.mark.parametrize("form", FORMS)
def test_two_classes_are_one_minus_p_and_p(form):
    """Of the same weights, the model itself untouched; asked again nothing is done."""
    model = FORMS[form]()
    before, p = model.get_weights(), second(model, form)
    two = with_probabilities(model)
    np.testing.assert_allclose(two(X), np.hstack([1 - p, p]), atol=1e-6)
    assert two.name == "mine"
    assert with_probabilities(two) is two
    assert model.output_shape == (None, 1)
    for weights in (model.get_weights(), two.get_weights()):
        assert all(np.array_equal(a, b) for a, b in zip(weights, before, strict=True))


@pytest.mark.parametrize("form", FORMS)
def test_it_comes_back_in_its_own_shape(form):
    """(n, 1), p, also through a file; and made two classes once more it answers with the same bits."""
    model = FORMS[form]()
    two = as_two_classes(model)
    own = in_own_shape(two)
    np.testing.assert_allclose(own(X), second(model, form), atol=1e-6)
    with as_file(archive_of(own)) as path:
        loaded = keras.saving.load_model(path)
    assert loaded.output_shape == (None, 1)
    assert np.array_equal(with_probabilities(loaded)(X), two(X))


def test_a_model_of_several_outputs_is_in_its_own_shape():
    """A softmax of two units is left as it is."""
    model = build_model("mlp", (3,), 2, hidden_widths="4", seed=0)
    assert in_own_shape(model) is model


def test_a_sure_error_still_has_a_gradient():
    """At a logit of 60 a probability of float32 is 1 and its error's gradient, clipped, is 0; that of binary cross-entropy
    by the logit is p - y = 1."""
    model = chain(
        L.Dense(1, activation="sigmoid", kernel_initializer="zeros", bias_initializer=keras.initializers.Constant(60.0))
    )
    two = as_two_classes(model)
    import tensorflow as tf

    with tf.GradientTape() as tape:
        loss = keras.losses.SparseCategoricalCrossentropy()(np.zeros(40, int), two(X, training=True))
    gradient = tape.gradient(loss, two.trainable_variables[1])
    np.testing.assert_allclose(loss, 60, rtol=1e-5)
    np.testing.assert_allclose(gradient, [1.0], rtol=1e-5)


@pytest.mark.parametrize("variant", [Variant(l2=0.1), Variant(dropout_rate=0.2), Variant(batch_norm=1), Variant(max_norm=1.0), Variant(gaussian_noise=0.1)], ids=str)  # fmt: skip
def test_regularizers_act_as_on_any_model(variant):
    """Verified: the one unit is the output layer, so norms and constraints are the hidden layer's."""
    model = prepared(FORMS["dense"](), (3,), 2)
    assert [site.layer.units for site in read_layout(model).output] == [1]
    new = regularize(model, variant)
    assert in_own_shape(new).output_shape == (None, 1)


@pytest.mark.parametrize(("build", "message"), [
    (lambda: chain(L.Dense(1, activation="tanh")), r"ends in one unit with activation 'tanh'; .*end it in Dense\(1, activation='sigmoid'\)"),
    (lambda: of_op(lambda x: (ops.sigmoid(x) + ops.sigmoid(-x)) / 2), "ends in one unit with TrueDivide, which has no activation"),
    (lambda: chain(L.Dense(2, activation="sigmoid")), r"ends in a sigmoid, each class on its own \(multi-label\)"),
])  # fmt: skip
def test_what_is_no_probability_of_a_class_is_refused(build, message):
    """By name, before anything is trained; several sigmoids are multi-label, of two classes too."""
    with pytest.raises(ModelError, match=f"model 'mine'.*{message}"):
        prepared(build(), (3,), 2)


def test_one_unit_is_for_two_classes():
    """Three cannot be told by one number."""
    with pytest.raises(
        ModelError, match=r"one unit for two classes, and the data have 3; .*Dense\(3, activation='softmax'\)"
    ):
        prepared(FORMS["dense"](), (3,), 3)
    with pytest.raises(ModelError, match=r"expected output \(None, 3\), one probability a class, received \(None, 1\)"):
        prepared(FORMS["logit"](), (3,), 3)

"""The split where randomness begins: nothing is lost, nothing random is computed once, nothing else many times."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from regtrack.models.layout import as_functional
from regtrack.uncertainty import MCDropout, predict_mc, to_mc_dropout
from regtrack.uncertainty.mc_dropout import masks
from regtrack.uncertainty.mc_dropout.layers import is_stochastic
from regtrack.uncertainty.mc_dropout.split import split_at_first_dropout

L = keras.layers
SEEN = []


@keras.saving.register_keras_serializable("tests")
class Counting(L.Layer):
    """Remembers the number of rows at each time that it is really computed."""

    def call(self, x):
        def note(value):
            SEEN.append(len(value))
            return value

        out = tf.numpy_function(note, [x], x.dtype)
        out.set_shape(x.shape)
        return out

    def compute_output_spec(self, x):
        return keras.KerasTensor(x.shape, x.dtype)


def test_suffix_after_prefix_is_the_model(mc_zoo, zoo_name):
    """With dropout off `suffix(prefix(x))` is `model(x)`, outputs in their order."""
    model = mc_zoo.converted(zoo_name)
    x = mc_zoo.inputs_for(model)
    prefix, suffix = split_at_first_dropout(model)
    with masks.using(masks.OFF):
        received = suffix(prefix(as_functional(model)._standardize_inputs(x)))
        expected = model(x, training=False)
    for ours, theirs in zip(mc_zoo.flat(received), mc_zoo.flat(expected), strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=1e-6, atol=1e-7)


def test_under_one_stream_the_split_model_draws_as_the_whole_does(mc_zoo, zoo_name):
    """The same masks in the same places: suffix(prefix(x)) is model(x) with dropout on, too, and unlike it off."""
    model = mc_zoo.converted(zoo_name)
    x = mc_zoo.inputs_for(model)
    prefix, suffix = split_at_first_dropout(model)

    def stream():
        return masks.MaskStream(masks.pass_key(tf.constant(masks.seed_words(3)), 0), tf.constant(range(9), tf.uint32))

    with masks.using(stream()):
        start = prefix(as_functional(model)._standardize_inputs(x))
        assert masks.current().calls == 0
        received = mc_zoo.flat(suffix(start))
    with masks.using(stream()):
        expected = mc_zoo.flat(model(x, training=False))
    for ours, theirs in zip(received, expected, strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=1e-6, atol=1e-7)


def test_the_prefix_holds_all_that_is_deterministic_and_nothing_else(mc_zoo, zoo_name):
    """No stochastic layer in the prefix; in the suffix only calls that change from pass to pass; each call in one."""
    model = mc_zoo.converted(zoo_name)
    prefix, suffix = split_at_first_dropout(model)
    assert not any(is_stochastic(operation) for operation in prefix.layers)
    assert any(is_stochastic(operation) for operation in suffix.layers)
    assert not any(isinstance(op, keras.Model) and is_stochastic(op) for op in suffix.layers)
    random = set()
    for step in suffix.steps:
        assert is_stochastic(step.node.operation) or random & set(step.reads), step.node.operation.name
        random.update(step.writes)
    assert not random & set(prefix.writes)
    assert set(suffix.reads) == {read for step in suffix.steps for read in step.reads} - random | (
        set(suffix.writes) - random
    )


EXPECTED_PREFIX = {
    "plain": set(),
    "resnet": {"Conv2D", "BatchNormalization", "Activation"},
    "lstm": {"Embedding", "NotEqual"},
    "two_towers": {"Dense", "Conv2D", "Flatten"},
    "shared_encoder": {"Dense", "BatchNormalization"},
    "nested": {"Dense", "BatchNormalization"},
    "nested_sequential": {"Functional"},
    "two_outputs": {"Dense"},
    "augmented": {"Rescaling", "RandomFlip", "GaussianNoise", "Conv2D", "Flatten"},
    "attention": {"MultiHeadAttention"},
    "penalized": {"Normalization", "MCDropout", "Dense", "Multiply", "Add"},
}


@pytest.mark.parametrize("name", EXPECTED_PREFIX)
def test_everything_before_the_first_dropout_is_in_the_prefix(mc_zoo, name):
    """By hand, for models whose deterministic part is known; a dropout of rate 0 is deterministic."""
    prefix, _ = split_at_first_dropout(mc_zoo.converted(name))
    assert {type(operation).__name__ for operation in prefix.layers} == EXPECTED_PREFIX[name]


def test_a_shared_encoders_two_calls_are_both_split(mc_zoo):
    """Opened once per call: its layers stand twice in the prefix, its dropout twice in the suffix."""
    prefix, suffix = split_at_first_dropout(mc_zoo.converted("shared_encoder"))
    assert [type(op).__name__ for op in prefix.layers].count("Dense") == 2
    assert [type(op).__name__ for op in suffix.layers].count("MCDropout") == 2


def test_splitting_leaves_the_model_as_it_was(mc_zoo):
    """No call is added to the graph of the model, so that splitting a hundred times costs nothing later."""
    model = mc_zoo.converted("nested")
    before = [len(layer._inbound_nodes) for layer in model._flatten_layers()]
    split_at_first_dropout(model)
    assert [len(layer._inbound_nodes) for layer in model._flatten_layers()] == before


@pytest.mark.parametrize("nest", [False, True], ids=["flat", "nested"])
def test_the_prefix_is_computed_once_per_block(nest):
    """20 passes over 3 blocks compute what stands before the first dropout 3 times, what stands behind it 60 times."""
    inputs = keras.Input((4,))
    x = MCDropout(0.5)(Counting(name="before")(inputs))
    body = keras.Model(inputs, x) if nest else None
    x = body(entry := keras.Input((4,))) if nest else x
    model = keras.Model(entry if nest else inputs, L.Dense(3, activation="softmax")(x))
    data = np.random.default_rng(0).normal(size=(11, 4)).astype(np.float32)
    SEEN.clear()
    predict_mc(model, data, n_passes=20, seed=0, batch_size=4)
    assert SEEN == [4, 4, 4]
    behind = keras.Model(inputs, L.Dense(3, activation="softmax")(Counting()(MCDropout(0.5)(inputs))))
    SEEN.clear()
    predict_mc(behind, data, n_passes=20, seed=0, batch_size=4)
    assert SEEN == [4] * 60


def test_a_deterministic_branch_is_computed_once():
    """A tower that only joins behind the dropout is none of the passes' work."""
    inputs = keras.Input((4,))
    sure = Counting()(L.Dense(3)(inputs))
    model = keras.Model(inputs, L.Softmax()(L.Add()([L.Dense(3)(L.Dropout(0.5)(inputs)), sure])))
    SEEN.clear()
    result = predict_mc(to_mc_dropout(model), np.ones((5, 4), np.float32), n_passes=30, seed=0)
    assert SEEN.count(5) == 1
    assert result.std_probs.max() > 0


def test_a_model_made_by_hand_is_in_inference_mode_too():
    """Built with MCDropout and not converted: nothing is flipped, and batch norm uses its statistics."""
    inputs = keras.Input((4, 4, 1))
    x = L.RandomFlip()(L.GaussianNoise(1.0)(inputs))
    x = L.RandomFlip()(L.BatchNormalization()(MCDropout(1e-9)(x)))
    model = keras.Model(inputs, L.Dense(3, activation="softmax")(L.Flatten()(x)))
    data = np.random.default_rng(0).normal(size=(9, 4, 4, 1)).astype(np.float32)
    before = [weight.numpy().tobytes() for weight in model.weights]
    result = predict_mc(model, data, n_passes=3, seed=0)
    with masks.using(masks.OFF):
        np.testing.assert_allclose(result.mean_probs, model(data, training=False), atol=1e-6)
    assert [weight.numpy().tobytes() for weight in model.weights] == before


def test_an_output_without_dropout_goes_through_as_it_is(mc_zoo):
    """It is an output of the prefix, and so of the suffix, unchanged under any masks."""
    model = mc_zoo.converted("two_outputs")
    x = mc_zoo.inputs_for(model)
    prefix, suffix = split_at_first_dropout(model)
    start = prefix([tf.constant(x)])
    first, second = (keras.tree.pack_sequence_as(model.output, suffix(start)) for _ in range(2))
    assert np.array_equal(first["sure"], second["sure"])
    assert np.array_equal(first["sure"], mc_zoo.model("two_outputs")(x)["sure"])
    assert np.abs(first["unsure"] - second["unsure"]).max() > 0.01

"""What we rely on in Keras. A failure here says which assumption an upgrade broke, before anything else fails."""

import os

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import random

import keras
import numpy as np
import pytest

L = keras.layers
X = np.ones((4, 6), "float32")
Y = np.ones((4, 3), "float32")


def mlp(**output):
    return keras.Sequential([keras.Input((6,)), L.Dense(5, name="h"), L.Dense(3, name="out", **output)])


def test_initializers_without_a_seed_draw_it_from_python_s_random():
    """`seeded_initializers` relies on it: python's random alone decides the initial weights."""
    weights = []
    for seed in (1, 1, 2):
        np.random.seed(len(weights))  # noqa: NPY002 - to show that NumPy's state does not matter
        random.seed(seed)
        layer = L.LSTM(3)
        layer.build((None, 4, 2))
        weights.append(np.concatenate([weight.ravel() for weight in layer.get_weights()]))
    np.testing.assert_array_equal(weights[0], weights[1])
    assert (weights[0] != weights[2]).any()


def test_a_regularizer_set_on_a_built_layer_s_attribute_does_nothing():
    """The silent no-op that regularize exists to avoid."""
    model = mlp()
    model.get_layer("h").kernel_regularizer = keras.regularizers.L2(0.1)
    assert model.losses == []


def test_a_regularizer_set_on_the_variable_is_in_model_losses_and_in_the_trained_loss():
    """How regularize sets penalties."""
    model = mlp()
    kernel = model.get_layer("h").kernel
    kernel.regularizer = keras.regularizers.L2(0.1)
    squares = float(np.square(kernel.value.numpy()).sum())
    assert [float(loss) for loss in model.losses] == pytest.approx([0.1 * squares], rel=1e-5)
    model.compile(keras.optimizers.SGD(0.0), loss="mse")
    mse = float(np.mean((model.predict(X, verbose=0) - Y) ** 2))
    assert model.fit(X, Y, verbose=0).history["loss"][0] == pytest.approx(mse + 0.1 * squares, rel=1e-5)


def test_frozen_weights_have_no_penalty():
    """Why regularize leaves frozen layers out."""
    model = mlp()
    model.get_layer("h").kernel.regularizer = keras.regularizers.L2(0.1)
    model.get_layer("h").trainable = False
    assert model.losses == []


def test_config_is_written_from_the_attribute_and_not_from_the_variable():
    """Why regularize sets both: the stored model is read from the config."""
    model = mlp()
    layer = model.get_layer("h")
    layer.kernel.regularizer = keras.regularizers.L2(0.1)
    assert layer.get_config()["kernel_regularizer"] is None
    layer.kernel_regularizer = keras.regularizers.L2(0.1)
    assert layer.get_config()["kernel_regularizer"]["config"] == {"l2": 0.1}


def test_the_optimizer_applies_variable_constraints_after_each_step():
    """How regularize sets max-norm; eagerly and in a compiled graph."""
    for eager in (True, False):
        model = mlp()
        kernel = model.get_layer("h").kernel
        kernel.assign(kernel * 10)
        kernel.constraint = keras.constraints.MaxNorm(0.5, axis=[0])
        model.compile(keras.optimizers.Adam(0.1), loss="mse", run_eagerly=eager)
        model.fit(X, Y, verbose=0)
        norms = np.linalg.norm(kernel.value.numpy(), axis=0)
        np.testing.assert_allclose(norms, 0.5, rtol=1e-4)


def test_max_norm_s_default_axis_is_wrong_for_convolutions():
    """On a (3, 3, 1, 2) kernel of ones a filter's norm is 3; the default axis leaves sqrt(3), axes (0, 1, 2) give 1."""
    kernel = keras.ops.ones((3, 3, 1, 2))
    by_default = np.asarray(keras.constraints.MaxNorm(1.0)(kernel))
    right = np.asarray(keras.constraints.MaxNorm(1.0, axis=[0, 1, 2])(kernel))
    np.testing.assert_allclose(np.sqrt(np.square(by_default).sum(axis=(0, 1, 2))), np.sqrt(3), rtol=1e-5)
    np.testing.assert_allclose(np.sqrt(np.square(right).sum(axis=(0, 1, 2))), 1, rtol=1e-5)


def test_the_graph_can_be_read():
    """Private names that layout, verify and surgery use: they exist and mean what we think."""
    inputs = keras.Input((6,))
    hidden = L.Dense(5, name="h")
    x = hidden(inputs)
    model = keras.Model(inputs, L.Dense(3, name="out")(x))
    assert x._keras_history.operation is hidden
    assert hidden._inbound_nodes[x._keras_history.node_index].input_tensors[0] is inputs
    assert hidden._inbound_nodes[0].output_tensors[0] is x
    by_depth = {depth: [n.operation.name for n in nodes] for depth, nodes in model._nodes_by_depth.items()}
    assert by_depth == {2: [inputs._keras_history.operation.name], 1: ["h"], 0: ["out"]}


def test_nodes_by_depth_holds_this_graph_s_calls_only():
    """A layer that is called in another model too does not bring that call along; _inbound_nodes has both."""
    shared = L.Dense(5)
    first, second = keras.Input((6,)), keras.Input((6,))
    model = keras.Model(first, shared(first))
    shared(second)
    assert sum(len(nodes) for nodes in model._nodes_by_depth.values()) == 2
    assert len(shared._inbound_nodes) == 2


def test_flatten_layers_reaches_cells_wrapped_and_nested_layers():
    """drop_training_only relies on it: recurrent cells, wrapped layers and layers of nested models are met."""
    inner = keras.Sequential([keras.Input((4, 2)), L.Bidirectional(L.LSTM(2))])
    model = keras.Sequential([keras.Input((4, 2)), inner, L.Dense(3)])
    kinds = [type(layer).__name__ for layer in model._flatten_layers()]
    assert kinds.count("LSTMCell") == 2
    assert "Dense" in kinds


def test_a_sequential_s_config_and_a_subclassed_model_have_no_readable_graph():
    """Only functional models have _nodes_by_depth: a sequential is turned into one, a subclassed one is refused."""

    class Own(keras.Model):
        pass

    assert not hasattr(Own(), "_nodes_by_depth")
    model = mlp()
    assert hasattr(keras.Model(model.inputs[0], model.outputs[0]), "_nodes_by_depth")


def test_clone_model_calls_each_place_of_the_graph_through_call_function():
    """rewrite relies on it: shared layers are cloned once and called once a place, with the call's own arguments."""
    shared, calls = L.Dense(3), []
    left, right = keras.Input((6,)), keras.Input((6,))
    model = keras.Model([left, right], L.Add()([shared(left), shared(right)]))
    cloned = []

    def clone(layer):
        cloned.append(layer)
        return layer.__class__.from_config(layer.get_config())

    def call(layer, *args, **kwargs):
        calls.append(layer.name)
        return layer(*args, **kwargs)

    new = keras.models.clone_model(model, clone_function=clone, call_function=call)
    assert calls.count(shared.name) == 2
    assert new.get_layer(shared.name) is not shared
    assert cloned.count(shared) == 1
    assert new.count_params() == model.count_params()


def test_dropout_baked_with_training_true_is_overridden_by_predict():
    """Why Monte Carlo dropout needs a layer of its own: predict is deterministic all the same."""
    inputs = keras.Input((6,))
    model = keras.Model(inputs, L.Dropout(0.5)(inputs, training=True))
    np.testing.assert_array_equal(model.predict(X, verbose=0), X)
    assert (np.asarray(model(X, training=True)) != X).any()


def test_normalization_s_weights_act_only_after_finalize_state():
    """Why rewrite calls it: set_weights alone leaves the old constants."""
    layer, other = L.Normalization(), L.Normalization()
    layer.adapt(np.random.default_rng(0).normal(3, 5, (50, 6)))
    other.build((None, 6))
    other.set_weights(layer.get_weights())
    assert not np.allclose(other(X), layer(X))
    other.finalize_state()
    np.testing.assert_allclose(other(X), layer(X))


def test_attention_writes_its_config_from_attributes_of_its_own():
    """Why regularize sets them there too: what stands on the projections is not stored."""
    layer = L.MultiHeadAttention(2, 2)
    layer.build((None, 3, 4), (None, 3, 4))
    layer._query_dense.kernel_regularizer = keras.regularizers.L2(0.1)
    assert layer.get_config()["kernel_regularizer"] is None
    layer._kernel_regularizer = keras.regularizers.L2(0.1)
    assert layer.get_config()["kernel_regularizer"]["config"] == {"l2": 0.1}


def test_l2_has_no_half():
    """Keras' L2 is factor x sum of squares, L1 factor x sum of magnitudes: on (1, 2) with factor 1, 5 and 3."""
    w = keras.ops.array([1.0, -2.0])
    assert float(keras.regularizers.L2(1.0)(w)) == 5
    assert float(keras.regularizers.L1(1.0)(w)) == 3
    assert float(keras.regularizers.L1L2(1.0, 1.0)(w)) == 8


def test_a_node_fills_in_its_call_and_names_inputs():
    """A graph's node knows whether it is an input, and gives the call's arguments for other tensors."""
    inputs = keras.Input((3,))
    model = keras.Model(inputs, keras.layers.Dense(2)(inputs))
    nodes = [node for depth in sorted(model._nodes_by_depth, reverse=True) for node in model._nodes_by_depth[depth]]
    assert [node.is_input for node in nodes] == [True, False]
    [tensor] = nodes[1].input_tensors
    args, kwargs = nodes[1].arguments.fill_in({id(tensor): "instead"})
    assert args == ("instead",)
    assert kwargs == {}


def test_a_functional_model_standardizes_its_inputs_to_a_flat_list():
    """`_standardize_inputs` puts a dict by name into the order of `inputs` and casts to their dtype."""
    first, second = keras.Input((1,), name="first"), keras.Input((1,), name="second")
    model = keras.Model({"first": first, "second": second}, keras.layers.Concatenate()([first, second]))
    flat = model._standardize_inputs({"second": np.ones((2, 1)), "first": np.zeros((2, 1))})
    assert [float(np.asarray(part)[0, 0]) for part in flat] == [0.0, 1.0]
    assert {str(part.dtype).rpartition("'")[0].rpartition("'")[2] or str(part.dtype) for part in flat} == {"float32"}


def test_padding_travels_as_an_attribute_of_the_tensor():
    """Keras ties the mask of padding to a layer's output as `_keras_mask`."""
    embedded = keras.layers.Embedding(3, 2, mask_zero=True)(np.array([[1, 0]]))
    assert np.asarray(embedded._keras_mask).tolist() == [[True, False]]

"""A small zoo of models, one for each way a graph can be built, and what is known of each beforehand."""

import os
from dataclasses import dataclass

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import keras
import numpy as np
import pytest

L = keras.layers


def linear():
    return keras.Sequential([keras.Input((4,)), L.Dense(3, activation="softmax")])


def sequential():
    hidden = [L.Dense(width, activation="relu") for width in (5, 4)]
    return keras.Sequential([keras.Input((6,)), *hidden, L.Dense(3, activation="softmax")])


def functional():
    inputs = keras.Input((2, 3))
    x = L.Dense(5, activation="relu")(L.Flatten()(inputs))
    return keras.Model(inputs, L.Dense(3, activation="softmax")(L.Dense(4, activation="tanh")(x)))


def residual():
    inputs = keras.Input((4,))
    x = L.Dense(4, activation="relu")(inputs)
    x = L.Add()([x, L.Dense(4)(x)])
    return keras.Model(inputs, L.Dense(3)(x * 0.5 + inputs))  # operations that are no layers


def conv_bn():
    inputs = keras.Input((6, 6, 1))
    x = L.Activation("relu")(L.BatchNormalization()(L.Conv2D(3, 3, use_bias=False)(inputs)))
    x = L.MaxPooling2D()(x)
    return keras.Model(inputs, L.Dense(3, activation="softmax")(L.Flatten()(x)))


def conv1d():
    inputs = keras.Input((6, 2))
    x = L.PReLU()(L.Conv1D(4, 3, padding="causal")(inputs))
    return keras.Model(inputs, L.Dense(3)(L.GlobalAveragePooling1D()(x)))


def odd_convs():
    inputs = keras.Input((5, 5, 2))
    x = L.SeparableConv2D(3, 2, activation="relu")(inputs)
    x = L.DepthwiseConv2D(2, depth_multiplier=2)(x)
    x = L.Conv2DTranspose(4, 2)(x)
    return keras.Model(inputs, L.Dense(3)(L.GlobalAveragePooling2D()(x)))


def recurrent():
    inputs = keras.Input((4, 3))
    x = L.GRU(4)(L.LSTM(3, return_sequences=True)(inputs))
    return keras.Model(inputs, L.Dense(3, activation="softmax")(x))


def bidirectional():
    inputs = keras.Input((4, 3))
    x = L.Bidirectional(L.LSTM(2, return_sequences=True))(inputs)
    x = L.RNN(L.SimpleRNNCell(3))(x)
    return keras.Model(inputs, L.Dense(3)(x))


def with_states():
    source, target = keras.Input((4, 3)), keras.Input((3, 2))
    _, *state = L.LSTM(3, return_state=True, return_sequences=True)(source)
    x = L.LSTM(3, return_sequences=True)(target, initial_state=state)
    return keras.Model([source, target], L.TimeDistributed(L.Dense(3))(x))


def towers():
    """Two towers of one encoder."""
    read = keras.Input((4,))
    encoder = keras.Model(read, L.Dense(3, activation="relu")(L.Dense(5, activation="relu")(read)), name="encoder")
    left, right = keras.Input((4,)), keras.Input((4,))
    return keras.Model([left, right], L.Dense(3)(L.Concatenate()([encoder(left), encoder(right)])))


def shared_layer():
    """One layer called on two inputs, and another that reads one of them too."""
    left, right = keras.Input((4,)), keras.Input((4,))
    shared = L.Dense(5, activation="relu")
    own = L.Dense(2, activation="relu")(left)
    return keras.Model([left, right], L.Dense(3)(L.Concatenate()([own, shared(left), shared(right)])))


def nested():
    inner = keras.Sequential([keras.Input((5,)), L.Dense(4, activation="relu")], name="inner")
    read = keras.Input((6,))
    middle = keras.Model(read, inner(L.Dense(5, activation="relu")(read)), name="middle")
    return keras.Sequential([keras.Input((6,)), middle, keras.Sequential([L.Dense(3), L.Softmax()])])


def activations():
    layers = [L.Dense(5), L.Activation("relu"), L.Dropout(0.1), L.Dense(3), L.Softmax()]
    return keras.Sequential([keras.Input((6,)), *layers])


def attention():
    inputs, memory = keras.Input((3, 4)), keras.Input((2, 4))
    x = L.LayerNormalization()(inputs + L.MultiHeadAttention(2, 2)(inputs, inputs))
    x = L.MultiHeadAttention(2, 3)(query=x, value=memory)
    x = L.EinsumDense("abc,cd->abd", output_shape=(None, 5), activation="relu")(x)
    return keras.Model([inputs, memory], L.Dense(3)(L.GlobalAveragePooling1D()(x)))


def two_outputs():
    inputs = keras.Input((6,))
    x = L.Dense(5, activation="relu")(inputs)
    return keras.Model(inputs, {"first": L.Dense(3)(x), "second": L.Dense(2)(L.Dense(4, activation="relu")(x))})


def embedding():
    inputs = keras.Input((4,), dtype="int32")
    x = L.Dense(5, activation="relu")(L.Flatten()(L.Embedding(6, 3)(inputs)))
    return keras.Model(inputs, L.Dense(3)(x))


def normalized():
    """Layers with state or losses of their own."""
    scale = L.Normalization()
    scale.adapt(np.random.default_rng(0).normal(3, 5, (50, 6)))
    inputs = keras.Input((6,))
    x = L.Dense(5, activation="relu", activity_regularizer="l2", bias_regularizer="l1")(scale(inputs))
    return keras.Model(inputs, L.Dense(3)(x))


def frozen():
    """Transfer learning: the encoder is frozen, a head is trained."""
    encoder = keras.Sequential([keras.Input((6,)), L.Dense(5, activation="relu")], name="encoder")
    encoder.trainable = False
    return keras.Sequential([keras.Input((6,)), encoder, L.Dense(4, activation="relu"), L.Dense(3)])


def selu():
    """Self-normalizing: the activation once in the layer, once behind it, with what may stand in between."""
    first, second = L.Dense(5, activation="selu"), [L.Dense(4), L.BatchNormalization(), L.Activation("selu")]
    return keras.Sequential([keras.Input((6,)), first, *second, L.Dense(3, activation="softmax")])


BUILDERS = (
    linear, sequential, functional, residual, conv_bn, conv1d, odd_convs, recurrent, bidirectional, with_states,
    towers, shared_layer, nested, activations, attention, two_outputs, embedding, normalized, frozen, selu,
)  # fmt: skip
ZOO = {builder.__name__: builder for builder in BUILDERS}


def example_inputs(model, n=5):
    """Random inputs of the model, a dict or list where it takes one."""
    rng = np.random.default_rng(1)
    arrays = [
        rng.integers(6, size=(n, *tensor.shape[1:]))
        if tensor.dtype == "int32"
        else rng.normal(size=(n, *tensor.shape[1:])).astype("float32")
        for tensor in model.inputs
    ]
    return arrays if len(arrays) > 1 else arrays[0]


def outputs_of(model, inputs=None):
    """Flat list of the model's outputs in inference mode."""
    inputs = example_inputs(model) if inputs is None else inputs
    return [tensor.numpy() for tensor in keras.tree.flatten(model(inputs, training=False))]


def train_a_step(model, optimizer):
    """One real optimizer step on squared errors, penalties included."""
    inputs = example_inputs(model)
    targets = [np.ones_like(output) for output in outputs_of(model)]
    targets = keras.tree.pack_sequence_as(model.output, targets)
    loss = keras.tree.map_structure(lambda _: "mse", targets)
    model.compile(optimizer, loss=loss, run_eagerly=True)
    return model.train_on_batch(inputs, targets)


def named_kernels(model, trained=True):
    """Kernels found by their variables' names alone, as (variable, layer that owns it): not by regtrack's rules."""
    found = {}
    for layer in model._flatten_layers():
        for variable in layer._trainable_variables:
            is_trained = any(variable is weight for weight in model.trainable_weights)
            if variable.name.endswith("kernel") and (is_trained or not trained):
                found[id(variable)] = (variable, layer)
    return list(found.values())


INCOMING_AXES = {
    ("Dense", "kernel"): (0,),
    ("Conv1D", "kernel"): (0, 1),
    ("Conv2D", "kernel"): (0, 1, 2),
    ("Conv2DTranspose", "kernel"): (0, 1, 3),
    ("DepthwiseConv2D", "kernel"): (0, 1),
    ("SeparableConv2D", "depthwise_kernel"): (0, 1),
    ("SeparableConv2D", "pointwise_kernel"): (0, 1, 2),
    ("LSTMCell", "kernel"): (0,),
    ("LSTMCell", "recurrent_kernel"): (0,),
    ("GRUCell", "kernel"): (0,),
    ("GRUCell", "recurrent_kernel"): (0,),
    ("SimpleRNNCell", "kernel"): (0,),
    ("SimpleRNNCell", "recurrent_kernel"): (0,),
}
"""Written by hand: the axes over which one unit's incoming weights run."""


def incoming_norms(variable, layer):
    """L2 norm of each unit's incoming weights."""
    if type(layer).__name__ == "EinsumDense":
        axes = (0, 1) if layer.name == "attention_output" else (0,)
    else:
        axes = INCOMING_AXES[type(layer).__name__, variable.name]
    return np.sqrt(np.sum(np.square(variable.value.numpy()), axis=axes))


def layers_named(model, class_name):
    """Every layer of this class, nested ones included, each once."""
    return list({id(layer): layer for layer in model._flatten_layers() if type(layer).__name__ == class_name}.values())


@pytest.fixture(params=ZOO)
def zoo_name(request):
    return request.param


@pytest.fixture
def model(zoo_name):
    """Each model of the zoo in turn, with initial weights that are always the same."""
    keras.utils.set_random_seed(7)
    return ZOO[zoo_name]()


@pytest.fixture(scope="session")
def zoo():
    """Everything of this file, for tests that need one model or a measuring tool."""
    return Tools


class Tools:
    models = ZOO
    example_inputs = staticmethod(example_inputs)
    outputs_of = staticmethod(outputs_of)
    train_a_step = staticmethod(train_a_step)
    named_kernels = staticmethod(named_kernels)
    incoming_norms = staticmethod(incoming_norms)
    layers_named = staticmethod(layers_named)


# ---- models such as people bring, each built by build(input_shape, n_classes) ---------------------------------


@keras.saving.register_keras_serializable("tests")
class Block(L.Layer):
    """A layer of one's own, built from Keras layers."""

    def __init__(self, width, **kwargs):
        super().__init__(**kwargs)
        self.width = width
        self.inner = L.Dense(width, activation="relu", kernel_regularizer=keras.regularizers.L2(0.5))

    def build(self, input_shape):
        self.inner.build(input_shape)

    def call(self, x):
        return self.inner(x)

    def get_config(self):
        return super().get_config() | {"width": self.width}


def own_sequential(shape, n):
    return keras.Sequential(
        [keras.Input(shape), L.Flatten(), L.Dense(6, activation="relu"), L.Dropout(0.5, name="drop"),
         L.Dense(n, activation="softmax")]
    )  # fmt: skip


def own_functional(shape, n):
    inputs = keras.Input(shape)
    x = L.Dense(5, activation="tanh", kernel_regularizer="l1", bias_constraint="non_neg", name="hidden")(
        L.Flatten()(inputs)
    )
    return keras.Model(inputs, L.Softmax()(L.Dense(n)(L.GaussianNoise(0.1, name="noise")(x))))


def own_logits(shape, n):
    inputs = keras.Input(shape)
    return keras.Model(inputs, L.Dense(n, name="scores")(L.Dense(5, activation="relu")(L.Flatten()(inputs))))


def own_nested(shape, n):
    inner = keras.Sequential(
        [keras.Input((shape[0] * shape[1],)), L.Dropout(0.2, name="drop"), L.Dense(5, activation="relu"),
         L.BatchNormalization(name="bn")],
        name="inner",
    )  # fmt: skip
    inputs = keras.Input(shape)
    return keras.Model(inputs, L.Dense(n, activation="softmax")(inner(L.Flatten()(inputs))))


def own_shared(shape, n):
    """One layer called twice, one dropout called twice."""
    inputs = keras.Input(shape)
    flat, layer, drop = L.Flatten()(inputs), L.Dense(4, activation="relu", name="twice"), L.Dropout(0.3, name="drop")
    left, right = layer(drop(flat)), layer(drop(flat * 0.5))
    return keras.Model(inputs, L.Dense(n, activation="softmax")(L.Add()([left, right])))


def own_conv_bn(shape, n):
    inputs = keras.Input(shape)
    x = L.Reshape((*shape, 1))(inputs)
    x = L.ReLU()(
        L.BatchNormalization(name="bn")(L.Conv2D(3, 3, use_bias=False, kernel_regularizer="l2", name="conv")(x))
    )
    x = L.SpatialDropout2D(0.25, name="spatial")(x)
    return keras.Model(inputs, L.Dense(n, activation="softmax")(L.GlobalAveragePooling2D()(x)))


def own_recurrent(shape, n):
    inputs = keras.Input(shape)
    x = L.Bidirectional(
        L.LSTM(3, name="lstm", dropout=0.1, recurrent_dropout=0.2, recurrent_regularizer="l2"), name="both"
    )(inputs)
    return keras.Model(inputs, L.Dense(n, activation="softmax")(x))


def own_attention(shape, n):
    inputs = keras.Input(shape)
    x = L.MultiHeadAttention(2, 3, dropout=0.1, kernel_constraint="unit_norm", name="attention")(inputs, inputs)
    return keras.Model(inputs, L.Dense(n)(L.GlobalAveragePooling1D()(L.LayerNormalization()(x + inputs))))


def own_custom(shape, n):
    inputs = keras.Input(shape)
    return keras.Model(inputs, L.Dense(n, activation="softmax")(Block(4, name="block")(L.Flatten()(inputs))))


def own_embedding(shape, n):
    inputs = keras.Input(shape, dtype="int32")
    x = L.Embedding(17, 2, embeddings_regularizer="l2", name="table")(L.Flatten()(inputs))
    return keras.Model(inputs, L.Dense(n)(L.Flatten()(L.TimeDistributed(L.Dropout(0.2), name="drop")(x))))


@dataclass(frozen=True)
class Known:
    """What is known of a model of (8, 8) inputs and 10 classes, counted by hand.

    parameters: as built. gone: parameters of batch normalization. has: what `existing` says. is_logits: its outputs.
    """

    parameters: int
    has: tuple[str, ...]
    gone: int = 0
    is_logits: bool = False


OWN = {
    own_sequential: Known(65 * 6 + 70, ("drop: Dropout rate=0.5",)),
    own_functional: Known(65 * 5 + 60, ("hidden: L1 l1=0.01 on kernel", "hidden: NonNeg on bias", "noise: GaussianNoise stddev=0.1")),
    own_logits: Known(65 * 5 + 60, (), is_logits=True),
    own_nested: Known(65 * 5 + 4 * 5 + 60, ("inner/drop: Dropout rate=0.2", "inner/bn: BatchNormalization"), gone=4 * 5),
    own_shared: Known(65 * 4 + 50, ("drop: Dropout rate=0.3",)),
    own_conv_bn: Known(
        27 + 4 * 3 + 40,
        ("conv: L2 l2=0.01 on kernel", "bn: BatchNormalization", "spatial: SpatialDropout2D rate=0.25"),
        gone=4 * 3,
    ),
    own_recurrent: Known(
        2 * 4 * ((8 + 3) * 3 + 3) + 70,
        (
            "both: L2 l2=0.01 on forward_lstm recurrent_kernel", "both: L2 l2=0.01 on backward_lstm recurrent_kernel",
            "both: dropout 0.1", "both: recurrent_dropout 0.2",
        ),
    ),
    own_attention: Known(
        3 * (8 * 6 + 6) + 6 * 8 + 8 + 2 * 8 + 90,
        (
            *(f"attention: UnitNorm on {part} kernel" for part in ("query", "key", "value", "attention_output")),
            "attention: dropout 0.1",
        ),
        is_logits=True,
    ),
    own_custom: Known(65 * 4 + 50, ("block: L2 l2=0.5 on kernel",)),
    own_embedding: Known(17 * 2 + 128 * 10 + 10, ("table: L2 l2=0.01 on embeddings", "drop: Dropout rate=0.2 inside"), is_logits=True),
}  # fmt: skip


@pytest.fixture(params=OWN, ids=lambda build: build.__name__)
def own(request):
    """(build, Known) of each model that people bring, in turn."""
    return request.param, OWN[request.param]

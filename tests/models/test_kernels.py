"""Incoming axes against the gradient: which weights one unit reads, asked of TensorFlow and not of our table."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from regtrack.errors import ModelError
from regtrack.models.kernels import kernels_of, layer_kind, width_of

L = keras.layers
LINEAR = {"use_bias": False}

# layer, input shape (one window of the kernel, so that every weight of a unit is read), expected axes
BY_GRADIENT = [
    (L.Dense(3, **LINEAR), (4,), (0,)),
    (L.Conv1D(3, 2, **LINEAR), (2, 4), (0, 1)),
    (L.Conv2D(3, 2, **LINEAR), (2, 2, 4), (0, 1, 2)),
    (L.Conv3D(3, 2, **LINEAR), (2, 2, 2, 4), (0, 1, 2, 3)),
    (L.Conv1DTranspose(3, 2, **LINEAR), (1, 4), (0, 2)),
    (L.Conv2DTranspose(3, 2, **LINEAR), (1, 1, 4), (0, 1, 3)),
    (L.Conv3DTranspose(3, 2, **LINEAR), (1, 1, 1, 4), (0, 1, 2, 4)),
    (L.DepthwiseConv1D(2, depth_multiplier=3, **LINEAR), (2, 4), (0,)),
    (L.DepthwiseConv2D(2, depth_multiplier=3, **LINEAR), (2, 2, 4), (0, 1)),
    (L.EinsumDense("abc,cd->abd", output_shape=(None, 3)), (2, 4), (0,)),
    (L.EinsumDense("abc,bcd->ad", output_shape=3), (2, 4), (0, 1)),
    (L.EinsumDense("...c,cde->...de", output_shape=(2, 3)), (5, 4), (0,)),
]


@pytest.mark.parametrize(("layer", "shape", "axes"), BY_GRADIENT, ids=lambda v: getattr(v, "name", None))
def test_incoming_axes_are_the_weights_one_unit_reads(layer, shape, axes):
    """The weights with a gradient for one output unit are exactly one slice over the incoming axes."""
    x = tf.constant(np.random.default_rng(0).uniform(1, 2, (1, *shape)).astype("float32"))
    layer.build((None, *shape))
    (kernel,) = kernels_of(layer)
    assert kernel.incoming_axes == axes
    unit_axes = 2 if layer.name.startswith("einsum") and kernel.variable.ndim - len(axes) == 2 else 1
    with tf.GradientTape() as tape:
        output = layer(x)
        unit = tf.reduce_sum(output[(..., *[0] * unit_axes)])
    read = tape.gradient(unit, kernel.variable.value).numpy() != 0
    per_unit = read.sum(axis=axes)
    window = np.prod([kernel.variable.shape[axis] for axis in axes])
    assert sorted(set(per_unit.ravel())) == [0, window]
    assert (per_unit == window).sum() == 1


def test_separable_convolutions_have_two_kernels():
    """Depthwise over the window, pointwise over the window of one and all channels; each with its own attributes."""
    layer = L.SeparableConv2D(3, 2)
    layer.build((None, 4, 4, 5))
    depthwise, pointwise = kernels_of(layer)
    assert (depthwise.attribute, depthwise.incoming_axes) == ("depthwise_kernel", (0, 1))
    assert (pointwise.attribute, pointwise.incoming_axes) == ("pointwise_kernel", (0, 1, 2))


KINDS = [L.Dense(2), L.Conv2D(2, 2), L.SeparableConv2D(2, 2), L.DepthwiseConv2D(2), L.LSTM(2), L.GRU(2), L.SimpleRNN(2)]


@pytest.mark.parametrize("layer", KINDS, ids=lambda layer: layer.name)
def test_config_is_written_from_the_attributes_named(layer):
    """A penalty or constraint set on the attribute a kernel names appears in the layer's config: it will be stored."""
    layer.build((None, 4, 4, 3) if "conv" in layer.name else (None, 4, 3))
    for kernel in kernels_of(layer):
        for attribute, value in (
            (kernel.regularizer, keras.regularizers.L2(0.5)),
            (kernel.constraint, keras.constraints.NonNeg()),
        ):
            setattr(kernel.owner, attribute, value)
            assert layer.get_config()[attribute]["class_name"] == type(value).__name__


def test_every_kernel_is_found(model, zoo):
    """On every model of the zoo the kernels are those the variables' names say, each once."""
    from regtrack.models import read_layout

    ours = [id(kernel.variable) for site in read_layout(model).sites for kernel in site.kernels]
    by_name = [id(variable) for variable, _ in zoo.named_kernels(model, trained=False)]
    assert len(ours) == len(set(ours))
    assert set(ours) == set(by_name)


@pytest.mark.parametrize(
    ("layer", "shape", "kind", "width"),
    [
        (L.Dense(5), (3,), "dense", 5),
        (L.Conv2D(6, 2), (4, 4, 3), "conv", 6),
        (L.DepthwiseConv2D(2, depth_multiplier=2), (4, 4, 3), "conv", 6),
        (L.LSTM(5), (4, 3), "recurrent", 5),
        (L.Bidirectional(L.GRU(5)), (4, 3), "recurrent", 10),
        (L.RNN(L.LSTMCell(5)), (4, 3), "recurrent", 5),
        (L.TimeDistributed(L.Dense(5)), (4, 3), "dense", 5),
        (L.TimeDistributed(L.Conv1D(5, 2)), (2, 4, 3), "conv", 5),
    ],
)
def test_kind_and_width(layer, shape, kind, width):
    """Wrappers have the kind of what they wrap and the width that the next layer reads."""
    layer(keras.Input(shape))
    assert (layer_kind(layer), width_of(layer)) == (kind, width)


@pytest.mark.parametrize(
    ("layer", "shape"),
    [
        (L.Embedding(5, 3), (4,)),
        (L.BatchNormalization(), (4,)),
        (L.LayerNormalization(axis=(1, 2)), (4, 3)),
        (L.PReLU(), (4, 3)),
        (L.RMSNormalization(), (3,)),
        (L.Flatten(), (4, 3)),
    ],
)
def test_scales_shifts_and_tables_are_no_kernels(layer, shape):
    """Normalization, slopes and look-up tables get no penalty."""
    layer(keras.Input(shape))
    assert kernels_of(layer) == ()


class Mystery(keras.Layer):
    def build(self, shape):
        self.matrix = self.add_weight(shape=(shape[-1], 2), name="matrix")

    def call(self, x):
        return x @ self.matrix


def test_a_matrix_that_cannot_be_named_is_refused():
    """A penalty that silently skips weights is worse than a refusal."""
    layer = Mystery(name="mystery")
    layer(keras.Input((3,)))
    with pytest.raises(ModelError, match="layer 'mystery' \\(Mystery\\) has weights mystery/matrix regtrack cannot"):
        kernels_of(layer)

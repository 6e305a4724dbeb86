"""Products: how many multiplications by weights one pass of a network takes for one example."""

import math

import keras

from regtrack.models.kernels import kernels_of
from regtrack.models.layout import as_functional, calls

_L = keras.layers
_TRANSPOSED = (_L.Conv1DTranspose, _L.Conv2DTranspose, _L.Conv3DTranspose)
_CONVOLVED = (
    _L.Conv1D, _L.Conv2D, _L.Conv3D, _L.DepthwiseConv1D, _L.DepthwiseConv2D, _L.SeparableConv1D, _L.SeparableConv2D,
)  # fmt: skip
_OVER_TIME = (_L.LSTM, _L.GRU, _L.SimpleRNN, _L.RNN, _L.Bidirectional)


def products_of(model: keras.Model) -> int | None:
    """Of every kernel its elements times how often one example meets each of them, summed over all calls of all layers: a layer that is
    shared counts as often as it is called. Biases, activations and look-ups are left out, as they take next to nothing.

    None where a layer's use of its kernels is not known here (attention, a wrapper of another kind), or an axis has no length.
    """
    found = [_of_call(node) for node in calls(as_functional(model)) if not node.is_input]
    return None if None in found else sum(found)


def _of_call(node) -> int | None:
    layer = node.operation
    if isinstance(layer, keras.Model):
        return products_of(layer)
    kernels = kernels_of(layer) if isinstance(layer, keras.Layer) else ()
    if not kernels:
        return 0
    uses = _uses(layer, node.input_tensors[0].shape[1:], node.output_tensors[0].shape[1:])
    if uses is None or None in uses:
        return None
    return math.prod(uses) * sum(math.prod(kernel.variable.shape) for kernel in kernels)


def _uses(layer: keras.Layer, entering: tuple, leaving: tuple) -> tuple | None:
    """The axes, without that of examples, over which every element of the layer's kernels is used again."""
    if isinstance(layer, _L.Dense):
        return leaving[:-1]
    if isinstance(layer, _L.EinsumDense):
        return _uses_of_einsum(layer, entering)
    if isinstance(layer, _TRANSPOSED):  # is a convolution too, by its class
        return _places(layer, entering)
    if isinstance(layer, _CONVOLVED):
        return _places(layer, leaving)
    if isinstance(layer, _OVER_TIME):
        return entering[:1]
    if isinstance(layer, _L.SpectralNormalization):
        return _uses(layer.layer, entering, leaving)
    if isinstance(layer, _L.TimeDistributed):
        inner = _uses(layer.layer, entering[1:], leaving[1:])
        return None if inner is None else (entering[0], *inner)
    return None


def _uses_of_einsum(layer: keras.layers.EinsumDense, entering: tuple) -> tuple | None:
    """Each element meets the input's elements but for the axes that the two share."""
    read, kernel = layer.equation.split("->")[0].split(",")
    shared = math.prod(n for letter, n in zip(kernel, layer.kernel.shape, strict=True) if letter in read)
    return None if None in entering else (math.prod(entering) // shared,)


def _places(layer: keras.Layer, shape: tuple) -> tuple:
    return shape[:-1] if layer.data_format == "channels_last" else shape[1:]

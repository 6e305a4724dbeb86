"""Which weights of a Keras layer are kernels, where they hang, and over which axes one unit's weights run."""

from dataclasses import dataclass

import keras

from regtrack.errors import ModelError

Axes = tuple[int, ...]


@dataclass(frozen=True, eq=False)
class Kernel:
    """One kernel of a built layer.

    `owner` holds the variable as `attribute`; `regularizer` and `constraint` are the owner's attributes that its
    config is written from. `incoming_axes` are the axes over which the incoming weights of one unit (or filter)
    run: the L2 norm over them is what max-norm bounds.
    """

    owner: keras.Layer
    attribute: str
    regularizer: str
    constraint: str
    incoming_axes: Axes

    @property
    def variable(self) -> keras.Variable:
        return getattr(self.owner, self.attribute)

    @property
    def bias(self) -> keras.Variable | None:
        return getattr(self.owner, "bias", None)


def _named(name: str, axes) -> tuple[str, str, str, Axes]:
    return (name, f"{name}_regularizer", f"{name}_constraint", tuple(axes))


def _plain(rank: int):
    """Units or filters last: every axis before them is incoming."""
    return (_named("kernel", range(rank - 1)),)


def _transposed(spatial: int):
    """Transposed convolutions keep (spatial..., filters, incoming)."""
    return (_named("kernel", (*range(spatial), spatial + 1)),)


def _depthwise(spatial: int, attribute: str = "kernel"):
    """(spatial..., channel, multiplier): each output reads one channel's window only."""
    return ((attribute, "depthwise_regularizer", "depthwise_constraint", tuple(range(spatial))),)


def _separable(spatial: int):
    pointwise = ("pointwise_kernel", "pointwise_regularizer", "pointwise_constraint", tuple(range(spatial + 1)))
    return (*_depthwise(spatial, "depthwise_kernel"), pointwise)


_RECURRENT = (_named("kernel", (0,)), ("recurrent_kernel", "recurrent_regularizer", "recurrent_constraint", (0,)))
_L = keras.layers
_KINDS = {
    _L.Dense: ("dense", _plain(2)),
    _L.Conv1D: ("conv", _plain(3)),
    _L.Conv2D: ("conv", _plain(4)),
    _L.Conv3D: ("conv", _plain(5)),
    _L.Conv1DTranspose: ("conv", _transposed(1)),
    _L.Conv2DTranspose: ("conv", _transposed(2)),
    _L.Conv3DTranspose: ("conv", _transposed(3)),
    _L.DepthwiseConv1D: ("conv", _depthwise(1)),
    _L.DepthwiseConv2D: ("conv", _depthwise(2)),
    _L.SeparableConv1D: ("conv", _separable(1)),
    _L.SeparableConv2D: ("conv", _separable(2)),
    _L.LSTM: ("recurrent", _RECURRENT),
    _L.GRU: ("recurrent", _RECURRENT),
    _L.SimpleRNN: ("recurrent", _RECURRENT),
    _L.LSTMCell: ("recurrent", _RECURRENT),
    _L.GRUCell: ("recurrent", _RECURRENT),
    _L.SimpleRNNCell: ("recurrent", _RECURRENT),
}
_WITHOUT_KERNEL = (
    _L.Embedding,
    _L.BatchNormalization,
    _L.LayerNormalization,
    _L.GroupNormalization,
    _L.RMSNormalization,
    _L.PReLU,
)
"""Layers whose weights are no kernels: a look-up table, scales, shifts and slopes."""


def _entry(layer: keras.Layer):
    return next((_KINDS[base] for base in type(layer).__mro__ if base in _KINDS), None)


def _einsum_axes(layer: keras.layers.EinsumDense) -> Axes:
    """The axes of the kernel that the equation sums away."""
    inputs, output = layer.equation.split("->")
    return tuple(i for i, letter in enumerate(inputs.split(",")[1]) if letter not in output)


def kernels_of(layer: keras.Layer) -> tuple[Kernel, ...]:
    """The kernels of a built layer, those of wrapped layers (Bidirectional, attention ...) included.

    Empty for a layer without any. Raises ModelError for a layer with matrices of its own that regtrack cannot
    name: a penalty that silently skips weights is worse than a refusal.
    """
    entry = _entry(layer)
    if entry:
        owner = getattr(layer, "cell", layer)
        return tuple(Kernel(owner, *names) for names in entry[1])
    if isinstance(layer, _L.EinsumDense):
        return (Kernel(layer, *_named("kernel", _einsum_axes(layer))),)
    if isinstance(layer, (keras.Model, *_WITHOUT_KERNEL)):
        return ()
    inner = [sub for sub in layer._layers if isinstance(sub, keras.Layer)]
    found = tuple(kernel for sub in inner for kernel in kernels_of(sub))
    known = {id(w) for sub in inner for w in sub.trainable_weights}
    unknown = [w.path for w in layer.trainable_weights if id(w) not in known and len(w.shape) >= 2]
    if unknown:
        raise ModelError(
            f"layer {layer.name!r} ({type(layer).__name__}) has weights {unknown[0]} regtrack cannot tell to be a "
            f"kernel; build it from Keras layers (Dense, Conv, LSTM, EinsumDense ...) or leave it out of the model"
        )
    return found


def layer_kind(layer: keras.Layer) -> str:
    """dense, conv or recurrent, of a layer with kernels (of the wrapped one for a wrapper)."""
    entry = _entry(layer)
    if entry:
        return entry[0]
    inner = [sub for sub in layer._layers if isinstance(sub, keras.Layer) and kernels_of(sub)]
    return layer_kind(inner[0]) if inner else "dense"


def width_of(layer: keras.Layer) -> int:
    """Units or filters; of a wrapper (Bidirectional, attention ...), the features that the next layer reads."""
    width = getattr(layer, "units", None) or getattr(layer, "filters", None)
    return int(width or layer._inbound_nodes[0].output_tensors[0].shape[-1])


def activation_of(layer: keras.Layer) -> str:
    """Keras' name of a layer's own activation, "linear" for none; of the wrapped one for a wrapper."""
    function = getattr(layer, "activation", None)
    if function is None:
        inner = [sub for sub in layer._layers if isinstance(sub, keras.Layer) and kernels_of(sub)]
        return activation_of(inner[0]) if inner else "linear"
    return getattr(function, "__name__", type(function).__name__)


_ACTIVATIONS = {name.replace("_", "").lower(): name for name in (*dir(keras.activations), "prelu")}


def as_activation(operation) -> str | None:
    """The name of the activation that a step of the graph is (Activation("selu"), ReLU(), keras.activations.selu);
    None for any other step."""
    if isinstance(operation, _L.Activation):
        return activation_of(operation)
    return _ACTIVATIONS.get(type(operation).__name__.replace("_", "").lower())

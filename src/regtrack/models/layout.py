"""Layout: which layers of a model carry kernels, which of them feed the output, and what stands in front of each."""

import itertools
from collections.abc import Container, Iterator
from dataclasses import dataclass, field

import keras

from regtrack.errors import ModelError
from regtrack.models.kernels import Kernel, activation_of, as_activation, kernels_of, layer_kind, width_of

INPUT = "input"


def free_name(stem: str, taken: Container[str]) -> str:
    """`stem`, or the first of stem_2, stem_3, ... that no layer has."""
    names = itertools.chain([stem], (f"{stem}_{i}" for i in itertools.count(2)))
    return next(name for name in names if name not in taken)


def free_name_in(model: keras.Model, stem: str) -> str:
    """A name that no layer of the model has, nested ones included."""
    return free_name(stem, {layer.name for layer in model._flatten_layers()})


@dataclass(eq=False)
class Site:
    """A layer with kernels. `upstream` holds the sites whose outputs it reads without another site between them,
    and INPUT if the model's input is among them; `nodes` are the layer's calls in the graph; `activations` are those
    that its output goes through in layers of their own before the next site."""

    layer: keras.Layer
    kernels: tuple[Kernel, ...]
    upstream: set = field(default_factory=set)
    nodes: list = field(default_factory=list)
    is_output: bool = False
    activations: set = field(default_factory=set)

    @property
    def trained(self) -> tuple[Kernel, ...]:
        """The kernels that training changes: none of a frozen layer, whose penalty Keras leaves out of the loss."""
        changing = {id(weight) for weight in self.layer.trainable_weights}
        return tuple(kernel for kernel in self.kernels if id(kernel.variable) in changing)

    @property
    def kind(self) -> str:
        return layer_kind(self.layer)

    @property
    def width(self) -> int:
        return width_of(self.layer)

    @property
    def activation(self) -> str:
        """Keras' name of the activation that the next site reads, be it the layer's own or a layer behind it."""
        return " and ".join(sorted(self.activations)) or activation_of(self.layer)

    @property
    def behind_hidden(self) -> bool:
        return any(site is not INPUT for site in self.upstream)

    @property
    def width_in_front(self) -> int:
        return max(site.width for site in self.upstream if site is not INPUT)


@dataclass(frozen=True)
class Layout:
    """The sites of a model in the order data meets them, each layer once however often it is shared or nested."""

    sites: tuple[Site, ...]

    @property
    def hidden(self) -> tuple[Site, ...]:
        return tuple(site for site in self.sites if not site.is_output)

    @property
    def output(self) -> tuple[Site, ...]:
        return tuple(site for site in self.sites if site.is_output)

    @property
    def kinds(self) -> frozenset[str]:
        return frozenset(site.kind for site in self.sites)


def as_functional(model: keras.Model) -> keras.Model:
    """The model as a functional graph over the same layers. Raises ModelError for one without a readable graph."""
    if not isinstance(model, keras.Model):
        raise ModelError(f"expected a Keras model, received {type(model).__name__}")
    if isinstance(model, keras.Sequential):
        if not model.built:
            raise ModelError(
                f"model {model.name!r} is not built; start it with keras.Input(shape) or call model.build()"
            )
        # A list of one input would make a model that warns when it is called with an array.
        inputs, outputs = (part[0] if len(part) == 1 else part for part in (model.inputs, model.outputs))
        return keras.Model(inputs, outputs, name=model.name)
    if not hasattr(model, "_nodes_by_depth"):
        raise ModelError(
            f"model {model.name!r} is a subclassed model whose layers cannot be seen; expected a functional or "
            "sequential one: rebuild it as keras.Model(inputs, outputs)"
        )
    return model


def calls(model: keras.Model) -> Iterator:
    """The calls of a functional model's layers in the order data meets them (Keras nodes, inputs included)."""
    for depth in sorted(model._nodes_by_depth, reverse=True):
        yield from model._nodes_by_depth[depth]


def read_layout(model: keras.Model) -> Layout:
    """Follow the data through the graph, nested models included. Raises ModelError for what cannot be read."""
    sites: dict[int, Site] = {}
    functional = as_functional(model)
    reached = _follow(functional, [{INPUT} for _ in functional.inputs], sites)
    for site in set().union(*reached) - {INPUT}:
        site.is_output = True
    if not sites:
        raise ModelError(
            f"model {model.name!r} has no layer with a kernel (Dense, Conv, LSTM ...) to regularize; build it with one"
        )
    return Layout(tuple(sites.values()))


def _follow(model: keras.Model, entering: list[set], sites: dict[int, Site]) -> list[set]:
    """The last sites before each output of `model`, given those before each input; fills `sites`."""
    before = {id(tensor): reached for tensor, reached in zip(model.inputs, entering, strict=True)}
    for node in calls(model):
        if not node.input_tensors:
            continue
        layer = node.operation
        reading = [before[id(tensor)] for tensor in node.input_tensors]
        if isinstance(layer, keras.Model):
            leaving = _follow(as_functional(layer), reading, sites)
        else:
            leaving = [_pass_through(node, set().union(*reading), sites)] * len(node.output_tensors)
        before |= {id(tensor): reached for tensor, reached in zip(node.output_tensors, leaving, strict=True)}
    return [before[id(tensor)] for tensor in model.outputs]


def _pass_through(node, reading: set, sites: dict[int, Site]) -> set:
    layer = node.operation
    if id(layer) not in sites:
        kernels = kernels_of(layer) if isinstance(layer, keras.Layer) else ()
        if not kernels:
            activation = as_activation(layer)
            for site in reading - {INPUT}:
                site.activations |= {activation} - {None, "linear"}
            return reading
        sites[id(layer)] = Site(layer, kernels)
    sites[id(layer)].upstream |= reading
    sites[id(layer)].nodes.append(node)
    return {sites[id(layer)]}

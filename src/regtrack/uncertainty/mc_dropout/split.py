"""Split a model where randomness begins: what comes before need be computed once, not once a pass."""

import inspect
from itertools import count
from typing import NamedTuple

import keras

from regtrack.models.layout import as_functional, calls
from regtrack.uncertainty.mc_dropout.layers import is_stochastic


def takes_training(layer) -> bool:
    return isinstance(layer, keras.Layer) and "training" in inspect.signature(layer.call).parameters


class Step(NamedTuple):
    """One call of a layer; tensors are numbered, since a shared nested model passes through its own more than once."""

    node: object
    reads: list[int]
    writes: list[int]


class Part:
    """Some steps of a model as a function from a list of tensors to a list of tensors, in inference mode.

    No Keras model, which would refuse the equal names that layers of opened nested models may have.
    """

    def __init__(self, steps: list[Step], reads: list[int], writes: list[int]):
        self.steps, self.reads, self.writes = steps, reads, writes

    def __call__(self, tensors: list) -> list:
        values = dict(zip(self.reads, tensors, strict=True))
        for node, reads, writes in self.steps:
            names = {id(tensor): values[number] for tensor, number in zip(node.input_tensors, reads, strict=True)}
            args, kwargs = node.arguments.fill_in(names)
            if takes_training(node.operation):
                kwargs["training"] = False
            outputs = keras.tree.flatten(node.operation(*args, **kwargs))
            values |= dict(zip(writes, outputs, strict=True))
        return [values[number] for number in self.writes]

    @property
    def layers(self) -> list:
        """The layers and operations called, in order; a shared one as often as it is called."""
        return [step.node.operation for step in self.steps]

    @property
    def shapes(self) -> list[tuple]:
        """Of everything that the steps read and write."""
        tensors = (tensor for step in self.steps for tensor in (*step.node.input_tensors, *step.node.output_tensors))
        return [tensor.shape for tensor in tensors]


def split_at_first_dropout(model: keras.Model) -> tuple[Part, Part]:
    """(prefix, suffix) over the layers of `model`: `suffix(prefix(inputs))` is `model(inputs)`, all three in flat
    lists, and the prefix is deterministic.

    The suffix holds every call that reads a stochastic layer's output, directly or not, and nothing else; its inputs
    are the deterministic tensors that those calls read. Nested models with dropout inside are opened.
    """
    model = as_functional(model)
    number = count()
    inputs = [next(number) for _ in model.inputs]
    steps, outputs = _steps(model, inputs, number)
    random: set[int] = set()  # tensors that change from pass to pass
    parts: dict[bool, list[Step]] = {False: [], True: []}
    cut: dict[int, None] = {}
    for step in steps:
        changes = is_stochastic(step.node.operation) or not random.isdisjoint(step.reads)
        parts[changes].append(step)
        if changes:
            random.update(step.writes)
            cut |= dict.fromkeys(read for read in step.reads if read not in random)
    # An output that never meets dropout goes through as it is.
    cut |= dict.fromkeys(output for output in outputs if output not in random)
    return Part(parts[False], inputs, list(cut)), Part(parts[True], list(cut), outputs)


def _steps(model: keras.Model, inputs: list[int], number: count) -> tuple[list[Step], list[int]]:
    """The calls of a functional model and the numbers of its outputs, given those of its inputs."""
    steps = []
    of = dict(zip(map(id, model.inputs), inputs, strict=True))
    for node in calls(model):
        if node.is_input:
            continue
        layer, reads = node.operation, [of[id(tensor)] for tensor in node.input_tensors]
        if isinstance(layer, keras.Model) and is_stochastic(layer):
            inner = as_functional(layer)
            # Behind the inputs may stand their masks, which the tensors carry anyhow.
            opened, writes = _steps(inner, reads[: len(inner.inputs)], number)
            steps += opened
        else:
            writes = [next(number) for _ in node.output_tensors]
            steps.append(Step(node, reads, writes))
        of |= dict(zip(map(id, node.output_tensors), writes, strict=True))
    return steps, [of[id(tensor)] for tensor in model.outputs]

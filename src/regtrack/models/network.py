"""Network: where a trial's network comes from, as a value that travels to any process and makes it there, for any seed.

TensorFlow is imported when a network is made: a job can be put together, named and sent without it.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Literal

from regtrack import names
from regtrack.errors import ModelError
from regtrack.models.own_file import KERAS, file_digest
from regtrack.models.own_function import call_builder, import_builder
from regtrack.models.seeding import seeded_initializers
from regtrack.own_code import PYTHON
from regtrack.variants.identity import function_identity

if TYPE_CHECKING:
    import keras


@dataclass(frozen=True, kw_only=True)
class Network(ABC):
    """A network for data of one shape.

    identity: its name, which the store records as `architecture`.
    input_shape: shape of one example, e.g. (28, 28). n_classes: probabilities an example.
    hidden_widths: such as "100-100"; empty for the architecture's own. Of shipped architectures only.
    inputs: "source" or "scaled", what it reads; "auto": source where it begins with preprocessing.
    keep_weights: start from the weights of a trained model, whatever the seed.
    existing_regularization: "remove" gives a person's own model without the dropout, penalties, constraints and batch
        normalization that it has, "keep" leaves them.
    """

    identity: str
    input_shape: tuple[int, ...]
    n_classes: int
    hidden_widths: str = ""
    keep_weights: bool = False
    existing_regularization: Literal["remove", "keep"] = "remove"
    inputs: Literal["auto", "source", "scaled"] = "auto"
    is_own: ClassVar[bool] = True
    """Whether a person made it, and not regtrack."""

    @property
    def digest(self) -> str:
        """What tells two networks of one identity apart; empty where nothing can. Raises ModelError where what the
        identity names is not there."""
        return ""

    @property
    def keeps_weights(self) -> bool:
        """Whether every seed starts from trained weights."""
        return self.keep_weights

    @property
    def preprocessing(self) -> str:
        """What it begins with that is made for the source's own numbers, in words; "" without. Makes the network once
        unless one was looked at. Raises ModelError as `made`."""
        if not self.is_own:
            return ""
        if (self, self.digest) not in _SEEN:
            self.look_at(self.made(0))
        return _SEEN[self, self.digest]

    def look_at(self, model: keras.Model) -> None:
        """Remember what a network of `made` begins with: every trial's key asks, and to make one may take long."""
        from regtrack.models.preprocessing import preprocessing_of

        while len(_SEEN) >= MOST_SEEN:
            del _SEEN[next(iter(_SEEN))]
        _SEEN[self, self.digest] = preprocessing_of(model)

    @property
    def reads(self) -> str:
        """names.SOURCE, numbers as the data's source has them, or names.SCALED, as regtrack scales them."""
        if self.inputs != "auto":
            return self.inputs
        return names.SOURCE if self.preprocessing else names.SCALED

    @abstractmethod
    def _make(self, seed: int) -> keras.Model: ...

    def made(self, seed: int) -> keras.Model:
        """The network as it was made, with initial weights of `seed`. Raises ModelError where it cannot be had."""
        with seeded_initializers(seed):  # a person's own may leave its initializers without a seed
            return self._make(seed)

    def ready(self, model: keras.Model) -> keras.Model:
        """A network of `made` as it can be trained: it ends in probabilities, its own regularization is removed or
        kept. Raises ModelError where it cannot be trained on such data."""
        from regtrack.models.prepare import prepared

        own = {"keep_weights": self.keeps_weights, "existing_regularization": self.existing_regularization}
        return prepared(model, self.input_shape, self.n_classes, **own)

    def fresh(self, seed: int) -> keras.Model:
        """A new network to train, with initial weights of `seed`; no random state outside is touched."""
        with seeded_initializers(seed):
            return self.ready(self.made(seed))


class Shipped(Network):
    """mlp, cnn or rnn: ready as it is made."""

    is_own = False

    def _make(self, seed: int) -> keras.Model:
        from regtrack.models.architectures import make_architecture

        if self.keep_weights:
            raise ModelError(
                f"keep_weights: needs a trained model, keras:file.keras, received model {self.identity!r}; leave "
                "keep_weights out"
            )
        return make_architecture(self.identity, self.input_shape, self.n_classes, self.hidden_widths)

    def ready(self, model: keras.Model) -> keras.Model:
        return model


class OwnFunction(Network):
    """`python:package.module:function`, called as function(input_shape, n_classes), or with seed=seed where it has a
    parameter of that name; the current directory is importable."""

    @property
    def digest(self) -> str:
        """Name and content digest of the function."""
        return function_identity(import_builder(self.identity))

    def _make(self, seed: int) -> keras.Model:
        _refuse_widths(self)
        if self.keep_weights:
            raise ModelError(
                f"keep_weights: needs a trained model, keras:file.keras, received model {self.identity!r}; leave "
                "keep_weights out, or save your model and give keras:file.keras"
            )
        function = import_builder(self.identity)
        return call_builder(self.identity, function, self.input_shape, self.n_classes, seed)


class OwnFile(Network):
    """`keras:file.keras`, a path from the current directory: the file's architecture with weights drawn anew, or with its
    own (`keep_weights`). Statistics of Normalization layers are the file's in both cases, and so is what is frozen."""

    @property
    def digest(self) -> str:
        """SHA-256 (hex) of the file's bytes."""
        return file_digest(self.identity)

    def _make(self, seed: int) -> keras.Model:
        from regtrack.models.keras_file import load_named_file
        from regtrack.models.starting import started

        _refuse_widths(self)
        return started(load_named_file(self.identity), seed=seed, keep_weights=self.keep_weights)


@dataclass(frozen=True, kw_only=True)
class Held(Network):
    """What a notebook or script holds: `build(seed)` makes it. A HeldModel says itself whether it keeps its weights."""

    build: Callable[[int], keras.Model]

    @property
    def keeps_weights(self) -> bool:
        return getattr(self.build, "keeps_weights", False)

    def _make(self, seed: int) -> keras.Model:
        return self.build(seed)


def network_named(architecture: str, **options) -> Network:
    """The network behind `mlp`, `cnn`, `rnn`, `python:package.module:function` or `keras:file.keras`; `options` are the
    other fields of Network."""
    own = {PYTHON: OwnFunction, KERAS: OwnFile}
    kind = next((kind for prefix, kind in own.items() if architecture.startswith(prefix)), Shipped)
    return kind(identity=architecture, **options)


_SEEN: dict[tuple[Network, str], str] = {}
"""What networks, each with its digest, begin with; those of a notebook hold their models, so only the last few."""
MOST_SEEN = 8


def build_model(
    architecture: str,
    input_shape: tuple[int, ...],
    n_classes: int,
    *,
    hidden_widths: str = "",
    keep_weights: bool = False,
    existing_regularization: Literal["remove", "keep"] = "remove",
    seed: int,
) -> keras.Model:
    """A fresh network that ends in probabilities; its initial weights depend on `seed` alone.

    Args:
        architecture: mlp, cnn, rnn, python:package.module:function or keras:file.keras.
        input_shape: shape of one example, e.g. (28, 28).
        n_classes: width of the softmax.
        hidden_widths: such as "100-100"; empty for the architecture's own. Of registered architectures only.
        keep_weights: start from the weights of the keras: file, whatever the seed.
        existing_regularization: of an own model: "remove" gives it without the dropout, penalties, constraints and
            batch normalization that it has, "keep" leaves them.
    Raises:
        ModelError: unknown architecture or widths, one that does not fit the input shape, or an own model that
            cannot be had or trained here.
    """
    network = network_named(
        architecture,
        input_shape=tuple(input_shape),
        n_classes=n_classes,
        hidden_widths=hidden_widths,
        keep_weights=keep_weights,
        existing_regularization=existing_regularization,
    )
    return network.fresh(seed)


def _refuse_widths(network: Network) -> None:
    if network.hidden_widths:
        raise ModelError(
            f"hidden_widths: has no effect on model {network.identity}, received {network.hidden_widths!r}; leave it out "
            "and set the widths in your model"
        )

"""HeldModel: a model or a builder function that a notebook holds, ready to travel to the worker processes."""

import functools
import hashlib
import inspect
import json
from collections.abc import Callable

import keras

from regtrack.errors import ModelError
from regtrack.models.archive import archive_of, as_file
from regtrack.models.keras_file import load_keras_file
from regtrack.models.prepare import check_graph
from regtrack.models.starting import started
from regtrack.variants.identity import function_identity
from regtrack.words.failures import first_line


class HeldModel:
    """`held(seed) -> Keras model`, what `fit_variants` takes as `build`; cloudpickle takes it along.

    `identity` names it for the store: it changes with what determines the model. `keeps_weights` says that every seed
    starts from the model's own.

    Args:
        source: a Keras model, whose architecture is taken with weights drawn anew by `seed`, or with its own
            (keep_weights); or a function build(input_shape, n_classes), with seed as a third parameter where it has
            one of that name.
        input_shape, n_classes: of the data, what the function is called with.
    Raises:
        ModelError: a model whose layers cannot be seen or saved, another kind of object, keep_weights of a function.
    """

    def __init__(
        self,
        source: keras.Model | Callable[..., keras.Model],
        input_shape: tuple[int, ...],
        n_classes: int,
        *,
        keep_weights: bool = False,
    ):
        self.input_shape, self.n_classes, self.keeps_weights = input_shape, n_classes, keep_weights
        if isinstance(source, keras.Model):
            check_graph(source)
            self.function, self.archive = None, _archive(source)
            self.identity = f"{source.name}@{_digest(source, keep_weights)}"
        elif callable(source):
            if keep_weights:
                raise ModelError(
                    "keep_weights: needs a trained model, received a function that builds one; give the model itself"
                )
            self.function, self.archive = source, b""
            self.identity = function_identity(source)
        else:
            raise ModelError(
                "model: expected a Keras model, a function build(input_shape, n_classes) or a name such as mlp, received "
                f"{type(source).__name__}"
            )

    def __call__(self, seed: int) -> keras.Model:
        if self.function is None:
            return started(_loaded(self.archive), seed=seed, keep_weights=self.keeps_weights)
        options = {"seed": seed} if "seed" in inspect.signature(self.function).parameters else {}
        model = self.function(self.input_shape, self.n_classes, **options)
        if not isinstance(model, keras.Model):
            raise ModelError(
                f"model {self.identity}: expected a Keras model, received {type(model).__name__}; return "
                "keras.Model(inputs, outputs)"
            )
        return model


def _archive(model: keras.Model) -> bytes:
    try:
        return archive_of(model)
    except Exception as error:  # whatever a person's own layer raises
        raise ModelError(
            f"model {model.name!r}: cannot be saved ({first_line(error)}); give its layers a get_config(), or give a function that "
            "builds it"
        ) from None


@functools.lru_cache(maxsize=4)
def _loaded(archive: bytes) -> keras.Model:
    with as_file(archive) as path:
        return load_keras_file(path)


def _digest(model: keras.Model, keep_weights: bool) -> str:
    """Of the config, and of the weights where they are kept; an archive has the time in it."""
    sha = hashlib.sha256(json.dumps(json.loads(model.to_json())["config"], sort_keys=True).encode())
    for weight in model.get_weights() if keep_weights else ():
        sha.update(weight.tobytes())
    return sha.hexdigest()[:8]

"""A person's own model: built by a function of theirs, or taken from a .keras file."""

import functools
import hashlib
import importlib
import inspect
import os
import sys
import traceback
from collections.abc import Callable
from difflib import get_close_matches
from pathlib import Path

import keras

from regtrack.errors import ModelError
from regtrack.models.keras_file import load_keras_file
from regtrack.models.prepare import check_graph
from regtrack.models.seeding import seeded_initializers
from regtrack.models.surgery import clone_layer, rewrite
from regtrack.variants.identity import function_identity

PYTHON, KERAS = "python:", "keras:"


def is_own(architecture: str) -> bool:
    """Whether the setting names a person's own model, and not a registered architecture."""
    return architecture.startswith((PYTHON, KERAS))


def load_or_build(
    architecture: str,
    input_shape: tuple[int, ...],
    n_classes: int,
    *,
    hidden_widths: str = "",
    keep_weights: bool = False,
    seed: int,
) -> keras.Model:
    """The person's model as they made it, with initial weights of `seed`; `prepared` makes it one to train.

    Args:
        architecture: `python:package.module:function`, called as function(input_shape, n_classes), or with seed=seed
            where it has a parameter of that name; the current directory is importable. Or `keras:file.keras`, a path
            from the current directory: the file's architecture with weights drawn anew, or with its own
            (`keep_weights`). Statistics of Normalization layers are the file's in both cases, and so is what is
            frozen.
    Raises:
        ModelError: the function or file cannot be had; the function fails or returns no model; `hidden_widths` are
            given, which are of registered architectures only.
    """
    if hidden_widths:
        raise ModelError(
            f"hidden_widths: has no effect on model {architecture}, received {hidden_widths!r}; leave it out and set the "
            "widths in your model"
        )
    if architecture.startswith(KERAS):
        path = _checked_path(architecture)
        status = path.stat()
        model = _load_once(str(path), status.st_mtime_ns, status.st_size)
        return rewrite(model) if keep_weights else reinitialized(model, seed=seed)
    if keep_weights:
        raise ModelError(
            f"keep_weights: needs a trained model, keras:file.keras, received model {architecture!r}; leave keep_weights "
            "out, or save your model and give keras:file.keras"
        )
    function = import_builder(architecture)
    with seeded_initializers(seed):
        return _called(architecture, function, tuple(input_shape), n_classes, seed)


def reinitialized(model: keras.Model, *, seed: int) -> keras.Model:
    """A new model of the same graph and names whose initial weights follow from `seed` alone, also where an initializer
    has a seed of its own. Normalization keeps its statistics: they are the data's, not trained."""
    with seeded_initializers(seed):
        return rewrite(
            model, clone=_clone_unseeded, keeps_weights=lambda layer: isinstance(layer, keras.layers.Normalization)
        )


def model_digest(architecture: str) -> str:
    """What tells two models of one name apart: SHA-256 (hex) of a keras: file's bytes, name and content digest of a
    python: function, "" for a registered architecture. Raises ModelError where there is no such file or function."""
    if architecture.startswith(KERAS):
        path = _checked_path(architecture)
        status = path.stat()
        return _digest_once(str(path), status.st_mtime_ns, status.st_size)
    return function_identity(import_builder(architecture)) if architecture.startswith(PYTHON) else ""


def import_builder(spec: str) -> Callable:
    """The function behind `python:package.module:function`, the current directory importable. Raises ModelError."""
    module_name, _, name = spec.removeprefix(PYTHON).partition(":")
    if not module_name or not name.isidentifier():
        raise ModelError(f"model: expected python:package.module:function, received {spec!r}")
    here = os.getcwd()
    if here not in sys.path:
        sys.path.insert(0, here)  # where a worker process has it: both must find the same module
    importlib.invalidate_caches()
    try:
        module = importlib.import_module(module_name)
    except Exception as error:  # whatever a person's own module raises
        raise ModelError(
            f"model {spec}: module {module_name!r} cannot be imported ({_in_a_line(error)}); looked in {here} and on the "
            "Python path"
        ) from None
    function = getattr(module, name, None)
    if not callable(function):
        close = get_close_matches(name, [n for n, value in vars(module).items() if callable(value)], n=1)
        hint = f"did you mean {close[0]}?" if close else "expected a function build(input_shape, n_classes)"
        what = f"is {type(function).__name__}, no function" if hasattr(module, name) else "is not in it"
        raise ModelError(f"model {spec}: {name} {what} ({module.__file__}); {hint}")
    return function


def _called(spec: str, function: Callable, input_shape: tuple[int, ...], n_classes: int, seed: int) -> keras.Model:
    signature = inspect.signature(function)
    options = {"seed": seed} if "seed" in signature.parameters else {}
    try:
        signature.bind(input_shape, n_classes, **options)
    except TypeError as error:
        name = getattr(function, "__name__", "build")
        raise ModelError(
            f"model {spec}: expected {name}(input_shape, n_classes) or {name}(input_shape, n_classes, seed), received "
            f"{name}{signature} ({error})"
        ) from None
    try:
        model = function(input_shape, n_classes, **options)
    except Exception as error:  # whatever a person's own function raises
        raise ModelError(
            f"model {spec}: called with {input_shape}, {n_classes} it raised {_in_a_line(error)}{_where(error, function)}"
        ) from None
    if not isinstance(model, keras.Model):
        raise ModelError(
            f"model {spec}: expected a Keras model, received {type(model).__name__}; return keras.Model(inputs, outputs)"
        )
    return model


def _in_a_line(error: BaseException) -> str:
    return f"{type(error).__name__}: {str(error).strip().partition(chr(10))[0]}".removesuffix(": ")


def _where(error: BaseException, function: Callable) -> str:
    """The line of the person's own file that the error came through last."""
    code = getattr(function, "__code__", None)
    lines = [f.lineno for f in traceback.extract_tb(error.__traceback__) if code and f.filename == code.co_filename]
    return f" ({Path(code.co_filename).name} line {lines[-1]})" if lines else ""


def _checked_path(architecture: str) -> Path:
    path = Path(architecture.removeprefix(KERAS)).expanduser()
    if not architecture.removeprefix(KERAS):
        raise ModelError("model: expected keras:path/to/model.keras, received 'keras:'")
    if path.suffix.lower() in (".h5", ".hdf5"):
        raise ModelError(
            f"model {architecture}: {path.suffix} is Keras' old format; convert it once: "
            f"keras.saving.load_model({str(path)!r}).save({str(path.with_suffix('.keras'))!r})"
        )
    if not path.exists():
        raise ModelError(f"model {architecture}: no file at {path.absolute()}; expected what model.save() wrote")
    if path.is_dir() or path.suffix.lower() != ".keras":
        what = "a folder" if path.is_dir() else f"a {path.suffix or 'file without an ending'}"
        raise ModelError(
            f"model {architecture}: expected a .keras file, received {what}; write one: model.save('model.keras')"
        )
    return path.absolute()


@functools.lru_cache(maxsize=4)
def _digest_once(path: str, _changed: int, _size: int) -> str:
    """Every trial's key asks for it, of a file that may be large."""
    return hashlib.sha256(Path(path).read_bytes()).hexdigest()


@functools.lru_cache(maxsize=4)
def _load_once(path: str, _changed: int, _size: int) -> keras.Model:
    model = load_keras_file(Path(path))
    check_graph(model)
    return model


def _clone_unseeded(layer: keras.Layer) -> keras.Layer:
    return clone_layer(layer, change=_without_seeds)


def _without_seeds(config, is_initializer: bool = False):
    """A config whose initializers, those of wrapped layers included, have no seed of their own."""
    if isinstance(config, (list, tuple)):
        return type(config)(_without_seeds(value) for value in config)
    if not isinstance(config, dict):
        return config
    if is_initializer and isinstance(config.get("config"), dict) and "seed" in config["config"]:
        return config | {"config": config["config"] | {"seed": None}}
    return {key: _without_seeds(value, str(key).endswith("initializer")) for key, value in config.items()}

"""A .keras file -> the model in it, or one line that says why not."""

import functools
import zipfile
from collections.abc import Iterator
from pathlib import Path

import keras

from regtrack.data.swelling import swollen
from regtrack.errors import ModelError
from regtrack.foreign import UNREADABLE_ARCHIVE, from_json
from regtrack.models import custom
from regtrack.models.own_file import file_of
from regtrack.models.prepare import check_graph
from regtrack.models.written_by import conversion, keras_of_archive
from regtrack.words.failures import in_a_line


def load_keras_file(path: Path) -> keras.Model:
    """The model, uncompiled, with its weights. No code of the file is run, and no module that it names is imported
    (Keras' safe mode; regtrack's own penalties and constraints import their function when they are called first, which
    only a model that keeps its regularization does).

    Raises:
        ModelError: damaged, not written by model.save(), or with objects that a file alone cannot bring back: lambdas
            and a person's own classes, which worker processes have not imported.
    """
    config = _config(path)
    for place, part in _objects(config):
        _refuse_own_object(path, place, part)
    try:
        return keras.saving.load_model(path, compile=False, safe_mode=True)
    except Exception as error:  # Keras raises many kinds
        raise ModelError(
            f"model {path.name}: cannot be loaded by Keras {keras.__version__} ({in_a_line(error)}); {_remedy(path)}"
        ) from None


def _remedy(path: Path) -> str:
    """How to have a file that this Keras can load."""
    version, again = keras_of_archive(path), f"write it again with this Keras: model.save({path.name!r})"
    if not version or version == keras.__version__:
        return again
    if version.startswith(("0.", "1.", "2.")):
        old = path.with_suffix(".h5").name
        return (
            f"it was written by Keras {version}, whose .keras files Keras 3 does not read: there, save it as HDF5, "
            f"model.save({old!r}), then convert that here: {conversion(old, path.name)}"
        )
    return f"it was written by Keras {version}: {again}, or install keras=={version}"


def load_named_file(architecture: str) -> keras.Model:
    """The model of `keras:file.keras`, read once as long as the file stays as it is; not to be changed.

    Raises ModelError: no such file, one that cannot be loaded, or a model whose layers cannot be seen.
    """
    path = file_of(architecture)
    status = path.stat()
    return _load_once(str(path), status.st_mtime_ns, status.st_size)


@functools.lru_cache(maxsize=4)
def _load_once(path: str, _changed: int, _size: int) -> keras.Model:
    model = load_keras_file(Path(path))
    check_graph(model)
    return model


def _config(path: Path) -> dict:
    try:
        with zipfile.ZipFile(path) as archive:
            problem = swollen(path, sum(member.file_size for member in archive.infolist()))
            if problem:
                raise zipfile.BadZipFile(problem)
            damaged = archive.testzip()
            if damaged:
                raise zipfile.BadZipFile(f"{damaged} fails its checksum")
            missing = {"config.json", "model.weights.h5"} - set(archive.namelist())
            if missing:
                raise zipfile.BadZipFile(f"{min(missing)} is missing")
            return from_json(archive.read("config.json"))
    except UNREADABLE_ARCHIVE as error:
        raise ModelError(
            f"model {path.absolute()}: no .keras file, or a damaged one ({error}); write it again: "
            f"model.save({path.name!r})"
        ) from None


def _objects(config, place: str = "") -> Iterator[tuple[str, dict]]:
    """Every serialized object of a config and the key it stands under, outermost first; not how the model was compiled."""
    if isinstance(config, dict):
        if "class_name" in config:
            yield place, config
        for key, value in config.items():
            if key not in ("compile_config", "build_config"):
                yield from _objects(value, key)
    elif isinstance(config, list):
        for value in config:
            yield from _objects(value, place)


def _is_inert(place: str, name, module: str) -> bool:
    """Whether an object is one of regtrack's that hold a person's function, where Keras calls it in training alone: an
    activation or an activity's penalty would be called by loading the model."""
    ending = {"CustomPenalty": "_regularizer", "CustomConstraint": "_constraint"}.get(name, " ")
    return module == custom.__name__ and place.endswith(ending) and not place.startswith("activity")


def _refuse_own_object(path: Path, place: str, part: dict) -> None:
    name, module = part["class_name"], str(part.get("module") or "")
    if name in ("Lambda", "__lambda__"):
        layer = part.get("config", {}).get("name", "") if isinstance(part.get("config"), dict) else ""
        raise ModelError(
            f"model {path.name}: holds a Lambda{f' ({layer})' if layer else ''}, which is code and is not run from a "
            "file; use Keras layers or keras.ops instead, or build the model in a function and give "
            "python:package.module:function"
        )
    registered = str(part.get("registered_name") or "")
    is_keras = module.split(".")[0] in ("keras", "builtins", "") and ">" not in registered
    if not is_keras and not _is_inert(place, name, module):
        raise ModelError(
            f"model {path.name}: holds {name} of {f'module {module}' if module else registered}, which a file alone "
            "cannot bring back; give python:package.module:function, of a function that imports it and builds the model"
        )

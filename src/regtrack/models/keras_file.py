"""A .keras file -> the model in it, or one line that says why not."""

import functools
import json
import zipfile
from collections.abc import Iterator
from pathlib import Path

import keras

from regtrack.errors import ModelError
from regtrack.models import custom
from regtrack.models.own_file import file_of
from regtrack.models.prepare import check_graph


def load_keras_file(path: Path) -> keras.Model:
    """The model, uncompiled, with its weights. No code of the file is run (Keras' safe mode).

    Raises:
        ModelError: damaged, not written by model.save(), or with objects that a file alone cannot bring back: lambdas
            and a person's own classes, which worker processes have not imported.
    """
    config = _config(path)
    for part in _objects(config):
        _refuse_own_object(path, part)
    try:
        return keras.saving.load_model(path, compile=False, safe_mode=True)
    except Exception as error:  # Keras raises many kinds
        lines = [line for line in str(error).strip().splitlines() if line.strip()] or [""]
        raise ModelError(
            f"model {path.name}: cannot be loaded ({type(error).__name__}: {lines[0]}); write it again with this Keras "
            f"({keras.__version__}): model.save({path.name!r})"
        ) from None


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
            damaged = archive.testzip()
            if damaged:
                raise zipfile.BadZipFile(f"{damaged} fails its checksum")
            missing = {"config.json", "model.weights.h5"} - set(archive.namelist())
            if missing:
                raise zipfile.BadZipFile(f"{min(missing)} is missing")
            return json.loads(archive.read("config.json"))
    except (zipfile.BadZipFile, ValueError, OSError, EOFError) as error:
        raise ModelError(
            f"model {path.absolute()}: no .keras file, or a damaged one ({error}); write it again: "
            f"model.save({path.name!r})"
        ) from None


def _objects(config) -> Iterator[dict]:
    """Every serialized object of a config, outermost first; not how the model was compiled."""
    if isinstance(config, dict):
        if "class_name" in config:
            yield config
        for key, value in config.items():
            if key not in ("compile_config", "build_config"):
                yield from _objects(value)
    elif isinstance(config, list):
        for value in config:
            yield from _objects(value)


def _refuse_own_object(path: Path, part: dict) -> None:
    name, module = part["class_name"], part.get("module") or ""
    if name in ("Lambda", "__lambda__"):
        layer = part.get("config", {}).get("name", "") if isinstance(part.get("config"), dict) else ""
        raise ModelError(
            f"model {path.name}: holds a Lambda{f' ({layer})' if layer else ''}, which is code and is not run from a "
            "file; use Keras layers or keras.ops instead, or build the model in a function and give "
            "python:package.module:function"
        )
    registered = part.get("registered_name") or ""
    is_keras = module.split(".")[0] in ("keras", "builtins", "") and ">" not in registered
    if not is_keras and module != custom.__name__:
        raise ModelError(
            f"model {path.name}: holds {name} of {f'module {module}' if module else registered}, which a file alone "
            "cannot bring back; give python:package.module:function, of a function that imports it and builds the model"
        )

"""A person's `keras:file.keras`: where the file is, and what tells it from another of that name. Loads no model."""

import functools
import hashlib
import os
from pathlib import Path

from regtrack.errors import ModelError
from regtrack.foreign import given_path, is_file, is_folder
from regtrack.models.written_by import conversion, is_hdf5, keras_of_hdf5

KERAS = "keras:"


def file_of(architecture: str) -> Path:
    """The absolute path behind `keras:file.keras`. Raises ModelError where there is no such file, or one of another
    kind."""
    path = given_path(architecture.removeprefix(KERAS))
    if not architecture.removeprefix(KERAS):
        raise ModelError("model: expected keras:path/to/model.keras, received 'keras:'")
    if path.suffix.lower() in (".h5", ".hdf5"):
        by = f", written by {keras_of_hdf5(path)}" if is_hdf5(path) else ""
        remedy = conversion(str(path), str(path.with_suffix(".keras")))
        raise ModelError(f"model {architecture}: {path.suffix} is Keras' old format{by}; convert it once: {remedy}")
    if not os.path.exists(path):
        raise ModelError(f"model {architecture}: no file at {path.absolute()}; expected what model.save() wrote")
    if not is_file(path) or path.suffix.lower() != ".keras":
        kind = "a folder" if is_folder(path) else "a pipe or device"  # of which reading might never end
        what = f"a {path.suffix or 'file without an ending'}" if is_file(path) else kind
        raise ModelError(
            f"model {architecture}: expected a .keras file, received {what}; write one: model.save('model.keras')"
        )
    if is_hdf5(path):
        old = str(path.with_suffix(".h5"))
        raise ModelError(
            f"model {architecture}: is HDF5, Keras' old format, under the name of the new one, written by "
            f"{keras_of_hdf5(path)}; rename it to {old}, then convert it once: {conversion(old, str(path))}"
        )
    return path.absolute()


def file_digest(architecture: str) -> str:
    """SHA-256 (hex) of the file's bytes. Raises ModelError as `file_of`."""
    path = file_of(architecture)
    status = path.stat()
    try:
        return _digest_once(str(path), status.st_mtime_ns, status.st_size)
    except OSError as error:  # of another user, or one of the system's own
        raise ModelError(f"model {architecture}: cannot be read ({error.strerror}); let this user read it") from None


@functools.lru_cache(maxsize=4)
def _digest_once(path: str, _changed: int, _size: int) -> str:
    """Every trial's key asks for it, of a file that may be large."""
    return hashlib.sha256(Path(path).read_bytes()).hexdigest()

"""Which Keras wrote a model file, and in which format: what a person needs to know to bring it here. Loads no model."""

import zipfile
from pathlib import Path

from regtrack.foreign import UNREADABLE_ARCHIVE, from_json

HDF5 = b"\x89HDF\r\n\x1a\n"
"""The first bytes of Keras' format until 2.12, whatever the file is called."""


def is_hdf5(path: Path) -> bool:
    """Whether the file is in the old format. False where it cannot be read."""
    try:
        with path.open("rb") as file:
            return file.read(len(HDF5)) == HDF5
    except (OSError, ValueError):  # a path with a NUL
        return False


def keras_of_hdf5(path: Path) -> str:
    """`Keras 2.15.0` that wrote it; `an unknown Keras` where the file does not say."""
    import h5py

    try:
        with h5py.File(path, "r") as file:
            version = file.attrs.get("keras_version", "")
    except OSError:  # damaged behind its first bytes
        version = ""
    version = version.decode(errors="replace") if isinstance(version, bytes) else str(version)
    return f"Keras {version[:20]}" if version else "an unknown Keras"


def keras_of_archive(path: Path) -> str:
    """The version that wrote a .keras archive, such as 2.15.0; empty where it does not say."""
    try:
        with zipfile.ZipFile(path) as archive:
            version = from_json(archive.read("metadata.json")).get("keras_version", "")
    except (*UNREADABLE_ARCHIVE, KeyError, AttributeError):
        return ""
    return version[:20] if isinstance(version, str) else ""


def conversion(old: str, new: str) -> str:
    """What makes a .keras file of an HDF5 one: uncompiled, since the losses and metrics of an old file are often not found
    any more, and regtrack trains by its own."""
    return f"keras.saving.load_model({old!r}, compile=False).save({new!r})"

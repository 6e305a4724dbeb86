"""A model as the bytes of a .keras archive and back: Keras writes and reads files only."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from regtrack.scratch import passing_folder

if TYPE_CHECKING:
    import keras


def archive_of(model: keras.Model) -> bytes:
    """The bytes of the .keras file that `model.save` writes. Raises whatever a layer that cannot be saved raises."""
    with passing_folder() as folder:
        path = Path(folder) / "model.keras"
        model.save(path)
        return path.read_bytes()


@contextmanager
def as_file(archive: bytes) -> Iterator[Path]:
    """A file of these bytes, there as long as the block runs."""
    with passing_folder() as folder:
        path = Path(folder) / "model.keras"
        path.write_bytes(archive)
        yield path

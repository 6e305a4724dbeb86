"""A grid by its file, or by the name of one that comes with regtrack."""

from pathlib import Path

from regtrack.foreign import is_file
from regtrack.shipped import grid_path
from regtrack.variants.grid import Grid

DEFAULT = "quick"


def read_grid(name: str) -> Grid:
    """A grid from a person's own file, or by the name of one that comes with regtrack; quick where nothing is given.

    Raises GridError: no such file or name, or a mistake in the file.
    """
    name = name.strip() or DEFAULT
    return Grid.from_yaml(grid_path(name) if is_shipped(name) else name)


def is_shipped(name: str) -> bool:
    """The grid that `read_grid` reads for this name comes with regtrack, and is no file of a person's own."""
    name = name.strip() or DEFAULT
    return len(Path(name).parts) == 1 and not Path(name).suffix and not is_file(name)

"""Whether a sqlite store is still the file that a sweep began with: sqlite writes on, without a word, into a deleted one."""

from pathlib import Path

from regtrack.errors import StoreError
from regtrack.tracking.addresses import sqlite_path


class SameDatabase:
    """The database of a store as it is now, to compare with later. A store of another kind is always the same."""

    def __init__(self, uri: str):
        self.path = sqlite_path(uri)
        self._first = _file(self.path)

    @property
    def is_there(self) -> bool:
        return _file(self.path) == self._first

    def check(self) -> None:
        """Raises StoreError where the file was deleted, moved or replaced."""
        if not self.is_there:
            what = "is another file now" if _file(self.path) else "was deleted or moved"
            raise StoreError(
                f"the store at {self.path.absolute()} {what} while this ran, and what was logged since is lost with it; put the "
                "file back and resume the sweep, or start again"
            )


def _file(path: Path | None) -> tuple[int, int] | None:
    """Device and inode; None where there is no file."""
    try:
        found = path.stat() if path else None
    except OSError:
        return None
    return (found.st_dev, found.st_ino) if found else None

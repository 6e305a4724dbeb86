"""The database that a sweep began with: deleted, moved or replaced, it is missed."""

import pytest

from regtrack.errors import StoreError
from regtrack.tracking.same_database import SameDatabase


def test_a_database_that_stays_is_the_same_whatever_is_written(tmp_path):
    """Content and size are no part of it; nor is anything of a server."""
    path = tmp_path / "a.db"
    path.write_bytes(b"one")
    found = SameDatabase(f"sqlite:///{path}")
    path.write_bytes(b"more than one")
    found.check()
    SameDatabase("http://host").check()


@pytest.mark.parametrize("what", ["was deleted or moved", "is another file now"])
def test_a_database_that_went_is_missed(tmp_path, what):
    """By its device and inode: sqlite itself writes on into a deleted file."""
    path = tmp_path / "a.db"
    path.write_bytes(b"one")
    found = SameDatabase(f"sqlite:///{path}")
    kept = path.rename(tmp_path / "kept")
    if "another" in what:
        path.write_bytes(b"one")
    with pytest.raises(StoreError) as error:
        found.check()
    assert str(error.value).startswith(f"the store at {path} {what} while this ran")
    kept.rename(path)
    found.check()  # put back, all is well

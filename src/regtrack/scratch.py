"""The folder of what this process needs for a while: models as files, downloads, what its workers write. Nothing of it stays, whatever
ends the process: it takes the folder away at its end, and where it was killed the next process that makes one does."""

import atexit
import os
import shutil
import tempfile
from contextlib import suppress
from functools import cache
from pathlib import Path

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None

PREFIX = "tmp-regtrack-"


def own_folder() -> Path:
    """This process's, made when it is first asked for."""
    return _made(os.getpid())


def passing_folder() -> tempfile.TemporaryDirectory:
    """A folder for as long as a block runs."""
    return tempfile.TemporaryDirectory(dir=own_folder())


@cache
def _made(pid: int) -> Path:
    """Of the process of this number: one that was forked makes another than its parent's."""
    _remove_left(Path(tempfile.gettempdir()))
    while True:
        folder = Path(tempfile.mkdtemp(prefix=PREFIX))
        with suppress(OSError):  # where nothing can be locked nobody can tell who has ended, and nobody's is taken away
            _lock(folder, wait=True)  # for the life of the process: the system lets go of it, however that ends
        if folder.is_dir():  # whoever removes what was left may have been faster than the lock
            break
    atexit.register(_remove, folder, pid)
    return folder


def _remove(folder: Path, pid: int) -> None:
    if os.getpid() == pid:
        shutil.rmtree(folder, ignore_errors=True)


def _lock(folder: Path, *, wait: bool) -> int | None:
    """A descriptor that holds the folder until it is closed. Raises OSError: somebody holds it, or it is not ours to open."""
    if fcntl is None:
        return None
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
    except OSError:
        os.close(descriptor)
        raise
    return descriptor


def _remove_left(parent: Path) -> None:
    """Take away the folders of processes that have ended."""
    if fcntl is None:
        return
    for folder in parent.glob(f"{PREFIX}*"):
        with suppress(OSError):  # its process lives, or is somebody else's
            descriptor = _lock(folder, wait=False)
            shutil.rmtree(folder, ignore_errors=True)
            os.close(descriptor)

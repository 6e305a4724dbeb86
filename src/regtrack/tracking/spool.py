"""Spool: where finished trials of a sweep wait, on this machine's disk, until the store has them."""

import hashlib
import os
import shlex
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from regtrack.errors import StoreError
from regtrack.tracking.addresses import local_folder

try:
    import fcntl
except ImportError:  # Windows: two processes that deliver at once are not kept apart there
    fcntl = None

SUFFIX = ".trial"


def spool_folders(artifact_location: str, sweep_id: str) -> tuple[Path, ...]:
    """Where a sweep's trials may wait, the first that takes them: beside its artifacts where these are local, else, and where
    that is full or read-only, in the person's own folder."""
    beside, home = local_folder(artifact_location), Path.home() / ".regtrack" / "spool" / sweep_id
    return (beside / ".regtrack-spool" / sweep_id, home) if beside else (home,)


def spooled_sweeps(artifact_locations: Sequence[str]) -> list[str]:
    """The ids of the sweeps that have a folder in any of these places, or in the person's own."""
    parents = {folder.parent for location in artifact_locations for folder in spool_folders(location, "any")}
    return sorted({folder.name for parent in parents if parent.is_dir() for folder in parent.iterdir()})


class Spool:
    """Of one sweep. A trial is a file, named by its key and the checksum of what it holds."""

    def __init__(self, folders: Sequence[Path]):
        self.folders = tuple(folders)

    def put(self, key: str, packed: bytes) -> Path:
        """Durable when this returns: written, flushed to the disk and renamed, so that there is never half a trial.

        Raises OSError, the last folder's, where none takes it.
        """
        *others, last = self.folders
        for folder in others:
            with suppress(OSError):
                return _put(folder, key, packed)
        return _put(last, key, packed)

    def waiting(self) -> list[Path]:
        """The trials that wait, the oldest first."""
        found = []
        for path in (path for folder in self.folders for path in folder.glob(f"*{SUFFIX}")):
            with suppress(FileNotFoundError):  # it is delivered at this moment
                found.append((path.stat().st_mtime_ns, path))
        return [path for _, path in sorted(found)]

    def tidy(self) -> None:
        """Take away the folders where nothing waits."""
        for folder in self.folders:
            with suppress(OSError):  # it is not there, or something waits in it
                folder.rmdir()
                folder.parent.rmdir()


def key_of(path: Path) -> str:
    """The key of the trial that waits there."""
    return path.name.partition(".")[0]


class DeliveredElsewhere(OSError):
    """Another process delivers this trial at this moment."""


@contextmanager
def claimed(path: Path) -> Iterator[bytes | None]:
    """What waits there, for this process alone until the block, or the process, ends; None where it does not wait any more.

    Raises DeliveredElsewhere, and StoreError where it is not what was put there.
    """
    try:
        file = path.open("rb")
    except FileNotFoundError:
        yield None
        return
    with file:
        if fcntl:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise DeliveredElsewhere(f"another process is delivering {path}") from None
        if not path.exists():  # whoever held it before us has delivered it
            yield None
            return
        packed = file.read()
        if f".{_checksum(packed)}{SUFFIX}" != path.name[len(key_of(path)) :]:
            raise StoreError(
                f"the trial that waits at {path} is damaged: its checksum is another; delete it (rm {shlex.quote(str(path))}) and "
                "resume the sweep, which trains it again"
            )
        yield packed


def _checksum(packed: bytes) -> str:
    return hashlib.sha256(packed).hexdigest()[:32]


def _put(folder: Path, key: str, packed: bytes) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{key}.{_checksum(packed)}{SUFFIX}"
    descriptor, name = tempfile.mkstemp(dir=folder)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(packed)
            file.flush()
            os.fsync(file.fileno())
        os.replace(name, path)
    except OSError:
        os.unlink(name)
        raise
    _flush_folder(folder)
    return path


def _flush_folder(folder: Path) -> None:
    """The new name survives a power failure, too; a system that cannot open a folder keeps it in its own way."""
    with suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)

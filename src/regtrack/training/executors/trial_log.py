"""What the process of a trial writes, on a machine of a Ray cluster: a file of the trial's own, that outlives the process."""

import hashlib
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from regtrack.variants.variant import Variant
from regtrack.words.failures import MOST_DETAILS


def log_name(sweep: str, variant: Variant, seed: int) -> str:
    """The same on each machine and for each attempt. sweep: what no other sweep of the cluster shares."""
    return f"regtrack-{hashlib.sha256(f'{sweep} {variant!r} {seed}'.encode()).hexdigest()[:32]}.log"


def log_path(name: str) -> Path:
    """Beside Ray's own logs: nobody else may write there."""
    from ray._private import worker

    return Path(worker._global_node.get_logs_dir_path()) / name


@contextmanager
def written_to(path: Path) -> Iterator[None]:
    """All that this process writes inside goes to this file, which an earlier attempt may have begun."""
    _flush()
    kept = [(number, os.dup(number)) for number in (1, 2)]
    with path.open("wb") as file:
        for number, _ in kept:
            os.dup2(file.fileno(), number)
    try:
        yield
    finally:
        _flush()
        for number, copy in kept:
            os.dup2(copy, number)
            os.close(copy)


def end_of_log(path: Path) -> str:
    """Its end, and it is gone; "" where nothing was written, or not here."""
    _flush()
    with suppress(FileNotFoundError), path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - MOST_DETAILS))
        text = file.read().decode(errors="replace").strip()
        path.unlink(missing_ok=True)
        return text
    return ""


def _flush() -> None:
    for stream in (sys.stdout, sys.stderr):
        stream.flush()

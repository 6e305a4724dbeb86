"""What both lanes of a run look at is made once: by the one that needs it first."""

import fcntl
from collections.abc import Callable
from pathlib import Path

import pytest


def made_once(request: pytest.FixtureRequest, name: str, make: Callable[[Path], None]) -> Path:
    """The folder `name` of this run, filled by `make`; whoever comes second waits. What is in it is to be read, and not changed."""
    base = request.getfixturevalue("tmp_path_factory").getbasetemp()
    # Not by xdist's variable in the environment: a run of its own that a lane starts inherits that.
    folder = (base.parent if hasattr(request.config, "workerinput") else base) / name
    folder.mkdir(exist_ok=True)
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # let go of when the file is closed
        if not (folder / "made").exists():
            make(folder)
            (folder / "made").touch()
    return folder

"""The parts of `make cluster`, as tests start them: one home for how PostgreSQL, MLflow's server and Ray are started."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from types import ModuleType

from support.debian import needs
from support.project import load_script


@cache
def cluster_parts() -> ModuleType:
    return load_script("deploy/cluster.py")


def with_postgresql() -> ModuleType:
    """The same; the test ends here where PostgreSQL is not installed."""
    parts = cluster_parts()
    try:
        parts.debian("initdb")
    except parts.ClusterError:
        needs(None, "postgresql")
    return parts


@contextmanager
def cluster_folder() -> Iterator[Path]:
    """With a short path, for sockets; others may look in: PostgreSQL runs as somebody else where this is root."""
    with tempfile.TemporaryDirectory(prefix="team-", ignore_cleanup_errors=True) as folder:
        os.chmod(folder, 0o755)
        yield Path(folder)

"""database: a PostgreSQL that lies in a folder, for as long as a measurement takes; of the parts that `make cluster` starts."""

import importlib.util
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def database(place: Path) -> Iterator[str]:
    """Its address. What is in the folder from an earlier time is there again."""
    found = importlib.util.spec_from_file_location("cluster", Path(__file__).parents[1] / "deploy" / "cluster.py")
    parts = importlib.util.module_from_spec(found)
    sys.modules["cluster"] = parts
    found.loader.exec_module(parts)
    place, port = place.absolute(), parts.Ports.free().postgresql
    place.mkdir(exist_ok=True)
    place.chmod(0o755)  # the database may be another user's process
    with parts.postgresql(place, port, "benchmark"):
        yield f"postgresql://regtrack:benchmark@127.0.0.1:{port}/postgres"

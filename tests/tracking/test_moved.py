"""Moved stores: what is not where the database says is looked for beside it."""

from pathlib import Path

import pytest

from regtrack.tracking.moved import beside, found_address


@pytest.fixture
def moved(tmp_path) -> Path:
    """The folder of a run whose store was moved here from /old."""
    folder = tmp_path / "mlartifacts" / "exp" / "r1" / "artifacts"
    folder.mkdir(parents=True)
    return folder


def test_the_longest_end_of_the_path_that_is_beside_the_database_is_found(tmp_path, moved):
    """However deep the store lay before; the same run's folder, and no other's."""
    uri = f"sqlite:///{tmp_path}/mlflow.db"
    (tmp_path / "exp" / "r1" / "artifacts").mkdir(parents=True)  # a shorter end
    assert beside(uri, Path("/old/deep/mlartifacts/exp/r1/artifacts")) == moved
    assert beside(uri, Path("/old/mlartifacts/exp/r2/artifacts")) is None
    assert beside(uri, Path("/old/artifacts")) is None
    assert found_address(uri, "file:///old/mlartifacts/exp/r1/artifacts") == moved.as_uri()


def test_what_is_in_its_place_or_elsewhere_is_left_alone(tmp_path, moved):
    """A folder that is there; one of another machine; a store behind a server."""
    assert found_address(f"sqlite:///{tmp_path}/mlflow.db", moved.as_uri()) == moved.as_uri()
    for uri, address in (
        (f"sqlite:///{tmp_path}/mlflow.db", "s3://bucket/mlartifacts/exp/r1/artifacts"),
        ("http://host:5000", "file:///old/mlartifacts/exp/r1/artifacts"),
    ):
        assert found_address(uri, address) == address

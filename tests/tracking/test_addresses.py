"""Addresses: what is told from a store's URI."""

from pathlib import Path

import pytest

from regtrack.tracking.addresses import quoted, sqlite_path


@pytest.mark.parametrize(
    ("uri", "path"),
    [
        ("sqlite:////a/mlflow.db", Path("/a/mlflow.db")),
        ("sqlite:///mlflow.db", Path("mlflow.db")),
        ("http://host:5000", None),
        ("postgresql://host/db", None),
    ],
)
def test_the_file_behind_a_sqlite_address(uri, path):
    """The database file of a sqlite store; None for any other."""
    assert sqlite_path(uri) == path


@pytest.mark.parametrize(
    ("uri", "word"),
    [
        ("sqlite:////a folder/mlflow.db", "'sqlite:////a folder/mlflow.db'"),
        ("http://host:5000", "http://host:5000"),
        ("http://me:s3cret@host", '"$MLFLOW_TRACKING_URI"'),
    ],
)
def test_an_address_stands_in_a_command_that_works(uri, word):
    """A word of the shell; an address with a password is read from the variable, since one with *** opens nothing."""
    assert quoted(uri) == word

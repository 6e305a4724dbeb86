"""Addresses: what is told from a store's URI."""

from pathlib import Path

import pytest

from regtrack.tracking.addresses import sqlite_path, without_password


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
    ("uri", "shown"),
    [
        ("postgresql://me:s3cret@db:5432/x", "postgresql://me:***@db:5432/x"),
        ("https://me:s3cret@host/path", "https://me:***@host/path"),
        ("sqlite:////tmp/mlflow.db", "sqlite:////tmp/mlflow.db"),
        ("http://host:5000", "http://host:5000"),
        ("http://host:5000/a@b", "http://host:5000/a@b"),
    ],
)
def test_a_password_is_never_shown(uri, shown):
    """What is printed of a store's address keeps the user and hides the password; other addresses stay."""
    assert without_password(uri) == shown

"""Addresses: what a store's URI says of where it lies, asked without opening it."""

import shlex
from pathlib import Path
from urllib.parse import unquote, urlparse
from urllib.request import url2pathname

from regtrack.errors import StoreError
from regtrack.foreign import is_file
from regtrack.masking import mask
from regtrack.shipped import how_to_start

SQLITE = "sqlite:///"
HOSTED = ("databricks", "databricks-uc", "uc")
"""Addresses of MLflow without a scheme that are no paths."""


def sqlite_path(uri: str) -> Path | None:
    """The database file behind a sqlite tracking URI, None for any other store."""
    return Path(uri.removeprefix(SQLITE)) if uri.startswith(SQLITE) else None


def local_folder(uri: str) -> Path | None:
    """The folder of artifacts on this machine; None where they lie elsewhere."""
    address = urlparse(uri)
    if address.scheme not in ("", "file") or address.netloc not in ("", "localhost"):
        return None
    return Path(url2pathname(unquote(address.path)))


def is_folder_of_files(uri: str) -> bool:
    """Whether a tracking URI is MLflow's legacy store: a path, or file:."""
    return uri.startswith("file:") or ("://" not in uri and uri not in HOSTED)


def quoted(uri: str) -> str:
    """The URI as a word of a command that is shown; one with a password is left to the variable that holds it."""
    return shlex.quote(uri) if mask(uri) == uri else '"$MLFLOW_TRACKING_URI"'


def refuse_missing(uri: str | None = None) -> None:
    """Raises StoreError where the sqlite file of a store is not there."""
    if not uri:
        from mlflow.tracking import get_tracking_uri

        uri = get_tracking_uri()
    path = sqlite_path(uri)
    if path and not is_file(path):
        raise StoreError(
            f"no tracking store at {path.absolute()}; run {how_to_start()}, or set MLFLOW_TRACKING_URI to yours"
        )

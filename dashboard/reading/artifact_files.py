"""Artifact files: where an artifact lies on this machine. Believes no address that leads elsewhere, downloads once."""

from pathlib import Path
from urllib.parse import unquote, urlparse
from urllib.request import url2pathname

import streamlit as st

from reading.connection import read
from regtrack import names
from regtrack.errors import StoreError
from regtrack.masking import mask
from regtrack.scratch import own_folder
from regtrack.tracking.moved import found_address
from regtrack.words.failures import first_line

TEXTS = (names.GRID, names.NEXT_GRID, names.REPORT, names.CLAIMS_PAGE)


@st.cache_resource(show_spinner=False, max_entries=5000)
def _folder(uri: str, run_id: str) -> str:
    """The address of a run's artifacts. Raises StoreError: no such run, or an address MLflow would not have given."""
    found = read(uri, "artifact_uri", run_id)
    parts = [part for part in unquote(found or "").replace("\\", "/").split("/") if part]
    if not run_id.isalnum() or parts[-2:] != [run_id, "artifacts"] or ".." in parts:
        raise StoreError(
            f"run {run_id}: expected its artifacts in a folder .../{run_id}/artifacts, received {mask(str(found))}"
        )
    return found_address(uri, found)


def file_of(uri: str, run_id: str, artifact: str) -> Path:
    """A local file with the artifact: where it lies, or a copy made once. Raises StoreError: missing, or elsewhere."""
    if artifact not in names.SCHEMAS and artifact not in TEXTS:
        raise StoreError(f"artifact: expected one that regtrack writes, received {artifact!r}")
    folder = urlparse(_folder(uri, run_id))
    if folder.scheme not in ("", "file"):
        return _downloaded(uri, run_id, artifact)
    if folder.netloc not in ("", "localhost"):
        raise StoreError(f"{artifact} of run {run_id} lies on {folder.netloc}: open the dashboard on that machine")
    root = Path(url2pathname(folder.path)).resolve()
    path = root / artifact
    if not path.is_file():
        raise StoreError(f"{artifact} is missing at {path}: it is not written yet, or was deleted, or lies elsewhere")
    if not path.resolve().is_relative_to(root):
        raise StoreError(f"{artifact} at {path} is a link out of its run's artifacts; put the file itself there")
    return path


@st.cache_resource(show_spinner="downloading", max_entries=5000)
def _downloaded(uri: str, run_id: str, artifact: str) -> Path:
    import mlflow

    target = own_folder() / "artifacts" / run_id
    target.mkdir(parents=True, exist_ok=True)
    address = f"{_folder(uri, run_id)}/{artifact}"
    try:
        found = mlflow.artifacts.download_artifacts(artifact_uri=address, dst_path=str(target), tracking_uri=uri)
    except Exception as error:  # each kind of artifact store has errors of its own
        raise StoreError(
            f"{artifact} of run {run_id} cannot be had ({first_line(error)}): it is not written yet, or was "
            "deleted, or the server is gone"
        ) from None
    return Path(found)

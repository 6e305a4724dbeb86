"""A run's artifact as a file of this machine."""

import tempfile
from pathlib import Path
from urllib.parse import urlparse

import mlflow
from mlflow import MlflowClient

from regtrack.errors import StoreError
from regtrack.scratch import own_folder
from regtrack.tracking import sql_reader
from regtrack.tracking.moved import found_address


def local_artifact(client: MlflowClient, run_id: str, artifact: str, *, of: str = "", why: str = "") -> Path:
    """Its path; what lies elsewhere is fetched, to where it goes with this process: MLflow would leave each copy behind.

    Asked for by its address, a local artifact is read where it lies; by run and path MLflow copies it on every call.

    Args:
        of, why: whose it is, and what can be the reason where it is missing; for the message.
    Raises:
        StoreError: it is missing.
    """
    uri = f"{found_address(client.tracking_uri, _folder_of(client, run_id))}/{artifact}"
    here = urlparse(uri).scheme in ("", "file")
    into = None if here else tempfile.mkdtemp(dir=own_folder())
    try:
        return Path(
            mlflow.artifacts.download_artifacts(artifact_uri=uri, dst_path=into, tracking_uri=client.tracking_uri)
        )
    except Exception:  # each kind of artifact store has errors of its own
        raise StoreError(f"{of}{artifact} is missing at {uri}{why}") from None


def _folder_of(client: MlflowClient, run_id: str) -> str:
    """Where the run's artifacts lie; a report asks once an artifact, and the client would read the whole run each time."""
    try:
        return sql_reader.artifact_uri(client.tracking_uri, run_id)
    except sql_reader.ClientNeeded:
        return client.get_run(run_id).info.artifact_uri

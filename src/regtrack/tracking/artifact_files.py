"""A run's artifact as a file of this machine."""

from pathlib import Path

import mlflow
from mlflow import MlflowClient

from regtrack.errors import StoreError
from regtrack.tracking.moved import found_address


def local_artifact(client: MlflowClient, run_id: str, artifact: str, *, of: str = "", why: str = "") -> Path:
    """Its path; what lies elsewhere is fetched.

    Asked for by its address, a local artifact is read where it lies; by run and path MLflow copies it on every call.

    Args:
        of, why: whose it is, and what can be the reason where it is missing; for the message.
    Raises:
        StoreError: it is missing.
    """
    uri = f"{found_address(client.tracking_uri, client.get_run(run_id).info.artifact_uri)}/{artifact}"
    try:
        return Path(mlflow.artifacts.download_artifacts(artifact_uri=uri, tracking_uri=client.tracking_uri))
    except Exception:  # each kind of artifact store has errors of its own
        raise StoreError(f"{of}{artifact} is missing at {uri}{why}") from None

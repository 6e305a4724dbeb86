"""A run's artifact as a file of this machine."""

from __future__ import annotations

import posixpath
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from regtrack.errors import StoreAwayError, StoreError
from regtrack.scratch import own_folder
from regtrack.tracking import sql_reader
from regtrack.tracking.addresses import local_folder
from regtrack.tracking.moved import found_address

if TYPE_CHECKING:
    from mlflow import MlflowClient


def local_artifact(
    client: MlflowClient, run_id: str, artifact: str, *, of: str = "", why: str = "", address: str | None = None
) -> Path:
    """Its path; what lies elsewhere is fetched, to where it goes with this process: MLflow would leave each copy behind.

    Asked for by its address, a local artifact is read where it lies; by run and path MLflow copies it on every call.

    Args:
        of, why: whose it is, and what can be the reason where it is missing; for the message.
        address: where the run's artifacts lie, of `folders_of`, where that is known: each of them is a question to the store.
    Raises:
        StoreError: it is missing; StoreAwayError where that cannot be said, since what holds it does not answer.
    """
    folder = address or found_address(client.tracking_uri, _folder_of(client, run_id))
    uri, missing = f"{folder}/{artifact}", f"{of}{artifact} is missing at {folder}/{artifact}{why}"
    if here := local_folder(folder):
        # What MLflow asks as well, at a tenth of its time: a sweep of 10,000 trials has 20,000 files.
        path = here / artifact
        if not (path.exists() and path.resolve().is_relative_to(here.resolve())):
            raise StoreError(missing)
        return path
    import mlflow

    into = tempfile.mkdtemp(dir=own_folder())
    try:
        return Path(
            mlflow.artifacts.download_artifacts(artifact_uri=uri, dst_path=into, tracking_uri=client.tracking_uri)
        )
    except Exception as error:  # each kind of artifact store has errors of its own
        _refuse_if_away(client, uri, artifact, error)
        raise StoreError(missing) from None


def folders_of(client: MlflowClient, run_ids: Iterable[str]) -> dict[str, str]:
    """Run id -> the address at which its artifacts lie, asked for all at once where the store allows."""
    run_ids = list(run_ids)
    try:
        found = sql_reader.artifact_uris(client.tracking_uri, run_ids)
    except sql_reader.ClientNeeded:
        found = {run_id: client.get_run(run_id).info.artifact_uri for run_id in run_ids}
    return {run_id: found_address(client.tracking_uri, address) for run_id, address in found.items()}


def _refuse_if_away(client: MlflowClient, uri: str, artifact: str, error: Exception) -> None:
    """Raises StoreAwayError unless the folder that the artifact should be in can be listed, and does not hold it."""
    import mlflow

    from regtrack.tracking.outages import outage  # MLflow

    folder, name = posixpath.split(uri)
    try:
        listed = mlflow.artifacts.list_artifacts(artifact_uri=folder, tracking_uri=client.tracking_uri)
        is_there = name in [posixpath.basename(file.path) for file in listed]
    except Exception as unlisted:
        is_there, error = True, unlisted
    if is_there and (reason := outage(error)):
        raise StoreAwayError(f"{artifact} cannot be read ({reason})") from None


def _folder_of(client: MlflowClient, run_id: str) -> str:
    """Where the run's artifacts lie; a report asks once an artifact, and the client would read the whole run each time."""
    try:
        return sql_reader.artifact_uri(client.tracking_uri, run_id)
    except sql_reader.ClientNeeded:
        return client.get_run(run_id).info.artifact_uri

"""log_folder: the files of a folder become those of a run, or of a model, whose address is known."""

from pathlib import Path

from mlflow import MlflowClient
from mlflow.store.artifact.artifact_repository_registry import get_artifact_repository


def log_folder(client: MlflowClient, address: str, folder: Path) -> None:
    """Not by the client's own methods: they ask the store for all of the run, or of the model, to learn this address."""
    get_artifact_repository(address, tracking_uri=client.tracking_uri).log_artifacts(str(folder))

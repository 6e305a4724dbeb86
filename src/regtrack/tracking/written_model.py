"""logged_model: an MLflow model that lies in a folder becomes one of a run, whatever wrote it. Needs no TensorFlow."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from mlflow import MlflowClient
from mlflow.entities import LoggedModelOutput, LoggedModelStatus

from regtrack.tracking.model_description import read_description, write_description


@contextmanager
def logged_model(
    client: MlflowClient,
    experiment_id: str,
    folder: Path,
    *,
    run_id: str,
    params: dict[str, str],
    step: int,
) -> Iterator[str]:
    """Log the MLflow model in `folder`, by the folder's name, as one of the run; gives its model id.

    It is READY when the block has ended, so that what is logged of it there (its metrics) is there before anybody takes it for whole.
    One that does not get there, or whose block does not, is FAILED.

    Args:
        step: of the run that the model is of.
    """
    # Not by Model.log: it reads every metric of the run, one by one, most of its time; and it would put the model into the
    # experiment of the environment variables, which need not be the run's.
    logged = client.create_logged_model(experiment_id, name=folder.name, source_run_id=run_id, params=params)
    status = LoggedModelStatus.FAILED
    try:
        described = read_description(folder)
        described.artifact_path, described.run_id = logged.artifact_location, run_id
        described.model_id = described.model_uuid = logged.model_id
        write_description(described, folder)
        client.log_model_artifacts(logged.model_id, str(folder))
        client.log_outputs(run_id, [LoggedModelOutput(logged.model_id, step=step)])
        yield logged.model_id
        status = LoggedModelStatus.READY
    finally:
        client.finalize_logged_model(logged.model_id, status)

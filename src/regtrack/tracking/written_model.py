"""logged_models: MLflow models that lie in folders become those of a run, whatever wrote them. Needs no TensorFlow."""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

from mlflow import MlflowClient
from mlflow.entities import LoggedModelOutput, LoggedModelStatus

from regtrack.tracking.folder_log import log_folder
from regtrack.tracking.model_description import read_description, write_description


@contextmanager
def logged_models(
    client: MlflowClient,
    experiment_id: str,
    folders: Sequence[Path],
    *,
    run_id: str,
    params: dict[str, str],
    step: int,
) -> Iterator[dict[str, str]]:
    """Log the MLflow models in `folders`, each by its folder's name, as those of the run; gives name -> model id.

    They are READY when the block has ended, so that what is logged of them there (metrics) is there before anybody takes one for
    whole. Where one does not get there, or the block does not, all are FAILED.

    Args:
        step: of the run that the models are of.
    """
    with ExitStack() as models:
        made = {
            folder.name: models.enter_context(_logged(client, experiment_id, folder, run_id, params))
            for folder in folders
        }
        if made:
            client.log_outputs(run_id, [LoggedModelOutput(model_id, step=step) for model_id in made.values()])
        yield made


@contextmanager
def _logged(
    client: MlflowClient, experiment_id: str, folder: Path, run_id: str, params: dict[str, str]
) -> Iterator[str]:
    # Not by Model.log: it reads every metric of the run, one by one, most of its time; and it would put the model into the
    # experiment of the environment variables, which need not be the run's.
    logged = client.create_logged_model(experiment_id, name=folder.name, source_run_id=run_id, params=params)
    status = LoggedModelStatus.FAILED
    try:
        described = read_description(folder)
        described.artifact_path, described.run_id = logged.artifact_location, run_id
        described.model_id = described.model_uuid = logged.model_id
        write_description(described, folder)
        log_folder(client, logged.artifact_location, folder)
        yield logged.model_id
        status = LoggedModelStatus.READY
    finally:
        client.finalize_logged_model(logged.model_id, status)

"""Deletion: all that a sweep left in the store, counted first, then removed: runs, models, artifacts."""

from collections.abc import Callable
from dataclasses import dataclass

from mlflow import MlflowClient
from mlflow.entities import LoggedModel, Run
from mlflow.store.artifact.artifact_repository_registry import get_artifact_repository

from regtrack import names
from regtrack.errors import StoreError
from regtrack.tracking.addresses import local_folder
from regtrack.tracking.interrupted import refuse_running
from regtrack.tracking.models_of_store import logged_models
from regtrack.tracking.moved import found_address
from regtrack.tracking.reader import search_runs, sweeps_by_id
from regtrack.tracking.shared_view import TAG
from regtrack.words.failures import first_line


@dataclass(frozen=True)
class Deletion:
    """What is to go. `runs` has the sweep's own last, so that a deletion which was stopped can be asked for again."""

    sweep_id: str
    experiment_id: str
    runs: tuple[Run, ...]
    models: tuple[LoggedModel, ...]
    addresses: tuple[str, ...]

    @property
    def megabytes(self) -> float | None:
        """Of the artifacts; None where they lie on another machine."""
        folders = [local_folder(address) for address in self.addresses]
        if None in folders:
            return None
        files = (file for folder in folders for file in folder.rglob("*") if file.is_file())
        return sum(file.stat().st_size for file in files) / 1e6


def plan_deletion(client: MlflowClient, which: str) -> Deletion:
    """All of the sweep with this id: its trials, its reports' runs, and every run it was resumed by.

    Raises StoreError, with nothing changed: no such sweep, it still runs, or the model registry holds a model of it.
    """
    found = sweeps_by_id(client, which)
    if found.empty:
        raise StoreError(
            f"sweep: expected the id of a sweep in this store, received {which!r}; the dashboard's address shows it (?sweep=)"
        )
    sweep_id, experiment_id = found["sweep_id"].iloc[0], found["experiment_id"].iloc[0]
    runs = search_runs(client, [experiment_id], f"tags.`{names.SWEEP_ID}` = '{sweep_id}'")
    refuse_running(runs, sweep_id, "delete", "delete it")
    ids = {run.info.run_id for run in runs}
    models = tuple(model for model in logged_models(client, [experiment_id]) if model.source_run_id in ids)
    _refuse_registered(client, ids | {model.model_id for model in models})
    of_ids = [(model.model_id, model.artifact_location) for model in models]
    of_ids += [(run.info.run_id, run.info.artifact_uri) for run in runs]
    runs.sort(key=lambda run: run.data.tags.get(names.ROLE) != names.ROLE_TRIAL)
    there = tuple(found_address(client.tracking_uri, _own(one, address)) for one, address in of_ids)
    return Deletion(sweep_id, experiment_id, tuple(runs), models, there)


def _own(run_or_model: str, address: str) -> str:
    """The address, which names whose it is. Raises StoreError for another, which MLflow would not have given."""
    parts = address.replace("\\", "/").split("/")
    if run_or_model not in parts or ".." in parts:
        raise StoreError(
            f"delete: expected the artifacts of {run_or_model} in a folder of that name, received {address}; the store was changed "
            "by hand, put back what stood there"
        )
    return address


def _refuse_registered(client: MlflowClient, ids: set[str]) -> None:
    """`ids`: of runs and of models; a version names the one it was made from, or both."""
    for version in client.search_model_versions():
        if {version.run_id, version.model_id} & ids:
            raise StoreError(
                f"delete: version {version.version} of the registered model {version.name!r} is of this sweep; delete that first: "
                f"MlflowClient().delete_model_version({version.name!r}, {str(version.version)!r})"
            )


def carry_out(client: MlflowClient, deletion: Deletion, done: Callable[[], None] = lambda: None) -> None:
    """Remove artifacts, then models, then runs, which MLflow marks as deleted until `mlflow gc`; `done` is called at each.

    Raises StoreError where artifacts cannot be removed; the sweep stays and can be deleted again.
    """
    for address in deletion.addresses:
        _remove(address)
        done()
    for model in deletion.models:
        client.delete_logged_model(model.model_id)
    view = TAG + deletion.sweep_id
    if view in client.get_experiment(deletion.experiment_id).tags:
        client.delete_experiment_tag(deletion.experiment_id, view)
    for run in deletion.runs:
        client.delete_run(run.info.run_id)


def _remove(address: str) -> None:
    folder = local_folder(address)
    if folder and not folder.exists():
        return
    try:
        get_artifact_repository(address).delete_artifacts()
    except Exception as error:  # each kind of artifact store has errors of its own
        raise StoreError(
            f"delete: the artifacts at {address} cannot be removed ({first_line(error)}); let this user write there, then delete the sweep again"
        ) from None
    if folder and folder.parent.is_dir() and not any(folder.parent.iterdir()):
        folder.parent.rmdir()  # RUN/ of RUN/artifacts

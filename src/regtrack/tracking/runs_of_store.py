"""Every run of a store, each with its tags alone: ten thousand runs' params and metrics are half a gigabyte that nobody asked for."""

from mlflow import MlflowClient
from mlflow.entities import LifecycleStage, Run, RunData, RunInfo, RunTag, ViewType

from regtrack.tracking import sql_reader
from regtrack.tracking.reader import all_experiments, found_runs


def every_run(client: MlflowClient) -> list[Run]:
    """Those that are not deleted, of experiments that are not: by SQL from a local database, through MLflow's client from any other
    store."""
    try:
        return [_run(*values) for values in sql_reader.runs(client.tracking_uri)]
    except sql_reader.ClientNeeded:
        return [_without_numbers(run) for run in found_runs(client, all_experiments(client))]


def ids_with_deleted(client: MlflowClient, experiment_ids: list[str]) -> set[str]:
    """The ids of all runs of these experiments, also of deleted ones."""
    try:
        return sql_reader.run_ids(client.tracking_uri, experiment_ids)
    except sql_reader.ClientNeeded:
        return {run.info.run_id for run in found_runs(client, experiment_ids, view=ViewType.ALL)}


def _run(run_id: str, experiment_id: str, status: str, started: int, ended: int, address: str, tags: dict) -> Run:
    info = RunInfo(run_id, experiment_id, "", status, started, ended, LifecycleStage.ACTIVE, address)
    return Run(info, RunData(tags=[RunTag(key, value) for key, value in tags.items()]))


def _without_numbers(run: Run) -> Run:
    return Run(run.info, RunData(tags=[RunTag(key, value) for key, value in run.data.tags.items()]))

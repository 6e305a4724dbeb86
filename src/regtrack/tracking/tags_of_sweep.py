"""read_tags: what the runs of a sweep are tagged with, the fastest way that its store allows; both ways say the same."""

from mlflow import MlflowClient

from regtrack import names
from regtrack.tracking import sql_reader
from regtrack.tracking.reader import found_runs


def read_tags(client: MlflowClient, experiment_id: str, sweep_id: str) -> dict[str, dict[str, str]]:
    """Run id -> tags, of every run that carries the sweep's id: its own, its trials', those of a resumed one. By SQL from a local
    database, through MLflow's client from any other store."""
    try:
        return sql_reader.tags_of_sweep(client.tracking_uri, experiment_id, sweep_id)
    except sql_reader.ClientNeeded:
        runs = found_runs(client, [experiment_id], f"tags.`{names.SWEEP_ID}` = '{sweep_id}'")
        return {run.info.run_id: run.data.tags for run in runs}

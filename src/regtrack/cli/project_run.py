"""The run that `mlflow run` made for this entry point: what it is, and which process writes it, are said first of all."""

import os
from contextlib import suppress

from regtrack import names
from regtrack.cli.watched_parent import end_with_mlflow, mlflow_has_gone


def claim_project_run(role: str = "") -> None:
    """Tag the run with its role and with this process, so that one that is killed from now on is known as stale.

    Nothing outside `mlflow run`. Raises StoreError where the store does not answer, or has no such run.
    """
    run_id = os.environ.get("MLFLOW_RUN_ID")
    if not run_id:
        return
    end_with_mlflow()
    from regtrack.tracking.process import this_process
    from regtrack.tracking.store import connect, current_experiment

    client = connect()
    current_experiment(client)  # refuses a run of another store by its name
    client.set_tag(run_id, names.PROCESS, this_process())
    if role:
        client.set_tag(run_id, names.ROLE, role)


def close_left_run() -> None:
    """End the run of a `mlflow run` that has gone before this process, as KILLED; nothing else knows that it is over.

    A store that does not answer leaves it RUNNING, for `regtrack doctor --fix` to close.
    """
    run_id = os.environ.get("MLFLOW_RUN_ID")
    if not run_id or not mlflow_has_gone():
        return
    from regtrack.tracking.store import connect

    with suppress(Exception):
        client = connect()
        if client.get_run(run_id).info.status == names.RUNNING:
            client.set_tag(run_id, names.FAILURE, "mlflow run ended before its entry point did")
            client.set_terminated(run_id, names.KILLED)


def reach_store() -> None:
    """Raises StoreError where the store that is to be written to, or the place of its artifacts, does not answer: before TensorFlow
    is imported. A sqlite file that is not there yet is not made."""
    from mlflow.tracking import get_tracking_uri

    from regtrack.tracking.addresses import sqlite_path
    from regtrack.tracking.artifact_place import check_artifact_place
    from regtrack.tracking.store import connect_to_write, known_experiment

    path = sqlite_path(get_tracking_uri())
    is_new = path and not path.is_file()
    client = connect_to_write()
    if not is_new and (experiment := known_experiment(client)):
        check_artifact_place(client, experiment)

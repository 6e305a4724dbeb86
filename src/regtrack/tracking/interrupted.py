"""What an interrupted sweep left is closed before it goes on, unless the sweep still runs, or may, somewhere else."""

import time
from collections.abc import Iterable

from mlflow import MlflowClient
from mlflow.entities import Run

from regtrack import names
from regtrack.errors import StoreError
from regtrack.tracking.last_sign import last_sign_of
from regtrack.tracking.never_begun import was_never_begun
from regtrack.tracking.process import is_alive, this_process
from regtrack.tracking.reader import search_runs
from regtrack.training.stalling import STALL_MINUTES

FRESH_MINUTES = STALL_MINUTES
"""A sweep that cannot be asked is alive while its last sign is not older: by itself it ends what is silent for so long."""


def close_interrupted(
    client: MlflowClient, experiment_id: str, sweep_id: str, own_run: str | None, *, force: bool = False
) -> None:
    """Close as KILLED what an interrupted sweep left: its run unless FINISHED, and trials that are still RUNNING; and runs of
    `mlflow run` in its experiment that were killed before they could say what they are.

    Raises StoreError, and closes nothing, where another process of this machine still runs the sweep; and without `force` where
    one may of which nothing is known here, another machine's or container's.
    """
    runs = search_runs(client, [experiment_id], f"tags.`{names.SWEEP_ID}` = '{sweep_id}'")
    runs = [run for run in runs if run.info.run_id != own_run]
    refuse_running(runs, sweep_id, "resume", "resume")
    if not force:
        _refuse_fresh(client, runs, sweep_id)
    for run in runs:
        is_sweep = run.data.tags.get(names.ROLE) == names.ROLE_SWEEP
        if run.info.status == names.RUNNING or (is_sweep and run.info.status == names.FAILED):
            client.set_terminated(run.info.run_id, names.KILLED)
    for run in search_runs(client, [experiment_id], f"attributes.status = '{names.RUNNING}'"):
        if was_never_begun(run):
            client.set_terminated(run.info.run_id, names.KILLED)


def refuse_running(runs: Iterable[Run], sweep_id: str, what: str, then: str) -> None:
    """Raises StoreError where another process of this machine still runs one of these runs of a sweep."""
    for run in runs:
        process = run.data.tags.get(names.PROCESS, "")
        if run.info.status == names.RUNNING and process != this_process() and is_alive(process):
            raise StoreError(
                f"{what}: sweep {sweep_id} is still running in process {process.split(':')[1]}; wait until it ends, or "
                f"stop it, then {then}"
            )


def _refuse_fresh(client: MlflowClient, runs: list[Run], sweep_id: str) -> None:
    """What is not known to be dead is alive while its last sign is fresh. A run without a process is of an earlier version."""
    unknown = [
        process
        for run in runs
        if run.info.status == names.RUNNING
        and (process := run.data.tags.get(names.PROCESS, ""))
        and is_alive(process) is None
    ]
    if not unknown:
        return
    minutes = (time.time() - last_sign_of(client, runs) / 1000) / 60
    if minutes < FRESH_MINUTES:
        host, pid = (*unknown[0].split(":"), "?")[:2]
        raise StoreError(
            f"resume: sweep {sweep_id} may still be running, in process {pid} on {host}, which cannot be asked from here: its last "
            f"sign came {max(minutes, 0):.0f} minutes ago; stop it there or wait until that is {FRESH_MINUTES:.0f}, or if it is "
            "dead give force=true (--force)"
        )

"""Runs that say RUNNING and that nothing runs any more: their process is gone, or nothing came from them for a day."""

import time

from mlflow import MlflowClient
from mlflow.entities import Run

from regtrack import names
from regtrack.shipped import command
from regtrack.tracking.doctor.contents import Contents
from regtrack.tracking.doctor.finding import Finding
from regtrack.tracking.last_sign import last_sign_of
from regtrack.tracking.never_begun import was_never_begun
from regtrack.tracking.process import is_alive
from regtrack.tracking.reader import search_runs

QUIET_HOURS = 24
"""Where the process cannot be asked (another machine, an earlier version): no metric for so long means stale."""
STALE_TRIAL, STALE_SWEEP = "stale trial", "stale run"


def examine_running(contents: Contents) -> list[Finding]:
    client, found = contents.client, []
    for run in filter(_is_running, contents.runs):
        if reason := _why_stale(client, run):
            role = run.data.tags.get(names.ROLE, "run that was killed as it started")
            variant = run.data.tags.get(names.VARIANT)
            what = f"{role}{f' of {variant}' if variant else ''} is RUNNING, but {reason}"
            kind = STALE_TRIAL if role == names.ROLE_TRIAL else STALE_SWEEP
            remedy = "close it as KILLED"
            if role == names.ROLE_SWEEP and names.SWEEP_ID in run.data.tags:
                experiment = client.get_experiment(run.info.experiment_id).name
                remedy += f"; {command(experiment=experiment, resume=run.data.tags[names.SWEEP_ID])} goes on with it"
            found.append(Finding(kind, run.info.run_id, what, remedy, fixable=True))
    return found


def close_stale(client: MlflowClient, run_id: str) -> str:
    """Close a run that is still stale now; "" where it has ended or come back to life meanwhile."""
    run = client.get_run(run_id)
    reason = _why_stale(client, run) if run.info.status == names.RUNNING else ""
    if not reason:
        return ""
    client.set_tag(run_id, names.FAILURE, f"closed by doctor: {reason}")
    client.set_terminated(run_id, names.KILLED)
    return f"{run_id}: closed as KILLED, since {reason}"


def _is_running(run: Run) -> bool:
    """Of regtrack, also one that never came to say so; other people's runs are left alone."""
    ours = run.data.tags.keys() & {names.ROLE, names.PROCESS} or was_never_begun(run)
    return run.info.status == names.RUNNING and bool(ours)


def _why_stale(client: MlflowClient, run: Run) -> str:
    """Why nothing runs this run any more; "" where something does, or may."""
    if was_never_begun(run):
        return "its entry point never came to write to it"
    process = run.data.tags.get(names.PROCESS, "")
    alive = is_alive(process)
    if alive:
        return ""
    if alive is False:
        return f"its process {process.split(':')[1]} on {process.split(':')[0]} is gone"
    hours = (time.time() - _last_sign(client, run) / 1000) / 3600
    return f"nothing came from it for {hours:.0f} hours" if hours > QUIET_HOURS else ""


def _last_sign(client: MlflowClient, run: Run) -> int:
    """Milliseconds since 1970 of the last sign of a run, or of the trials of its sweep."""
    runs = [run]
    if run.data.tags.get(names.ROLE) == names.ROLE_SWEEP and names.SWEEP_ID in run.data.tags:
        sweep = f"tags.`{names.SWEEP_ID}` = '{run.data.tags[names.SWEEP_ID]}'"
        runs += search_runs(client, [run.info.experiment_id], sweep)
    return last_sign_of(client, runs)

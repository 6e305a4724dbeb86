"""run_sweep: train a grid, log every trial as it ends, leave the sweep ready to compare."""

import os
from dataclasses import dataclass

import pandas as pd
from mlflow import MlflowClient

from regtrack import names
from regtrack.diagnosis.criteria import Criteria
from regtrack.diagnosis.primary import AUTO, default_primary
from regtrack.errors import StoreError, TrainingError
from regtrack.sweeps.data import job_of, say_of
from regtrack.sweeps.interrupts import held_back
from regtrack.sweeps.progress import SweepProgress
from regtrack.sweeps.reporting import Reported, report_sweep
from regtrack.tracking import reader
from regtrack.tracking.models import check_registered_name
from regtrack.tracking.store import current_experiment
from regtrack.tracking.writer import SweepWriter, trial_key
from regtrack.training.events import EpochEnded, TrialFailed, TrialFinished, TrialStarted
from regtrack.training.fit import check_trainable
from regtrack.training.job import Job
from regtrack.training.pool import run_trials
from regtrack.variants.grid import Grid


@dataclass(frozen=True)
class FinishedSweep:
    """A sweep that ended: where it is, its trials, and what its report says."""

    experiment_id: str
    sweep_id: str
    run_id: str
    trials: pd.DataFrame
    reported: Reported
    registered: str | None = None


def run_sweep(
    grid: Grid,
    job: Job | None = None,
    *,
    client: MlflowClient,
    workers: int | None = None,
    resume: str | None = None,
    register: str | None = None,
    criteria: Criteria | None = None,
    experiment_id: str | None = None,
    say=print,
    console=None,
) -> FinishedSweep:
    """Train every trial of `grid` and log it to the store.

    Everything that can be wrong is checked before the first trial starts: data, models, variants, what to resume.

    Args:
        job: what its trials share, where that is not all in the grid (see `job_of`).
        client: of the tracking store; trials go to the experiment MLflow chose for this process.
        workers: processes; default one a core.
        resume: "latest" or a sweep's id: skip its finished trials and go on under its id.
        register: name in the model registry for the winner's model (best validation error; its best seed).
        criteria: what counts as a gap, a margin, equal; default Criteria().
        experiment_id: default the one that MLflow chose.
        say: prints a line.
    Raises:
        RegtrackError: bad data, grid, variant, model or store; TrainingError when no trial finished.
    """
    if register:
        check_registered_name(register)
    criteria = criteria or Criteria()
    job = job or job_of(grid)
    for variant, notes in check_trainable(grid.variants, job).items():
        for note in notes:
            say(f"note: {variant.label}: {note}")
    experiment_id = experiment_id or current_experiment(client)
    keys = {trial: trial_key(job, *trial) for trial in grid.trials}
    resumed, done = _to_resume(client, experiment_id, resume, set(keys.values())) if resume else (None, set())
    writer = SweepWriter(client, experiment_id, job)
    writer.sweep_id = resumed or writer.sweep_id
    status = names.FAILED
    try:
        trials = [trial for trial, key in keys.items() if key not in done]
        if resume:
            say(f"resuming sweep {writer.sweep_id}: {len(grid.trials) - len(trials)} of {len(grid.trials)} trials done")
        with held_back():
            writer.start(grid, primary=_primary(client, writer, criteria.primary, resumed))
        say_of(job.dataset, say)
        _train(writer, trials, workers, console)
        sweep = _finish(writer, client, criteria, register)
        status = names.FINISHED
        return sweep
    except (KeyboardInterrupt, SystemExit):
        status = names.KILLED
        raise
    finally:
        with held_back():
            writer.close(status)


def _primary(client: MlflowClient, writer: SweepWriter, asked: str, resumed: str | None) -> str:
    """What is to be judged: what was asked for, or the default; of a resumed sweep what it was begun with, since what is
    asked for once there are results may be asked for because of them."""
    dataset = writer.job.dataset
    default = default_primary(dataset.validation.given_label, dataset.n_classes)
    if resumed:
        return reader.recorded_primary(client, writer.experiment_id, resumed) or default
    return default if asked == AUTO else asked


def _to_resume(client: MlflowClient, experiment_id: str, which: str, keys: set[str]) -> tuple[str, set[str]]:
    """(sweep_id, keys of its finished trials) of the sweep to go on with; what it left open is closed.

    Raises StoreError, with nothing changed: there is none, it still runs, or it is of another grid.
    """
    own_run = os.environ.get("MLFLOW_RUN_ID")
    sweep_id, done = reader.sweep_to_resume(client, experiment_id, which, own_run)
    if others := done - keys:  # under one sweep they would be averaged with ours
        raise StoreError(
            f"resume: sweep {sweep_id} holds {len(others)} finished trials that are not of this grid and these "
            "settings; give those it was started with, or leave resume out to start another"
        )
    reader.close_interrupted(client, experiment_id, sweep_id, own_run)
    return sweep_id, done


def _train(writer: SweepWriter, trials, workers: int | None, console) -> None:
    handle = {
        TrialStarted: lambda event: writer.trial_started(event.variant, event.seed),
        EpochEnded: writer.epoch_ended,
        TrialFinished: lambda event: writer.trial_finished(event.result),
        TrialFailed: writer.trial_failed,
    }
    with SweepProgress(trials, writer.job.settings, console) as progress:
        for event in run_trials(trials, writer.job, workers=workers) if trials else ():
            with held_back():
                handle[type(event)](event)
            progress(event)


def _finish(writer: SweepWriter, client: MlflowClient, criteria: Criteria, register: str | None) -> FinishedSweep:
    trials = reader.trials(client, writer.experiment_id, writer.sweep_id)
    if not trials["status"].eq(names.FINISHED).any():
        reasons = trials["failure"].dropna()
        raise TrainingError(
            f"no trial finished; {len(reasons)} failed, the first because: {reasons.iloc[0] if len(reasons) else '?'}"
        )
    reported = report_sweep(client, writer.experiment_id, writer.sweep_id, criteria, run_id=writer.run_id)
    registered = None
    if register:
        of_best = trials[(trials["variant"] == reported.answer.best) & (trials["status"] == names.FINISHED)]
        best = of_best.sort_values(f"{names.SELECTED}val_cross_entropy").iloc[0]
        registered = f"{register} version {writer.register(best['run_id'], register)}"
    return FinishedSweep(writer.experiment_id, writer.sweep_id, writer.run_id, trials, reported, registered)

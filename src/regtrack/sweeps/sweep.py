"""run_sweep: train a grid, log every trial as it ends, leave the sweep ready to compare."""

import os
from dataclasses import dataclass

import pandas as pd
from mlflow import MlflowClient

from regtrack import names
from regtrack.diagnosis.fresh_seeds import check_confirm, chosen_on_validation, fresh_trials
from regtrack.diagnosis.primary import AUTO, default_primary
from regtrack.errors import SettingError, StoreError, TrainingError
from regtrack.sweeps.asked import Asked
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
from regtrack.training.pool import Trial, run_trials
from regtrack.variants.grid import Grid
from regtrack.words.note import as_note


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
    asked: Asked | None = None,
    say=print,
    console=None,
) -> FinishedSweep:
    """Train every trial of `grid` and log it to the store.

    Everything that can be wrong is checked before the first trial starts: data, models, variants, what to resume.

    Args:
        job: what its trials share, where that is not all in the grid (see `job_of`).
        client: of the tracking store.
        asked: how it is to be run and judged; default Asked().
        say: prints a line.
        console: rich's, for the progress; default one of its own.
    Raises:
        RegtrackError: bad data, grid, variant, model or store; TrainingError when no trial finished.
    """
    asked = asked or Asked()
    if asked.register:
        check_registered_name(asked.register)
    check_confirm(asked.confirm, grid)
    job = job or job_of(grid)
    for variant, notes in check_trainable(grid.variants, job).items():
        for note in notes:
            say(as_note(f"{variant.label}: {note}"))
    experiment_id = asked.experiment_id or current_experiment(client)
    keys = {trial: trial_key(job, *trial) for trial in grid.trials}
    resumed, done = (
        _to_resume(client, experiment_id, asked.resume, set(keys.values())) if asked.resume else (None, set())
    )
    primary = _primary(client, experiment_id, job, asked.criteria.primary, resumed)
    _check_confirmed_by(primary, asked.confirm)
    writer = SweepWriter(client, experiment_id, job)
    writer.sweep_id = resumed or writer.sweep_id
    status = names.FAILED
    try:
        trials = [trial for trial, key in keys.items() if key not in done]
        if resumed:
            say(f"Resuming sweep {writer.sweep_id}: {len(grid.trials) - len(trials)} of {len(grid.trials)} trials done")
        with held_back():
            writer.start(grid, asked.confirm, primary=primary)
        say_of(job.dataset, say)
        _train(writer, trials, asked.workers, console)
        if asked.confirm:
            fresh = _to_confirm(writer, client, grid, asked.confirm, say)
            _train(writer, fresh, asked.workers, console, names.CONFIRM)
        sweep = _finish(writer, client, asked)
        status = names.FINISHED
        return sweep
    except (KeyboardInterrupt, SystemExit):
        status = names.KILLED
        raise
    finally:
        with held_back():
            writer.close(status)


def _primary(client: MlflowClient, experiment_id: str, job: Job, asked: str, resumed: str | None) -> str:
    """What is to be judged: what was asked for, or the default; of a resumed sweep what it was begun with, since what is
    asked for once there are results may be asked for because of them."""
    default = default_primary(job.dataset.validation.given_label, job.dataset.n_classes)
    if resumed:
        return reader.recorded_primary(client, experiment_id, resumed) or default
    return default if asked == AUTO else asked


def _check_confirmed_by(primary: str, confirm: int) -> None:
    """Raises SettingError where fresh seeds are asked for and would be compared by another measure than is judged."""
    if confirm and primary != names.ACCURACY:
        raise SettingError(
            f"confirm: expected a sweep that is judged by accuracy, which is what fresh seeds are compared by, received "
            f"one judged by {primary}; add primary=accuracy, or leave confirm out"
        )


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


def _to_confirm(writer: SweepWriter, client: MlflowClient, grid: Grid, seeds: int, say) -> list[Trial]:
    """The fresh trials that are not done yet, of the variant that validation chooses and of the baseline. Test is not read."""
    where = client, writer.experiment_id, writer.sweep_id
    chosen = chosen_on_validation(reader.trials(*where), grid)
    if chosen is None:
        return []  # nothing finished: _finish says so
    fresh = {trial: trial_key(writer.job, *trial) for trial in fresh_trials(grid, chosen, seeds)}
    confirming = reader.trials(*where, names.CONFIRM)
    done = set(confirming.loc[confirming["status"] == names.FINISHED, "trial_key"])
    left = [trial for trial, key in fresh.items() if key not in done]
    if not fresh:
        say("Nothing to confirm: the baseline itself has the lowest validation error")
    else:
        say(
            f"Confirming {chosen} against the baseline, {seeds} fresh seeds of each: {len(fresh) - len(left)} of "
            f"{len(fresh)} trials done"
        )
    return left


def _train(writer: SweepWriter, trials, workers: int | None, console, stage: str = names.EXPLORE) -> None:
    handle = {
        TrialStarted: lambda event: writer.trial_started(event.variant, event.seed, stage),
        EpochEnded: writer.epoch_ended,
        TrialFinished: lambda event: writer.trial_finished(event.result),
        TrialFailed: writer.trial_failed,
    }
    with SweepProgress(trials, writer.job.settings, console) as progress:
        for event in run_trials(trials, writer.job, workers=workers) if trials else ():
            with held_back():
                handle[type(event)](event)
            progress(event)


def _finish(writer: SweepWriter, client: MlflowClient, asked: Asked) -> FinishedSweep:
    trials = reader.trials(client, writer.experiment_id, writer.sweep_id)
    if not trials["status"].eq(names.FINISHED).any():
        reasons = trials["failure"].dropna()
        raise TrainingError(
            f"no trial finished; {len(reasons)} failed, the first because: {reasons.iloc[0] if len(reasons) else '?'}"
        )
    reported = report_sweep(client, writer.experiment_id, writer.sweep_id, asked.criteria, run_id=writer.run_id)
    registered = None
    if asked.register:
        registered = f"{asked.register} version {writer.register(reported.winner.run_id, asked.register)}"
    return FinishedSweep(writer.experiment_id, writer.sweep_id, writer.run_id, trials, reported, registered)

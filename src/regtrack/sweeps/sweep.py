"""run_sweep: train a grid, log every trial as it ends, leave the sweep ready to compare."""

from dataclasses import dataclass, replace
from functools import partial

import pandas as pd
from mlflow import MlflowClient
from mlflow.entities import Experiment

from regtrack import names
from regtrack.diagnosis.allocation.record import Allocation
from regtrack.diagnosis.choosing import choose_on_validation
from regtrack.diagnosis.fresh_seeds import fresh_trials
from regtrack.diagnosis.network_errors import errors_of_networks
from regtrack.diagnosis.primary import Primary, to_carry
from regtrack.errors import StoreError, TrainingError
from regtrack.measures.primaries import PRIMARIES
from regtrack.shipped import command
from regtrack.sweeps.allocating import Allocating
from regtrack.sweeps.asked import Asked
from regtrack.sweeps.data import say_of
from regtrack.sweeps.delivering import SIDE_BY_SIDE, Delivering
from regtrack.sweeps.interrupts import held_back
from regtrack.sweeps.preparing import prepare
from regtrack.sweeps.progress import SweepProgress
from regtrack.sweeps.reporting import Reported, report_sweep
from regtrack.sweeps.resplitting import train_resplits
from regtrack.tracking import reader
from regtrack.tracking.addresses import is_folder_of_files, quoted, sqlite_path
from regtrack.tracking.listening import done_aside
from regtrack.tracking.outages import is_of_the_store, outage
from regtrack.tracking.patience import brief_patience
from regtrack.tracking.record import read_validation
from regtrack.tracking.spool import Spool, spool_folders
from regtrack.tracking.trials_of_sweep import read_trials
from regtrack.tracking.writer import SweepWriter, trial_keys
from regtrack.training.events import (
    ClusterGoesOn,
    ClusterIsHeld,
    ClusterWaits,
    EpochEnded,
    TrialFailed,
    TrialFinished,
    TrialLost,
    TrialStarted,
)
from regtrack.training.executors.executor import Executor
from regtrack.training.job import Job
from regtrack.training.pool import workers_kept
from regtrack.training.trial_queue import Trial
from regtrack.variants.grid import AUTO, Grid

NOT_THE_STORE = "this machine refused what the sweep needs"
"""Of an OSError: no space for temporary files, no process, no more open files."""


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
        console: where bars are drawn; without one each trial that ends is a line of `say`.
    Raises:
        RegtrackError: bad data, grid, variant, model or store; TrainingError when no trial finished; StoreError when the store
            stayed away.
    """
    with brief_patience():
        return _run(grid, job, client, asked or Asked(), say, console)


def _run(grid: Grid, job: Job | None, client: MlflowClient, asked: Asked, say, console) -> FinishedSweep:
    if asked.criteria.primary == AUTO:
        asked = replace(asked, criteria=asked.criteria.model_copy(update={"primary": grid.primary}))
    prepared = prepare(grid, job, client, asked, say)
    job, experiment, allocation = prepared.job, prepared.experiment, prepared.allocation
    writer = done_aside(partial(SweepWriter, client, experiment.experiment_id, job))
    writer.sweep_id = prepared.resumed or writer.sweep_id
    writer.store = delivering = _delivering(client.tracking_uri, experiment, writer.sweep_id, say)
    status = names.FAILED
    try:
        for line in prepared.in_words():
            say(line)
        primary, confirm, trials = Primary(prepared.primary), prepared.confirm, prepared.left
        allocating = Allocating(writer, client, grid, primary, asked.executor.slots, delivering.patiently)
        start = partial(writer.start, _with_primary(grid, job, primary.name), confirm, primary=primary.name)
        delivering.call(lambda: allocating.begin(allocation, start))
        say_of(job.dataset, say)
        train = partial(_train, writer, delivering, asked.executor, console, say)
        with workers_kept():
            train(trials, ended=len(prepared.keys) - len(trials))
            if allocation:
                allocation = allocating.decide(allocation, train, say)
                confirm = asked.confirm or allocation.fresh
            train_resplits(grid, writer, client, train, say, delivering.patiently)
            if confirm:
                to_confirm = partial(_to_confirm, writer, client, grid, primary, confirm, say, allocation)
                train(delivering.patiently(to_confirm), names.CONFIRM)
        sweep = delivering.patiently(partial(_finish, writer, client, asked))
        writer.database.check()
        status = names.FINISHED
        return sweep
    except (KeyboardInterrupt, SystemExit):
        status = names.KILLED
        raise
    except Exception as error:
        writer.database.check()  # where it has gone, that is the reason
        if reason := outage(error):
            kind, what = (
                (StoreError, "the store went away") if is_of_the_store(error) else (TrainingError, NOT_THE_STORE)
            )
            raise kind(f"{what} ({reason}); what is finished is kept: {delivering.how_to_deliver}") from None
        raise
    finally:
        with held_back():
            delivering.end(partial(writer.close, status), interrupted=status == names.KILLED)


def _delivering(tracking_uri: str, experiment: Experiment, sweep_id: str, say) -> Delivering:
    how = (
        f"regtrack deliver --store {quoted(tracking_uri)} brings it what waits, and "
        f"{command(experiment=experiment.name, resume=sweep_id)} does that too and goes on"
    )
    one_writer = sqlite_path(tracking_uri) or is_folder_of_files(tracking_uri)
    spool = Spool(spool_folders(experiment.artifact_location, sweep_id))
    return Delivering(say, spool, how, side_by_side=1 if one_writer else SIDE_BY_SIDE)


def _with_primary(grid: Grid, job: Job, primary: str) -> Grid:
    """What is stored as the sweep's grid: a sweep of it is judged by the same measure."""
    carried = to_carry(primary, job.dataset.validation.given_label, job.dataset.n_classes)
    return replace(grid, primary=carried)


def _to_confirm(
    writer: SweepWriter,
    client: MlflowClient,
    grid: Grid,
    primary: Primary,
    seeds: int,
    say,
    allocation: Allocation | None,
) -> list[Trial]:
    """The fresh trials that are not done yet, of the variant that validation chooses by the primary measure, or chose when an
    allocation was frozen, and of the baseline. Test is not read."""
    where = client, writer.experiment_id, writer.sweep_id
    validation = read_validation(*where, grid)
    if validation is None:
        return []  # nothing finished: _finish says so
    chosen = (
        allocation.chosen
        if allocation and allocation.chosen
        else choose_on_validation(
            errors_of_networks(validation.trials, validation.given_label, primary=primary)
        ).variant
    )
    first = allocation.first_fresh if allocation else None
    fresh = {trial: trial_keys(writer.job, *trial) for trial in fresh_trials(grid, chosen, seeds, first)}
    done = reader.finished_keys(read_trials(*where, names.CONFIRM))
    left = [trial for trial, known in fresh.items() if done.isdisjoint(known)]
    if not fresh:
        say(f"Nothing to confirm: the baseline itself has the lowest {PRIMARIES[primary.name].lowest}")
    else:
        say(
            f"Confirming {chosen} against the baseline, {seeds} fresh seeds of each: {len(fresh) - len(left)} of "
            f"{len(fresh)} trials done"
        )
    return left


def _train(
    writer: SweepWriter,
    delivering: Delivering,
    executor: Executor,
    console,
    say,
    trials,
    stage: str = names.EXPLORE,
    ended: int = 0,
) -> None:
    """Until the store has it all. `ended`: see SweepProgress."""
    handle = {
        TrialStarted: lambda event: writer.trial_started(event.variant, event.seed, stage),
        EpochEnded: writer.epoch_ended,
        TrialFinished: lambda event: writer.trial_finished(event.result),
        TrialFailed: writer.trial_failed,
        TrialLost: writer.trial_lost,
        ClusterWaits: lambda event: None,  # of no trial: for the terminal alone
        ClusterIsHeld: lambda event: None,
        ClusterGoesOn: lambda event: None,
    }
    with SweepProgress(trials, writer.job.settings, console, say=say, ended=ended) as progress:
        for event in executor.run(trials, writer.job) if trials else ():
            writer.database.check()
            delivering.check()
            with held_back():  # a trial that is finished is kept
                handle[type(event)](event)
            progress(event)
        delivering.drain()


def _finish(writer: SweepWriter, client: MlflowClient, asked: Asked) -> FinishedSweep:
    writer.database.check()
    trials = read_trials(client, writer.experiment_id, writer.sweep_id)
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

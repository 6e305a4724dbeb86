"""run_sweep: train a grid, log every trial as it ends, leave the sweep ready to compare."""

from dataclasses import dataclass

import pandas as pd
from mlflow import MlflowClient

from regtrack import names
from regtrack.diagnosis.leaderboard import leaderboard
from regtrack.errors import StoreError, TrainingError
from regtrack.sweeps.data import load_data
from regtrack.sweeps.methods import methods_of_sweep
from regtrack.sweeps.progress import SweepProgress
from regtrack.sweeps.summary import caption, markdown_table
from regtrack.tracking import links, reader
from regtrack.tracking.models import check_registered_name
from regtrack.tracking.store import current_experiment
from regtrack.tracking.writer import SweepWriter
from regtrack.training.events import EpochEnded, TrialFailed, TrialFinished, TrialStarted
from regtrack.training.fit import check_trainable
from regtrack.training.pool import run_trials
from regtrack.variants.grid import Grid


@dataclass(frozen=True)
class Sweep:
    """A sweep that ended: where it is, its trials and its leaderboard."""

    experiment_id: str
    sweep_id: str
    run_id: str
    trials: pd.DataFrame
    leaderboard: pd.DataFrame
    caption: str
    chart_link: str
    what_mc_dropout_bought: tuple[str, ...]
    registered: str | None = None


def run_sweep(
    grid: Grid,
    *,
    client: MlflowClient,
    workers: int | None = None,
    resume: str | None = None,
    register: str | None = None,
    say=print,
    console=None,
) -> Sweep:
    """Train every trial of `grid` and log it to the store.

    Everything that can be wrong is checked before the first trial starts: data, models, variants, what to resume.

    Args:
        client: of the tracking store; trials go to the experiment MLflow chose for this process.
        workers: processes; default one a core.
        resume: "latest" or a sweep's id: skip its finished trials and go on under its id.
        register: name in the model registry for the winner's model (best validation error; its best seed).
        say: prints a line.
    Raises:
        RegtrackError: bad data, grid, variant, model or store; TrainingError when no trial finished.
    """
    if register:
        check_registered_name(register)
    settings = grid.settings
    dataset, by_train_size = load_data(settings, grid.variants)
    checked = check_trainable(grid.variants, dataset, settings, by_train_size=by_train_size)
    for variant, notes in checked.items():
        for note in notes:
            say(f"note: {variant.label}: {note}")
    experiment_id = current_experiment(client)
    writer = SweepWriter(client, experiment_id, dataset, settings, by_train_size)
    status = "FAILED"
    try:
        done: set[str] = set()
        if resume:
            sweep_id, done = reader.sweep_to_resume(client, experiment_id, resume, writer.run_id)
            others = done - {writer.key(*trial) for trial in grid.trials}
            if others:  # under one sweep they would be averaged with ours
                raise StoreError(
                    f"resume: sweep {sweep_id} holds {len(others)} finished trials that are not of this grid and these "
                    "settings; give those it was started with, or leave resume out to start another"
                )
            reader.close_interrupted(client, experiment_id, sweep_id, writer.run_id)
            writer.sweep_id = sweep_id
        trials = [trial for trial in grid.trials if writer.key(*trial) not in done]
        if resume:
            say(f"resuming sweep {writer.sweep_id}: {len(grid.trials) - len(trials)} of {len(grid.trials)} trials done")
        writer.start(len(grid.trials))
        say(dataset.summary())
        _train(writer, trials, grid, workers, console)
        sweep = _finish(writer, client, dataset, register)
        status = "FINISHED"
        return sweep
    except (KeyboardInterrupt, SystemExit):
        status = "KILLED"
        raise
    finally:
        writer.close(status)


def _train(writer: SweepWriter, trials, grid: Grid, workers: int | None, console) -> None:
    handle = {
        TrialStarted: lambda event: writer.trial_started(event.variant, event.seed),
        EpochEnded: writer.epoch_ended,
        TrialFinished: lambda event: writer.trial_finished(event.result),
        TrialFailed: writer.trial_failed,
    }
    shared = {"few_passes": len(grid.seeds), "by_train_size": writer.by_train_size}
    with SweepProgress(trials, grid.settings, console) as progress:
        for event in run_trials(trials, writer.dataset, grid.settings, workers=workers, **shared) if trials else ():
            handle[type(event)](event)
            progress(event)


def _finish(writer: SweepWriter, client: MlflowClient, dataset, register: str | None) -> Sweep:
    trials = reader.trials(client, writer.experiment_id, writer.sweep_id)
    board = leaderboard(trials)
    if board.empty:
        reasons = trials["failure"].dropna()
        raise TrainingError(
            f"no trial finished; {len(reasons)} failed, the first because: {reasons.iloc[0] if len(reasons) else '?'}"
        )
    base = links.ui_base(client.tracking_uri)
    chart = links.chart_link(base, writer.experiment_id, writer.sweep_id, seed=int(trials[names.SEED].min()))
    words = caption(board, len(dataset.test))
    finished = trials[trials["status"] == "FINISHED"]
    firsts = finished.drop_duplicates("variant")["run_id"].tolist()
    compare = links.compare_link(base, writer.experiment_id, firsts)
    methods, bought = methods_of_sweep(client, trials, dataset, writer.settings)
    writer.finish(
        {names.LEADERBOARD: board} | ({names.METHODS: methods} if bought else {}),
        f"{markdown_table(board)}\n\n{words}\n\n"
        + "".join(f"- {line}\n" for line in bought)
        + f"\n[Charts of the variants, one seed]({chart}) · "
        f"[Compare the variants, first seed each]({compare})",
    )
    registered = None
    if register:
        of_best = finished[finished["variant"] == board["variant"].iloc[0]]
        best = of_best.sort_values(f"{names.SELECTED}val_cross_entropy").iloc[0]
        registered = f"{register} version {writer.register(best['run_id'], register)}"
    return Sweep(
        writer.experiment_id, writer.sweep_id, writer.run_id, trials, board, words, chart, tuple(bought), registered
    )

"""A grid on further splits of its data, each with seeds of its own, trained when the first split is done."""

from collections.abc import Callable
from functools import partial

import numpy as np
from mlflow import MlflowClient

from regtrack import names
from regtrack.errors import SettingError
from regtrack.sweeps.data import job_of, load_data
from regtrack.tracking.reader import finished_keys
from regtrack.tracking.trials_of_sweep import read_trials
from regtrack.tracking.writer import SweepWriter, trial_keys
from regtrack.training.beforehand import check_beforehand
from regtrack.training.job import Job
from regtrack.training.trial_queue import Trial
from regtrack.variants.grid import CV, SPLITS, Grid
from regtrack.words.lists import counted


def check_resplits(grid: Grid, job: Job) -> None:
    """Every further split or fold is drawn once, before the first network is trained, and let go again: K copies of the data may not
    fit.

    Raises:
        DataError: one cannot be drawn. SettingError: nothing changes with the split.
    """
    for split in range(1, grid.splits):
        drawn = load_data(grid.resplit(split).settings)
        pairs = ((drawn.validation, job.dataset.validation), (drawn.test, job.dataset.test))
        if all(np.array_equal(one.example_id, other.example_id) for one, other in pairs):
            raise SettingError(
                f"{CV if grid.by_folds else SPLITS}: expected data whose splits are drawn, received {drawn.name}, whose splits are its own or follow the time: "
                "there is nothing to draw anew; leave it out"
            )


def train_resplits(
    grid: Grid,
    writer: SweepWriter,
    client: MlflowClient,
    train: Callable[[list[Trial], str], None],
    say: Callable[[str], None],
    patiently: Callable[[Callable], object],
) -> None:
    """What is finished of them already is not trained again.

    Args:
        train: trials and their stage, until the store has them.
        patiently: reads the store, and waits for it where it is away.
    """
    if grid.splits == 1:
        return
    where = client, writer.experiment_id, writer.sweep_id
    done = finished_keys(patiently(partial(read_trials, *where, names.RESPLIT)))
    for split in range(1, grid.splits):
        own = grid.resplit(split)
        job = job_of(own, build=writer.job.build)
        check_beforehand(own.variants, job)
        left = [trial for trial in own.trials if done.isdisjoint(trial_keys(job, *trial))]
        which = "Fold" if grid.by_folds else "Split"
        drawn = "" if grid.by_folds else f" (split seed {own.settings.split_seed})"
        say(
            f"{which} {split + 1} of {grid.splits}{drawn}: {len(own.trials) - len(left)} of {counted(len(own.trials), 'trial')} "
            "done"
        )
        with writer.on_split(split, job):
            train(left, names.RESPLIT)

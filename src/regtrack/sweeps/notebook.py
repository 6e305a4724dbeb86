"""sweep: train a grid on a model and data that a notebook holds."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import keras
from rich.console import Console

from regtrack.data import Dataset, load_dataset
from regtrack.diagnosis.criteria import Criteria
from regtrack.errors import SettingError
from regtrack.models.held_model import HeldModel
from regtrack.sweeps.asked import Asked
from regtrack.sweeps.data import job_of
from regtrack.sweeps.grid_of_notebook import given_grid
from regtrack.sweeps.sweep import run_sweep
from regtrack.sweeps.sweep_result import SweepResult
from regtrack.tracking.store import connect, ensure_experiment
from regtrack.training.executors.executor import Executor
from regtrack.training.executors.local import Local
from regtrack.variants.given_splits import with_splits
from regtrack.variants.grid import Grid
from regtrack.variants.named_grid import is_shipped
from regtrack.variants.settings_values import settings_for
from regtrack.variants.suiting import suited
from regtrack.variants.variant import Variant

DRAWN = ("split_seed", "train_size", "label_noise")
"""What a Dataset knows of how its splits were drawn."""

Model = str | keras.Model | Callable[..., keras.Model]


def sweep(
    model: Model,
    dataset: str | Dataset,
    grid: str | Path | Grid | Iterable[Variant | Mapping],
    *,
    seeds: int | Sequence[int] | str | Mapping | None = None,
    splits: int | None = None,
    cv: int | None = None,
    criteria: Criteria | None = None,
    workers: int | None = None,
    executor: Executor | None = None,
    confirm: int = 0,
    experiment: str = "regtrack",
    tracking_uri: str | None = None,
    say: Callable[[str], None] | None = print,
    **settings,
) -> SweepResult:
    """Train every variant at every seed, log it all to the tracking store, judge it.

    Args:
        model: the name of an architecture, `keras:file.keras`, `python:package.module:function`, a Keras model (its
            architecture is taken; its weights too with keep_weights=True), or a function
            build(input_shape, n_classes) -> Keras model.
        dataset: a spec such as "digits" or "table:file.csv?target=class", or a Dataset.
        grid: a grid file, the name of one that comes with regtrack, a Grid, or variants such as [{}, {"l2": [1e-3, 1e-2]},
            Variant(dropout_rate=0.2)], where a list is an axis.
        seeds: how many (0, 1, ...), or which; "auto", or {"start": 3, "trials": 60}, spends them where they decide which
            variant wins; default those of the grid, 5 for a list of variants.
        splits: how often the data are split, each time with fresh seeds (2 unless `seeds` says otherwise); default those of the grid, else 1.
        cv: in how many folds, in place of splits: each is tested on once, with seeds as of splits.
        criteria: what counts as a gap, a margin, equal.
        workers: processes; default one a core, or one a GPU where TensorFlow sees any.
        executor: where trials are trained, such as OnRay("head:6379"); default processes of this machine.
        confirm: fresh seeds, 8 or more, of the chosen variant and of the baseline, which alone then say whether it wins.
        experiment: of the tracking store, made if it is new.
        tracking_uri: default where MLflow points.
        say: takes every line that would be printed; None prints nothing.
        settings: any of `variants.settings.Settings`, e.g. epochs=10, in place of the grid's.
    Raises:
        RegtrackError: anything wrong with model, data, grid or settings, before anything is trained.
    """
    console = Console() if say is print else None
    say = say or _say_nothing
    comes_with_regtrack = isinstance(grid, str) and is_shipped(grid)
    grid = with_splits(given_grid(grid, seeds), splits, cv, seeds_are_given=seeds is not None)
    again = "cv" if grid.by_folds else "splits" if grid.splits > 1 else "fold" if settings.get("fold") else ""
    if again and isinstance(dataset, Dataset):
        raise SettingError(
            f"{again}: expected data by name, which can be split again, received a Dataset; give its spec, such as "
            f"'npz:mine.npz', or leave {again} out"
        )
    if isinstance(dataset, Dataset):
        settings |= {"dataset": dataset.name} | {name: getattr(dataset, name) for name in DRAWN}
    else:
        settings |= {"dataset": dataset}
    own, build = settings_for(settings, grid.settings), None
    if isinstance(model, str):
        settings |= {"architecture": model}
    else:
        if isinstance(dataset, str):
            dataset = load_dataset(dataset, fold=own.fold, **{name: getattr(own, name) for name in DRAWN})
        build = HeldModel(model, dataset.input_shape, dataset.n_classes, keep_weights=own.keep_weights)
        settings |= {"architecture": build.identity}
    grid = replace(grid, settings=settings_for(settings, grid.settings))
    if comes_with_regtrack:
        grid, notes = suited(grid)
        for note in notes:
            say(note)
    client = connect(tracking_uri)
    where = ensure_experiment(client, experiment)
    asked = Asked(
        executor=_executor(executor, workers), confirm=confirm, criteria=criteria or Criteria(), experiment_id=where
    )
    done = run_sweep(
        grid,
        job_of(grid, None if isinstance(dataset, str) else dataset, build),
        client=client,
        asked=asked,
        say=say,
        console=console,
    )
    return SweepResult(done, asked.criteria, client.tracking_uri)


def _executor(executor: Executor | None, workers: int | None) -> Executor:
    if executor is None:
        return Local(workers)
    if workers is not None:
        raise SettingError(f"workers: expected none beside an executor, received {workers}; give it to the executor")
    executor.check()
    return executor


def _say_nothing(_: str) -> None:
    pass

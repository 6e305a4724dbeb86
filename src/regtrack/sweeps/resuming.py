"""Resuming: a sweep that stands in the store goes on by its own grid and settings; what is given and differs is named."""

import os
import shlex
from collections.abc import Callable

from mlflow import MlflowClient

from regtrack import names
from regtrack.errors import StoreError
from regtrack.tracking import reader
from regtrack.tracking.interrupted import close_interrupted
from regtrack.tracking.spooled_delivery import deliver_spooled
from regtrack.tracking.store import current_experiment, refuse_moved
from regtrack.tracking.stored_grid import read_grid
from regtrack.variants.grid import Grid
from regtrack.variants.identity import is_identity
from regtrack.words.lists import counted, listed

MOST_NAMED = 5


def experiment_of(client: MlflowClient, which: str) -> str:
    """The experiment that the sweep to resume lies in; of "latest", and of an id that is nowhere, the one MLflow chose.

    Raises StoreError where it is another than that of the run which MLflow made for this entry point.
    """
    if which == "latest":
        return current_experiment(client)
    found = reader.sweeps_by_id(client, which)["experiment_id"]
    if found.empty:
        return current_experiment(client)
    refuse_another_experiment(client, found.iloc[0], f"resume: sweep {which}")
    refuse_moved(client, found.iloc[0])
    return found.iloc[0]


def refuse_another_experiment(client: MlflowClient, experiment_id: str, what: str) -> None:
    """Raises StoreError where the run that `mlflow run` made lies in another experiment than what is gone on with."""
    own_run = os.environ.get("MLFLOW_RUN_ID")
    if own_run and (own := client.get_run(own_run).info.experiment_id) != experiment_id:
        there, here = (client.get_experiment(one).name for one in (experiment_id, own))
        raise StoreError(
            f"{what} is in the experiment {there!r}, this run in {here!r}; give --experiment-name {shlex.quote(there)}"
        )


def own_grid(client: MlflowClient, which: str) -> Grid:
    """The grid that a sweep was started with, or last resumed with.

    Args:
        which: "latest" or a sweep's id.
    Raises:
        StoreError: no such sweep, its grid is missing, or its network is held by a notebook alone.
    """
    sweep_id = sweep_to_go_on_with(client, which)
    grid = read_grid(client, sweep_id)
    refuse_held_network(grid, sweep_id, "resume", "train the rest there")
    return grid


def sweep_to_go_on_with(client: MlflowClient, which: str) -> str:
    """The id of the sweep that "latest" or a sweep's id means. Raises StoreError where there is none."""
    own_run = os.environ.get("MLFLOW_RUN_ID")
    return reader.sweep_to_resume(client, experiment_of(client, which), which, own_run)[0]


def refuse_held_network(grid: Grid, sweep_id: str, verb: str, remedy: str) -> None:
    """Raises StoreError for a network that cannot be made here."""
    if is_identity(grid.settings.architecture):
        raise StoreError(
            f"{verb}: sweep {sweep_id} trained a network that only its notebook holds, {grid.settings.architecture}; {remedy}"
        )


def take_over(
    client: MlflowClient,
    experiment_id: str,
    which: str,
    grid: Grid,
    keys: set[str],
    digest: str,
    say: Callable[[str], None],
    force: bool = False,
) -> tuple[str, set[str]]:
    """(sweep_id, keys of its finished trials) of the sweep to go on with; what it left open is closed, and what it left waiting on
    this machine is delivered.

    Args:
        keys: of the trials that are to be, `digest` of the data. force: also where it may still run elsewhere.
    Raises:
        StoreError, with nothing changed: there is none, it still runs, or it holds trials that are not of this grid.
    """
    own_run = os.environ.get("MLFLOW_RUN_ID")
    sweep_id, done = reader.sweep_to_resume(client, experiment_id, which, own_run)
    if others := done - keys:  # under one sweep they would be averaged with ours
        trials = reader.trials(client, experiment_id, sweep_id)
        trials = trials[trials["trial_key"].isin(others)]
        what = _what_differs(client, sweep_id, grid, digest)
        raise StoreError(
            f"resume: sweep {sweep_id} holds {counted(len(trials), 'finished trial')} of another grid or other settings: "
            f"{what}; leave that out, or leave resume out to start another"
        )
    close_interrupted(client, experiment_id, sweep_id, own_run, force=force)
    found = deliver_spooled(client, experiment_id, sweep_id)
    if found.delivered:
        say(f"{counted(found.delivered, 'finished trial')} that waited on this machine delivered")
        _, done = reader.sweep_to_resume(client, experiment_id, which, own_run)
    return sweep_id, done


def _what_differs(client: MlflowClient, sweep_id: str, grid: Grid, digest: str) -> str:
    _, _, run_id = reader.find_sweep(client, sweep_id)
    recorded = reader.tags(client, run_id).get(names.DATASET_DIGEST, digest)
    try:
        found = differences(read_grid(client, sweep_id), grid)
    except StoreError as error:
        return f"what it was started with is not known ({error})"
    if not found and recorded != digest:
        found = ["the data themselves have changed"]
    if found:
        return listed(found, MOST_NAMED)
    return "a file of the model has changed, or regtrack itself; finished trials stay what they are"


def differences(stored: Grid, given: Grid) -> list[str]:
    """What the stored grid has and the given one has otherwise, or lacks; what is only added is no difference."""
    ours, theirs = given.settings.model_dump(), stored.settings.model_dump()
    found = [f"{name} is {value!r} there, {ours[name]!r} here" for name, value in theirs.items() if value != ours[name]]
    lacking = [variant.label for variant in stored.variants if variant not in given.variants]
    found += [f"variant {label} is missing here" for label in lacking]
    if stored.budget and not given.budget:
        found.append("seeds are spent where they decide there (seeds: auto), and given here")
    if stored.by_folds and (stored.splits, stored.by_folds) != (given.splits, given.by_folds):
        found.append(f"the data are put in {stored.splits} folds there (cv)")
    elif stored.splits > given.splits:
        found.append(f"the data are split {stored.splits} times there, {given.splits} here")
    seeds = sorted(set(stored.seeds) - set(given.seeds))
    return found + ([f"seeds {', '.join(map(str, seeds))} are missing here"] if seeds else [])

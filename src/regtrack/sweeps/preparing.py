"""prepare: everything that can be wrong with a sweep, asked before its first trial starts, and what is left of it to train."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from mlflow import MlflowClient
from mlflow.entities import Experiment

from regtrack.diagnosis.allocation.record import Allocation
from regtrack.diagnosis.allocation.words import budget_in_words
from regtrack.diagnosis.fresh_seeds import check_budget, check_confirm
from regtrack.diagnosis.primary import default_primary
from regtrack.diagnosis.splits.split_design import check_splits
from regtrack.errors import SettingError
from regtrack.sweeps.allocating import allocation_of
from regtrack.sweeps.asked import Asked
from regtrack.sweeps.data import job_of
from regtrack.sweeps.resplitting import check_resplits
from regtrack.sweeps.resuming import experiment_of, take_over
from regtrack.tracking import reader
from regtrack.tracking.artifact_place import check_artifact_place
from regtrack.tracking.listening import done_aside
from regtrack.tracking.registered_name import check_registered_name
from regtrack.tracking.store import current_experiment
from regtrack.tracking.writer import trial_keys
from regtrack.training.beforehand import check_beforehand
from regtrack.training.executors.executor import Executor
from regtrack.training.job import Job
from regtrack.training.trial_queue import Trial
from regtrack.variants.grid import AUTO, Grid
from regtrack.variants.variant import Variant
from regtrack.words.note import as_note

MANY = 200
"""Variants from which on it takes ten seconds to build each once."""


@dataclass(frozen=True, eq=False)
class Prepared:
    """A sweep that may begin.

    primary: the measure it is judged by. allocation: of a grid whose seeds are spent where they decide. keys: of each trial that is
    planned, what the store may know it by, the present key first; done: the keys of those that are finished there. resumed: the id of
    the sweep that goes on. confirm: fresh seeds of each; remembered: they were asked for when the sweep began, not now.
    """

    grid: Grid
    job: Job
    experiment: Experiment
    primary: str
    allocation: Allocation | None
    keys: Mapping[Trial, Sequence[str]]
    done: set[str]
    resumed: str | None
    confirm: int
    remembered: bool

    @property
    def left(self) -> list[Trial]:
        """What is not trained yet."""
        return [trial for trial, known in self.keys.items() if self.done.isdisjoint(known)]

    def in_words(self) -> Iterator[str]:
        """How it goes on, a line each; nothing of one that begins as its grid says."""
        if self.resumed:
            ended = len(self.keys) - len(self.left)
            yield f"Resuming sweep {self.resumed}: {ended} of {len(self.keys)} trials done"
            done_before = (own not in self.done and not self.done.isdisjoint(past) for own, *past in self.keys.values())
            if earlier := sum(done_before):
                trained = "were trained by an earlier release, on other random numbers or in another order of sums"
                yield as_note(f"{earlier} of them {trained}")
        if self.allocation and not self.allocation.frozen:
            yield budget_in_words(self.grid)
        elif self.remembered and not self.allocation:
            fresh = f"Confirming with {self.confirm} fresh seeds of each"
            yield f"{fresh}, as the sweep was begun with; confirm=0 leaves them out"


def prepare(grid: Grid, job: Job | None, client: MlflowClient, asked: Asked, say) -> Prepared:
    """Data, models, variants, store, and what is to be resumed, which is taken over.

    Raises RegtrackError: what is wrong; nothing is trained or begun then.
    """
    if asked.register:
        check_registered_name(asked.register)
    check_confirm(asked.confirm or 0, grid)
    check_budget(grid, 0 if asked.resume else asked.confirm or 0)
    check_splits(grid, asked.confirm or 0)
    job = job or job_of(grid)
    check_resplits(grid, job)
    _check_variants(grid.variants, job, asked.executor, say)
    experiment_id = asked.experiment_id or (
        experiment_of(client, asked.resume) if asked.resume else current_experiment(client)
    )
    experiment = client.get_experiment(experiment_id)
    check_artifact_place(client, experiment)
    allocation = allocation_of(client, experiment_id, asked.resume, grid)
    keys = {trial: trial_keys(job, *trial) for trial in (allocation.trials(grid) if allocation else grid.trials)}
    resumed, done = None, set()
    if asked.resume:
        where = client, experiment_id, asked.resume, grid
        resumed, done = done_aside(
            partial(take_over, *where, set().union(*keys.values()), job.dataset.digest, say, asked.force)
        )
    primary = _primary(client, experiment_id, job, asked.criteria.primary, resumed)
    confirm, remembered = _fresh_seeds(client, asked.confirm, resumed)
    if allocation:
        confirm = asked.confirm or allocation.fresh
    _check_confirmed_by(primary, asked.criteria.primary, confirm or allocation is not None)
    check_confirm(confirm, grid)
    check_splits(grid, confirm)
    return Prepared(grid, job, experiment, primary, allocation, keys, done, resumed, confirm, remembered)


def _check_variants(variants: Sequence[Variant], job: Job, executor: Executor, say) -> None:
    """Raises what is known of a variant before any is trained, and says the rest."""
    if len(variants) > MANY:
        say(f"Building each of {len(variants):,} variants once, to check it before any is trained")
    for variant, notes in check_beforehand(variants, job).items():
        for note in notes:
            say(as_note(f"{variant.label}: {note}"))
    for note in executor.notes_on(variants, job):
        say(as_note(note))


def _primary(client: MlflowClient, experiment_id: str, job: Job, asked: str, resumed: str | None) -> str:
    """What is to be judged: what was asked for, or the default; of a resumed sweep what it was begun with, since what is
    asked for once there are results may be asked for because of them."""
    default = default_primary(job.dataset.validation.given_label, job.dataset.n_classes)
    if resumed:
        return reader.recorded_primary(client, experiment_id, resumed) or default
    return default if asked == AUTO else asked


def _fresh_seeds(client: MlflowClient, asked: int | None, resumed: str | None) -> tuple[int, bool]:
    """(fresh seeds of each, whether the sweep that is resumed had them): what is asked for, else what it was begun with."""
    if asked is not None or not resumed:
        return asked or 0, False
    recorded = reader.confirm_seeds(client, resumed)
    return recorded, bool(recorded)


def _check_confirmed_by(primary: str, asked: str, confirm: int | bool) -> None:
    """Raises SettingError where fresh seeds would be judged by another measure than the one that chooses them."""
    if confirm and asked not in (AUTO, primary):
        raise SettingError(
            f"primary: expected {primary}, which was recorded before the sweep was trained and chooses what fresh seeds "
            f"confirm, received {asked}; leave primary out, or judge the sweep by it without confirm"
        )

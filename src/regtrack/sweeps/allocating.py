"""Allocating: a sweep with `seeds: auto` pursues what validation does not tell apart, then freezes its choice.

Each decision is written to the sweep's run before it is acted on, so that a sweep that is resumed keeps it, whatever seeds
that failed then say. Test is not read.
"""

import os
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial

from mlflow import MlflowClient

from regtrack import names
from regtrack.diagnosis.allocation.budget import purse_of_minutes, purse_of_trials
from regtrack.diagnosis.allocation.record import Allocation
from regtrack.diagnosis.allocation.steps import Purse, next_step
from regtrack.diagnosis.allocation.words import step_in_words
from regtrack.diagnosis.differences.comparison import crossed_errors_of
from regtrack.diagnosis.network_errors import errors_of_networks
from regtrack.diagnosis.primary import Primary
from regtrack.errors import StoreError
from regtrack.tracking import reader
from regtrack.tracking.record import read_validation
from regtrack.tracking.stored_allocation import read_allocation
from regtrack.tracking.stored_grid import read_grid
from regtrack.tracking.writer import SweepWriter, log
from regtrack.variants.grid import Grid


def allocation_of(client: MlflowClient, experiment_id: str, resume: str | None, grid: Grid) -> Allocation | None:
    """What the sweep that is resumed ("latest", or an id) decided, else a beginning; None for a grid that says itself who
    gets which seeds.

    Raises StoreError: there is no such sweep, it began with seeds of its own, or what it decided is missing or damaged.
    """
    if grid.budget is None:
        return None
    if not resume:
        return Allocation(grid.budget.start)
    sweep_id, _ = reader.sweep_to_resume(client, experiment_id, resume, os.environ.get("MLFLOW_RUN_ID"))
    stored = read_grid(client, sweep_id).budget
    if stored is None or stored.start != grid.budget.start:
        began = "seeds of its own" if stored is None else f"{stored.start} seeds each"
        raise StoreError(
            f"resume: sweep {sweep_id} began with {began}, not with seeds: auto and {grid.budget.start} each; leave seeds out, "
            "or leave resume out to start another"
        )
    return read_allocation(client, sweep_id)


@dataclass
class Allocating:
    """Of one sweep, begun when its first trial is about to start."""

    writer: SweepWriter
    client: MlflowClient
    grid: Grid
    primary: Primary
    slots: Callable[[], int]
    patiently: Callable[[Callable], object]
    """Does what asks the store, however long that is away; see `Delivering`."""
    _clock: float = field(default_factory=time.monotonic)
    _since: float = field(default_factory=lambda: 1000 * time.time())

    def begin(self, allocation: Allocation | None, start: Callable[[], None]) -> None:
        """Start the sweep's run. It is resumed from as soon as it has its sweep's id, so what was decided stands there
        before; what starting counts is counted anew after."""
        if allocation is None:
            start()
            return
        self._log({names.ALLOCATION: allocation.to_text()})
        start()
        self._log({names.TRIALS_PLANNED: len(allocation.trials(self.grid))})

    def _record(self, allocation: Allocation) -> None:
        """All at once."""
        tags = {names.ALLOCATION: allocation.to_text(), names.TRIALS_PLANNED: len(allocation.trials(self.grid))}
        self._log(tags | ({names.CONFIRM_SEEDS: allocation.fresh} if allocation.fresh else {}))

    def _log(self, tags: dict) -> None:
        log(self.client, self.writer.run_id, tags=tags)

    def decide(self, allocation: Allocation, train: Callable[..., None], say: Callable[[str], None]) -> Allocation:
        """Until the choice is frozen: decide, record, train what was decided.

        Args:
            train: takes trials, and as `ended` how many there were before them; returns when they have ended.
        """
        where = self.client, self.writer.experiment_id, self.writer.sweep_id
        while not allocation.frozen:
            validation = self.patiently(partial(read_validation, *where, self.grid))
            if validation is None:
                return allocation  # nothing finished: whoever finishes the sweep says so
            errors = errors_of_networks(validation.trials, validation.given_label, primary=self.primary)
            rates = dict(zip([one.variant for one in errors], crossed_errors_of(errors).seed_rates, strict=True))
            step = next_step(rates, self.patiently(partial(self._purse, allocation)))
            before, allocation = set(allocation.trials(self.grid)), allocation.after(step)
            self.patiently(partial(self._record, allocation))
            say(step_in_words(step))
            train([trial for trial in allocation.trials(self.grid) if trial not in before], ended=len(before))
        return allocation

    def _purse(self, allocation: Allocation) -> Purse:
        if self.grid.budget.minutes is None:
            return purse_of_trials(self.grid, allocation)
        explored = reader.trials(self.client, self.writer.experiment_id, self.writer.sweep_id)
        return purse_of_minutes(
            self.grid, allocation, explored, elapsed=time.monotonic() - self._clock, since=self._since,
            workers=self.slots(),
        )  # fmt: skip

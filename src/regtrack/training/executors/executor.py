"""Executor: the small interface between a sweep and the machines that train its trials."""

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from typing import Protocol

from regtrack.training.events import Event
from regtrack.training.job import Job
from regtrack.training.trial_queue import Trial
from regtrack.variants.variant import Variant


class Executor(Protocol):
    """What a sweep asks of whoever trains. The same trial gives the same result wherever it runs, but for the last bits where
    another processor or another build of TensorFlow adds in another order."""

    def check(self) -> None:
        """Raises SettingError where trials could not run: within seconds, before data or TensorFlow are looked at."""

    def at_hand(self) -> AbstractContextManager[None]:
        """Whatever is needed to run trials is begun, and ended with the block; a block within another costs nothing."""

    def slots(self) -> int:
        """Trials at a time."""

    def notes_on(self, variants: Sequence[Variant], job: Job) -> tuple[str, ...]:
        """What a person ought to know before these variants are trained here.

        Raises SettingError where they cannot be: what a trial needs is missing where it would run.
        """

    def run(self, trials: Sequence[Trial], job: Job) -> Iterator[Event]:
        """Run every trial and yield events as they come. Of a trial TrialStarted comes first, then EpochEnded in order, then
        TrialFinished or TrialFailed, each once, whatever was lost and tried again; but where TrialLost says that it was, the trial
        is told anew, from TrialStarted. Between them stands what concerns all, OfTheCluster. Leaving early ends what runs.

        Raises TrainingError where nothing more can be trained."""

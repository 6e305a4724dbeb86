"""Local: trials on processes of this machine."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from regtrack.training.events import Event
from regtrack.training.gpus import gpu_count
from regtrack.training.job import Job
from regtrack.training.pool import run_trials, workers_by_default
from regtrack.training.stalling import STALL_MINUTES
from regtrack.training.trial_queue import Trial
from regtrack.training.worker_process import workers_at_hand
from regtrack.variants.variant import Variant


@dataclass(frozen=True)
class Local:
    """workers: processes of one thread each; None is one a core, or one a GPU where TensorFlow sees any. stall_minutes: a trial that
    tells nothing for so long is taken to hang, and fails; 0 lets it."""

    workers: int | None = None
    stall_minutes: float = STALL_MINUTES

    def check(self) -> None:
        """There is nothing that could be missing."""

    @contextmanager
    def at_hand(self) -> Iterator[None]:
        with workers_at_hand():  # for one worker too: the variants are checked there
            yield

    def slots(self) -> int:
        return self.workers or workers_by_default()

    def notes_on(self, variants: Sequence[Variant], job: Job) -> tuple[str, ...]:
        gpus = gpu_count()
        if not gpus:
            return ()
        at_a_time = f"{self.slots()} at a time, each on one,"
        return (f"TensorFlow sees GPUs ({gpus}): trials run {at_a_time} and take its memory as they need it",)

    def run(self, trials: Sequence[Trial], job: Job) -> Iterator[Event]:
        return run_trials(trials, job, workers=self.workers, stall_minutes=self.stall_minutes)

"""A pool of worker processes that runs trials and yields what happens. A worker's death costs its trial only.

No library was found that both streams events out of a running task and survives the loss of a worker
(concurrent.futures breaks the whole pool, joblib and pebble return results only).
"""

import os
import pickle
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from multiprocessing.connection import wait

import cloudpickle

from regtrack.errors import SettingError
from regtrack.training.events import EpochEnded, Event, TrialFailed, TrialLost
from regtrack.training.gpus import gpu_count
from regtrack.training.job import Job
from regtrack.training.stalling import LOOK_SECONDS, STALL_MINUTES, no_sign_of_life
from regtrack.training.template import Template
from regtrack.training.trial_queue import Trial, TrialQueue
from regtrack.training.worker_process import WorkerProcess, workers_at_hand
from regtrack.variants.variant import Variant


def available_cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def workers_by_default() -> int:
    """One a GPU where TensorFlow sees any, else one a core."""
    return gpu_count() or available_cores()


class _Crew:
    """Workers of one job. One that `keeps` lets those that have nothing to do wait for more of the job."""

    def __init__(self, *, keeps: bool):
        self.keeps = keeps
        self.idle: dict[int, WorkerProcess] = {}
        self._job: Job | None = None
        self._packed: bytes | None = None

    def turn_to(self, job: Job) -> None:
        """Who knows another job has nothing more to do."""
        if self._packed is None or self._job is not job:
            self.stop()
            self._job, self._packed = job, cloudpickle.dumps(job)

    def numbers(self, count: int, wanted: Mapping[Variant, object]) -> list[int]:
        """Of so many workers: first who has traced one of the variants, then who waits, then who is yet to be started."""

        def place(number: int) -> tuple:
            waits = self.idle.get(number)
            return waits is None or waits.trial[0] not in wanted, waits is None, number

        return sorted({*self.idle, *range(count)}, key=place)[:count]

    def worker(self, number: int, template: Template | None = None) -> WorkerProcess:
        return self.idle.pop(number, None) or WorkerProcess.start(self._packed, number, template)

    def rest(self, worker: WorkerProcess) -> None:
        if self.keeps:
            self.idle[worker.number] = worker
        else:
            worker.stop()

    def stop(self) -> None:
        while self.idle:
            self.idle.popitem()[1].stop()


_kept: ContextVar[_Crew | None] = ContextVar("workers that are kept", default=None)


@contextmanager
def workers_kept() -> Iterator[None]:
    """In this block workers whose trials have ended wait for the next ones of the same job, in place of new ones: a sweep that decides
    in between, or confirms, would start TensorFlow and trace graphs each time."""
    crew = _Crew(keeps=True)
    before = _kept.set(crew)
    try:
        yield
    finally:
        _kept.reset(before)
        crew.stop()


def run_trials(
    trials: Sequence[Trial], job: Job, *, workers: int | None = None, stall_minutes: float = STALL_MINUTES
) -> Iterator[Event]:
    """Run every trial of the job on `workers` processes of one thread each, yielding events as they come (default:
    `workers_by_default`).

    A trial's result is the same whatever `workers`. A trial that diverges, raises, or tells nothing for `stall_minutes` (0: it
    may be silent for ever) yields TrialFailed and the others go on; one that loses its process to a signal yields TrialLost and is
    started once more, and fails the second time. Leaving the iteration early ends the processes, and so does its end, but within
    `workers_kept`.
    """
    if workers is not None and workers < 1:
        raise SettingError(f"workers: expected at least 1, received {workers}; leave it out for one a core")
    if not trials:
        return
    count = min(workers or workers_by_default(), len(trials))
    crew = _kept.get() or _Crew(keeps=False)
    crew.turn_to(job)
    with workers_at_hand(begin=count > 1) as template:  # for one alone there is nothing to share
        yield from _events(TrialQueue(trials), count, crew, template, 60 * stall_minutes)


def _events(
    queue: TrialQueue, count: int, crew: _Crew, template: Template | None, stall_seconds: float
) -> Iterator[Event]:
    running = []
    try:
        for number in crew.numbers(count, queue.pending):
            worker = crew.worker(number, template)
            running.append(worker)
            yield worker.give(queue.take(worker.trial and worker.trial[0]))
        while running:
            look_seconds = min(stall_seconds, LOOK_SECONDS) or None
            for connection in wait([worker.connection for worker in running], look_seconds):
                worker = next(w for w in running if w.connection is connection)
                try:
                    event = pickle.loads(connection.recv_bytes())
                except (EOFError, ConnectionResetError):
                    reason = f"its worker process ended: {worker.last_words()}"
                    if worker.was_lost() and queue.again(worker.trial):
                        yield TrialLost(*worker.trial, reason, worker.curve)
                    else:
                        yield worker.failed(reason)
                    yield from _replace(worker, running, queue, crew)
                    continue
                worker.last_sign = time.monotonic()
                if isinstance(event, EpochEnded):
                    worker.curve.append(event.metrics)
                    yield event
                    continue
                if isinstance(event, TrialFailed):
                    event = worker.failed(event.reason, event.details)
                else:
                    queue.ended(event.variant, time.monotonic() - worker.given)
                following = queue.take(worker.trial[0])
                # Given before the end is told: whoever hears it may take long to store it, and the worker trains meanwhile.
                started = worker.give(following) if following else None
                if not started:
                    running.remove(worker)
                    crew.rest(worker)
                yield event
                if started:
                    yield started
            for worker in [one for one in running if stall_seconds and one.is_silent(stall_seconds)]:
                yield worker.failed(no_sign_of_life(stall_seconds / 60))
                yield from _replace(worker, running, queue, crew)
    finally:
        for worker in running:
            worker.stop()


def _replace(worker: WorkerProcess, running: list[WorkerProcess], queue: TrialQueue, crew: _Crew) -> Iterator[Event]:
    """End a worker, and start another in its place where there is more to do."""
    running.remove(worker)
    worker.stop()
    if following := queue.take(worker.trial[0]):
        # Without the template: whatever ended the one may be in all that are forked from it.
        running.append(crew.worker(worker.number))
        yield running[-1].give(following)

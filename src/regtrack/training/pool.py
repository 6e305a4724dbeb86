"""A pool of worker processes that runs trials and yields what happens. A worker's death costs its trial only.

No library was found that both streams events out of a running task and survives the loss of a worker
(concurrent.futures breaks the whole pool, joblib and pebble return results only).
"""

import contextlib
import os
import pickle
import signal
import subprocess
import sys
import tempfile
import time
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from multiprocessing import Pipe
from multiprocessing.connection import Connection, wait

import cloudpickle

from regtrack.errors import SettingError
from regtrack.scratch import own_folder
from regtrack.training.events import EpochEnded, Event, TrialFailed, TrialLost, TrialStarted
from regtrack.training.gpus import MEMORY_GROWTH, gpu_count
from regtrack.training.job import Job
from regtrack.training.result import Curve
from regtrack.training.stalling import LOOK_SECONDS, STALL_MINUTES, no_sign_of_life
from regtrack.training.template import Forked, Template, TemplateGone, at_hand
from regtrack.variants.variant import Variant
from regtrack.words.failures import MOST_DETAILS, cut, last_line

Trial = tuple[Variant, int]
WORKER = "regtrack.training.worker"
"""The module that a worker process runs."""
NOT_WORTH_SECONDS = 0.5
"""By less than this a variant's first trial takes longer by chance, too."""


def available_cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def workers_by_default() -> int:
    """One a GPU where TensorFlow sees any, else one a core."""
    return gpu_count() or available_cores()


OF_A_WORKER = MEMORY_GROWTH | {
    "KERAS_BACKEND": "tensorflow",
    "TF_CPP_MIN_LOG_LEVEL": "3",
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
}
"""The environment of a process that trains, wherever it runs: it has one thread, and keeps TensorFlow's greetings to itself."""


def environment() -> dict[str, str]:
    """Of a process that trains here: it finds what this one finds, too. It is ended by a signal, or at once, and what TensorFlow
    would take away at an orderly end goes with this process's folder."""
    found = os.pathsep.join(path for path in [os.getcwd(), *sys.path] if path)
    return os.environ | OF_A_WORKER | {"PYTHONPATH": found, "TMPDIR": str(own_folder())}


def workers_at_hand(*, begin: bool = True) -> AbstractContextManager[Template | None]:
    """While this block runs, workers are at hand within a second: what they import is imported from now on, beside what else
    is to be done before the first trial. Without `begin` only where it was begun before."""
    return at_hand(WORKER, environment(), begin=begin)


class _Queue:
    """Hands out trials so that a worker stays with its variant: its compiled graph serves the next seed."""

    def __init__(self, trials: Sequence[Trial]):
        self.pending: dict[Variant, deque[int]] = {}
        for variant, seed in trials:
            self.pending.setdefault(variant, deque()).append(seed)
        self.begun: set[Variant] = set()
        self.put_back: set[Trial] = set()
        self.seconds: dict[Variant, list[float]] = {}
        """Of the trials that ended; the first of a variant traced its graphs."""

    def __bool__(self) -> bool:
        return bool(self.pending)

    def take(self, current: Variant | None) -> Trial | None:
        """The next seed of `current`, else a variant nobody has begun, else one of the variant with most left; None where nothing
        is left, or what is left is sooner done without another worker."""
        if not self.pending:
            return None
        if current not in self.pending:
            fresh = [variant for variant in self.pending if variant not in self.begun]
            current = fresh[0] if fresh else max(self.pending, key=lambda variant: len(self.pending[variant]))
            if not fresh and self._is_soon_done(current):
                return None
        self.begun.add(current)
        seed = self.pending[current].popleft()
        if not self.pending[current]:
            del self.pending[current]
        return current, seed

    def ended(self, variant: Variant, seconds: float) -> None:
        self.seconds.setdefault(variant, []).append(seconds)

    def _is_soon_done(self, variant: Variant) -> bool:
        """Whether who has its graphs is through with it before another had traced them."""
        known = self.seconds.get(variant, [0.0])
        return len(self.pending[variant]) * min(known) + NOT_WORTH_SECONDS < known[0]

    def again(self, trial: Trial) -> bool:
        """Whether a trial that was lost is to be tried once more: the next of its variant, unless it was before."""
        if trial in self.put_back:
            return False
        self.put_back.add(trial)
        self.pending.setdefault(trial[0], deque()).appendleft(trial[1])
        return True


@dataclass(eq=False)
class _Worker:
    number: int
    process: subprocess.Popen | Forked
    connection: Connection
    log: object
    trial: Trial | None = None
    curve: Curve = field(default_factory=Curve)
    log_before: int = 0
    """Bytes of the log that earlier trials wrote."""
    last_sign: float = field(default_factory=time.monotonic)
    given: float = 0.0

    @classmethod
    def start(cls, packed: bytes, number: int, template: Template | None = None) -> "_Worker":
        """The worker of this number, forked from the template; on its own where there is none, or none any more."""
        ours, theirs = Pipe()
        log = tempfile.TemporaryFile()  # noqa: SIM115  stop() closes it
        try:
            if template is None:
                raise TemplateGone
            process = template.fork(theirs.fileno(), log.fileno())
        except TemplateGone:
            process = subprocess.Popen(
                [sys.executable, "-m", WORKER, str(theirs.fileno()), str(os.getpid())],
                pass_fds=[theirs.fileno()],
                env=environment(),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )
        theirs.close()
        worker = cls(number, process, ours, log)
        worker.send(packed)
        worker.send(b"%d" % number)
        return worker

    def send(self, message: bytes) -> None:
        # A process that has ended is met where its events are read: there its trial fails, and with it nothing else.
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):
            self.connection.send_bytes(message)

    def give(self, trial: Trial) -> TrialStarted:
        self.trial, self.curve = trial, Curve()
        self.last_sign = self.given = time.monotonic()
        self.log_before = os.fstat(self.log.fileno()).st_size
        self.send(cloudpickle.dumps(trial))
        return TrialStarted(*trial)

    def was_lost(self) -> bool:
        """Whether its process was ended by a signal, or nobody knows how; what ends by itself would do so again."""
        code = self.process.wait()
        return code is None or code < 0

    def is_silent(self, seconds: float) -> bool:
        """Whether it told nothing for so long; what it has told and nobody has read yet counts."""
        return time.monotonic() - self.last_sign > seconds and not self.connection.poll()

    def last_words(self) -> str:
        code = self.process.wait()
        if code is None:
            return "with the process that started it"
        if code < 0:
            hint = " (the system may have run out of memory)" if -code == signal.SIGKILL else ""
            return f"killed by {_signal_name(-code)}{hint}"
        return cut(f"exit code {code}: {last_line(self.said()) or 'it said nothing'}")

    def said(self) -> str:
        """The end of what the process wrote since it was given its trial."""
        end = os.fstat(self.log.fileno()).st_size
        begin = max(self.log_before, end - MOST_DETAILS)
        # Not by seek: the process writes at the position that it shares with us.
        return os.pread(self.log.fileno(), end - begin, begin).decode(errors="replace").strip()

    def failed(self, reason: str, details: str = "") -> TrialFailed:
        return TrialFailed(*self.trial, reason, self.curve, "\n".join(filter(None, [details, self.said()])))

    def stop(self) -> None:
        self.connection.close()
        self.process.kill()
        self.process.wait()
        self.log.close()


class _Crew:
    """Workers of one job. One that `keeps` lets those that have nothing to do wait for more of the job."""

    def __init__(self, *, keeps: bool):
        self.keeps = keeps
        self.idle: dict[int, _Worker] = {}
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

    def worker(self, number: int, template: Template | None = None) -> _Worker:
        return self.idle.pop(number, None) or _Worker.start(self._packed, number, template)

    def rest(self, worker: _Worker) -> None:
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


def _signal_name(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:  # a real-time signal between the first and the last has no name
        return f"signal {number}"


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
        yield from _events(_Queue(trials), count, crew, template, 60 * stall_minutes)


def answer_of_worker(question: object, job: Job, template: Template | None) -> object | None:
    """What a worker's process of the job says to a question in place of a trial; None where it ended without an answer."""
    worker = _Worker.start(cloudpickle.dumps(job), 0, template)
    try:
        worker.send(cloudpickle.dumps(question))
        return pickle.loads(worker.connection.recv_bytes())
    except (EOFError, ConnectionResetError):
        return None
    finally:
        worker.stop()


def _events(queue: _Queue, count: int, crew: _Crew, template: Template | None, stall_seconds: float) -> Iterator[Event]:
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


def _replace(worker: _Worker, running: list[_Worker], queue: _Queue, crew: _Crew) -> Iterator[Event]:
    """End a worker, and start another in its place where there is more to do."""
    running.remove(worker)
    worker.stop()
    if following := queue.take(worker.trial[0]):
        # Without the template: whatever ended the one may be in all that are forked from it.
        running.append(crew.worker(worker.number))
        yield running[-1].give(following)

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
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from multiprocessing import Pipe
from multiprocessing.connection import Connection, wait

import cloudpickle

from regtrack.errors import SettingError
from regtrack.training.events import EpochEnded, Event, TrialFailed, TrialFinished, TrialStarted
from regtrack.training.job import Job
from regtrack.training.result import Curve
from regtrack.variants.variant import Variant
from regtrack.words.failures import MOST_DETAILS, cut, last_line

Trial = tuple[Variant, int]
WORKER = "regtrack.training.worker"
"""The module that a worker process runs."""


def available_cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


class _Queue:
    """Hands out trials so that a worker stays with its variant: its compiled graph serves the next seed."""

    def __init__(self, trials: Sequence[Trial]):
        self.pending: dict[Variant, deque[int]] = {}
        for variant, seed in trials:
            self.pending.setdefault(variant, deque()).append(seed)
        self.begun: set[Variant] = set()

    def __bool__(self) -> bool:
        return bool(self.pending)

    def take(self, current: Variant | None) -> Trial | None:
        """The next seed of `current`, else a variant nobody has begun, else one of the variant with most left."""
        if not self.pending:
            return None
        if current not in self.pending:
            fresh = [variant for variant in self.pending if variant not in self.begun]
            current = fresh[0] if fresh else max(self.pending, key=lambda variant: len(self.pending[variant]))
        self.begun.add(current)
        seed = self.pending[current].popleft()
        if not self.pending[current]:
            del self.pending[current]
        return current, seed


@dataclass(eq=False)
class _Worker:
    process: subprocess.Popen
    connection: Connection
    log: object
    trial: Trial | None = None
    curve: Curve = field(default_factory=Curve)
    log_before: int = 0
    """Bytes of the log that earlier trials wrote."""

    @classmethod
    def start(cls, packed: bytes) -> "_Worker":
        ours, theirs = Pipe()
        log = tempfile.TemporaryFile()  # noqa: SIM115  stop() closes it
        environment = os.environ | {
            "PYTHONPATH": os.pathsep.join(path for path in [os.getcwd(), *sys.path] if path),
            "KERAS_BACKEND": "tensorflow",
            "TF_CPP_MIN_LOG_LEVEL": "3",
            "OMP_NUM_THREADS": "1",
            "OPENBLAS_NUM_THREADS": "1",
        }
        process = subprocess.Popen(
            [sys.executable, "-m", WORKER, str(theirs.fileno())],
            pass_fds=[theirs.fileno()],
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
        )
        theirs.close()
        worker = cls(process, ours, log)
        worker.send(packed)
        return worker

    def send(self, message: bytes) -> None:
        # A process that has ended is met where its events are read: there its trial fails, and with it nothing else.
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):
            self.connection.send_bytes(message)

    def give(self, trial: Trial) -> TrialStarted:
        self.trial, self.curve = trial, Curve()
        self.log_before = os.fstat(self.log.fileno()).st_size
        self.send(cloudpickle.dumps(trial))
        return TrialStarted(*trial)

    def last_words(self) -> str:
        code = self.process.wait()
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


def _signal_name(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:  # a real-time signal between the first and the last has no name
        return f"signal {number}"


def run_trials(trials: Sequence[Trial], job: Job, *, workers: int | None = None) -> Iterator[Event]:
    """Run every trial of the job on `workers` processes of one thread each (default: one a core), yielding events as they come.

    A trial's result is the same whatever `workers`. A trial that diverges, raises or loses its process yields
    TrialFailed and the others go on. Leaving the iteration early ends the processes.
    """
    if workers is not None and workers < 1:
        raise SettingError(f"workers: expected at least 1, received {workers}; leave it out for one a core")
    packed = cloudpickle.dumps(job)
    queue, running = _Queue(trials), []
    try:
        for _ in range(min(workers or available_cores(), len(trials))):
            worker = _Worker.start(packed)
            running.append(worker)
            yield worker.give(queue.take(None))
        while running:
            for connection in wait([worker.connection for worker in running]):
                worker = next(w for w in running if w.connection is connection)
                try:
                    event = pickle.loads(connection.recv_bytes())
                except (EOFError, ConnectionResetError):
                    yield worker.failed(f"its worker process ended: {worker.last_words()}")
                    running.remove(worker)
                    worker.stop()
                    worker = _Worker.start(packed) if queue else None
                    if worker:
                        running.append(worker)
                        yield worker.give(queue.take(None))
                    continue
                yield worker.failed(event.reason, event.details) if isinstance(event, TrialFailed) else event
                if isinstance(event, EpochEnded):
                    worker.curve.append(event.metrics)
                elif isinstance(event, TrialFinished | TrialFailed):
                    following = queue.take(worker.trial[0])
                    if following:
                        yield worker.give(following)
                    else:
                        running.remove(worker)
                        worker.stop()
    finally:
        for worker in running:
            worker.stop()

"""WorkerProcess: a process that trains what it is given and tells what happens, seen from the one that started it."""

import contextlib
import os
import pickle
import signal
import subprocess
import sys
import tempfile
import time
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from multiprocessing import Pipe
from multiprocessing.connection import Connection

import cloudpickle

from regtrack.scratch import own_folder
from regtrack.training.events import TrialFailed, TrialStarted
from regtrack.training.gpus import MEMORY_GROWTH
from regtrack.training.job import Job
from regtrack.training.result import Curve
from regtrack.training.template import Forked, Template, TemplateGone, at_hand
from regtrack.training.trial_queue import Trial
from regtrack.words.failures import MOST_DETAILS, cut, last_line

WORKER = "regtrack.training.worker"
"""The module that a worker process runs."""
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


@dataclass(eq=False)
class WorkerProcess:
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
    def start(cls, packed: bytes, number: int, template: Template | None = None) -> "WorkerProcess":
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


def _signal_name(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:  # a real-time signal between the first and the last has no name
        return f"signal {number}"


def answer_of_worker(question: object, job: Job, template: Template | None) -> object | None:
    """What a worker's process of the job says to a question in place of a trial; None where it ended without an answer."""
    worker = WorkerProcess.start(cloudpickle.dumps(job), 0, template)
    try:
        worker.send(cloudpickle.dumps(question))
        return pickle.loads(worker.connection.recv_bytes())
    except (EOFError, ConnectionResetError):
        return None
    finally:
        worker.stop()

"""Template: a process that imports what trials need once, and forks a worker whenever one is asked for.

TensorFlow's import costs seconds of a core in every process. Imported, and before it has computed anything, it can be
forked: no thread of its own runs yet. Started as `python -m regtrack.training.template FD WORKER PARENT`.
"""

import contextlib
import importlib
import os
import signal
import socket
import subprocess
import sys
import tempfile
import traceback
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing.connection import Connection

from regtrack.training.parent_death import die_with

FORK, WAIT, POLL = b"fork", b"wait", b"poll"
UNKNOWN = "?"
"""Answers POLL of a process that still runs."""
LONGEST = 64
"""Bytes of an order or of its answer."""


class TemplateGone(Exception):
    """There is no template (any more): a worker is started on its own."""


class Template:
    """This process's end: orders go one at a time, each is answered before the next."""

    def __init__(self, worker: str, environment: Mapping[str, str]):
        self.worker = worker
        self._orders, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._log = tempfile.TemporaryFile()  # noqa: SIM115  close() closes it
        self._process = subprocess.Popen(
            [sys.executable, "-m", "regtrack.training.template", str(theirs.fileno()), worker, str(os.getpid())],
            pass_fds=[theirs.fileno()],
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=self._log,
            stderr=self._log,
        )
        theirs.close()

    def fork(self, connection: int, log: int) -> "Forked":
        """A worker that serves this descriptor and writes to that one. Waits until the imports are done.

        Raises TemplateGone where the template has ended, by a failed import or by a signal.
        """
        return Forked(int(self.ask(FORK, connection, log)), self)

    def ask(self, order: bytes, *descriptors: int) -> str:
        try:
            socket.send_fds(self._orders, [order], descriptors)
            answer = self._orders.recv(LONGEST)
        except OSError:  # it is closed, at this end or the other
            answer = b""
        if not answer:
            raise TemplateGone
        return answer.decode()

    def close(self) -> None:
        """End it, and with it workers that it forked and that are still there."""
        self._orders.close()
        self._process.kill()
        self._process.wait()
        self._log.close()


@dataclass(frozen=True, eq=False)
class Forked:
    """A worker's process as `subprocess.Popen` has it, but that only the template, its parent, hears how it ended."""

    pid: int
    template: Template

    def poll(self) -> int | None:
        """Its exit code, negative for a signal; None while it runs."""
        answer = self.template.ask(POLL + b" %d" % self.pid)
        return None if answer == UNKNOWN else int(answer)

    def wait(self) -> int | None:
        """Its exit code, negative for a signal; None where the template has ended, too, and nobody knows."""
        try:
            return int(self.template.ask(WAIT + b" %d" % self.pid))
        except TemplateGone:
            return None

    def kill(self) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.pid, signal.SIGKILL)


def can_fork() -> bool:
    """Elsewhere the system's own libraries may not be forked (macOS), or nothing may (Windows)."""
    return sys.platform == "linux"


_at_hand: list[Template] = []


@contextmanager
def at_hand(worker: str, environment: Mapping[str, str], *, begin: bool) -> Iterator[Template | None]:
    """A template for whoever starts workers in this block, importing from now on; one that is there already is taken.

    None where processes cannot be forked, and without `begin` where there is none yet.
    """
    found = next((template for template in _at_hand if template.worker == worker), None)
    if found or not begin or not can_fork():
        yield found
        return
    template = Template(worker, environment)
    _at_hand.append(template)
    try:
        yield template
    finally:
        _at_hand.remove(template)
        template.close()


def main(descriptor: int, worker_name: str, parent: int) -> None:
    die_with(parent)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the whole group: the sweep decides
    orders = socket.socket(fileno=descriptor)
    worker = importlib.import_module(worker_name)
    worker.prepare()
    ended: dict[int, int] = {}
    while True:
        message, descriptors, *_ = socket.recv_fds(orders, LONGEST, 2)
        if not message:
            return
        order, _, pid = message.partition(b" ")
        if order == FORK:
            orders.send(b"%d" % _fork(worker, orders, *descriptors))
        else:
            orders.send(_how_it_ended(int(pid), order == WAIT, ended))


def _fork(worker, orders: socket.socket, connection: int, log: int) -> int:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # Python 3.12 counts threads of libraries that only wait
        own = os.getpid()
        pid = os.fork()
    if not pid:
        die_with(own)
        orders.close()
        _serve(worker, connection, log)
    os.close(connection)  # or the next worker would hold it open, and nobody would see this one end
    os.close(log)
    return pid


def _serve(worker, connection: int, log: int) -> None:
    """The life of a forked worker; it does not return."""
    code = 1
    try:
        os.dup2(log, 1)
        os.dup2(log, 2)
        worker.serve(Connection(connection))
        code = 0
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


def _how_it_ended(pid: int, wait: bool, ended: dict[int, int]) -> bytes:
    if pid not in ended:
        found, status = os.waitpid(pid, 0 if wait else os.WNOHANG)
        if not found:
            return UNKNOWN.encode()
        ended[pid] = os.waitstatus_to_exitcode(status)
    return b"%d" % ended[pid]


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2], int(sys.argv[3]))
    os._exit(0)

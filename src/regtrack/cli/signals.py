"""Ctrl-C, SIGTERM and SIGHUP at an entry point: each unwinds as an exit does, so that runs are closed on the way."""

import atexit
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import click

IMPATIENT_SECONDS = 5.0
"""A second signal within them is the first one's: closing has begun, and would be cut off by it."""
STOPPING = "stopping ..."


class Terminated(SystemExit):
    """SIGTERM or SIGHUP."""


def signals_that_end() -> tuple[signal.Signals, ...]:
    """Those of this system; a terminal that is closed sends SIGHUP."""
    return tuple(getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name))


@contextmanager
def heard_once() -> Iterator[None]:
    """Inside, the first such signal is answered at once and raises KeyboardInterrupt or Terminated. Who ignores one goes on to: a
    process in the background is deaf to Ctrl-C, one under nohup to SIGHUP. Outside the main thread nothing can be heard."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    heard: list[tuple[float, int]] = []

    def hear(number: int, _) -> None:
        if heard and time.monotonic() - heard[-1][0] < IMPATIENT_SECONDS:
            return
        heard.append((time.monotonic(), number))
        with suppress(OSError, RuntimeError):  # the terminal may be what has gone, or be written to at this moment
            click.echo(STOPPING, err=True)
        if number == signal.SIGINT:
            raise KeyboardInterrupt
        raise Terminated(128 + number)

    before = {number: signal.getsignal(number) for number in signals_that_end()}
    before = {number: handler for number, handler in before.items() if handler is not signal.SIG_IGN}
    for number in before:
        signal.signal(number, hear)
    try:
        yield
    except SystemExit as error:
        if heard and heard[-1][1] != signal.SIGINT and not isinstance(error, Terminated):
            raise Terminated(128 + heard[-1][1]) from None  # Ray, met amid a wait, makes an exit of code 1 of it
        raise
    finally:
        if (
            heard
        ):  # the process is about to end: a second signal would kill it on its last steps, with another exit code
            atexit.register(_be_deaf, tuple(before))
        else:
            for number, handler in before.items():
                signal.signal(number, handler)


def _be_deaf(numbers: tuple[int, ...]) -> None:
    """While the interpreter is taken down, for a second or more with TensorFlow in it, it has no handlers but the system's."""
    for number in numbers:
        signal.signal(number, signal.SIG_IGN)

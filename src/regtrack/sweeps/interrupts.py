"""Ctrl-C, SIGTERM and SIGHUP while the store is written to: heard when the writing is done, so that nothing is left half-written
or locked."""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager

SIGNALS = tuple(getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name))


@contextmanager
def held_back() -> Iterator[None]:
    """Signals that arrive inside reach their handlers at its end. Outside the main thread there are none to hold."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    arrived: list[tuple] = []
    handlers = {number: signal.signal(number, lambda *heard: arrived.append(heard)) for number in SIGNALS}
    try:
        yield
    finally:
        for number, handler in handlers.items():
            signal.signal(number, handler)
        for number, frame in arrived[:1]:
            if callable(handlers[number]):
                handlers[number](number, frame)

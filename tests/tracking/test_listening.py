"""done_aside: what is waited for in C does not keep a signal waiting."""

import os
import signal
import threading
import time

import pytest

from regtrack.tracking.listening import done_aside


def test_what_it_gives_or_raises_comes_back():
    """Whatever kind it is of."""
    assert done_aside(lambda: 7) == 7
    with pytest.raises(SystemExit):
        done_aside(lambda: exit(3))


def test_a_signal_is_heard_while_it_waits():
    """Ctrl-C a tenth of a second after the wait began: at once, though the work takes ten seconds."""
    released = threading.Event()
    timer = threading.Timer(0.1, os.kill, (os.getpid(), signal.SIGINT))
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    began = time.monotonic()
    timer.start()
    try:
        with pytest.raises(KeyboardInterrupt):
            done_aside(lambda: released.wait(10))
    finally:
        signal.signal(signal.SIGINT, before)
        released.set()
    assert time.monotonic() - began < 5

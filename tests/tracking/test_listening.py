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
    """Ctrl-C a tenth of a second after the work began: at once, though it takes a minute."""
    released = threading.Event()

    def work():  # sends it itself: a timer may be done before this thread, on a busy machine, has begun to wait
        time.sleep(0.1)
        os.kill(os.getpid(), signal.SIGINT)
        released.wait(60)

    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    began = time.monotonic()
    try:
        with pytest.raises(KeyboardInterrupt):
            done_aside(work)
    finally:
        signal.signal(signal.SIGINT, before)
        released.set()
    assert time.monotonic() - began < 20

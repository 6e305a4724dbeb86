"""held_back: a signal while the store is written to is heard when the writing is done."""

import os
import signal
import threading

import pytest

from regtrack.sweeps.interrupts import held_back


@pytest.fixture
def listening():
    """Python's own handler: a process in the background is started deaf to Ctrl-C."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.parametrize("times", [1, 2])
def test_ctrl_c_comes_when_the_writing_is_done(listening, times):
    """Everything inside runs to its end, and then one KeyboardInterrupt is raised, however often the keys were hit."""
    done = []
    with pytest.raises(KeyboardInterrupt), held_back():  # noqa: PT012  what is inside is what is tested
        for _ in range(times):
            os.kill(os.getpid(), signal.SIGINT)
        done.append("written")
    assert done == ["written"]
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_who_is_deaf_stays_deaf():
    """A process started in the background ignores Ctrl-C, also one that comes while the store is written to."""
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        with held_back():
            os.kill(os.getpid(), signal.SIGINT)
    finally:
        signal.signal(signal.SIGINT, before)


def test_an_error_inside_is_raised_and_the_handlers_are_put_back():
    """No signal came: nothing but the error is seen."""
    before = signal.getsignal(signal.SIGTERM)
    with pytest.raises(ZeroDivisionError), held_back():
        1 / 0  # noqa: B018
    assert signal.getsignal(signal.SIGTERM) is before


def test_in_another_thread_there_is_nothing_to_hold():
    """A notebook's thread may run a sweep: Python allows handlers in the main thread alone."""
    done = []

    def work():
        with held_back():
            done.append("written")

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert done == ["written"]

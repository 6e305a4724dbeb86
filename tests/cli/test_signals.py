"""heard_once: the first signal ends, a second does not cut off what closes; who is deaf to one stays deaf."""

import signal
import subprocess
import sys
import threading

import pytest

from regtrack.cli.signals import Terminated, heard_once, signals_that_end


@pytest.fixture
def listening():
    """Handlers as a process in the foreground has them: pytest may have been started deaf."""
    before = {number: signal.getsignal(number) for number in signals_that_end()}
    for number in before:
        signal.signal(number, signal.SIG_DFL)
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


def test_a_second_signal_does_not_cut_off_what_closes(listening):
    """Twice Ctrl-C, or a Ctrl-C that SIGTERM follows: everything that is closed on the way is closed."""
    done = []
    with pytest.raises(KeyboardInterrupt), heard_once():  # noqa: PT012  what is inside is what is tested
        try:
            signal.raise_signal(signal.SIGINT)
        finally:
            signal.raise_signal(signal.SIGINT)
            signal.raise_signal(signal.SIGTERM)
            done.append("closed")
    assert done == ["closed"]
    signal.raise_signal(signal.SIGINT)  # while the interpreter ends


def test_one_that_comes_later_is_heard_again(listening, monkeypatch):
    """What does not end within seconds can be stopped once more."""
    monkeypatch.setattr("regtrack.cli.signals.IMPATIENT_SECONDS", 0.0)
    with pytest.raises(Terminated), heard_once():  # noqa: PT012  what is inside is what is tested
        try:
            signal.raise_signal(signal.SIGINT)
        finally:
            signal.raise_signal(signal.SIGTERM)


def test_a_library_that_makes_another_exit_of_it_does_not_change_the_code(listening):
    """Ray, met by SIGTERM amid a wait, exits with code 1; a shell expects 143. An exit that no signal asked for stays its own."""
    with pytest.raises(Terminated) as ended, heard_once():  # noqa: PT012  what is inside is what is tested
        try:
            signal.raise_signal(signal.SIGTERM)
        except SystemExit:
            raise SystemExit(1) from None
    assert ended.value.code == 143
    with pytest.raises(SystemExit) as ended, heard_once():
        raise SystemExit(1)
    assert ended.value.code == 1


@pytest.mark.parametrize("number", signals_that_end())
def test_who_is_deaf_stays_deaf(listening, number):
    """Under nohup, or in the background, a signal that is ignored ends nothing."""
    signal.signal(number, signal.SIG_IGN)
    with heard_once():
        signal.raise_signal(number)
    assert signal.getsignal(number) is signal.SIG_IGN


def test_in_another_thread_nothing_can_be_heard():
    """Python allows handlers in the main thread alone: a command that is called from another one works as it did."""
    done = []

    def work():
        with heard_once():
            done.append("worked")

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert done == ["worked"]


ENDING = """
import os, signal, sys
from regtrack.cli.errors import one_line_errors

class Late:
    def __del__(self):
        os.kill(os.getpid(), NUMBER)

kept = sys.modules["kept"] = Late()  # taken down after the handlers
with one_line_errors():
    os.kill(os.getpid(), NUMBER)
"""


@pytest.mark.parametrize("number", signals_that_end())
def test_a_second_signal_while_the_interpreter_is_taken_down_changes_no_exit_code(number):
    """TensorFlow takes a second to go, and Python has put the system's handlers back by then."""
    done = subprocess.run(
        [sys.executable, "-c", ENDING.replace("NUMBER", str(int(number)))], capture_output=True, text=True, check=False,
        preexec_fn=lambda: [signal.signal(one, signal.SIG_DFL) for one in signals_that_end()],
    )  # fmt: skip
    assert done.returncode == 128 + number, done.stderr
    assert done.stderr.splitlines()[0] == "stopping ..."

"""Errors at an entry point: one line for a person's mistake, a traceback for ours, a clean end on a signal."""

import signal
import subprocess
import sys

import pytest

from regtrack import errors
from regtrack.cli.errors import one_line_errors

TREE = [value for value in vars(errors).values() if isinstance(value, type) and issubclass(value, Exception)]


@pytest.mark.parametrize("kind", TREE)
def test_every_error_of_the_tree_ends_in_one_line_and_exit_code_2(capsys, kind):
    """The message on standard error, whatever line breaks it holds, nothing on standard output, no traceback."""
    with pytest.raises(SystemExit) as end, one_line_errors():
        raise kind("expected this,\n  received that")
    assert end.value.code == 2
    out, err = capsys.readouterr()
    assert (out, err) == ("", "error: expected this, received that\n")


def test_our_own_mistake_keeps_its_traceback():
    """Only a RegtrackError is a person's mistake."""
    with pytest.raises(ZeroDivisionError), one_line_errors():
        1 / 0  # noqa: B018 - the error itself is wanted


def test_a_traceback_hides_a_password():
    """Of the store's address, which stands in a library's error and in the line of code that asked."""
    code = "import regtrack.cli.errors as e\nwith e.one_line_errors():\n    raise OSError('http://me:s3cr3t@host')"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert done.stderr.startswith("Traceback (most recent call last):")
    assert done.stderr.endswith("OSError: http://me:***@host\n")


def test_ctrl_c_says_how_to_go_on(capsys):
    """Exit code 130, as a shell expects, and the way to resume."""
    with pytest.raises(SystemExit) as end, one_line_errors():
        raise KeyboardInterrupt
    assert end.value.code == 130
    assert (
        capsys.readouterr().err
        == "interrupted: finished trials are kept; go on with the same command and resume=latest (--resume latest)\n"
    )


@pytest.mark.parametrize(("number", "code"), [(signal.SIGTERM, 143), (signal.SIGHUP, 129)])
def test_sigterm_and_sighup_end_as_an_exit_so_that_runs_are_closed(capsys, number, code):
    """`mlflow run` does not handle SIGTERM, and a terminal that is closed sends SIGHUP: the entry point unwinds, with the exit code
    that a shell expects, and says at once that it stops, and last how to go on, as Ctrl-C does."""
    before = signal.signal(number, signal.SIG_DFL)  # whoever runs the tests may have ignored it
    try:
        with pytest.raises(SystemExit) as end, one_line_errors():
            signal.raise_signal(number)
    finally:
        signal.signal(number, before)
    assert end.value.code == code
    first, last = capsys.readouterr().err.splitlines()
    assert first == "stopping ..."
    assert last.startswith("interrupted: finished trials are kept; go on with ")


def test_the_callers_handler_is_put_back():
    """A notebook or test that calls an entry point keeps its own handling of SIGTERM."""
    before = signal.getsignal(signal.SIGTERM)
    with one_line_errors():
        assert signal.getsignal(signal.SIGTERM) is not before
    assert signal.getsignal(signal.SIGTERM) is before

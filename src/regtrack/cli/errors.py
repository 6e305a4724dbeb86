"""One line for a person's mistake, a traceback for ours; a signal ends cleanly."""

import signal
import sys
import traceback
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import click

from regtrack.cli.project_run import close_left_run
from regtrack.cli.signals import Terminated, heard_once
from regtrack.errors import RegtrackError
from regtrack.masking import mask

USER_MISTAKE = 2
INTERRUPTED = "interrupted: finished trials are kept; go on with the same command and resume=latest (--resume latest)"


def _masked_traceback(*error) -> None:
    click.echo(mask("".join(traceback.format_exception(*error))), err=True, nl=False)


@contextmanager
def one_line_errors() -> Iterator[None]:
    """A RegtrackError ends the process with its message in one line and exit code 2; SIGTERM and SIGHUP as Ctrl-C does. Any
    other error is a mistake of ours, and its traceback is shown, masked.

    `mlflow run` marks the project run FAILED on any exit code but 0; where it has gone, that is done here.
    """
    try:
        with heard_once():
            yield
    except Terminated:
        _say(INTERRUPTED)
        raise
    except RegtrackError as error:
        click.echo(f"error: {' '.join(str(error).split())}", err=True)
        sys.exit(USER_MISTAKE)
    except Exception:
        sys.excepthook = _masked_traceback
        raise
    except KeyboardInterrupt:
        _say(INTERRUPTED)
        sys.exit(128 + signal.SIGINT)
    finally:
        close_left_run()


def _say(text: str) -> None:
    with suppress(OSError):  # SIGHUP: the terminal has gone
        click.echo(text, err=True)

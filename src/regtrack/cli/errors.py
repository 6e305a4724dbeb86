"""One line for a person's mistake, a traceback for ours; a signal ends cleanly."""

import signal
import sys
import traceback
from collections.abc import Iterator
from contextlib import contextmanager

import click

from regtrack.errors import RegtrackError
from regtrack.masking import mask

USER_MISTAKE = 2
INTERRUPTED = "interrupted: finished trials are kept; go on with the same command and resume=latest (--resume latest)"


class _Terminated(SystemExit):
    """SIGTERM, which unwinds as an exit does: runs are closed on the way."""


def _terminate(*_) -> None:
    raise _Terminated(128 + signal.SIGTERM)


def _masked_traceback(*error) -> None:
    click.echo(mask("".join(traceback.format_exception(*error))), err=True, nl=False)


@contextmanager
def one_line_errors() -> Iterator[None]:
    """A RegtrackError ends the process with its message in one line and exit code 2; SIGTERM as Ctrl-C does. Any other
    error is a mistake of ours, and its traceback is shown, masked.

    `mlflow run` marks the project run FAILED on any exit code but 0.
    """
    previous = signal.signal(signal.SIGTERM, _terminate)
    try:
        yield
    except _Terminated:
        click.echo(INTERRUPTED, err=True)
        raise
    except RegtrackError as error:
        click.echo(f"error: {' '.join(str(error).split())}", err=True)
        sys.exit(USER_MISTAKE)
    except Exception:
        sys.excepthook = _masked_traceback
        raise
    except KeyboardInterrupt:
        click.echo(INTERRUPTED, err=True)
        sys.exit(128 + signal.SIGINT)
    finally:
        signal.signal(signal.SIGTERM, previous)

"""One line for a person's mistake, a traceback for ours; a signal ends cleanly."""

import os
import signal
import sys
import tempfile
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


def import_tensorflow_quietly() -> None:
    """TensorFlow greets on standard error, past every setting: hold it back, and show it if the import fails."""
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    os.environ.setdefault("KERAS_BACKEND", "tensorflow")
    sys.stderr.flush()
    kept = os.dup(2)
    with tempfile.TemporaryFile() as held:
        os.dup2(held.fileno(), 2)
        try:
            import tensorflow  # noqa: F401
        except BaseException:
            held.seek(0)
            os.write(kept, held.read())
            raise
        finally:
            os.dup2(kept, 2)
            os.close(kept)


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

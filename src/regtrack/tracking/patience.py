"""How long MLflow's client waits for an answer of a server, and what it says of one that fails: not its minutes, nor its tracebacks."""

import logging
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

TRIES, SECONDS = "MLFLOW_HTTP_REQUEST_MAX_RETRIES", "MLFLOW_HTTP_REQUEST_TIMEOUT"
"""MLflow's own settings; of themselves, 7 tries more with growing pauses, of up to 120 s each. What a person sets counts."""
CONNECT_SECONDS = 5
FIRST_CONTACT = {TRIES: "0", SECONDS: str(CONNECT_SECONDS)}
"""Of whether there is a server at all."""
BRIEF = {TRIES: "1", SECONDS: "30"}
"""Of a sweep: whoever delivers tries again, and can be told to stop."""
TALKATIVE = ("mlflow.store.db.utils", "urllib3.connectionpool")
"""Loggers that print each failure, with its traceback, before it is raised."""
_set_here: dict[str, str] = {}
"""Settings that regtrack made for this process, and no person; one that reads otherwise by now is a person's."""


def set_patience(settings: Mapping[str, str]) -> None:
    """For this process, but for those that a person has set."""
    for name, value in settings.items():
        if name not in os.environ:
            os.environ[name] = _set_here[name] = value


@contextmanager
def for_a_while(settings: Mapping[str, str]) -> Iterator[None]:
    """While the block lasts, but for those that a person has set. None is without a value in between: another thread would read
    MLflow's own, of minutes."""
    ours = {name: value for name, value in settings.items() if os.environ.get(name, "") in ("", _set_here.get(name))}
    before = {name: os.environ.get(name) for name in ours}
    os.environ.update(ours)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


@contextmanager
def brief_patience() -> Iterator[None]:
    """BRIEF while the block lasts, and no traceback of what is said in words."""
    loggers = [logging.getLogger(name) for name in TALKATIVE]
    disabled = [logger.disabled for logger in loggers]
    for logger in loggers:
        logger.disabled = True
    try:
        with for_a_while(BRIEF):
            yield
    finally:
        for logger, before in zip(loggers, disabled, strict=True):
            logger.disabled = before

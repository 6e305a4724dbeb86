"""How long a sweep waits for one answer of its store, and what it says of an outage: not MLflow's minutes, nor its tracebacks."""

import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager

BRIEF = {"MLFLOW_HTTP_REQUEST_MAX_RETRIES": "1", "MLFLOW_HTTP_REQUEST_TIMEOUT": "30"}
"""Of themselves, 7 tries with growing pauses of up to 120 s each. Whoever delivers tries again, and can be told to stop."""
TALKATIVE = ("mlflow.store.db.utils", "urllib3.connectionpool")
"""Loggers that print each failure, with its traceback, before it is raised."""


@contextmanager
def brief_patience() -> Iterator[None]:
    """While the block lasts, but for what a person has set."""
    mine = {name: value for name, value in BRIEF.items() if name not in os.environ}
    loggers = [logging.getLogger(name) for name in TALKATIVE]
    disabled = [logger.disabled for logger in loggers]
    os.environ.update(mine)
    for logger in loggers:
        logger.disabled = True
    try:
        yield
    finally:
        for name in mine:
            os.environ.pop(name, None)
        for logger, before in zip(loggers, disabled, strict=True):
            logger.disabled = before

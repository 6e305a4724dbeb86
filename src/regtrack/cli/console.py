"""The console that commands print to."""

from rich.console import Console

NARROWEST = 200
"""Columns of a table where the output is no terminal (a log file, CI)."""


def make_console() -> Console:
    console = Console(highlight=False)
    return console if console.is_terminal else Console(highlight=False, width=NARROWEST)

"""Begun: what the store has of an attempt to deliver a trial."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Begun:
    """A run of it, the address of the run's artifacts, and how many of the trial's epochs it has."""

    run_id: str
    artifacts: str
    epochs: int = 0

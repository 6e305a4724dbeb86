"""Begun: what the store has of an attempt to deliver a trial."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Begun:
    """A run of it, the address of the run's artifacts, how many of the trial's epochs it has, and whether it has its params."""

    run_id: str
    artifacts: str
    epochs: int = 0
    has_params: bool = True

"""Finding: one thing that is not as it should be, and what becomes of it."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Finding:
    """What `regtrack doctor` says of one place.

    Args:
        kind: such as "stale trial".
        where: the run, model, store or setting; an id as the store has it.
        what: one line, expected and received.
        remedy: what `repair` would do where it is fixable, else the command that a person gives.
    """

    kind: str
    where: str
    what: str
    remedy: str
    fixable: bool = False

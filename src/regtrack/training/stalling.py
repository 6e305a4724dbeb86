"""When a trial is taken to hang: a person's builder may wait for ever, and a process that waits looks like one that computes."""

STALL_MINUTES = 30.0
"""A trial that tells nothing for so long, no epoch and no end, is ended and FAILED unless a person says otherwise; 0 lets it."""
LOOK_SECONDS = 5.0
"""How often it is looked whether a worker has fallen silent."""


def no_sign_of_life(minutes: float) -> str:
    """Why such a trial FAILED."""
    return (
        f"no sign of life for {minutes:g} minutes, it was ended; where an epoch or a prediction takes longer give a larger "
        "stall_minutes, or 0"
    )

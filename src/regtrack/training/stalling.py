"""When a trial is taken to hang: a person's builder may wait for ever, and a process that waits looks like one that computes."""

STALL_MINUTES = 30.0
"""A trial that tells nothing for so long, no epoch and no end, is ended and FAILED unless a person says otherwise; 0 lets it."""
LOOK_SECONDS = 5.0
"""How often it is looked whether a worker has fallen silent."""

"""A store that goes away under a command which does not wait for it: one line, and what to do, in place of minutes and a traceback."""

from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def outages_in_a_line(doing: str, then: str) -> Iterator[None]:
    """Inside, MLflow tries a server twice. Raises StoreError for an outage, also for one that this machine is to blame for.

    Args:
        doing: what was under way, "trials were delivered".
        then: what is to be done when the store answers.
    """
    from regtrack.errors import StoreError
    from regtrack.tracking.outages import is_of_the_store, outage
    from regtrack.tracking.patience import brief_patience

    try:
        with brief_patience():
            yield
    except Exception as error:
        if reason := outage(error):
            what = "the store went away" if is_of_the_store(error) else "this machine refused what is needed"
            raise StoreError(f"{what} while {doing} ({reason}); {then}") from None
        raise

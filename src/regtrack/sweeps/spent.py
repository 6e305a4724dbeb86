"""Where the seeds of a sweep went, from its record: for the last screen and the report alike."""

import pandas as pd

from regtrack.diagnosis.allocation.words import allocation_in_words
from regtrack.diagnosis.sweep_record import SweepRecord


def spent_in_words(record: SweepRecord) -> tuple[str, ...]:
    """Sentences without their full stops; none of a sweep whose grid says who gets which seeds."""
    if record.allocation is None:
        return ()
    explored = pd.concat([record.trials, record.failed], ignore_index=True)
    return allocation_in_words(record.allocation, record.grid, explored, record.confirming)

"""engine_of, for whoever trains nothing itself: the check before a sweep has left what it found."""

from regtrack.training.engine_value import Engine, remembered
from regtrack.training.job import Job
from regtrack.variants.variant import Variant


def engine_of(job: Job, variant: Variant) -> Engine:
    """As `regtrack.training.engine.engine_of`, which imports TensorFlow, and is asked where nobody was before."""
    found = remembered(job)
    if variant in found:
        return found[variant]
    from regtrack.training import engine

    return engine.engine_of(job, variant)

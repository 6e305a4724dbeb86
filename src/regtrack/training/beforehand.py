"""check_beforehand: the check before a sweep, made where TensorFlow is being imported for the workers already.

Whoever runs the sweep then need not import it at all, and waits for one import in place of two.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from regtrack.errors import RegtrackError
from regtrack.training.engine_value import Engine, remember, remembered
from regtrack.training.job import Job
from regtrack.training.worker_process import answer_of_worker, workers_at_hand
from regtrack.variants.variant import Variant

Notes = dict[Variant, tuple[str, ...]]


@dataclass(frozen=True)
class ToCheck:
    """Asks a worker's process for the check of these variants, in place of a trial."""

    variants: tuple[Variant, ...]


@dataclass(frozen=True)
class Checked:
    """Its answer: notes and engines by variant, or why one cannot be trained."""

    notes: Notes = field(default_factory=dict)
    engines: dict[Variant, Engine] = field(default_factory=dict)
    error: RegtrackError | None = None


def check_beforehand(variants: Sequence[Variant], job: Job) -> Notes:
    """As `check_trainable`: by a process of the template that is at hand, here where there is none. Raises as it does."""
    with workers_at_hand(begin=False) as template:
        checked = answer_of_worker(ToCheck(tuple(variants)), job, template) if template else None
    if checked is None:  # also what nobody foresaw in that process: it is met again here, where its traceback is seen
        from regtrack.training.fit import check_trainable

        return check_trainable(variants, job)
    if checked.error:
        raise checked.error
    remember(job, checked.engines)
    return checked.notes


def answer(job: Job, asked: ToCheck) -> Checked:
    """Of the worker's process."""
    from regtrack.training.fit import check_trainable

    try:
        return Checked(check_trainable(asked.variants, job), remembered(job))
    except RegtrackError as error:
        return Checked(error=error)

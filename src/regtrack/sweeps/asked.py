"""Asked: what a person asks of a sweep beside its grid. It says how the grid is run and judged, never what a trial is."""

from dataclasses import dataclass, field

from regtrack.diagnosis.criteria import Criteria
from regtrack.training.stalling import STALL_MINUTES


@dataclass(frozen=True)
class Asked:
    """Each default asks for nothing.

    workers: processes; None is one a core.
    resume: "latest" or a sweep's id: its finished trials are skipped, and it goes on under its id.
    register: name in the model registry for the winner's model (best validation error; its best seed).
    confirm: fresh seeds, 8 or more, of the variant of the lowest validation error and of the baseline, which are
        trained when the grid's are done and alone say whether it wins; 0 asks for none. None: none, and of a resumed
        sweep as many as it was begun with.
    criteria: what counts as a gap, a margin, equal.
    experiment_id: where trials go; None is where MLflow chose.
    stall_minutes: a trial that tells nothing for so long is taken to hang, and is FAILED; 0 lets it.
    force: resume a sweep that may still be running elsewhere.
    """

    workers: int | None = None
    resume: str | None = None
    register: str | None = None
    confirm: int | None = None
    criteria: Criteria = field(default_factory=Criteria)
    experiment_id: str | None = None
    stall_minutes: float = STALL_MINUTES
    force: bool = False

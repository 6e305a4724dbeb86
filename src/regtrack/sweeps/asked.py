"""Asked: what a person asks of a sweep beside its grid. It says how the grid is run and judged, never what a trial is."""

from dataclasses import dataclass, field

from regtrack.diagnosis.criteria import Criteria
from regtrack.training.executors.executor import Executor
from regtrack.training.executors.local import Local


@dataclass(frozen=True)
class Asked:
    """Each default asks for nothing.

    executor: where trials are trained.
    resume: "latest" or a sweep's id: its finished trials are skipped, and it goes on under its id.
    register: name in the model registry for the winner's model (best validation error; its best seed).
    confirm: fresh seeds, 8 or more, of the variant of the lowest validation error and of the baseline, which are
        trained when the grid's are done and alone say whether it wins; 0 asks for none. None: none, and of a resumed
        sweep as many as it was begun with.
    criteria: what counts as a gap, a margin, equal.
    experiment_id: where trials go; None is where MLflow chose.
    force: resume a sweep that may still be running elsewhere.
    """

    executor: Executor = field(default_factory=Local)
    resume: str | None = None
    register: str | None = None
    confirm: int | None = None
    criteria: Criteria = field(default_factory=Criteria)
    experiment_id: str | None = None
    force: bool = False

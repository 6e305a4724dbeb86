"""Runs that `mlflow run` made for an entry point of this project, and that were killed before the entry point could say so."""

import time
from pathlib import Path

from mlflow.entities import Run

from regtrack import names
from regtrack.shipped import project_folder

ENTRY_POINT, SOURCE = "mlflow.project.entryPoint", "mlflow.source.name"
"""MLflow's own tags, all that such a run has."""
BEGINS_WITHIN_MINUTES = 60
"""MLflow may make an environment first; the entry point writes to its run as soon as it runs."""


def was_never_begun(run: Run) -> bool:
    """Whether it is RUNNING, of this project's folder, and nobody has written to it for longer than a start takes."""
    tags = run.data.tags
    if run.info.status != names.RUNNING or ENTRY_POINT not in tags or {names.PROCESS, names.ROLE} & tags.keys():
        return False
    minutes = (time.time() - (run.info.start_time or 0) / 1000) / 60
    own = project_folder()
    return (
        minutes > BEGINS_WITHIN_MINUTES
        and own is not None
        and Path(tags.get(SOURCE, "").removeprefix("file://")) == own
    )

"""Examines a tracking store and repairs what can be repaired. Nothing is ever deleted."""

from collections.abc import Iterable

from mlflow import MlflowClient

from regtrack.tracking.doctor.artifacts import examine_artifacts
from regtrack.tracking.doctor.contents import Contents
from regtrack.tracking.doctor.database import JOURNAL_MODE, examine_database, set_wal
from regtrack.tracking.doctor.finding import Finding
from regtrack.tracking.doctor.logged_models import UNFINISHED_MODEL, examine_models, finish_as_failed
from regtrack.tracking.doctor.moved import MOVED_STORE, examine_moved, point_to_new_place
from regtrack.tracking.doctor.orphans import examine_orphans
from regtrack.tracking.doctor.stale import STALE_SWEEP, STALE_TRIAL, close_stale, examine_running
from regtrack.tracking.doctor.waiting import examine_waiting

REPAIRS = {
    JOURNAL_MODE: set_wal,
    MOVED_STORE: point_to_new_place,
    STALE_TRIAL: close_stale,
    STALE_SWEEP: close_stale,
    UNFINISHED_MODEL: finish_as_failed,
}
"""By kind: (client, where) -> what was done, "" where the finding no longer holds."""


def examine(client: MlflowClient, *, deep: bool = False) -> list[Finding]:
    """Everything that is not as it should be, the store first.

    Args:
        deep: read every artifact's pages and the whole database, not only footers and schemas.
    """
    contents = Contents(client)
    return [
        *examine_database(client.tracking_uri, deep=deep),
        *examine_moved(contents),
        *examine_running(contents),
        *examine_artifacts(contents, deep=deep),
        *examine_models(contents),
        *examine_orphans(contents),
        *examine_waiting(client),
    ]


def repair(client: MlflowClient, findings: Iterable[Finding]) -> list[str]:
    """Repair those that are fixable and still hold; returns a line for each that was."""
    done = [REPAIRS[finding.kind](client, finding.where) for finding in findings if finding.fixable]
    return [line for line in done if line]

"""last_sign_of: when a run, or the trials of its sweep, last told anything. Where its process cannot be asked that says whether it
lives."""

from collections.abc import Iterable

from mlflow import MlflowClient
from mlflow.entities import Run

from regtrack import names


def last_sign_of(client: MlflowClient, runs: Iterable[Run]) -> int:
    """Milliseconds since 1970 of the last time that one of these runs began, ended or logged an epoch; 0 without runs."""
    signs = [0]
    for run in runs:
        signs += [time for time in (run.info.start_time, run.info.end_time) if time]
        if run.info.status == names.RUNNING:
            signs += [m.timestamp for m in client.get_metric_history(run.info.run_id, names.VAL_CROSS_ENTROPY)]
    return max(signs)

"""deliver_trial: a packed trial becomes one FINISHED run of its key, whatever was cut off between any two calls before."""

import time

from mlflow import MlflowClient
from mlflow.entities import Metric, Run

from regtrack import names
from regtrack.tracking.begun import Begun
from regtrack.tracking.folder_log import log_folder
from regtrack.tracking.packed_trial import PackedTrial, epoch_metrics, unpacked
from regtrack.tracking.process import is_alive, this_process
from regtrack.tracking.reader import search_runs
from regtrack.tracking.trial_run import TrialRun
from regtrack.tracking.written_model import logged_models


def deliver_trial(client: MlflowClient, experiment_id: str, packed: bytes, begun: Begun | None = None) -> str:
    """The id of the run that holds it.

    Args:
        begun: the run that its epochs were logged to while it was trained; only for a first attempt, of a trial that nobody has
            tried to deliver before. Else the store is asked what there is: a run of the key that is FINISHED is it; what was begun
            and cut off is closed, and a new run made.
    """
    with unpacked(packed) as trial:
        if begun is None:
            runs = runs_of(client, experiment_id, trial.run)
            if finished := [run for run in runs if run.info.status == names.FINISHED]:
                return finished[0].info.run_id
            for run in runs:
                if run.info.status == names.RUNNING and _is_left(run):
                    cut_off(client, run.info.run_id, "its delivery to the store was cut off")
            begun = trial.run.make(client, experiment_id)
        _deliver(client, experiment_id, trial, begun)
        return begun.run_id


def _deliver(client: MlflowClient, experiment_id: str, trial: PackedTrial, begun: Begun) -> None:
    log_folder(client, begun.artifacts, trial.artifacts)
    params = trial.run.params | {names.VARIANT: trial.run.tags[names.VARIANT], names.SEED: str(trial.seed)}
    where = {"run_id": begun.run_id, "params": params, "step": trial.selected_epoch}
    with logged_models(client, experiment_id, trial.models, **where) as model_ids:
        for batch in _batches(trial, begun.run_id, begun.epochs, model_ids.get(names.MODEL)):
            client.log_batch(begun.run_id, metrics=batch)
    client.set_terminated(begun.run_id, names.FINISHED)  # last: only now everything is there


def _batches(trial: PackedTrial, run_id: str, epochs_there: int, model_id: str | None) -> list[list[Metric]]:
    """What the run lacks of its metrics, those of the selected epoch as the Keras model's, too.

    MLflow refuses a batch with a metric that the run has, then looks each of it up: one that may be there goes apart.
    """
    rest, selected = [], []
    for place, epoch in enumerate(trial.epochs):
        if epoch[0] == trial.selected_epoch:
            own = epoch_metrics([epoch])
            selected = [Metric(m.key, m.value, m.timestamp, m.step, run_id=run_id, model_id=model_id) for m in own]
            is_there = place < epochs_there
        elif place >= epochs_there:
            rest += epoch_metrics([epoch])
    now = int(time.time() * 1000)
    rest += [Metric(name, value, now, 0) for name, value in trial.metrics.items()]
    return [selected, rest] if selected and is_there else [selected + rest]


def runs_of(client: MlflowClient, experiment_id: str, run: TrialRun) -> list[Run]:
    """The runs of a trial's key in its sweep, without those that were cut off."""
    where = f"tags.`{names.SWEEP_ID}` = '{run.sweep_id}' and tags.`{names.TRIAL_KEY}` = '{run.key}'"
    return [found for found in search_runs(client, [experiment_id], where) if names.CUT_OFF not in found.data.tags]


def cut_off(client: MlflowClient, run_id: str, reason: str) -> None:
    """Close an attempt at a trial that did not come to its end, and that another takes the place of: readers pass over it. Tagged
    first, so that it is passed over whatever becomes of the second call."""
    client.set_tag(run_id, names.CUT_OFF, reason)
    client.set_terminated(run_id, names.KILLED)


def _is_left(run: Run) -> bool:
    """Whether it is nobody's work but ours: what runs elsewhere, or may, is left to whoever runs it."""
    process = run.data.tags.get(names.PROCESS, "")
    return process == this_process() or is_alive(process) is False

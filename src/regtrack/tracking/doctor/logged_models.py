"""Logged models that no run stands behind, that were never finished, or whose files are gone."""

from mlflow import MlflowClient
from mlflow.entities import LoggedModel, LoggedModelStatus, Run

from regtrack import names
from regtrack.shipped import command
from regtrack.tracking.addresses import local_folder
from regtrack.tracking.doctor.contents import Contents
from regtrack.tracking.doctor.finding import Finding
from regtrack.tracking.moved import found_address

UNFINISHED_MODEL = "unfinished model"


def examine_models(contents: Contents) -> list[Finding]:
    client, runs = contents.client, {run.info.run_id: run for run in contents.runs}
    models = [model for model in contents.models if names.VARIANT in (model.params or {})]
    found = [finding for model in models for finding in _examine(client, model, runs)]
    complete = {model.source_run_id for model in models if model.name == names.MODEL}
    for run in runs.values():
        trained = run.data.tags.get(names.ROLE) == names.ROLE_TRIAL and names.ENGINE in run.data.tags
        if trained and run.info.status == names.FINISHED and run.info.run_id not in complete:
            what = "its trial is FINISHED without a model"
            found.append(Finding("model missing", run.info.run_id, what, _train_again(client, run)))
    return found


def _examine(client: MlflowClient, model: LoggedModel, runs: dict) -> list[Finding]:
    run, what = runs.get(model.source_run_id), f"model {model.name!r} of run {model.source_run_id}"
    if run is None:
        remedy = f"nothing needs it; MlflowClient().delete_logged_model({model.model_id!r}) deletes it"
        return [Finding("orphan model", model.model_id, f"{what}, which was deleted", remedy)]
    if model.status == LoggedModelStatus.PENDING and run.info.status != names.RUNNING:
        what += f", which has ended ({run.info.status}) before the model was written"
        return [Finding(UNFINISHED_MODEL, model.model_id, what, "mark it as FAILED", fixable=True)]
    folder = local_folder(found_address(client.tracking_uri, model.artifact_location))
    if model.status == LoggedModelStatus.READY and folder and not (folder / "MLmodel").is_file():
        return [
            Finding("model missing", model.model_id, f"{what}: no MLmodel file at {folder}", _train_again(client, run))
        ]
    return []


def _train_again(client: MlflowClient, run: Run) -> str:
    """The commands that train a trial again."""
    experiment = client.get_experiment(run.info.experiment_id).name
    again = command(experiment=experiment, resume=run.data.tags.get(names.SWEEP_ID))
    return f"mlflow runs delete --run-id {run.info.run_id}, then {again}"


def finish_as_failed(client: MlflowClient, model_id: str) -> str:
    if client.get_logged_model(model_id).status != LoggedModelStatus.PENDING:
        return ""
    client.finalize_logged_model(model_id, LoggedModelStatus.FAILED)
    return f"{model_id}: marked as FAILED"

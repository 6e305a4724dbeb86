"""Artifacts that a finished run must have: are they there, do they open, are their columns those of their schema."""

from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
from mlflow import MlflowClient
from mlflow.entities import Run

from regtrack import names
from regtrack.errors import StoreError
from regtrack.foreign import from_json
from regtrack.tracking.addresses import local_folder
from regtrack.tracking.artifact_place import check_artifact_place
from regtrack.tracking.artifacts import EARLIER, later_columns, mark_and_columns, read_table
from regtrack.tracking.doctor.contents import Contents
from regtrack.tracking.doctor.finding import Finding
from regtrack.tracking.moved import found_address
from regtrack.tracking.own_table import COLUMNS, FROM_REPORT
from regtrack.tracking.predictions import read_artifact
from regtrack.tracking.reader import all_experiments
from regtrack.tracking.shown_examples import read_test_examples
from regtrack.words.failures import first_line

OF_SWEEP = (names.TEST_EXAMPLES, names.GRID, names.LEADERBOARD, names.REPORT)


def examine_artifacts(contents: Contents, *, deep: bool = False) -> list[Finding]:
    """Of an experiment whose artifacts cannot be reached that is said once, and not of each run that they are missing."""
    client, findings, reached = contents.client, [], set()
    for experiment_id in all_experiments(client):
        experiment = client.get_experiment(experiment_id)
        try:
            check_artifact_place(client, experiment)
            reached.add(experiment_id)
        except StoreError as error:
            where = f"experiment {experiment.name!r}"
            findings.append(Finding("artifacts out of reach", where, str(error), "set that right, then ask again"))
    finished = [run for run in contents.runs if run.info.status == names.FINISHED and names.ROLE in run.data.tags]
    there = [run for run in finished if run.info.experiment_id in reached]
    return findings + [finding for run in there for finding in _examine(client, run, deep=deep)]


def _examine(client: MlflowClient, run: Run, *, deep: bool) -> Iterator[Finding]:
    run_id, required = run.info.run_id, _required(run)
    folder = local_folder(found_address(client.tracking_uri, run.info.artifact_uri))
    if required and folder and not folder.is_dir():
        yield Finding("artifacts deleted", run_id, f"expected its artifacts at {folder}, found no folder", _again(run))
        return
    there = _local(folder) if folder else _remote(client, run_id)
    for artifact in required:
        if artifact not in there:
            what = f"expected {artifact}, found none"
            yield Finding("artifact missing", run_id, what, _again(run, artifact))
    for artifact in sorted(there & names.SCHEMAS.keys()):
        try:
            if folder:
                check_artifact(folder / artifact, artifact, deep=deep)
            elif deep and artifact in COLUMNS:
                read_artifact(client, run_id, artifact)
        except StoreError as error:
            yield Finding("artifact damaged", run_id, str(error), _again(run, artifact))


def _required(run: Run) -> tuple[str, ...]:
    """What a finished run of its role always has."""
    role = run.data.tags[names.ROLE]
    if role == names.ROLE_SWEEP:
        return OF_SWEEP
    if role != names.ROLE_TRIAL:
        return ()
    return (names.PREDICTIONS, names.LEARNING_CURVES) if names.ENGINE in run.data.tags else (names.PREDICTIONS,)


def _again(run: Run, artifact: str = "") -> str:
    """The command that makes a lost artifact again."""
    sweep_id = run.data.tags.get(names.SWEEP_ID, run.info.run_id)
    if artifact.startswith(FROM_REPORT) and artifact != names.GRID:
        return f"regtrack report --sweep {sweep_id}"
    if run.data.tags[names.ROLE] == names.ROLE_SWEEP:
        return f"regtrack run --resume {sweep_id}"
    if names.MODEL_URI in run.data.tags:
        return f"regtrack uncertainty --model_uri {run.data.tags[names.MODEL_URI]}"
    return f"mlflow runs delete --run-id {run.info.run_id}, then regtrack run --resume {sweep_id} trains it again"


def check_artifact(path: Path, artifact: str, *, deep: bool = False) -> None:
    """Raises StoreError for an artifact that does not open, or is not of its schema; its pages are read where deep."""
    if artifact == names.TEST_EXAMPLES:
        read_test_examples(path)
    elif artifact in COLUMNS:
        _check_schema(path, artifact)
        if deep:
            read_table(path, artifact)
    else:
        _check_json(path, artifact)


def _check_schema(path: Path, artifact: str) -> None:
    try:
        found, columns = mark_and_columns(pq.read_schema(path))
    except (OSError, ValueError, pa.ArrowException) as error:  # whatever a damaged footer makes of itself
        raise StoreError(f"{artifact} at {path} is damaged ({first_line(error)})") from None
    if found != names.SCHEMAS[artifact] and (artifact, found) not in EARLIER:
        raise StoreError(f"{artifact} at {path}: expected schema {names.SCHEMAS[artifact]}, received {found}")
    lacking = set(COLUMNS[artifact]) - set(columns) - set(later_columns(artifact, found))
    if lacking:
        raise StoreError(
            f"{artifact} at {path}: expected the columns of {found}, but it lacks {', '.join(sorted(lacking))}"
        )


def _check_json(path: Path, artifact: str) -> None:
    try:
        found = from_json(path.read_text(encoding="utf-8"))["schema"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise StoreError(f"{artifact} at {path} is damaged ({error})") from None
    if found != names.SCHEMAS[artifact] and (artifact, found) not in EARLIER:
        raise StoreError(f"{artifact} at {path}: expected schema {names.SCHEMAS[artifact]}, received {found}")


def _local(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.glob("*/*") if path.is_file()}


def _remote(client: MlflowClient, run_id: str) -> set[str]:
    folders = [found.path for found in client.list_artifacts(run_id) if found.is_dir]
    return {found.path for folder in folders for found in client.list_artifacts(run_id, folder) if not found.is_dir}

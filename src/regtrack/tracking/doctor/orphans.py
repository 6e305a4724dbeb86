"""Orphans: folders of artifacts on this machine that belong to no run and no model of the store any more."""

import re
import shlex
from pathlib import Path

import yaml
from mlflow import MlflowClient
from mlflow.entities import ViewType

from regtrack.tracking.addresses import local_folder
from regtrack.tracking.doctor.contents import Contents
from regtrack.tracking.doctor.finding import Finding
from regtrack.tracking.moved import found_address
from regtrack.tracking.reader import all_experiments
from regtrack.tracking.runs_of_store import ids_with_deleted

RUN, MODEL = re.compile(r"[0-9a-f]{32}"), re.compile(r"m-[0-9a-f]{32}")
"""Names of folders that MLflow makes."""


def examine_orphans(contents: Contents) -> list[Finding]:
    """A finding a folder. A run that was deleted keeps its artifacts and models until `mlflow gc`: it may be restored."""
    client = contents.client
    ids = all_experiments(client, ViewType.ALL)
    folders = {folder for one in ids if (folder := _own_folder(client, one))}
    if not any(folder.is_dir() for folder in folders):
        return []
    runs = ids_with_deleted(client, ids)
    models = {model.model_id for model in contents.models}
    strays = []
    for folder in sorted(folders):
        strays += [path for path in _below(folder, RUN) if path.name not in runs]
        strays += [
            path for path in _below(folder / "models", MODEL) if path.name not in models and _run_of(path) not in runs
        ]
    return [
        Finding(
            "orphan artifacts",
            str(path),
            "no run or model of this store has them",
            f"rm -r {shlex.quote(str(path))}, unless another store keeps its artifacts there, too",
        )
        for path in strays
    ]


def _run_of(model: Path) -> str:
    """The run that a model's own file names; "" where there is none."""
    try:
        content = yaml.safe_load((model / "artifacts" / "MLmodel").read_text(encoding="utf-8"))
        return str(content.get("run_id", ""))
    except (OSError, ValueError, AttributeError, yaml.YAMLError):
        return ""


def _own_folder(client: MlflowClient, experiment_id: str) -> Path | None:
    """Of the experiment's artifacts, where they are on this machine and the place was chosen for the experiment.

    Where none was, MLflow takes the experiment's number below a root, `mlruns/0` of the folder that somebody stood in: every store
    that was begun there counts from 0 as well, and what this one does not know is another's.
    """
    address = found_address(client.tracking_uri, client.get_experiment(experiment_id).artifact_location)
    folder = local_folder(address)
    return folder if folder and folder.name != experiment_id else None


def _below(folder: Path, name: re.Pattern) -> list[Path]:
    return sorted(path for path in folder.iterdir() if name.fullmatch(path.name)) if folder.is_dir() else []

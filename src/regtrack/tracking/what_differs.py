"""Only what a run does not hold yet is written to it: a sweep that is judged again says the same of most of its trials, and each call
to a store costs it more than the judgement does."""

from collections.abc import Mapping
from pathlib import Path

from mlflow import MlflowClient

from regtrack.masking import mask
from regtrack.tracking.artifact_files import folder_here
from regtrack.tracking.writer import log


def log_tags_that_differ(client: MlflowClient, run_id: str, tags: Mapping[str, str], held: Mapping[str, str]) -> None:
    """Args: held: the run's tags, as the store has them."""
    log(client, run_id, tags={name: value for name, value in tags.items() if held.get(name) != mask(str(value))})


def log_files_that_differ(client: MlflowClient, run_id: str, folder: Path) -> None:
    """Log all below `folder`, unless the run's artifacts lie on this machine and hold the same bytes: elsewhere to ask costs as much as
    to write."""
    held = folder_here(client, run_id)
    if held is None or not all(_same(path, held / path.relative_to(folder)) for path in folder.rglob("*")):
        client.log_artifacts(run_id, str(folder))


def _same(path: Path, held: Path) -> bool:
    return path.is_dir() or (held.is_file() and held.read_bytes() == path.read_bytes())

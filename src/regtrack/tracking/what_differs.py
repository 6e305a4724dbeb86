"""Only what a run does not hold yet is written to it: a sweep that is judged again says the same of most of its trials, and each call
to a store costs it more than the judgement does."""

from collections.abc import Mapping
from pathlib import Path

from mlflow import MlflowClient

from regtrack.masking import mask
from regtrack.scratch import passing_folder
from regtrack.tracking.addresses import local_folder
from regtrack.tracking.artifacts import place_of
from regtrack.tracking.writer import log


def log_tags_that_differ(client: MlflowClient, run_id: str, tags: Mapping[str, str], held: Mapping[str, str]) -> None:
    """Args: held: the run's tags, as the store has them."""
    log(client, run_id, tags={name: value for name, value in tags.items() if held.get(name) != mask(str(value))})


def log_files_that_differ(client: MlflowClient, run_id: str, files: Mapping[str, bytes], address: str) -> None:
    """Log these artifacts. Where the run's lie on this machine those that it does not hold already are written to it, without
    MLflow's client, which reads the whole run each time; elsewhere to ask what is there costs as much as to write.

    Args: address: where the run's artifacts lie.
    """
    if held := local_folder(address):
        for artifact, content in files.items():
            if not _holds(held / artifact, content):
                place_of(artifact, held).write_bytes(content)
        return
    with passing_folder() as folder:
        for artifact, content in files.items():
            place_of(artifact, Path(folder)).write_bytes(content)
        client.log_artifacts(run_id, folder)


def _holds(path: Path, content: bytes) -> bool:
    return path.is_file() and path.read_bytes() == content

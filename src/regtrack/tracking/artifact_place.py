"""Where an experiment's artifacts go, asked before anything is trained: a bucket that is not there, or that does not let us in, would
be met when the first trial has finished."""

import os

from mlflow import MlflowClient
from mlflow.entities import Experiment
from mlflow.store.artifact.artifact_repository_registry import get_artifact_repository

from regtrack.errors import StoreError
from regtrack.tracking.addresses import local_folder
from regtrack.tracking.listening import done_aside
from regtrack.tracking.patience import SECONDS, TRIES, for_a_while
from regtrack.words.failures import first_line

LONGEST = 20
"""Seconds for an answer: a server that is asked for the first time loads its own client of the bucket first."""
ONE_TRY = {TRIES: "0", SECONDS: str(LONGEST), "AWS_MAX_ATTEMPTS": "1"}
"""Of MLflow's client and of Amazon's, which of itself tries five times, with growing pauses."""
S3 = "s3://"


def check_artifact_place(client: MlflowClient, experiment: Experiment) -> None:
    """Raises StoreError, within seconds, where what holds the experiment's artifacts cannot be listed. A folder of this machine is
    made when it is needed."""
    place = experiment.artifact_location
    if local_folder(place) is not None:
        return

    def listed() -> None:
        get_artifact_repository(place, tracking_uri=client.tracking_uri).list_artifacts()

    try:
        with for_a_while(ONE_TRY):
            done_aside(listed, seconds=LONGEST)
    except ImportError as error:
        then = "pip install 'regtrack[s3]'" if place.startswith(S3) else "install what MLflow needs for it"
        raise StoreError(f"{_of(experiment)}, received no package {error.name} that reads it; {then}") from None
    except Exception as error:  # each kind of artifact store has errors of its own
        late = isinstance(error, TimeoutError) and not str(error)
        received = f"no answer within {LONGEST} s" if late else first_line(error).rstrip(".")
        raise StoreError(f"{_of(experiment)} to answer, received: {received}; {_remedy(place)}") from None


def _of(experiment: Experiment) -> str:
    return f"artifacts of experiment {experiment.name!r}: expected {experiment.artifact_location}"


def _remedy(place: str) -> str:
    if not place.startswith(S3):
        return "the log of the tracking server, or whoever runs it, knows more"
    where = os.environ.get("MLFLOW_S3_ENDPOINT_URL")
    at = (
        f"MLFLOW_S3_ENDPOINT_URL ({where})"
        if where
        else "MLFLOW_S3_ENDPOINT_URL, which is Amazon's while it is not set"
    )
    return f"check the bucket, AWS_ACCESS_KEY_ID with AWS_SECRET_ACCESS_KEY, and {at}"

"""What a sweep's run says already, before it is judged again."""

from mlflow import MlflowClient

from regtrack import names
from regtrack.diagnosis.answer import Answer, answer_of_tables
from regtrack.errors import StoreAwayError, StoreError
from regtrack.foreign import from_json
from regtrack.tracking.artifact_files import local_artifact
from regtrack.tracking.predictions import read_artifact

UNREADABLE = (OSError, ValueError, KeyError, TypeError, IndexError)
"""What a file that is cut off, or holds something else, makes of itself."""


def judged_before(client: MlflowClient, run_id: str, examples: int) -> Answer | None:
    """The stored answer; of a store that is older than stored answers, from the tables that were judged. None where the
    run was not judged, or what is there cannot be read: nothing can be said to have changed then.

    Args:
        examples: how many test examples there are, which older tables do not tell.
    """
    try:
        return Answer.from_dict(from_json(local_artifact(client, run_id, names.ANSWER).read_text(encoding="utf-8")))
    except StoreAwayError:
        raise
    except (StoreError, *UNREADABLE):
        pass  # older, or damaged: the tables may tell
    try:
        tables = [
            read_artifact(client, run_id, artifact).to_pandas() for artifact in (names.LEADERBOARD, names.COMPARISON)
        ]
        return answer_of_tables(*tables, examples=examples)
    except (StoreError, *UNREADABLE):
        return None

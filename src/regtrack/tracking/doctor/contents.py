"""Contents: what several examinations ask of a store, asked once. A store of 10,000 runs takes seconds to tell of them."""

from functools import cached_property

from mlflow import MlflowClient
from mlflow.entities import LoggedModel, Run

from regtrack.tracking.models_of_store import logged_models
from regtrack.tracking.reader import all_experiments
from regtrack.tracking.runs_of_store import runs_of_store


class Contents:
    """Of one moment, about: whoever repairs asks again."""

    def __init__(self, client: MlflowClient):
        self.client = client

    @cached_property
    def runs(self) -> list[Run]:
        """That are not deleted, with their tags and without params and metrics."""
        return runs_of_store(self.client)

    @cached_property
    def models(self) -> list[LoggedModel]:
        """That are not deleted."""
        return logged_models(self.client, all_experiments(self.client))

"""Contents: what several examinations ask of a store, asked once. A store of 10,000 runs takes seconds to tell of them."""

from functools import cached_property

from mlflow import MlflowClient
from mlflow.entities import LoggedModel, LoggedModelStatus, Run

from regtrack import names
from regtrack.tracking import sql_reader
from regtrack.tracking.models_of_store import logged_models
from regtrack.tracking.reader import all_experiments
from regtrack.tracking.runs_of_store import every_run


class Contents:
    """Of one moment, about: whoever repairs asks again."""

    def __init__(self, client: MlflowClient):
        self.client = client

    @cached_property
    def runs(self) -> list[Run]:
        """That are not deleted, with their tags and without params and metrics."""
        return every_run(self.client)

    @cached_property
    def models(self) -> list[LoggedModel]:
        """That are not deleted, with their variant alone of their params."""
        try:
            return [_model(*values) for values in sql_reader.models(self.client.tracking_uri, names.VARIANT)]
        except sql_reader.ClientNeeded:
            return logged_models(self.client, all_experiments(self.client))


def _model(
    model_id: str, experiment_id: str, name: str, status: int, run_id: str, address: str, variant: str
) -> LoggedModel:
    params = {} if variant is None else {names.VARIANT: variant}
    return LoggedModel(
        experiment_id,
        model_id,
        name,
        address,
        0,
        0,
        source_run_id=run_id,
        status=LoggedModelStatus.from_int(status),
        params=params,
    )

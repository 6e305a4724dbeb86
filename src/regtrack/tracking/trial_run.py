"""The run of a trial as it begins: name, tags, params and data, the same for the run that is seen while the trial is trained and for
one that is made to deliver it later."""

import json
from dataclasses import asdict, dataclass

from mlflow import MlflowClient
from mlflow.entities import Dataset as DatasetEntity
from mlflow.entities import DatasetInput, InputTag, Param

from regtrack import names
from regtrack.data import Dataset
from regtrack.masking import mask
from regtrack.tracking.begun import Begun
from regtrack.tracking.long_params import shortened
from regtrack.tracking.process import this_process
from regtrack.variants.settings import Settings


@dataclass(frozen=True)
class TrialRun:
    """`params` are as the store takes them: masked, and shortened where they are longer than it holds. `data` are the name, digest
    and source of its data as MLflow names them."""

    name: str
    tags: dict[str, str]
    params: dict[str, str]
    data: dict[str, str]

    @classmethod
    def of(cls, name: str, tags: dict, params: dict, dataset: Dataset, settings: Settings) -> "TrialRun":
        params = {key: shortened(mask(str(value))) for key, value in params.items()}
        return cls(name, {key: str(value) for key, value in tags.items()}, params, data_in_words(dataset, settings))

    @property
    def key(self) -> str:
        return self.tags[names.TRIAL_KEY]

    @property
    def sweep_id(self) -> str:
        return self.tags[names.SWEEP_ID]

    def to_dict(self) -> dict:
        return asdict(self)

    def make(self, client: MlflowClient, experiment_id: str) -> Begun:
        """Make a run of it, RUNNING and written by this process."""
        tags = self.tags | {names.PROCESS: this_process()}
        made = client.create_run(experiment_id, run_name=self.name, tags=tags).info
        client.log_batch(made.run_id, params=[Param(key, value) for key, value in self.params.items()])
        client.log_inputs(made.run_id, [as_input(self.data)])
        return Begun(made.run_id, made.artifact_uri)


def data_in_words(dataset: Dataset, settings: Settings) -> dict[str, str]:
    """The data as MLflow names them, with the digest over all of them (of which MLflow keeps 36 characters)."""
    drawn = {"dataset": settings.dataset, "split_seed": settings.split_seed}
    source = json.dumps(drawn | ({"fold": settings.fold} if settings.fold else {}))
    return {"name": dataset.name, "digest": dataset.digest[:36], "source": source}


def as_input(data: dict[str, str]) -> DatasetInput:
    return DatasetInput(
        DatasetEntity(source_type="regtrack", **data), [InputTag("mlflow.data.context", "train, validation, test")]
    )

"""What an evaluation of a logged model is asked: all of it is known, and refused, before TensorFlow is imported."""

from collections.abc import Mapping
from dataclasses import dataclass

import mlflow
from mlflow import MlflowClient

from regtrack import names
from regtrack.data import Dataset
from regtrack.sweeps.data import load_data
from regtrack.sweeps.model_inputs import check_inputs
from regtrack.tracking.model_origin import origin_of
from regtrack.variants.settings import Settings
from regtrack.variants.settings_values import settings_from


@dataclass(frozen=True)
class Evaluation:
    """`label` is what to call the model among variants, `inputs` what it reads: "source" or "scaled"."""

    model_uri: str
    label: str
    inputs: str
    settings: Settings
    dataset: Dataset


def evaluation_of(client: MlflowClient, model_uri: str, given: Mapping[str, str], inputs: str = "") -> Evaluation:
    """A model that regtrack trained knows its data: data settings default to those of its trial, as does what it reads. The data
    are read here; a source that is a function, or one of Keras', may import TensorFlow.

    Args:
        given, inputs: as of run_uncertainty.
    Raises:
        ModelError: no Keras model there. DataError, SettingError: bad settings. StoreError: its trial's settings are lost.
    """
    check_inputs(inputs)
    mlflow.set_tracking_uri(client.tracking_uri)
    origin = origin_of(client, model_uri)
    own = dict(origin.settings)
    # A trial of an earlier store says nothing of it: it read scaled numbers.
    its_own = own.pop(names.INPUTS, names.SCALED) if own else names.SOURCE
    settings = settings_from({**own, **given})
    return Evaluation(model_uri, origin.label, inputs or its_own, settings, load_data(settings))

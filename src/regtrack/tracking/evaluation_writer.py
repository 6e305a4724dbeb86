"""EvaluationWriter: writes what a model that was not trained here predicts, as a sweep of one trial."""

import hashlib
import os
from pathlib import Path

import numpy as np
from mlflow import MlflowClient

from regtrack import names
from regtrack.data import Dataset
from regtrack.scratch import passing_folder
from regtrack.tracking.measures import prediction_metrics
from regtrack.tracking.process import this_process
from regtrack.tracking.same_database import SameDatabase
from regtrack.tracking.shown_examples import write_test_examples
from regtrack.tracking.trial_tables import write_uncertainty
from regtrack.tracking.writer import dataset_input, log
from regtrack.training.inference import accuracy_and_cross_entropy
from regtrack.training.result import Predictions
from regtrack.variants.settings import Settings

NOTE = (
    "**Monte Carlo dropout on a model that was not trained in this sweep.** The split was drawn for this evaluation: "
    "examples that the model learned from may be among those it is tested on, and its errors here too low."
)


class EvaluationWriter:
    """The run that stands for the evaluation (the project's, where `mlflow run` made one) has the test examples; its
    one trial has predictions and measures, and none of what only training tells: curves, train error, regime."""

    def __init__(self, client: MlflowClient, experiment_id: str, model_uri: str, dataset: Dataset, settings: Settings):
        self.client, self.experiment_id, self.model_uri = client, experiment_id, model_uri
        self.dataset, self.settings = dataset, settings
        self.given_run = os.environ.get("MLFLOW_RUN_ID")  # `mlflow run` will end it
        self.run_id = self.given_run or client.create_run(experiment_id, run_name="uncertainty").info.run_id
        self.trial_id = ""
        self.database = SameDatabase(client.tracking_uri)

    def start(self, label: str, seed: int, inputs: str) -> None:
        """`label` names the model as a variant; `seed` is of the masks, `inputs` what the model was given."""
        shared = {names.SWEEP_ID: self.run_id, names.MODEL_URI: self.model_uri,
                  names.DATASET_DIGEST: self.dataset.digest, names.PROCESS: this_process()}  # fmt: skip
        tags = shared | {names.ROLE: names.ROLE_UNCERTAINTY, names.TRIALS_PLANNED: 1, names.NOTE: NOTE}
        log(self.client, self.run_id, tags=tags)
        self.client.log_inputs(self.run_id, [dataset_input(self.dataset, self.settings)])
        with passing_folder() as folder:
            write_test_examples(self.dataset, Path(folder))
            self.client.log_artifacts(self.run_id, folder)
        key = hashlib.sha256(f"{self.model_uri} {self.dataset.digest} {seed} {inputs}".encode()).hexdigest()[:32]
        tags = shared | {names.ROLE: names.ROLE_TRIAL, names.VARIANT: label, names.TRIAL_KEY: key}
        run = self.client.create_run(self.experiment_id, run_name=label, tags=tags)
        self.trial_id = run.info.run_id
        counts = {names.N_VAL: len(self.dataset.validation), names.N_TEST: len(self.dataset.test)}
        told = ("dataset", "split_seed", "fold", "label_noise", "n_passes", "n_bins", "high_confidence")
        params = (
            {name: getattr(self.settings, name) for name in told} | counts | {names.SEED: seed, names.INPUTS: inputs}
        )
        log(self.client, self.trial_id, params=params)
        self.client.log_inputs(self.trial_id, [dataset_input(self.dataset, self.settings)])

    def finish(self, predictions: tuple[Predictions, ...]) -> dict[str, float]:
        """Log everything; returns the metrics, which both runs get. Raises StoreError where the store has gone."""
        with passing_folder() as folder:
            write_uncertainty(predictions, self.dataset, Path(folder))
            self.client.log_artifacts(self.trial_id, folder)
        validation, test = predictions
        accuracy, cross_entropy = accuracy_and_cross_entropy(validation.probs, self.dataset.validation.given_label)
        metrics = prediction_metrics(test, self.dataset, self.settings) | {
            names.MC_SECONDS: test.mc_seconds,
            f"{names.SELECTED}val_accuracy": accuracy,
            f"{names.SELECTED}val_cross_entropy": cross_entropy,
        }
        metrics = {name: value for name, value in metrics.items() if np.isfinite(value)}
        for run_id in (self.run_id, self.trial_id):
            log(self.client, run_id, metrics=metrics)
        self.database.check()
        return metrics

    def close(self, status: str) -> None:
        """End the trial, and the run that stands for the evaluation if it is ours to end."""
        if not self.database.is_there:
            return
        if self.trial_id:
            self.client.set_terminated(self.trial_id, status)
        if not self.given_run:
            self.client.set_terminated(self.run_id, status)

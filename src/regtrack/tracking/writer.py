"""SweepWriter: writes a sweep and its trials as the store contract says. One writer a sweep, in the parent process."""

import hashlib
import json
import os
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

import mlflow
from mlflow import MlflowClient
from mlflow.entities import Dataset as DatasetEntity
from mlflow.entities import DatasetInput, InputTag, Metric, Param, RunTag

from regtrack import __version__, names
from regtrack.data import Dataset
from regtrack.masking import mask
from regtrack.tracking.artifacts import write_text, write_trial
from regtrack.tracking.long_params import shortened
from regtrack.tracking.measures import trial_metrics
from regtrack.tracking.models import log_model, logged_model_id
from regtrack.tracking.process import this_process
from regtrack.tracking.same_database import SameDatabase
from regtrack.tracking.serving import log_serving_model
from regtrack.tracking.shown_examples import write_test_examples
from regtrack.training.engine_lookup import engine_of
from regtrack.training.events import EpochEnded, TrialFailed
from regtrack.training.job import Job
from regtrack.training.result import TrainingResult
from regtrack.variants.grid import Grid
from regtrack.variants.regularizers import PARAMS
from regtrack.variants.settings import Settings
from regtrack.variants.variant import Variant
from regtrack.words.failures import first_line

FLUSH_SECONDS = 2.0
"""Epochs are written together: one batch costs as much as one value, and a live view needs no more."""


EARLIER_ENGINE = "keras-graph"
"""What every trial's key held before a release drew random numbers of its own, or compiled an epoch whole."""


def trial_key(job: Job, variant: Variant, seed: int) -> str:
    """Hash of everything that determines a trial's result: the key by which a resumed sweep skips it.

    Raises VariantError where the job has no data for the variant, ModelError where its model is not there.
    """
    return trial_keys(job, variant, seed)[0]


def trial_keys(job: Job, variant: Variant, seed: int) -> tuple[str, str]:
    """(its key, the key under which an earlier release stored it): the same training, where the two differ by other random
    numbers or another order of sums, so that what is finished under either is done. Raises as `trial_key`."""
    dataset, network = job.dataset_of(variant), job.network_of(variant)
    determines = {
        # Without what is off: a regularizer that joins later leaves the keys of those before it as they are.
        "variant": {name: value for name, value in variant.to_params().items() if not _is_off(name, value)},
        "settings": job.settings_of(variant).model_dump(exclude={"dataset", "inputs"}),
        "seed": seed,
        "dataset": [dataset.digest, dataset.scale],
        "model": network.digest,
        "regtrack": __version__,
    }
    if network.reads == names.SOURCE:  # else left out: the keys of earlier trials, which all read scaled numbers, stay
        determines["inputs"] = [names.SOURCE, dataset.units.digest]
    own, earlier = (_hash(determines | {"engine": engine}) for engine in (str(engine_of(job, variant)), EARLIER_ENGINE))
    return own, earlier


def _hash(determines: dict) -> str:
    return hashlib.sha256(json.dumps(determines, sort_keys=True).encode()).hexdigest()[:32]


def _is_off(name: str, value) -> bool:
    return name in PARAMS and value == PARAMS[name].neutral


class SweepWriter:
    """Logs a sweep's run, and each of its trials, with its own data, as a flat run of the same experiment tied by the
    sweep's id."""

    def __init__(self, client: MlflowClient, experiment_id: str, job: Job):
        self.client, self.experiment_id, self.job = client, experiment_id, job
        mlflow.set_tracking_uri(client.tracking_uri)  # logging and registering a model know no other way
        self.given_run = os.environ.get("MLFLOW_RUN_ID")  # `mlflow run` made it and will end it
        self._process = {names.PROCESS: this_process()}
        self.run_id = (
            self.given_run or client.create_run(experiment_id, run_name="sweep", tags=self._process).info.run_id
        )
        self.database = SameDatabase(client.tracking_uri)
        self.sweep_id = self.run_id  # unless it takes over another sweep's
        self._runs: dict[tuple[Variant, int], str] = {}
        self._waiting: dict[str, list[Metric]] = {}
        self._flushed: dict[str, float] = {}

    def start(self, grid: Grid, confirm_seeds: int = 0, *, primary: str) -> None:
        """Args: primary: name of the measure that is to choose and to be judged."""
        tags = {names.ROLE: names.ROLE_SWEEP, names.SWEEP_ID: self.sweep_id, names.TRIALS_PLANNED: len(grid.trials),
                names.PRIMARY: primary}  # fmt: skip
        tags |= {names.CONFIRM_SEEDS: confirm_seeds} if confirm_seeds else {}
        self.client.log_inputs(self.run_id, [dataset_input(self.job.dataset, self.job.settings)])
        with tempfile.TemporaryDirectory() as folder:
            write_test_examples(self.job.dataset, Path(folder))
            write_text(grid.to_yaml(), Path(folder), names.GRID)
            self.client.log_artifacts(self.run_id, folder)
        # Last: what has the sweep's id is what the sweep is read from, and resumed by.
        log(self.client, self.run_id, tags=tags | {names.DATASET_DIGEST: self.job.dataset.digest, **self._process})

    def trial_started(self, variant: Variant, seed: int, stage: str = names.EXPLORE) -> str:
        dataset, engine = self.job.dataset_of(variant), engine_of(self.job, variant)
        tags = {
            names.ROLE: names.ROLE_TRIAL,
            names.SWEEP_ID: self.sweep_id,
            names.STAGE: stage,
            names.VARIANT: variant.label,
            names.TRIAL_KEY: trial_key(self.job, variant, seed),
            names.ENGINE: str(engine),
            names.DATASET_DIGEST: dataset.digest,
        } | self._process
        if engine.keras_draws:
            tags[names.KERAS_DRAWS] = ", ".join(engine.keras_draws)
        counts = {names.N_TRAIN: len(dataset.train), names.N_VAL: len(dataset.validation),
                  names.N_TEST: len(dataset.test)}  # fmt: skip
        own = self.job.settings_of(variant).model_dump() | {names.INPUTS: self.job.network_of(variant).reads}
        run = self.client.create_run(self.experiment_id, run_name=f"{variant.label} seed {seed}", tags=tags)
        run_id = self._runs[variant, seed] = run.info.run_id
        log(self.client, run_id, params=own | variant.to_params() | {names.SEED: seed} | counts)
        self.client.log_inputs(run_id, [dataset_input(dataset, self.job.settings)])
        return run_id

    def epoch_ended(self, event: EpochEnded) -> None:
        run_id, now = self._runs[event.variant, event.seed], time.time()
        values = {name: event.metrics[name] for name in names.EPOCH_METRICS}
        self._waiting.setdefault(run_id, []).extend(_metrics(values, step=event.epoch))
        if now - self._flushed.setdefault(run_id, now) > FLUSH_SECONDS:
            self._flush(run_id)

    def trial_finished(self, result: TrainingResult) -> None:
        """The run is FINISHED only once everything is in the store; if that fails it is FAILED."""
        run_id, dataset = self._runs[result.variant, result.seed], self.job.dataset_of(result.variant)
        try:
            self._flush(run_id)
            with tempfile.TemporaryDirectory() as folder:
                write_trial(result, dataset, Path(folder))
                self.client.log_artifacts(run_id, folder)
            probs = result.of("test").probs[:2]
            log_model(
                result.model_bytes,
                dataset.inputs(dataset.test, result.settings.inputs, slice(2)).astype(result.takes),
                probs[:, 1:] if result.one_unit else probs,
                run_id=run_id,
                params={names.VARIANT: result.variant.label, names.SEED: result.seed},
                step=result.curve.selected_epoch,
                encoding=dataset.encoding_to(result.settings.inputs),
            )
            log_serving_model(result, dataset, run_id=run_id)
            # Not before: logging a model reads every metric that its run has, one by one.
            log(self.client, run_id, metrics=trial_metrics(result, dataset))
        except Exception as error:
            del self._runs[result.variant, result.seed]
            self._end_failed(run_id, f"its results could not be stored: {first_line(error)}")
            raise
        self.client.set_terminated(run_id, names.FINISHED)
        del self._runs[result.variant, result.seed]

    def trial_failed(self, event: TrialFailed) -> None:
        """A FAILED run that keeps its curve, its reason, and what the worker left of traceback and log."""
        run_id = self._runs.pop((event.variant, event.seed))
        self._flush(run_id)
        if event.details:
            with tempfile.TemporaryDirectory() as folder:
                write_text(event.details, Path(folder), names.FAILURE_DETAILS)
                self.client.log_artifacts(run_id, folder)
        self._end_failed(run_id, event.reason)

    def close(self, status: str) -> None:
        """End what is still open: running trials KILLED when the sweep was; the sweep's run if it is ours to end.

        Nothing where the store has gone: a new connection would only make an empty file in its place.
        """
        if not self.database.is_there:
            return
        for run_id in self._runs.values():
            self._flush(run_id)
            self.client.set_tag(run_id, names.FAILURE, "the sweep ended before the trial did")
            self.client.set_terminated(run_id, names.KILLED)
        self._runs.clear()
        if not self.given_run:
            self.client.set_terminated(self.run_id, status)

    def register(self, run_id: str, name: str) -> str:
        """Put a trial's Keras model into the model registry; returns its version."""
        return mlflow.register_model(f"models:/{logged_model_id(self.client, run_id)}", name).version

    def _end_failed(self, run_id: str, reason: str) -> None:
        log(self.client, run_id, tags={names.FAILURE: reason})
        self.client.set_terminated(run_id, names.FAILED)

    def _flush(self, run_id: str) -> None:
        self.client.log_batch(run_id, metrics=self._waiting.pop(run_id, []))
        self._flushed[run_id] = time.time()


def dataset_input(dataset: Dataset, settings: Settings) -> DatasetInput:
    """The data as MLflow names them, with the digest over all of them (of which MLflow keeps 36 characters)."""
    source = json.dumps({"dataset": settings.dataset, "split_seed": settings.split_seed})
    entity = DatasetEntity(name=dataset.name, digest=dataset.digest[:36], source_type="regtrack", source=source)
    return DatasetInput(entity, [InputTag("mlflow.data.context", "train, validation, test")])


def _metrics(values: dict[str, float], *, step: int) -> Sequence[Metric]:
    now = int(time.time() * 1000)
    return [Metric(name, float(value), now, step) for name, value in values.items()]


def log(
    client: MlflowClient,
    run_id: str,
    *,
    params: dict | None = None,
    metrics: dict[str, float] | None = None,
    tags: dict | None = None,
) -> None:
    """Log these once, in one batch; metrics at step 0, so that the MLflow UI draws bars. Texts are masked."""
    client.log_batch(
        run_id,
        metrics=_metrics(metrics or {}, step=0),
        params=[Param(name, shortened(mask(str(value)))) for name, value in (params or {}).items()],
        tags=[RunTag(name, mask(str(value))) for name, value in (tags or {}).items()],
    )

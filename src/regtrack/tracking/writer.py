"""SweepWriter: writes a sweep and its trials as the store contract says. One writer a sweep, in the parent process."""

import hashlib
import json
import os
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path

import mlflow
from mlflow import MlflowClient
from mlflow.entities import DatasetInput, Metric, Param, RunTag

from regtrack import __version__, names
from regtrack.data import Dataset
from regtrack.masking import mask
from regtrack.scratch import passing_folder
from regtrack.tracking.artifacts import write_text
from regtrack.tracking.begun import Begun
from regtrack.tracking.delivery import cut_off, deliver_trial, runs_of
from regtrack.tracking.long_params import shortened
from regtrack.tracking.models import logged_model_id
from regtrack.tracking.outages import outage
from regtrack.tracking.packed_trial import Epoch, epoch_metrics
from regtrack.tracking.packing import pack_trial
from regtrack.tracking.process import this_process
from regtrack.tracking.reader import search_runs
from regtrack.tracking.same_database import SameDatabase
from regtrack.tracking.shown_examples import write_test_examples
from regtrack.tracking.spooled_delivery import deliver_waiting
from regtrack.tracking.trial_run import TrialRun, as_input, data_in_words
from regtrack.training.engine_lookup import engine_of
from regtrack.training.engine_value import EARLIER
from regtrack.training.events import EpochEnded, TrialFailed, TrialLost
from regtrack.training.job import Job
from regtrack.training.result import TrainingResult
from regtrack.variants.grid import Grid
from regtrack.variants.regularizers import PARAMS
from regtrack.variants.settings import Settings
from regtrack.variants.variant import Variant
from regtrack.words.failures import first_line

FLUSH_SECONDS = 2.0
"""Epochs are written together: one batch costs as much as one value, and a live view needs no more."""
NOT_STORED = "its results could not be stored"


def trial_key(job: Job, variant: Variant, seed: int) -> str:
    """Hash of everything that determines a trial's result: the key by which a resumed sweep skips it.

    Raises VariantError where the job has no data for the variant, ModelError where its model is not there.
    """
    return trial_keys(job, variant, seed)[0]


def trial_keys(job: Job, variant: Variant, seed: int) -> tuple[str, ...]:
    """(its key, the keys under which earlier releases may have stored it ...): the same training, where they differ by other
    random numbers or another order of sums, so that what is finished under any is done. Raises as `trial_key`."""
    dataset, network = job.dataset_of(variant), job.network_of(variant)
    determines = {
        # Without what is off: a regularizer that joins later leaves the keys of those before it as they are.
        "variant": {name: value for name, value in variant.to_params().items() if not _is_off(name, value)},
        "settings": job.settings_of(variant).model_dump(exclude={"dataset", "fold", "inputs"}),
        "seed": seed,
        "dataset": [dataset.digest, dataset.scale],
        "model": network.digest,
        "regtrack": __version__,
    }
    if network.reads == names.SOURCE:  # else left out: the keys of earlier trials, which all read scaled numbers, stay
        determines["inputs"] = [names.SOURCE, dataset.units.digest]
    return tuple(_hash(determines | {"engine": engine}) for engine in (str(engine_of(job, variant)), *EARLIER))


def _hash(determines: dict) -> str:
    return hashlib.sha256(json.dumps(determines, sort_keys=True).encode()).hexdigest()[:32]


def _is_off(name: str, value) -> bool:
    return name in PARAMS and value == PARAMS[name].neutral


class AtOnce:
    """The store is written to where and when something happens, by whoever tells of it; what it refuses is raised there."""

    def submit(self, write: Callable[[int], None], *, of: object = None, finishes: bool = False) -> None:
        """Args: write: takes how often it was tried before. of: the trial whose writes keep their order. finishes: whether it brings
        a finished trial."""
        write(0)

    def keep(self, key: str, packed: bytes) -> Path | bytes:
        """Where a finished trial is until the store has it: here nowhere but in memory."""
        return packed


@dataclass(eq=False)
class _Live:
    """An attempt at a trial: its epochs so far, and what the store has of it."""

    run: TrialRun
    epochs: list[Epoch] = field(default_factory=list)
    begun: Begun | None = None
    flushed: float = 0.0

    @property
    def run_id(self) -> str:
        return self.begun.run_id if self.begun else ""


class SweepWriter:
    """Logs a sweep's run, and each of its trials, with its own data, as a flat run of the same experiment tied by the
    sweep's id. What an event writes is handed to `store`, in order; only one process and one thread writes."""

    def __init__(self, client: MlflowClient, experiment_id: str, job: Job, store: AtOnce | None = None):
        self.client, self.experiment_id, self.job, self.store = client, experiment_id, job, store or AtOnce()
        mlflow.set_tracking_uri(client.tracking_uri)  # logging and registering a model know no other way
        self.given_run = os.environ.get("MLFLOW_RUN_ID")  # `mlflow run` made it and will end it
        self._process = {names.PROCESS: this_process()}
        self.run_id = (
            self.given_run or client.create_run(experiment_id, run_name="sweep", tags=self._process).info.run_id
        )
        self.database = SameDatabase(client.tracking_uri)
        self.sweep_id = self.run_id  # unless it takes over another sweep's
        self._live: dict[tuple[Variant, int], _Live] = {}
        self._split = 0

    @contextmanager
    def on_split(self, split: int, job: Job) -> Iterator[None]:
        """Trials that begin and end within are those of a further split, from 1, and of its job."""
        own, self.job, self._split = self.job, job, split
        try:
            yield
        finally:
            self.job, self._split = own, 0

    def start(self, grid: Grid, confirm_seeds: int = 0, *, primary: str) -> None:
        """Args: primary: name of the measure that is to choose and to be judged."""
        tags = {names.ROLE: names.ROLE_SWEEP, names.SWEEP_ID: self.sweep_id, names.TRIALS_PLANNED: len(grid.trials),
                names.PRIMARY: primary}  # fmt: skip
        tags |= {names.CONFIRM_SEEDS: confirm_seeds} if confirm_seeds else {}
        tags |= {names.SPLITS: grid.splits} if grid.splits > 1 else {}
        self.client.log_inputs(self.run_id, [dataset_input(self.job.dataset, self.job.settings)])
        with passing_folder() as folder:
            write_test_examples(self.job.dataset, Path(folder))
            write_text(grid.to_yaml(), Path(folder), names.GRID)
            self.client.log_artifacts(self.run_id, folder)
        # Last: what has the sweep's id is what the sweep is read from, and resumed by.
        log(self.client, self.run_id, tags=tags | {names.DATASET_DIGEST: self.job.dataset.digest, **self._process})

    def trial_started(self, variant: Variant, seed: int, stage: str = names.EXPLORE) -> str:
        """The id of its run, "" where that is yet to be made."""
        dataset, engine = self.job.dataset_of(variant), engine_of(self.job, variant)
        tags = {
            names.ROLE: names.ROLE_TRIAL,
            names.SWEEP_ID: self.sweep_id,
            names.STAGE: stage,
            names.VARIANT: variant.label,
            names.TRIAL_KEY: trial_key(self.job, variant, seed),
            names.ENGINE: str(engine),
            names.DATASET_DIGEST: dataset.digest,
        }
        if engine.keras_draws:
            tags[names.KERAS_DRAWS] = ", ".join(engine.keras_draws)
        counts = {names.N_TRAIN: len(dataset.train), names.N_VAL: len(dataset.validation),
                  names.N_TEST: len(dataset.test)}  # fmt: skip
        own = self.job.settings_of(variant).model_dump() | {names.INPUTS: self.job.network_of(variant).reads}
        params = own | variant.to_params() | {names.SEED: seed} | counts
        params |= {names.SPLIT: self._split} if self._split else {}
        run = TrialRun.of(f"{variant.label} seed {seed}", tags, params, dataset, self.job.settings)
        live = self._live[variant, seed] = _Live(run, flushed=time.time())
        self.store.submit(partial(self._make, live), of=live)
        return live.run_id

    def epoch_ended(self, event: EpochEnded) -> None:
        live, now = self._live[event.variant, event.seed], time.time()
        values = {name: float(event.metrics[name]) for name in names.EPOCH_METRICS}
        live.epochs.append((event.epoch, int(now * 1000), values))
        if now - live.flushed > FLUSH_SECONDS:
            live.flushed = now
            self.store.submit(lambda _: self._flush(live), of=live)

    def trial_finished(self, result: TrainingResult) -> None:
        """The run is FINISHED only once everything is in the store; if that fails it is FAILED."""
        trial = result.variant, result.seed
        live = self._live[trial]
        try:
            packed = pack_trial(live.run, live.epochs, result, self.job.dataset_of(result.variant))
            kept = self.store.keep(live.run.key, packed)
            self.store.submit(partial(self._deliver, live, kept), of=live, finishes=True)
        except Exception as error:
            reason = f"{NOT_STORED}: {first_line(error)}"
            del self._live[trial]
            self.store.submit(lambda _: self._end_failed(live.run_id, reason), of=live)
            raise
        del self._live[trial]

    def trial_failed(self, event: TrialFailed) -> None:
        """A FAILED run that keeps its curve, its reason, and what the worker left of traceback and log."""
        live = self._live.pop((event.variant, event.seed))
        self.store.submit(lambda _: self._fail(live, event.reason, event.details), of=live)

    def trial_lost(self, event: TrialLost) -> None:
        """An attempt that another takes the place of: readers pass over its run."""
        live = self._live.pop((event.variant, event.seed))
        self.store.submit(lambda _: cut_off(self.client, live.run_id, event.reason), of=live)

    def close(self, status: str) -> list[str]:
        """End what is still open: running trials KILLED when the sweep was; the sweep's run if it is ours to end. The ids of
        runs that could not be closed: one that cannot, whatever the reason, does not keep the others open.

        Nothing where the store has gone: a new connection would only make an empty file in its place.
        """
        if not self.database.is_there:
            return []
        unclosed = []
        for live in self._live.values():
            if live.run_id:
                self._try(unclosed, live.run_id, partial(self._close_live, live))
        self._live.clear()
        self._try(unclosed, self.sweep_id, self._close_strays)
        if not self.given_run:
            self._try(unclosed, self.run_id, partial(self.client.set_terminated, self.run_id, status))
        return unclosed

    def register(self, run_id: str, name: str) -> str:
        """Put a trial's Keras model into the model registry; returns its version. One that is there already, by a call whose answer
        was lost, is not put there again."""
        model_id = logged_model_id(self.client, run_id)
        for there in self.client.search_model_versions(f"run_id = '{run_id}'"):
            if (there.name, there.model_id) == (name, model_id):
                return there.version
        return mlflow.register_model(f"models:/{model_id}", name).version

    def _make(self, live: _Live, before: int) -> None:
        if before:  # it may have been made, and the answer lost
            for run in runs_of(self.client, self.experiment_id, live.run):
                if run.info.status == names.RUNNING and run.data.tags.get(names.PROCESS) == this_process():
                    cut_off(self.client, run.info.run_id, "the store was away while it was made")
        live.begun = live.run.make(self.client, self.experiment_id)

    def _flush(self, live: _Live) -> None:
        new = live.epochs[live.begun.epochs :]
        self.client.log_batch(live.run_id, metrics=epoch_metrics(new))
        live.begun = replace(live.begun, epochs=live.begun.epochs + len(new))

    def _deliver(self, live: _Live, kept: Path | bytes, before: int) -> None:
        """A second attempt makes a run of its own, and closes what the first left."""
        begun = None if before else live.begun
        try:
            if isinstance(kept, bytes):
                deliver_trial(self.client, self.experiment_id, kept, begun)
            elif not deliver_waiting(self.client, self.experiment_id, kept, begun):
                cut_off(self.client, live.run_id, "another process delivered the trial")
        except Exception as error:
            if not outage(error):  # it will not be tried again
                self._end_failed(live.run_id, f"{NOT_STORED}: {first_line(error)}")
            raise

    def _fail(self, live: _Live, reason: str, details: str) -> None:
        self._flush(live)
        if details:
            with passing_folder() as folder:
                write_text(details, Path(folder), names.FAILURE_DETAILS)
                self.client.log_artifacts(live.run_id, folder)
        self._end_failed(live.run_id, reason)

    def _close_live(self, live: _Live) -> None:
        self._flush(live)
        self.client.set_tag(live.run_id, names.FAILURE, "the sweep ended before the trial did")
        self.client.set_terminated(live.run_id, names.KILLED)

    def _close_strays(self) -> None:
        """Trials of ours that are still RUNNING: made, or finished, by a call whose answer was lost."""
        where = f"tags.`{names.SWEEP_ID}` = '{self.sweep_id}' and attributes.status = '{names.RUNNING}'"
        for run in search_runs(self.client, [self.experiment_id], where):
            tags = run.data.tags
            if tags.get(names.ROLE) == names.ROLE_TRIAL and tags.get(names.PROCESS) == this_process():
                cut_off(self.client, run.info.run_id, "the sweep ended before it was delivered")

    @staticmethod
    def _try(unclosed: list[str], run_id: str, close: Callable[[], object]) -> None:
        try:
            close()
        except Exception:  # away, or deleted meanwhile: whoever closes has nothing better to do than to close the next
            unclosed.append(run_id)

    def _end_failed(self, run_id: str, reason: str) -> None:
        log(self.client, run_id, tags={names.FAILURE: reason})
        self.client.set_terminated(run_id, names.FAILED)


def dataset_input(dataset: Dataset, settings: Settings) -> DatasetInput:
    return as_input(data_in_words(dataset, settings))


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

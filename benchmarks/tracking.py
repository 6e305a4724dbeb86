"""What a trial's storing costs beside its training: regtrack, and `mlflow.keras.autolog` with `log_model` in a user's loop.

Both store the same trainings of the article's network on the same data, each into a new local store. A trial is trained in this
process by the worker's code and stored by the parent's; in a sweep the parent stores while workers train on.
"""

import argparse
import os
import sys
import tempfile
import time

import keras
import mlflow
import numpy as np
import tensorflow as tf

from regtrack.data import load_dataset
from regtrack.measures.primaries import PRIMARIES
from regtrack.models import build_model
from regtrack.tracking.store import connect, ensure_experiment
from regtrack.tracking.writer import SweepWriter
from regtrack.training.events import EpochEnded
from regtrack.training.job import Job
from regtrack.training.one_trial import LastTrainer, trial
from regtrack.variants import Grid, Settings, Variant

SHARE, RATIO = 0.02, 0.2
VARIANTS = (Variant(), Variant(dropout_rate=0.2))


def ours(job: Job, seeds: range, folder: str) -> tuple[list[float], list[float]]:
    """(seconds a trial in MLflow and artifacts, seconds a trial of training), the first of each variant apart."""
    client = connect(f"sqlite:///{folder}/ours.db")
    writer = SweepWriter(client, ensure_experiment(client, "ours"), job)
    writer.start(Grid(VARIANTS, tuple(seeds), job.settings), primary=next(iter(PRIMARIES)))
    stored, trained, last = [], [], LastTrainer()
    for variant in VARIANTS:
        for seed in seeds:
            epochs = []
            begun = time.perf_counter()
            result = trial(job, variant, seed, lambda epoch, metrics: epochs.append((epoch, metrics)), last=last)  # noqa: B023
            trained.append(time.perf_counter() - begun)
            begun = time.perf_counter()
            writer.trial_started(variant, seed)
            for epoch, metrics in epochs:
                writer.epoch_ended(EpochEnded(variant, seed, epoch, metrics))
            writer.trial_finished(result)
            stored.append(time.perf_counter() - begun)
    return stored, trained


def autolog(job: Job, seeds: range, folder: str) -> list[float]:
    """Seconds a trial of `Model.fit` with autolog, over those without: its callbacks and its model."""
    mlflow.set_tracking_uri(f"sqlite:///{folder}/autolog.db")
    mlflow.set_experiment("autolog")
    data, settings, extra = job.dataset, job.settings, []
    for seed in seeds:
        both = []
        for logs in (False, True):
            mlflow.keras.autolog(disable=not logs, log_models=True)
            model = build_model("mlp", data.input_shape, data.n_classes, seed=seed)
            model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
            given = {"epochs": settings.epochs, "batch_size": settings.batch_size, "verbose": 0,
                     "validation_data": (data.validation.x, data.validation.given_label)}  # fmt: skip
            begun = time.perf_counter()
            model.fit(data.train.x, data.train.given_label, **given)
            both.append(time.perf_counter() - begun)
        extra.append(both[1] - both[0])
    return extra


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--dataset", default="fashion_mnist")
    parser.add_argument("--epochs", type=int, default=20, help="of ours, as in grids/core.yaml")
    parser.add_argument(
        "--autolog_epochs", type=int, default=2, help="of the peer: what it costs more hangs on them little"
    )
    parser.add_argument("--seeds", type=int, default=3)
    given = parser.parse_args()
    keras.config.disable_interactive_logging()
    tf.config.threading.set_intra_op_parallelism_threads(1)
    tf.config.threading.set_inter_op_parallelism_threads(1)
    data = load_dataset(given.dataset, split_seed=0)
    job = Job(data, Settings(dataset=given.dataset, epochs=given.epochs))
    brief = Job(data, Settings(dataset=given.dataset, epochs=given.autolog_epochs))
    with tempfile.TemporaryDirectory() as folder:
        os.environ.pop("MLFLOW_RUN_ID", None)
        peer = np.median(autolog(brief, range(given.seeds), folder))
        mlflow.keras.autolog(disable=True)
        stored, trained = ours(job, range(given.seeds), folder)
    a_trial, cores = (
        float(np.median(stored)),
        len(os.sched_getaffinity(0)) if sys.platform == "linux" else os.cpu_count(),
    )
    share = sum(stored) * cores / sum(trained)
    print(f"{given.dataset}, {given.epochs} epochs, {len(trained)} trials, seconds a trial, median")
    print("| mlflow.keras.autolog | regtrack | ratio | target |\n|---|---|---|---|")
    print(f"| {peer:.2f} | {a_trial:.3f} | {a_trial / peer:.3f} | {RATIO} |")
    print("| training of a trial | storing of all / wall clock of all on all cores | target |\n|---|---|---|")
    print(f"| {np.median(trained):.1f} | {share:.3f} | {SHARE} |")


if __name__ == "__main__":
    main()

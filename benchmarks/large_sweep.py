"""What is paid per sweep whatever is trained: storing 125 trials, judging and reporting them, a first look at each page.

The trials are replayed, not trained: 25 variants x 5 seeds with the predictions of simulated networks on as many examples as
Fashion-MNIST has (5,000 validation, 10,000 test; 20,000 rows a trial), five of the variants with dropout.
"""

import os
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path
from statistics import median

import numpy as np

from regtrack import names
from regtrack.data import Dataset
from regtrack.diagnosis.criteria import Criteria
from regtrack.models import build_model
from regtrack.sweeps.asked import Asked
from regtrack.sweeps.data import job_of
from regtrack.sweeps.reporting import report_sweep
from regtrack.sweeps.sweep import run_sweep
from regtrack.tracking.store import connect, ensure_experiment
from regtrack.training.events import EpochEnded, Event, TrialFinished, TrialStarted
from regtrack.training.one_trial import portable_archive
from regtrack.training.result import Curve, Predictions, TrainingResult
from regtrack.uncertainty.mc_dropout.prediction import MCPrediction
from regtrack.variants import Grid, Settings, Variant

N_TRAIN, N_VAL, N_TEST, CLASSES, EPOCHS, PASSES = 1_000, 5_000, 10_000, 10, 20, 100
SEEDS, VARIANTS, WITH_DROPOUT = 5, 25, 5
REPORT_LIMIT, LOOK_LIMIT, ROUNDS = 5.0, 0.3, 3
VIEWS = ("overview", "fitting_regimes", "confident_but_wrong", "uncertainty", "compare_two", "progress")


def dataset(n_val: int = N_VAL, n_test: int = N_TEST, width: int = 28) -> Dataset:
    rng = np.random.default_rng(0)
    n = N_TRAIN + n_val + n_test
    label = rng.integers(0, CLASSES, n)
    x = rng.integers(0, 60, (n, width, width)).astype(np.uint8) + (20 * label[:, None, None]).astype(np.uint8)
    shares = {"validation_share": n_val / n, "test_share": n_test / n}
    return Dataset.from_arrays(x, label, name="simulated", is_image=True, split_seed=0, **shares)


def grid() -> Grid:
    plain = [Variant(l2=round(1e-5 * (i + 1), 6)) for i in range(VARIANTS - WITH_DROPOUT - 1)]
    dropped = [Variant(dropout_rate=round(0.1 * (i + 1), 1)) for i in range(WITH_DROPOUT)]
    settings = Settings(dataset="simulated", epochs=EPOCHS, n_passes=PASSES)
    return Grid((Variant(), *plain, *dropped), tuple(range(SEEDS)), settings)


class Networks:
    """Simulated ones: an example is hard for all of them alike, and each adds something of its own."""

    def __init__(self, data: Dataset):
        self.labels = {"val": data.validation.given_label, "test": data.test.given_label}
        rng = np.random.default_rng(1)
        self.shared = {
            split: 4.0 * np.eye(CLASSES)[labels] + 1.6 * rng.standard_normal((len(labels), CLASSES))
            for split, labels in self.labels.items()
        }
        self.archive = portable_archive(build_model("mlp", data.input_shape, data.n_classes, seed=0))

    def predictions(self, split: str, kind: str, rng: np.random.Generator, passes: int = 0) -> Predictions:
        logits = self.shared[split] + 0.6 * rng.standard_normal(self.shared[split].shape)
        probs = _softmax(logits)
        if not passes:
            return Predictions(split, kind, probs)
        entropy = -(probs * np.log(probs)).sum(axis=1)
        mc = MCPrediction(
            passes, 0, _softmax(0.8 * logits), 0.05 + 0 * probs, entropy, 0.8 * entropy, 0.1 * entropy, 0.2 * entropy,
            np.clip(entropy / 4, 0, 0.9),
        )  # fmt: skip
        return Predictions(split, kind, probs, mc, 1.0, SEEDS, _softmax(0.9 * logits))

    def result(self, variant: Variant, seed: int, settings: Settings) -> TrainingResult:
        rng = np.random.default_rng([seed, abs(hash(variant.label)) % 2**32])
        passes = PASSES if variant.to_params()["dropout_rate"] else 0
        found = (
            self.predictions("val", "selected", rng, passes),
            self.predictions("test", "selected", rng, passes),
            self.predictions("val", "last", rng),
        )
        accuracy = float((found[0].probs.argmax(axis=1) == self.labels["val"]).mean())
        epochs = [_epoch(number, accuracy) for number in range(1, EPOCHS + 1)]
        weights = {"norm/layer_0": 1.0, "near_zero_share/layer_0": 0.0}
        return TrainingResult(
            variant,
            seed,
            settings.model_copy(update={"inputs": names.SCALED}),
            Curve(epochs),
            found,
            weights,
            self.archive,
            89_610,
            "keras-graph",
        )


def _softmax(logits: np.ndarray) -> np.ndarray:
    powers = np.exp(logits - logits.max(axis=1, keepdims=True))
    return (powers / powers.sum(axis=1, keepdims=True)).astype(np.float32)


def _epoch(number: int, accuracy: float) -> dict[str, float]:
    near = 1 - 0.5 / number
    loss = 2.3 * (1 - near * accuracy)
    train = {"train/accuracy": near, "train/balanced_accuracy": near, "train/cross_entropy": 0.5 / number,
             "train/penalty": 0.0, Curve.RUNNING: 0.6 / number, "seconds": 0.3}  # fmt: skip
    return train | {
        "val/accuracy": near * accuracy,
        "val/balanced_accuracy": near * accuracy,
        "val/cross_entropy": loss,
    }


class Replay:
    """In place of machines that train: every trial's events, as workers would send them."""

    def __init__(self, networks: Networks, settings: Settings):
        self.networks, self.settings = networks, settings

    def check(self) -> None: ...

    def at_hand(self):
        return nullcontext()

    def slots(self) -> int:
        return 1

    def notes_on(self, variants, job) -> tuple[str, ...]:
        return ()

    def run(self, trials, job) -> Iterator[Event]:
        for variant, seed in trials:
            result = self.networks.result(variant, seed, self.settings)
            yield TrialStarted(variant, seed)
            for number, metrics in enumerate(result.curve.epochs, 1):
                yield EpochEnded(variant, seed, number, metrics)
            yield TrialFinished(result)


def look_seconds(view: str) -> float:
    """Of the first run of a page in a session that has seen none of it, its module imported."""
    from streamlit.testing.v1 import AppTest

    app = AppTest.from_file(str(Path(__file__).parents[1] / "dashboard" / "app.py"), default_timeout=120)
    if view != "overview":
        app.switch_page(f"views/{view}.py")
    begun = time.perf_counter()
    app.run()
    took = time.perf_counter() - begun
    if app.exception:
        raise RuntimeError(f"{view}: {app.exception[0].message}")
    return took


def timed(act) -> tuple[float, float, object]:
    """(wall-clock seconds, CPU seconds, what came of it)"""
    wall, cpu = time.perf_counter(), time.process_time()
    found = act()
    return time.perf_counter() - wall, time.process_time() - cpu, found


def main(variants: int = VARIANTS) -> None:
    with tempfile.TemporaryDirectory() as folder:
        os.environ |= {"MLFLOW_TRACKING_URI": f"sqlite:///{folder}/mlflow.db", "STREAMLIT_LOGGER_LEVEL": "error"}
        client = connect()
        os.environ["MLFLOW_EXPERIMENT_ID"] = experiment_id = ensure_experiment(client, "large")
        data, plan = dataset(), grid()
        plan = Grid(plan.variants[-variants:], plan.seeds, plan.settings)
        asked = Asked(executor=Replay(Networks(data), plan.settings))
        job = job_of(plan, data)
        wall, cpu, done = timed(lambda: run_sweep(plan, job, client=client, asked=asked, say=lambda _: None))
        again = [
            timed(lambda: report_sweep(client, experiment_id, done.sweep_id, Criteria(), run_id=done.run_id))
            for _ in range(ROUNDS)
        ]
        n = len(plan.trials)
        report, report_cpu = median(one[0] for one in again), median(one[1] for one in again)
        print(f"{n} trials of {N_VAL * 2 + N_TEST:,} predictions | seconds | CPU seconds | limit |")
        print(f"storing a trial, simulating it included | {(wall - report) / n:.3f} | {(cpu - report_cpu) / n:.3f} | |")
        print(f"reading, judging, reporting, median of {ROUNDS} | {report:.2f} | {report_cpu:.2f} | {REPORT_LIMIT} |")
        for view in VIEWS:
            print(f"first look at {view.replace('_', ' ')} | {look_seconds(view):.2f} | | {LOOK_LIMIT} |", flush=True)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))

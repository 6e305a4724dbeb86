"""A finished trial as one value of bytes: all that its run is to hold. Whoever reaches the store can deliver it, without the data,
without TensorFlow and without the process that trained it; no pickle is in it."""

import io
import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from zipfile import ZipFile

from mlflow.entities import Metric

from regtrack.scratch import passing_folder
from regtrack.tracking.trial_run import TrialRun

ARTIFACTS, MODELS, DESCRIPTION = "artifacts", "models", "trial.json"

Epoch = tuple[int, int, dict[str, float]]
"""(its number from 1, milliseconds since 1970 when it was heard of, its measures by their names in the store)."""


@dataclass(frozen=True)
class PackedTrial:
    """What was packed, in a folder: its artifacts, and its models by their names."""

    folder: Path
    run: TrialRun
    epochs: tuple[Epoch, ...]
    metrics: dict[str, float]
    selected_epoch: int
    seed: int

    @property
    def artifacts(self) -> Path:
        return self.folder / ARTIFACTS

    @property
    def models(self) -> list[Path]:
        return sorted((self.folder / MODELS).iterdir())


@contextmanager
def unpacked(packed: bytes) -> Iterator[PackedTrial]:
    with passing_folder() as parent:
        folder = Path(parent)
        with ZipFile(io.BytesIO(packed)) as archive:
            archive.extractall(folder)
        content = json.loads((folder / DESCRIPTION).read_text(encoding="utf-8"))
        epochs = tuple((epoch, at, measures) for epoch, at, measures in content["epochs"])
        run = TrialRun(**content["run"])
        yield PackedTrial(folder, run, epochs, content["metrics"], content["selected_epoch"], content["seed"])


def epoch_metrics(epochs: Sequence[Epoch]) -> list[Metric]:
    """As the store takes them, the epoch as their step. One that is logged twice is one: its time is when it was heard of."""
    return [Metric(name, value, at, epoch) for epoch, at, measures in epochs for name, value in measures.items()]

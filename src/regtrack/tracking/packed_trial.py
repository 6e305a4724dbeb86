"""A finished trial as one value of bytes: all that its run is to hold. Whoever reaches the store can deliver it, without the data,
without TensorFlow and without the process that trained it; no pickle is in it."""

import io
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from zipfile import BadZipFile, ZipFile

from mlflow.entities import Metric

from regtrack.errors import StoreError
from regtrack.foreign import UNREADABLE_ARCHIVE, from_json
from regtrack.scratch import passing_folder
from regtrack.tracking.trial_run import TrialRun
from regtrack.words.failures import first_line

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
    """Raises StoreError for bytes that are no packed trial, whoever wrote them: nothing of them is written outside."""
    with passing_folder() as parent:
        folder = Path(parent)
        try:
            with ZipFile(io.BytesIO(packed)) as archive:
                if sum(member.file_size for member in archive.infolist()) > len(packed):
                    raise BadZipFile("it holds more than it weighs, and a trial is packed without compression")
                archive.extractall(folder)
            trial = _described(folder, from_json((folder / DESCRIPTION).read_text(encoding="utf-8")))
        except (*UNREADABLE_ARCHIVE, KeyError, TypeError, AttributeError) as error:
            raise StoreError(
                f"expected a finished trial as regtrack packs it, received something else ({first_line(error)})"
            ) from None
        yield trial


def _described(folder: Path, content: dict) -> PackedTrial:
    """What stands in the description, each value of its type; raises what Python raises of another."""
    epochs = tuple((int(epoch), int(at), _numbers(measures)) for epoch, at, measures in content["epochs"])
    name, *texts = (content["run"][key] for key in ("name", "tags", "params", "data"))
    run = TrialRun(str(name), *({str(key): str(value) for key, value in of.items()} for of in texts))
    selected, seed = int(content["selected_epoch"]), int(content["seed"])
    return PackedTrial(folder, run, epochs, _numbers(content["metrics"]), selected, seed)


def _numbers(values: dict) -> dict[str, float]:
    return {str(name): float(value) for name, value in values.items()}


def epoch_metrics(epochs: Sequence[Epoch]) -> list[Metric]:
    """As the store takes them, the epoch as their step. One that is logged twice is one: its time is when it was heard of."""
    return [Metric(name, value, at, epoch) for epoch, at, measures in epochs for name, value in measures.items()]

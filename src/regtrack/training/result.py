"""What a trial leaves behind: its curve, its predictions, its weights' measures, its model. Plain values, no store."""

from dataclasses import dataclass, field
from typing import ClassVar

import numpy as np

from regtrack.uncertainty.mc_dropout.prediction import MCPrediction
from regtrack.variants.settings import Settings
from regtrack.variants.variant import Variant


@dataclass
class Curve:
    """Measures after each epoch (the first is epoch 1): MEASURES in inference mode and without the penalty, and RUNNING,
    the mean cross-entropy (nats) over the examples as the epoch trained on them: dropout on, weights still changing."""

    MEASURES: ClassVar[tuple[str, ...]] = (
        "train/accuracy", "train/cross_entropy", "train/penalty", "val/accuracy", "val/cross_entropy",
        "train/balanced_accuracy", "val/balanced_accuracy",
    )  # fmt: skip
    RUNNING: ClassVar[str] = "train/running_cross_entropy"
    epochs: list[dict[str, float]] = field(default_factory=list)

    def append(self, metrics: dict[str, float]) -> None:
        self.epochs.append(metrics)

    def __getitem__(self, name: str) -> np.ndarray:
        return np.array([metrics[name] for metrics in self.epochs])

    def __len__(self) -> int:
        return len(self.epochs)

    @property
    def selected_epoch(self) -> int:
        """The epoch of the best validation cross-entropy (the first of equals), from 1."""
        return int(np.argmin(self["val/cross_entropy"])) + 1

    @property
    def seconds(self) -> float:
        return float(self["seconds"].sum())


@dataclass(frozen=True)
class Predictions:
    """One split at one kind of epoch: `probs` (n, n_classes) of one pass with dropout off, and `mc` with it on.

    `few_mean_probs` (n, n_classes) is the mean of the first `few_passes` passes: as many as an ensemble of the sweep's
    seeds would take.
    """

    split: str
    epoch_kind: str
    probs: np.ndarray
    mc: MCPrediction | None = None
    mc_seconds: float = 0.0
    few_passes: int = 0
    few_mean_probs: np.ndarray | None = None


@dataclass(frozen=True)
class PassesOfErrors:
    """Every pass of the most confident errors of the test split: `rows` (k,) into it, the most confident first, and
    `probs` (n_passes, k, n_classes)."""

    rows: np.ndarray
    probs: np.ndarray


@dataclass(frozen=True)
class TrainingResult:
    """A finished trial. `model_bytes` is the selected epoch's model as a .keras archive; `weights` the measures of
    what the technique did to it; `settings` those of the sweep with the variant's own in their place. `convergence`
    (see uncertainty.convergence) and `passes_of_errors` are there for models with dropout, and so is
    `mc_doubling_ratio` (see uncertainty.mc_dropout.cost) where it could be measured. The stored model `takes` numbers of
    this dtype, and gives one probability where it is of `one_unit`; one pass of it takes `n_products` multiplications by weights for
    an example, None where they are not known (see models.products)."""

    variant: Variant
    seed: int
    settings: Settings
    curve: Curve
    predictions: tuple[Predictions, ...]
    weights: dict[str, float]
    model_bytes: bytes
    n_parameters: int
    engine: str
    convergence: dict[str, np.ndarray] | None = None
    passes_of_errors: PassesOfErrors | None = None
    mc_doubling_ratio: float | None = None
    takes: str = "float32"
    one_unit: bool = False
    n_products: int | None = None

    def of(self, split: str, epoch_kind: str = "selected") -> Predictions:
        return next(p for p in self.predictions if (p.split, p.epoch_kind) == (split, epoch_kind))

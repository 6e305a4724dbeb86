"""HeldOut: a split no trial trained on, and what every trial of a sweep predicts there."""

from dataclasses import dataclass

import numpy as np

from regtrack.errors import DataError


@dataclass(frozen=True)
class TrialPredictions:
    """One trial's probabilities (n_examples, n_classes) at its selected epoch; `mc_mean_probs` None without dropout."""

    variant: str
    seed: int
    probs: np.ndarray
    mc_mean_probs: np.ndarray | None = None


@dataclass(frozen=True)
class HeldOut:
    """One split no trial trained on, each array (n_examples,), and what every finished trial of the sweep says of it.

    Raises DataError: no example, no trial, an example twice, or labels and probabilities that do not fit each other.
    """

    split: str
    example_id: np.ndarray
    given_label: np.ndarray
    true_label: np.ndarray
    trials: tuple[TrialPredictions, ...]

    def __post_init__(self):
        n, sizes = len(self.example_id), (len(self.given_label), len(self.true_label))
        if n == 0 or not self.trials or sizes != (n, n):
            raise DataError(
                f"{self.split}: expected predictions of at least one example by at least one trial, and as many labels "
                f"as examples, received {n} examples, {len(self.trials)} trials, {sizes[0]} given and {sizes[1]} true "
                f"labels; give finished trials and the split they predicted."
            )
        if len(np.unique(self.example_id)) < n:
            raise DataError(
                f"{self.split}: expected every example_id once, received one twice; give each example once."
            )
        expected = (n, self.n_classes)
        for trial in self.trials:
            for probs in (trial.probs, trial.mc_mean_probs):
                if probs is not None and not (np.shape(probs) == expected and np.isfinite(probs).all()):
                    raise DataError(
                        f"{self.split}: expected finite probabilities of shape {expected} from every trial, received "
                        f"shape {np.shape(probs)} from {trial.variant}, seed {trial.seed}; leave that trial out."
                    )
        low, high = int(self.given_label.min()), int(self.given_label.max())
        if low < 0 or high >= self.n_classes:
            raise DataError(
                f"{self.split}: expected given labels 0..{self.n_classes - 1}, received {low} to {high}; give the "
                f"labels of the data that the trials predicted."
            )

    @property
    def n_classes(self) -> int:
        return np.shape(self.trials[0].probs)[-1]

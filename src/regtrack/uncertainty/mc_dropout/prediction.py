"""MCPrediction: what Monte Carlo dropout says of each example. Plain arrays."""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class MCPrediction:
    """Over `n_passes` stochastic passes (Gal and Ghahramani 2016), for n examples and C classes.

    mean_probs, std_probs: (n, C); std with ddof = 1, so NaN for one pass.
    predictive_entropy, expected_entropy, mutual_information: (n,), nats, in [0, ln C]; higher is less sure.
    variation_ratio: (n,), share of passes not voting for the mode, [0, 1).
    predicted_class: (n,), argmax of mean_probs. confidence: (n,), max of mean_probs, [0, 1], higher is surer.
    """

    n_passes: int
    seed: int
    mean_probs: np.ndarray
    std_probs: np.ndarray
    predictive_entropy: np.ndarray
    expected_entropy: np.ndarray
    mutual_information: np.ndarray
    variation_ratio: np.ndarray

    @property
    def predicted_class(self) -> np.ndarray:
        return self.mean_probs.argmax(axis=1)

    @property
    def confidence(self) -> np.ndarray:
        return self.mean_probs.max(axis=1)

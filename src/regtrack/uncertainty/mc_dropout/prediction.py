"""MCPrediction: what Monte Carlo dropout says of each example. Plain arrays."""

from dataclasses import dataclass

import numpy as np

from regtrack.uncertainty.decomposition import mutual_information_corrected


@dataclass(frozen=True)
class MCPrediction:
    """Over `n_passes` stochastic passes (Gal and Ghahramani 2016), for n examples and C classes.

    mean_probs, std_probs: (n, C); std with ddof = 1, so NaN for one pass.
    predictive_entropy, expected_entropy, mutual_information: (n,), nats, in [0, ln C]; higher is less sure.
    expected_entropy_std: (n,), standard deviation over passes of the entropy, nats.
    variation_ratio: (n,), share of passes not voting for the mode, [0, 1).
    probs: (n_passes, n, C) float32 where the passes were kept, else None.
    """

    n_passes: int
    seed: int
    mean_probs: np.ndarray
    std_probs: np.ndarray
    predictive_entropy: np.ndarray
    expected_entropy: np.ndarray
    expected_entropy_std: np.ndarray
    mutual_information: np.ndarray
    variation_ratio: np.ndarray
    probs: np.ndarray | None = None

    @property
    def predicted_class(self) -> np.ndarray:
        """(n,), argmax of mean_probs."""
        return self.mean_probs.argmax(axis=1)

    @property
    def confidence(self) -> np.ndarray:
        """(n,), max of mean_probs, [0, 1], higher is surer."""
        return self.mean_probs.max(axis=1)

    @property
    def mean_probs_standard_error(self) -> np.ndarray:
        """(n, C): what n_passes leaves open in mean_probs. Far below the differences that matter, more passes buy
        nothing."""
        return self.std_probs / np.sqrt(self.n_passes)

    @property
    def expected_entropy_standard_error(self) -> np.ndarray:
        """(n,), nats: what n_passes leaves open in expected_entropy."""
        return self.expected_entropy_std / np.sqrt(self.n_passes)

    @property
    def mutual_information_corrected(self) -> np.ndarray:
        """(n,), nats: without the low bias of finitely many passes; NaN for one pass."""
        return mutual_information_corrected(self.mutual_information, self.mean_probs, self.std_probs, self.n_passes)

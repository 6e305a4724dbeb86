"""Simulated fits whose truth is known: to check verdicts and comparisons, and to plan a sweep."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import stats

from regtrack.diagnosis.regimes.fits import VariantFits

SHARED, OWN = 0.7, 0.1
"""Share of an example's latent difficulty that all variants share, and that is one variant's own; the rest is each
network's. Of two networks of one variant at 12 % error 10 % of examples are wrong in one of them only, of two variants
12 %: twice what the article's network shows on Fashion-MNIST (5 and 4 to 9 %), the harder case."""


@dataclass(frozen=True)
class Truth:
    """The population a variant's trainings are drawn from: errors (shares), the rise of validation cross-entropy after
    its minimum (nats), the standard deviations over seeds, and of one epoch's cross-entropy (nats)."""

    train_error: float
    val_error: float
    rise: float = 0.0
    seed_sd: float = 0.004
    train_sd: float = 0.002
    rise_sd: float = 0.005
    epoch_sd: float = 0.005
    name: str = ""


def simulate_wrong(
    truths: Sequence[Truth], *, seeds: int, n: int, rng: np.random.Generator, agree: float = SHARED, own: float = OWN
) -> list[np.ndarray]:
    """For each variant (seeds, n) bool, crossed: the same examples are hard for all, as a probit model has it.

    Args:
        agree, own: see SHARED and OWN; shares whose sum is below 1.
    """
    shared = rng.standard_normal(n, np.float32) * np.sqrt(agree)
    found = []
    for truth in truths:
        latent = shared + rng.standard_normal(n, np.float32) * np.sqrt(own)
        rates = np.clip(truth.val_error + truth.seed_sd * rng.standard_normal(seeds), 1e-6, 1 - 1e-6)
        noise = rng.standard_normal((seeds, n), np.float32) * np.float32(np.sqrt(1 - agree - own))
        found.append(latent + noise > stats.norm.isf(rates)[:, None])
    return found


def simulate_fits(
    truths: Sequence[Truth], *, seeds: int, n: int, epochs: int = 20, rng: np.random.Generator
) -> list[VariantFits]:
    """A sweep's fits, judged at the last epoch."""
    fits = []
    for i, (truth, wrong) in enumerate(zip(truths, simulate_wrong(truths, seeds=seeds, n=n, rng=rng), strict=True)):
        train = np.clip(truth.train_error + truth.train_sd * rng.standard_normal(seeds), 0, 1)
        rises = truth.rise + truth.rise_sd * rng.standard_normal(seeds) * (truth.rise > 0)
        val_cross_entropy = cross_entropy_curves(rises, epochs) + 2.5 * truth.val_error
        val_cross_entropy = val_cross_entropy + truth.epoch_sd * rng.standard_normal((seeds, epochs))
        fits.append(
            VariantFits(
                variant=truth.name or f"variant {i}",
                seeds=tuple(range(seeds)),
                train_error_curve=np.repeat(train[:, None], epochs, axis=1),
                val_error_curve=np.repeat(wrong.mean(axis=1)[:, None], epochs, axis=1),
                train_cross_entropy_curve=np.full((seeds, epochs), 2.5 * truth.train_error + 0.02),
                val_cross_entropy_curve=val_cross_entropy,
                judged_epoch=np.full(seeds, epochs),
                wrong=wrong,
            )
        )
    return fits


def cross_entropy_curves(rises: np.ndarray, epochs: int) -> np.ndarray:
    """(seeds, epochs) above their minimum: falling to it at two fifths of the budget, then up by `rises`, both ends
    flat over three epochs; with no rise, flat from there on."""
    lowest = max(2, 2 * epochs // 5)
    steps = np.arange(1, epochs + 1)
    fall = np.where(steps < lowest - 1, np.exp(-3.0 * steps / lowest), 0.0)
    up = np.clip((steps - lowest - 1) / max(1, epochs - 3 - lowest), 0, 1)
    return fall + rises[:, None] * up

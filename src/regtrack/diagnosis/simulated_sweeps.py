"""Sweeps whose truth is exact: beta-distributed difficulties joined by a Gaussian copula, seeds of any law.

It shares nothing with the formulas that are checked by it, nor with the probit model of `simulation`.
"""

from dataclasses import dataclass

import numpy as np
from scipy import stats

GRID = np.linspace(-6, 6, 4097)
LAWS = ("normal", "heavy tails", "lognormal spreads", "half noisy", "one noisy", "stuck seeds")
STUCK = 0.04
"""Share of stuck seeds, of every variant alike; they get nine of ten examples wrong."""


@dataclass(frozen=True)
class Design:
    """One design of sweep. `error` and `seed_sd` are shares; `gain` is by how much variant `better` is better than
    the rest, 0 being the baseline."""

    variants: int
    seeds: int
    n: int
    error: float = 0.10
    seed_sd: float = 0.004
    law: str = "normal"
    gain: float = 0.0
    better: int = 1
    concentration: float = 0.5
    """Of the beta law, a + b: small, and most examples are nearly always right or nearly always wrong."""
    shared: float = 0.9
    """Correlation of the latent difficulties of two variants."""


def simulate_sweep(design: Design, rng: np.random.Generator, splits: int = 1) -> list[np.ndarray]:
    """For each split (variants, seeds, n) bool: the same networks on other examples, so lucky seeds carry over."""
    shifts = seed_shifts(design, rng)
    return [wrong_of(design, shifts, rng) for _ in range(splits)]


def seed_shifts(design: Design, rng: np.random.Generator) -> np.ndarray:
    """(variants, seeds): each network's error rate minus its variant's; NaN for a stuck one."""
    shape, sd = (design.variants, design.seeds), np.full((design.variants, 1), design.seed_sd)
    shifts = rng.standard_normal(shape)
    if design.law == "heavy tails":
        shifts = rng.standard_t(3, shape) / np.sqrt(3)
    elif design.law == "lognormal spreads":
        sd = sd * np.exp(0.7 * rng.standard_normal(sd.shape))
    elif design.law in ("half noisy", "one noisy"):
        noisy = np.arange(design.variants) % 2 == 1 if design.law == "half noisy" else np.arange(design.variants) == 1
        sd = sd * np.where(noisy[:, None], 4.0, 1.0)
    shifts = sd * shifts
    if design.law == "stuck seeds":
        shifts = np.where(rng.random(shape) < STUCK, np.nan, shifts)
    return shifts


def wrong_of(design: Design, shifts: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """(variants, seeds, n) bool of the networks with these shifts, on examples of their own."""
    latent = np.sqrt(design.shared) * rng.standard_normal(design.n)
    latent = latent + np.sqrt(1 - design.shared) * rng.standard_normal((design.variants, design.n))
    p = np.interp(latent, GRID, _quantiles(design.error, design.concentration))
    if design.gain:
        p[design.better] = np.interp(
            latent[design.better], GRID, _quantiles(design.error - design.gain, design.concentration)
        )
    # A seed moves examples by how undecided they are; its mean over examples is exactly its shift, but for those that it
    # moves beyond 0 or 1: seeds that scatter by 0.04 err by 0.001 more or less than they should (item_response by nothing).
    own = (p * (1 - p)).astype(np.float32)
    error = np.full(design.variants, design.error)
    error[design.better] -= design.gain
    undecided = error * (1 - error) * design.concentration / (1 + design.concentration)
    slope = (np.nan_to_num(shifts) / undecided[:, None]).astype(np.float32)
    at = p.astype(np.float32)[:, None] + slope[..., None] * own[:, None]
    at = np.where(np.isnan(shifts)[..., None], np.float32(0.9), at)
    return rng.random(at.shape, np.float32) < at


_CACHE: dict[tuple[float, float], np.ndarray] = {}


def _quantiles(error: float, concentration: float) -> np.ndarray:
    key = (error, concentration)
    if key not in _CACHE:
        _CACHE[key] = stats.beta.ppf(stats.norm.cdf(GRID), error * concentration, (1 - error) * concentration)
    return _CACHE[key]

"""Sweeps of a second law, whose truth is exact: networks of some ability answer items of some difficulty (Rasch 1960).

The rules were chosen on `simulated_sweeps`; this one saw none of them. Its difficulties are two groups, many easy and some
hard, its seeds skewed, and a network's error rate is exact however far a seed strays: there none is cut off at 0 and 1.
"""

from functools import lru_cache

import numpy as np
from scipy import special

from regtrack.diagnosis.simulated_sweeps import STUCK, Design

HARD = 0.2
"""Share of items that are hard, for all variants alike."""
EASE, SPREADS = 5.0, (1.0, 2.0)
"""How much easier the others are, and the standard deviations of difficulty within the easy and the hard; logits."""
OWN = 0.7
"""Standard deviation of what makes an item harder for one variant than for another, logits."""
ABILITIES = np.linspace(-12, 16, 2801)
SMALLEST = 1e-5
STUCK_ERROR = 0.9


def simulate_answers(design: Design, rng: np.random.Generator, splits: int = 1) -> list[np.ndarray]:
    """For each split (variants, seeds, n) bool, wrong or not: the same networks on other items."""
    return answers_of(network_errors(design, rng), design.n, rng, splits)


def answers_of(errors: np.ndarray, n: int, rng: np.random.Generator, splits: int = 1) -> list[np.ndarray]:
    """For each split (variants, seeds, n) bool, of networks with these error rates (variants, seeds), on n items of its own."""
    abilities = np.interp(errors, _rates(), ABILITIES).astype(np.float32)
    return [_wrong_of(abilities, n, rng) for _ in range(splits)]


def network_errors(design: Design, rng: np.random.Generator) -> np.ndarray:
    """(variants, seeds): each network's error rate on all items there are; their mean is the variant's, which
    `seed_sd` is the standard deviation around."""
    shape = (design.variants, design.seeds)
    strays = (rng.standard_gamma(4.0, shape) - 4) / 2  # skewness 1: a bad seed strays farther than a good one
    sd = np.full((design.variants, 1), design.seed_sd)
    if design.law == "heavy tails":  # a tenth of the seeds come from a law of three times the spread
        wide = np.where(rng.random(shape) < 0.1, 3.0, 1.0) / np.sqrt(0.9 + 0.1 * 9)
        strays = wide * rng.standard_normal(shape)
    elif (
        design.law == "lognormal spreads"
    ):  # spreads of a law of its own: evenly between a third and three times, in logs
        sd = sd * 3.0 ** rng.uniform(-1, 1, sd.shape)
    elif design.law in ("half noisy", "one noisy"):
        noisy = np.arange(design.variants) % 2 == 1 if design.law == "half noisy" else np.arange(design.variants) == 1
        sd = sd * np.where(noisy[:, None], 4.0, 1.0)
    errors = np.full((design.variants, 1), design.error)
    errors[design.better] -= design.gain
    found = np.clip(errors + sd * strays, SMALLEST, 0.99)
    return np.where(rng.random(shape) < STUCK, STUCK_ERROR, found) if design.law == "stuck seeds" else found


def _wrong_of(abilities: np.ndarray, n: int, rng: np.random.Generator) -> np.ndarray:
    hard = rng.random(n) < HARD
    difficulty = rng.standard_normal(n) * np.where(hard, SPREADS[1], SPREADS[0]) - np.where(hard, 0.0, EASE)
    difficulty = (difficulty + OWN * rng.standard_normal((len(abilities), n))).astype(np.float32)
    chance = special.expit(difficulty[:, None] + abilities[..., None])
    return rng.random(chance.shape, np.float32) < chance


@lru_cache(maxsize=1)
def _rates() -> np.ndarray:
    """Error rate of a network of each of ABILITIES (the higher the worse), over all items: Gauss-Hermite quadrature."""
    z, weight = np.polynomial.hermite_e.hermegauss(80)
    groups = zip((1 - HARD, HARD), (-EASE, 0.0), SPREADS, strict=True)
    return sum(
        share * special.expit(ABILITIES[:, None] + at + np.hypot(spread, OWN) * z) @ weight / weight.sum()
        for share, at, spread in groups
    )

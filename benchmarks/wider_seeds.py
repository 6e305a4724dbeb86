"""Is a win by a variant of wider seeds a win? Wins and confirmations among equals by a law of seeds that can be chosen.

A generator of its own: probit examples as in `simulation`, the seeds' error rates gamma-distributed around their variant's, so that
`skewness` to the bad and how much wider some variants scatter can be turned up to where the promise ends.

    python benchmarks/wider_seeds.py [tables]
"""

import sys
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from comparison_rates import SD, confirmation, rates, table_of
from rich.console import Console
from scipy import stats

from regtrack.diagnosis.simulated_sweeps import Design
from regtrack.diagnosis.simulation import OWN, SHARED

WIDER_SD = 0.01
"""Of the calm variants' seeds where others scatter more widely."""
EVERY_SECOND, ALL_BUT_THE_BASELINE = "every second", "all but the baseline"


@dataclass(frozen=True)
class Scatter:
    """Seeds of this `skewness`, 0 being the normal law; those of `whom` scatter `times` as widely as the others'."""

    skewness: float
    times: float
    whom: str = EVERY_SECOND

    def simulate(self, design: Design, rng: np.random.Generator, splits: int = 1) -> list[np.ndarray]:
        """For each split (variants, seeds, n) bool: the same networks on other examples."""
        errors = np.full((design.variants, 1), design.error)
        errors[design.better] -= design.gain
        place = np.arange(design.variants)[:, None]
        wider = place > 0 if self.whom == ALL_BUT_THE_BASELINE else place % 2 == 1
        sd = design.seed_sd * np.where(wider, self.times, 1.0)
        found = np.clip(errors + sd * self._strays((design.variants, design.seeds), rng), 1e-4, 0.95)
        return [_wrong_of(found, design.n, rng) for _ in range(splits)]

    def _strays(self, shape: tuple[int, int], rng: np.random.Generator) -> np.ndarray:
        """Of mean 0 and standard deviation 1."""
        if not self.skewness:
            return rng.standard_normal(shape)
        k = 4 / self.skewness**2
        return (rng.standard_gamma(k, shape) - k) / np.sqrt(k)


def _wrong_of(rates_of_networks: np.ndarray, n: int, rng: np.random.Generator) -> np.ndarray:
    shared = np.sqrt(SHARED) * rng.standard_normal(n, np.float32)
    latent = shared + np.sqrt(OWN) * rng.standard_normal((len(rates_of_networks), 1, n), np.float32)
    noise = np.sqrt(1 - SHARED - OWN) * rng.standard_normal((*rates_of_networks.shape, n), np.float32)
    return latent + noise > stats.norm.isf(rates_of_networks)[..., None]


EQUALS = (
    *((2, seeds, Scatter(1, 4)) for seeds in (5, 6, 7, 8, 10)), *((2, 5, Scatter(1, times)) for times in (1, 2, 3, 8)),
    *((2, 5, Scatter(skewness, 4)) for skewness in (0, 1.5, 2)),
    *((variants, 5, Scatter(1, 4, ALL_BUT_THE_BASELINE)) for variants in (3, 4, 6)),
)  # fmt: skip
"""Variants, seeds and how these scatter."""
FRESH = (*((seeds, Scatter(1, 4)) for seeds in (8, 12, 20)), (8, Scatter(1, 2)), (8, Scatter(2, 4)))


def win_rows(tables: int) -> Iterator[tuple[str, ...]]:
    for variants, seeds, scatter in EQUALS:
        found = rates(Design(variants, seeds, 1_000, seed_sd=WIDER_SD if scatter.times > 1 else SD), tables, scatter.simulate)  # fmt: skip
        yield (str(variants), str(seeds), *_told(scatter), str(found["win"]), str(found["baseline"]))


def fresh_rows(tables: int) -> Iterator[tuple[str, ...]]:
    for seeds, scatter in FRESH:
        yield (str(seeds), *_told(scatter), *map(str, confirmation(Design(2, seeds, 1_000, seed_sd=WIDER_SD), tables, scatter.simulate)))  # fmt: skip


def _told(scatter: Scatter) -> tuple[str, ...]:
    return f"{scatter.skewness:g}", f"{scatter.times:g}", scatter.whom if scatter.times > 1 else ""


def main(tables: int = 100) -> None:
    """The default takes a minute; docs/comparison-rates.md has 10,000."""
    console, law = Console(), ("skewness", "times as wide", "whose")
    table_of(console, f"wins among equals, {tables:,} tables a row, ± three standard errors",
             ("variants", "seeds", *law, "a win", "any against baseline"), win_rows(tables))  # fmt: skip
    table_of(console, f"confirmed among equals by fresh seeds of two, {tables:,} tables a row",
             ("fresh seeds", *law, "confirmed", "coverage"), fresh_rows(tables))  # fmt: skip


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))

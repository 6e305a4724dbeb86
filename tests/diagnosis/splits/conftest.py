"""A sweep over seven splits of known truth: one variant that errs less, one that errs as the baseline does."""

import numpy as np
import pandas as pd
import pytest

from regtrack import names
from regtrack.diagnosis.held_out import HeldOut, TrialPredictions
from regtrack.diagnosis.splits.resplit import Resplit
from regtrack.variants import Variant

EXAMPLES, TRAINED = 2_500, 7_500
GRID = (Variant(), Variant(dropout_rate=0.2), Variant(dropout_rate=0.5), Variant(l2=0.1))
RIGHT = dict(zip((v.label for v in GRID), (1.0, 1.7, 1.1, 1.0), strict=True))
"""Mean margins of the right class: dropout of 0.2 is better, nothing else is by much."""


def part(name: str, rng: np.random.Generator, seeds: range, variants=GRID) -> HeldOut:
    """Two classes; the margins of one example agree among all networks, and each has its own luck."""
    labels, ease = rng.integers(0, 2, EXAMPLES), rng.normal(size=EXAMPLES)
    trials = []
    for variant in variants:
        for seed in seeds:
            margins = RIGHT[variant.label] + 0.03 * rng.normal() + ease + 0.3 * rng.normal(size=EXAMPLES)
            right = 1 / (1 + np.exp(-margins))
            probs = np.stack([np.where(labels == c, right, 1 - right) for c in (0, 1)], axis=1)
            trials.append(TrialPredictions(variant.label, seed, probs, probs if variant.dropout_rate else None))
    return HeldOut(name, rng.permutation(10 * EXAMPLES)[:EXAMPLES], labels, labels, tuple(trials))


def resplits_of(n_splits: int = 7, short: str = "") -> list[Resplit]:
    """`short`: a variant that has networks of the first two splits alone."""
    rng, found = np.random.default_rng(0), []
    for split in range(n_splits):
        seeds = range(2 * split, 2 * split + 2)
        variants = [v for v in GRID if v.label != short or split < 2]
        validation, test = (part(name, rng, seeds, variants) for name in ("val", names.TEST))
        rows = [
            v.to_params() | {"variant": v.label, names.SEED: seed, names.N_TRAIN: TRAINED, names.PRODUCTS: 100.0}
            for v in variants for seed in seeds
        ]  # fmt: skip
        found.append(Resplit(split, validation, test, pd.DataFrame(rows)))
    return found


@pytest.fixture(scope="session")
def resplits() -> list[Resplit]:
    return resplits_of()


@pytest.fixture(scope="session")
def with_a_short_one() -> list[Resplit]:
    """L2 failed on all splits but two."""
    return resplits_of(short=GRID[3].label)

"""A sweep of known errors: the baseline, three strengths of dropout and one of L2."""

import numpy as np
import pandas as pd
import pytest

from regtrack.diagnosis.differences.comparison import VariantErrors, compare_variants
from regtrack.diagnosis.primary import Primary
from regtrack.diagnosis.techniques.settings_read import read_settings
from regtrack.diagnosis.techniques.settings_tried import Tried
from regtrack.names import FIT_SECONDS

EXAMPLES = 2_000
TRIED = (Tried("none", ("baseline",)), Tried("dropout", ("d=0.1", "d=0.2", "d=0.5")), Tried("l2", ("l2=1",)))
VALIDATION = {"baseline": 0.10, "d=0.1": 0.09, "d=0.2": 0.05, "d=0.5": 0.20, "l2=1": 0.15}
"""Errors: the middle rate is the best, the highest the worst."""
ON_TEST = {"baseline": 0.11, "d=0.1": 0.10, "d=0.2": 0.06, "d=0.5": 0.19, "l2=1": 0.16}


def networks(rates: dict[str, float], seeds: int) -> list[VariantErrors]:
    """Exactly these error rates, the seeds an example apart on either side."""
    found = []
    for variant, rate in rates.items():
        wrong = np.zeros((seeds, EXAMPLES), bool)
        for seed in range(seeds):
            wrong[seed, : round(rate * EXAMPLES) + seed - (seeds - 1) // 2] = True
        found.append(VariantErrors(variant, wrong))
    return found


class Swept:
    """`tried`, `read`, `trials`, `test` and `comparison` as a judgement has them."""

    def __init__(self, seeds: int = 5, tried=TRIED):
        validation, test = networks(VALIDATION, seeds), networks(ON_TEST, seeds)
        self.tried, self.test, self.comparison = tried, test, compare_variants(test, split="test")
        self.read = read_settings(validation, test, self.comparison, Primary())
        self.trials = pd.DataFrame({"variant": np.repeat(list(VALIDATION), seeds), FIT_SECONDS: 2.0})


@pytest.fixture(scope="session")
def swept():
    """swept(seeds): the sweep with so many seeds of each variant."""
    return Swept

"""Predictors: each way that a sweep has to answer, one pass of a variant or Monte Carlo dropout, with what an answer costs."""

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
import pandas as pd

from regtrack.diagnosis.differences.comparison import VariantErrors
from regtrack.diagnosis.primary import Primary
from regtrack.diagnosis.sweep_record import SweepRecord
from regtrack.names import ACCURACY, DETERMINISTIC, MC_DROPOUT, NEGATIVE_LOG_LIKELIHOOD, PRODUCTS


@dataclass(frozen=True, eq=False)
class Predictor:
    """A `variant` that answers by a `method` of names.METHODS; `products` of one pass (see models.products), NaN where they were not
    recorded; `errors` and `likelihood` are compared by accuracy and by negative log-likelihood."""

    variant: str
    method: str
    passes: int
    products: float
    errors: VariantErrors
    likelihood: VariantErrors

    @property
    def cost(self) -> float:
        """Multiplications of an answer. Passes of Monte Carlo dropout that share what comes before the first dropout take fewer."""
        return self.passes * self.products


def predictors_of(record: SweepRecord, variants: Collection[str]) -> list[Predictor]:
    """Of these variants, one pass each, then Monte Carlo dropout of those that have it."""
    products = record.trials.get(PRODUCTS, pd.Series(np.nan, record.trials.index)).astype(float)
    of_variant = products.groupby(record.trials["variant"]).first()
    found = []
    for method, passes in ((DETERMINISTIC, 1), (MC_DROPOUT, record.settings.n_passes)):
        by_measure = (record.errors("test", mc=method == MC_DROPOUT, primary=Primary(name)) for name in (ACCURACY, NEGATIVE_LOG_LIKELIHOOD))  # fmt: skip
        for errors, likelihood in zip(*by_measure, strict=True):
            if errors.variant in variants:
                own = float(of_variant[errors.variant])
                found.append(Predictor(errors.variant, method, passes, own, errors, likelihood))
    return found

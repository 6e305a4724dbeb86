"""What each method predicts for test with one network of a variant: one pass, tempered, Monte Carlo dropout, ensemble."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
import streamlit as st

from reading import store
from regtrack import names
from regtrack.charts.entropy_bins import MEASURES, entropy_bins_chart
from regtrack.uncertainty.calibration import reliability_bins
from regtrack.uncertainty.decomposition import entropy
from regtrack.uncertainty.selective import risk_coverage_curve
from regtrack.uncertainty.temperature import apply_temperature, fit_temperature

DETERMINISTIC, TEMPERATURE, MC, ENSEMBLE = "deterministic", "temperature", "mc_dropout", "ensemble"
CURVE_POINTS = 200


@dataclass(frozen=True, eq=False)
class MethodTables:
    """names.RELIABILITY_COLUMNS and RISK_COVERAGE_COLUMNS of every method; entropy_bins.COLUMNS of `entropy_of`, with
    how many of its answers are right, of `examples`."""

    methods: tuple[str, ...]
    bins: pd.DataFrame
    curves: pd.DataFrame
    entropies: pd.DataFrame
    entropy_of: str
    right: int
    examples: int


@st.cache_data(show_spinner="reading predictions", max_entries=100)
def method_tables(uri: str, run_id: str, run_ids: tuple[str, ...], n_bins: int) -> MethodTables:
    """Of `method_probs`. Raises StoreError."""
    found, labels = probs_of_methods(uri, run_id, run_ids)
    bins = [
        pd.DataFrame(vars(reliability_bins(probs, labels, n_bins))).assign(method=name) for name, probs in found.items()
    ]
    curves = pd.concat([_curve(name, probs, labels) for name, probs in found.items()])
    of = MC if MC in found else DETERMINISTIC
    kinds = {"predictive_entropy": entropy(found[of])}
    if of == MC:
        own = store.probs(uri, run_id, names.TEST)
        kinds = {measure: getattr(own, measure) for measure in MEASURES}
    right = found[of].argmax(axis=1) == labels
    table = pd.concat(bins)[list(names.RELIABILITY_COLUMNS)]
    return MethodTables(
        tuple(found), table, curves, entropy_bins_chart(kinds, right), of, int(right.sum()), len(labels)
    )


def _curve(name: str, probs: np.ndarray, labels: np.ndarray) -> pd.DataFrame:
    curve = risk_coverage_curve(probs.max(axis=1), probs.argmax(axis=1) == labels)
    points = np.unique(np.linspace(0, len(labels) - 1, CURVE_POINTS).round().astype(int))
    columns = (name, curve.coverage[points], curve.selective_risk[points])
    return pd.DataFrame(dict(zip(names.RISK_COVERAGE_COLUMNS, columns, strict=True)))


def probs_of_methods(uri: str, run_id: str, run_ids: tuple[str, ...]) -> tuple[dict[str, np.ndarray], np.ndarray]:
    """Method -> (n, n_classes) on test, and the given labels (n,). Raises StoreError.

    The temperature is fitted on validation. The ensemble is the mean over `run_ids`, the variant's seeds; it is left
    out with one seed, and Monte Carlo dropout without dropout.
    """
    test, val = (store.probs(uri, run_id, split) for split in (names.TEST, "val"))
    temperature = fit_temperature(val.deterministic_probs, val.given_label)
    found = {
        DETERMINISTIC: test.deterministic_probs,
        TEMPERATURE: apply_temperature(test.deterministic_probs, temperature),
    }
    if test.mc_mean_probs is not None:
        found[MC] = test.mc_mean_probs
    if len(run_ids) > 1:
        found[ENSEMBLE] = np.mean([store.probs(uri, one, names.TEST).deterministic_probs for one in run_ids], axis=0)
    return found, test.given_label

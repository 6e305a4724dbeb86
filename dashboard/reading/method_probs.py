"""What each method predicts for test with one network of a variant: one pass, tempered, Monte Carlo dropout, ensemble."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
import streamlit as st

from reading import store
from regtrack import names
from regtrack.charts.entropy_bins import MEASURES, entropy_bins_chart
from regtrack.charts.reliability import reliability_table
from regtrack.charts.risk_coverage import risk_coverage_table
from regtrack.uncertainty.decomposition import entropy
from regtrack.uncertainty.temperature import apply_temperature, fit_temperature


@dataclass(frozen=True, eq=False)
class MethodTables:
    """COLUMNS of charts.reliability and risk_coverage of every method; entropy_bins.COLUMNS of `entropy_of`, with
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
    of = names.MC_DROPOUT if names.MC_DROPOUT in found else names.DETERMINISTIC
    kinds = {"predictive_entropy": entropy(found[of])}
    if of == names.MC_DROPOUT:
        own = store.probs(uri, run_id, names.TEST)
        kinds = {measure: getattr(own, measure) for measure in MEASURES}
    right = found[of].argmax(axis=1) == labels
    return MethodTables(
        methods=tuple(found),
        bins=reliability_table(found, labels, n_bins),
        curves=risk_coverage_table(found, labels),
        entropies=entropy_bins_chart(kinds, right),
        entropy_of=of,
        right=int(right.sum()),
        examples=len(labels),
    )


def probs_of_methods(uri: str, run_id: str, run_ids: tuple[str, ...]) -> tuple[dict[str, np.ndarray], np.ndarray]:
    """Method -> (n, n_classes) on test, and the given labels (n,). Raises StoreError.

    The temperature is fitted on validation. The ensemble is the mean over `run_ids`, the variant's seeds; it is left
    out with one seed, and Monte Carlo dropout without dropout.
    """
    test, val = (store.probs(uri, run_id, split) for split in (names.TEST, "val"))
    temperature = fit_temperature(val.deterministic_probs, val.given_label)
    found = {
        names.DETERMINISTIC: test.deterministic_probs,
        names.TEMPERATURE: apply_temperature(test.deterministic_probs, temperature),
    }
    if test.mc_mean_probs is not None:
        found[names.MC_DROPOUT] = test.mc_mean_probs
    if len(run_ids) > 1:
        found[names.ENSEMBLE] = np.mean(
            [store.probs(uri, one, names.TEST).deterministic_probs for one in run_ids], axis=0
        )
    return found, test.given_label

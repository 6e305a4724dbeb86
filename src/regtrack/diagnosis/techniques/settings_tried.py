"""The settings that each technique was tried with: which variants are tries of the same thing."""

from collections.abc import Collection
from dataclasses import dataclass

import pandas as pd

from regtrack.names import BASELINE, N_TRAIN
from regtrack.variants.technique import technique_of


@dataclass(frozen=True)
class Tried:
    """A technique, as `variants.technique` names it, and the `variants` that are its settings, in the sweep's order."""

    technique: str
    variants: tuple[str, ...]


def techniques_tried(trials: pd.DataFrame, known: Collection[str] | None = None) -> tuple[Tried, ...]:
    """Every technique of the sweep, in the order of their first variants.

    A variant that only changes settings (a learning rate, hidden widths) is one more try of its regularizers' technique, for
    that is how a technique is tuned; of `none` where it has no regularizer. One that learned on another number of examples than
    the baseline (the most, where there is none) is no try: nobody chooses to have fewer data.

    Args:
        trials: finished ones, a row a trial, with the params and the number of training examples.
        known: variants of which enough is known to choose them; default all.
    """
    first = trials.drop_duplicates("variant")
    baseline = first[first["variant"] == BASELINE]
    size = baseline[N_TRAIN].iloc[0] if len(baseline) else first[N_TRAIN].max()
    found: dict[str, list[str]] = {}
    first = first[first[N_TRAIN] == size]
    for _, row in (first if known is None else first[first["variant"].isin(known)]).iterrows():
        found.setdefault(technique_of(row), []).append(str(row["variant"]))
    return tuple(Tried(technique, tuple(variants)) for technique, variants in found.items())

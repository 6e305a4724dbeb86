"""Which variants are tries of the same technique."""

import pandas as pd

from regtrack.diagnosis.techniques.settings_tried import Tried, techniques_tried
from regtrack.names import N_TRAIN
from regtrack.variants import Variant


def trials(*variants: Variant, train_examples=None) -> pd.DataFrame:
    """Two trials of each, with the params of a store."""
    sizes = train_examples or [1_000] * len(variants)
    rows = [
        v.to_params() | {"variant": v.label, N_TRAIN: n} for v, n in zip(variants, sizes, strict=True) for _ in range(2)
    ]
    return pd.DataFrame(rows)


def test_variants_are_grouped_by_their_regularizers():
    """Strengths of one technique are its settings, two regularizers together are a technique of their own, in the sweep's order."""
    grid = (
        Variant(),
        Variant(dropout_rate=0.2),
        Variant(l2=0.1),
        Variant(dropout_rate=0.5),
        Variant(dropout_rate=0.2, l2=0.1),
    )
    assert techniques_tried(trials(*grid)) == (
        Tried("none", ("baseline",)),
        Tried("dropout", (grid[1].label, grid[3].label)),
        Tried("l2", (grid[2].label,)),
        Tried("l2 + dropout", (grid[4].label,)),
    )


def test_a_variant_that_changes_settings_alone_is_one_more_try():
    """A smaller network is a setting of no regularization, and with L2 one of L2."""
    grid = (Variant(), Variant(hidden_widths="8"), Variant(l2=0.1), Variant(l2=0.1, hidden_widths="8"))
    assert [len(one.variants) for one in techniques_tried(trials(*grid))] == [2, 2]


def test_fewer_training_examples_are_no_try():
    """What learned on another number than the baseline is left out; without a baseline the most count."""
    grid = (Variant(), Variant(train_size=100), Variant(l2=0.1), Variant(l2=0.1, train_size=100))
    table = trials(*grid, train_examples=[1_000, 100, 1_000, 100])
    assert techniques_tried(table) == (Tried("none", ("baseline",)), Tried("l2", (grid[2].label,)))
    without = table[~table["variant"].isin(["baseline"])]
    assert techniques_tried(without) == (Tried("l2", (grid[2].label,)),)

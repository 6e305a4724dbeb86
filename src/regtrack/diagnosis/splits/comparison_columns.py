"""Differences over splits in the columns of a comparison on one: tables, charts and sentences then show both alike."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from regtrack.diagnosis.differences.agreement import fixed_and_broken
from regtrack.diagnosis.differences.split_comparison import SplitErrors
from regtrack.names import COMPARISON_COLUMNS, TEST


def told_as_comparison(table: pd.DataFrame, splits: Sequence[SplitErrors], family: str) -> pd.DataFrame:
    """names.COMPARISON_COLUMNS: `seeds` are the networks of all splits, `fixed` and `broken` examples of one split's test, their
    mean. What is planned from one split (power, seeds needed) is missing, and so is what tells one seed from the others.

    Args:
        table: names.OVER_SPLITS_COLUMNS of these splits.
    """
    changed = [_changed(splits, *pair) for pair in zip(table["variant"], table["other"], strict=True)]
    fixed, broken = np.array(changed).reshape(-1, 2).T
    told = table.assign(
        family=family, split=TEST, other_seeds=table["seeds"], fixed=fixed, broken=broken, seeds_apart="", outlying_seeds="",
        other_outlying_seeds="",
    )  # fmt: skip
    return told.reindex(columns=list(COMPARISON_COLUMNS))


def _changed(splits: Sequence[SplitErrors], variant: str, other: str) -> tuple[float, float]:
    """(fixed, broken) examples a network, over the splits that have both."""
    found = []
    for split in splits:
        wrong = {one.variant: one.wrong.mean(axis=0) for one in split.errors if one.variant in (variant, other)}
        if len(wrong) == 2:
            of_pair = fixed_and_broken(np.stack([wrong[variant], wrong[other]]))
            found.append((of_pair[0, 1], of_pair[1, 0]))
    return tuple(np.mean(found, axis=0))

"""What is said of a comparison over splits: who is better whatever the split, how far that holds, and what the variance comes from."""

import numpy as np
import pandas as pd

from regtrack.diagnosis.differences.over_splits import FEWEST_SPLITS, RECOMMENDED_SPLITS
from regtrack.diagnosis.differences.split_comparison import SHARED_TRAINING
from regtrack.measures.primaries import words_of_comparison
from regtrack.names import BETTER, EQUAL, NO_VERDICT, WORSE
from regtrack.variants.grid import SEEDS_OF_A_SPLIT
from regtrack.words.intervals import with_interval
from regtrack.words.lists import counted, listed

FIXED_COVERS = "such intervals cover about 0.9 instead of 0.95"
"""Of test examples that are the same in every split, in simulation (docs/split-rates.md)."""
IF_TRAINING_DECIDES_LITTLE = (
    "if it hardly mattered which examples are trained on, but splits learn from mostly the same ones and cannot tell: more data would, "
    "or many more splits"
)
"""Where SHARED_TRAINING is the reason that nothing is shown."""


def over_splits_in_words(table: pd.DataFrame, *, folds: bool = False) -> tuple[str, ...]:
    """Sentences without their full stops; none of a sweep of one split.

    Args:
        table: names.OVER_SPLITS_COLUMNS.
        folds: whether the splits are the folds of one partition.
    """
    if table.empty:
        return ()
    splits, other = int(table["splits"].max()), table["other"].iloc[0]
    if (table["verdict"] == NO_VERDICT).all():
        return (too_few_splits(splits, folds=folds),)
    by = words_of_comparison(table)
    parts = []
    for verdict in (BETTER, WORSE):
        rows = table[table["verdict"] == verdict].sort_values("difference", ascending=verdict == WORSE)
        if len(rows):
            named = [
                f"{row.variant} ({with_interval(row.difference, row.low, row.high, scale=by.scale, sign=True)} {by.told})"
                for row in rows.itertuples()
            ]
            parts.append(f"{verdict} than {other}: {listed(named)}")
    equal = table.loc[table["verdict"] == EQUAL, "variant"]
    if len(equal):
        parts.append(f"practically equal to {other}: {listed(list(equal))}")
    open_ = len(table) - int(table["verdict"].isin([BETTER, WORSE, EQUAL]).sum())
    if open_:
        parts.append(
            f"{counted(open_, 'variant')} not shown to differ from it"
            if parts
            else f"no variant is shown to differ from {other}"
        )
    hidden = list(table.loc[table["reason"] == SHARED_TRAINING, "variant"])
    part = "fold" if folds else "split"
    found = [f"over {counted(splits, part)}, for new data and not for one {part}: {'; '.join(parts)}"]
    if hidden:
        found.append(f"{listed(hidden)} would be shown to differ {IF_TRAINING_DECIDES_LITTLE}")
    if table["test_is_fixed"].any():
        found.append(f"the data bring their own test examples, the same in every split: {FIXED_COVERS}")
    return (*found, *_shares(table))


def too_few_splits(splits: int, *, folds: bool = False) -> str:
    if folds:
        return f"over {counted(splits, 'fold')} no verdict: it takes {FEWEST_SPLITS}"
    return (
        f"over {counted(splits, 'split')} no verdict: it takes {FEWEST_SPLITS}, and is best spent on {RECOMMENDED_SPLITS} "
        f"with {SEEDS_OF_A_SPLIT} seeds each"
    )


def _shares(table: pd.DataFrame) -> list[str]:
    """Of one training's difference, the median over variants, brought to 100 %."""
    shares = table[["split_share", "seed_share", "example_share"]].dropna()
    if shares.empty:
        return []
    middle = shares.median().to_numpy()
    split, seed, examples = np.round(100 * middle / middle.sum()).astype(int)
    return [
        f"why a difference varies from one training to the next: {split} % which examples are trained on, {seed} % the seed, "
        f"{examples} % which are tested on (shares of its variance, medians over variants)"
    ]

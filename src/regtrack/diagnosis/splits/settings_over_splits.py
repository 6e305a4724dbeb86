"""What each setting shows on validation and on test over all splits, with limits that hold for all settings together."""

from collections.abc import Sequence

import pandas as pd

from regtrack.diagnosis.differences.split_comparison import SplitErrors
from regtrack.diagnosis.primary import Primary
from regtrack.diagnosis.splits.choosing_over_splits import ValidationOverSplits
from regtrack.diagnosis.splits.own_mean import mean_over_splits
from regtrack.diagnosis.techniques.settings_read import LEVEL, SETTINGS_COLUMNS, TO_THE_BASELINE
from regtrack.names import BASELINE


def read_settings_over_splits(
    validation: ValidationOverSplits, test: Sequence[SplitErrors], table: pd.DataFrame, primary: Primary, folds: int = 0
) -> pd.DataFrame:
    """As techniques.settings_read has it of one split, of the variants that have enough of them. Limits of the difference are the
    table's (Dunnett over all variants), those of test Bonferroni's over as many, by Nadeau and Bengio's variance.

    Args:
        table: names.OVER_SPLITS_COLUMNS.
    """
    judged = table.set_index("variant")
    variants = [v for v in validation.rates if v == BASELINE or v in judged.index]
    rows, level = {}, 1 - (1 - LEVEL) / len(variants)
    for variant in variants:
        loss = validation.rates[variant]
        mean, *limits = mean_over_splits(test, variant, folds=folds, level=level)
        told = [0.0, 0.0, 0.0, "", ""]
        if variant != BASELINE:
            told = judged.loc[variant, list(TO_THE_BASELINE)].tolist()
        values = map(primary.value, (loss, mean))
        rows[variant] = (loss, *values, *sorted(map(primary.value, limits)), *told)
    return pd.DataFrame.from_dict(rows, orient="index", columns=list(SETTINGS_COLUMNS))

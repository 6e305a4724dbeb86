"""Secondary verdicts over splits: every measure that decides beside the primary one, as it is compared over all of them."""

from collections.abc import Sequence

import pandas as pd

from regtrack.diagnosis.differences.families import TO_BASELINE
from regtrack.diagnosis.differences.split_comparison import compare_over_splits
from regtrack.diagnosis.primary import Primary
from regtrack.diagnosis.splits.comparison_columns import told_as_comparison
from regtrack.diagnosis.splits.resplit import Resplit


def compare_secondary_over_splits(
    splits: Sequence[Resplit], measures: Sequence[str], *, looks: int = 1, folds: int = 0
) -> pd.DataFrame:
    """As compared.secondary has it of one split: names.COMPARISON_COLUMNS, a row a (measure, variant but the baseline), the measures
    sharing the error of the look in equal parts."""
    tables = []
    for measure in measures:
        errors = [split.errors(Primary(measure)) for split in splits]
        table = compare_over_splits(errors, primary=measure, share=1 / len(measures), looks=looks, folds=folds)
        tables.append(told_as_comparison(table, errors, TO_BASELINE))
    return pd.concat(tables, ignore_index=True)

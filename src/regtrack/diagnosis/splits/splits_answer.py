"""The answer of a sweep over several splits of the data: chosen and judged over all of them, its first split a detail."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from regtrack.diagnosis.answer import Answer
from regtrack.diagnosis.choosing import lowest
from regtrack.diagnosis.differences.split_comparison import SplitErrors
from regtrack.diagnosis.primary import Primary
from regtrack.diagnosis.splits.choosing_over_splits import ValidationOverSplits
from regtrack.diagnosis.splits.first_split import FirstSplit
from regtrack.names import ACCURACY, BASELINE_BEST, BETTER, EQUAL, NO_VERDICT, NOT_SHOWN, OVERTAKEN, WINS, WORSE


def read_over_splits(
    first: Answer, table: pd.DataFrame, validation: ValidationOverSplits, test: Sequence[SplitErrors], primary: Primary
) -> Answer:
    """`first` where there are too few splits for a verdict, with their number; else the answer that all of them give, in which
    `first` stands as a detail. The chosen variant's verdict is its row's, so that sentence and table cannot disagree.

    Args:
        first: of the first split alone.
        table: names.OVER_SPLITS_COLUMNS, of test.
        test: of each split what its networks get wrong.
    """
    judged = table[table["verdict"] != NO_VERDICT].set_index("variant")
    judged = judged[judged.index.isin(first.regimes.keys() & validation.rates.keys())]
    if judged.empty:
        return replace(first, splits=len(test))
    rates = {v: rate for v, rate in validation.rates.items() if v == first.baseline or v in judged.index}
    best = lowest(rates)
    shown = {
        word: tuple(v for v in judged.index if v != best and judged.loc[v, "verdict"] == word)
        for word in (BETTER, WORSE, EQUAL, NOT_SHOWN)
    }
    row = None if best == first.baseline else judged.loc[best]
    own = [one for split in test for one in split.errors if one.variant == best]
    return replace(
        first,
        verdict=(OVERTAKEN if shown[BETTER] else BASELINE_BEST) if row is None else _said(row["verdict"]),
        best=best,
        **{name: None if row is None else float(row[name]) for name in ("difference", "low", "high")},
        test_accuracy=1 - float(np.mean([one.wrong.mean() for one in own])),
        test_primary=None if primary.name == ACCURACY else primary.value(float(np.mean([one.rate for one in own]))),
        seeds=sum(len(one.wrong) for one in own),
        fewest_seeds=sum(len(one.wrong) for one in own) if row is None else int(row["seeds"]),
        examples=int(judged["examples"].iloc[0]),
        better=shown[BETTER],
        worse=shown[WORSE],
        equal=shown[EQUAL],
        not_shown=shown[NOT_SHOWN],
        not_shown_worse=validation.may_be_best,
        reason="" if row is None else str(row["reason"]),
        seeds_apart="",
        seeds_needed_seen=None,
        splits=len(test),
        test_is_fixed=bool(judged["test_is_fixed"].any()),
        first_split=FirstSplit(first.best, first.verdict, first.difference, first.low, first.high, first.seeds),
    )


def _said(verdict: str) -> str:
    return WINS if verdict == BETTER else verdict

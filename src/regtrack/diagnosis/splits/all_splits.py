"""AllSplits: what the networks of every split of the data say together, from comparison to answer and leaderboard."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import pandas as pd

from regtrack import names
from regtrack.diagnosis.answer import Answer
from regtrack.diagnosis.differences.families import TO_BASELINE
from regtrack.diagnosis.differences.over_splits import FEWEST_SPLITS
from regtrack.diagnosis.differences.split_comparison import SplitErrors, compare_over_splits
from regtrack.diagnosis.leaderboard import Judged
from regtrack.diagnosis.primary import Primary
from regtrack.diagnosis.splits.choosing_over_splits import ValidationOverSplits, validation_over_splits
from regtrack.diagnosis.splits.resplit import Resplit
from regtrack.diagnosis.splits.split_levels import levels_over_splits
from regtrack.diagnosis.splits.splits_answer import read_over_splits


@dataclass(frozen=True, eq=False)
class AllSplits:
    """`table` has names.OVER_SPLITS_COLUMNS; `test` is what the networks of each split get wrong; `looks` at all of them, this one
    counted; `folds`: how many, where the splits are those of one partition. Of data that were split once all of it is empty, and what it is asked for is what it was given."""

    splits: Sequence[Resplit]
    test: Sequence[SplitErrors]
    table: pd.DataFrame
    validation: ValidationOverSplits
    primary: Primary
    looks: int
    folds: int

    @classmethod
    def judged(cls, splits: Sequence[Resplit], primary: Primary, looks: int = 1, *, folds: int = 0) -> "AllSplits":
        """Compared by `primary`, the choice on validation, the table on test."""
        if not splits:
            nothing = pd.DataFrame(columns=list(names.OVER_SPLITS_COLUMNS))
            return cls((), (), nothing, ValidationOverSplits({}, ()), primary, looks, folds)
        test = [split.errors(primary) for split in splits]
        fewest = min(n for split in test for n in split.train_examples.values())
        validation = validation_over_splits(
            [split.validation_errors(primary) for split in splits],
            validation_per_train=len(splits[0].validation.example_id) / fewest,
        )
        table = compare_over_splits(test, primary=primary.name, looks=looks, folds=folds)
        return cls(splits, test, table, validation, primary, looks, folds)

    def answer(self, first: Answer) -> Answer:
        """Over all splits where they suffice; `first` is that of the first one."""
        if not self.splits:
            return first
        found = read_over_splits(first, self.table, self.validation, self.test, self.primary)
        found = replace(found, by_folds=self.folds > 0)
        return replace(found, looks=self.looks) if found.first_split else found

    def ranked(self, first: pd.DataFrame, judged: Judged, answer: Answer) -> tuple[pd.DataFrame, Judged]:
        """What `rank_variants` takes, over what the answer is over: means over the trials of all splits, limits and verdicts too.
        Regimes stay those of the first one."""
        if not answer.first_split:
            return first, judged
        further = pd.concat([split.trials for split in self.splits if split.split], ignore_index=True)
        trials = pd.concat([first, further[further["variant"].isin(judged.regimes)]], ignore_index=True)
        over_all = replace(
            judged,
            comparison=self.table.assign(family=TO_BASELINE),
            not_shown_worse=answer.not_shown_worse,
            measures=levels_over_splits(self.splits, test_is_fixed=answer.test_is_fixed, folds=self.folds),
            validation_loss=self.validation.rates,
        )
        return trials, over_all


def networks_read(splits: Sequence[Resplit]) -> int:
    """How many networks a look at all splits reads: none where they are too few for a verdict, which is no look at them."""
    return sum(len(split.trials) for split in splits) if len(splits) >= FEWEST_SPLITS else 0

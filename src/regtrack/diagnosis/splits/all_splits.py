"""AllSplits: what the networks of every split of the data say together, from comparison to answer and leaderboard."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations

import pandas as pd

from regtrack import names
from regtrack.diagnosis.answer import Answer
from regtrack.diagnosis.differences.families import AMONG_ALL, TO_BASELINE
from regtrack.diagnosis.differences.over_splits import FEWEST_SPLITS
from regtrack.diagnosis.differences.split_comparison import (
    SplitErrors,
    compare_over_splits,
    compare_pairs_over_splits,
    test_is_fixed,
)
from regtrack.diagnosis.leaderboard import Judged
from regtrack.diagnosis.pareto.predictors import Predictor
from regtrack.diagnosis.primary import Primary
from regtrack.diagnosis.splits.choosing_over_splits import ValidationOverSplits, validation_over_splits
from regtrack.diagnosis.splits.comparison_columns import told_as_comparison
from regtrack.diagnosis.splits.resplit import Resplit
from regtrack.diagnosis.splits.secondary_over_splits import compare_secondary_over_splits
from regtrack.diagnosis.splits.settings_over_splits import read_settings_over_splits
from regtrack.diagnosis.splits.split_levels import levels_over_splits
from regtrack.diagnosis.splits.splits_answer import read_over_splits
from regtrack.diagnosis.splits.ways_to_answer import pareto_over_splits


@dataclass(frozen=True, eq=False)
class AllSplits:
    """`table` has names.OVER_SPLITS_COLUMNS; `test` is what the networks of each split get wrong; `looks` at all of them, this one
    counted; `folds`: how many, where the splits are those of one partition. Of data that were split once all of it is empty. Where the
    splits do not suffice for an answer, OneSplit is asked all but that."""

    splits: Sequence[Resplit]
    test: Sequence[SplitErrors]
    table: pd.DataFrame
    validation: ValidationOverSplits
    primary: Primary
    looks: int
    folds: int
    margin: float | None

    @classmethod
    def judged(
        cls,
        splits: Sequence[Resplit],
        primary: Primary,
        looks: int = 1,
        *,
        folds: int = 0,
        margin: float | None = None,
    ) -> "AllSplits":
        """Compared by `primary`, the choice on validation, the table on test; `margin` of practically equal, default the measure's own."""
        if not splits:
            nothing = pd.DataFrame(columns=list(names.OVER_SPLITS_COLUMNS))
            return cls((), (), nothing, ValidationOverSplits({}, ()), primary, looks, folds, margin)
        test = [split.errors(primary) for split in splits]
        fewest = min(n for split in test for n in split.train_examples.values())
        validation = validation_over_splits(
            [split.validation_errors(primary) for split in splits],
            validation_per_train=len(splits[0].validation.example_id) / fewest,
        )
        table = compare_over_splits(test, primary=primary.name, margin=margin, looks=looks, folds=folds)
        return cls(splits, test, table, validation, primary, looks, folds, margin)

    def answer(self, first: Answer) -> Answer:
        """Over all splits where they suffice; `first` is that of the first one."""
        if not self.splits:
            return first
        found = read_over_splits(first, self.table, self.validation, self.test, self.primary)
        found = replace(found, by_folds=self.folds > 0, beside_over_splits=found.first_split is not None)
        return replace(found, looks=self.looks) if found.first_split else found

    def ranked_by(self, first: Judged) -> Judged:
        """What `rank_variants` goes by: limits and verdicts over all splits. Regimes stay those of the first one."""
        return replace(
            first,
            comparison=self.table.assign(family=TO_BASELINE),
            measures=levels_over_splits(self.splits, test_is_fixed=test_is_fixed(self.test), folds=self.folds),
            validation_loss=self.validation.rates,
        )

    def trials(self, first: pd.DataFrame) -> pd.DataFrame:
        """Those of the first split and, of its variants, of all others."""
        further = pd.concat([split.trials for split in self.splits if split.split], ignore_index=True)
        return pd.concat([first, further[further["variant"].isin(first["variant"])]], ignore_index=True)

    def secondary(self, measures: Sequence[str]) -> pd.DataFrame:
        """names.COMPARISON_COLUMNS by each of these measures."""
        return compare_secondary_over_splits(self.splits, measures, looks=self.looks, folds=self.folds)

    def settings(self) -> pd.DataFrame:
        """settings_read.SETTINGS_COLUMNS of each variant that has enough splits."""
        return read_settings_over_splits(self.validation, self.test, self.table, self.primary, self.folds)

    def pareto(self, predictors: Sequence[Predictor], techniques: Mapping[str, str]) -> pd.DataFrame:
        """names.PARETO_COLUMNS of the `predictors` that have enough splits."""
        return pareto_over_splits(self.splits, predictors, techniques, looks=self.looks, folds=self.folds)

    def pairs(self, variants: Sequence[str], of: int) -> pd.DataFrame:
        """names.COMPARISON_COLUMNS of each two of these variants, which were picked among `of`."""
        found = compare_pairs_over_splits(
            self.test,
            list(combinations(variants, 2)),
            of=of * (of - 1) // 2,
            primary=self.primary.name,
            margin=self.margin,
            looks=self.looks,
            folds=self.folds,
        )
        return told_as_comparison(found, self.test, AMONG_ALL)


def networks_read(splits: Sequence[Resplit]) -> int:
    """How many networks a look at all splits reads: none where they are too few for a verdict, which is no look at them."""
    return sum(len(split.trials) for split in splits) if len(splits) >= FEWEST_SPLITS else 0

"""OneSplit: what the networks of the sweep's own split say: it answers what AllSplits is asked, where splits do not suffice for that."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from regtrack.diagnosis.compared.secondary import compare_secondary
from regtrack.diagnosis.differences.comparison import VariantErrors
from regtrack.diagnosis.held_out import HeldOut
from regtrack.diagnosis.leaderboard import Judged
from regtrack.diagnosis.pareto.dominance import pareto_of
from regtrack.diagnosis.pareto.predictors import Predictor
from regtrack.diagnosis.primary import Primary
from regtrack.diagnosis.techniques.settings_read import read_settings


@dataclass(frozen=True, eq=False)
class OneSplit:
    """`held_out` are the test examples and what the networks predict there; `validation` and `test` what they get wrong, by `primary`;
    `comparison` has names.COMPARISON_COLUMNS, of test; `looks` at it, this one counted."""

    held_out: HeldOut
    validation: Sequence[VariantErrors]
    test: Sequence[VariantErrors]
    comparison: pd.DataFrame
    primary: Primary
    looks: int

    def trials(self, first: pd.DataFrame) -> pd.DataFrame:
        """Those of this split, which are given."""
        return first

    def ranked_by(self, first: Judged) -> Judged:
        """What `rank_variants` goes by: what is given."""
        return first

    def secondary(self, measures: Sequence[str]) -> pd.DataFrame:
        """names.COMPARISON_COLUMNS by each of these measures."""
        return compare_secondary(self.test, self.held_out, measures, looks=self.looks)

    def settings(self) -> pd.DataFrame:
        """settings_read.SETTINGS_COLUMNS of each variant."""
        return read_settings(self.validation, self.test, self.comparison, self.primary)

    def pareto(self, predictors: Sequence[Predictor], techniques: Mapping[str, str]) -> pd.DataFrame:
        """names.PARETO_COLUMNS of the `predictors`."""
        return pareto_of(predictors, techniques, looks=self.looks)

    def pairs(self, variants: Sequence[str], of: int) -> pd.DataFrame:
        """names.COMPARISON_COLUMNS of every two variants."""
        return self.comparison

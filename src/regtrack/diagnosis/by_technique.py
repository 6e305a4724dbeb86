"""judge_techniques: a sweep asked by technique and not by variant: which is worth its tries, and which way to answer nobody should choose."""

from dataclasses import dataclass

import pandas as pd

from regtrack.diagnosis.pareto.predictors import predictors_of
from regtrack.diagnosis.splits.all_splits import AllSplits
from regtrack.diagnosis.splits.one_split import OneSplit
from regtrack.diagnosis.sweep_record import SweepRecord
from regtrack.diagnosis.techniques.expected_best import expect_best
from regtrack.diagnosis.techniques.settings_tried import techniques_tried
from regtrack.diagnosis.techniques.technique_choices import choose_of_each, pairs_of_techniques
from regtrack.diagnosis.techniques.tries_words import techniques_in_words


@dataclass(frozen=True, eq=False)
class ByTechnique:
    """`chosen` has names.TECHNIQUES_COLUMNS, `pairs` names.TECHNIQUE_PAIRS_COLUMNS, `expected_best` and `pareto` those of their names."""

    chosen: pd.DataFrame
    pairs: pd.DataFrame
    expected_best: pd.DataFrame
    pareto: pd.DataFrame

    def in_words(self) -> tuple[str, ...]:
        """A sentence each."""
        return techniques_in_words(self.chosen, self.expected_best, self.pairs)


def judge_techniques(
    record: SweepRecord, networks: OneSplit | AllSplits, read: pd.DataFrame, *, primary: str
) -> ByTechnique:
    """The setting that validation chooses of each technique, against the others', and the Pareto set of all variants.

    Args:
        networks: those that are read.
        read: settings_read.SETTINGS_COLUMNS, what these say of each variant.
        primary: the measure that chooses and is judged, by name.
    """
    trials = networks.trials(record.trials)
    tried = techniques_tried(record.trials, read.index)
    technique_of_variant = {variant: one.technique for one in tried for variant in one.variants}
    chosen = choose_of_each(tried, read, trials, primary=primary)
    return ByTechnique(
        chosen=chosen,
        pairs=pairs_of_techniques(chosen, networks.pairs(chosen["chosen"], of=len(read))),
        expected_best=expect_best(tried, read, trials, primary=primary),
        pareto=networks.pareto(predictors_of(record, technique_of_variant.keys()), technique_of_variant),
    )

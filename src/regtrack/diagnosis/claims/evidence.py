"""Evidence: what the claims may look at, of one sweep."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import pandas as pd

from regtrack.diagnosis.claims.selection import VariantTrials, main_setting, variants_of
from regtrack.diagnosis.differences.comparison import VariantErrors
from regtrack.diagnosis.differences.crossed import Contrast, CrossedErrors
from regtrack.errors import DataError

A_BASELINE = "`- {}` in the grid would tell"
A_NEWER_SWEEP = "a sweep of the same grid with this version of regtrack would tell"


class NoEvidence(DataError):
    """The sweep lacks what a claim needs: `problem` says what, `remedy` what would tell if not the claim's own line."""

    def __init__(self, problem: str, *, remedy: str = "", variants: Sequence[VariantTrials] = ()):
        super().__init__(problem)
        self.remedy, self.variants = remedy, tuple(variants)


@dataclass(frozen=True, eq=False)
class Evidence:
    """One sweep, read from its store.

    trials: a row a FINISHED trial: run_id, variant, seed, its params as numbers (text where they are text) and its
        metrics by their store names. A param that is absent is off; a metric that is absent was not measured.
    curves: a row a (variant, seed, epoch) with names.CURVE_COLUMNS; names.TRAIN_RUNNING_CROSS_ENTROPY may be absent.
    validation, test: errors at the selected epoch, one pass with dropout off; every variant on the same examples, a
        variant's networks in ascending order of seed.
    test_mc: the same of the Monte Carlo mean, for variants with dropout.
    n_test: test examples. methods: names.METHODS_COLUMNS, where there is dropout; may be empty.
    """

    trials: pd.DataFrame
    curves: pd.DataFrame = field(default_factory=pd.DataFrame)
    validation: Sequence[VariantErrors] = ()
    test: Sequence[VariantErrors] = ()
    test_mc: Sequence[VariantErrors] = ()
    n_test: int | None = None
    methods: pd.DataFrame = field(default_factory=pd.DataFrame)

    @cached_property
    def variants(self) -> tuple[VariantTrials, ...]:
        return variants_of(self.trials)

    @cached_property
    def main(self) -> tuple[VariantTrials, ...]:
        """The variants at the sweep's own settings: those of the baseline, else the most common."""
        setting = main_setting(self.variants)
        return tuple(variant for variant in self.variants if variant.setting == setting)

    @property
    def baseline(self) -> VariantTrials:
        """No regularization, at the sweep's own settings."""
        found = [variant for variant in self.main if not variant.active]
        if not found:
            raise NoEvidence("The sweep has no finished baseline to compare with", remedy=A_BASELINE)
        return found[0]

    def only(self, technique: str) -> list[VariantTrials]:
        """Variants at the sweep's own settings with this technique and no other, by ascending strength."""
        found = [variant for variant in self.main if variant.active == {technique}]
        return sorted(found, key=lambda variant: variant.strength(technique))

    def metric(self, variant: VariantTrials, name: str) -> pd.Series:
        """By seed. Raises NoEvidence where no trial of the variant has it."""
        found = variant.metric(name)
        if found.empty:
            raise NoEvidence(
                f"The metric {name} of {variant.variant} was not measured", remedy=A_NEWER_SWEEP, variants=[variant]
            )
        return found

    def curve(self, variant: VariantTrials, name: str) -> pd.DataFrame:
        """(seeds, epochs) of one measure, NaN after a seed's last epoch. Raises NoEvidence where there is none."""
        which = variant.variant, name
        if which not in self._tables:
            self._tables[which] = self._table(*which)
        table = self._tables[which]
        if table.empty:
            raise NoEvidence(
                f"The learning curves of {variant.variant} have no {name}",
                remedy=A_NEWER_SWEEP,
                variants=[variant],
            )
        return table

    @cached_property
    def _tables(self) -> dict[tuple[str, str], pd.DataFrame]:
        """Curves that were asked for: claims ask for the same ones again and again."""
        return {}

    @cached_property
    def _curves_of(self) -> dict[str, pd.DataFrame]:
        """By variant."""
        return dict(iter(self.curves.groupby("variant", sort=False))) if "variant" in self.curves else {}

    def _table(self, variant: str, name: str) -> pd.DataFrame:
        if not {"seed", "epoch", name} <= set(self.curves) or variant not in self._curves_of:
            return pd.DataFrame()
        rows = self._curves_of[variant].astype({name: float})  # None where an older trial lacks it
        return rows.pivot_table(index="seed", columns="epoch", values=name)

    def at_last_epoch(self, variant: VariantTrials, name: str) -> pd.Series:
        """By seed, at that seed's last epoch."""
        return self.curve(variant, name).ffill(axis=1).iloc[:, -1]

    def train_error(self, variant: VariantTrials) -> pd.Series:
        """By seed, at the last epoch: the training as it was run. A share."""
        return 1 - self.at_last_epoch(variant, "train/accuracy")

    def errors(self, split: str, *variants: VariantTrials) -> tuple[CrossedErrors, list[int]]:
        """The crossed errors of all of a split's ("validation", "test") variants, and the places of these in it."""
        every = getattr(self, split)
        found, names = self._crossed(split), [v.variant for v in every]
        missing = [v.variant for v in variants if v.variant not in names]
        if missing or found is None:
            raise NoEvidence(
                f"Which {split} examples {', '.join(missing) or 'the variants'} gets wrong is not known",
                remedy="predictions of every variant on the same examples would tell",
                variants=variants,
            )
        return found, [names.index(v.variant) for v in variants]

    def contrast(self, split: str, weights: Sequence[float], variants: Sequence[VariantTrials]) -> tuple[Contrast, int]:
        """The contrast of the variants' error rates with these weights, and the fewest seeds of any of them."""
        errors, places = self.errors(split, *variants)
        every = np.zeros(len(errors.seeds))
        np.add.at(every, places, weights)
        return errors.contrast(every), int(errors.seeds[places].min())

    def chosen_on_validation(self, candidates: Sequence[VariantTrials]) -> VariantTrials:
        """The candidate of the lowest validation error: chosen there, it can be read on test as it is."""
        if len(candidates) == 1:
            return candidates[0]
        errors, places = self.errors("validation", *candidates)
        return candidates[int(np.argmin(errors.rates[places]))]

    def _crossed(self, split: str) -> CrossedErrors | None:
        return {"validation": self._validation_errors, "test": self._test_errors}[split]

    @cached_property
    def _validation_errors(self) -> CrossedErrors | None:
        return _crossed_errors(self.validation)

    @cached_property
    def _test_errors(self) -> CrossedErrors | None:
        return _crossed_errors(self.test)


def _crossed_errors(variants: Sequence[VariantErrors]) -> CrossedErrors | None:
    sizes = {variant.wrong.shape[1] for variant in variants if len(variant.wrong)}
    return (
        CrossedErrors([v.wrong for v in variants]) if len(sizes) == 1 and all(len(v.wrong) for v in variants) else None
    )

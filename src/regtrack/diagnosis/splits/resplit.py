"""Resplit: the same variants on another split of the data, with seeds of their own."""

from dataclasses import dataclass

import pandas as pd

from regtrack import names
from regtrack.diagnosis.differences.comparison import VariantErrors
from regtrack.diagnosis.differences.split_comparison import SplitErrors
from regtrack.diagnosis.held_out import HeldOut
from regtrack.diagnosis.network_errors import errors_of_networks
from regtrack.diagnosis.primary import Primary


@dataclass(frozen=True, eq=False)
class Resplit:
    """`split` counts from 0, the sweep's own; `validation` and `test` are what its networks predict there; `trials`: a row a
    network, as tracking.reader.trials gives."""

    split: int
    validation: HeldOut
    test: HeldOut
    trials: pd.DataFrame

    def errors(self, primary: Primary | None = None) -> SplitErrors:
        """On test; compared by accuracy, or by `primary`."""
        errors = errors_of_networks(self.test.trials, self.test.given_label, primary=primary)
        return SplitErrors(errors, self.test.example_id, self.train_examples, len(self.validation.example_id))

    def validation_errors(self, primary: Primary | None = None) -> list[VariantErrors]:
        """What chooses; compared as those of `errors`."""
        return errors_of_networks(self.validation.trials, self.validation.given_label, primary=primary)

    @property
    def train_examples(self) -> dict[str, int]:
        """By variant: how many examples its networks learned on."""
        return {variant: int(n) for variant, n in self.trials.groupby("variant")[names.N_TRAIN].min().items()}

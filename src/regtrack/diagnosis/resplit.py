"""Resplit: the same variants on another split of the data, with seeds of their own."""

from collections.abc import Mapping
from dataclasses import dataclass

from regtrack.diagnosis.differences.split_comparison import SplitErrors
from regtrack.diagnosis.held_out import HeldOut
from regtrack.diagnosis.network_errors import errors_of_networks
from regtrack.diagnosis.primary import Primary


@dataclass(frozen=True, eq=False)
class Resplit:
    """`split` counts from 0, the sweep's own; `test` is what its networks predict there; `train_examples` by variant."""

    split: int
    test: HeldOut
    train_examples: Mapping[str, int]

    def errors(self, primary: Primary | None = None) -> SplitErrors:
        """Compared by accuracy, or by `primary`."""
        errors = errors_of_networks(self.test.trials, self.test.given_label, primary=primary)
        return SplitErrors(errors, self.test.example_id, self.train_examples)

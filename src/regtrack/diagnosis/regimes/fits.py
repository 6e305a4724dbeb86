"""Fits: how the variants of a sweep fit, as arrays read from a documented table."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from regtrack.diagnosis.differences.strata import Strata
from regtrack.errors import DataError

FIT_COLUMNS = (
    "variant", "seed", "epoch", "train_error", "val_error", "train_cross_entropy", "val_cross_entropy", "val_wrong",
)  # fmt: skip
"""A row a (variant, seed, epoch), epochs from 1, every measure in inference mode.

`train_error` and `val_error` are shares in [0, 1], the cross-entropies nats without penalty. `val_wrong` stands in one row of
each seed, that of the epoch to be judged: (n,) bool, which validation examples that network gets wrong, the same
examples in the same order for all; None elsewhere.

There may be more, in the judged row: `val_rise`, (n,) nats, cross-entropy of each validation example now minus at the selected epoch,
which tells how far a rise depends on the examples; `largest_class_share`, of validation examples that are given the most common
class; and `largest_class_frequency`, of those whose label is that class, without which a class may be common and not collapsed to.
"""


@dataclass(frozen=True, eq=False)
class VariantFits:
    """One variant's trainings: S seeds, up to E epochs (NaN after a seed's last), n validation examples.

    Curves are (S, E); `train_error` and `val_error` (S,) are read at the judged epoch; `wrong` is (S, n) bool. With
    `classes` (n,), of the validation examples, every error is the mean of the classes' errors; those of the curves are so
    already.
    """

    variant: str
    seeds: tuple
    train_error_curve: np.ndarray
    val_error_curve: np.ndarray
    train_cross_entropy_curve: np.ndarray
    val_cross_entropy_curve: np.ndarray
    judged_epoch: np.ndarray
    wrong: np.ndarray
    rise: np.ndarray | None = None
    largest_class_share: np.ndarray | None = None
    largest_class_frequency: np.ndarray | None = None
    classes: np.ndarray | None = None

    def judged(self, curve: np.ndarray) -> np.ndarray:
        """(S,) a curve (S, E) at each seed's judged epoch."""
        return curve[np.arange(len(self.seeds)), self.judged_epoch - 1]

    @property
    def epochs(self) -> int:
        """Of the seed that ran longest."""
        return self.val_error_curve.shape[1]

    @property
    def train_error(self) -> np.ndarray:
        return self.judged(self.train_error_curve)

    @property
    def val_error(self) -> np.ndarray:
        return Strata.of(self.classes, self.wrong.shape[1]).mean(self.wrong)


def fits_of(table: pd.DataFrame) -> list[VariantFits]:
    """Every variant of the table, in its order. Raises DataError for a table that is not as FIT_COLUMNS says."""
    missing = [column for column in FIT_COLUMNS if column not in table]
    if missing or table.empty:
        received = f"without {', '.join(missing)}" if missing else "without rows"
        raise DataError(f"Expected a table of fits with the columns {', '.join(FIT_COLUMNS)}, received one {received}.")
    fits = [_of_variant(str(variant), group) for variant, group in table.groupby("variant", sort=False)]
    counts = {f.wrong.shape[1] for f in fits}
    if len(counts) > 1:
        raise DataError(
            f"Expected val_wrong of the same validation examples for every variant, received {sorted(counts)} examples; "
            "compare variants of one split."
        )
    return fits


def _of_variant(variant: str, table: pd.DataFrame) -> VariantFits:
    groups = [(seed, group.sort_values("epoch")) for seed, group in table.groupby("seed", sort=True)]
    judged = [_judged_row(variant, seed, group) for seed, group in groups]
    sizes = {np.shape(row["val_wrong"]) for row in judged}
    if len(sizes) > 1:
        raise DataError(f"Expected val_wrong of {variant} to be as long for every seed, received {sorted(sizes)}.")
    epochs = max(len(group) for _, group in groups)

    def curve(name: str) -> np.ndarray:
        values = np.full((len(groups), epochs), np.nan)
        for row, (_, group) in zip(values, groups, strict=True):
            row[: len(group)] = group[name]
        return values

    n = len(judged[0]["val_wrong"])
    rises = [np.shape(row["val_rise"]) for row in judged if isinstance(row.get("val_rise"), np.ndarray)]
    if any(shape != (n,) for shape in rises):
        raise DataError(f"Expected val_rise of {variant} for its {n} validation examples, received shapes {rises}.")

    def optional(name: str) -> np.ndarray | None:
        given = [row.get(name) for row in judged]
        return (
            None
            if any(value is None or (np.isscalar(value) and pd.isna(value)) for value in given)
            else np.array(given)
        )

    return VariantFits(
        variant=variant,
        seeds=tuple(seed for seed, _ in groups),
        train_error_curve=curve("train_error"),
        val_error_curve=curve("val_error"),
        train_cross_entropy_curve=curve("train_cross_entropy"),
        val_cross_entropy_curve=curve("val_cross_entropy"),
        judged_epoch=np.array([int(row["epoch"]) for row in judged]),
        wrong=np.stack([np.asarray(row["val_wrong"], bool) for row in judged]),
        rise=optional("val_rise"),
        largest_class_share=optional("largest_class_share"),
        largest_class_frequency=optional("largest_class_frequency"),
    )


def _judged_row(variant: str, seed, group: pd.DataFrame) -> pd.Series:
    if group["epoch"].tolist() != list(range(1, len(group) + 1)):
        raise DataError(
            f"Expected the epochs 1, 2, ... of {variant} seed {seed} once each, received {_shown(group['epoch'])}."
        )
    has = [isinstance(value, np.ndarray | Sequence) for value in group["val_wrong"]]
    if sum(has) != 1:
        raise DataError(f"Expected val_wrong at one epoch of {variant} seed {seed}, received it at {sum(has)}.")
    return group.loc[has].iloc[0]


def _shown(values: pd.Series) -> str:
    listed = values.tolist()
    return str(listed if len(listed) <= 8 else [*listed[:8], "..."])

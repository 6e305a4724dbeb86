"""SweepRecord: what the finished trials of a sweep left, as plain tables and arrays, for everything that judges it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import pandas as pd

from regtrack import names
from regtrack.diagnosis.allocation.record import Allocation
from regtrack.diagnosis.differences.comparison import VariantErrors
from regtrack.diagnosis.held_out import HeldOut, TrialPredictions
from regtrack.diagnosis.network_errors import errors_of_networks
from regtrack.diagnosis.primary import Primary
from regtrack.diagnosis.regimes.fits import VariantFits
from regtrack.diagnosis.regimes.freedom import Freedom, freedom_of
from regtrack.diagnosis.regimes.judge import LAST
from regtrack.diagnosis.splits.resplit import Resplit
from regtrack.uncertainty.calibration import SMALLEST_PROBABILITY
from regtrack.variants.grid import Grid
from regtrack.variants.settings import Settings
from regtrack.variants.variant import Variant

ERRORS_OF = {
    names.ACCURACY: (names.TRAIN_ACCURACY, names.VAL_ACCURACY),
    names.BALANCED_ACCURACY: (names.TRAIN_BALANCED_ACCURACY, names.VAL_BALANCED_ACCURACY),
}
"""By measure: its curves of train and validation."""


@dataclass(frozen=True, eq=False)
class SweepRecord:
    """Finished trials only, in the order variants x seeds; everything else is in that order.

    Args:
        variants: those with a finished trial, in the grid's order; `settings` are the sweep's.
        trials: a row a trial, as tracking.reader.trials gives.
        curves: for each trial names.CURVE_COLUMNS, a row an epoch.
        validation, test: predictions at the selected epoch.
        last_probs: for each trial (n_val, n_classes) at the last epoch.
        class_names: by class number; is_image: whether the examples are images.
        digest: of the sweep's data.
        recorded_primary: name of the measure that was to be judged, written before training; "" where none was.
        picture_of: place of a test example -> uint8 (h, w[, channels]) as it is shown, None where it has no picture.
        features_of: place of a test example -> its (name, value) pairs: a table's own cells.
        grid: what the sweep was started with; failed: its trials that FAILED, with `failure`.
        resplits: every split's networks, the sweep's own first; () where the data were split once.
        confirming: finished trials of the confirmation, a row a trial; fresh: what those of them predict on test that took
            no part in choosing; confirm_seeds: how many of each were asked for, 0 where none were.
    """

    variants: tuple[Variant, ...]
    settings: Settings
    trials: pd.DataFrame
    curves: tuple[pd.DataFrame, ...]
    validation: HeldOut
    test: HeldOut
    last_probs: tuple[np.ndarray, ...]
    class_names: tuple[str, ...]
    is_image: bool = False
    digest: str = ""
    recorded_primary: str = ""
    picture_of: Callable[[int], np.ndarray | None] | None = None
    features_of: Callable[[int], Sequence[tuple[str, object]]] | None = None
    grid: Grid | None = None
    failed: pd.DataFrame = field(default_factory=pd.DataFrame)
    confirming: pd.DataFrame = field(default_factory=pd.DataFrame)
    fresh: tuple[TrialPredictions, ...] = ()
    confirm_seeds: int = 0
    allocation: Allocation | None = None
    resplits: tuple[Resplit, ...] = ()

    @cached_property
    def of_variant(self) -> dict[str, list[int]]:
        """Places of each variant's trials."""
        places: dict[str, list[int]] = {variant.label: [] for variant in self.variants}
        for place, label in enumerate(self.trials["variant"]):
            if label in places:
                places[label].append(place)
        return places

    def errors(self, split: str, *, mc: bool = False, primary: Primary | None = None) -> list[VariantErrors]:
        """Which examples of `val` or `test` each network gets wrong at the selected epoch; with `mc` those of the mean
        over passes, for variants with dropout only. They are compared by accuracy, or by `primary`."""
        held_out = self.validation if split == "val" else self.test
        return errors_of_networks(held_out.trials, held_out.given_label, mc=mc, primary=primary)

    def fresh_errors(self, primary: Primary | None = None) -> list[VariantErrors]:
        """On test, of the networks that took no part in choosing; compared as those of `errors`."""
        return errors_of_networks(self.fresh, self.test.given_label, primary=primary)

    def fits_by(self, primary: Primary) -> str:
        """Name of the measure whose error tells how a variant fits: balanced accuracy where that is judged and every
        network's train error is known by it, else accuracy. Likelihood has no margin that is known to matter, and how
        cross-entropy rises is looked at whatever is judged."""
        known = all(names.TRAIN_BALANCED_ACCURACY in curve and curve[names.TRAIN_BALANCED_ACCURACY].notna().all() for curve in self.curves)  # fmt: skip
        return names.BALANCED_ACCURACY if primary.name == names.BALANCED_ACCURACY and known else names.ACCURACY

    def fits(self, epoch_kind: str, measure: str = names.ACCURACY) -> list[VariantFits]:
        """How each variant fits at the last or the selected epoch, by errors of this measure: what diagnose_regimes
        judges."""
        return [self._fits(label, places, epoch_kind, measure) for label, places in self.of_variant.items()]

    def _fits(self, label: str, places: Sequence[int], epoch_kind: str, measure: str) -> VariantFits:
        train, val = ERRORS_OF[measure]
        begins = [self._curve_begins[i] for i in places]
        lengths = [len(self.curves[i]) for i in places]

        def curve(name: str, *, error: bool = False) -> np.ndarray:
            values, whole = np.full((len(places), max(lengths)), np.nan), self._curve_table[name].to_numpy()
            for row, begin, length in zip(values, begins, lengths, strict=True):
                own = whole[begin : begin + length]
                row[:length] = 1 - own if error else own
            return values

        labels = self.validation.given_label
        selected = [self.validation.trials[i].probs for i in places]
        last = [self.last_probs[i] for i in places]
        probs = last if epoch_kind == LAST else selected
        said = [p.argmax(axis=1) for p in probs]
        largest = [np.bincount(classes).argmax() for classes in said]
        judged = lengths if epoch_kind == LAST else self.trials[names.BEST_EPOCH].iloc[places]
        return VariantFits(
            variant=label,
            seeds=tuple(self.trials[names.SEED].iloc[places]),
            train_error_curve=curve(train, error=True),
            val_error_curve=curve(val, error=True),
            train_cross_entropy_curve=curve(names.TRAIN_CROSS_ENTROPY),
            val_cross_entropy_curve=curve(names.VAL_CROSS_ENTROPY),
            judged_epoch=np.array(judged, int),
            wrong=np.stack([classes != labels for classes in said]),
            rise=_rises(last, selected, labels) if epoch_kind == LAST else None,
            largest_class_share=np.array([np.mean(classes == c) for classes, c in zip(said, largest, strict=True)]),
            largest_class_frequency=np.array([np.mean(labels == c) for c in largest]),
            classes=labels if measure == names.BALANCED_ACCURACY else None,
        )

    @cached_property
    def freedoms(self) -> dict[str, Freedom]:
        """By variant: which of two networks is the freer. Parameters as counted when they were built."""
        sizes = self.trials.get(names.PARAMETERS, pd.Series(np.nan, self.trials.index))
        return {v.label: freedom_of(v, sizes.iloc[self.of_variant[v.label][0]]) for v in self.variants}

    def curve_table(self) -> pd.DataFrame:
        """All curves: variant, seed, selected_epoch, then names.CURVE_COLUMNS."""
        return self._curve_table.copy(deep=False)  # whoever changes it changes his own

    @cached_property
    def _curve_begins(self) -> np.ndarray:
        """Rows of `_curve_table` at which each trial's begin."""
        return np.cumsum([0, *map(len, self.curves)])

    @cached_property
    def _curve_table(self) -> pd.DataFrame:
        of_trial = np.repeat(np.arange(len(self.curves)), [len(curve) for curve in self.curves])
        known = {"variant": "variant", "seed": names.SEED, "selected_epoch": names.BEST_EPOCH}
        own = {name: self.trials[column].iloc[of_trial].array for name, column in known.items()}
        return pd.concat(self.curves, ignore_index=True).assign(**own)


def _rises(last: Sequence[np.ndarray], selected: Sequence[np.ndarray], labels: np.ndarray) -> np.ndarray:
    """(S, n) nats: how much each example's cross-entropy rose from the selected epoch to the last."""
    pairs = zip(last, selected, strict=True)
    return np.stack([_example_cross_entropy(a, labels) - _example_cross_entropy(b, labels) for a, b in pairs])


def _example_cross_entropy(probs: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """(n,) nats."""
    return -np.log(np.maximum(probs[np.arange(len(labels)), labels].astype(np.float64), SMALLEST_PROBABILITY))

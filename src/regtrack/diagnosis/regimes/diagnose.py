"""diagnose_regime: underfit, well fit, overfit or undetermined, from a table, with the evidence."""

from collections.abc import Mapping

import pandas as pd

from regtrack.diagnosis.regimes.fits import VariantFits, fits_of
from regtrack.diagnosis.regimes.freedom import Freedom
from regtrack.diagnosis.regimes.judge import LAST, SELECTED, Judge, Thresholds
from regtrack.diagnosis.regimes.regime import Regime
from regtrack.errors import DataError

TOLERANCE, MARGIN = 0.02, 0.02
"""Of the generalization gap, and of a distance from the reference error; shares."""


def diagnose_regime(
    table: pd.DataFrame | list[VariantFits],
    *,
    variant: str | None = None,
    tolerance: float = TOLERANCE,
    margin: float = MARGIN,
    target_error: float | None = None,
    level: float = 0.95,
    epoch_kind: str = LAST,
    freedoms: Mapping[str, Freedom] | None = None,
) -> Regime:
    """The fitting regime of one variant of a sweep. A pure function of the table.

    Args:
        table: fits.FIT_COLUMNS, all variants of the sweep: the others say what is reachable.
        variant: whose; may be left out where the table holds one.
        tolerance, margin: of the generalization gap and of the distance from the reference error, shares.
        target_error: the validation error known to be reachable; without it the sweep's cross-fitted best.
        level: of the two-sided intervals.
        epoch_kind: "last" or "selected": the kind of epoch val_wrong stands at. Rising is a matter of the last.
        freedoms: by variant, which tells a clearly different network from a twin; without it, and without a target,
            nothing is well fit but as far as this sweep can tell.
    Raises:
        DataError: a table or a value that is not as said here.
    """
    judge = _judge(table, tolerance, margin, target_error, level, epoch_kind, freedoms or {})
    known = [fits.variant for fits in judge.fits]
    if variant is None and len(known) > 1:
        raise DataError(f"Expected variant, one of {', '.join(known)}; received none, and the table holds several.")
    if variant is not None and variant not in known:
        raise DataError(f"Expected variant to be one of {', '.join(known)}; received {variant!r}.")
    return judge.regime(known.index(variant) if variant else 0)


def diagnose_regimes(
    table: pd.DataFrame | list[VariantFits],
    *,
    tolerance: float = TOLERANCE,
    margin: float = MARGIN,
    target_error: float | None = None,
    level: float = 0.95,
    epoch_kind: str = LAST,
    freedoms: Mapping[str, Freedom] | None = None,
) -> dict[str, Regime]:
    """`diagnose_regime` of every variant, by name."""
    judge = _judge(table, tolerance, margin, target_error, level, epoch_kind, freedoms or {})
    return {one.variant: judge.regime(v) for v, one in enumerate(judge.fits)}


def _judge(table, tolerance, margin, target_error, level, epoch_kind, freedoms) -> Judge:
    for name, value in (("tolerance", tolerance), ("margin", margin), ("target_error", target_error)):
        if value is not None and not 0 <= value < 1:
            raise DataError(f"Expected {name} to be a share in [0, 1), received {value!r}.")
    if not 0.5 <= level < 1:
        raise DataError(f"Expected level to be in [0.5, 1), received {level!r}.")
    if epoch_kind not in (LAST, SELECTED):
        raise DataError(f"Expected epoch_kind to be {LAST} or {SELECTED}, received {epoch_kind!r}.")
    fits = table if isinstance(table, list) else fits_of(table)
    return Judge(fits, Thresholds(tolerance, margin, target_error, level), epoch_kind, freedoms)

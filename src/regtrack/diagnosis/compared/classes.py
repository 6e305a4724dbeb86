"""Classes compared: on which classes is the chosen variant better or worse than the baseline, all of them taken together?"""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from regtrack.diagnosis.differences.comparison import VariantErrors
from regtrack.diagnosis.differences.crossed import CrossedErrors, bound_without_spread
from regtrack.diagnosis.differences.dunnett import two_sided_p_value, two_sided_quantile
from regtrack.diagnosis.differences.families import FEWEST_DEGREES, TOO_FEW_SEEDS
from regtrack.diagnosis.differences.looks import alpha_of_look
from regtrack.diagnosis.differences.multiplicity import holm
from regtrack.diagnosis.differences.strata import FEWEST_OF_A_CLASS, TOO_FEW_OF_A_CLASS
from regtrack.names import BASELINE, BETTER, CLASS_DIFFERENCES_COLUMNS, NO_VERDICT, NOT_SHOWN, WORSE
from regtrack.words.intervals import with_interval

KNOWN_OF_A_CLASS = ("variant", "other", "label", "class", "examples", "recall", "other_recall", "difference", "reason")
"""Columns that a class has by itself, whatever the others show."""


def compare_classes(
    errors: Sequence[VariantErrors],
    labels: np.ndarray,
    class_names: Sequence[str],
    chosen: str,
    *,
    looks: int = 1,
    level: float = 0.95,
) -> pd.DataFrame:
    """A row a class that has examples, the largest loss first: names.CLASS_DIFFERENCES_COLUMNS; none without a baseline, or where it is chosen.

    Recalls, over crossed seeds and the examples of the class. p-values are Dunnett's over all variants, as the chosen one is one of
    them, then Holm's over the classes, at an error of their own; the limits are of the level that his last step came to, so that
    they agree with the verdicts, and are simultaneous where nothing is shown.

    Args:
        errors: on the same examples, whose given labels are `labels` (n,).
        class_names: by class number.
        looks: how often these examples were judged, this time counted.
    """
    places = {one.variant: i for i, one in enumerate(errors)}
    if BASELINE not in places or chosen == BASELINE:
        return pd.DataFrame(columns=list(CLASS_DIFFERENCES_COLUMNS))
    a, b, others, alpha = places[chosen], places[BASELINE], len(errors) - 1, alpha_of_look(looks, 1 - level)
    found, rows = [], []
    for label in np.unique(labels):
        of_class = np.flatnonzero(labels == label)
        crossed = CrossedErrors([one.wrong[:, of_class] for one in errors])
        contrast = crossed.difference(b, a)
        few = crossed.seed_degrees(a, b) < FEWEST_DEGREES or np.isnan(contrast.standard_error)
        reason = TOO_FEW_OF_A_CLASS if len(of_class) < FEWEST_OF_A_CLASS else TOO_FEW_SEEDS if few else ""
        freedom = float(crossed.family_freedom(contrast))
        found.append((contrast, freedom, np.nan if reason or not alpha else _p_value(contrast, freedom, others)))
        recalls = (1 - float(crossed.rates[v]) for v in (a, b))
        known = (
            chosen,
            BASELINE,
            int(label),
            class_names[label],
            len(of_class),
            *recalls,
            float(contrast.mean),
            reason,
        )
        rows.append(dict(zip(KNOWN_OF_A_CLASS, known, strict=True)))
    adjusted = holm(np.array([p for *_, p in found]))
    each = alpha / max(1, len(adjusted) - int((adjusted < alpha).sum()))
    limits = [
        _limits(contrast, freedom, others, each) if p == p else (np.nan, np.nan) for contrast, freedom, p in found
    ]
    table = pd.DataFrame(rows).assign(
        low=[low for low, _ in limits], high=[high for _, high in limits], p_adjusted=adjusted
    )
    shown = np.where(table["difference"] > 0, BETTER, WORSE)
    table["verdict"] = np.where(np.isnan(adjusted), NO_VERDICT, np.where(adjusted < alpha, shown, NOT_SHOWN))
    return table[list(CLASS_DIFFERENCES_COLUMNS)].sort_values("difference", kind="stable", ignore_index=True)


def _p_value(contrast, freedom: float, comparisons: int) -> float:
    if contrast.standard_error == 0:
        return float(contrast.p_value)
    return float(two_sided_p_value(contrast.mean / contrast.standard_error, freedom, comparisons))


def _limits(contrast, freedom: float, comparisons: int, alpha: float) -> tuple[float, float]:
    """Never narrower than what so few examples leave open where not one of them changes: of 36 examples on which all seeds agree the
    variance is what other variants lend, next to nothing. What is shown lies beyond that: it takes more examples that change."""
    half = float(two_sided_quantile(freedom, comparisons, 1 - alpha)) * contrast.standard_error
    half = max(half, bound_without_spread(alpha / comparisons, contrast.examples))
    return float(contrast.mean - half), float(contrast.mean + half)


def worst_class_words(table: pd.DataFrame) -> str:
    """The class that loses most, or gains least, in a sentence without its full stop; "" where there is no table."""
    if table.empty:
        return ""
    worst = table.iloc[0]
    shown = worst["verdict"] if worst["verdict"] != BETTER else f"{BETTER} even there"
    by = with_interval(worst["difference"], worst["low"], worst["high"], scale=100, sign=True)
    return (
        f"of the {len(table)} classes {worst['class']} fares worst with {worst['variant']}: {by} points of recall "
        f"({worst['examples']:,} examples; {shown})"
    )

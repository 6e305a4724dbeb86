"""Secondary verdicts: every measure that decides but is not the primary one, each variant against the baseline on test.

They have an error of their own, in equal parts for each measure (Bonferroni), and within a measure Dunnett's over all variants: any
false one among all of them comes as seldom as any false one of the primary measure. They are not kept until the primary one
is shown (serial gatekeeping): that a variant is better by likelihood and not shown to differ in accuracy is what is asked for. Nor do
they step down (Holm): so their limits are simultaneous and agree with their verdicts.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from regtrack.diagnosis.compared.losses import compared_by, ranked_by_confidence
from regtrack.diagnosis.differences.comparison import VariantErrors, compare_variants
from regtrack.diagnosis.held_out import HeldOut
from regtrack.measures.primaries import COMPARED
from regtrack.names import BALANCED_ACCURACY, BASELINE, COMPARISON_COLUMNS, TEST
from regtrack.words.numbers import is_missing


@dataclass(frozen=True)
class SecondaryVerdict:
    """What a secondary measure says of the chosen variant against the baseline on test; `verdict`, its `difference` with
    limits and `reason` as in the row of the table; what is not known is None."""

    measure: str
    verdict: str
    difference: float | None
    low: float | None
    high: float | None
    reason: str = ""


def secondary_measures(primary: str, *, unequal_classes: bool) -> tuple[str, ...]:
    """Every measure with a verdict but the primary one; balanced accuracy where classes are unequal, as it says what accuracy
    says elsewhere."""
    return tuple(name for name in COMPARED if name != primary and (name != BALANCED_ACCURACY or unequal_classes))


def compare_secondary(
    errors: Sequence[VariantErrors], test: HeldOut, measures: Sequence[str], *, looks: int = 1
) -> pd.DataFrame:
    """A row a (measure, variant but the baseline): names.COMPARISON_COLUMNS, `primary` being the measure of the row.

    Args:
        errors: which test examples each network gets wrong, its networks in the order of `test`.
        measures: as `secondary_measures` gives them; they share the error of the look.
    """
    if BASELINE not in {one.variant for one in errors} or len(errors) < 2:
        return pd.DataFrame(columns=list(COMPARISON_COLUMNS))
    probs: dict[str, list[np.ndarray]] = {}
    for network in test.trials:
        probs.setdefault(network.variant, []).append(network.probs)
    wrong = [VariantErrors(one.variant, one.wrong, one.seeds) for one in errors]
    ranked = {one.variant: ranked_by_confidence(one, probs[one.variant]) for one in wrong}
    given = {"split": TEST, "every_pair": False, "looks": looks, "share": 1 / len(measures)}
    tables = []
    for measure in measures:
        losses = [compared_by(measure, one, probs[one.variant], test.given_label, ranked[one.variant]) for one in wrong]
        tables.append(compare_variants(losses, primary=measure, **given))
    return pd.concat(tables, ignore_index=True)


def secondary_verdicts(table: pd.DataFrame, variant: str) -> tuple[SecondaryVerdict, ...]:
    """Of `variant`, a value a measure, in the order of the table; none where it is the baseline."""
    rows = table[table["variant"] == variant].to_dict("records")
    return tuple(
        SecondaryVerdict(
            row["primary"], row["verdict"], *(_known(row[name]) for name in ("difference", "low", "high")),
            "" if is_missing(row["reason"]) else str(row["reason"]),
        )
        for row in rows
    )  # fmt: skip


def _known(value: object) -> float | None:
    return None if is_missing(value) else float(value)

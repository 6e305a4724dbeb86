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

from regtrack.diagnosis.compared.influence import FEWEST_ERRORS, SELECTIVE
from regtrack.diagnosis.compared.losses import compared_by, ranked_by_confidence
from regtrack.diagnosis.differences.comparison import VariantErrors, compare_variants
from regtrack.diagnosis.differences.families import TO_BASELINE
from regtrack.diagnosis.held_out import HeldOut
from regtrack.measures.primaries import COMPARED
from regtrack.names import (
    BALANCED_ACCURACY,
    BASELINE,
    COMPARISON_COLUMNS,
    NO_VERDICT,
    TEST,
)
from regtrack.words.numbers import is_missing

TOO_FEW_ERRORS = f"a network with fewer than {FEWEST_ERRORS} errors, or right answers"
"""Reason for no verdict on how errors are detected."""


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
    baseline = next(one for one in wrong if one.variant == BASELINE)
    ranked = {one.variant: ranked_by_confidence(one, probs[one.variant]) for one in wrong if not _too_few(one)}
    tables = []
    for measure in measures:
        judged = [one for one in wrong if measure not in SELECTIVE or one.variant in ranked]
        if baseline not in judged:
            judged = []
        if len(judged) > 1:
            losses = [
                compared_by(measure, one, probs[one.variant], test.given_label, ranked.get(one.variant))
                for one in judged
            ]
            given = {"looks": looks, "primary": measure, "share": 1 / len(measures)}
            tables.append(compare_variants(losses, split=TEST, every_pair=False, **given))
        told = {BASELINE, *(one.variant for one in judged)}
        tables += [_refused(measure, one, baseline) for one in wrong if one.variant not in told]
    return pd.concat(tables, ignore_index=True)


def _too_few(one: VariantErrors) -> bool:
    errors = one.wrong.sum(axis=1)
    return bool(min(errors.min(), (one.wrong.shape[1] - errors).min()) < FEWEST_ERRORS)


def _refused(measure: str, one: VariantErrors, baseline: VariantErrors) -> pd.DataFrame:
    seeds, examples = one.wrong.shape
    known = {"family": TO_BASELINE, "split": TEST, "variant": one.variant, "other": BASELINE, "examples": examples,
             "seeds": seeds, "other_seeds": len(baseline.wrong), "verdict": NO_VERDICT, "reason": TOO_FEW_ERRORS, "primary": measure}  # fmt: skip
    return pd.DataFrame([known]).reindex(columns=list(COMPARISON_COLUMNS))


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

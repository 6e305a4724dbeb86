"""Method verdicts: is a method better than one pass of the same networks, and an ensemble than what costs as much?"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from regtrack.diagnosis.compared.losses import compared_by, loss_of_label
from regtrack.diagnosis.differences.comparison import VariantErrors
from regtrack.diagnosis.differences.crossed import Contrast, CrossedErrors, contrast_of
from regtrack.diagnosis.differences.families import FEWEST_DEGREES, NO_LOOK_LEFT, TOO_FEW_SEEDS
from regtrack.diagnosis.differences.looks import alpha_of_look
from regtrack.diagnosis.differences.multiplicity import holm
from regtrack.diagnosis.methods import Method, SeedPredictions
from regtrack.names import (
    ACCURACY,
    AURC,
    BEST_SINGLE,
    BETTER,
    BRIER_SCORE,
    DEBIASED_CALIBRATION_ERROR,
    ENSEMBLE,
    MC_DROPOUT,
    METHOD_VERDICTS_COLUMNS,
    NEGATIVE_LOG_LIKELIHOOD,
    NO_VERDICT,
    NOT_SHOWN,
    WORSE,
)

JUDGED_BY = (ACCURACY, NEGATIVE_LOG_LIKELIHOOD, BRIER_SCORE, DEBIASED_CALIBRATION_ERROR, AURC)
"""Measures, each with an equal part of the error."""
PAIR = ["method", "temperature", "passes", "trainings", "other", "other_passes", "other_trainings"]
"""Columns that say which method of a variant is set against which."""
SEEDS_AND_EXAMPLES, EXAMPLES = "seeds and examples", "examples"
TOO_SELDOM = "over examples alone its limits hold too seldom"
"""Reason for none, of an ensemble's debiased calibration error: they held the truth in 0.88 of simulated comparisons (docs/uncertainty.md)."""
ONE_ENSEMBLE = "one ensemble tells nothing of other trainings"
"""Reason for no verdict: its unit of replication is the ensemble, and all seeds make one."""


def judge_methods(
    methods: Sequence[Method], labels: np.ndarray, val_labels: np.ndarray, *, looks: int = 1, level: float = 0.95
) -> pd.DataFrame:
    """names.METHOD_VERDICTS_COLUMNS but the variant, on the test examples; above 0 the method is better.

    Each method of single trainings against one pass of the same networks: pairs of the same seed on the same examples, so that what
    a network is good at falls out, over crossed seeds and examples. Holm over the methods of a measure; limits are of the level
    that his last step came to. A temperature changes no answer, so its accuracy is not compared.

    The ensemble against what costs as much: the network of the lowest validation likelihood loss among those in it (as many trainings), and
    Monte Carlo dropout of as many passes. All seeds make one ensemble, so neither gets a verdict, and the limits are over examples
    alone, these networks being given; of the debiased calibration error there are none.

    Args:
        methods: of one variant, as `methods_of` gives them, the deterministic pass first.
        labels, val_labels: given labels of the test and of the validation examples.
        looks: how often these test examples were judged, this time counted.
    """
    alpha = alpha_of_look(looks, 1 - level)
    best = _best_on_validation(methods[0].members, val_labels)
    rows = []
    for measure in JUDGED_BY:
        compared = [_compared(method.members, labels, measure) for method in methods]
        rows += _against_one_pass(methods, compared, measure, alpha / len(JUDGED_BY))
        rows += _at_equal_cost(methods, compared, _compared([best], labels, measure), measure, level)
    return pd.DataFrame(rows, columns=[name for name in METHOD_VERDICTS_COLUMNS if name != "variant"])


def _against_one_pass(
    methods: Sequence[Method], compared: Sequence[VariantErrors], measure: str, alpha: float
) -> list[dict]:
    (first, one), *rest = zip(methods, compared, strict=True)
    rest = [
        (method, own)
        for method, own in rest
        if method.name != ENSEMBLE and not (measure == ACCURACY and method.temperature)
    ]
    others, found = [method for method, _ in rest], [_Paired.of(one, own) for _, own in rest]
    reason = NO_LOOK_LEFT if not alpha else TOO_FEW_SEEDS if len(first.members) - 1 < FEWEST_DEGREES else ""
    refused = np.array([bool(pair.refused or reason) for pair in found], bool)
    p_values = np.array([pair.contrast.p_value for pair in found], float)
    adjusted = holm(np.where(refused, np.nan, p_values))
    each = alpha / max(1, len(adjusted) - int((adjusted < alpha).sum()))
    rows = []
    for method, pair, p, is_refused in zip(others, found, adjusted, refused, strict=True):
        low, high = (np.nan, np.nan) if is_refused else pair.contrast.limits(1 - each)
        shown = NOT_SHOWN if not p < alpha else BETTER if pair.contrast.mean > 0 else WORSE
        rows.append(
            _about(method, first.name, first.passes, first.trainings, measure, one)
            | {"difference": pair.contrast.mean, "low": low, "high": high, "interval_covers": SEEDS_AND_EXAMPLES,
               "p_adjusted": p, "verdict": NO_VERDICT if is_refused else shown, "reason": pair.refused or reason}
        )  # fmt: skip
    return rows


@dataclass(frozen=True)
class _Paired:
    """What one pass loses more than the method, `refused` where its losses are too few for a verdict."""

    contrast: Contrast
    refused: str

    @classmethod
    def of(cls, one: VariantErrors, method: VariantErrors) -> "_Paired":
        differences = one.compared.astype(np.float64) - method.compared
        # An example changes by one network's largest loss at most, one way or the other.
        crossed = CrossedErrors([differences], moderate=False, largest=2 * one.largest)
        return cls(crossed.contrast(np.ones(1)), one.refused or method.refused)


def _at_equal_cost(
    methods: Sequence[Method], compared: Sequence[VariantErrors], best: VariantErrors, measure: str, level: float
) -> Iterator[dict]:
    plain = [(method, own) for method, own in zip(methods, compared, strict=True) if not method.temperature]
    single, of_single = plain[0]
    for ensemble, own in plain:
        if ensemble.name != ENSEMBLE:
            continue
        costs_as_much = [(BEST_SINGLE, single.passes, ensemble.trainings, best)]
        costs_as_much += [
            (MC_DROPOUT, method.passes, method.trainings, other)
            for method, other in plain
            if method.name == MC_DROPOUT and method.passes == ensemble.passes
        ]
        for name, passes, trainings, other in costs_as_much:
            changes = (other.compared.astype(np.float64) - own.compared).mean(axis=0)
            n, refused = len(changes), other.refused or own.refused
            refused = TOO_SELDOM if measure == DEBIASED_CALIBRATION_ERROR else refused
            contrast = contrast_of(float(changes.mean()), [], float(changes.var(ddof=1)) / n, n)
            contrast = replace(contrast, examples=n / (2 * own.largest))
            low, high = (np.nan, np.nan) if refused else contrast.limits(level)
            yield (
                _about(ensemble, name, passes, trainings, measure, of_single)
                | {"difference": contrast.mean, "interval_covers": EXAMPLES, "p_adjusted": np.nan, "verdict": NO_VERDICT,
                   "low": low, "high": high, "reason": refused or ONE_ENSEMBLE}
            )  # fmt: skip


def _best_on_validation(members: Sequence[SeedPredictions], labels: np.ndarray) -> SeedPredictions:
    own = np.arange(len(labels))
    losses = [loss_of_label(one.val[own, labels].astype(np.float64), one.val.shape[1]).mean() for one in members]
    return members[int(np.argmin(losses))]


def _compared(members: Sequence[SeedPredictions], labels: np.ndarray, measure: str) -> VariantErrors:
    probs = [one.test for one in members]
    wrong = np.stack([p.argmax(axis=1) != labels for p in probs])
    return compared_by(measure, VariantErrors("", wrong), probs, labels)


def _about(method: Method, other: str, passes: int, trainings: int, measure: str, single: VariantErrors) -> dict:
    return {
        "method": method.name, "temperature": method.temperature, "passes": method.passes, "trainings": method.trainings,
        "other": other, "other_passes": passes, "other_trainings": trainings, "measure": measure,
        "seeds": len(single.wrong), "examples": single.wrong.shape[1],
    }  # fmt: skip

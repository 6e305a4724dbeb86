"""Leaderboard: a row a variant over its seeds, with intervals. A pure function of the table of trials."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd
from scipy.special import ndtri

from regtrack import names
from regtrack.diagnosis.choosing import DECIMALS
from regtrack.diagnosis.differences.families import TO_BASELINE
from regtrack.diagnosis.differences.half_over_seeds import half_width
from regtrack.diagnosis.regimes.regime import Regime
from regtrack.measures.declared import MEASURES, measures_shown
from regtrack.measures.measure import Measure, Shown
from regtrack.measures.primaries import DIFFERENCES, words_of_primary
from regtrack.variants.technique import technique_of

LEVEL = 0.95
IMBALANCED = 0.005
"""Balanced and plain accuracy further apart than this tell that some classes are rare, and fare otherwise."""

ONLY_SOME = {*DIFFERENCES} - {"difference"} | {measure.name for measure in MEASURES.values() if measure.two_classes}
"""Measures that only some sweeps have."""


READ = (
    f"{names.SELECTED}val_accuracy", f"{names.SELECTED}train_accuracy", f"{names.TEST}/accuracy", names.N_VAL, names.N_TEST,
    names.GENERALIZATION_GAP, names.GENERALIZATION_GAP_LOW, names.GENERALIZATION_GAP_HIGH,
    *(measure.of for measure in measures_shown(Shown.LEADERBOARD) if measure.of),
)  # fmt: skip
"""Columns of the trials' table that a row of the leaderboard is made of."""


@dataclass(frozen=True, eq=False)
class Judged:
    """What the trials' table alone cannot say: regimes at both epochs, comparison on test, the variants that may be
    best, and measures whose limits are over crossed seeds and examples."""

    regimes: Mapping[str, Regime]
    selected_regimes: Mapping[str, Regime]
    comparison: pd.DataFrame
    not_shown_worse: tuple[str, ...]
    measures: pd.DataFrame
    validation_loss: Mapping[str, float] | None = None
    """By variant, of the primary measure: what chooses and orders where it is not the validation error."""

    @cached_property
    def may_be_best(self) -> frozenset[str]:
        return frozenset(self.not_shown_worse)

    @cached_property
    def against_baseline(self) -> dict[str, dict]:
        """By variant, its row of the comparison."""
        own = self.comparison[self.comparison["family"] == TO_BASELINE].drop_duplicates("variant")
        return {row["variant"]: row for row in own.to_dict("records")}

    @cached_property
    def measures_of(self) -> dict[str, dict[str, tuple[float, float]]]:
        """By variant, the limits of its measures by their names."""
        found: dict[str, dict[str, tuple[float, float]]] = {}
        for row in self.measures.itertuples():
            found.setdefault(row.variant, {})[row.measure] = (row.low, row.high)
        return found


SO_FAR = {
    names.ACCURACY: lambda group: 1 - group[f"{names.SELECTED}val_accuracy"],
    names.BALANCED_ACCURACY: lambda group: 1 - group[f"{names.SELECTED}val_balanced_accuracy"],
    names.NEGATIVE_LOG_LIKELIHOOD: lambda group: group[f"{names.SELECTED}val_cross_entropy"],
}
"""By primary measure: (trials,) validation losses as a trial's own metrics have them, before a sweep is judged; of other measures
a trial logs none on validation. The cross-entropy is that of the probabilities as they are; what is judged is a little mixed
(diagnosis.primary)."""


def validation_losses(trials: pd.DataFrame, primary: str) -> dict[str, float]:
    """By variant, of the primary measure, the mean over finished trials; empty where one of them has it not, or none logs it."""
    if primary not in SO_FAR:
        return {}
    finished = trials[trials["status"] == names.FINISHED] if len(trials) else trials
    try:
        losses = SO_FAR[primary](finished)
    except KeyError:  # of an earlier version, or of a model that was trained elsewhere
        return {}
    return {} if losses.isna().any() else losses.groupby(finished["variant"], sort=False).mean().to_dict()


def rank_variants(trials: pd.DataFrame, judged: Judged | None = None, *, primary: str = names.ACCURACY) -> pd.DataFrame:
    """Variants by validation error at the selected epoch, or by what is judged, the best first:
    names.LEADERBOARD_COLUMNS.

    Args:
        trials: a row a trial as `tracking.reader.trials` gives; only FINISHED ones count.
        judged: of a finished sweep. Without it regimes, verdict and difference are missing, and limits are those of
            `error_interval`, a little too wide.
        primary: what orders a sweep that is not judged yet; of one that is, `judged` knows.
    Returns:
        train_error, val_error: mean over seeds at the selected epoch, shares.
        *_low, *_high: 95 % limits over seeds and examples; for the generalization gap, read at the last epoch, and for
        one seed only over examples.
        difference: of test accuracy from the baseline's, or of balanced accuracy where that is judged; of another measure
        that is judged in a column of its own (primaries.DIFFERENCES). verdict: "better", "worse", "practically equal", "not shown to
        differ" or "no verdict", and the limits that agree with it (Dunnett over all variants).
        seeds: finished seeds. The other columns are means over seeds of the metrics of their names; missing where
        no trial has them.
    """
    finished = trials[trials["status"] == names.FINISHED] if len(trials) else trials
    places = finished.groupby("variant", sort=False).indices if len(finished) else {}
    firsts = finished.drop_duplicates("variant").to_dict("records") if places else []
    numbers = {name: finished[name].to_numpy(float) for name in READ if name in finished}
    rows = [
        _row(first, {name: values[places[first["variant"]]] for name, values in numbers.items()})
        | (_judged(first["variant"], judged) if judged else {})
        for first in firsts
        if first["variant"] in places
    ]
    table = pd.DataFrame(rows, columns=list(names.LEADERBOARD_COLUMNS))
    # Rounded: of equal errors the first stays first, as in `answer`, whatever the last bit of their means.
    chooses, loss = table["val_error"], judged.validation_loss if judged else None
    if judged is None and primary != names.ACCURACY:
        loss = validation_losses(trials, primary)
    if loss:
        chooses = table["variant"].map(loss)
    return table.iloc[chooses.round(DECIMALS).argsort(kind="stable")].reset_index(drop=True)


def _judged(variant: str, judged: Judged) -> dict:
    regime = judged.regimes[variant]
    found = {
        "fitting_regime": regime.verdict,
        "leans_to": regime.leans_to,
        "fitting_regime_selected": judged.selected_regimes[variant].verdict,
        "not_shown_worse_than_best": variant in judged.may_be_best,
    }
    if variant in judged.against_baseline:
        row = judged.against_baseline[variant]
        name = words_of_primary(row.get("primary")).column
        found |= {"verdict": row["verdict"], name: row["difference"],
                  f"{name}_low": row["low"], f"{name}_high": row["high"]}  # fmt: skip
    own = judged.measures_of.get(variant, {})
    for measure in measures_shown(Shown.LEADERBOARD):
        if measure.interval and measure.name in own:  # the difference has its limits from the comparison
            found[f"{measure.name}_low"], found[f"{measure.name}_high"] = own[measure.name]
    return found


def measures_told(board: pd.DataFrame, place: Shown) -> tuple[Measure, ...]:
    """Those of `place` that say something of these variants: balanced accuracy where classes are unequal, what two
    classes alone have where there are two, and of the differences that of what is judged."""
    unequal = is_imbalanced(board)
    by_another = any(not _is_empty(board, MEASURES[name]) for name in DIFFERENCES[1:])
    only_some = ONLY_SOME | {DIFFERENCES[0]} if by_another else ONLY_SOME
    return tuple(
        m
        for m in measures_shown(place)
        if (unequal or not m.unequal_classes) and not (m.name in only_some and _is_empty(board, m))
    )


def _is_empty(board: pd.DataFrame, measure: Measure) -> bool:
    return measure.name not in board or bool(board[measure.name].isna().all())


def is_imbalanced(board: pd.DataFrame) -> bool:
    """Whether classes are so unequal that plain accuracy hides some: balanced accuracy is then shown beside it."""
    apart = (board["balanced_accuracy"] - board["test_accuracy"]).abs()
    return bool(apart.median() > IMBALANCED)  # of most variants: one that fails does so unevenly on any data


def error_interval(errors: np.ndarray, n: float) -> tuple[float, float]:
    """95 % limits of a mean error over seeds (Student's t) and over the n shared examples (binomial), added as
    variances. The examples' part inside the seeds' is counted twice, so the interval is a little too wide.

    Args:
        errors: (n_seeds,) error rates of the same n examples. With one seed only the examples' part is known. Where n
            is not recorded (NaN), neither limit is.
    """
    mean = float(np.mean(errors))
    half = ndtri(0.5 + LEVEL / 2) ** 2 * mean * (1 - mean) / n
    if len(errors) > 1:
        half += half_width(errors, LEVEL) ** 2
    return mean - float(np.sqrt(half)), mean + float(np.sqrt(half))


def _mean(group: Mapping[str, np.ndarray], name: str) -> float:
    """Of what is known, as pandas has it."""
    known = group[name][~np.isnan(group[name])] if name in group else np.empty(0)
    return float(known.mean()) if len(known) else np.nan


def _row(first: Mapping, group: Mapping[str, np.ndarray]) -> dict:
    """Args: first: a variant's first trial; group: the columns of READ of all of its trials."""
    val_error, test_error = (1 - group[name] for name in (f"{names.SELECTED}val_accuracy", f"{names.TEST}/accuracy"))
    val_low, val_high = error_interval(val_error, group[names.N_VAL][0])
    test_low, test_high = error_interval(test_error, group[names.N_TEST][0])
    gap, gap_low, gap_high = (
        group.get(name, np.full(len(val_error), np.nan))  # of a model trained elsewhere
        for name in (names.GENERALIZATION_GAP, names.GENERALIZATION_GAP_LOW, names.GENERALIZATION_GAP_HIGH)
    )
    gap_half = float(np.mean(gap_high - gap_low) / 2)
    if len(gap) > 1:
        gap_half = float(np.hypot(gap_half, half_width(gap, LEVEL)))
    means = {measure.name: _mean(group, measure.of) for measure in measures_shown(Shown.LEADERBOARD) if measure.of}
    return means | {
        "variant": first["variant"],
        "technique": technique_of(first),
        "seeds": len(gap),
        "train_error": 1 - _mean(group, f"{names.SELECTED}train_accuracy"),
        "val_error": float(val_error.mean()),
        "val_error_low": val_low,
        "val_error_high": val_high,
        "generalization_gap": float(gap.mean()),
        "generalization_gap_low": float(gap.mean()) - gap_half,
        "generalization_gap_high": float(gap.mean()) + gap_half,
        "test_accuracy": 1 - float(test_error.mean()),
        "test_accuracy_low": 1 - test_high,
        "test_accuracy_high": 1 - test_low,
    }

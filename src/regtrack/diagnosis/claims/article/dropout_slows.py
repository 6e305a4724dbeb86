import numpy as np
import pandas as pd

from regtrack.diagnosis.claims.base import Claim, Outcome
from regtrack.diagnosis.claims.dropouts import A_DROPOUT, the_articles
from regtrack.diagnosis.claims.measured import over_seeds, paired
from regtrack.diagnosis.claims.verdicts import judge
from regtrack.names import VAL_CROSS_ENTROPY

CLOSE = 0.02
"""Nats above a curve's own minimum at which it counts as converged: more than an epoch's noise, less than a regularizer's
effect."""


def convergence_epochs(curves: pd.DataFrame, close: float = CLOSE) -> pd.Series:
    """(n_seeds,) epochs until each curve (n_seeds, n_epochs) first is within `close` of its own minimum, between epochs
    by a straight line; 1 where it is at the first."""
    found = {}
    for seed, row in curves.iterrows():
        own = row.dropna()
        level = own.min() + close
        at = int(np.argmax(own.to_numpy() <= level))
        epochs = own.index.to_numpy(float)
        if at == 0:
            found[seed] = epochs[0]
        else:
            before, after = own.iloc[at - 1], own.iloc[at]
            found[seed] = epochs[at - 1] + (before - level) / (before - after) * (epochs[at] - epochs[at - 1])
    return pd.Series(found, dtype=float)


class DropoutSlows(Claim):
    """Each network against its own minimum: how soon it is as good as it gets, however good that is."""

    name, title, order = "dropout_slows", "Dropout slows convergence", 60
    measure = (
        f"epochs until validation cross-entropy is within {CLOSE} nats of its own minimum, dropout alone (in front of "
        "every layer, the smallest rate) minus the baseline; paired by seed, Student's t"
    )
    unit = "epochs"
    would_tell = A_DROPOUT
    margin = 1.0

    def find(self, evidence):
        baseline, variant = evidence.baseline, the_articles(evidence)
        curves = [evidence.curve(v, VAL_CROSS_ENTROPY) for v in (variant, baseline)]
        epochs, base = (convergence_epochs(curve) for curve in curves)
        measured = over_seeds(paired(epochs, base))
        verdict, ending = judge(measured, direction=1, margin=self.margin, margin_text="1 epoch")
        falling = int((curves[0].idxmin(axis=1) == curves[0].columns.max()).sum())
        still = f", {falling} of {len(epochs)} seeds lowest in the last epoch" if falling else ""
        reason = (
            f"Until validation cross-entropy is within {CLOSE} nats of its minimum {variant.variant} takes "
            f"{epochs.mean():.1f} epochs{still}, {baseline.variant} {base.mean():.1f}, {measured.told('epochs')} over "
            f"{measured.seeds} seeds: {ending}."
        )
        return Outcome(measured, verdict, reason, (variant, baseline))

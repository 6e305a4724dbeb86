import numpy as np

from regtrack.diagnosis.claims.base import Claim, Outcome
from regtrack.diagnosis.claims.dropouts import A_DROPOUT, the_articles
from regtrack.diagnosis.claims.measured import over_seeds, paired
from regtrack.diagnosis.claims.verdicts import FEWEST_SEEDS, too_few, too_wide
from regtrack.names import (
    NOT_SUPPORTED,
    SUPPORTED,
    TRAIN_CROSS_ENTROPY,
    TRAIN_RUNNING_CROSS_ENTROPY,
    UNDETERMINED_HERE,
    VAL_CROSS_ENTROPY,
)


class TrainingLossMisleads(Claim):
    """Misled is who reads another sign: both signs must be shown, so neither interval needs an adjustment."""

    name, order = "training_loss_misleads", 90
    title = "Comparing the training loss with dropout on to the validation loss misleads"
    measure = (
        "at the last epoch, train cross-entropy as the progress bar shows it (running mean, dropout on) minus validation "
        "cross-entropy, dropout alone; beside it the same with dropout off; over seeds, Student's t"
    )
    unit = "nats"
    would_tell = A_DROPOUT
    margin = 0.02

    def find(self, evidence):
        variant = the_articles(evidence)
        running, train, val = (
            evidence.at_last_epoch(variant, name)
            for name in (TRAIN_RUNNING_CROSS_ENTROPY, TRAIN_CROSS_ENTROPY, VAL_CROSS_ENTROPY)
        )
        shown, real = over_seeds(paired(running, val)), over_seeds(paired(train, val))
        verdict, ending = self._judge(shown, real)
        reason = (
            f"With {variant.variant} the train cross-entropy of the last epoch differs from validation by "
            f"{shown.told('nats')} with dropout on and by {real.told('nats')} with it off ({running.mean():.3f}, "
            f"{train.mean():.3f} and {val.mean():.3f} nats) over {shown.seeds} seeds: {ending}."
        )
        return Outcome(shown, verdict, reason, (variant,))

    def _judge(self, shown, real):
        if min(shown.seeds, real.seeds) < FEWEST_SEEDS:
            return UNDETERMINED_HERE, too_few(min(shown.seeds, real.seeds))
        signs = [float(np.sign(m.low)) if m.low * m.high > 0 else 0.0 for m in (shown, real)]
        if signs[0] * signs[1] < 0:
            return SUPPORTED, "the signs differ"
        if signs[0] * signs[1] > 0:
            return NOT_SUPPORTED, "the signs agree"
        if all(-self.margin < m.low and m.high < self.margin for m in (shown, real)):
            return NOT_SUPPORTED, f"both are practically nothing, within ±{self.margin} nats"
        return UNDETERMINED_HERE, too_wide(shown)

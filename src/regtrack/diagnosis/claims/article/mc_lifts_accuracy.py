import numpy as np

from regtrack.diagnosis.claims.base import Claim, Outcome
from regtrack.diagnosis.claims.dropouts import A_DROPOUT, the_one_to_keep
from regtrack.diagnosis.claims.evidence import NoEvidence
from regtrack.diagnosis.claims.measured import Measured
from regtrack.diagnosis.claims.verdicts import judge
from regtrack.diagnosis.differences.paired import crossed_mean


class McLiftsAccuracy(Claim):
    """The same networks with dropout off and on: each example against itself."""

    name, title, order = "mc_lifts_accuracy", "Monte Carlo dropout lifts a trained model's accuracy", 100
    measure = (
        "test accuracy of the Monte Carlo mean minus that of one pass with dropout off, the dropout variant of the lowest "
        "validation error; paired by network and example, over crossed seeds and examples"
    )
    unit = "points"
    would_tell = A_DROPOUT
    margin = 0.2
    """About the published gain, 0.17 points."""

    def find(self, evidence):
        variant = the_one_to_keep(evidence)
        off, on = (
            next((np.asarray(v.wrong, bool) for v in errors if v.variant == variant.variant), None)
            for errors in (evidence.test, evidence.test_mc)
        )
        if off is None or on is None or off.shape != on.shape or off.shape[1] < 2:
            raise NoEvidence(
                f"Which test examples {variant.variant} gets wrong with dropout off and on is not known of the same "
                "networks",
                remedy="predictions of every trial with dropout would tell",
                variants=[variant],
            )
        gain = crossed_mean(100.0 * (off.astype(float) - on))
        limits = (gain.low, gain.high) if len(off) > 1 else (np.nan, np.nan)
        measured = Measured(gain.mean, *limits, len(off))
        verdict, ending = judge(measured, direction=1, margin=self.margin, margin_text=f"{self.margin} points")
        fixed, broken = (float(np.mean(np.sum(changed, axis=1))) for changed in (off & ~on, on & ~off))
        reason = (
            f"With {variant.variant} accuracy is {1 - on.mean():.4f} with dropout on and {1 - off.mean():.4f} with it "
            f"off, {measured.told('points')} over {len(off)} seeds and {off.shape[1]:,} examples ({fixed:.0f} a network "
            f"put right, {broken:.0f} put wrong): {ending}."
        )
        return Outcome(measured, verdict, reason, (variant,))

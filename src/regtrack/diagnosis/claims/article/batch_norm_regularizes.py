from regtrack.diagnosis.claims.base import Claim, Outcome
from regtrack.diagnosis.claims.evidence import NoEvidence
from regtrack.diagnosis.claims.measured import over_seeds, paired
from regtrack.diagnosis.claims.verdicts import judge
from regtrack.names import GENERALIZATION_GAP


class BatchNormRegularizes(Claim):
    """A regularizer narrows the gap; the batch's noise is said to (Ioffe and Szegedy 2015)."""

    name, title, order = "batch_norm_regularizes", "Batch normalization acts as a regularizer", 40
    measure = (
        "generalization gap at the last epoch, batch normalization alone minus the baseline; paired by seed, with the "
        "validation examples' part of the variance as at the selected epoch"
    )
    unit = "points"
    would_tell = "`- {batch_norm: 1}` in the grid would tell"
    margin = 1.0

    def find(self, evidence):
        variants, baseline = evidence.only("batch_norm"), evidence.baseline
        if not variants:
            raise NoEvidence("The sweep has no finished variant with batch normalization alone")
        variant = variants[0]
        gap, base = (evidence.metric(v, GENERALIZATION_GAP) for v in (variant, baseline))
        contrast, _ = evidence.contrast("validation", [1, -1], [variant, baseline])
        n = evidence.validation[0].wrong.shape[1]
        measured = over_seeds(100 * paired(gap, base), example_variance=1e4 * contrast.example_variance, n=n)
        verdict, ending = judge(measured, direction=-1, margin=self.margin, margin_text="1 point")
        train = [evidence.train_error(v).mean() for v in (variant, baseline)]
        reason = (
            f"The gap is {gap.mean():.3f} with {variant.variant} and {base.mean():.3f} in {baseline.variant}, a change "
            f"of {measured.told('points')} over {measured.seeds} seeds, at train errors of {train[0]:.3f} and "
            f"{train[1]:.3f}: {ending}."
        )
        return Outcome(measured, verdict, reason, (variant, baseline))

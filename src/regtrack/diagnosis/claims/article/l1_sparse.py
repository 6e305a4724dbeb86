from regtrack.diagnosis.claims.base import Claim, Outcome
from regtrack.diagnosis.claims.evidence import NoEvidence
from regtrack.diagnosis.claims.measured import over_seeds, paired
from regtrack.diagnosis.claims.verdicts import judge

NEAR_ZERO = "weights/near_zero_share"


class L1Sparse(Claim):
    """The penalty's pull does not weaken near zero, so weights get there (Tibshirani 1996)."""

    name, title, order = "l1_sparse", "L1 makes weights sparse", 10
    measure = (
        "share of kernel weights of magnitude below 0.001, the largest L1 factor alone minus the baseline; paired by "
        "seed, Student's t"
    )
    unit = "share"
    would_tell = "`- {l1: [1.0e-5, 1.0e-4, 1.0e-3]}` in the grid would tell"
    margin = 0.01

    def find(self, evidence):
        variants, baseline = evidence.only("l1"), evidence.baseline
        if not variants:
            raise NoEvidence("The sweep has no finished variant with L1 alone")
        shares, base = [evidence.metric(v, NEAR_ZERO) for v in variants], evidence.metric(baseline, NEAR_ZERO)
        measured = over_seeds(paired(shares[-1], base))
        verdict, ending = judge(measured, direction=1, margin=self.margin, margin_text=f"{self.margin}")
        each = ", ".join(f"{share.mean():.3f} with {v.variant}" for v, share in zip(variants, shares, strict=True))
        reason = (
            f"Near zero is a share of {base.mean():.3f} of the weights in {baseline.variant}, {each}; "
            f"{variants[-1].variant} differs by {measured.told('')} over {measured.seeds} seeds: {ending}."
        )
        return Outcome(measured, verdict, reason, (*variants, baseline))

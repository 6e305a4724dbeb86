import numpy as np

from regtrack.diagnosis.claims.base import Claim, Outcome
from regtrack.diagnosis.claims.evidence import NoEvidence
from regtrack.diagnosis.claims.measured import over_seeds, paired
from regtrack.diagnosis.claims.verdicts import judge

NORM = "weights/l2_norm"


class L2Small(Claim):
    """The penalty's pull grows with the weight, so all shrink and few vanish (Hoerl and Kennard 1970)."""

    name, title, order = "l2_small", "L2 keeps weights small", 20
    measure = (
        "L2 norm over all kernels, the largest L2 factor alone as a multiple of the baseline's; logs paired by seed, "
        "Student's t"
    )
    unit = "x"
    would_tell = "`- {l2: [1.0e-4, 1.0e-3, 1.0e-2]}` in the grid would tell"
    margin = np.log(1.05)

    def find(self, evidence):
        variants, baseline = evidence.only("l2"), evidence.baseline
        if not variants:
            raise NoEvidence("The sweep has no finished variant with L2 alone")
        norms, base = [evidence.metric(v, NORM) for v in variants], evidence.metric(baseline, NORM)
        logs = over_seeds(paired(np.log(norms[-1]), np.log(base)))
        verdict, ending = judge(logs, direction=-1, margin=self.margin, margin_text="5 %")
        measured = logs.mapped(lambda log: float(np.exp(log)))
        each = ", ".join(f"{norm.mean():.3g} with {v.variant}" for v, norm in zip(variants, norms, strict=True))
        reason = (
            f"The kernels' norm is {base.mean():.3g} in {baseline.variant}, {each}; {variants[-1].variant} has "
            f"{measured.told('x')} of the baseline's over {measured.seeds} seeds: {ending}."
        )
        return Outcome(measured, verdict, reason, (*variants, baseline))

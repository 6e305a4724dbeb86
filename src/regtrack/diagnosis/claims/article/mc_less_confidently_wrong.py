import numpy as np

from regtrack.diagnosis.claims.base import Claim, Outcome
from regtrack.diagnosis.claims.dropouts import A_DROPOUT, the_one_to_keep
from regtrack.diagnosis.claims.evidence import NoEvidence
from regtrack.diagnosis.claims.measured import over_seeds, paired
from regtrack.diagnosis.claims.verdicts import judge
from regtrack.names import MC_DROPOUT
from regtrack.words.intervals import limits
from regtrack.words.numbers import fixed

COUNT = "high_confidence_errors"
PER = 10_000


class McLessConfidentlyWrong(Claim):
    """The count alone is no evidence of better confidence: any lowering of it takes errors below a fixed threshold."""

    name, title, order = "mc_less_confidently_wrong", "Monte Carlo dropout is less often confidently wrong", 110
    measure = (
        "high-confidence errors a network for 10,000 test examples, the Monte Carlo mean minus one pass with dropout off, "
        "the dropout variant of the lowest validation error; paired by seed, with the examples' part of two unpaired "
        "counts, which is cautious"
    )
    unit = "per 10,000"
    would_tell = A_DROPOUT
    margin = 5.0

    def find(self, evidence):
        variant = the_one_to_keep(evidence)
        on, off = (evidence.metric(variant, f"{prefix}/{COUNT}") for prefix in ("test_mc", "test"))
        if not evidence.n_test:
            raise NoEvidence(
                "How many test examples there are is not known",
                remedy="a sweep of the same grid would tell",
                variants=[variant],
            )
        scale = PER / evidence.n_test
        spread = scale**2 * float(on.mean() + off.mean())
        measured = over_seeds(scale * paired(on, off), example_variance=spread, n=evidence.n_test)
        verdict, ending = judge(measured, direction=-1, margin=self.margin, margin_text=f"{self.margin:g} per 10,000")
        reason = (
            f"With {variant.variant} {scale * on.mean():.0f} of 10,000 are confidently wrong with dropout on and "
            f"{scale * off.mean():.0f} with it off, {measured.told(self.unit)} over {measured.seeds} seeds: {ending}"
            f"{self._at_equal_coverage(evidence, variant, scale)}."
        )
        return Outcome(measured, verdict, reason, (variant,))

    def _at_equal_coverage(self, evidence, variant, scale: float) -> str:
        """What is left when both accept equally many examples: lower confidence alone leaves nothing."""
        table = evidence.methods
        if not {"variant", "method", "temperature", "passes", "measure", "difference"} <= set(table):
            return ""
        rows = table[
            (table["variant"] == variant.variant)
            & (table["method"] == MC_DROPOUT)
            & ~table["temperature"].astype(bool)
            & (table["measure"] == f"{COUNT}_at_equal_coverage")
        ].sort_values("passes")
        values = rows[["difference", "difference_low", "difference_high"]].to_numpy(float) * scale
        if not len(values) or not np.isfinite(values[-1]).all():
            return ""
        difference, low, high = values[-1]
        told = f"{fixed(difference, 0, sign=True)} ({limits(low, high, 0, sign=True)})"
        if low > 0 or high < 0:
            return f"; among equally many accepted examples {told} of the change is left"
        return f"; among equally many accepted examples nothing is shown to be left, {told}: lower confidence alone does so"

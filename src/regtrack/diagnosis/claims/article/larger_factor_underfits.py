from regtrack.diagnosis.claims.base import Claim, Outcome
from regtrack.diagnosis.claims.evidence import NoEvidence
from regtrack.diagnosis.claims.measured import over_seeds
from regtrack.diagnosis.claims.trends import MARGIN, slopes_over_strength
from regtrack.diagnosis.claims.verdicts import judge

TECHNIQUES = ("l1", "l2")


class LargerFactorUnderfits(Claim):
    """For each penalty apart, and it must hold for each: the one it holds least for is shown, which needs no adjustment."""

    name, title, order = "larger_factor_underfits", "A larger L1 or L2 factor pushes toward underfitting", 30
    measure = (
        "slope of the train error at the last epoch for a tenfold factor, of L1 or L2, whichever shows it less; one "
        "slope a seed, Student's t"
    )
    unit = "points"
    would_tell = "`- {l1: [1.0e-5, 1.0e-4, 1.0e-3]}` and `- {l2: [1.0e-4, 1.0e-3, 1.0e-2]}` in the grid would tell"

    def find(self, evidence):
        trends, compared = {}, []
        for technique in TECHNIQUES:
            variants = evidence.only(technique)
            if len({v.strength(technique) for v in variants}) < 2:
                continue
            slopes = slopes_over_strength(technique, variants, evidence.train_error, base=10)
            trends[technique] = (over_seeds(100 * slopes), variants)
            compared += variants
        if not trends:
            raise NoEvidence("The sweep has fewer than two factors of L1 alone, and of L2 alone")
        technique = min(trends, key=lambda name: _shown(trends[name][0]))
        measured, _ = trends[technique]
        verdict, ending = judge(measured, direction=1, margin=MARGIN, margin_text=f"{MARGIN} points")
        each = " and ".join(
            f"{slope.told('points')} for a tenfold {name} (train error {self._errors(evidence, variants)})"
            for name, (slope, variants) in trends.items()
        )
        beside, baseline = self._beside(evidence, [variants[-1] for _, variants in trends.values()])
        reason = f"Train error changes by {each}, {measured.seeds} seeds{beside}; judged by {technique}: {ending}."
        return Outcome(measured, verdict, reason, (*compared, *baseline))

    @staticmethod
    def _errors(evidence, variants) -> str:
        return ", ".join(f"{evidence.train_error(v).mean():.3f} with {v.variant}" for v in variants)

    @staticmethod
    def _beside(evidence, largest):
        """The largest factors' train errors against the baseline's validation error: above it they underfit plainly."""
        try:
            baseline = evidence.baseline
            val_error = 1 - evidence.at_last_epoch(baseline, "val/accuracy").mean()
        except NoEvidence:
            return "", ()
        told = [
            f"{v.variant} is {'above' if evidence.train_error(v).mean() > val_error else 'not above'}" for v in largest
        ]
        return f"; of the baseline's validation error {val_error:.3f} {' and '.join(told)}", (baseline,)


def _shown(measured) -> float:
    return measured.low if measured.seeds > 1 else measured.effect

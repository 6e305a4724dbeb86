from regtrack.diagnosis.claims.base import Claim, Outcome
from regtrack.diagnosis.claims.measured import over_seeds
from regtrack.diagnosis.claims.trends import MARGIN, slopes_over_strength
from regtrack.diagnosis.claims.verdicts import judge


class MaxNormSmallerIsStronger(Claim):
    """Stronger regularization fits the training set less: its error rises as r falls."""

    name, title, order = "max_norm_smaller_is_stronger", "A smaller max-norm r regularizes more", 140
    measure = (
        "slope of the train error at the last epoch for a halving of r, max-norm alone; one slope a seed, Student's t"
    )
    unit = "points"
    would_tell = "`- {max_norm: [0.5, 1, 2]}` in the grid would tell"

    def find(self, evidence):
        variants = evidence.only("max_norm")
        slopes = slopes_over_strength("max_norm", variants, evidence.train_error, base=0.5)
        measured = over_seeds(100 * slopes)
        verdict, ending = judge(measured, direction=1, margin=MARGIN, margin_text=f"{MARGIN} points")
        each = ", ".join(f"{evidence.train_error(v).mean():.3f} with {v.variant}" for v in variants)
        reason = (
            f"The train error is {each}, a change of {measured.told('points')} for a halving of r over {measured.seeds} "
            f"seeds: {ending}."
        )
        return Outcome(measured, verdict, reason, tuple(variants))

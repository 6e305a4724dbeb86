from dataclasses import replace

from regtrack.diagnosis.claims.base import Claim, Outcome
from regtrack.diagnosis.claims.dropouts import A_DROPOUT, dropout_alone
from regtrack.diagnosis.claims.measured import of_contrast
from regtrack.diagnosis.claims.verdicts import judge


class DropoutLowersError(Claim):
    """Chosen on validation and read on test: the rate a person would keep. Both read the same networks, so the luck of
    choosing is corrected for, as in the comparison with the baseline."""

    name, title, order = "dropout_lowers_error", "Dropout lowers the error", 50
    measure = (
        "test error, the dropout variant of the lowest validation error minus the baseline; over crossed seeds and "
        "examples, corrected for choosing it (Dunnett over the dropout variants)"
    )
    unit = "points"
    would_tell = A_DROPOUT
    margin = 1.0

    def find(self, evidence):
        baseline, variants = evidence.baseline, dropout_alone(evidence)
        chosen = evidence.chosen_on_validation(variants)
        contrast, seeds = evidence.contrast("test", [100, -100], [chosen, baseline])
        errors, places = evidence.errors("test", chosen, baseline)
        contrast = replace(contrast, freedom=errors.family_freedom(contrast))
        wider = bool(errors.scatters_wider(*places))
        measured = of_contrast(contrast, seeds, chosen_of=len(variants), wider=wider)
        verdict, ending = judge(measured, direction=-1, margin=self.margin, margin_text="1 point")
        fifth = "; its seeds scatter more widely, so that the limits are of a fifth of the error" if wider else ""
        of = f"of {len(variants)} dropout variants " if len(variants) > 1 else ""
        reason = (
            f"The test error is {errors.rates[places[0]]:.3f} with {chosen.variant} ({of}the one that validation "
            f"chooses) and {errors.rates[places[1]]:.3f} in {baseline.variant}, a change of {measured.told('points')} "
            f"over {seeds} seeds and {errors.n:,} examples{fifth}: {ending}."
        )
        return Outcome(measured, verdict, reason, (chosen, baseline))

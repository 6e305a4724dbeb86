from regtrack.diagnosis.claims.base import Claim, Outcome
from regtrack.diagnosis.claims.evidence import NoEvidence
from regtrack.diagnosis.claims.measured import of_contrast
from regtrack.diagnosis.claims.selection import same_but
from regtrack.diagnosis.claims.verdicts import judge


class DropoutRateByWidth(Claim):
    """Placements width and hidden put dropout in the same places: only the rates differ."""

    name, order = "dropout_rate_by_width", 80
    title = "A dropout rate that grows with a layer's width does better than one rate for all"
    measure = (
        "test error, placement width minus placement hidden at the same largest rate and settings; over crossed seeds "
        "and examples"
    )
    unit = "points"
    would_tell = (
        "`- {hidden_widths: 200-50, dropout_rate: 0.5, dropout_placement: [hidden, width]}` in the grid would tell"
    )
    margin = 1.0

    def find(self, evidence):
        alone = [v for v in evidence.variants if v.active == {"dropout"}]
        pairs = [(v, same_but(v, alone, dropout_placement="hidden")) for v in alone]
        pairs = [(v, one) for v, one in pairs if v.values["dropout_placement"] == "width" and one]
        if not pairs:
            raise NoEvidence("The sweep has no rate of dropout at both placements, hidden and width")
        by_width, one_rate = max(pairs, key=lambda pair: pair[0].strength("dropout"))
        contrast, seeds = evidence.contrast("test", [100, -100], [by_width, one_rate])
        measured = of_contrast(contrast, seeds)
        verdict, ending = judge(measured, direction=-1, margin=self.margin, margin_text="1 point")
        errors, (a, b) = evidence.errors("test", by_width, one_rate)
        reason = (
            f"The test error is {errors.rates[a]:.3f} with {by_width.variant} and {errors.rates[b]:.3f} with "
            f"{one_rate.variant}, a difference of {measured.told('points')} over {seeds} seeds and {errors.n:,} "
            f"examples: {ending}."
        )
        return Outcome(measured, verdict, reason, (by_width, one_rate))

from regtrack.diagnosis.claims.base import Claim, Outcome
from regtrack.diagnosis.claims.evidence import NoEvidence
from regtrack.diagnosis.claims.measured import over_seeds, paired
from regtrack.diagnosis.claims.selection import same_but
from regtrack.diagnosis.claims.verdicts import judge


class DropoutMilderLastHidden(Claim):
    """The same rate at both placements; of several rates the largest, which the claim is about."""

    name, order = "dropout_milder_last_hidden", 70
    title = "A large dropout rate only after the last hidden layer is the milder choice"
    measure = (
        "train error at the last epoch, dropout after the last hidden layer minus dropout in front of every layer at the "
        "same, largest rate; paired by seed, Student's t"
    )
    unit = "points"
    would_tell = (
        "`- {dropout_rate: 0.5}` and `- {dropout_rate: 0.5, dropout_placement: last_hidden}` in the grid would tell"
    )
    margin = 1.0

    def find(self, evidence):
        alone = evidence.only("dropout")
        pairs = [(v, same_but(v, alone, dropout_placement="all")) for v in alone]
        pairs = [(v, full) for v, full in pairs if v.values["dropout_placement"] == "last_hidden" and full]
        if not pairs:
            raise NoEvidence("The sweep has no rate of dropout at both placements, all and last_hidden")
        mild, full = pairs[-1]
        train = {v: evidence.train_error(v) for v in (mild, full)}
        measured = over_seeds(100 * paired(train[mild], train[full]))
        verdict, ending = judge(measured, direction=-1, margin=self.margin, margin_text="1 point")
        beside, baseline = self._beside(evidence)
        reason = (
            f"The train error is {train[mild].mean():.3f} with {mild.variant} and {train[full].mean():.3f} with "
            f"{full.variant}{beside}, a difference of {measured.told('points')} over {measured.seeds} seeds: {ending}."
        )
        return Outcome(measured, verdict, reason, (mild, full, *baseline))

    @staticmethod
    def _beside(evidence):
        try:
            return f" ({evidence.train_error(evidence.baseline).mean():.3f} without dropout)", (evidence.baseline,)
        except NoEvidence:
            return "", ()

from regtrack.diagnosis.claims.base import Claim, Outcome
from regtrack.diagnosis.claims.evidence import NoEvidence
from regtrack.diagnosis.claims.measured import Measured
from regtrack.diagnosis.claims.verdicts import FEWEST_SEEDS, too_few
from regtrack.names import NOT_SUPPORTED, SUPPORTED, TRAIN_PENALTY, UNDETERMINED_HERE


class MaxNormNoPenalty(Claim):
    """Exactly zero: a census of every epoch, no sample."""

    name, title, order = "max_norm_no_penalty", "Max-norm adds nothing to the loss", 130
    measure = "largest train/penalty of any epoch and seed, max-norm alone; a census, its limits are those of all seen"
    unit = "nats"
    would_tell = "`- {max_norm: [0.5, 1, 2]}` in the grid would tell"

    def find(self, evidence):
        variants = evidence.only("max_norm")
        if not variants:
            raise NoEvidence("The sweep has no finished variant with max-norm alone")
        penalties = [evidence.curve(v, TRAIN_PENALTY) for v in variants]
        values = [table.to_numpy()[table.notna().to_numpy()] for table in penalties]
        seeds, epochs = min(len(table) for table in penalties), sum(map(len, values))
        extremes = [float(v) for v in (min(v.min() for v in values), max(v.max() for v in values))]
        largest = max(extremes, key=abs)
        measured = Measured(largest, *extremes, seeds)
        if seeds < FEWEST_SEEDS:
            verdict, ending = UNDETERMINED_HERE, too_few(seeds)
        else:
            verdict, ending = (SUPPORTED, "exactly zero") if largest == 0 else (NOT_SUPPORTED, "it is not zero")
        reason = (
            f"The largest penalty in {epochs:,} epochs of {', '.join(v.variant for v in variants)}, {seeds} seeds, is "
            f"{largest:g} nats: {ending}."
        )
        return Outcome(measured, verdict, reason, tuple(variants))

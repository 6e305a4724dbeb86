import pandas as pd

from regtrack.diagnosis.claims.base import Claim, Outcome
from regtrack.diagnosis.claims.dropouts import A_DROPOUT
from regtrack.diagnosis.claims.evidence import NoEvidence
from regtrack.diagnosis.claims.measured import over_seeds
from regtrack.diagnosis.claims.verdicts import FEWEST_SEEDS, too_few, too_wide
from regtrack.names import MC_DOUBLING_RATIO, NOT_SUPPORTED, SUPPORTED, UNDETERMINED_HERE

LOW, HIGH = 1.8, 2.2
MORE_EXAMPLES = (
    "10 passes or more and more held-out examples would tell: on few, timing them would take longer than it may"
)
"""What a trial needs to be measured, see uncertainty.mc_dropout.cost; more seeds are no remedy for it."""


class PassesCostLinear(Claim):
    """An equivalence: the interval must lie within a tenth of two."""

    name, title, order = "passes_cost_linear", "Twice the passes cost twice the time", 120
    measure = (
        "seconds of all Monte Carlo passes over seconds of half of them, a mean over the dropout variants of each seed; "
        "Student's t over seeds"
    )
    unit = "x"
    would_tell = A_DROPOUT

    def find(self, evidence):
        variants = [v for v in evidence.variants if "dropout" in v.active]
        if not variants:
            raise NoEvidence("The sweep has no finished variant with dropout")
        ratios = pd.DataFrame({v.variant: v.metric(MC_DOUBLING_RATIO) for v in variants}).mean(axis=1).dropna()
        if ratios.empty:
            raise NoEvidence(
                f"The metric {MC_DOUBLING_RATIO} was not measured", remedy=MORE_EXAMPLES, variants=variants
            )
        measured = over_seeds(ratios)
        verdict, ending = _judge(measured, trained=max(map(len, variants)))
        reason = (
            f"Twice the passes take {measured.told('x')} the time, a mean over {len(variants)} variants with dropout and "
            f"{measured.seeds} seeds: {ending}."
        )
        return Outcome(measured, verdict, reason, tuple(variants))


def _judge(measured, *, trained):
    """Args: trained: seeds of the sweep, of which some may not have been measured."""
    if measured.seeds < FEWEST_SEEDS <= trained:
        return UNDETERMINED_HERE, f"measured of {measured.seeds} of {trained} seeds: {MORE_EXAMPLES}"
    if measured.seeds < FEWEST_SEEDS:
        return UNDETERMINED_HERE, too_few(measured.seeds)
    if measured.low >= LOW and measured.high <= HIGH:
        return SUPPORTED, f"the interval lies within {LOW} to {HIGH}"
    if measured.low > HIGH or measured.high < LOW:
        return NOT_SUPPORTED, f"the interval lies outside {LOW} to {HIGH}"
    return UNDETERMINED_HERE, too_wide(measured)

from regtrack.diagnosis.claims.base import Claim, Outcome
from regtrack.diagnosis.claims.evidence import NoEvidence
from regtrack.diagnosis.claims.measured import over_seeds, paired
from regtrack.diagnosis.claims.selection import same_but
from regtrack.diagnosis.claims.verdicts import FEWEST_SEEDS, too_few
from regtrack.names import NOT_SUPPORTED, SUPPORTED, UNDETERMINED_HERE

NORM = "weights/max_incoming_norm"
ROUNDING = 1e-3
"""Share by which a norm in single precision may exceed r."""


class MaxNormAxis(Claim):
    """On a convolution Keras' default axis 0 sums over kernel rows alone, so a unit's norm is not what it bounds."""

    name, title, order = "max_norm_axis", "The axis of max-norm matters in a convolutional network", 150
    measure = (
        "largest L2 norm of a hidden unit's incoming weights in convolutional networks, as a multiple of r, with axes over "
        "all that comes in; Student's t over seeds, every network to be within"
    )
    unit = "x"
    would_tell = (
        "`- {architecture: cnn}` and `- {architecture: cnn, max_norm: 1}` in the grid would tell; that the default axis "
        "bounds something else is proved layer by layer in the tests"
    )

    def find(self, evidence):
        convolutional = [v for v in evidence.variants if v.axis("architecture") == "cnn"]
        bounded = [v for v in convolutional if "max_norm" in v.active]
        if not bounded:
            raise NoEvidence("The sweep has no finished max-norm variant of architecture cnn")
        variant = min(bounded, key=lambda v: (len(v.active), v.strength("max_norm")))
        r = variant.strength("max_norm")
        ratios = evidence.metric(variant, NORM) / r
        free = same_but(variant, convolutional, max_norm=0.0, max_norm_bias=0)
        if free is None:
            raise NoEvidence(f"The sweep has no network like {variant.variant} without max-norm", variants=[variant])
        without = evidence.metric(free, NORM) / r
        measured = over_seeds(ratios)
        verdict, ending = _judge(measured.seeds, float(ratios.max()), over_seeds(paired(without, ratios)))
        reason = (
            f"With {variant.variant} the largest incoming norm of any of {measured.seeds} seeds is {ratios.max():.4f} × r, "
            f"and {without.mean():.2f} × r on average in {free.variant}: {ending} (that the default axis bounds something "
            "else is proved layer by layer in the tests)."
        )
        return Outcome(measured, verdict, reason, (variant, free))


def _judge(seeds: int, largest: float, excess) -> tuple[str, str]:
    if min(seeds, excess.seeds) < FEWEST_SEEDS:
        return UNDETERMINED_HERE, too_few(min(seeds, excess.seeds))
    if largest > 1 + ROUNDING:
        return NOT_SUPPORTED, "even axes over all that comes in do not hold the bound"
    if excess.low > 0:
        return SUPPORTED, "axes over all that comes in hold a bound that would be broken"
    return UNDETERMINED_HERE, "the bound does not bind, a smaller r would tell"

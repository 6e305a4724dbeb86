"""Criteria: what counts as a gap, a margin, equal, confident. They judge a sweep, they change no trial."""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from regtrack.measures.primaries import POINT, PRIMARIES
from regtrack.variants.settings import Number


class Criteria(BaseModel):
    """Frozen; validated at construction. Numbers are shares of examples; `equal_margin` is in the unit of the primary
    measure, and None where it is that measure's own (measures.primaries)."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    tolerance: Number = Field(0.02, ge=0, lt=1, description="generalization gap up to which a variant is well fit")
    margin: Number = Field(0.02, ge=0, lt=1, description="distance from the reference error that counts as underfit")
    equal_margin: Number | None = Field(
        None,
        gt=0,
        lt=1,
        description="difference of the primary measure that is practically none, in its unit as it is stored: a share, nats, ...",
    )
    target_error: Number | None = Field(None, ge=0, lt=1, description="validation error known to be reachable")
    primary: Literal[
        "auto",
        "accuracy",
        "balanced_accuracy",
        "negative_log_likelihood",
        "brier_score",
        "debiased_calibration_error",
        "aurc",
    ] = Field(
        "auto",
        description="the measure that chooses and is judged, recorded before training; auto: accuracy, or balanced "
        "accuracy where the largest class is more than three times the mean of the others",
    )

    def margin_of(self, primary: str) -> float:
        """The difference that is practically none, where this measure is judged, in its unit."""
        return PRIMARIES[primary].equal_margin if self.equal_margin is None else self.equal_margin


IN_PLACE_OF_NONE = {
    "target_error": "the sweep's best",
    "equal_margin": ", of ".join(
        (f"{POINT:g}", *(f"{w.differs} {w.equal_margin:g}" for w in PRIMARIES.values() if w.equal_margin != POINT))
    ),
}
"""What stands where a criterion is not given, in words."""

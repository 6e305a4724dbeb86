"""Criteria: what counts as a gap, a margin, equal, confident. They judge a sweep, they change no trial."""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from regtrack.variants.settings import Number


class Criteria(BaseModel):
    """Frozen; validated at construction. Numbers are shares of examples; `equal_margin` is in nats where the primary
    measure is."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    tolerance: Number = Field(0.02, ge=0, lt=1, description="generalization gap up to which a variant is well fit")
    margin: Number = Field(0.02, ge=0, lt=1, description="distance from the reference error that counts as underfit")
    equal_margin: Number = Field(
        0.01, gt=0, lt=1, description="difference of the primary measure that is practically none"
    )
    target_error: Number | None = Field(None, ge=0, lt=1, description="validation error known to be reachable")
    primary: Literal["auto", "accuracy", "balanced_accuracy", "negative_log_likelihood"] = Field(
        "auto",
        description="the measure that chooses and is judged, recorded before training; auto: accuracy, or balanced "
        "accuracy where the largest class is more than three times the mean of the others",
    )

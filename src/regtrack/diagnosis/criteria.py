"""Criteria: what counts as a gap, a margin, equal, confident. They judge a sweep, they change no trial."""

from pydantic import BaseModel, ConfigDict, Field

from regtrack.variants.settings import Number


class Criteria(BaseModel):
    """Frozen; validated at construction. All are shares of examples."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    tolerance: Number = Field(0.02, ge=0, lt=1, description="generalization gap up to which a variant is well fit")
    margin: Number = Field(0.02, ge=0, lt=1, description="distance from the reference error that counts as underfit")
    equal_margin: Number = Field(0.01, gt=0, lt=1, description="difference of accuracy that is practically none")
    target_error: Number | None = Field(None, ge=0, lt=1, description="validation error known to be reachable")

"""Cards of confidently wrong examples: an image, or the example's numbers where the data are not images."""

from collections.abc import Sequence
from typing import NamedTuple

from regtrack.pixels.enlarging import shown_size
from regtrack.pixels.png import data_uri
from regtrack.report.report import ConfidentError
from regtrack.report.table import words
from regtrack.words.numbers import MISSING, confidence, digits, is_missing

MOST_FEATURES = 12
"""More rows of numbers than this make a card that nobody reads; the rest are counted."""


class Card(NamedTuple):
    """`image` is (data URI, width, height), None where there is none; `features` (name, number as text)."""

    example_id: str
    image: tuple[str, int, int] | None
    alt: str
    features: tuple[tuple[str, str], ...]
    left_out: int
    given: str
    predicted: str
    confidence: str
    mc_confidence: str
    kind: str
    reason: str
    agreement: str


def cards(errors: Sequence[ConfidentError]) -> list[Card]:
    """In the order given."""
    return [_card(error) for error in errors]


def _card(error: ConfidentError) -> Card:
    image = None if error.image is None else (data_uri(error.image), *shown_size(error.image))
    features = [(str(name), _number(value)) for name, value in error.features] if image is None else []
    return Card(
        example_id=str(error.example_id),
        image=image,
        alt=f"Example {error.example_id}: given as {error.given}, predicted as {error.predicted}",
        features=tuple(features[:MOST_FEATURES]),
        left_out=max(0, len(features) - MOST_FEATURES),
        given=error.given,
        predicted=error.predicted,
        confidence=confidence(error.confidence),
        mc_confidence=confidence(error.mc_confidence),
        kind=words(error.kind),
        reason=error.reason,
        agreement=error.agreement,
    )


def _number(value: object) -> str:
    if isinstance(value, str):
        return value
    return MISSING if is_missing(value) else digits(value, 4)

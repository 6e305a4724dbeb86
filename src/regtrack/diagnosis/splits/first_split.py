"""What the first split alone says, as a detail of an answer over several splits of the data."""

from dataclasses import dataclass


@dataclass(frozen=True)
class FirstSplit:
    """`verdict` is one of names.ANSWER_VERDICTS, of the variant that its own validation examples would have chosen; `difference` from
    the baseline on its test examples with limits, None where they are not known; `seeds` of that variant."""

    best: str
    verdict: str
    difference: float | None
    low: float | None
    high: float | None
    seeds: int

"""Regime: the verdict on how a variant fits, with the evidence behind each clause."""

from dataclasses import asdict, dataclass

import numpy as np

from regtrack.diagnosis.regimes.remarks import TARGET_DOUBTED, TARGET_GIVEN, Remark
from regtrack.diagnosis.regimes.remedies import Remedy
from regtrack.diagnosis.regimes.shapes import COLLAPSED, COLLAPSED_BEYOND, Shape
from regtrack.names import ACCURACY, OVERFIT, UNDERFIT, UNDETERMINED, WELL_FIT
from regtrack.words.said import Said

FEWEST_SEEDS = 3
"""With fewer nothing is told: a spread over two seeds is no spread."""


@dataclass(frozen=True)
class Clause:
    """One question of the verdict: an estimate with its limits against a threshold.

    `answer` is True where the lower limit lies above the threshold, False where the upper limit lies below it, None
    where the interval holds it or nothing is known (`estimate` None). `seed_part` and `example_part` are the variance
    of one seed and of one example: they tell what more of either would bring.
    """

    name: str
    question: str
    unit: str
    threshold: float
    estimate: float | None = None
    low: float | None = None
    high: float | None = None
    answer: bool | None = None
    seed_part: float = 0.0
    example_part: float = 0.0
    freedom: float = 0.0
    remark: Remark | None = None


@dataclass(frozen=True)
class Regime:
    """`verdict` is one of names.REGIMES; `leans_to` the regime the estimates alone would give, None where they give
    none. `settle` says what would settle an undetermined one, or tell a well fit one that rests on this sweep alone,
    the cheapest first. `folk_rules` are the article's literal rules and the fixed ratio, `disagreement` why they differ
    from the evidence (against_folk_rule.AgainstRule), None where they do not; `shapes` what the curves look like."""

    variant: str
    epoch_kind: str
    verdict: str
    leans_to: str | None
    seeds: int
    examples: int
    train_error: float
    val_error: float
    reference_error: float | None
    clauses: tuple[Clause, ...]
    settle: tuple[Remedy, ...]
    folk_rules: dict[str, str]
    disagreement: Said | None
    shapes: tuple[Shape, ...]
    measure: str = ACCURACY
    """Whose error is meant, by its name: balanced accuracy's is the mean of the classes' errors."""

    def clause(self, name: str) -> Clause:
        return next(clause for clause in self.clauses if clause.name == name)

    @property
    def against_target(self) -> bool:
        """Whether the error that is known to be reachable is a target that was given."""
        remark = self.clause("underfit").remark
        return remark is not None and remark.name in (TARGET_GIVEN, TARGET_DOUBTED)

    @property
    def is_collapsed(self) -> bool:
        """Whether its networks give nearly all examples one class."""
        return any(shape.name in (COLLAPSED, COLLAPSED_BEYOND) for shape in self.shapes)

    def to_dict(self) -> dict:
        """Plain values, for JSON: what is not known is None."""
        return _plain(asdict(self))


def _plain(value):
    if isinstance(value, dict):
        return {name: _plain(part) for name, part in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(part) for part in value]
    if isinstance(value, bool | np.bool_):
        return bool(value)
    if isinstance(value, float | np.floating):
        return float(value) if np.isfinite(value) else None
    return int(value) if isinstance(value, np.integer) else value


def decide(answers: dict[str, bool | None]) -> str:
    """The verdict from the clauses' answers; what is not known decides nothing.

    Underfit: the train error is above the reference error by more than the margin. Overfit: not underfit, the gap is
    above the tolerance, and it costs: rising, or another variant is better with a smaller gap. Well fit: neither, and
    the gap is below the tolerance, or validation error is near the reference without rising.
    """
    if answers["underfit"]:
        return UNDERFIT
    if answers["underfit"] is None:
        return UNDETERMINED
    gap, rising, better = answers["gap"], answers["rising"], answers["better_with_smaller_gap"]
    if gap and (rising or better):
        return OVERFIT
    if gap is False or (answers["far_from_reference"] is False and rising is False and not better):
        return WELL_FIT
    return UNDETERMINED


def outside_clauses(answers: dict[str, bool | None]) -> tuple[str, ...]:
    """The clauses that a well fit verdict rests on, beyond the variant and its likes.

    Always one on a clearly freer network: only it shows an underfit that all of its likes share. Where the gap is not
    below the tolerance, one on a clearly tighter network too: only it shows an overfit that they share.
    """
    return ("freer_better",) if answers["gap"] is False else ("freer_better", "tighter_better")


def is_grounded(answers: dict[str, bool | None]) -> bool:
    """Whether a well fit verdict is a statement about the world: outside evidence does no better."""
    return all(answers[name] is False for name in outside_clauses(answers))

"""Evidence behind each fitting regime: a panel a variant, in words and numbers."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from regtrack.diagnosis.advice.steps import Advice
from regtrack.diagnosis.regimes.against_folk_rule import AgainstRule
from regtrack.diagnosis.regimes.remarks import Remark
from regtrack.diagnosis.regimes.remedies import Remedy
from regtrack.diagnosis.regimes.shapes import Shape
from regtrack.names import BALANCED_ACCURACY
from regtrack.report.badges import Badge, badge
from regtrack.report.table import Cell, Column, Table
from regtrack.words.intervals import with_interval
from regtrack.words.lists import counted
from regtrack.words.numbers import fixed, is_missing

EPOCHS = {"last": "At the last epoch, the training as it was run", "selected": "At the selected epoch, the model that is stored"}  # fmt: skip
COLUMNS = (
    Column("question", number=False),
    Column("estimate", "± 95 %"),
    Column("threshold"),
    Column("answer", number=False),
    Column("remark", number=False),
)
ANSWERS = {True: "yes", False: "no", None: "cannot be told"}
NOT_SHOWN = "not shown"
"""That no other variant is better is not shown by finding none."""
RULES = {"article": "the article's rule", "fixed_ratio": "the fixed-ratio rule"}


class Verdict(NamedTuple):
    """One kind of epoch of one variant. `rules` are (words, badge); `advice` the sentence, `grid_lines` its code."""

    epoch: str
    badge: Badge | None
    leans_to: str
    standing: str
    size: str
    clauses: Table
    settle: tuple[str, ...]
    rules: tuple[tuple[str, Badge | None], ...]
    disagreement: str
    shapes: tuple[str, ...]
    advice: str
    grid_lines: str


class Panel(NamedTuple):
    """One variant; its first verdict is the one in the heading."""

    variant: str
    verdicts: tuple[Verdict, ...]


def panels(regimes: Sequence[Mapping]) -> list[Panel]:
    """A panel a variant in the order of their first appearance, with the verdicts of all its kinds of epoch."""
    found = {}
    for regime in regimes:
        found.setdefault(str(regime["variant"]), []).append(_verdict(regime))
    return [Panel(variant, tuple(verdicts)) for variant, verdicts in found.items()]


def _verdict(regime: Mapping) -> Verdict:
    leans = regime.get("leans_to")
    advice = regime.get("advice")
    clauses = Table("Evidence", COLUMNS, tuple(_clause(clause) for clause in regime["clauses"]))
    return Verdict(
        epoch=EPOCHS.get(regime["epoch_kind"], f"At the {regime['epoch_kind']} epoch"),
        badge=badge(regime["verdict"], "regime"),
        leans_to="" if is_missing(leans) or leans == regime["verdict"] else str(leans),
        standing=_standing(regime),
        size=f"{counted(regime['seeds'], 'seed')}, {regime['examples']:,} validation examples",
        clauses=clauses.without_empty_columns("estimate", "answer"),
        settle=tuple(map(Remedy.in_words, regime["settle"])),
        rules=tuple((RULES.get(name, name), badge(said, "regime")) for name, said in regime["folk_rules"].items()),
        disagreement=AgainstRule.in_words(regime["disagreement"]),
        shapes=tuple(map(Shape.in_words, regime["shapes"])),
        advice=Advice.in_words(advice),
        grid_lines="\n".join(advice["grid_lines"] if advice else ()),
    )


def _standing(regime: Mapping) -> str:
    reference = regime.get("reference_error")
    known = f"reference {fixed(reference, 3)}" if not is_missing(reference) else "what is reachable is not known"
    error = "balanced error" if regime.get("measure") == BALANCED_ACCURACY else "error"
    return f"{error}: train {fixed(regime['train_error'], 3)}, validation {fixed(regime['val_error'], 3)}, {known}"


def _clause(clause: Mapping) -> tuple[Cell, ...]:
    estimate = with_interval(clause["estimate"], clause["low"], clause["high"])
    unit = f" {clause['unit']}" if clause["unit"] == "nats" else ""
    return (
        Cell(clause["question"]),
        Cell(estimate + unit * (not is_missing(clause["estimate"]))),
        Cell(f"{clause['threshold']:g}{unit}"),
        Cell(
            NOT_SHOWN
            if clause["name"] == "better_with_smaller_gap" and clause["answer"] is False
            else ANSWERS[clause["answer"]]
        ),
        Cell(Remark.in_words(clause["remark"])),
    )

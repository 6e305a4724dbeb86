"""A sweep's answer in words, made last and from its values alone: for terminal, note, report and dashboard alike."""

from typing import TYPE_CHECKING

from regtrack.diagnosis.differences.comparison import FEWEST_SEEDS_TO_WIN
from regtrack.measures.declared import MEASURES
from regtrack.measures.primaries import PRIMARIES
from regtrack.names import (
    ACCURACY,
    AHEAD,
    BASELINE_BEST,
    BETTER,
    EQUAL,
    NO_BASELINE,
    NO_VERDICT,
    NOT_SHOWN,
    OVERFIT,
    OVERTAKEN,
    UNDERFIT,
    WINS,
    WORSE,
)
from regtrack.words.intervals import with_interval
from regtrack.words.lists import counted, listed
from regtrack.words.numbers import fixed

if TYPE_CHECKING:
    from regtrack.diagnosis.answer import Answer


def clauses_of(answer: "Answer") -> tuple[str, ...]:
    """The answer's clauses, to be joined by "; ": the first says what is won, the others what else is known."""
    return (*HEADS[answer.verdict](answer), *_by(answer), *_others(answer))


def _wins(answer: "Answer") -> list[str]:
    matters = answer.margin is None or answer.high is None or answer.high >= answer.margin
    small = "" if matters else f", less than the {PRIMARIES[answer.primary].scale * answer.margin:g} that would matter"
    return [f"Variant {answer.best} wins by {_points(answer)} over {answer.baseline}{small} ({_conditions(answer)})"]


def _ahead(answer: "Answer") -> list[str]:
    return [
        f"Variant {answer.best} is ahead of {answer.baseline} by {_points(answer)} ({_conditions(answer)}), which fewer "
        f"than {FEWEST_SEEDS_TO_WIN} seeds cannot call a win"
    ]


def _not_shown(answer: "Answer") -> list[str]:
    off_zero = answer.low is not None and (answer.low > 0 or answer.high < 0)
    why = ", too little to be shown beside so many variants" if off_zero else ""
    return [_no_win(answer, f"differs from {answer.baseline} by {_points(answer, sign=True)}{why}")]


def _worse(answer: "Answer") -> list[str]:
    return [_no_win(answer, f"is shown worse than {answer.baseline}, by {_points(answer, sign=True)}")]


def _equal(answer: "Answer") -> list[str]:
    return [_no_win(answer, f"is practically equal to {answer.baseline}, by {_points(answer, sign=True)}")]


def _no_verdict(answer: "Answer") -> list[str]:
    return [
        f"No verdict: {answer.best} has the lowest {PRIMARIES[answer.primary].lowest}, and on test differs from {answer.baseline} by "
        f"{_points(answer, sign=True)} ({_conditions(answer)})",
        *([answer.reason] if answer.reason else []),
    ]


def _no_win(answer: "Answer", on_test: str) -> str:
    return (
        f"No win is shown: {answer.best} has the lowest {PRIMARIES[answer.primary].lowest}, and on test {on_test} "
        f"({_conditions(answer)})"
    )


def _baseline_best(answer: "Answer") -> list[str]:
    return ["No variant is shown to beat the baseline", _lowest(answer)]


def _no_baseline(answer: "Answer") -> list[str]:
    return ["There is no baseline to beat", _lowest(answer)]


def _lowest(answer: "Answer") -> str:
    value = answer.test_accuracy if answer.primary == ACCURACY else answer.test_primary
    found = f"test {MEASURES[answer.primary].words} {fixed(value, 3)}"
    return f"{answer.best} has the lowest {PRIMARIES[answer.primary].lowest}, {found} ({_conditions(answer)})"


def _overtaken(answer: "Answer") -> list[str]:
    return [
        f"The baseline has the lowest {PRIMARIES[answer.primary].lowest} ({_conditions(answer)}), though on test {listed(answer.better)} "
        f"{'does' if len(answer.better) == 1 else 'do'} better"
    ]


HEADS = {
    WINS: _wins, AHEAD: _ahead, NOT_SHOWN: _not_shown, EQUAL: _equal, WORSE: _worse, NO_VERDICT: _no_verdict,
    BASELINE_BEST: _baseline_best, OVERTAKEN: _overtaken, NO_BASELINE: _no_baseline,
}  # fmt: skip
"""By verdict, what the first clauses say."""


def _conditions(answer: "Answer") -> str:
    return f"{counted(answer.seeds, 'seed')}, {answer.examples:,} test {answer.unit}, this split"


def _points(answer: "Answer", *, sign: bool = False) -> str:
    words = PRIMARIES[answer.primary]
    scale, unit = words.scale, words.told
    if answer.low is None:
        why = ": single seeds" if answer.fewest_seeds == 1 else ""
        return f"{fixed(scale * answer.difference, 1 if scale > 1 else 3, sign=sign)} {unit} (no interval{why})"
    return f"{with_interval(answer.difference, answer.low, answer.high, scale=scale, sign=sign)} {unit}"


def _by(answer: "Answer") -> list[str]:
    """Why it is that measure, where it has to be said, and who fails by it."""
    parts = []
    if answer.why_primary:
        parts.append(f"by {MEASURES[answer.primary].words}, {answer.why_primary}")
    if answer.collapsed:
        one = len(answer.collapsed) == 1
        parts.append(
            f"{listed(answer.collapsed)} {'is' if one else 'are'} collapsed: nearly all examples are given one class"
        )
    return parts


def _others(answer: "Answer") -> list[str]:
    regimes, parts = answer.regimes, []
    for regime, verb in ((UNDERFIT, "underfit"), (OVERFIT, "overfit")):
        named = [variant for variant in regimes if regimes[variant] == regime and variant != answer.best]
        if named:
            parts.append(f"{listed(named)} {verb}{'s' if len(named) == 1 else ''}")
    better = () if answer.verdict == OVERTAKEN else answer.better  # said already, as those that underfit are
    worse = [variant for variant in answer.worse if regimes[variant] != UNDERFIT]
    for verdict, named in ((BETTER, better), (WORSE, worse)):
        if named:
            parts.append(f"{listed(named)} {'is' if len(named) == 1 else 'are'} shown {verdict} than {answer.baseline}")
    if answer.equal or answer.not_shown:
        told = parts or answer.better or answer.worse
        parts.append("nothing else is shown to differ" if told else "no other variant is shown to differ from it")
    return parts

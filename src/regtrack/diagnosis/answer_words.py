"""A sweep's answer in words, made last and from its values alone: for terminal, note, report and dashboard alike."""

from typing import TYPE_CHECKING

from regtrack.diagnosis.beside_verdict import needed_words
from regtrack.diagnosis.confirmed_choice import ALPHA, ConfirmedChoice, alpha_left
from regtrack.diagnosis.differences.comparison import FEWEST_SEEDS_TO_WIN
from regtrack.diagnosis.differences.families import NO_LOOK_LEFT, TOO_FEW_SEEDS, WIDER_SEEDS
from regtrack.diagnosis.differences.fewest_seeds import FEWEST_SEEDS_TO_CONFIRM
from regtrack.diagnosis.differences.split_comparison import SHARED_TRAINING
from regtrack.diagnosis.splits.over_splits_words import FIXED_COVERS, IF_TRAINING_DECIDES_LITTLE, too_few_splits
from regtrack.measures.declared import MEASURES
from regtrack.measures.primaries import COMPARED, PRIMARIES
from regtrack.names import (
    ACCURACY,
    AHEAD,
    BASELINE_BEST,
    BETTER,
    EQUAL,
    NO_BASELINE,
    NO_VERDICT,
    NOT_SHOWN,
    NOTHING_TO_CONFIRM,
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
    from regtrack.diagnosis.splits.first_split import FirstSplit


def clauses_of(answer: "Answer") -> tuple[str, ...]:
    """The answer's clauses, to be joined by "; ": the first says what is won, the others what else is known."""
    explored = HEADS[answer.verdict](answer)
    if answer.confirmation is None:
        head = [*explored, *_look(answer.looks, alpha_left(answer.looks))]
    elif answer.confirmation.verdict == NOTHING_TO_CONFIRM:
        head = [*explored, "there is nothing to confirm, as the baseline itself was chosen"]
    else:
        head = [*_confirmation(answer), *_explored(answer)]
    return (*head, *_splits(answer), *_secondary(answer), *_by(answer), *_others(answer))


def _splits(answer: "Answer") -> list[str]:
    """Of data that were split more than once: what it takes, or how far the answer holds and what the first split alone says."""
    if answer.splits == 1:
        return []
    if answer.first_split is None:
        return [too_few_splits(answer.splits, folds=answer.by_folds)]
    covers = [f"the data bring their own test {answer.unit}, and {FIXED_COVERS}"] if answer.test_is_fixed else []
    return [*covers, _first_split(answer)]


def _first_split(answer: "Answer") -> str:
    first, lowest = answer.first_split, f"has the lowest {PRIMARIES[answer.primary].lowest}"
    same = first.best == answer.best
    head = f"on the first {'fold' if answer.by_folds else 'split'} alone" + ("" if same else f" {first.best} {lowest}")
    if first.difference is None:
        return f"{head} it {lowest}, too" if same else head
    verdict = {WINS: "a win", AHEAD: "ahead, and no win"}.get(first.verdict, first.verdict)
    return (
        f"{head}{' it differs' if same else ', and differs'} by {_points(first, answer.primary, sign=True)} ({verdict})"
    )


def _confirmation(answer: "Answer") -> list[str]:
    """What fresh seeds say: it leads, for it alone carries the error of a win."""
    found = answer.confirmation
    if found.reason == TOO_FEW_SEEDS:
        return [
            f"No verdict on {found.chosen}: {counted(found.seeds, 'fresh seed')} of it and {found.baseline_seeds} of "
            f"{found.baseline} finished, and to confirm takes {FEWEST_SEEDS_TO_CONFIRM} of each"
        ]
    if found.verdict == NO_VERDICT:
        why = [] if found.reason == NO_LOOK_LEFT else [found.reason]
        return [f"No verdict on {found.chosen}, by fresh seeds", *why, *_look(found.looks, found.alpha)]
    by = PRIMARIES[answer.primary]
    differ = (
        f"{with_interval(found.difference, found.low, found.high, scale=by.scale, sign=not found.confirmed)} {by.told}"
    )
    fresh = f"{found.seeds} fresh seeds each"
    if found.seeds != found.baseline_seeds:
        fresh = f"{found.seeds} fresh seeds of it and {found.baseline_seeds} of {found.baseline}"
    conditions = f"({answer.examples:,} test {answer.unit}, this split)"
    if found.confirmed:
        small = _too_small(answer, found.high)
        return [
            f"Variant {found.chosen} wins by {differ} over {found.baseline}{small}, confirmed on {fresh} {conditions}",
            *_look(found.looks, found.alpha),
            *_wider(found),
        ]
    more = ["more seeds would hardly tell, as most of what is uncertain are the examples: only more examples can"]
    return [
        f"Not confirmed: {found.chosen} has the lowest {by.lowest}, and on {fresh} differs from {found.baseline} by "
        f"{differ} {conditions}",
        *_look(found.looks, found.alpha),
        *_wider(found),
        *(more if found.only_more_examples_tell else []),
    ]


def _explored(answer: "Answer") -> list[str]:
    """The networks among which it was chosen, whose luck the choice took along."""
    if answer.difference is None:
        return []
    return [f"the {counted(answer.seeds, 'seed')} it was chosen by differ by {_difference(answer, sign=True)}"]


def _look(looks: int, alpha: float) -> list[str]:
    """How much was left to spend, where test had been read before."""
    if looks == 1:
        return []
    nth = {2: "second", 3: "third"}.get(looks, f"{looks}th")
    spent = f"{alpha:g}" if alpha else "nothing, so that no verdict can be given"
    return [f"{nth} look at test, with more networks than the last: of the error of {ALPHA:g} it may spend {spent}"]


def _wider(found: ConfirmedChoice) -> list[str]:
    """That a skew of the chosen one's seeds is allowed for."""
    if not found.wider:
        return []
    return [
        f"its seeds scatter more widely than those of {found.baseline}, and might be skewed: of the error of {ALPHA:g} it "
        f"may spend {found.alpha:.2g}"
    ]


def _wins(answer: "Answer") -> list[str]:
    small = _too_small(answer, answer.high)
    return [
        f"Variant {answer.best} wins by {_difference(answer)} over {answer.baseline}{small} ({_conditions(answer)})"
    ]


def _too_small(answer: "Answer", high: float | None) -> str:
    matters = answer.margin is None or high is None or high >= answer.margin
    return "" if matters else f", less than the {PRIMARIES[answer.primary].scale * answer.margin:g} that would matter"


def _ahead(answer: "Answer") -> list[str]:
    ahead = (
        f"Variant {answer.best} is ahead of {answer.baseline} by {_difference(answer)} ({_conditions(answer)}), which"
    )
    if answer.reason != WIDER_SEEDS:
        return [f"{ahead} fewer than {FEWEST_SEEDS_TO_WIN} seeds cannot call a win"]
    return [
        f"{ahead} is not called a win: its seeds scatter more widely than those of {answer.baseline}, and if they are skewed "
        "to the bad that much comes by chance too often",
        "more seeds would tell, or fresh ones (confirm)",
    ]


def _not_shown(answer: "Answer") -> list[str]:
    off_zero = answer.low is not None and (answer.low > 0 or answer.high < 0)
    why = ", too little to be shown beside so many variants" if off_zero else ""
    return [
        _no_win(answer, f"differs from {answer.baseline} by {_difference(answer, sign=True)}{why}"),
        *([f"that would be shown {IF_TRAINING_DECIDES_LITTLE}"] if answer.reason == SHARED_TRAINING else []),
        *_apart(answer),
    ]


def _worse(answer: "Answer") -> list[str]:
    return [_no_win(answer, f"is shown worse than {answer.baseline}, by {_difference(answer, sign=True)}")]


def _equal(answer: "Answer") -> list[str]:
    return [_no_win(answer, f"is practically equal to {answer.baseline}, by {_difference(answer, sign=True)}")]


def _no_verdict(answer: "Answer") -> list[str]:
    return [
        f"No verdict: {answer.best} has the lowest {PRIMARIES[answer.primary].lowest}, and on test differs from {answer.baseline} by "
        f"{_difference(answer, sign=True)} ({_conditions(answer)})",
        *([answer.reason] if answer.reason else []),
        *_apart(answer),
    ]


def _apart(answer: "Answer") -> list[str]:
    """That its seeds lie apart from the baseline's, where no verdict says so, and what would."""
    apart = f"all {answer.seeds} of its seeds are {answer.seeds_apart} than each of {answer.baseline}'s"
    needed = needed_words(answer.seeds_needed_seen)
    return [apart] * bool(answer.seeds_apart and answer.seeds > 1) + [needed] * bool(needed)


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
    found = f"test {MEASURES[answer.primary].words} {fixed(value, MEASURES[answer.primary].digits)}"
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


def _secondary(answer: "Answer") -> list[str]:
    """Where the measures that are judged beside the primary one say something else of the chosen variant."""
    by_primary = SIDES.get(answer.verdict)
    apart = [one for one in answer.secondary if one.verdict in SAID and SIDES.get(one.verdict) != by_primary]
    if not apart:
        return []
    told = []
    for one in apart:
        words, unit = MEASURES[one.measure].words, COMPARED[one.measure].unit
        shown = abs(one.difference), *sorted((abs(one.low), abs(one.high)))
        by = f"{with_interval(*shown, scale=COMPARED[one.measure].scale)} {unit}".rstrip()
        told.append(f"{one.verdict} in {words} by {by}" if SIDES.get(one.verdict) else f"{one.verdict} in {words}")
    explored = " of the seeds it was chosen by" if answer.confirmation is not None else ""
    where = "on the first split, " if answer.first_split and not answer.beside_over_splits else ""
    return [f"{where}by secondary measures{explored} it is {listed(told)}"]


SIDES = {WINS: BETTER, AHEAD: BETTER, BETTER: BETTER, WORSE: WORSE}
"""Which of the two a verdict says is better; the others say neither."""
SAID = (BETTER, WORSE, EQUAL, NOT_SHOWN)


def _conditions(answer: "Answer") -> str:
    if answer.first_split:
        each = "" if answer.test_is_fixed else " each"
        about = "about " if answer.by_folds else ""
        return f"{counted(answer.seeds, 'training')} over {answer.over}, {about}{answer.examples:,} test {answer.unit}{each}"
    return f"{counted(answer.seeds, 'seed')}, {answer.examples:,} test {answer.unit}, this split"


def _difference(answer: "Answer", *, sign: bool = False) -> str:
    return _points(answer, answer.primary, single=answer.fewest_seeds == 1, sign=sign)


def _points(read: "Answer | FirstSplit", primary: str, *, single: bool = False, sign: bool = False) -> str:
    words = PRIMARIES[primary]
    scale, unit = words.scale, words.told
    if read.low is None:
        why = ": single seeds" if single else ""
        return f"{fixed(scale * read.difference, words.decimals, sign=sign)} {unit} (no interval{why})"
    return f"{with_interval(read.difference, read.low, read.high, scale=scale, sign=sign)} {unit}"


def _by(answer: "Answer") -> list[str]:
    """Why it is that measure, where it has to be said, and who fails by it."""
    parts = []
    if answer.why_primary:
        parts.append(f"by {MEASURES[answer.primary].words}, {answer.why_primary}")
    if answer.collapsed:
        ends = "ends" if len(answer.collapsed) == 1 else "end"
        parts.append(
            f"{listed(answer.collapsed)} {ends} collapsed: at the last epoch nearly all examples are given one class"
        )
    return parts


def _others(answer: "Answer") -> list[str]:
    regimes, parts = answer.regimes, []
    for regime, verb in ((UNDERFIT, "underfit"), (OVERFIT, "overfit")):
        said = (answer.best, *answer.collapsed)  # what is collapsed underfits, and was said so
        named = [variant for variant in regimes if regimes[variant] == regime and variant not in said]
        if named:
            against = regime == UNDERFIT and answer.target_error is not None
            target = f" against the target error of {answer.target_error:g} that was given" if against else ""
            parts.append(f"{listed(named)} {verb}{'s' if len(named) == 1 else ''}{target}")
    better = () if answer.verdict == OVERTAKEN else answer.better  # said already, as those that underfit are
    worse = [variant for variant in answer.worse if regimes[variant] != UNDERFIT]
    for verdict, named in ((BETTER, better), (WORSE, worse)):
        if named:
            parts.append(f"{listed(named)} {'is' if len(named) == 1 else 'are'} shown {verdict} than {answer.baseline}")
    if answer.equal or answer.not_shown:
        told = parts or answer.better or answer.worse
        parts.append("nothing else is shown to differ" if told else "no other variant is shown to differ from it")
    return parts

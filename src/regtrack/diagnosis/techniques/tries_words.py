"""What is said of techniques: which to use for how many tries, and how the chosen settings of each stand to each other."""

from itertools import groupby

import pandas as pd

from regtrack.diagnosis.techniques.technique_choices import pairs_of_techniques
from regtrack.names import BASELINE, BETTER, EQUAL, NO_VERDICT, WORSE
from regtrack.variants.technique import NO_TECHNIQUE
from regtrack.words.lists import counted, listed
from regtrack.words.sentences import as_sentence

OTHER_SETTINGS = "other settings without a regularizer"
NOTHING = "no regularizer"
WITHOUT = "a network without a regularizer"
"""In the middle of a sentence, where "no regularizer is shown better than l2" would say the opposite."""


def techniques_in_words(techniques: pd.DataFrame, expected: pd.DataFrame, comparison: pd.DataFrame) -> tuple[str, ...]:
    """Sentences of a sweep's techniques, none of a single one.

    Args:
        techniques: names.TECHNIQUES_COLUMNS; expected: names.EXPECTED_BEST_COLUMNS; comparison: names.COMPARISON_COLUMNS.
    """
    if len(techniques) < 2:
        return ()
    said = tries_in_words(expected), choices_in_words(techniques, pairs_of_techniques(techniques, comparison))
    return tuple(as_sentence(clause) for clause in said if clause)


def tries_in_words(expected: pd.DataFrame) -> str:
    """Which technique for how many tries, a sentence without its full stop; "" where there is none beside the baseline.

    A technique counts where it is shown better than the baseline at that number of tries, and nothing speaks against calling
    that a win; the baseline where every other is shown worse than it. A technique of fewer settings than tries stays at its
    last one.

    Args:
        expected: names.EXPECTED_BEST_COLUMNS.
    """
    told = expected[expected["verdict"] != ""]
    if told.empty:
        return ""
    if (told["verdict"] == NO_VERDICT).all():
        return f"for no number of tries is anything shown of a technique: {told['reason'].iloc[0]}"
    most, nothing = int(told["tries"].max()), no_technique_words(expected)
    said = [(int(tries), _said_at(told, tries, nothing)) for tries in sorted(told["tries"].unique())]
    runs = [(words, [tries for tries, _ in run]) for words, run in groupby(said, key=lambda pair: pair[1])]
    if len(runs) == 1:
        return f"with {'one try' if most == 1 else f'any number of tries up to {most}'}, {runs[0][0]}"
    return "; ".join(f"with {_span(tries, most)}, {words}" for words, tries in runs)


def no_technique_words(expected: pd.DataFrame) -> str:
    """What the baseline is called: it stands for no regularizer where that has no other settings in the sweep."""
    settings = expected.loc[expected["technique"] == NO_TECHNIQUE, "settings"]
    return NOTHING if len(settings) == 1 else f"the {BASELINE}"


def _named(technique: str, none: str = WITHOUT) -> str:
    return none if technique == NO_TECHNIQUE else technique


def _said_at(told: pd.DataFrame, tries: int, nothing: str) -> str:
    last = told[told["tries"] <= tries].drop_duplicates("technique", keep="last")
    better = last.loc[(last["verdict"] == BETTER) & (last["reason"] == "")].sort_values(
        "difference", ascending=False, kind="stable"
    )["technique"]
    if len(better):
        return " or ".join(_named(one, OTHER_SETTINGS) for one in better)
    worse = [_named(one, OTHER_SETTINGS) for one in last.loc[last["verdict"] == WORSE, "technique"]]
    if len(worse) == len(last):
        return nothing
    beside = f", and {listed(worse)} {'is' if len(worse) == 1 else 'are'} shown worse" if worse else ""
    return f"nothing is shown to beat {WITHOUT if nothing == NOTHING else nothing}{beside}"


def _span(tries: list[int], most: int) -> str:
    first, last = tries[0], tries[-1]
    if last == most:
        return f"{first} tries or more" if first < most else f"{first} tries"
    if first == last:
        return "one try" if first == 1 else f"{first} tries"
    return f"{first} to {last} tries"


def choices_in_words(techniques: pd.DataFrame, pairs: pd.DataFrame) -> str:
    """How the chosen settings of the techniques stand to each other, a sentence without its full stop; "" of fewer than two.

    Args:
        techniques: names.TECHNIQUES_COLUMNS; pairs: as `pairs_of_techniques` gives them.
    """
    if len(techniques) < 2 or pairs.empty:
        return ""
    parts = []
    for verdict, first, second in ((BETTER, "technique", "other_technique"), (WORSE, "other_technique", "technique")):
        for winner, own in pairs[pairs["verdict"] == verdict].groupby(first, sort=False):
            parts.append(f"{_named(winner)} is shown better than {listed([_named(one) for one in own[second]])}")
    equal = pairs[pairs["verdict"] == EQUAL]
    if len(equal):
        parts.append(f"{counted(len(equal), 'pair')} {'is' if len(equal) == 1 else 'are'} practically equal")
    open_ = len(pairs) - len(equal) - int(pairs["verdict"].isin([BETTER, WORSE]).sum())
    if open_ == len(pairs):
        return f"no two of the {len(techniques)} techniques are shown to differ, each at the setting that validation chooses of it"
    rest = [f"{counted(open_, 'pair')} {'is' if open_ == 1 else 'are'} not shown to differ"] * bool(open_)
    return f"each at the setting that validation chooses of it, {'; '.join([*parts, *rest])}"

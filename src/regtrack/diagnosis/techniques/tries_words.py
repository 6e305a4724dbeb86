"""What is said of techniques: which to use for how many tries, and how the chosen settings of each stand to each other."""

from itertools import groupby

import pandas as pd

from regtrack.names import BASELINE, BETTER, EQUAL, NO_VERDICT, NOT_SHOWN, WORSE
from regtrack.variants.technique import NO_TECHNIQUE
from regtrack.words.lists import listed
from regtrack.words.sentences import as_sentence

OTHER_SETTINGS = "other settings without a regularizer"
NOTHING = "no regularizer"
WITHOUT = "a network without a regularizer"
"""In the middle of a sentence, where "no regularizer is shown better than l2" would say the opposite."""


def techniques_in_words(techniques: pd.DataFrame, expected: pd.DataFrame, pairs: pd.DataFrame) -> tuple[str, ...]:
    """Sentences of a sweep's techniques, none of a single one.

    Args:
        techniques: names.TECHNIQUES_COLUMNS; expected: names.EXPECTED_BEST_COLUMNS; pairs: names.TECHNIQUE_PAIRS_COLUMNS.
    """
    if len(techniques) < 2:
        return ()
    said = tries_in_words(expected), choices_in_words(techniques, pairs)
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
        return _either([_named(one, OTHER_SETTINGS) for one in better])
    worse = [_named(one, OTHER_SETTINGS) for one in last.loc[last["verdict"] == WORSE, "technique"]]
    if len(worse) == len(last):
        return nothing
    beside = f", and {listed(worse)} {'is' if len(worse) == 1 else 'are'} shown worse" if worse else ""
    return f"nothing is shown to beat {WITHOUT if nothing == NOTHING else nothing}{beside}"


def _either(names: list[str], most: int = 4) -> str:
    """`a or b`; of more than `most` the first, and how many others."""
    shown = names if len(names) <= most else [*names[: most - 1], f"one of {len(names) - most + 1} others"]
    return " or ".join(shown)


def _span(tries: list[int], most: int) -> str:
    first, last = tries[0], tries[-1]
    if last == most:
        return f"{first} tries or more" if first < most else f"{first} tries"
    if first == last:
        return "one try" if first == 1 else f"{first} tries"
    return f"{first} to {last} tries"


def choices_in_words(techniques: pd.DataFrame, pairs: pd.DataFrame) -> str:
    """What the best technique on validation is shown better than on test, and what not, a sentence without its full stop; "" of fewer
    than two. How the others stand to each other is a table's matter.

    Args:
        techniques: names.TECHNIQUES_COLUMNS, the best on validation first; pairs: as `pairs_of_techniques` gives them.
    """
    if len(techniques) < 2:
        return ""
    best = techniques["technique"].iloc[0]
    own = pairs[pairs["technique"] == best]
    if own.empty:
        return ""
    others = {
        verdict: [_named(one) for one in own.loc[own["verdict"] == verdict, "other_technique"]]
        for verdict in (BETTER, EQUAL, WORSE)
    }
    open_ = len(own) - sum(map(len, others.values()))
    told = [f"shown better than {listed(others[BETTER])}"] if others[BETTER] else []
    told += [f"practically equal to {listed(others[EQUAL])}"] if others[EQUAL] else []
    told += [f"shown worse than {listed(others[WORSE])}"] if others[WORSE] else []
    if open_:
        rest = [_named(one) for one in own.loc[own["verdict"].isin([NOT_SHOWN, NO_VERDICT]), "other_technique"]]
        told.append(f"not shown to differ from {listed(rest) if told else _any_of(rest)}")
    return (
        f"{_named(best)} is the best on validation, and on test it is {listed(told)} (each technique at the setting that validation "
        "chooses of it)"
    )


def _any_of(others: list[str]) -> str:
    return others[0] if len(others) == 1 else f"any of the {len(others)} others"

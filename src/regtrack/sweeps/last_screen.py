"""A sweep's last screen: the answer set off, the variants, what Monte Carlo dropout bought; never wider than asked."""

from collections.abc import Mapping, Sequence
from textwrap import wrap
from typing import TYPE_CHECKING

import pandas as pd
from rich.box import SIMPLE_HEAD
from rich.cells import cell_len
from rich.console import RenderableType
from rich.rule import Rule
from rich.table import Table
from rich.text import Text

from regtrack.diagnosis.beside_verdict import beside_verdicts
from regtrack.diagnosis.shown_variants import shown_in_words
from regtrack.diagnosis.splits.over_splits_words import over_splits_in_words
from regtrack.measures.declared import MEASURES
from regtrack.measures.primaries import DIFFERENCES, PRIMARIES
from regtrack.names import BETTER, DETERMINISTIC, ENSEMBLE, MC_DROPOUT, WORSE
from regtrack.sweeps.summary import LEVELS
from regtrack.words.intervals import plus_minus_words, with_interval
from regtrack.words.numbers import MISSING, fixed, is_missing
from regtrack.words.sentences import as_sentence

if TYPE_CHECKING:
    from regtrack.sweeps.methods import MethodTables
    from regtrack.sweeps.reporting import Reported

FIRST = ("variant", "regime", *(MEASURES[name].heading for name in DIFFERENCES), *LEVELS, *(MEASURES[name].heading for name in (
    "balanced_accuracy", "test_accuracy", "val_error", "negative_log_likelihood",
    "generalization_gap")))  # fmt: skip
"""Columns that stay longest where there is no room for all."""
MOST_BESIDE = 3
"""Sentences beside the verdicts before the report is named instead."""
ROW = ["variant", "method", "temperature", "passes", "trainings", "measure"]
"""Columns that figures and verdicts of the methods have in common."""
ALONE = "± is half a 95 % interval of each alone; better and worse stand where all methods together show it."
BETWEEN = 2
"""Blanks between two columns."""


def compose_last_screen(reported: "Reported", width: int) -> list[RenderableType]:
    """What to print one below the other, each at most `width` columns wide."""
    answered, shown = reported.answer, reported.shown
    rows = [row for row in reported.rows if row["variant"] in shown]
    answer = Text(f"{answered.sentence}.", style="bold")
    screen = [Rule("Answer", align="left"), answer, Rule(), Text(), variants_table(rows, width)]
    if some := shown_in_words(len(rows), len(reported.rows)):
        screen.append(Text(as_sentence(f"{some}, are shown; the dashboard has all")))
    screen.append(Text(_caption(len(reported.record.test.example_id), answered.primary, answered.over), style="dim"))
    if reported.spent:
        screen += [Text("\nWhere the seeds went:"), *(Text(f"· {sentence}.") for sentence in reported.spent), Text()]
    if said := over_splits_in_words(reported.judgement.over_splits, folds=answered.by_folds):
        screen += [
            Text(f"\nOver {'folds' if answered.by_folds else 'splits'} of the data:"),
            *(Text(f"· {sentence}.") for sentence in said),
            Text(),
        ]
    # Of the first split alone they would contradict a verdict over all of them; the report has them.
    beside = beside_verdicts(reported.judgement.comparison) if not answered.over else []
    over, alone = (f", over {answered.over}", ", on the first split alone") if answered.over else ("", "")
    screen += [Text(f"· {sentence}.") for sentence in beside[:MOST_BESIDE]]
    if len(beside) > MOST_BESIDE:
        screen.append(Text(f"· {len(beside) - MOST_BESIDE} more in the report.", style="dim"))
    judged = reported.judgement
    if said := judged.by_technique.in_words():
        screen += [
            Text(f"\nTechniques, at equal numbers of tries{over}:"),
            *(Text(f"· {sentence}") for sentence in said),
        ]
    methods = reported.methods.of(shown)
    if len(methods.figures):
        screen += [Text(f"\nWhat Monte Carlo dropout bought, on test, against one pass of the same networks{alone}:"),
                   bought_table(methods, width),
                   Text(ALONE, style="dim")]  # fmt: skip
    return screen


def _caption(n_test: int, primary: str, over: str) -> str:
    plus_minus = plus_minus_words(over, f"{n_test:,} test examples")
    return f"{plus_minus}; differences from the baseline are {PRIMARIES[primary].on_test}. All columns and what they mean: the report."


def variants_table(rows: Sequence[Mapping[str, str]], width: int) -> Table:
    """A line a variant, of the cells of `summary.rows_of`, with as many columns as there is room for."""
    return _fitting(rows, width, FIRST)


def bought_table(methods: "MethodTables", width: int) -> Table:
    """A line a variant with dropout, of which there is one at least: what its passes changed, and what the cheaper methods did."""
    against_one = methods.verdicts[methods.verdicts["other"] == DETERMINISTIC]
    rows = [
        _bought(own.merge(against_one, how="left", on=ROW, suffixes=("", "_together")), variant)
        for variant, own in methods.figures.groupby("variant", sort=False)
    ]
    return _fitting(rows, width, tuple(rows[0]))


def _bought(own: pd.DataFrame, variant: str) -> dict[str, str]:
    """Args: own: of the variant, each with its `verdict` against one pass, missing where it has none."""
    plain = own[~own["temperature"].astype(bool)]
    passes, trainings = plain["passes"].max(), plain["trainings"].max()
    many = plain[(plain["method"] == MC_DROPOUT) & (plain["passes"] == passes)]
    scaled = own[(own["method"] == DETERMINISTIC) & own["temperature"].astype(bool)]
    ensemble = plain[plain["method"] == ENSEMBLE]
    return {
        "variant": variant,
        f"accuracy, {passes} passes (points)": _change(many, "accuracy", 100),
        f"NLL, {passes} passes (nats)": _change(many, "negative_log_likelihood"),
        "NLL, temperature": _change(scaled, "negative_log_likelihood"),
        f"NLL, ensemble of {trainings}": _change(ensemble, "negative_log_likelihood"),
    }


def _change(rows: pd.DataFrame, measure: str, scale: int = 1) -> str:
    """With better or worse where its verdict says so; without an interval (an ensemble of few) by its measure's digits."""
    rows = rows[rows["measure"] == measure]
    if rows.empty:
        return MISSING
    value, low, high = (scale * rows.iloc[0][name] for name in ("difference", "difference_low", "difference_high"))
    if is_missing(low):
        return fixed(value, MEASURES[measure].paired_digits, sign=True)
    verdict = rows.iloc[0]["verdict"]
    return with_interval(value, low, high, sign=True) + (f" {verdict}" if verdict in (BETTER, WORSE) else "")


def _fitting(rows: Sequence[Mapping[str, str]], width: int, first: Sequence[str]) -> Table:
    """The columns in their order; those of `first` stay longest, the last of the others goes first."""
    names = list(rows[0]) if rows else ["variant"]
    widths = {name: _width(name, [row[name] for row in rows]) for name in names}
    widths[names[0]] = min(widths[names[0]], width // 2)  # a longer name is folded
    kept, room = [], width + BETWEEN  # nothing stands left of the first
    for name in sorted(names, key=lambda one: (first.index(one) if one in first else len(first), names.index(one))):
        if widths[name] + BETWEEN <= room or not kept:
            kept.append(name)
            room -= widths[name] + BETWEEN
    table = Table(box=SIMPLE_HEAD, padding=(0, 1), collapse_padding=True, pad_edge=False, show_edge=False)
    for name in [name for name in names if name in kept]:
        left = name in ("variant", "regime")
        table.add_column(name, justify="left" if left else "right", width=widths[name], overflow="fold")
    for row in rows:
        table.add_row(*(Text(row[name]) for name in names if name in kept))  # rich would read styles out of a name
    return table


def _width(heading: str, cells: Sequence[str]) -> int:
    """Of the widest cell, and of the heading on two lines."""
    narrowest = max(map(cell_len, heading.split()))
    on_two = next(w for w in range(narrowest, cell_len(heading) + 1) if len(wrap(heading, w)) <= 2)
    return max([on_two, *map(cell_len, cells)])

"""Comparisons on test as tables: each variant against the baseline, by the primary measure and by the others, and every pair."""

import pandas as pd

from regtrack.diagnosis.beside_verdict import is_open, is_told, lies_apart, seeds_by_name
from regtrack.diagnosis.differences.families import AMONG_ALL, TO_BASELINE
from regtrack.measures.declared import MEASURES
from regtrack.measures.primaries import PrimaryWords, words_of_comparison
from regtrack.names import COMPARISON_COLUMNS
from regtrack.report.badges import badge
from regtrack.report.table import Cell, Column, Table, words
from regtrack.words.intervals import with_interval
from regtrack.words.numbers import fixed, is_missing, p_value, span

SPLIT = "test"
"""Choosing reads validation, reporting reads test."""
OTHER = Column("compared with", number=False)
CHANGED = Column("fixed / broken", "examples a network")
POWER = Column("power")
NEEDED = Column("seeds needed", "for a power of 0.8")
OF_THE_PRIMARY = (OTHER, CHANGED, POWER, NEEDED)
"""What a secondary table leaves out: no sweep is planned by it."""


def tables_of_comparison(comparison: pd.DataFrame) -> tuple[Table | None, Table | None]:
    """Against the baseline, and among all; None for a family that has no row on test. The baseline needs no column."""
    comparison = comparison.reindex(columns=list(COMPARISON_COLUMNS))
    comparison = comparison[comparison["split"] == SPLIT]
    found, by = [], words_of_comparison(comparison)
    for family, caption in ((TO_BASELINE, "Against the baseline"), (AMONG_ALL, "Every pair")):
        rows = comparison[comparison["family"] == family]
        rows = rows.sort_values("difference", ascending=False, kind="stable")
        table = Table(caption, _columns(by), tuple(_row(row, by) for row in rows.to_dict("records")))
        if family == TO_BASELINE:
            table = table.without(OTHER)
        found.append(table.without_empty_columns(by.difference, "verdict") if table.rows else None)
    return found[0], found[1]


def tables_of_secondary(secondary: pd.DataFrame) -> tuple[Table, ...]:
    """Against the baseline, a table a measure, its caption the measure's words; of names.COMPARISON_COLUMNS."""
    found = []
    for measure, own in secondary.groupby("primary", sort=False):
        table, _ = tables_of_comparison(own)
        for column in OF_THE_PRIMARY:
            table = table.without(column)
        found.append(table._replace(caption=MEASURES[measure].words))
    return tuple(found)


def pairs_in_words(comparison: pd.DataFrame, *, some: bool = False) -> str:
    """What the table of pairs shows: all of them, or those of so many variants. Args: some: not all variants of the sweep are there."""
    own = comparison.reindex(columns=list(COMPARISON_COLUMNS))
    own = own[(own["split"] == SPLIT) & (own["family"] == AMONG_ALL)]
    variants = own[["variant", "other"]].stack().nunique()
    compared = comparison[["variant", "other"]].stack().nunique() if len(comparison) else 0
    all_ = "the variants shown" if some else "variants"
    of = all_ if variants == compared else f"the {variants} variants that do best on validation"
    return f"Every pair of {of} ({len(own):,})"


def examples_compared(comparison: pd.DataFrame) -> str:
    """How many test examples, `10,000`; `–` where it is not known."""
    comparison = comparison.reindex(columns=list(COMPARISON_COLUMNS))
    return fixed(comparison.loc[comparison["split"] == SPLIT, "examples"].max(), 0)


def _columns(by: PrimaryWords) -> tuple[Column, ...]:
    return (
        Column("variant", number=False),
        OTHER,
        Column(by.difference, by.interval_unit),
        Column("verdict", "all comparisons together", number=False),
        Column("p", "adjusted"),
        Column("improvement", "share of pairs of networks"),
        CHANGED,
        Column("seeds"),
        POWER,
        NEEDED,
    )


def _row(row: dict, by: PrimaryWords) -> tuple[Cell, ...]:
    shown = badge(row["verdict"], "comparison")
    changed = f"{fixed(row['fixed'], 0)} / {fixed(row['broken'], 0)}" if not is_missing(row["fixed"]) else words(None)
    return (
        Cell(words(row["variant"])),
        Cell(words(row["other"])),
        Cell(with_interval(row["difference"], row["low"], row["high"], scale=by.scale, sign=True), _middle(row, by)),
        Cell("" if shown else words(None), _apart(row), badge=shown),
        Cell(p_value(row["p_adjusted"])),
        Cell(fixed(row["probability_of_improvement"], 2)),
        Cell(changed),
        Cell(_seeds(row), f"{seeds_by_name(row['outlying_seeds'])} far off" if is_told(row["outlying_seeds"]) else ""),
        Cell(fixed(row["power"], 2)),
        Cell(_needed(row), _needed_for_seen(row)),
    )


def _middle(row: dict, by: PrimaryWords) -> str:
    """Of interquartile means, where a seed stands far from its own: they say what the others say."""
    if not is_told(row["outlying_seeds"]) or is_missing(row["difference_iqm"]):
        return ""
    return f"{fixed(by.scale * row['difference_iqm'], by.decimals, sign=True)} of interquartile means"


def _apart(row: dict) -> str:
    """Why there is no verdict, or no win, and that the seeds lie apart where none says so."""
    reason = [str(row["reason"])] if is_told(row["reason"]) else []
    apart = [f"each seed {row['seeds_apart']} than each of the other's"] if lies_apart(row) else []
    return "; ".join(reason + apart)


def _needed_for_seen(row: dict) -> str:
    known = is_open(row) and not is_missing(row["seeds_needed_seen"])
    return f"{row['seeds_needed_seen']:.0f} for what was seen" if known else ""


def _seeds(row: dict) -> str:
    own, other = fixed(row["seeds"], 0), fixed(row["other_seeds"], 0)
    return own if own == other else f"{own}, {other}"


def _needed(row: dict) -> str:
    """Where power is known and no number of seeds reaches it, the examples are too few."""
    if is_missing(row["seeds_needed_low"]) and not is_missing(row["power"]):
        return "only more examples"
    return span(row["seeds_needed_low"], row["seeds_needed_high"])

"""The leaderboard as two tables: how often each variant is right, and whether its confidence can be trusted."""

from collections.abc import Mapping

import pandas as pd

from regtrack.measures.declared import MEASURES, measures_shown
from regtrack.measures.measure import Measure, Shown
from regtrack.measures.primaries import DIFFERENCES
from regtrack.names import LEADERBOARD_COLUMNS
from regtrack.report.badges import badge
from regtrack.report.table import Cell, Column, Table, words
from regtrack.words.cells import cell_of
from regtrack.words.numbers import MISSING, fixed, is_missing

VARIANT = Column("variant", number=False)
REGIME = Column("fitting regime", "at the last epoch", number=False)
SEEDS = Column("seeds")
REFERENCE = Column(MEASURES["reference"].heading, "mean (95 % quantile)")


def accuracy_table(leaderboard: pd.DataFrame) -> Table:
    """A row a variant, in the order given."""
    shown = measures_shown(Shown.ACCURACY_TABLE)
    columns = (VARIANT, REGIME, *map(_column, shown), SEEDS)
    rows = [
        (_variant(row), _regime(row), *(_cell(row, measure) for measure in shown), Cell(fixed(row["seeds"], 0)))
        for row in _rows(leaderboard)
    ]
    kept = (REGIME.heading, MEASURES["test_accuracy"].heading)
    return Table("Leaderboard", columns, tuple(rows)).without_empty_columns(*kept)


def trust_table(leaderboard: pd.DataFrame, reference: Mapping[str, tuple[float, float]]) -> Table | None:
    """The same order; None where no variant has any of these measures. Beside the calibration error its reference."""
    shown = measures_shown(Shown.CONFIDENCE_TABLE)
    place = 2 + [measure.name for measure in shown].index("expected_calibration_error")
    columns = [VARIANT, *map(_column, shown)]
    columns.insert(place, REFERENCE)
    rows = []
    for row in _rows(leaderboard):
        cells = [Cell(words(row["variant"])), *(_cell(row, measure) for measure in shown)]
        cells.insert(place, _reference(reference.get(row["variant"])))
        rows.append(tuple(cells))
    table = Table("Confidence", tuple(columns), tuple(rows)).without_empty_columns()
    return table if len(table.columns) > 1 else None


def meanings_of(trust: Table) -> list[tuple[str, str]]:
    """Heading and meaning of each measure that the table shows."""
    shown = {column.heading for column in trust.columns}
    return [(m.heading, m.meaning) for m in measures_shown(Shown.CONFIDENCE_TABLE) if m.heading in shown]


def has_dropout(leaderboard: pd.DataFrame) -> bool:
    """Whether any variant was measured with Monte Carlo dropout."""
    columns = ["test_mc_accuracy", "mc_high_confidence_errors"]
    return bool(leaderboard.reindex(columns=columns).notna().any().any())


def _rows(leaderboard: pd.DataFrame):
    return leaderboard.reindex(columns=list(LEADERBOARD_COLUMNS)).to_dict("records")


def _column(measure: Measure) -> Column:
    return Column(measure.heading, f"{measure.unit} ± 95 %" if measure.interval else measure.unit)


def _cell(row: dict, measure: Measure) -> Cell:
    """The difference has its verdict below."""
    judged = measure.name in DIFFERENCES and not is_missing(row[measure.name]) and not is_missing(row["verdict"])
    return Cell(cell_of(row, measure), str(row["verdict"]) if judged else "")


def _variant(row: dict) -> Cell:
    maybe_best = not is_missing(row["not_shown_worse_than_best"]) and bool(row["not_shown_worse_than_best"])
    return Cell(words(row["variant"]), "may be the best" if maybe_best else "")


def _regime(row: dict) -> Cell:
    shown, selected = badge(row["fitting_regime"], "regime"), badge(row["fitting_regime_selected"], "regime")
    leans = words(row["leans_to"])
    sub = [f"leans to {leans}"] if leans not in (MISSING, words(row["fitting_regime"])) else []
    sub += [f"selected epoch: {selected.word}"] if selected and selected != shown else []
    return Cell("" if shown else MISSING, "; ".join(sub), shown)


def _reference(known: tuple[float, float] | None) -> Cell:
    mean, q95 = MEASURES["reference"], MEASURES["reference_q95"]
    return Cell(f"{fixed(known[0], mean.digits)} ({fixed(known[1], q95.digits)})" if known else MISSING)

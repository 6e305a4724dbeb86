"""Report: everything the page shows, as plain values. Nothing is read from a store or computed here."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import altair as alt
import numpy as np
import pandas as pd

from regtrack.diagnosis.advice.next_grid import NextGrid
from regtrack.errors import DataError
from regtrack.names import CLASS_DIFFERENCES_COLUMNS, COMPARISON_COLUMNS, METHOD_VERDICTS_COLUMNS
from regtrack.report.sections import FIGURE_SECTIONS, TITLES

LINK_SCHEMES = ("", "http", "https")


@dataclass(frozen=True, eq=False)
class Figure:
    """A finished chart. `section` is one of sections.FIGURE_SECTIONS; `question` what it answers, its heading;
    `caption` says n, seeds and what intervals are: a figure without one is refused."""

    section: str
    chart: alt.TopLevelMixin
    caption: str
    question: str

    def __post_init__(self):
        if self.section not in FIGURE_SECTIONS:
            raise DataError(f"Expected a figure's section to be one of {', '.join(FIGURE_SECTIONS)}; received {self.section!r}.")  # fmt: skip
        if not self.caption.strip():
            raise DataError(f"Expected a caption that says n, seeds and interval, received none for {self.question!r}.")


@dataclass(frozen=True, eq=False)
class ConfidentError:
    """A test example that is answered wrongly with high confidence.

    Args:
        image: (h, w), (h, w, 1), (h, w, 3) or (h, w, 4) uint8; None where the data are not images.
        features: (name, value) pairs, shown in place of an image. With neither, the card says so.
        given, predicted: class names.
        confidence: of the deterministic pass, [0, 1].
        mc_confidence: of the mean over Monte Carlo passes, [0, 1]; None without dropout.
        kind, reason: of the triage.
        agreement: how many other trials make the same error, in words.
    """

    example_id: int | str
    given: str
    predicted: str
    confidence: float
    mc_confidence: float | None = None
    image: np.ndarray | None = None
    features: Sequence[tuple[str, object]] = ()
    kind: str = ""
    reason: str = ""
    agreement: str = ""


@dataclass(frozen=True)
class Reproduce:
    """`commands` one a line, as typed; `grid` the grid file's text; `settings` and `versions` name -> value."""

    commands: Sequence[str] = ()
    grid: str = ""
    settings: Mapping[str, object] = field(default_factory=dict)
    versions: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, eq=False, kw_only=True)
class Report:
    """What one page shows. Everything but the first two may be empty: then the page says so in words.

    Args:
        title: of the page, e.g. the sweep's name.
        answer: one sentence, or its first clause, large at the top; also: the other clauses, smaller.
        conditions: what the answer holds for, name -> value: seeds, sizes, split, data set digest.
        warnings: sentences a reader must know before believing the answer.
        shown: which variants the page shows, a clause; empty where these are all.
        leaderboard: names.LEADERBOARD_COLUMNS, a row a variant, shown in this order. Missing columns are missing values.
        calibration_reference: variant -> (mean, 95 % quantile) of its expected calibration error if it were
            perfectly calibrated, shares; shown beside the measured one.
        regimes: `Regime.to_dict()`s, one a variant and kind of epoch, shown in this order; with a key `advice`,
            {"name": str, "values": dict, "grid_lines": [str]}, where there is any.
        figures: in the order in which they stand in their sections.
        comparison: names.COMPARISON_COLUMNS; only rows of the test split are shown.
        secondary: names.COMPARISON_COLUMNS by each of the other measures that decide.
        class_differences: names.CLASS_DIFFERENCES_COLUMNS, of the chosen variant from the baseline.
        method_verdicts: names.METHOD_VERDICTS_COLUMNS, of each variant with dropout.
        errors: the cards of the gallery, in this order.
        promised: names.PROMISED_ERRORS_COLUMNS of one split, below the gallery.
        claims: names.CLAIMS_COLUMNS; `run_ids` is a list of run ids a row.
        links: run id -> address of the run, absolute http(s) or relative.
        cost: a row a variant; columns are shown as they are named, `_` as a space, `_seconds` as a unit.
        reproduce: commands, grid, settings and versions; None where not known.
        next_grid: the grid to run next and why.
        over_splits: names.OVER_SPLITS_COLUMNS; without rows where the data were split once.
        techniques: names.TECHNIQUES_COLUMNS; technique_pairs: names.COMPARISON_COLUMNS of the chosen settings of two techniques.
        pareto: names.PARETO_COLUMNS.
        over: what answer and leaderboard are over, as Answer has it; empty where they are of one split.
        absent: section title -> why it has nothing, in a sentence; where left out the page says what the section needs.
        remarks: section title -> sentences below its figures.
    """

    title: str
    answer: str
    also: str = ""
    conditions: Mapping[str, str] = field(default_factory=dict)
    warnings: Sequence[str] = ()
    shown: str = ""
    leaderboard: pd.DataFrame = field(default_factory=pd.DataFrame)
    calibration_reference: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    regimes: Sequence[Mapping] = ()
    figures: Sequence[Figure] = ()
    comparison: pd.DataFrame = field(default_factory=pd.DataFrame)
    secondary: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=list(COMPARISON_COLUMNS)))
    class_differences: pd.DataFrame = field(
        default_factory=lambda: pd.DataFrame(columns=list(CLASS_DIFFERENCES_COLUMNS))
    )
    method_verdicts: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=list(METHOD_VERDICTS_COLUMNS)))
    errors: Sequence[ConfidentError] = ()
    promised: pd.DataFrame = field(default_factory=pd.DataFrame)
    claims: pd.DataFrame = field(default_factory=pd.DataFrame)
    links: Mapping[str, str] = field(default_factory=dict)
    cost: pd.DataFrame = field(default_factory=pd.DataFrame)
    reproduce: Reproduce | None = None
    next_grid: NextGrid | None = None
    over_splits: pd.DataFrame = field(default_factory=pd.DataFrame)
    techniques: pd.DataFrame = field(default_factory=pd.DataFrame)
    technique_pairs: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=list(COMPARISON_COLUMNS)))
    pareto: pd.DataFrame = field(default_factory=pd.DataFrame)
    over: str = ""
    absent: Mapping[str, str] = field(default_factory=dict)
    remarks: Mapping[str, Sequence[str]] = field(default_factory=dict)

    def __post_init__(self):
        for name in ("absent", "remarks"):
            unknown = [title for title in getattr(self, name) if title not in TITLES]
            if unknown:
                raise DataError(f"Expected the sections {', '.join(TITLES)}; received {unknown[0]!r} in {name}.")
        for run_id, address in self.links.items():
            if urlsplit(address.strip()).scheme.lower() not in LINK_SCHEMES:
                raise DataError(f"Expected an http(s) or relative link to run {run_id}, received {address!r}.")

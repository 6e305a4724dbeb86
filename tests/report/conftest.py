"""A small report with something in every field, and a reader of the page it makes."""

from html.parser import HTMLParser

import altair as alt
import numpy as np
import pandas as pd
import pytest

from regtrack import names
from regtrack.diagnosis.advice.next_grid import NextGrid
from regtrack.diagnosis.regimes.regime import Clause, Regime
from regtrack.report import sections
from regtrack.report.render import render_report
from regtrack.report.report import ConfidentError, Figure, Report, Reproduce

VARIANTS = ("l2=0.001", "dropout=0.5", "baseline", "max_norm=1", "l1=0.0001")
VOID = {"meta", "link", "img", "wbr"}
IMAGE = np.arange(28 * 28, dtype=np.uint8).reshape(28, 28)


class Page(HTMLParser):
    """`elements` are (tag, attributes); `scripts` their texts by id; `text` what a person reads; `bare` what of it
    stands outside details; `nothing` the sentences of what is absent; `rows` the cells' texts."""

    def __init__(self, html: str):
        super().__init__(convert_charrefs=True)
        self.html, self.elements, self.scripts, self.open = html, [], {}, []
        self.text = self.bare = ""
        self.nothing, self.headings, self.rows = [], [], []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        attributes = dict(attrs)
        self.elements.append((tag, attributes))
        if tag not in VOID:
            self.open.append((tag, attributes))
        if attributes.get("class") == "nothing":
            self.nothing.append("")
        if tag == "h2":
            self.headings.append("")
        if tag == "tr":
            self.rows.append([])
        if tag in ("th", "td"):
            self.rows[-1].append("")

    def handle_startendtag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        while self.open and self.open.pop()[0] != tag:
            pass

    def handle_data(self, data):
        tag, attributes = self.open[-1] if self.open else ("", {})
        if tag == "script":
            self.scripts[attributes.get("id")] = data
        elif tag != "style":
            self.text += data
            self.bare += "" if any(tag == "details" for tag, _ in self.open) else data
            if attributes.get("class") == "nothing":
                self.nothing[-1] += data
            if tag == "h2":
                self.headings[-1] += data
            if any(tag in ("th", "td") for tag, _ in self.open):
                self.rows[-1][-1] += data

    def all(self, tag: str) -> list[dict]:
        return [attributes for name, attributes in self.elements if name == tag]


@pytest.fixture
def read():
    """Report -> Page."""
    return lambda report: Page(render_report(report))


def a_leaderboard() -> pd.DataFrame:
    """Four variants, one of each regime; only dropout has Monte Carlo measures, nobody has true labels."""
    rows = [
        {"variant": variant, "technique": "x", "seeds": 5, "fitting_regime": regime, "leans_to": regime,
         "fitting_regime_selected": regime, "verdict": None if variant == "baseline" else "better",
         "difference": np.nan if variant == "baseline" else 0.0131, "difference_low": 0.0089, "difference_high": 0.0173,
         "not_shown_worse_than_best": variant == "l2=0.001", "train_error": 0.0811, "val_error": 0.1120,
         "val_error_low": 0.1060, "val_error_high": 0.1180, "generalization_gap": 0.031, "generalization_gap_low": 0.024,
         "generalization_gap_high": 0.038, "test_accuracy": 0.88317, "test_accuracy_low": 0.8790,
         "test_accuracy_high": 0.8873, "balanced_accuracy": 0.8512, "negative_log_likelihood": 0.3456, "expected_calibration_error": 0.0213,
         "aurc": 0.0214, "high_confidence_errors": 412.0, "best_epoch": 9.2, "fit_seconds": 17.31,
         "mc_high_confidence_errors": 233.0 if variant == "dropout=0.5" else np.nan}
        for variant, regime in zip(VARIANTS, names.REGIMES, strict=True)
    ]  # fmt: skip
    return pd.DataFrame(rows).reindex(columns=list(names.LEADERBOARD_COLUMNS))


def a_regime(variant: str, verdict: str) -> dict:
    clauses = (
        Clause("underfit", "Is the train error above the reference error?", "share", 0.02, -0.026, -0.030, -0.022, False),
        Clause("rising", "Did validation cross-entropy rise after its minimum?", "nats", 0.01, remark="needs two seeds"),
    )  # fmt: skip
    regime = Regime(
        variant, "last", verdict, "overfit", 5, 6000, 0.081, 0.112, 0.107, clauses, ("seeds: 7 to 31 in all",),
        {"article": "overfit", "fixed_ratio": "well fit"}, "the gap costs nothing", ("still improving",),
    )  # fmt: skip
    return regime.to_dict() | {"advice": {"sentence": "a stronger l2", "grid_lines": ("- {l2: [0.003, 0.01]}",)}}


def a_comparison() -> pd.DataFrame:
    row = {"seeds": 5, "other_seeds": 5, "examples": 10_000, "difference": 0.0131, "low": 0.0089, "high": 0.0173,
           "standard_error": 0.002, "freedom": 20.0, "p_value": 0.0001, "p_adjusted": 0.0004, "verdict": "better",
           "fixed": 700.0, "broken": 569.0, "power": 0.93, "seeds_needed_low": 3, "seeds_needed_high": 6}  # fmt: skip
    rows = [("baseline", "test", "l2=0.001", "baseline"), ("all", "test", "pair one", "pair two"),
            ("baseline", "val", "only on validation", "baseline")]  # fmt: skip
    found = [dict(zip(("family", "split", "variant", "other"), r, strict=True)) | row for r in rows]
    return pd.DataFrame(found, columns=list(names.COMPARISON_COLUMNS))


def secondary_verdicts() -> pd.DataFrame:
    """By Brier score, and by AURC, of which there is none."""
    known = {
        "family": "baseline",
        "split": "test",
        "variant": "l2=0.001",
        "other": "baseline",
        "seeds": 5,
        "other_seeds": 5,
    }
    brier = {
        "difference": 0.014,
        "low": 0.008,
        "high": 0.020,
        "verdict": "better",
        "p_adjusted": 0.002,
        "primary": names.BRIER_SCORE,
    }
    none = {"verdict": names.NO_VERDICT, "reason": "too few errors", "primary": names.AURC}
    return pd.DataFrame([known | brier, known | none], columns=list(names.COMPARISON_COLUMNS))


def classes_compared() -> pd.DataFrame:
    rows = [("l2=0.001", "baseline", 6, "shirt", 1000, 0.61, 0.68, -0.07, -0.11, -0.03, 0.003, "worse", ""),
            ("l2=0.001", "baseline", 4, "coat", 1000, 0.81, 0.80, 0.01, -0.03, 0.05, 1.0, names.NOT_SHOWN, "")]  # fmt: skip
    return pd.DataFrame(rows, columns=list(names.CLASS_DIFFERENCES_COLUMNS))


def a_chart(word: str = "a") -> alt.Chart:
    data = pd.DataFrame({"x": [1.0, 2.0], "word": [word, "b"]})
    chart = alt.Chart(data, title=f"Of {word}").mark_point().encode(x="x:Q", y="word:N")
    return chart.properties(description=f"Two points of {word}")


def a_confident_error() -> ConfidentError:
    return ConfidentError(
        7, "coat", "shirt", 0.99996, 0.61, IMAGE, kind="unknown", reason="Why.", agreement="3 of 5 trials"
    )


@pytest.fixture
def full() -> Report:
    claim = ("c1", "L2 helps", "test_accuracy", 1.31, 0.89, 1.73, "points", 5, "supported", "Above 0.", ["r" * 32, "s" * 32])  # fmt: skip
    return Report(
        title="A sweep",
        answer="l2=0.001 wins by 1.3 ± 0.4 points over baseline",
        conditions={"seeds": "5"},
        warnings=["One epoch swings by a point."],
        leaderboard=a_leaderboard(),
        calibration_reference={"baseline": (0.0061, 0.0092)},
        regimes=[a_regime(v, r) for v, r in zip(VARIANTS, names.REGIMES, strict=True)],
        figures=[Figure(s, a_chart(), "n = 10,000, 5 seeds, 95 %.", f"Q {s}") for s in sections.FIGURE_SECTIONS],
        comparison=a_comparison(),
        secondary=secondary_verdicts(),
        class_differences=classes_compared(),
        errors=[a_confident_error()],
        claims=pd.DataFrame([claim], columns=list(names.CLAIMS_COLUMNS)),
        links={"r" * 32: "http://127.0.0.1:5000/#/experiments/1/runs/rrr"},
        cost=pd.DataFrame({"variant": ["baseline"], "parameters": [89610], "fit_seconds": [17.31]}),
        reproduce=Reproduce(["mlflow run ."], "seeds: 5\n", {"epochs": 20}, {"keras": "3.15.0"}),
        next_grid=NextGrid("variants:\n  - {l2: 0.003}\n", "finer around the best"),
    )

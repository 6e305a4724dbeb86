"""What every chart promises, whatever it draws."""

import re

import altair as alt
import numpy as np
import pandas as pd
import pytest
import vl_convert

from regtrack import names
from regtrack.charts import (
    class_changes,
    class_probabilities,
    curve_means,
    passes_of_example,
    reliability,
    risk_coverage,
    training_size,
)
from regtrack.charts import confusion as confusions
from regtrack.charts import entropy_split as entropy_parts
from regtrack.charts.agreement import agreement_chart
from regtrack.charts.confident_errors import confident_errors_chart
from regtrack.charts.convergence import convergence_chart
from regtrack.charts.differences import differences_chart
from regtrack.charts.entropy_bins import entropy_bins_chart
from regtrack.charts.entropy_right_wrong import entropy_right_wrong_chart
from regtrack.charts.expected_best import expected_best_chart
from regtrack.charts.learning_curves import learning_curves_chart
from regtrack.charts.pareto import pareto_chart
from regtrack.charts.reliability import reliability_chart
from regtrack.charts.response import response_chart
from regtrack.charts.risk_coverage import risk_coverage_chart
from regtrack.charts.theme import TEXT
from regtrack.charts.train_and_validation_error import COLUMNS, OPTIONAL, train_and_validation_error_chart


def rows(columns, *values) -> pd.DataFrame:
    """A table whose rows give the first columns; the rest is missing."""
    return pd.DataFrame([dict(zip(columns, row, strict=False)) for row in values], columns=list(columns))


ERRORS = rows((*COLUMNS, *OPTIONAL), ("baseline", "none", 0.01, 0.3, 0.25, 0.35, 5, "overfit", 0.0, 0.02),
              ("l2=0.01", "l2", 0.2, 0.25, 0.2, 0.3, 5, "well fit", 0.19, 0.21))  # fmt: skip
CURVES = rows(
    curve_means.COLUMNS, *(("baseline", s, e, 2.0, 2, 0.9, 0.3, 0.0, 0.8, 0.5) for s in (1, 2) for e in (1, 2, 3))
)
COMPARISON = pd.DataFrame([
    {"variant": "l2=0.01", "other": "baseline", "split": "val", "difference": 0.02, "low": 0.01, "high": 0.03, "verdict": "better"},
    {"variant": "l1=0.01", "other": "baseline", "split": "val", "difference": -0.02, "low": -0.03, "high": -0.01, "verdict": "odd"},
])  # fmt: skip
RESPONSE = rows(names.RESPONSE_COLUMNS, *(("l2", "", s, f"l2={s}", r, 5, "val_error", 0.2, 0.1, 0.3)
                                          for s, r in ((0.0, "overfit"), (0.001, "well fit"), (0.1, "underfit"))))  # fmt: skip
SIZES = rows(training_size.COLUMNS, ("baseline", 1000, "measured", "val", 0.3, 0.28, 0.32),
             ("baseline", 9000, "extrapolated", "val", 0.2, 0.15, 0.25))  # fmt: skip
PAIRS = rows(
    ("variant", "other", "fixed", "broken"), ("baseline", "l2=0.01", 10.0, 30.0), ("l2=0.01", "l1=0.1", 50.0, 5.0)
)
COUNTS = rows(("variant", "method", "value", "low", "high"), ("dropout=0.2", "deterministic", 40.0, 30.0, 50.0),
              ("dropout=0.2", "mc_dropout", 20.0, 10.0, 30.0))  # fmt: skip
BINS = rows(reliability.COLUMNS, ("deterministic", 0.8, 0.9, 10, 0.85, 0.7, 0.4, 0.9))
STEPS = rows(names.CONVERGENCE_COLUMNS, *((n, 100 // n, "accuracy", 0.5, 0.1, n * 0.1) for n in (1, 10)))
ACCEPTED = rows(
    risk_coverage.COLUMNS, ("deterministic", 0.5, 0.1), ("deterministic", 1.0, 0.3), ("mc_dropout", 1.0, 0.2)
)
ENTROPIES = entropy_bins_chart(
    {"predictive_entropy": np.array([0.1, 0.2, 1.0]), "mutual_information": np.array([0.0, 0.1, 0.5])},
    np.array([True, True, False]), n_bins=4,
)  # fmt: skip
TAKEN = rows(confusions.COLUMNS, ("shirt", "coat", 4), ("coat", "shirt", 2), ("bag", "coat", 1))
OF_CLASSES = rows(class_probabilities.COLUMNS, ("coat", "deterministic", 0.9, None), ("coat", "mc_dropout", 0.6, 0.2),
                  ("bag", "deterministic", 0.1, None), ("bag", "mc_dropout", 0.4, 0.2))  # fmt: skip
OF_PASSES = rows(passes_of_example.COLUMNS, ("coat", 0, 0.9), ("coat", 1, 0.2), ("bag", 0, 0.1), ("bag", 1, 0.8))
PARTS = rows(entropy_parts.COLUMNS, (entropy_parts.DATA, 0.4), (entropy_parts.MODEL, 0.1))
CHANGES = rows(class_changes.COLUMNS, ("coat", 10.0, 4.0), ("bag", 1.0, 3.0))
TRIES = rows(names.EXPECTED_BEST_COLUMNS, ("none", 1, 1, 5.0, 0.9, 0.9, 0.88, 0.92, 0.0, 0.0, 0.0, "", "", names.ACCURACY),
             *(("dropout", k, 3, 5.0 * k, 0.9, 0.9, 0.88, 0.92, 0.01 * k, -0.01, 0.05, v, "", names.ACCURACY)
               for k, v in ((1, names.NOT_SHOWN), (2, names.BETTER), (3, names.BETTER))))  # fmt: skip
ANSWERS = rows(names.PARETO_COLUMNS, ("baseline", "none", names.DETERMINISTIC, 1, 1e5, 1e5, 5, 0.9, 0.89, 0.91, 0.3, 0.28, 0.32, "", "", ""),
               ("dropout=0.2", "dropout", names.MC_DROPOUT, 100, 1e5, 1e7, 5, 0.91, 0.9, 0.92, 0.29, 0.27, 0.31, "", "", ""),
               ("l1=1", "l1", names.DETERMINISTIC, 1, 1e5, 1e5, 5, 0.8, 0.79, 0.81, 0.6, 0.58, 0.62, "baseline", names.DETERMINISTIC, "accuracy"))  # fmt: skip

CHARTS = {
    "train_and_validation_error": (train_and_validation_error_chart, ERRORS, {"tolerance": 0.02, "reference_error": 0.2}),
    "by_technique": (train_and_validation_error_chart, ERRORS[list(COLUMNS)], {}),
    "learning_curves": (learning_curves_chart, CURVES, {"measures": ("error", "cross_entropy", "penalty"), "log_y": True}),
    "differences": (differences_chart, COMPARISON, {"margin": 0.01}),
    "response": (response_chart, RESPONSE, {"measure": "val_error"}),
    "training_size": (training_size.training_size_chart, SIZES, {}),
    "agreement": (agreement_chart, PAIRS, {}),
    "confident_errors": (confident_errors_chart, COUNTS, {"threshold": 0.9}),
    "reliability": (reliability_chart, BINS, {}),
    "reliability_by_method": (reliability_chart, BINS, {"by_method": True}),
    "convergence": (convergence_chart, STEPS, {}),
    "risk_coverage": (risk_coverage_chart, ACCEPTED, {}),
    "entropy_right_wrong": (entropy_right_wrong_chart, ENTROPIES, {}),
    "confusion": (confusions.confusion_chart, TAKEN, {"class_names": ("bag", "coat", "shirt")}),
    "class_probabilities": (class_probabilities.class_probabilities_chart, OF_CLASSES, {}),
    "passes_of_example": (passes_of_example.passes_of_example_chart, OF_PASSES, {}),
    "entropy_split": (entropy_parts.entropy_split_chart, PARTS, {"most": 1.1}),
    "class_changes": (class_changes.class_changes_chart, CHANGES, {}),
    "expected_best": (expected_best_chart, TRIES, {}),
    "expected_best_without_baseline": (expected_best_chart, TRIES[1:].assign(difference=np.nan, verdict=""), {}),
    "pareto": (pareto_chart, ANSWERS, {}),
    "pareto_without_costs": (pareto_chart, ANSWERS.assign(products=np.nan, cost=np.nan), {}),
}  # fmt: skip
LIMITS = ("low", "high", "std", "test_low", "test_high", "val_error_low", "val_error_high", "train_error_low", "train_error_high", "accuracy_low",
          "accuracy_high", "fitting_regime", "verdict", "selected_epoch")  # fmt: skip


@pytest.fixture(params=CHARTS)
def case(request):
    """A chart, a table of its own and its options."""
    return CHARTS[request.param]


@pytest.fixture(params=CHARTS, scope="module")
def spec(request):
    """The specification of a chart of its own table, made once: validating it is what takes time."""
    chart, table, options = CHARTS[request.param]
    return chart(table, title="a question?", **options).to_dict()


def leaves(spec: dict) -> list[dict]:
    """The layers of a specification that draw something."""
    nested = [child for kind in ("layer", "hconcat", "vconcat") for child in spec.get(kind, [])]
    return [leaf for child in nested for leaf in leaves(child)] if nested else [spec]


def words_on_axes(spec: dict) -> list:
    """Title of each position that a layer reads from a column; None where there is none."""
    encodings = [leaf.get("encoding", {}) for leaf in leaves(spec)]
    return [e[axis].get("title") for e in encodings for axis in ("x", "y") if "field" in e.get(axis, {})]


VEGA_LITE = alt.SCHEMA_VERSION.removeprefix("v").rpartition(".")[0]


def remarks(spec: dict, capfd) -> str:
    """What Vega-Lite has to remark while it compiles the specification."""
    assert vl_convert.vegalite_to_vega(spec, vl_version=VEGA_LITE, show_warnings=True)["marks"]
    return capfd.readouterr().err


@pytest.mark.parametrize("columns", ["with its columns", "with columns of no type", "without any"])
def test_an_empty_table_gives_an_empty_chart(case, columns, capfd):
    """Nothing measured yet: a chart without marks, not an exception, and nothing for the renderer to remark."""
    chart, table, options = case
    of_no_type = pd.DataFrame(columns=list(table.columns))
    empty = {"with its columns": table.iloc[:0], "with columns of no type": of_no_type}.get(columns, pd.DataFrame())
    assert remarks(chart(empty, title="nothing yet", **options).to_dict(), capfd) == ""


def test_a_renderer_finds_nothing_to_remark(spec, capfd):
    """The specification is valid, compiles without a warning and can be drawn."""
    assert remarks(spec, capfd) == ""
    assert vl_convert.vegalite_to_svg(spec, vl_version=VEGA_LITE).startswith("<svg")


def test_a_remark_would_be_seen(capfd):
    """A shape on words, which have none, is remarked on: silence above means something."""
    words = alt.Chart(BINS).mark_text().encode(x="lower:Q", shape="method:N")
    assert "shape dropped" in remarks(words.to_dict(), capfd)


def test_every_axis_has_a_title(spec):
    """Each axis that shows a column says what it shows; a diagonal shares its axes with titled layers."""
    titles = words_on_axes(spec)
    assert len(titles) >= 2
    assert all(titles)


def test_a_chart_is_described_and_titled(spec):
    """There is a title, and an alternative text that says more than the title."""
    title = spec["title"]
    assert (title if isinstance(title, str) else title["text"]) == "a question?"
    assert len(spec["description"].split()) >= 10


def test_every_chart_answers_the_pointer(spec):
    """At least one layer has a tooltip."""
    assert any("tooltip" in leaf.get("encoding", {}) for leaf in leaves(spec))


def test_the_words_can_be_read_on_any_background(spec):
    """Axis, legend and title wear the neutral grey, and the background is the page's own."""
    config = spec["config"]
    assert config["background"] == "transparent"
    assert {config["axis"]["labelColor"], config["legend"]["labelColor"], config["title"]["color"]} == {TEXT}


def test_the_words_of_an_axis_end_with_it_on_a_narrow_page():
    """Of a panel of 123 pixels, as four beside each other have at 1,000: the words under it lie within the picture."""
    spec = convergence_chart(STEPS, title="?").to_dict()
    panel = spec["hconcat"][0] | {"width": 123, "height": 260, "autosize": {"type": "fit", "contains": "padding"}}
    panel |= {name: spec[name] for name in ("config", "datasets")} | {"$schema": spec["$schema"]}
    [words] = re.findall(r"<text ([^>]*)>passes \(log scale\)", vl_convert.vegalite_to_svg(panel, vl_version=VEGA_LITE))
    assert 'text-anchor="end"' in words


def test_the_table_is_left_as_it_was(case):
    """Drawing changes nothing in the caller's table."""
    chart, table, options = case
    before = table.copy(deep=True)
    chart(table, title="a question?", **options)
    pd.testing.assert_frame_equal(table, before)


def test_missing_limits_and_verdicts_are_survived(case, capfd):
    """Without limits, regimes and verdicts what is known is still drawn."""
    chart, table, options = case
    bare = table.assign(**{name: np.nan for name in LIMITS if name in table})
    assert remarks(chart(bare, title="a question?", **options).to_dict(), capfd) == ""

"""What a person sees of a sweep in the MLflow UI, by the links we print."""

import re
from pathlib import Path

import pytest
from mlflow import MlflowClient

from regtrack import names
from regtrack.tracking import links, shared_view

WAIT = 180_000  # milliseconds
DRAWN = """([runs, bars, lines]) => {
    const charts = [...document.querySelectorAll(".js-plotly-plot")];
    const shows = (kind, charts) => charts.filter(one => one.querySelectorAll(kind).length >= runs).length;
    return shows(".barlayer .bars .point", charts.slice(0, bars)) === bars
        && shows(".scatterlayer .trace", charts.slice(bars, bars + lines)) === lines;
}"""
"""The first charts are bars, the next lines, each with that many runs."""


def test_the_printed_chart_link_opens_on_accuracy_and_curves_of_every_variant(page, demo, mlflow_ui):
    """The stored view: first test accuracy, NLL and gap as bars, then the learning curves, of all eleven variants."""
    [printed] = [line.strip() for line in demo.output.splitlines() if "viewStateShareKey" in line]
    page.set_viewport_size({"width": 1500, "height": 1800})  # the UI draws only what is in sight
    page.goto(printed.replace(links.DEFAULT_UI, mlflow_ui))
    page.get_by_text("11 matching runs").wait_for(timeout=WAIT)
    page.wait_for_function(DRAWN, arg=[11, len(shared_view.BARS), len(shared_view.LINES)], timeout=WAIT)
    text = page.locator("body").inner_text()
    places = [text.index(f"\n{name}\n") for name in (shared_view.FIRST, *shared_view.BARS, *shared_view.LINES)]
    assert places == sorted(places)


@pytest.mark.long
def test_the_plain_chart_link_shows_lines_and_bars_of_the_variants_at_once(page, demo, mlflow_ui):
    """Where no view is stored: charts of one seed of each variant, bars of test/, lines of train/ and val/."""
    page.goto(links.chart_link(mlflow_ui, demo.experiment_id, demo.sweep_id, seed=0))
    for name in ("baseline seed 0", "l2=0.01 seed 0", "batch_norm seed 0"):
        page.get_by_text(name).first.wait_for(timeout=WAIT)
    assert page.get_by_text("baseline seed 1").count() == 0
    page.get_by_text("cost/fit_seconds", exact=True).first.wait_for(timeout=WAIT)
    bars = page.locator(".js-plotly-plot .barlayer .bars .point")
    bars.first.wait_for(state="attached", timeout=WAIT)
    assert bars.count() > 1
    search = page.get_by_placeholder("Search metric charts")
    search.fill("val/accuracy")
    page.get_by_text("val/accuracy", exact=True).first.wait_for(timeout=WAIT)
    lines = page.locator(".js-plotly-plot .scatterlayer .trace")
    lines.first.wait_for(state="attached", timeout=WAIT)
    assert lines.count() > 1


@pytest.mark.long
def test_the_compare_view_has_numeric_axes(page, demo, mlflow_ui):
    """Several trials side by side: parallel coordinates open, and l2 and dropout_rate are axes of numbers."""
    client = MlflowClient(demo.uri)
    runs = client.search_runs([demo.experiment_id], links.sweep_filter(demo.sweep_id) + " and params.seed = '0'")
    page.goto(links.compare_link(mlflow_ui, demo.experiment_id, [run.info.run_id for run in runs]))
    axes = page.locator(".parcoords .y-axis")
    axes.first.wait_for(state="attached", timeout=WAIT)
    ticks = {}
    for i in range(axes.count()):
        [name] = axes.nth(i).locator(".axis-title").all_text_contents()
        ticks[name] = [text for text in axes.nth(i).locator(".tick text").all_text_contents() if text.strip()]
    for name in ("batch_norm", "dropout_rate", "train/accuracy"):  # how many there are is for the UI to choose
        numbers = [float(text.replace("−", "-")) for text in ticks[name]]
        assert len(numbers) >= 2, ticks
        assert numbers == sorted(numbers)


@pytest.mark.long
def test_the_printed_link_opens_the_report(page, demo, mlflow_ui):
    """In the artifact viewer's frame: the printed answer as heading, every chart drawn, no error and no stranger asked.

    What MLflow's own page logs (a 404 of its server) is its own.
    """
    messages = []
    page.on("console", lambda message: messages.append(message))
    [printed] = [line.strip() for line in demo.output.splitlines() if names.REPORT in line]
    page.goto(printed.replace(links.DEFAULT_UI, mlflow_ui))
    frame = page.frame_locator("iframe")
    frame.locator("body[data-drawn]").wait_for(timeout=WAIT)
    heading = frame.locator("h1").inner_text()
    assert heading.endswith(".")
    assert heading in " ".join(demo.output.split())  # broken at blanks, to the terminal's width
    stored = Path(MlflowClient(demo.uri).get_run(demo.sweep_id).info.artifact_uri.removeprefix("file://"), names.REPORT)
    charts = len(re.findall('<div class="chart"', stored.read_text(encoding="utf-8")))
    assert charts >= 5
    assert frame.locator(".chart[data-drawn=yes] svg.marks").count() == charts
    assert frame.locator("#reproduce-title").is_visible()
    assert [url for url in page.asked if not url.startswith((mlflow_ui, "data:", "blob:", "about:"))] == []
    ours = [message for message in messages if not message.location["url"].startswith(mlflow_ui)]
    assert [message.text for message in ours if message.type == "error"] == []
    assert page.frames[-1].url.startswith("blob:")

"""What a person sees of a sweep in the MLflow UI, by the links we print."""

from mlflow import MlflowClient

from regtrack.tracking import links

WAIT = 60_000  # milliseconds


def test_the_chart_view_shows_lines_and_bars_of_the_variants_at_once(page, demo, mlflow_ui):
    """The printed link opens charts of one seed of each variant: bars of test/, lines of train/ and val/."""
    page.goto(links.chart_link(mlflow_ui, demo.experiment_id, demo.sweep_id, seed=0))
    page.get_by_text("11 matching runs").wait_for(timeout=WAIT)
    for name in ("baseline seed 0", "l2=0.01 seed 0", "batch_norm seed 0"):
        page.get_by_text(name).first.wait_for(timeout=WAIT)
    page.get_by_text("cost/fit_seconds", exact=True).first.wait_for(timeout=WAIT)
    bars = page.locator(".js-plotly-plot .barlayer .bars .point")
    bars.first.wait_for(state="attached", timeout=WAIT)
    assert bars.count() >= 10
    search = page.get_by_placeholder("Search metric charts")
    search.fill("val/accuracy")
    page.get_by_text("val/accuracy", exact=True).first.wait_for(timeout=WAIT)
    lines = page.locator(".js-plotly-plot .scatterlayer .trace")
    lines.first.wait_for(state="attached", timeout=WAIT)
    assert lines.count() >= 10


def test_the_compare_view_has_numeric_axes(page, demo, mlflow_ui):
    """Several trials side by side: parallel coordinates open, and l2 and dropout_rate are axes of numbers."""
    client = MlflowClient(demo.uri)
    runs = client.search_runs([demo.experiment_id], links.sweep_filter(demo.sweep_id) + " and params.seed = '0'")
    page.goto(links.compare_link(mlflow_ui, demo.experiment_id, [run.info.run_id for run in runs]))
    page.get_by_text("Parallel Coordinates Plot").first.wait_for(timeout=WAIT)
    axes = page.locator(".parcoords .axis-title, .parcoords text.axis-title")
    axes.first.wait_for(state="attached", timeout=WAIT)
    ticks = page.locator(".parcoords .axis .tick text")
    ticks.first.wait_for(state="attached", timeout=WAIT)
    texts = [text for text in ticks.all_text_contents() if text.strip()]
    assert texts
    assert all(
        text.replace("−", "-").replace(",", "").rstrip("kMµm").replace(".", "").lstrip("-").isdigit() for text in texts
    )

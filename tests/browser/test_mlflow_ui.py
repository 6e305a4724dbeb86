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
    axes = page.locator(".parcoords .y-axis")
    axes.first.wait_for(state="attached", timeout=WAIT)
    ticks = {}
    for i in range(axes.count()):
        [name] = axes.nth(i).locator(".axis-title").all_text_contents()
        ticks[name] = [text for text in axes.nth(i).locator(".tick text").all_text_contents() if text.strip()]
    for name in ("batch_norm", "dropout_rate", "train/accuracy"):
        numbers = [float(text.replace("−", "-")) for text in ticks[name]]
        assert len(numbers) >= 5, ticks
        assert numbers == sorted(numbers)

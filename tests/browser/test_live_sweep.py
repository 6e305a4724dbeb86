"""A real sweep watched in a real browser."""

import subprocess
import sys

import pytest
from support.project import ROOT, project_environment

pytestmark = pytest.mark.long
GRID = """
settings: {dataset: digits, train_size: 100, epochs: 200, n_passes: 5}
seeds: 1
variants:
  - {learning_rate: 1.0e+30}
  - {}
  - {l2: 0.001, epochs: 6000}
"""
"""A trial that fails at once, one that ends at once, and one that takes long enough to be watched."""
LONG = 600_000  # milliseconds: the sweep shares the processor with the browser, and with whatever else runs
LINE = "[data-testid=stVegaLiteChart] svg.marks .mark-line path"


@pytest.fixture
def start_sweep(store, tmp_path):
    """Start `python pipelines/sweep.py` on GRID in the store; ended with the test, whatever happens."""
    (tmp_path / "grid.yaml").write_text(GRID)
    started = []

    def start() -> None:
        command = [sys.executable, "pipelines/sweep.py", "--grid", str(tmp_path / "grid.yaml"), "--workers", "1"]
        with open(tmp_path / "output.txt", "w") as output:
            started.append(
                subprocess.Popen(
                    command,
                    cwd=ROOT,
                    env=project_environment(store.tracking_uri, MLFLOW_EXPERIMENT_NAME="tests"),
                    stdout=output,
                    stderr=subprocess.STDOUT,
                )
            )

    yield start
    for process in started:
        process.terminate()
        process.wait(timeout=30)


def test_a_sweep_is_watched_from_before_it_begins_until_it_has_ended(tab_on, serve, store, start_sweep):
    """In a page that is never loaded again a sweep appears, trials end, one with its reason, a curve grows, all ends."""
    tab = tab_on(serve.dashboard(store.tracking_uri))
    page, loads = tab.page, []
    page.on("request", lambda request: loads.append(request.url) if request.is_navigation_request() else None)
    tab.open("progress")
    tab.see("has no sweep yet")

    start_sweep()
    tab.see("Failed trials", within=LONG)
    reason = page.locator("[data-testid=stDataFrame] td", has_text="became non-finite in epoch 1; lower learning_rate")
    reason.wait_for(state="attached")
    tab.see("1 of 3", within=LONG)
    tab.see("Best so far: baseline has the lowest validation error")
    line = page.locator(LINE).first
    line.wait_for(state="attached")
    page.wait_for_function(
        "([line, now]) => (document.querySelector(line)?.getAttribute('d') ?? now).length > now.length",
        arg=[LINE, line.get_attribute("d")],
    )
    save = page.locator("button[aria-label^='Download as PNG']")
    save.first.wait_for(state="attached")  # it comes once the chart stands
    assert save.count() == 1

    tab.see("No sweep is running", within=LONG)
    tab.see("2 of 3")
    tab.see("Failed trials")
    assert loads == [f"{tab.base}/progress?"]
    assert page.get_by_test_id("stException").count() == 0
    assert tab.errors == []
    assert tab.strangers == []

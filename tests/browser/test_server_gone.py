"""The store is an MLflow server, and the server goes while its dashboard is looked at."""

import os

import pytest

pytestmark = pytest.mark.long  # the words of a store that has gone: tests/dashboard/reading/test_store.py
TITLES = {
    "Sweep in progress": "How far is the sweep?",
    "Overview": "Which regularizer?",
    "Confident but wrong": "Confident but wrong",
}
"""Pages by what their link says. The first looks again by itself; the others are read when they are opened."""


@pytest.fixture
def mlflow_server(demo_copy, serve, tmp_path) -> str:
    """The demo's runs behind HTTP."""
    command = ["mlflow", "server", "--backend-store-uri", demo_copy, "--host", "127.0.0.1", "--port", "{port}",
               "--workers", "1", "--artifacts-destination", str(tmp_path / "artifacts")]  # fmt: skip
    return serve(command, environment={**os.environ}, health="/health", cwd=tmp_path)


def test_a_server_that_goes_is_said_in_words(tab_on, serve, demo, mlflow_server):
    """The leaderboard is read through the server; when it has gone every page says so and what to do, and raises nothing."""
    tab = tab_on(serve.dashboard(mlflow_server))
    tab.open(sweep=demo.sweep_id)
    best = tab.page.get_by_test_id("glide-cell-1-0").first
    best.wait_for(state="attached")
    assert best.text_content() in tab.page.locator("h4").first.inner_text()
    assert tab.errors == []

    serve.stop(mlflow_server)
    for link, title in TITLES.items():
        tab.page.get_by_role("link", name=link, exact=True).click()
        tab.page.get_by_role("heading", name=title, exact=True).wait_for()
        tab.see(f"tracking store {mlflow_server} does not answer any more")
        tab.see("look whether it is still there, then load this page again")
        tab.at_rest()
        assert tab.page.get_by_test_id("stException").count() == 0
        assert "Traceback" not in tab.page.locator("body").inner_text()
    assert tab.strangers == []

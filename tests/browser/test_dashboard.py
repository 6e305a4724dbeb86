"""The dashboard in a real browser."""

import os
from urllib.parse import parse_qs, urlsplit

import pandas as pd
import pytest
from mlflow import MlflowClient

from regtrack import names
from regtrack.tracking.artifacts import read_table

WAIT = 15_000  # milliseconds
CHART = "[data-testid=stVegaLiteChart] svg.marks"


def query(page) -> dict[str, list[str]]:
    return parse_qs(urlsplit(page.url).query)


def click_a_point(page) -> None:
    """The first mark of the first chart, once the page has come to rest."""
    point = page.locator(f"{CHART} .mark-symbol.role-mark path").first
    point.wait_for(timeout=WAIT)
    page.wait_for_timeout(2000)
    box = point.bounding_box()
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)


def errors_of(page) -> list[str]:
    """Streamlit asks for two files of its own below each page's address first, and then at the root."""
    return [text for text in page.console_errors if "404" not in text]


def foreign(page, dashboard) -> list[str]:
    ours = (dashboard, dashboard.replace("http", "ws", 1), "data:", "blob:")
    return [url for url in page.asked if not url.startswith(ours)]


def test_the_page_opens_with_chart_and_table_and_asks_nobody_else(page, demo, dashboard):
    """Sentence, chart and table appear; no console error, and no request leaves the machine."""
    page.goto(dashboard)
    page.locator("h4").first.wait_for(timeout=WAIT)
    page.locator(CHART).first.wait_for(timeout=WAIT)
    page.locator("[data-testid=stDataFrame]").first.wait_for(timeout=WAIT)
    assert foreign(page, dashboard) == []
    assert page.console_errors == []


def test_a_link_names_its_sweep(page, demo, dashboard):
    """The sweep's id in the address selects it, and the menu keeps it."""
    page.goto(f"{dashboard}/?sweep={demo.sweep_id}")
    chosen = page.locator("[data-testid=stSelectbox]")
    chosen.get_by_text(demo.sweep_id[:8]).or_(chosen.locator(f"input[value*='{demo.sweep_id[:8]}']")).first.wait_for(
        timeout=WAIT
    )
    page.get_by_role("link", name="Fitting regimes").click()
    page.get_by_text("at the last epoch:").wait_for(timeout=WAIT)
    assert query(page)["sweep"] == [demo.sweep_id]


def test_a_click_on_a_point_shows_its_evidence_and_back_undoes_it(page, demo, dashboard):
    """The variant is in the address, its evidence on the page; back takes both away; the same point works again."""
    page.goto(f"{dashboard}/fitting_regimes?sweep={demo.sweep_id}")
    page.get_by_text("Response to one regularizer").wait_for(timeout=WAIT)
    before = page.url
    click_a_point(page)
    page.get_by_text("Evidence: why this regime").wait_for(timeout=WAIT)
    [variant] = query(page)["variant"]
    page.get_by_role("heading", name=variant, exact=True).wait_for(timeout=WAIT)
    after = page.url
    page.go_back()
    page.get_by_text("Evidence: why this regime").wait_for(state="detached", timeout=WAIT)
    assert page.url == before
    click_a_point(page)
    page.get_by_text("Evidence: why this regime").wait_for(timeout=WAIT)
    assert page.url == after
    assert foreign(page, dashboard) == []
    assert errors_of(page) == []


def test_a_deep_link_opens_the_same_view(page, demo, dashboard):
    """Variant, epoch and measure of a copied address stand on the page that it opens."""
    page.goto(
        f"{dashboard}/fitting_regimes?sweep={demo.sweep_id}&variant=batch_norm&epoch=kept&measure=cross_entropy&log=yes"
    )
    page.get_by_text("Evidence: why this regime").wait_for(timeout=WAIT)
    page.get_by_role("heading", name="batch_norm", exact=True).wait_for(timeout=WAIT)
    box = page.locator("[data-testid=stSelectbox]", has_text="Errors and regimes at")
    box.get_by_text("the selected epoch").or_(box.locator("input[value='the selected epoch']")).first.wait_for(
        timeout=WAIT
    )
    page.locator("svg.marks text", has_text="cross-entropy (nats), log scale").first.wait_for(timeout=WAIT)
    assert errors_of(page) == []


def test_ticked_rows_stand_in_the_address_and_back_unticks_them(page, demo, dashboard):
    """The first row's box: its variant in the address, a link to its curves that carries it, and back."""
    page.goto(f"{dashboard}/?sweep={demo.sweep_id}")
    table = page.locator("[data-testid=stDataFrame]").first
    table.locator("canvas").first.wait_for(state="attached", timeout=WAIT)
    page.wait_for_timeout(1500)  # the grid listens a little after it is painted
    box = table.bounding_box()
    page.mouse.click(box["x"] + 18, box["y"] + 54)
    page.get_by_role("link", name="Learning curves of the chosen").wait_for(timeout=WAIT)
    [variant] = query(page)["rows"]
    assert variant == stored_board(demo)["variant"].iloc[0]
    page.go_back()
    page.get_by_text("Tick rows to compare them").wait_for(timeout=WAIT)
    assert "rows" not in query(page)


def stored_board(demo) -> pd.DataFrame:
    folder = MlflowClient(demo.uri).get_run(demo.sweep_id).info.artifact_uri.removeprefix("file://")
    return read_table(f"{folder}/{names.LEADERBOARD}", names.LEADERBOARD).to_pandas()


@pytest.mark.parametrize(("button", "read"), [("CSV", pd.read_csv), ("Parquet", pd.read_parquet)])
def test_the_leaderboard_can_be_taken_along(page, demo, dashboard, button, read):
    """What is downloaded has the names and the numbers of the store."""
    page.goto(f"{dashboard}/?sweep={demo.sweep_id}")
    page.get_by_role("button", name=button, exact=True).wait_for(timeout=WAIT)
    with page.expect_download(timeout=WAIT) as download:
        page.get_by_role("button", name=button, exact=True).click()
    pd.testing.assert_frame_equal(read(download.value.path()), stored_board(demo), check_dtype=False)


def test_a_running_sweep_grows_without_a_reload(page, serve, store):
    """One trial ends and a second begins while the page is looked at: both counts follow by themselves."""
    experiment = store.create_experiment("live")
    sweep = store.create_run(experiment, tags={names.ROLE: names.ROLE_SWEEP, names.TRIALS_PLANNED: "2"}).info.run_id
    store.set_tag(sweep, names.SWEEP_ID, sweep)
    command = ["streamlit", "run", "dashboard/app.py", "--server.port", "{port}"]
    base = serve(
        command, environment={**os.environ, "MLFLOW_TRACKING_URI": store.tracking_uri}, health="/_stcore/health"
    )
    page.goto(f"{base}/progress")
    page.get_by_text("0 of 2").wait_for(timeout=WAIT)
    tags = {names.ROLE: names.ROLE_TRIAL, names.SWEEP_ID: sweep, names.VARIANT: "baseline", names.TRIAL_KEY: "a"}
    trial = store.create_run(experiment, tags=tags).info.run_id
    store.log_param(trial, names.SEED, 0)
    page.get_by_text("None has logged an epoch yet").wait_for(timeout=WAIT)
    for epoch in (1, 2):
        for name in (names.TRAIN_ACCURACY, names.VAL_ACCURACY):
            store.log_metric(trial, name, 0.4 + 0.1 * epoch, step=epoch)
    page.locator(CHART).first.wait_for(timeout=WAIT)
    store.set_tag(trial, names.FAILURE, "loss is nan")
    store.set_terminated(trial, "FAILED")
    page.get_by_text("Failed trials").wait_for(timeout=WAIT)
    store.set_terminated(sweep, "FAILED")
    page.get_by_text("No sweep is running").wait_for(timeout=WAIT)
    assert errors_of(page) == []

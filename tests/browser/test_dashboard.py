"""The dashboard in a real browser: pages, links, points, rows and downloads."""

import pandas as pd
import pytest
from mlflow import MlflowClient
from showing.leaderboard_columns import shown_first

from regtrack import names
from regtrack.tracking.artifacts import read_table

CHART = "[data-testid=stVegaLiteChart] svg.marks"
EVIDENCE = "Evidence: why this regime"


def test_the_page_opens_with_chart_and_table_and_asks_nobody_else(tab):
    """Sentence, chart and table appear; nothing is refused, no console error, and no request leaves the machine."""
    tab.open()
    for element in ("h4", CHART, "[data-testid=stDataFrame]"):
        assert tab.page.locator(element).first.is_visible(), element
    assert tab.strangers == []
    assert tab.errors == []


def test_answer_and_leaderboard_stand_above_the_fold(tab):
    """On a screen of 1400 x 900 both are seen whole without scrolling, the demo's eleven rows too."""
    tab.page.set_viewport_size({"width": 1400, "height": 900})
    tab.open()
    for element in ("h4", "[data-testid=stDataFrame]"):
        box = tab.page.locator(element).first.bounding_box()
        assert box["y"] > 0
        assert box["y"] + box["height"] <= 900, element
    assert tab.page.get_by_role("link", name="Overview").bounding_box()["y"] > 0


def test_difference_and_verdict_are_in_sight_at_1000_pixels(tab, demo):
    """The table offers to assistive technology the columns that are in sight: those it has before it scrolls sideways."""
    tab.page.set_viewport_size({"width": 1000, "height": 900})
    tab.open()
    columns = tab.page.locator("[data-testid=stDataFrame] [role=columnheader]")
    columns.first.wait_for(state="attached")
    shown = columns.all_text_contents()
    assert shown[:4] == ["variant", "fitting regime", "from baseline (points)", "verdict"]
    assert len(shown) < len(shown_first(stored_board(demo))) + 1, "all columns: nothing is told of what is in sight"


@pytest.mark.long
def test_a_link_names_its_sweep(tab, demo):
    """The sweep's id in the address selects it, and the menu keeps it."""
    tab.open(sweep=demo.sweep_id)
    chosen = tab.page.locator("[data-testid=stSelectbox]")
    value = f"input[value*='{demo.sweep_id[:8]}']"
    assert chosen.get_by_text(demo.sweep_id[:8]).or_(chosen.locator(value)).first.is_visible()
    tab.page.get_by_role("link", name="Fitting regimes").click()
    tab.see("at the last epoch:")
    assert tab.query["sweep"] == [demo.sweep_id]


def test_a_click_on_a_point_shows_its_evidence_and_back_undoes_it(tab, demo):
    """The variant is in the address, its evidence on the page; back takes both away; the same point works again."""
    tab.open("fitting_regimes", sweep=demo.sweep_id)
    before = tab.page.url
    point = tab.page.locator(f"{CHART} .mark-symbol.role-mark path").first
    point.click()
    tab.see(EVIDENCE)
    [variant] = tab.query["variant"]
    tab.page.get_by_role("heading", name=variant, exact=True).wait_for()
    after = tab.page.url
    tab.page.go_back()
    tab.see(EVIDENCE, gone=True)
    assert tab.page.url == before
    tab.at_rest()
    point.click()
    tab.see(EVIDENCE)
    assert tab.page.url == after
    assert tab.strangers == []
    assert tab.errors == []


@pytest.mark.long
def test_a_deep_link_opens_the_same_view(tab, demo):
    """Variant, epoch and measure of a copied address stand on the page that it opens."""
    query = {"variant": "batch_norm", "epoch": "kept", "measure": "cross_entropy", "log": "yes"}
    tab.open("fitting_regimes", sweep=demo.sweep_id, **query)
    tab.see(EVIDENCE)
    assert tab.page.get_by_role("heading", name="batch_norm", exact=True).is_visible()
    box = tab.page.locator("[data-testid=stSelectbox]", has_text="Errors and regimes at")
    chosen = box.get_by_text("the selected epoch").or_(box.locator("input[value='the selected epoch']"))
    assert chosen.first.is_visible()
    assert tab.page.locator("svg.marks text", has_text="cross-entropy (nats), log scale").count()
    assert tab.errors == []


def test_ticked_rows_stand_in_the_address_and_back_unticks_them(tab, demo):
    """The first row's box: its variant in the address, a link to its curves that carries it, and back."""
    tab.open(sweep=demo.sweep_id)
    table = tab.page.locator("[data-testid=stDataFrame]").first
    first = table.get_by_test_id("glide-cell-1-0")
    first.wait_for(state="attached")  # painted, and it listens
    first.focus()
    tab.page.keyboard.press("Shift+Space")  # ticks its row: where its box is drawn is the table's own affair
    tab.page.get_by_role("link", name="Learning curves of the chosen").wait_for()
    [variant] = tab.query["rows"]
    assert variant == stored_board(demo)["variant"].iloc[0]
    tab.page.go_back()
    tab.see("Tick rows to compare them")
    assert "rows" not in tab.query


def stored_board(demo) -> pd.DataFrame:
    folder = MlflowClient(demo.uri).get_run(demo.sweep_id).info.artifact_uri.removeprefix("file://")
    return read_table(f"{folder}/{names.LEADERBOARD}", names.LEADERBOARD).to_pandas()


@pytest.mark.parametrize(
    ("button", "read"), [("CSV", pd.read_csv), pytest.param("Parquet", pd.read_parquet, marks=pytest.mark.long)]
)
def test_the_leaderboard_can_be_taken_along(tab, demo, button, read):
    """What is downloaded has the names and the numbers of the store."""
    tab.open(sweep=demo.sweep_id)
    with tab.page.expect_download() as download:
        tab.page.get_by_role("button", name=button, exact=True).click()
    pd.testing.assert_frame_equal(read(download.value.path()), stored_board(demo), check_dtype=False)

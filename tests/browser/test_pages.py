"""Every page in a real browser: it fits a narrow window, and each of its charts can be saved as a picture."""

from io import BytesIO
from pathlib import Path

import pytest
from pages import VIEWS
from PIL import Image

NARROW = {"width": 1000, "height": 1300}
SAVE = "button[aria-label^='Download as PNG']"
CHART = "[data-testid=stVegaLiteChart]"
ONE_VARIANT = "fitting_regimes with one variant"
ONE_EXAMPLE = "confident_but_wrong with one example"
PAGES = {
    **{view: {} for view in VIEWS},
    ONE_VARIANT: {"variant": "batch_norm"},
    ONE_EXAMPLE: {},
}
AGAIN = (ONE_VARIANT, ONE_EXAMPLE)
"""A page once more, with what is chosen on it."""
WITHOUT_CHART = {"progress"}
"""Of a sweep that has ended; test_live_sweep sees the charts of one that runs."""
TOO_WIDE = """() => {
    const main = document.querySelector("[data-testid=stMain]");
    const body = document.scrollingElement;
    return [body.scrollWidth - innerWidth, main.scrollWidth - main.clientWidth];
}"""
CUT_OFF = """() => [...document.querySelectorAll("[data-testid=stVegaLiteChart] svg.marks")].flatMap(svg => {
    const edge = svg.getBoundingClientRect();
    return [...svg.querySelectorAll("text")].filter(text => {
        const box = text.getBoundingClientRect();
        return box.width && (box.right > edge.right + 4 || box.left < edge.left - 4 || box.bottom > edge.bottom + 4);
    }).map(text => text.textContent);
})"""
"""Words of charts that stand beyond their picture, where nobody sees them; 4 pixels are the air around a letter."""


@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=pytest.mark.long) if name in AGAIN else name for name in PAGES]
)
def test_a_page_fits_and_its_charts_can_be_saved(tab, demo, surest_error, name):
    """At 1000 px nothing scrolls sideways or is cut off; each chart offers a PNG, and the first one's is its picture."""
    tab.page.set_viewport_size(NARROW)
    view, query = name.split()[0], PAGES[name]
    if name == ONE_EXAMPLE:
        query = {"example": surest_error["example_id"]}
    tab.open("" if view == "overview" else view, sweep=demo.sweep_id, **query)
    assert max(tab.page.evaluate(TOO_WIDE)) <= 0
    assert tab.page.evaluate(CUT_OFF) == []
    charts = tab.page.locator(CHART).locator("visible=true")
    assert charts.count() == tab.page.locator(SAVE).locator("visible=true").count()
    if view not in WITHOUT_CHART:
        charts.first.evaluate("chart => chart.scrollIntoView({block: 'center'})")  # its buttons stand above it
        charts.first.hover()
        save = tab.page.locator(SAVE).first
        with tab.page.expect_download() as download:
            save.press("Enter")  # the mouse may meet what lies under a button that only shows on hovering
        picture = Image.open(BytesIO(Path(download.value.path()).read_bytes()))
        assert picture.format == "PNG"
        assert len(picture.convert("RGB").getcolors(maxcolors=1 << 24)) > 2
        box = charts.first.locator("svg").bounding_box()
        assert picture.width / picture.height == pytest.approx(box["width"] / box["height"], rel=0.02)
    assert tab.errors == []
    assert tab.strangers == []

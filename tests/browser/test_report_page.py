"""The report in a real browser: from disk, and in the frame of MLflow's artifact viewer."""

import altair as alt
import numpy as np
import pandas as pd
import pytest

from regtrack import names
from regtrack.report import sections
from regtrack.report.render import render_report
from regtrack.report.report import ConfidentError, Figure, Report, Reproduce

WAIT = 180_000  # milliseconds
HOSTILE = "<img src=x onerror=alert(1)>"
FRAME = """html => {
    const frame = document.createElement("iframe");
    frame.sandbox = "allow-scripts";
    frame.style = "width: 1000px; height: 800px";
    frame.src = URL.createObjectURL(new Blob([html], {type: "text/html"}));
    document.body.append(frame);
}"""
"""What MLflow's artifact viewer does with an HTML file."""


@pytest.fixture(scope="module")
def html():
    """A page with charts, one of which would load its data from elsewhere, an image, code and a hostile name."""
    data = pd.DataFrame({"x": [1.0, 2.0], "variant": ["baseline", HOSTILE]})
    chart = alt.Chart(data, title="Which?").mark_point().encode(x="x:Q", y="variant:N", tooltip="variant:N")
    caption = "n = 2, one seed, no interval."
    board = pd.DataFrame([{"variant": HOSTILE, "fitting_regime": names.OVERFIT}])
    return render_report(
        Report(
            title="A sweep",
            answer="baseline wins",
            leaderboard=board,
            figures=[Figure(section, chart, caption, "Which?") for section in sections.FIGURE_SECTIONS],
            errors=[ConfidentError(1, "a", "b", 0.99, image=np.eye(28, dtype=np.uint8) * 255)],
            reproduce=Reproduce(["mlflow run ."]),
        )
    )


@pytest.fixture
def on_disk(html, tmp_path):
    path = tmp_path / "index.html"
    path.write_text(html, encoding="utf-8")
    return path.as_uri()


def test_from_disk_it_draws_every_chart_and_asks_nobody(page, on_disk):
    """All charts are SVG with their words, hostile names are text, no error on the console, no request but the file."""
    page.goto(on_disk)
    page.wait_for_selector("body[data-drawn]", timeout=WAIT)
    assert page.locator(".chart[data-drawn=yes] svg.marks").count() == len(sections.FIGURE_SECTIONS)
    assert page.locator(".chart svg text", has_text=HOSTILE).count() == len(sections.FIGURE_SECTIONS)
    assert [url for url in page.asked if not url.startswith(("data:", "blob:")) and url != on_disk] == []
    assert page.console_errors == []
    size = page.locator(".card img").evaluate("image => [image.naturalWidth, image.getBoundingClientRect().width]")
    assert size == [28, 112]


def test_a_chart_downloads_as_svg_and_png(page, on_disk):
    """The menu offers both and nothing that leaves the page."""
    page.goto(on_disk)
    page.wait_for_selector("body[data-drawn]", timeout=WAIT)
    chart = page.locator("#figure-1 .chart")
    chart.locator("summary").click()
    links = chart.locator(".vega-actions a")
    assert links.all_inner_texts() == ["Save as SVG", "Save as PNG"]
    for words, name in (("Save as SVG", "figure-1.svg"), ("Save as PNG", "figure-1.png")):
        with page.expect_download(timeout=WAIT) as download:
            links.get_by_text(words).or_(chart.get_by_text(words)).first.click()
        assert download.value.suggested_filename == name
    assert page.console_errors == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_words_in_charts_have_contrast_in_both_schemes(page, on_disk, scheme):
    """Every axis title and label has 4.5:1 or more against the page, by WCAG's formula."""
    page.emulate_media(color_scheme=scheme)
    page.goto(on_disk)
    page.wait_for_selector("body[data-drawn]", timeout=WAIT)
    colors = page.evaluate(
        """() => [getComputedStyle(document.body).backgroundColor,
                  ...new Set([...document.querySelectorAll(".chart svg text, .note, nav a, figcaption")].map(
                      e => e.tagName == "text" ? getComputedStyle(e).fill : getComputedStyle(e).color))]"""
    )
    background, *words = (luminance(color) for color in colors)
    assert words
    assert min((max(w, background) + 0.05) / (min(w, background) + 0.05) for w in words) >= 4.5


def luminance(color: str) -> float:
    """Relative luminance (WCAG 2) of `rgb(r, g, b)`."""
    channels = [float(part) / 255 for part in color[color.index("(") + 1 : -1].split(",")[:3]]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return sum(weight * c for weight, c in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


@pytest.mark.parametrize("width", [800, 1000, 1920])
def test_no_width_makes_the_page_scroll_sideways(page, on_disk, width):
    """From a narrow window to a projector: tables and charts scroll in themselves."""
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(on_disk)
    page.wait_for_selector("body[data-drawn]", timeout=WAIT)
    assert page.evaluate("document.documentElement.scrollWidth") == width


def test_in_mlflows_sandboxed_frame_it_draws_and_says_what_the_frame_forbids(page, html):
    """allow-scripts and nothing else: charts are drawn, the note appears, contents lead, code can be had."""
    from playwright.sync_api import expect

    page.set_content("<html><body></body></html>")
    page.evaluate(FRAME, html)
    frame = page.frame_locator("iframe")
    frame.locator("body[data-drawn]").wait_for(timeout=WAIT)
    assert frame.locator(".chart svg.marks").count() == len(sections.FIGURE_SECTIONS)
    assert frame.locator(".framed").is_visible()
    frame.locator(".copy").first.click()
    frame.get_by_text("Copied").or_(frame.get_by_text("Selected: press Ctrl+C")).wait_for(timeout=WAIT)
    expect(frame.locator("h1")).not_to_be_in_viewport(timeout=WAIT)
    frame.get_by_role("link", name="Answer").click()
    expect(frame.locator("h1")).to_be_in_viewport(timeout=WAIT)
    frame.get_by_role("link", name="Reproduce").click()
    expect(frame.locator("#reproduce-title")).to_be_in_viewport(timeout=WAIT)
    assert page.console_errors == []
    assert [url for url in page.asked if not url.startswith(("data:", "blob:", "about:"))] == []


def test_a_spec_that_asks_for_an_address_gets_nothing(page, tmp_path):
    """The page's policy holds whatever a chart's spec says: no request leaves, and the page stands."""
    chart = alt.Chart(alt.UrlData("http://127.0.0.1:9/data.json", format=alt.JsonDataFormat())).mark_point()
    figure = Figure(sections.WIN, chart.encode(x="x:Q"), "n = 0.", "Which?")
    path = tmp_path / "index.html"
    path.write_text(render_report(Report(title="T", answer="A", figures=[figure])), encoding="utf-8")
    page.goto(path.as_uri())
    page.wait_for_selector("body[data-drawn]", timeout=WAIT)
    refused = [text for text in page.console_errors if "Content Security Policy" in text]
    assert refused
    assert page.locator("#reproduce-title").is_visible()

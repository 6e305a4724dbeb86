"""The dashboard in a real browser."""

WAIT = 60_000  # milliseconds


def test_the_page_opens_with_chart_and_table_and_asks_nobody_else(page, demo, dashboard):
    """Sentence, chart and table appear; no console error, and no request leaves the machine."""
    page.goto(dashboard)
    page.get_by_text("has the lowest validation error").wait_for(timeout=WAIT)
    page.locator("[data-testid=stVegaLiteChart] canvas, [data-testid=stVegaLiteChart] svg").first.wait_for(timeout=WAIT)
    page.locator("[data-testid=stDataFrame]").first.wait_for(timeout=WAIT)
    assert [url for url in page.asked if not url.startswith((dashboard, "data:", "blob:", "ws://127.0.0.1"))] == []
    assert page.console_errors == []


def test_a_link_names_its_sweep(page, demo, dashboard):
    """The sweep's id in the address selects it."""
    page.goto(f"{dashboard}/?sweep={demo.sweep_id}")
    chosen = page.locator("[data-testid=stSelectbox]")
    chosen.get_by_text(demo.sweep_id[:8]).or_(chosen.locator(f"input[value*='{demo.sweep_id[:8]}']")).first.wait_for(
        timeout=WAIT
    )
    page.get_by_text("has the lowest validation error").wait_for(timeout=WAIT)

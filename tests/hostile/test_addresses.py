"""A page opened by an address that somebody else made: whatever its query asks for, the page is shown and runs nothing."""

import os

from pages import VIEWS
from support.hostile import Hostile
from support.pages import open_page, words_of

PAGES = max(len(VIEWS), int(os.environ.get("REGTRACK_FUZZ_CASES", "0")) // 100)
NAMES = ("sweep", "a", "b", "agree", "audit_page", "columns", "epoch", "example", "find", "held", "kind", "log", "mark", "measure",
         "method", "network", "of", "page", "param", "regime", "response", "seed", "seed_a", "seed_b", "sort", "technique",
         "threshold", "variant", "what", "x")  # fmt: skip
"""What the views read of their address."""


def test_any_address_shows_a_page(store):
    """Each view in turn, asked for things that are not there, too long, or markup: no exception, and no HTML of the address's own."""
    for seed in range(PAGES):
        hostile, view = Hostile(seed), list(VIEWS)[seed % len(VIEWS)]
        asked = hostile.rng.sample(NAMES[1:], 12) + ["sweep"] * (hostile.rng.random() < 0.2)
        app = open_page(view, **{name: hostile.text() for name in asked})
        assert not app.exception, f"seed {seed}, {view}: {app.exception[0].message}"
        assert words_of(app)
        html = [element.proto for element in app.get("markdown") if element.proto.allow_html]
        assert not any("<script" in one.body or "onerror" in one.body for one in html), f"seed {seed}"

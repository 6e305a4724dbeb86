"""Where the seeds went, on the pages: while it runs and after, nothing of other sweeps, and a tag that was changed."""

import pytest
import streamlit as st

from regtrack import names
from regtrack.diagnosis.allocation.record import Allocation
from regtrack.diagnosis.allocation.steps import Confirm, Pursue
from regtrack.variants import Grid, Variant
from regtrack.variants.seed_budget import SeedBudget

VARIANTS = (Variant(), Variant(l2=0.001), Variant(l2=0.01), Variant(l2=0.1))
PURSUING = Allocation(3).after(Pursue(("l2=0.001", "l2=0.01"), 2))


@pytest.fixture(autouse=True)
def _read_anew():
    """A cached read of another test's store is none of this one's."""
    st.cache_data.clear()


@pytest.fixture
def allocated(half_done, store):
    """half_done with a grid whose seeds are spent where they decide: allocated(allocation) writes what was decided."""
    uri, sweep_id = half_done
    grid = Grid(VARIANTS, (0,)).with_budget(SeedBudget(3, 40))
    store.log_text(sweep_id, grid.to_yaml(), names.GRID)

    def decided(text: str) -> str:
        store.set_tag(sweep_id, names.ALLOCATION, text)
        return uri

    return decided


def test_a_running_sweep_says_who_is_pursued(allocated, open_view, words):
    """On the page of its progress and on the overview alike, unfolded."""
    uri = allocated(PURSUING.to_text())
    for view in ("progress", "overview"):
        app = open_view(uri, view)
        assert not app.exception
        assert "l2=0.001 and l2=0.01 could not be told apart on validation and were pursued, up to 5 seeds." in words(
            app
        )
        [table] = [frame.value for frame in app.dataframe if "stage" in frame.value]
        assert table[["variant", "stage", "explored"]].to_numpy().tolist() == [
            ["l2=0.001", "pursued", 1], ["l2=0.01", "pursued", 0], ["baseline", "not pursued", 1], ["l2=0.1", "not pursued", 0],
        ]  # fmt: skip


def test_a_frozen_choice_and_its_cost_are_told(allocated, open_view, words):
    """With what a fixed design would have taken."""
    app = open_view(allocated(PURSUING.after(Confirm("l2=0.001", 12)).to_text()), "overview")
    text = words(app)
    assert (
        "l2=0.001 was chosen on validation before test was read; 12 fresh seeds each of it and of baseline alone"
        in text
    )
    assert (
        "a fixed design with as narrow an interval would have taken about 18 seeds of each variant, 72 trials" in text
    )


def test_of_a_sweep_with_seeds_of_its_own_nothing_is_said(half_done, open_view, words):
    """Neither words nor a table."""
    app = open_view(half_done[0], "overview")
    assert "pursued" not in words(app)
    assert not any("stage" in frame.value for frame in app.dataframe)


def test_a_tag_that_was_changed_is_told_and_the_page_stands(allocated, open_view, words):
    """What is there instead is shown, harmless."""
    app = open_view(allocated("<img src=x>"), "overview")
    assert not app.exception
    assert "Where the seeds went cannot be told: expected an allocation" in words(app)
    assert "Best so far" in words(app)

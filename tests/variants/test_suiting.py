"""A shipped grid suits the model: what only a shipped architecture can have is left out, and said."""

from dataclasses import replace

import pytest

from regtrack.shipped import grid_names
from regtrack.variants import Grid, Settings, Variant
from regtrack.variants.named_grid import is_shipped, read_grid
from regtrack.variants.suiting import suited


def on(grid: Grid, model: str) -> Grid:
    return replace(grid, settings=Settings(architecture=model))


@pytest.mark.parametrize("name", ["", *grid_names()])
def test_a_persons_own_model_meets_no_widths_in_a_shipped_grid(name):
    """Every grid that comes with regtrack, and the default, loses its widths on a model of one's own and keeps the rest."""
    grid = read_grid(name)
    found, notes = suited(on(grid, "keras:mine.keras"))
    assert found.variants == tuple(v for v in grid.variants if "hidden_widths" not in v.overrides)
    assert Variant() in found.variants
    assert bool(notes) == (len(found.variants) < len(grid.variants))


def test_what_is_left_out_is_said():
    """The note names model and variants."""
    grid = Grid((Variant(), Variant(hidden_widths="4"), Variant(l2=0.1)), (0,))
    assert suited(on(grid, "python:mine:build"))[1] == (
        "left out of the grid, since python:mine:build has widths of its own: hidden_widths=4",
    )


@pytest.mark.parametrize("architecture", ["mlp", "cnn", "rnn"])
def test_a_shipped_architecture_keeps_all(architecture):
    """There the widths vary as before, and nothing is said."""
    grid = on(read_grid("quick"), architecture)
    assert suited(grid) == (grid, ())


def test_a_file_is_a_persons_own(tmp_path, monkeypatch):
    """A grid by its path, or in a file without suffix in the folder, is none of regtrack's; names and nothing are."""
    monkeypatch.chdir(tmp_path)
    assert [is_shipped(name) for name in ("", " ", "quick", "quick.yaml", "grids/quick")] == [
        True,
        True,
        True,
        False,
        False,
    ]
    (tmp_path / "quick").write_text("variants: [{}]")
    assert not is_shipped("quick")

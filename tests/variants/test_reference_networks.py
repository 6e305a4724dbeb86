"""Reference networks: what `reference=auto` adds to a grid, and what it leaves."""

import pytest

from regtrack.diagnosis.regimes.freedom import Freedoms, freedom_of
from regtrack.errors import SettingError
from regtrack.variants.grid import Grid
from regtrack.variants.reference_networks import with_references
from regtrack.variants.settings import Settings
from regtrack.variants.variant import Variant

HELD = Variant(l2=1e-3, dropout_rate=0.5)


def test_a_larger_and_a_held_network_are_added():
    """Four times the units, and l2 with dropout; seeds, settings and the grid's own variants stay, and it reads back."""
    grid = Grid((Variant(), Variant(l2=1e-4)), (0, 1, 2), Settings(hidden_widths="32-16"))
    found, notes = with_references(grid, "auto")
    assert found.variants == (*grid.variants, Variant(hidden_widths="128-64"), HELD)
    assert (found.seeds, found.settings) == (grid.seeds, grid.settings)
    assert notes == (
        "reference: hidden_widths=128-64 is added, 3 seeds", "reference: l2=0.001+dropout=0.5 is added, 3 seeds"
    )  # fmt: skip
    assert found.references == found.variants[2:]


@pytest.mark.parametrize(
    ("seeds", "expected"), [((0, 1, 2, 3, 4), (0, 1, 2)), ((7, 3, 9), (7, 3, 9)), ((5,), (5, 6, 7))]
)
def test_a_reference_has_three_seeds_whatever_the_others_have(seeds, expected):
    """The grid's first, and those that follow where it has fewer; the grid's own variants keep theirs."""
    grid, _ = with_references(Grid((Variant(),), seeds), "auto")
    own = {variant.label: [seed for v, seed in grid.trials if v == variant] for variant in grid.variants}
    assert own.pop("baseline") == list(seeds)
    assert own == {label: list(expected) for label in ("hidden_widths=400-400", HELD.label)}


def test_a_grid_file_keeps_what_is_a_reference(tmp_path):
    """A sweep is resumed, and repeated, from its own grid file with as many seeds."""
    grid, _ = with_references(Grid((Variant(), Variant(l2=1e-4))), "auto")
    (tmp_path / "grid.yaml").write_text(grid.to_yaml())
    assert Grid.from_yaml(tmp_path / "grid.yaml") == grid


def test_the_architectures_own_widths_are_multiplied():
    """None are set: mlp's 100-100."""
    found, _ = with_references(Grid((Variant(),)), "auto")
    assert found.variants[1] == Variant(hidden_widths="400-400")


def test_a_network_of_ones_own_gets_the_held_one_alone():
    """It cannot be made larger here, and that is said."""
    grid = Grid((Variant(),), settings=Settings(architecture="python:mine:net"))
    found, notes = with_references(grid, "auto")
    assert found.variants == (Variant(), HELD)
    assert notes[0] == "reference: python:mine:net cannot be made larger here; only a strongly regularized one is added"


def test_twice_is_once():
    """What stands in the grid is not added again, so that a sweep can be resumed from its own grid file."""
    once, _ = with_references(Grid((Variant(),)), "auto")
    assert with_references(once, "auto") == (once, ())


def test_nothing_is_added_unasked_and_another_word_is_refused():
    """As expected, received."""
    grid = Grid((Variant(),))
    assert with_references(grid, "") == (grid, ())
    with pytest.raises(SettingError, match="reference: expected auto or nothing, received 'always'"):
        with_references(grid, "always")


def test_the_held_one_is_evidence_beside_a_plain_network():
    """Clearly tighter than the baseline of the same size."""
    networks = Freedoms([freedom_of(HELD, 1_000), freedom_of(Variant(), 1_000)])
    assert networks.tighter_than(1).tolist() == [True, False]

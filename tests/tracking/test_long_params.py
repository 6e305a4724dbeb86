"""Long params: what is too long for a store is marked as cut, and never read back as the whole."""

import pytest

from regtrack.tracking.long_params import LONGEST, is_shortened, shortened


@pytest.mark.parametrize("n", [0, 1, 4999, 5000])
def test_what_fits_stays(n):
    """To the character."""
    assert shortened("x" * n) == "x" * n
    assert not is_shortened("x" * n)


@pytest.mark.parametrize("n", [5001, 6000, 11432, 1_000_000])
def test_what_does_not_fit_says_how_long_it_was(n):
    """Its beginning stays, and the store cuts it no further."""
    text = shortened("x" * n)
    assert len(text) == LONGEST
    assert text.startswith("xxx")
    assert text.endswith(f"... ({n:,} characters, whole in sweep/grid.yaml of its sweep)")
    assert is_shortened(text)


def test_what_mlflow_cut_for_an_earlier_version_is_known_by_its_length():
    """It left no mark."""
    assert is_shortened("x" * 6000)

"""Numbers as people write them."""

import numpy as np
import pytest

from regtrack.data import load_dataset
from regtrack.data.tables.numerals import decimals_of, number_in, sign_of


@pytest.mark.parametrize(
    ("cell", "number", "sign"),
    [("($1,234.50)", -1234.5, "$"), ("(5.20)", -5.2, ""), ("(12%)", -12.0, "%"), ("$5.20", 5.2, "$"), ("-$5.20", -5.2, "$")],
)  # fmt: skip
def test_an_accountants_negative_is_one(cell, number, sign):
    """Parentheses around a number are its minus."""
    assert (number_in(cell, "."), sign_of(cell)) == (number, sign)


@pytest.mark.parametrize("cell", ["(-5)", "()", "(5", "5)", "(about 5)", "((5))", "--5", "-$-5", "$5%"])
def test_what_is_no_number_is_text(cell):
    """Nothing is taken for a number by half."""
    assert decimals_of([cell]) == frozenset()
    assert sign_of(cell) is None


def test_losses_among_gains_are_negative(tmp_path):
    """A column of a file, noted; and so they are where numbers= was said for a word among them."""
    cells = [f'"({i},000.50)"' if i % 3 == 0 else f'"${i},000.50"' for i in range(1, 61)]
    signed = [cell.replace("(", "($") for cell in cells]
    truth = np.array([(-1 if i % 3 == 0 else 1) * (i * 1000 + 0.5) for i in range(1, 61)])
    for told, spec in ((signed, ""), ([*signed[:-1], "none yet"], "&numbers=money")):
        rows = [f"{cell},{'ab'[i % 2]}" for i, cell in enumerate(told)]
        (tmp_path / "mine.csv").write_text("\n".join(["money,y", *rows]))
        dataset = load_dataset(f"table:{tmp_path / 'mine.csv'}?target=y&scale=none{spec}", split_seed=0)
        for split in dataset.splits.values():
            known = split.example_id < 59
            np.testing.assert_allclose(split.x[known, 0], truth[split.example_id][known], rtol=1e-6)

"""A data set's summary says what matters, on one screen, however much is in it."""

import re

import numpy as np
import pytest

from regtrack.data import Dataset
from regtrack.data.notes.summary import MAX_LINES, MAX_WIDTH
from regtrack.data.split import Split
from regtrack.data.units import Units


def make(n_classes=2, n_notes=0, n_features=3, name="toy", given=None, table=False, class_name="class {}", per_class=3):
    n = n_classes * per_class
    labels = np.arange(n) % n_classes
    x = np.linspace(-1, 1, n * n_features, dtype=np.float32).reshape(n, n_features)
    columns = tuple(f"column {i}" for i in range(n_features)) if table else ()
    rows = np.where(np.arange(n * n_features).reshape(n, n_features) % 4, "x", "") if table else None
    splits = [
        Split(x, labels if given is None or i else given, labels, np.arange(i * n, (i + 1) * n), rows) for i in range(3)
    ]
    return Dataset(
        name, *splits, tuple(class_name.format(i) for i in range(n_classes)), 1.0 if table else 2.0, False, 0, 0,
        0.25 if given is not None else 0.0, notes=tuple(f"note {i} {'long ' * 40}" for i in range(n_notes)),
        columns=columns, feature_names=columns, column_units=Units(np.ones(n_features)) if table else None)  # fmt: skip


def test_it_says_what_is_in_the_data():
    """Sizes, inputs, noise as counted, seed, digest and each class's examples are there."""
    dataset = make(given=[1, 1, 0, 1, 0, 0])
    text = dataset.summary()
    assert "toy: 6 train, 6 validation, 6 test examples" in text
    assert "inputs: numbers 3, scaled by 1/2" in text
    assert "0.25 (2 of 18 given labels changed)" in text
    assert f"split seed 0, train size all, digest {dataset.digest[:16]}" in text
    assert re.search(r"^class 1 +3 +3 +3$", text, re.MULTILINE)
    assert "all of one size in train" in text


def test_a_table_says_its_columns_and_missing_cells():
    """Source columns, inputs made of them, and the cells that are missing: every fourth here, 4 or 5 of each 18."""
    text = make(table=True).summary()
    assert "inputs: 3 columns as 3 numbers, each scaled by the train split: column 0, column 1, column 2" in text
    assert "missing: 15 of 54 cells (27.8%)" in text


def test_imbalance_is_a_ratio_in_train():
    """Ninety of one class and ten of the other in 100 are told as 9.0, with both names."""
    y = np.where(np.arange(200) % 10, "many", "few")
    dataset = Dataset.from_arrays(np.random.default_rng(0).normal(size=(200, 2)), y, split_seed=0)
    assert "classes: 2, imbalance 9.0 in train (largest many, smallest few)" in dataset.summary()


@pytest.mark.parametrize("n_classes", [2, 12, 13, 14, 300])
@pytest.mark.parametrize("n_notes", [0, 4, 5, 9])
@pytest.mark.parametrize("table", [False, True])
def test_it_stays_on_one_screen(n_classes, n_notes, table):
    """Of 300 long-named classes, 9 long notes and 150 columns, 24 lines of 100 characters count what is not shown."""
    dataset = make(
        n_classes, n_notes, 150, "n" * 200, table=table, class_name="{} of" + " a long name" * 9, per_class=2
    )
    lines = dataset.summary().splitlines()
    assert len(lines) <= MAX_LINES
    assert max(map(len, lines)) <= MAX_WIDTH
    shown = [line for line in lines if re.match(r"\d+ of a long", line)]
    hidden = n_classes - len(shown)
    assert ("... and" in lines[-1]) is (hidden > 0)
    if hidden:
        assert lines[-1] == f"... and {hidden} more classes"
    notes = sum(line.startswith("Note: ") for line in lines)
    assert notes == min(n_notes, 5)
    assert (f"... and {n_notes - 5} more notes" in lines) is (n_notes > 5)


def test_a_few_classes_are_all_shown():
    """Twelve classes without notes are all listed, thirteen lose their last."""
    assert "more classes" not in make(12).summary()
    assert make(300).summary().endswith("... and 288 more classes")

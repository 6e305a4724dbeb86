"""Confident errors against the promise: by hand, on calibrated networks, and where a class lost its labels."""

import numpy as np
import pandas as pd
import pytest

from regtrack import names
from regtrack.diagnosis.held_out import HeldOut, TrialPredictions
from regtrack.diagnosis.triage.promised_errors import ALPHA, promised_errors_by_class

CLASSES = ("cat", "dog", "owl")


def split_of(probs, given, name="test") -> HeldOut:
    """One trial's probabilities of these given labels."""
    given = np.asarray(given)
    return HeldOut(name, np.arange(len(given)), given, given, (TrialPredictions("v", 0, np.asarray(probs, float)),))


def calibrated(rng, n: int = 400, concentration: float = 0.12) -> tuple[np.ndarray, np.ndarray]:
    """(probs (n, 3), labels (n,)): labels are drawn from the probabilities, many of which are near 1."""
    probs = rng.dirichlet(np.full(3, concentration), n)
    return probs, (probs.cumsum(axis=1) > rng.random((n, 1))).argmax(axis=1)


def test_a_table_worked_by_hand():
    """Four confident answers, three of them cat: promised 0.05 + 0.1 + 0.02 wrong, one is; dog promises 0.04, none is."""
    probs = [[0.95, 0.05, 0], [0.9, 0.1, 0], [0.98, 0, 0.02], [0.6, 0.4, 0], [0.04, 0.96, 0]]
    table = promised_errors_by_class([split_of(probs, [0, 1, 0, 1, 1])], CLASSES, threshold=0.9)
    assert tuple(table.columns) == names.PROMISED_ERRORS_COLUMNS
    assert table["class"].isna().tolist() == [True, False, False]
    assert table["class"].dropna().tolist() == ["cat", "dog"]
    assert table["label"].dropna().tolist() == [0, 1]
    assert table["examples"].tolist() == [5, 4, 1]
    assert table["confident"].tolist() == [4, 3, 1]
    assert table["expected_wrong"].tolist() == pytest.approx([0.21, 0.17, 0.04])
    assert table["observed_wrong"].tolist() == [1, 1, 0]
    assert table["excess"].tolist() == pytest.approx([0.79, 0.83, -0.04])
    # A third of 0.05 each: P(cat > 1) = 0.0083 lets one pass, P(dog > 0) = 0.04 lets none pass less than one
    assert table["upper_limit"].tolist() == [1, 1, 1]
    assert not table["more_than_promised"].any()


def test_as_many_as_promised_are_no_excess():
    """Calibrated networks: in at most ALPHA of 300 tables (three standard errors above it) does any row say more."""
    said = []
    for seed in range(300):
        table = promised_errors_by_class([split_of(*calibrated(np.random.default_rng(seed)))], CLASSES, threshold=0.9)
        said.append(table["more_than_promised"].any())
    assert 0 < np.mean(said) <= ALPHA + 3 * np.sqrt(ALPHA * (1 - ALPHA) / 300)


def test_a_class_that_lost_its_labels_stands_out():
    """A third of the owls' labels says dog: the excess stands where the networks say owl, and at no other class."""
    rng = np.random.default_rng(0)
    probs, labels = calibrated(rng)
    given = np.where((labels == 2) & (rng.random(400) < 1 / 3), 1, labels)
    table = promised_errors_by_class([split_of(probs, given)], CLASSES, threshold=0.9).set_index("class")
    assert table.loc["owl", "more_than_promised"]
    assert not table.loc[["cat", "dog"], "more_than_promised"].any()
    confident = (probs.argmax(axis=1) == 2) & (probs.max(axis=1) >= 0.9)
    assert table.loc["owl", "observed_wrong"] == np.sum(confident & (given != 2))


def test_each_split_has_rows_of_its_own():
    """Validation trusts, both are counted; a split where nobody is sure has one row of zeros."""
    sure, unsure = [[0.95, 0.03, 0.02]] * 3, [[0.5, 0.3, 0.2]] * 4
    table = promised_errors_by_class(
        [split_of(sure, [0, 0, 1], "val"), split_of(unsure, [0, 1, 1, 0])], CLASSES, threshold=0.9
    )
    assert table["split"].tolist() == ["val", "val", "test"]
    assert table.iloc[2][["examples", "confident", "expected_wrong", "observed_wrong", "upper_limit"]].tolist() == [
        4,
        0,
        0,
        0,
        0,
    ]


def test_the_columns_keep_their_types():
    """Also of a table in which all classes together are the only row."""
    table = promised_errors_by_class([split_of([[0.5, 0.3, 0.2]], [1])], CLASSES, threshold=0.9)
    assert [str(dtype) for dtype in table.dtypes] == [
        "str", "Int64", "str", "int64", "int64", "float64", "int64", "int64", "float64", "bool",
    ]  # fmt: skip
    assert pd.isna(table["label"].iloc[0])

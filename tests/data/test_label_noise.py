"""Corrupted labels: exactly as many as asked, in every class, always another class."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from regtrack.data.label_noise import corrupt_labels
from regtrack.errors import DataError

N_CLASSES = 5
labels_strategy = st.lists(st.integers(0, N_CLASSES - 1), max_size=100).map(lambda v: np.array(v, dtype=np.int64))
share_strategy = st.floats(0, 1, exclude_max=True)
seed_strategy = st.integers(0, 2**32)


@given(labels_strategy, share_strategy, seed_strategy)
def test_each_class_loses_exactly_its_share(labels, share, seed):
    """Exactly round(share * n_c) labels of each class are changed, to labels that exist."""
    given_labels = corrupt_labels(labels, share=share, n_classes=N_CLASSES, seed=seed)
    changed = given_labels != labels
    for c in range(N_CLASSES):
        assert changed[labels == c].sum() == round(share * int((labels == c).sum()))
    assert given_labels.dtype == np.int64
    assert set(given_labels) <= set(range(N_CLASSES))


@given(labels_strategy, share_strategy, seed_strategy)
def test_the_seed_decides_and_the_input_stays(labels, share, seed):
    """The same seed gives the same labels, and the true labels are left as they were."""
    before = labels.copy()
    first, again = (corrupt_labels(labels, share=share, n_classes=N_CLASSES, seed=seed) for _ in range(2))
    np.testing.assert_array_equal(first, again)
    np.testing.assert_array_equal(labels, before)


def test_the_other_classes_are_equally_likely():
    """Changed labels spread evenly over the other classes (known: 9,000 over 3, sd 44.7)."""
    given_labels = corrupt_labels(np.full(10_000, 2), share=0.9, n_classes=4, seed=0)
    counts = np.bincount(given_labels, minlength=4)
    assert counts[2] == 1_000
    assert np.all(np.abs(counts[[0, 1, 3]] - 3_000) < 5 * 44.7)


def test_another_seed_changes_other_labels():
    """Two seeds corrupt different examples."""
    labels = np.zeros(100, dtype=int)
    first, second = (corrupt_labels(labels, share=0.3, n_classes=2, seed=s) for s in (0, 1))
    assert np.any(first != second)


@pytest.mark.parametrize("share", [-0.1, 1, 1.5, float("nan"), float("inf"), "0.2", None, True])
def test_a_share_outside_zero_to_one_is_refused(share):
    """A share that is no number in [0, 1) is refused, and the message shows what was received."""
    with pytest.raises(DataError, match=r"share in \[0, 1\), received"):
        corrupt_labels(np.array([0, 1]), share=share, n_classes=2, seed=0)


@pytest.mark.parametrize("labels", [[0, 2], [-1, 0], [0.0, 1.0]])
def test_labels_outside_the_classes_are_refused(labels):
    """Labels that are no integers 0..C-1 are refused before anything is drawn."""
    with pytest.raises(DataError, match=r"integer labels 0\.\.1"):
        corrupt_labels(np.array(labels), share=0.5, n_classes=2, seed=0)


def test_one_class_cannot_be_corrupted():
    """With a single class there is no other label, which is said."""
    with pytest.raises(DataError, match="at least 2 classes"):
        corrupt_labels(np.zeros(4, int), share=0.5, n_classes=1, seed=0)

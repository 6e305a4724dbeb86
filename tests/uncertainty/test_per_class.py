"""per_class and balanced_accuracy against scikit-learn and a table by hand."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import balanced_accuracy_score, precision_recall_fscore_support

from regtrack.uncertainty.per_class import balanced_accuracy, measures_per_class

CLASSES = 4
answers = st.lists(st.tuples(st.integers(0, CLASSES - 1), st.integers(0, CLASSES - 1)), min_size=1, max_size=60)


def test_a_table_by_hand():
    """Class 0: its one example found, with one of class 1 beside it; class 1: two of four found; class 3 has none."""
    found = measures_per_class(np.array([0, 0, 1, 1, 2]), np.array([0, 1, 1, 1, 1]), n_classes=4)
    np.testing.assert_array_equal(found.count, [1, 4, 0, 0])
    np.testing.assert_array_equal(found.predicted, [2, 2, 1, 0])
    np.testing.assert_allclose(found.recall, [1, 0.5, np.nan, np.nan])
    np.testing.assert_allclose(found.precision, [0.5, 1, 0, np.nan])
    np.testing.assert_allclose(found.f1, [2 / 3, 2 / 3, np.nan, np.nan])


@given(answers)
def test_scikit_learn_says_the_same(pairs):
    """Recall, precision and F1 wherever they are defined."""
    predicted, labels = np.array(pairs).T
    found = measures_per_class(predicted, labels, n_classes=CLASSES)
    precision, recall, f1, count = precision_recall_fscore_support(
        labels, predicted, labels=range(CLASSES), zero_division=np.nan
    )
    np.testing.assert_allclose(found.recall, recall)
    np.testing.assert_allclose(found.precision, precision)
    np.testing.assert_array_equal(found.count, count)
    defined = count > 0
    np.testing.assert_allclose(found.f1[defined], np.nan_to_num(f1[defined]))


@given(answers)
def test_limits_hold_the_share_within_0_and_1(pairs):
    """Wilson's interval of every class that has examples."""
    predicted, labels = np.array(pairs).T
    found = measures_per_class(predicted, labels, n_classes=CLASSES)
    for share, low, high in ((found.recall, found.recall_low, found.recall_high),
                             (found.precision, found.precision_low, found.precision_high)):  # fmt: skip
        known = ~np.isnan(share)
        assert (low[known] >= 0).all()
        assert (high[known] <= 1).all()
        assert (low[known] <= share[known] + 1e-12).all()
        assert (share[known] <= high[known] + 1e-12).all()
        assert np.isnan(low[~known]).all()


@pytest.mark.filterwarnings("ignore:A single label was found:UserWarning")  # scikit-learn says so of the table it makes
@given(answers)
def test_balanced_accuracy_is_scikit_learns(pairs):
    """Mean recall over the classes that occur."""
    predicted, labels = np.array(pairs).T
    occurring = np.isin(predicted, labels)
    if not occurring.all():  # scikit-learn warns of classes that are only predicted
        predicted = np.where(occurring, predicted, labels[0])
    assert balanced_accuracy(predicted, labels) == pytest.approx(balanced_accuracy_score(labels, predicted))


def test_always_the_common_class_scores_like_chance():
    """Nine of ten right by saying one class always: accuracy 0.9, balanced accuracy 0.5."""
    assert balanced_accuracy(np.zeros(10, int), np.array([0] * 9 + [1])) == 0.5

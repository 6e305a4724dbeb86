"""Measures of two classes against scikit-learn and a table by hand; undefined wherever there are not two."""

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from sklearn.metrics import average_precision_score, f1_score, roc_auc_score

from regtrack.uncertainty.two_classes import auroc, average_precision, base_rate, f1_second_class

examples = st.lists(st.tuples(st.integers(0, 10), st.integers(0, 1)), min_size=2, max_size=60)


def of_second(probability) -> np.ndarray:
    p = np.asarray(probability, float)
    return np.stack([1 - p, p], axis=1)


def test_a_table_by_hand():
    """The second class, 0.9 and 0.4, before, between and behind 0.6 and 0.1: three of four pairs; precisions 1 and 2/3;
    one of two found, one of two right."""
    probs, labels = of_second([0.9, 0.6, 0.4, 0.1]), np.array([1, 0, 1, 0])
    assert auroc(probs, labels) == pytest.approx(3 / 4)
    assert average_precision(probs, labels) == pytest.approx((1 + 2 / 3) / 2)
    assert f1_second_class(probs, labels, probs.argmax(axis=1)) == pytest.approx(0.5)
    assert base_rate(probs, labels) == 0.5


@given(examples)
def test_scikit_learn_says_the_same(pairs):
    """Ties in the probabilities included."""
    tenths, labels = np.array(pairs).T
    assume(len(set(labels.tolist())) == 2)
    probs = of_second(tenths / 10)
    predicted = probs.argmax(axis=1)
    assert auroc(probs, labels) == pytest.approx(roc_auc_score(labels, probs[:, 1]))
    assert average_precision(probs, labels) == pytest.approx(average_precision_score(labels, probs[:, 1]))
    assert f1_second_class(probs, labels, predicted) == pytest.approx(f1_score(labels, predicted, zero_division=0))
    assert base_rate(probs, labels) == pytest.approx(labels.mean())


@pytest.mark.parametrize(("probs", "labels"), [
    (np.full((4, 3), 1 / 3), np.array([0, 1, 0, 1])),  # a third class
    (of_second([0.2, 0.7, 0.4]), np.zeros(3, int)),
    (of_second([0.2, 0.7, 0.4]), np.ones(3, int)),
])  # fmt: skip
def test_where_there_are_not_two_classes_nothing_is_said(probs, labels):
    """NaN, which is stored as no value at all."""
    predicted = probs.argmax(axis=1)
    found = [auroc(probs, labels), average_precision(probs, labels), f1_second_class(probs, labels, predicted), base_rate(probs, labels)]  # fmt: skip
    assert np.isnan(found).all()

"""Strata: means that count groups alike, and the weights of what varies within them."""

import numpy as np
import pytest

from regtrack.diagnosis.differences.strata import FEWEST_OF_A_CLASS, TOO_FEW_OF_A_CLASS, Strata

CLASSES = np.array([0, 0, 0, 2, 0, 2, 0, 0])  # six of class 0, two of class 2, none of class 1


def test_without_classes_a_mean_is_a_mean():
    """One group of everything, of share 1: formulas stay what they were."""
    strata, values = Strata.of(None, 8), np.random.default_rng(0).random((3, 8))
    np.testing.assert_array_equal(strata.mean(values), values.mean(axis=1))
    assert strata.shares.tolist() == [1.0]
    assert (strata.smallest, strata.bounding_examples) == (8, 8)


def test_classes_count_alike_and_absent_ones_not_at_all():
    """Class 0 is wrong in 3 of 6, class 2 in 2 of 2: their mean is 0.75, where 5 of 8 are wrong."""
    wrong = np.array([1, 1, 1, 1, 0, 1, 0, 0])
    strata = Strata.of(CLASSES, 8)
    assert strata.mean(wrong) == pytest.approx(0.75)
    assert (strata.sizes.tolist(), strata.smallest, strata.bounding_examples) == ([6, 2], 2, 4)


def test_the_shares_give_the_variance_of_a_mean_of_means():
    """v_c / n_c of each class, over C²: the sum of shares times v_c, over n."""
    strata, v = Strata.of(CLASSES, 8), np.array([0.2, 0.7])
    assert (strata.shares @ v) / 8 == pytest.approx((0.2 / 6 + 0.7 / 2) / 4)


def test_a_class_of_few_examples_allows_no_verdict():
    """Of two classes the smaller needs five; all examples in one group are never too few."""
    assert Strata.of(CLASSES, 8).refused == TOO_FEW_OF_A_CLASS
    assert Strata.of(np.repeat([0, 1], [20, FEWEST_OF_A_CLASS]), 25).refused == ""
    assert Strata.of(None, 3).refused == ""


def test_degrees_of_freedom_are_those_of_the_class_that_varies():
    """Of one class alone its own n - 1; of nothing those of all examples."""
    strata = Strata.of(CLASSES, 8)
    assert strata.freedom(np.array([0.3, 0.0])) == pytest.approx(5)
    assert strata.freedom(np.array([0.0, 0.3])) == pytest.approx(1)
    assert strata.freedom(np.zeros(2)) == 7
    np.testing.assert_allclose(strata.freedom(np.array([[0.3, 0.0], [0.0, 0.3]])), [5, 1])

"""Splits are a partition, stratified within one example, and each choice has its own randomness."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from regtrack.data.raw import RawData
from regtrack.data.splitting import split_rows, take_stratified
from regtrack.errors import DataError

labels_and_size = st.lists(st.integers(0, 4), min_size=1, max_size=80).flatmap(
    lambda labels: st.tuples(st.just(np.array(labels)), st.integers(0, len(labels)))
)


def make_raw(counts=(50, 30, 20), **changes) -> RawData:
    labels = np.random.default_rng(0).permutation(np.repeat(np.arange(len(counts)), counts))
    parts = {
        "name": "toy",
        "x": np.ones((len(labels), 2)),
        "labels": labels,
        "class_names": tuple(f"class {c}" for c in range(len(counts))),
        "is_image": False,
        "validation_size": 20,
        "test_size": 20,
    }
    return RawData(**(parts | changes))


@given(labels_and_size, st.integers(0, 2**32))
def test_taken_and_rest_are_a_partition(drawn, seed):
    """Every position is in exactly one of the two parts, and the first has the size asked for."""
    labels, size = drawn
    taken, rest = take_stratified(labels, size=size, seed=seed)
    assert len(taken) == size
    assert sorted([*taken, *rest]) == list(range(len(labels)))
    assert list(taken) == sorted(taken)
    assert list(rest) == sorted(rest)


@given(labels_and_size, st.integers(0, 2**32))
def test_every_class_keeps_its_share_within_one(drawn, seed):
    """The count of each class in the part differs from its exact share by less than one example."""
    labels, size = drawn
    taken, _ = take_stratified(labels, size=size, seed=seed)
    counts = np.bincount(labels)
    exact = counts * size / len(labels)
    assert np.all(np.abs(np.bincount(labels[taken], minlength=len(counts)) - exact) < 1)


@pytest.mark.parametrize("counts", [(50, 30, 20), (178, 182, 177, 183, 181), (997, 2, 1)])
def test_class_counts_agree_with_scikit_learn(counts):
    """Where no two remainders tie, the class counts are those of scikit-learn's stratified split."""
    from sklearn.model_selection import train_test_split

    labels = np.repeat(np.arange(len(counts)), counts)
    taken, _ = take_stratified(labels, size=360 if sum(counts) > 360 else 33, seed=0)
    if min(counts) > 1:
        _, reference = train_test_split(labels, test_size=len(taken), stratify=labels, random_state=0)
        np.testing.assert_array_equal(np.bincount(labels[taken]), np.bincount(reference))
    else:  # scikit-learn refuses a class of one example; the known answer is 359 : 1 : 0 of 997 : 2 : 1
        np.testing.assert_array_equal(np.bincount(labels[taken], minlength=3), [359, 1, 0])


@given(labels_and_size, st.integers(0, 2**32), st.data())
def test_a_larger_part_holds_a_smaller_one(drawn, seed, data):
    """Where each class's share grows by an example or more, one seed's parts are nested."""
    labels, size = drawn
    larger = data.draw(st.integers(size, len(labels)))
    taken, more = (set(take_stratified(labels, size=n, seed=seed)[0]) for n in (size, larger))
    counts = np.bincount(labels)
    if np.all(counts[counts > 0] * (larger - size) >= len(labels)):
        assert taken <= more
    assert np.all(np.bincount(labels[sorted(taken - more)], minlength=1) <= 1)


def test_closer_parts_may_give_an_example_a_class_back():
    """The Alabama paradox by hand: of classes of 6, 6 and 2, ten examples are 4 + 4 + 2 and eleven 5 + 5 + 1."""
    labels = np.repeat([0, 1, 2], [6, 6, 2])
    taken = [take_stratified(labels, size=size, seed=0)[0] for size in (10, 11)]
    assert [np.bincount(labels[rows]).tolist() for rows in taken] == [[4, 4, 2], [5, 5, 1]]


def test_parts_of_equal_classes_are_always_nested():
    """With classes of one size, as Fashion-MNIST's, every part holds every smaller one."""
    labels = np.tile(np.arange(5), 8)
    parts = [set(take_stratified(labels, size=size, seed=3)[0]) for size in range(41)]
    assert all(a < b for a, b in pairwise(parts))


def test_equal_classes_are_rounded_up_in_turn():
    """When shares tie, no class is preferred for being first: over seeds, each gets the odd example."""
    labels = np.repeat([0, 1, 2], 10)
    odd = {int(np.bincount(labels[take_stratified(labels, size=10, seed=s)[0]]).argmax()) for s in range(30)}
    assert odd == {0, 1, 2}


def test_every_example_is_equally_likely():
    """Over many seeds each example is drawn about as often as any other (known: 2,000 x 0.3 = 600, sd 20.5)."""
    labels = np.repeat([0, 1], [10, 20])
    hits = np.zeros(30)
    for seed in range(2_000):
        hits[take_stratified(labels, size=9, seed=seed)[0]] += 1
    assert np.all(np.abs(hits - 600) < 5 * 20.5)


@settings(max_examples=30)
@given(st.integers(0, 2**63), st.integers(3, 60))
def test_splits_are_disjoint_and_complete(split_seed, train_size):
    """The three splits share no row, have the sizes asked for, and without train_size cover the source."""
    raw = make_raw()
    rows = split_rows(raw, split_seed=split_seed)
    assert sorted([*rows.train, *rows.validation, *rows.test]) == list(range(100))
    assert (len(rows.validation), len(rows.test)) == (20, 20)
    subset = split_rows(raw, split_seed=split_seed, train_size=train_size)
    assert len(subset.train) == train_size
    assert set(subset.train) <= set(rows.train)
    np.testing.assert_array_equal(subset.validation, rows.validation)
    np.testing.assert_array_equal(subset.test, rows.test)


def test_the_seed_decides_the_split():
    """The same seed gives the same rows, another seed other rows."""
    first, again, other = (split_rows(make_raw(), split_seed=s) for s in (1, 1, 2))
    np.testing.assert_array_equal(first.validation, again.validation)
    assert set(first.validation) != set(other.validation)
    assert set(first.test) != set(other.test)


def test_an_official_test_split_stays():
    """The last rows of a source with its own test split are the test split, whatever the seed."""
    for seed in (0, 1):
        rows = split_rows(make_raw(has_official_test=True), split_seed=seed)
        np.testing.assert_array_equal(rows.test, np.arange(80, 100))


def test_nearly_all_may_be_asked_for():
    """A train_size one short of all works, though fewer than the classes are left out."""
    assert len(split_rows(make_raw(), split_seed=0, train_size=59).train) == 59


@pytest.mark.parametrize("train_size", [-1, 1, 2, 61, 10.0, True, None, "all"])
def test_an_impossible_train_size_is_refused(train_size):
    """A train_size that is no integer, below one a class or above what there is names the possible range."""
    with pytest.raises(DataError, match=r"from 3 .* to 60 .*received"):
        split_rows(make_raw(), split_seed=0, train_size=train_size)


def test_a_train_split_without_some_class_is_refused():
    """A class that would get no train example is named."""
    with pytest.raises(DataError, match="without class 1"):
        split_rows(make_raw(counts=(97, 3)), split_seed=0, train_size=4)


def test_a_source_too_small_for_its_splits_is_refused():
    """A source with nothing left for training is refused with the sizes."""
    with pytest.raises(DataError, match=r"more than 20 test \+ 20 validation examples, received 40"):
        split_rows(make_raw(counts=(20, 20)), split_seed=0)


@pytest.mark.parametrize("split_seed", [-1, 0.5, None, True, "0"])
def test_a_seed_that_is_no_seed_is_refused(split_seed):
    """A seed that is not a non-negative integer is refused in one line."""
    with pytest.raises(DataError, match="split_seed"):
        split_rows(make_raw(), split_seed=split_seed)


@pytest.mark.parametrize(("test", "validation"), [(True, True), (False, True), (True, False)])
def test_what_is_the_sources_own_stays(test, validation):
    """Official test rows are the last, official validation rows those before them, whatever the seed; the rest draws."""
    raw = make_raw(has_official_test=test, has_official_validation=validation)
    first, second = (split_rows(raw, split_seed=seed) for seed in (0, 1))
    for rows in (first, second):
        assert sorted([*rows.train, *rows.validation, *rows.test]) == list(range(100))
        assert [len(rows.train), len(rows.validation), len(rows.test)] == [60, 20, 20]
        if test:
            assert rows.test.tolist() == list(range(80, 100))
        if validation:
            end = 80 if test else 100
            assert rows.validation.tolist() == list(range(end - 20, end))
    assert (first.test.tolist() == second.test.tolist()) is test
    assert (first.validation.tolist() == second.validation.tolist()) is validation

"""Folds are a partition that keeps classes and groups, the same whichever is asked for, and what cannot be put into folds is refused."""

import numpy as np
import pytest

from regtrack.data import load_dataset
from regtrack.data.dividing.groups import Groups
from regtrack.data.dividing.times import Times
from regtrack.data.folds import Fold, with_fold
from regtrack.data.raw import RawData
from regtrack.data.splitting import split_rows
from regtrack.errors import DataError


def make_raw(counts=(53, 30, 20), **changes) -> RawData:
    labels = np.random.default_rng(0).permutation(np.repeat(np.arange(len(counts)), counts))
    parts = {
        "name": "toy", "x": np.ones((len(labels), 2)), "labels": labels, "class_names": tuple("abc"[: len(counts)]),
        "is_image": False, "validation_size": 20, "test_size": 20,
    }  # fmt: skip
    return RawData(**(parts | changes))


def folds_of(raw: RawData, of: int, split_seed: int = 0):
    return [
        split_rows(with_fold(raw, Fold(i, of), split_seed=split_seed), split_seed=split_seed) for i in range(1, of + 1)
    ]


@pytest.mark.parametrize("of", [2, 5, 10])
def test_every_example_is_tested_on_once_and_classes_keep_their_shares(of):
    """The test sets are a partition, each class within one of its share; train, validation and test of a fold are disjoint and all."""
    raw = make_raw()
    folds = folds_of(raw, of)
    assert sorted(np.concatenate([rows.test for rows in folds])) == list(range(103))
    for rows in folds:
        assert sorted([*rows.train, *rows.validation, *rows.test]) == list(range(103))
        assert len(rows.validation) == 20
        counts = np.bincount(raw.labels[rows.test], minlength=3)
        assert np.abs(counts - np.array([53, 30, 20]) / of).max() <= 1
        assert abs(len(rows.test) - 103 / of) <= 1


def test_another_split_seed_draws_other_folds_and_the_same_one_the_same():
    """And what is drawn without folds is what it was."""
    raw = make_raw()
    first, again, other = (with_fold(raw, Fold(2, 5), split_seed=seed).parts for seed in (0, 0, 1))
    assert (first == again).all()
    assert (first != other).any()


def test_no_group_stands_in_two_folds():
    """Groups of four examples: each is in one test set, and in no other split of that fold."""
    group = np.arange(200) // 4
    raw = make_raw((100, 100), division=Groups.of_values("patient", group))
    folds = folds_of(raw, 5)
    tested = [set(group[rows.test]) for rows in folds]
    assert sum(map(len, tested)) == len(set.union(*tested)) == 50
    for rows in folds:
        assert not set(group[rows.test]) & (set(group[rows.train]) | set(group[rows.validation]))
        assert 25 <= len(rows.test) <= 55


def test_where_the_data_bring_test_the_folds_validate():
    """The official test rows stay, and each other example validates once."""
    raw = make_raw(has_official_test=True)
    folds = folds_of(raw, 5)
    assert sorted(np.concatenate([rows.validation for rows in folds])) == list(range(83))
    assert all(rows.test.tolist() == list(range(83, 103)) for rows in folds)
    assert with_fold(raw, Fold(1, 5), split_seed=0).notes[0].startswith("fold 1 of 5 validates, as the data bring")
    assert with_fold(make_raw(), Fold(1, 5), split_seed=0).notes[0].startswith("fold 1 of 5 tests")


def test_what_cannot_be_put_into_folds_is_refused_in_one_line():
    """The past that trains, splits that are all the data's own, and fewer examples or groups than folds."""
    times = Times("seen", np.arange(103.0), tuple(map(str, range(103))))
    for raw, message in (
        (make_raw(division=times), "with time=seen, where the past trains"),
        (make_raw(has_official_test=True, has_official_validation=True), "brings validation and test of its own"),
        (
            make_raw((5, 4), validation_size=1, test_size=1),
            "Expected at least 10 examples in toy, one a fold, received 9",
        ),
        (make_raw(division=Groups.of_values("ward", np.arange(103) % 3)), "at least 10 groups"),
    ):
        with pytest.raises(DataError, match=message) as error:
            folds_of(raw, 10)
        assert "\n" not in str(error.value)


@pytest.mark.parametrize("text", ["0/5", "6/5", "1/1", "five", "1/", "-1/5", "1/5/2"])
def test_a_fold_that_is_none_is_refused(text):
    """By what was given and what a fold looks like."""
    with pytest.raises(DataError, match="Expected a fold such as 2/5"):
        Fold.of_text(text)


def test_a_dataset_of_a_fold_has_a_digest_of_its_own(tmp_path, monkeypatch):
    """By name, from a file: five folds, five digests, and without one the data are what they always were."""
    monkeypatch.chdir(tmp_path)
    rng = np.random.default_rng(0)
    np.savez("mine.npz", x=rng.normal(size=(100, 2)), y=np.arange(100) % 2)
    loaded = [load_dataset("npz:mine.npz", split_seed=0, fold=f"{i}/5") for i in range(1, 6)]
    assert len({dataset.digest for dataset in loaded}) == 5
    assert [len(split) for split in loaded[0].splits.values()] == [60, 20, 20]
    assert (
        load_dataset("npz:mine.npz", split_seed=0, fold="").digest == load_dataset("npz:mine.npz", split_seed=0).digest
    )

"""load_dataset: sources found by their file, one stream a choice, nothing leaks, nothing heavy is imported."""

import subprocess
import sys
import textwrap
from itertools import pairwise

import numpy as np
import pytest

import regtrack.data
from regtrack.data import load_dataset, sources
from regtrack.data.loading import load_datasets
from regtrack.data.spec import known_sources
from regtrack.errors import DataError, RegistryError

SOURCE = """
import numpy as np
from regtrack.data.raw import RawData
from regtrack.data.sources.base import Source

class Mine(Source):
    name = "{name}"

    def load(self, argument):
        labels = np.arange(100) % 2
        x = {x}
        return RawData(argument or "plain", x, labels, ("even", "odd"), False, validation_size=20, test_size=20)
"""
PLAIN_X = "np.arange(200).reshape(100, 2)"


@pytest.fixture
def add_source(tmp_path, monkeypatch):
    """A function that adds a source file to the folder of sources for the time of one test."""
    monkeypatch.setattr(sources, "__path__", [*sources.__path__, str(tmp_path)])
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    added = []

    def add(file: str, *, name: str = "mine", x: str = PLAIN_X) -> None:
        (tmp_path / f"{file}.py").write_text(SOURCE.format(name=name, x=x))
        added.append(file)

    yield add
    for file in added:
        sys.modules.pop(f"{sources.__name__}.{file}", None)
        if hasattr(sources, file):
            delattr(sources, file)


@pytest.fixture(scope="module")
def plain():
    return load_dataset("digits", split_seed=0)


def test_the_shipped_sources_are_known():
    """Every source of the documentation is found, and no other module is taken for one."""
    assert list(known_sources()) == [
        "digits", "fashion_mnist", "images", "keras", "npz", "python", "sklearn", "table"]  # fmt: skip


def test_a_new_source_is_one_new_file(add_source):
    """A file with a class of Source is a source at once, and receives what follows the colon."""
    add_source("my_file")
    dataset = load_dataset("mine:a:b", split_seed=0)
    assert dataset.name == "a:b"
    assert load_dataset("mine", split_seed=0).name == "plain"


def test_two_files_of_one_name_are_refused(add_source):
    """A name claimed twice is an error that names both files."""
    add_source("my_digits", name="digits")
    match = r"'digits' from both regtrack\.data\.sources\.digits and regtrack\.data\.sources\.my_digits"
    with pytest.raises(RegistryError, match=match):
        load_dataset("digits", split_seed=0)


@pytest.mark.parametrize(
    ("spec", "message"),
    [
        ("my/wine.csv", r"received 'my/wine\.csv'; did you mean 'table:my/wine\.csv\?target=column'\?"),
        ("wine.parquet?target=a", r"did you mean 'table:wine\.parquet\?target=a'\?"),
        ("/my/wine.npz", r"did you mean 'npz:/my/wine\.npz'\?"),
        ("/", "did you mean 'images:/'"),
        ("iris", "did you mean 'sklearn:iris'"),
        ("CIFAR10", "did you mean 'keras:cifar10'"),
        ("C:wine.csv", "did you mean 'table:C:wine.csv"),
        (
            "zzz",
            "your own data is images:photos.*, npz:data/mine.npz, python:package.module:function or table:data/mine.csv.target=",
        ),
        ("digit", "digits, fashion_mnist.*received 'digit'; did you mean 'digits'"),
        ("Fashion-MNIST", "did you mean 'fashion_mnist'"),
        ("zzz", "digits, fashion_mnist.*received 'zzz'; choose"),
        ("dataset", "received 'dataset'"),
        ("", "received ''"),
        ("digits:", "nothing; use 'digits' alone"),
        ("fashion_mnist: ", "nothing; use 'fashion_mnist' alone"),
        (None, "received None"),
    ],
)
def test_a_wrong_spec_says_which_would_be_right(spec, message):
    """An unknown name lists the known ones and the closest match."""
    with pytest.raises(DataError, match=message):
        load_dataset(spec, split_seed=0)


def test_settings_are_checked_before_the_source_is_read():
    """A wrong noise share or seed is reported before a missing file would be."""
    with pytest.raises(DataError, match="label_noise"):
        load_dataset("fashion_mnist:/nowhere", split_seed=0, label_noise=1.0)
    with pytest.raises(DataError, match="split_seed"):
        load_dataset("fashion_mnist:/nowhere", split_seed=-1)


def test_loading_is_reproducible(plain):
    """The same call gives the same digest, another seed another."""
    assert load_dataset("digits", split_seed=0).digest == plain.digest
    assert load_dataset("digits", split_seed=1).digest != plain.digest


def test_label_noise_changes_given_labels_only(plain):
    """Noise reaches every split and leaves the split, the inputs and the true labels as they were."""
    noisy = load_dataset("digits", split_seed=0, label_noise=0.2)
    for name, split in noisy.splits.items():
        for field in ("x", "true_label", "example_id"):
            np.testing.assert_array_equal(getattr(split, field), getattr(plain.splits[name], field))
        counts = np.bincount(split.true_label)
        changed = np.bincount(split.true_label[split.given_label != split.true_label], minlength=10)
        np.testing.assert_array_equal(changed, np.rint(0.2 * counts))
    assert noisy.digest != plain.digest
    assert noisy.label_noise == 0.2


def test_train_size_moves_neither_validation_nor_test(plain):
    """With another train_size, validation and test keep their examples and their noise."""
    few, all_ = (load_dataset("digits", split_seed=0, label_noise=0.2, train_size=n) for n in (100, 0))
    for name in ("validation", "test"):
        np.testing.assert_array_equal(few.splits[name].example_id, all_.splits[name].example_id)
        np.testing.assert_array_equal(few.splits[name].given_label, all_.splits[name].given_label)
    assert len(few.train) == few.train_size == 100
    assert set(few.train.example_id) < set(plain.train.example_id)


def test_smaller_subsets_are_part_of_larger_ones(plain):
    """Of digits, the subset of 500 is in that of 1,000, as are all sizes twelve or more apart, for several seeds."""
    for split_seed in (0, 1, 2):
        sizes = [10, 22, 100, 500, 512, 1000]
        by_size = load_datasets("digits", split_seed=split_seed, train_sizes=sizes)
        ids = [set(by_size[size].train.example_id) for size in sizes]
        assert all(a < b for a, b in pairwise(ids))
    assert set(by_size[500].train.example_id) != set(plain.train.example_id)


def test_several_sizes_at_once_are_each_what_it_is_alone(plain):
    """Each data set has the digest of its own loading, noise included; what is held out is shared."""
    by_size = load_datasets("digits", split_seed=0, train_sizes=[100, 0, 50, 100], label_noise=0.2)
    assert list(by_size) == [100, 0, 50]
    for size, dataset in by_size.items():
        alone = load_dataset("digits", split_seed=0, train_size=size, label_noise=0.2)
        assert (dataset.digest, dataset.scale, dataset.train_size) == (alone.digest, alone.scale, size)
        assert dataset.validation is by_size[0].validation
        assert dataset.test is by_size[0].test


def test_a_size_with_another_scale_has_held_out_examples_of_its_own(add_source):
    """Where a subset's largest value is another, validation and test are scaled by it, as they are alone."""
    add_source("my_file", x="np.arange(100.0)[:, None] + 1")
    by_size = load_datasets("mine", split_seed=0, train_sizes=[0, 2])
    assert by_size[2].scale == by_size[2].train.example_id.max() + 1 != by_size[0].scale
    for size in (0, 2):
        assert by_size[size].digest == load_dataset("mine", split_seed=0, train_size=size).digest


def test_a_size_that_cannot_be_had_is_refused_among_others(plain):
    """One line with the size, though the others are fine."""
    with pytest.raises(DataError, match="received 99999") as error:
        load_datasets("digits", split_seed=0, train_sizes=[0, 100, 99999])
    assert "\n" not in str(error.value)


def test_the_splits_have_noise_of_their_own(add_source):
    """Validation and test of equal size and labels do not get the same corruption pattern."""
    add_source("my_file")
    dataset = load_dataset("mine", split_seed=0, label_noise=0.4)
    sides = [split.given_label[np.argsort(split.true_label, kind="stable")] for split in dataset.splits.values()]
    assert len(sides[1]) == len(sides[2])
    assert np.any(sides[1] != sides[2])


def test_the_scale_is_fitted_on_train_only(add_source):
    """The scale is the largest absolute train value; an outlier elsewhere has no say in it."""
    add_source("my_file", x="np.arange(200).reshape(100, 2) - 500")
    dataset = load_dataset("mine", split_seed=0)
    train_rows = dataset.train.example_id
    raw = np.arange(200).reshape(100, 2) - 500
    assert dataset.scale == np.abs(raw[train_rows]).max()
    assert np.abs(dataset.train.x).max() == 1
    for split in dataset.splits.values():
        np.testing.assert_allclose(split.x * dataset.scale, raw[split.example_id], rtol=1e-6)
    outlier = int(dataset.test.example_id[0])
    add_source("my_outlier", name="outlier", x=f"np.where(np.arange(100) == {outlier}, -1e9, 1.0)[:, None]")
    assert load_dataset("outlier", split_seed=0).scale == 1.0


@pytest.mark.parametrize("dtype", ["int8", "uint8", "int64", "float16", "float64", "bool"])
def test_every_numeric_dtype_is_scaled_alike(add_source, dtype):
    """Inputs of any numeric dtype come out as float32 within [-1, 1], also int8's -128."""
    low = {"int8": -128, "bool": 0, "uint8": 0}.get(dtype, -100)
    add_source("my_file", x=f"np.where(np.arange(100) % 4 < 2, {low}, 1).astype('{dtype}')[:, None]")
    dataset = load_dataset("mine", split_seed=0)
    assert dataset.scale == max(-low, 1)
    assert np.abs(dataset.train.x).max() == 1
    assert dataset.train.x.dtype == np.float32


@pytest.mark.parametrize(
    ("x", "message"),
    [
        ("np.zeros((100, 2))", "other than 0"),
        ("np.full((100, 2), np.nan)", "nan"),
        ("np.full((100, 2), np.inf)", "inf"),
        ("np.zeros((99, 2))", r"one integer label 0\.\.1 an example, received x \(99, 2\)"),
    ],
)
def test_unusable_inputs_are_refused(add_source, x, message):
    """Inputs that cannot be scaled, or do not match the labels, are an error of one line."""
    add_source("my_file", x=x)
    with pytest.raises(DataError, match=message):
        load_dataset("mine", split_seed=0)


def test_importing_the_room_is_light():
    """`import regtrack.data`, and even listing the sources, leaves the heavy packages out."""
    code = """
        import sys
        import regtrack.data
        from regtrack.data.spec import known_sources
        known_sources()
        heavy = {"tensorflow", "keras", "mlflow", "sklearn", "scipy", "pandas", "PIL", "pyarrow"} & set(sys.modules)
        assert not heavy, heavy
    """
    subprocess.run([sys.executable, "-c", textwrap.dedent(code)], check=True, timeout=60)


def test_exports_are_what_the_notebook_imports():
    """The room exports exactly its three public names."""
    assert sorted(regtrack.data.__all__) == ["Dataset", "Split", "load_dataset"]
    assert all(hasattr(regtrack.data, name) for name in regtrack.data.__all__)

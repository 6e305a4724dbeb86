"""keras: Keras' image sets through its own loader, official test kept. A stand-in takes its place: no download here."""

import sys
from types import SimpleNamespace

import numpy as np
import pytest

from regtrack.data import load_dataset
from regtrack.data.sources import keras_sets
from regtrack.errors import DataError

N_TRAIN, N_TEST = 60, 20


def arrays(n: int, shape: tuple[int, ...], *, flat: bool):
    x = np.random.default_rng(n).integers(256, size=(n, *shape), dtype=np.uint8)
    y = (np.arange(n) % 10).astype(np.uint8)
    return x, y if flat else y[:, None]


@pytest.fixture
def keras(monkeypatch, tmp_path):
    """A keras whose mnist and cifar10 are small and made up, and whose cifar100 cannot be downloaded."""

    def offline():
        raise Exception("URL fetch failure on https://example.invalid:\n no route to host")

    def loader(shape, *, flat):
        return SimpleNamespace(load_data=lambda: (arrays(N_TRAIN, shape, flat=flat), arrays(N_TEST, shape, flat=flat)))

    sets = SimpleNamespace(
        mnist=loader((28, 28), flat=True),
        cifar10=loader((32, 32, 3), flat=False),
        cifar100=SimpleNamespace(load_data=offline),
    )
    monkeypatch.setitem(sys.modules, "keras", SimpleNamespace(datasets=sets))
    monkeypatch.setattr(keras_sets, "VALIDATION_SIZE", 10)
    monkeypatch.setenv("KERAS_HOME", str(tmp_path / "keras"))
    return sets


@pytest.mark.parametrize(("name", "shape", "flat"), [("mnist", (28, 28), True), ("cifar10", (32, 32, 3), False)])
def test_images_labels_and_the_official_test_are_kerass(keras, name, shape, flat):
    """Pixels and labels come back, validation is drawn from train, test ids follow on train's."""
    dataset = load_dataset(f"keras:{name}", split_seed=0)
    x = np.concatenate([arrays(n, shape, flat=flat)[0] for n in (N_TRAIN, N_TEST)])
    assert [len(split) for split in dataset.splits.values()] == [50, 10, 20]
    assert dataset.test.example_id.tolist() == list(range(60, 80))
    assert (dataset.name, dataset.input_shape, dataset.is_image, dataset.n_classes) == (name, shape, True, 10)
    for split in dataset.splits.values():
        np.testing.assert_allclose(split.x * dataset.scale, x[split.example_id], rtol=1e-5)
        np.testing.assert_array_equal(split.true_label, split.example_id % N_TRAIN % 10)


def test_fashion_mnist_is_the_source_of_that_name(keras, monkeypatch):
    """keras:fashion_mnist takes the source that verifies its files."""
    monkeypatch.setattr(keras_sets.FashionMnist, "load", lambda self, argument: f"verified{argument}")
    assert keras_sets.KerasSets().load("fashion-mnist") == "verified"


def test_offline_says_in_one_line_what_to_do(keras, tmp_path):
    """The failure names the set, Keras' own error, the cache folder and the remedies."""
    with pytest.raises(DataError) as caught:
        load_dataset("keras:cifar100", split_seed=0)
    message = str(caught.value)
    assert "\n" not in message
    for part in (
        "Expected cifar100",
        "URL fetch failure",
        str(tmp_path / "keras/datasets"),
        "copy the files of cifar100",
    ):
        assert part in message


@pytest.mark.parametrize(
    ("spec", "message"),
    [
        ("keras", "among mnist, cifar10, cifar100, fashion_mnist, received ''"),
        ("keras:cifar-10", "did you mean 'cifar10'?"),
        ("keras:imdb", "received 'imdb', which is text; save its token ids, padded to one length"),
        ("keras:reuters", "which is text"),
        ("keras:california_housing", "has a quantity as its target: regression"),
    ],
)
def test_other_sets_are_refused_by_name(spec, message):
    """Text and regression sets are refused plainly, typing errors get a suggestion; nothing is imported for it."""
    with pytest.raises(DataError) as caught:
        load_dataset(spec, split_seed=0)
    assert message in str(caught.value)


def test_the_class_names_are_complete():
    """Ten, ten and a hundred different names; those of CIFAR-100 are in its alphabetical order."""
    counts = {name: len(set(names)) for name, names in keras_sets.CLASS_NAMES.items()}
    assert counts == {"mnist": 10, "cifar10": 10, "cifar100": 100}
    fine = list(keras_sets.CLASS_NAMES["cifar100"])
    assert fine == sorted(fine)

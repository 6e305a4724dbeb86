"""npz: arrays in a file become a Dataset; nothing in the file is executed, and damage is named."""

import io
import pickle

import numpy as np
import pytest

from regtrack.data import Dataset, load_dataset
from regtrack.errors import DataError

N = 100
X = np.random.default_rng(0).normal(size=(N, 3))
Y = np.arange(N) % 2


@pytest.fixture
def save(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return lambda **arrays: np.savez("mine.npz", **arrays)


def load(query: str = "") -> Dataset:
    return load_dataset(f"npz:mine.npz{query}", split_seed=0)


def test_x_and_y_are_what_from_arrays_makes_of_them(save):
    """The file and the arrays in a notebook give one digest."""
    save(x=X, y=Y, class_names=["a", "b"])
    dataset = load()
    assert dataset.digest == Dataset.from_arrays(X, Y, class_names=["a", "b"], split_seed=0).digest
    assert (dataset.name, dataset.class_names) == ("mine", ("a", "b"))


def test_own_splits_are_kept(save):
    """The file's validation and test are the splits, whatever the seed; ids count train, validation, test."""
    save(x_train=X[:70], y_train=Y[:70], x_val=X[70:80], y_val=Y[70:80], x_test=X[80:], y_test=Y[80:])
    for seed in (0, 1):
        dataset = load_dataset("npz:mine.npz", split_seed=seed)
        ids = [split.example_id.tolist() for split in dataset.splits.values()]
        assert ids == [list(range(70)), list(range(70, 80)), list(range(80, 100))]
        np.testing.assert_allclose(dataset.test.x * dataset.scale, X[80:], rtol=1e-5)


@pytest.mark.parametrize(("given", "drawn"), [("test", "validation"), ("validation", "test")])
def test_the_split_that_is_not_given_is_drawn(save, given, drawn):
    """With a test split alone validation is drawn from train, and the other way round."""
    parts = {"x_train": X[:80], "y_train": Y[:80], f"x_{given}": X[80:], f"y_{given}": Y[80:]}
    save(**parts)
    splits = load().splits
    assert splits[given].example_id.tolist() == list(range(80, 100))
    assert len(splits[drawn]) == 16
    assert set(splits[drawn].example_id) < set(range(80))
    other = load_dataset("npz:mine.npz", split_seed=1).splits
    assert other[drawn].example_id.tolist() != splits[drawn].example_id.tolist()
    assert other[given].example_id.tolist() == list(range(80, 100))


def test_labels_and_images_are_taken_as_they_come(save):
    """Float labels 1..C and uint8 pictures work, and the renumbering is noted."""
    save(x=np.random.default_rng(0).integers(256, size=(N, 5, 6), dtype=np.uint8), y=1.0 + Y)
    dataset = load()
    assert (dataset.is_image, dataset.class_names) == (True, ("1", "2"))
    assert "labels 1, 2 are numbered 0..1 in this order, and name themselves" in dataset.notes
    assert not load("?is_image=false").is_image


def test_columns_can_be_scaled_one_by_one(save):
    """scale=columns takes the train mean off and divides by the train deviation; the note proposed it."""
    wide = X * [1, 1000, 1e6]
    save(x=wide, y=Y)
    assert [note for note in load().notes if note.startswith("all columns are divided by one number, and column 2 spr")]
    dataset = load("?scale=columns")
    train = wide[dataset.train.example_id]
    for split in dataset.splits.values():
        expected = (wide[split.example_id] - train.mean(axis=0)) / train.std(axis=0)
        np.testing.assert_allclose(split.x, expected, atol=1e-5)
    assert (dataset.scale, dataset.feature_names, dataset.columns) == (1, ("column 0", "column 1", "column 2"), ())
    assert dataset.notes == ()


def test_a_constant_column_is_zero_and_noted(save):
    """Scaled one by one, a column that never changes in train is 0 there, not a division by zero."""
    save(x=np.c_[X, np.full(N, 0.1)], y=Y)
    dataset = load("?scale=columns")
    assert dataset.train.x[:, 3].tolist() == [0] * 60
    assert "constant in the train split, kept but idle: column 3" in dataset.notes


def test_a_file_with_objects_is_refused_and_not_run(save, tmp_path):
    """An array of Python objects is refused by its name, and its pickle never executed."""
    marker = tmp_path / "executed"

    class Trap:
        def __reduce__(self):
            return open, (str(marker), "w")

    save(x=X, y=np.array([Trap()] * N, dtype=object))
    with pytest.raises(DataError, match=r"an array of Python objects, y, which could run code.*y=y\.astype\(str\)"):
        load()
    assert not marker.exists()


def npy() -> bytes:
    buffer = io.BytesIO()
    np.save(buffer, X)
    return buffer.getvalue()


def cut() -> bytes:
    buffer = io.BytesIO()
    np.savez(buffer, x=X, y=Y)
    return buffer.getvalue()[:800]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "cannot be read"),
        (b"text, no arrays", "neither .npz nor .npy"),
        (pickle.dumps([1, 2]), "neither .npz nor .npy"),
        (npy(), "received a single array; save it with numpy.savez"),
        (cut(), "cannot be read"),
        (b"PK\x03\x04 no zip", "cannot be read"),
    ],
)
def test_a_file_that_is_no_archive_is_refused(content, message, tmp_path):
    """Empty, foreign, pickled, single and damaged files are refused in one line with the path."""
    path = tmp_path / "mine.npz"
    path.write_bytes(content)
    with pytest.raises(DataError) as caught:
        load_dataset(f"npz:{path}", split_seed=0)
    assert message in str(caught.value)
    assert str(path) in str(caught.value)
    assert "\n" not in str(caught.value)


def test_damage_within_the_archive_is_refused(save, tmp_path):
    """A flipped byte in the stored numbers fails the archive's own checksum."""
    save(x=X, y=Y)
    path = tmp_path / "mine.npz"
    content = bytearray(path.read_bytes())
    content[600] ^= 255
    path.write_bytes(content)
    with pytest.raises(DataError, match="Bad CRC-32"):
        load()


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("?is_image=yes", "Expected is_image of npz among true, false, received 'yes'"),
        ("?scale=rows", "Expected scale of npz among one, columns, none, received 'rows'"),
        ("?scale=columns&is_image=true", "Expected images"),
        ("?target=y", "among is_image, scale, group, validation_share, test_share, received 'target'"),
    ],
)
def test_wrong_options_are_refused(save, query, message):
    """Each option names what it takes."""
    save(x=X, y=Y)
    with pytest.raises(DataError, match=message):
        load(query)


def test_a_column_beyond_measure_is_refused(save):
    """A number whose square is infinite cannot be standardized, and its column is named."""
    save(x=np.where(X.max() == X, 1e300, X), y=Y)
    with pytest.raises(DataError, match=r"received 1e\+300 in column 'column \d'"):
        load("?scale=columns")


def test_a_share_of_a_split_that_is_given_is_refused(save):
    """test_share beside x_test would have no effect, and is told; a share of what is drawn is followed."""
    save(x_train=X[:80], y_train=Y[:80], x_test=X[80:], y_test=Y[80:])
    with pytest.raises(DataError, match=r"Expected test_share only where test is drawn, received it for mine\.npz"):
        load("?test_share=0.1")
    assert len(load("?validation_share=0.1").validation) == 8


def test_pictures_are_not_scaled_by_column(save):
    """scale=columns needs columns."""
    save(x=np.ones((N, 8, 8)), y=Y)
    with pytest.raises(DataError, match=r"received \(100, 8, 8\) images; leave scale=columns out"):
        load("?scale=columns")


def test_numbers_can_stay_as_they_are(save):
    """scale=none divides by nothing: token ids are ids in x itself, and the summary says so."""
    ids = np.random.default_rng(0).integers(0, 5_000, size=(N, 20))
    save(x=ids, y=Y)
    dataset = load("?scale=none")
    assert np.array_equal(dataset.train.x, ids[dataset.train.example_id])
    assert "inputs: numbers 20, as they are" in dataset.summary()
    assert f"inputs: numbers 20, scaled by 1/{load().scale:g}\n" in load().summary()


@pytest.mark.parametrize(("key", "query"), [("group", ""), ("patient", "?group=patient")])
def test_a_groups_array_keeps_examples_together(save, key, query):
    """The array `group`, or the one that group= names, divides: ten groups of ten stand in one split each."""
    save(x=X, y=Y, **{key: np.arange(N) // 10})
    dataset = load(query)
    assert [len({*(split.example_id // 10)}) for split in dataset.splits.values()] == [6, 2, 2]
    assert dataset.divided_by == f"group={key}"


def test_groups_of_splits_of_its_own_may_not_meet(save):
    """A group in x_train and in x_test is refused by name; with groups of its own the test split stays as it is."""
    parts = {"x_train": X, "y_train": Y, "x_test": X[:10] + 5, "y_test": Y[:10], "group_train": np.arange(N) // 10}
    save(**parts, group_test=np.full(10, 3))
    with pytest.raises(DataError, match=r"received 1 group in (train|validation) and in test, .* \(3\)"):
        load()
    save(**parts, group_test=np.full(10, 99))
    dataset = load()
    assert dataset.test.example_id.tolist() == list(range(100, 110))
    assert [len(split) for split in dataset.splits.values()] == [80, 20, 10]


def test_a_groups_array_that_is_not_there_is_refused(save):
    """group= that names no array, and groups of one split only, are refused."""
    save(x=X, y=Y)
    with pytest.raises(
        DataError, match=r"Expected an array who \(or who_train and so on\) in mine, as group= says, received x, y"
    ):
        load("?group=who")
    save(x_train=X, y_train=Y, x_test=X, y_test=Y, group_train=np.arange(N))
    with pytest.raises(DataError, match="Expected group of every split in mine, received none of test"):
        load()

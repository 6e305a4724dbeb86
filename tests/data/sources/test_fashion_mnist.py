"""The fashion_mnist source: where it looks, that it verifies, and what it says when nothing is there.

Small hand-made IDX files stand for the real ones, with their checksums put in place of the real ones. No test here
downloads anything: keras is replaced by a stand-in.
"""

import gzip
import hashlib
import sys
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from support.debian import needs

from regtrack.data import load_dataset
from regtrack.data.sources import fashion_mnist
from regtrack.errors import DataError

N_TRAIN, N_TEST = 60, 20
TRAIN_IMAGES = "train-images-idx3-ubyte"


def idx_bytes(array: np.ndarray) -> bytes:
    header = bytes([0, 0, 8, array.ndim]) + b"".join(n.to_bytes(4, "big") for n in array.shape)
    return header + array.astype(np.uint8).tobytes()


ARRAYS = {
    TRAIN_IMAGES: np.random.default_rng(0).integers(256, size=(N_TRAIN, 28, 28)),
    "train-labels-idx1-ubyte": np.arange(N_TRAIN) % 10,
    "t10k-images-idx3-ubyte": np.random.default_rng(1).integers(256, size=(N_TEST, 28, 28)),
    "t10k-labels-idx1-ubyte": np.arange(N_TEST) % 10,
}
FILES = {name: idx_bytes(array) for name, array in ARRAYS.items()}


class Places:
    """The three folders the source knows, in tmp_path, and a keras whose download is up to the test."""

    def __init__(self, tmp_path: Path):
        self.debian = tmp_path / "usr/share/datasets/fashion-mnist"
        self.cache = tmp_path / "keras/datasets/fashion-mnist"
        self.chosen = tmp_path / "chosen"
        self.downloads = 0

    def fill(self, folder: Path, *, zipped: bool = True) -> Path:
        folder.mkdir(parents=True, exist_ok=True)
        for name, content in FILES.items():
            path = folder / (f"{name}.gz" if zipped else name)
            path.write_bytes(gzip.compress(content) if zipped else content)
        return folder

    def load_data(self):
        self.downloads += 1
        raise Exception("URL fetch failure on https://example.invalid:\n no route to host")


@pytest.fixture
def places(tmp_path, monkeypatch):
    places = Places(tmp_path)
    checksums = {name: hashlib.sha256(content).hexdigest() for name, content in FILES.items()}
    monkeypatch.setattr(fashion_mnist, "CHECKSUMS", checksums)
    monkeypatch.setattr(fashion_mnist, "VALIDATION_SIZE", 10)
    monkeypatch.setattr(fashion_mnist, "DEBIAN_ROOTS", (tmp_path / "usr", tmp_path / "usr/local"))
    monkeypatch.setattr(fashion_mnist, "KERAS_FALLBACK", tmp_path / "fallback")
    monkeypatch.setenv("KERAS_HOME", str(tmp_path / "keras"))
    stand_in = SimpleNamespace(load_data=lambda: places.load_data())
    keras = SimpleNamespace(datasets=SimpleNamespace(fashion_mnist=stand_in))
    monkeypatch.setitem(sys.modules, "keras", keras)
    return places


@pytest.fixture
def folders_read(monkeypatch):
    """The folders whose files were read, in order."""
    folders = []
    read_idx = fashion_mnist.read_idx

    def noting(path, **kwargs):
        folders.append(path.parent)
        return read_idx(path, **kwargs)

    monkeypatch.setattr(fashion_mnist, "read_idx", noting)
    return folders


@pytest.mark.parametrize("zipped", [True, False])
def test_an_explicit_folder_comes_first(places, folders_read, zipped):
    """A folder named in the spec is read, gzipped or not, although all other places have the files too."""
    for folder in (places.debian, places.cache):
        places.fill(folder)
    places.fill(places.chosen, zipped=zipped)
    load_dataset(f"fashion_mnist:{places.chosen}", split_seed=0)
    assert set(folders_read) == {places.chosen}


def test_debian_comes_before_the_cache(places, folders_read):
    """Debian's files are read rather than Keras' cache."""
    places.fill(places.debian)
    places.fill(places.cache)
    load_dataset("fashion_mnist", split_seed=0)
    assert set(folders_read) == {places.debian}


def test_the_cache_comes_before_a_download(places, folders_read):
    """A complete cache is read without asking Keras."""
    places.fill(places.cache)
    load_dataset("fashion_mnist", split_seed=0)
    assert set(folders_read) == {places.cache}
    assert places.downloads == 0


@pytest.mark.parametrize("landing", ["cache", "fallback"])
def test_a_download_is_read_from_the_files_it_left(places, folders_read, landing, tmp_path):
    """An incomplete cache is completed by Keras' download, and its files are verified and read."""
    target = tmp_path / {"cache": "keras", "fallback": "fallback"}[landing] / "datasets/fashion-mnist"
    places.fill(places.cache)
    (places.cache / f"{TRAIN_IMAGES}.gz").unlink()
    places.load_data = lambda: places.fill(target)
    load_dataset("fashion_mnist", split_seed=0)
    assert set(folders_read) == {target}


def test_without_keras_home_the_cache_is_in_the_home_folder(places, monkeypatch, tmp_path, folders_read):
    """With KERAS_HOME unset, Keras' default cache ~/.keras is read."""
    monkeypatch.delenv("KERAS_HOME")
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    folder = places.fill(tmp_path / "home/.keras/datasets/fashion-mnist")
    load_dataset("fashion_mnist", split_seed=0)
    assert set(folders_read) == {folder}


def test_images_labels_and_ids_are_the_files_own(places):
    """Numbers come back as written; train ids count from 0, official test ids follow on them."""
    places.fill(places.debian)
    dataset = load_dataset("fashion_mnist", split_seed=3)
    images = np.concatenate([ARRAYS[TRAIN_IMAGES], ARRAYS["t10k-images-idx3-ubyte"]])
    for split in dataset.splits.values():
        np.testing.assert_allclose(split.x * dataset.scale, images[split.example_id], rtol=1e-6)
        np.testing.assert_array_equal(split.true_label, split.example_id % 10)
    np.testing.assert_array_equal(dataset.test.example_id, np.arange(N_TRAIN, N_TRAIN + N_TEST))
    assert (dataset.name, dataset.scale, len(dataset.train)) == ("fashion_mnist", 255.0, 50)


def damage_bits(content: bytes) -> bytes:
    return gzip.compress(gzip.decompress(content)[:-1] + b"\x00\x01")


def damage_cut(content: bytes) -> bytes:
    return content[: len(content) // 2]


def damage_stream(content: bytes) -> bytes:
    return content[:40] + b"\xff" * 40 + content[80:]


def damage_html(_: bytes) -> bytes:
    return b"<html>404</html>"


@pytest.mark.parametrize("damage", [damage_bits, damage_cut, damage_stream, damage_html])
@pytest.mark.parametrize(("place", "remedy"), [("debian", "reinstall"), ("cache", "delete it"), ("chosen", "replace")])
def test_a_damaged_file_is_named_and_nothing_else_is_used(places, damage, place, remedy):
    """Damage is an error with the file, both checksums and the remedy, although a good copy lies elsewhere."""
    for folder in (places.cache, places.chosen):
        places.fill(folder)
    path = places.fill(getattr(places, place)) / f"{TRAIN_IMAGES}.gz"
    path.write_bytes(damage(path.read_bytes()))
    spec = f"fashion_mnist:{places.chosen}" if place == "chosen" else "fashion_mnist"
    with pytest.raises(DataError, match=remedy) as caught:
        load_dataset(spec, split_seed=0)
    message = str(caught.value)
    assert str(path) in message
    assert fashion_mnist.CHECKSUMS[TRAIN_IMAGES] in message
    if damage is damage_bits:
        assert hashlib.sha256(gzip.decompress(path.read_bytes())).hexdigest() in message
    assert places.downloads == 0


def test_swapped_files_are_noticed(places):
    """Two good files under each other's names are refused."""
    folder = places.fill(places.chosen, zipped=False)
    (folder / "t10k-labels-idx1-ubyte").write_bytes(FILES["train-labels-idx1-ubyte"])
    with pytest.raises(DataError, match="t10k-labels-idx1-ubyte"):
        load_dataset(f"fashion_mnist:{folder}", split_seed=0)


@pytest.mark.parametrize(
    "content", [b"", b"\0\0\x08\x01\0\0", b"\0\0\x0d\x01\0\0\0\x01\0", b"\0\0\x08\x01\0\0\0\x05\0"]
)
def test_what_is_no_idx_file_is_refused(places, monkeypatch, content):
    """A file of the right checksum but no IDX structure is an error, not an array of another shape."""
    folder = places.fill(places.chosen, zipped=False)
    (folder / TRAIN_IMAGES).write_bytes(content)
    monkeypatch.setitem(fashion_mnist.CHECKSUMS, TRAIN_IMAGES, hashlib.sha256(content).hexdigest())
    with pytest.raises(DataError, match="IDX file"):
        load_dataset(f"fashion_mnist:{folder}", split_seed=0)


@pytest.mark.parametrize("place", ["debian", "chosen"])
def test_an_incomplete_folder_names_what_is_missing(places, place):
    """A folder with three of the four files is an error that names the fourth."""
    folder = places.fill(getattr(places, place))
    (folder / f"{TRAIN_IMAGES}.gz").unlink()
    spec = f"fashion_mnist:{folder}" if place == "chosen" else "fashion_mnist"
    with pytest.raises(DataError, match=rf"{folder}, received 3 of them \(missing.*{TRAIN_IMAGES}\)"):
        load_dataset(spec, split_seed=0)


def test_a_relative_folder_is_reported_as_an_absolute_path(places, monkeypatch, tmp_path):
    """A relative path is shown resolved, because `mlflow run` changes the working directory."""
    monkeypatch.chdir(tmp_path)
    with pytest.raises(DataError, match=str(tmp_path / "nowhere")):
        load_dataset("fashion_mnist:nowhere", split_seed=0)


@pytest.mark.parametrize("downloads", ["fails", "lands elsewhere"])
def test_offline_names_all_four_ways_in_one_line(places, downloads):
    """With nothing found the one-line error names the spec, the package, the cache, the download and every path."""
    if downloads == "lands elsewhere":
        places.load_data = lambda: None
    with pytest.raises(DataError) as caught:
        load_dataset("fashion_mnist", split_seed=0)
    message = str(caught.value)
    assert "\n" not in message
    for way in ("'fashion_mnist:/path/to/folder'", "dataset-fashion-mnist", "cache folder", "download"):
        assert way in message
    for folder in (places.debian, places.cache):
        assert str(folder) in message


def test_the_real_data_set():
    """Fashion-MNIST itself has its known sizes, class names, balance and pixel range."""
    in_debian = any(fashion_mnist._present(folder) for folder in fashion_mnist._debian_folders())
    needs(in_debian, "dataset-fashion-mnist")
    dataset = load_dataset("fashion_mnist", split_seed=0)
    assert [len(split) for split in dataset.splits.values()] == [55_000, 5_000, 10_000]
    assert (dataset.input_shape, dataset.scale, dataset.is_image) == ((28, 28), 255.0, True)
    assert dataset.class_names[0] == "T-shirt/top"
    assert dataset.class_names[9] == "Ankle boot"
    for split, count in ((dataset.train, 5_500), (dataset.validation, 500), (dataset.test, 1_000)):
        np.testing.assert_array_equal(np.bincount(split.true_label), np.full(10, count))
    assert sorted([*dataset.train.example_id, *dataset.validation.example_id]) == list(range(60_000))
    # The authors' own first labels: an ankle boot among train, an ankle boot and a pullover opening the test file.
    np.testing.assert_array_equal(dataset.test.true_label[:5], [9, 2, 1, 1, 6])
    # The known mean pixel of the 60,000 train images is 0.2860; 55,000 of them are close to it.
    assert dataset.train.x.mean(dtype=np.float64) == pytest.approx(0.2860, abs=0.001)

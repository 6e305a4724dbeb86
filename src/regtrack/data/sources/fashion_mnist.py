import os
import sys
from pathlib import Path

import numpy as np

from regtrack.data.pictures.idx import find_idx, read_idx
from regtrack.data.raw import RawData
from regtrack.data.sources.base import Source
from regtrack.errors import DataError
from regtrack.foreign import given_path

VALIDATION_SIZE = 5_000  # out of the 60,000 official train images
CLASS_NAMES = (
    "T-shirt/top",
    "Trouser",
    "Pullover",
    "Dress",
    "Coat",
    "Sandal",
    "Shirt",
    "Sneaker",
    "Bag",
    "Ankle boot",
)
# SHA-256 of the decompressed bytes. Keras itself verifies nothing.
CHECKSUMS = {
    "train-images-idx3-ubyte": "c59f468a2f672dc815687fe0f83887768d799fd8a3f3276145d20f83aa44d888",
    "train-labels-idx1-ubyte": "bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9",
    "t10k-images-idx3-ubyte": "5b4141f0afbad91edebe8549f8fcffe087ea10ca49f1dbef5c9a5cd8815ce37b",
    "t10k-labels-idx1-ubyte": "0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34",
}
DEBIAN_ROOTS = (Path("/usr"), Path("/usr/local"), Path(sys.prefix))
KERAS_FALLBACK = Path("/tmp/.keras")  # where Keras writes when its own folder is read-only
REINSTALL = "reinstall it: apt-get install --reinstall dataset-fashion-mnist"


class FashionMnist(Source):
    """70,000 grey images of clothes, 28 x 28, 0..255; the official 10,000 test images stay the test split.

    Looked for, in this order: the folder in the spec; Debian's package; Keras' cache; Keras' own download. The first
    place that has any of the files is the one used: a damaged file there is an error, never a reason to look elsewhere,
    or two machines would train on different data without a word.
    """

    name = "fashion_mnist"

    def load(self, argument):
        """All 70,000 images, x (70000, 28, 28) uint8: rows 0..59999 official train, 60000..69999 official test.

        Args:
            argument: folder of the four IDX files (gzipped or not), or "" to look in the known places.

        Raises:
            DataError: nothing was found, or what was found is incomplete or damaged.
        """
        if argument:
            folder = given_path(argument).absolute()
            return _read_folder(folder, remedy=f"replace it, or use '{self.name}' alone to look in the known places")
        for folder in _debian_folders():
            if _present(folder):
                return _read_folder(folder, remedy=REINSTALL)
        folder = _complete_cache() or _download()
        return _read_folder(folder, remedy="delete it, and it is downloaded again")


def _debian_folders() -> list[Path]:
    """Where Debian's package, or one built like it, puts the files."""
    return list(dict.fromkeys(root / "share/datasets/fashion-mnist" for root in DEBIAN_ROOTS))


def keras_caches() -> list[Path]:
    """The folders in which Keras keeps downloaded data sets."""
    home = given_path(os.environ.get("KERAS_HOME") or "~/.keras").absolute()
    return [root / "datasets" for root in (home, KERAS_FALLBACK)]


def _cache_folders() -> list[Path]:
    """Where Keras keeps these files."""
    return [folder / "fashion-mnist" for folder in keras_caches()]


def _present(folder: Path) -> list[str]:
    """The names of the four files that lie in `folder`."""
    return [name for name in CHECKSUMS if find_idx(folder, name)]


def _complete_cache() -> Path | None:
    """The cache folder that has all four files: an interrupted download left fewer, and the next one completes it."""
    return next((folder for folder in _cache_folders() if len(_present(folder)) == len(CHECKSUMS)), None)


def _download() -> Path:
    """Let Keras download, and return the cache folder; only the files are used, so that they are verified."""
    try:
        import keras  # here and only here: it costs seconds

        keras.datasets.fashion_mnist.load_data()
    except Exception as error:  # Keras raises a bare Exception offline
        raise DataError(_nothing_found(f"the download failed: {error}")) from error
    folder = _complete_cache()
    if folder is None:
        raise DataError(_nothing_found("Keras downloaded the files, but not into these folders"))
    return folder


def _nothing_found(reason: str) -> str:
    """One line that names the four ways to get the files, and where they were looked for."""
    tried = ", ".join(str(path) for path in _debian_folders() + _cache_folders())
    return (
        f"Expected Fashion-MNIST's four IDX files, received none in {tried}, and {' '.join(reason.split())}; give "
        f"their folder as '{FashionMnist.name}:/path/to/folder', or install Debian's package dataset-fashion-mnist, or copy them "
        f"into the cache folder {_cache_folders()[0]}, or connect to the internet so that Keras can download them."
    )


def _read_folder(folder: Path, *, remedy: str) -> RawData:
    """Read and verify the four files of `folder`."""
    missing = [name for name in CHECKSUMS if name not in _present(folder)]
    if missing:
        raise DataError(
            f"Expected Fashion-MNIST's four IDX files in {folder}, received {len(CHECKSUMS) - len(missing)} of them "
            f"(missing, with or without .gz: {', '.join(missing)}); {remedy}."
        )
    arrays = [read_idx(find_idx(folder, name), sha256=sha, remedy=remedy) for name, sha in CHECKSUMS.items()]
    train_images, train_labels, test_images, test_labels = arrays
    return RawData(
        name=FashionMnist.name,
        x=np.concatenate([train_images, test_images]),
        labels=np.concatenate([train_labels, test_labels]).astype(np.int64),
        class_names=CLASS_NAMES,
        is_image=True,
        pixel_range=(0, 255),
        validation_size=VALIDATION_SIZE,
        test_size=len(test_labels),
        has_official_test=True,
    )

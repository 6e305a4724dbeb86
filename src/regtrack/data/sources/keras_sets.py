import difflib

import numpy as np

from regtrack.data.pictures.keras_class_names import CLASS_NAMES
from regtrack.data.raw import RawData
from regtrack.data.sources.base import Source
from regtrack.data.sources.fashion_mnist import FashionMnist, keras_caches
from regtrack.errors import DataError

TEXTS = ("imdb", "reuters")
REGRESSION = ("boston_housing", "california_housing")
VALIDATION_SIZE = 5_000  # out of the official train images


class KerasSets(Source):
    """The image sets that Keras offers, `keras:cifar10`, from its cache or its download; official test kept."""

    name = "keras"
    sets = (*CLASS_NAMES, FashionMnist.name)

    def check(self, argument):
        _known_name(argument)

    def load(self, argument):
        """One of the sets, 0..255; the official test images are the last rows and stay the test split.

        fashion_mnist is the source of that name: looked for in more places, and verified.

        Raises:
            DataError: the name is none of the sets, or neither cache nor download gives the data.
        """
        name = _known_name(argument)
        if name == FashionMnist.name:
            return FashionMnist().load("")
        (x_train, y_train), (x_test, y_test) = _loaded(name)
        return RawData(
            name=name,
            x=np.concatenate([x_train, x_test]),
            labels=np.concatenate([y_train, y_test]).ravel().astype(np.int64),  # CIFAR's are (n, 1)
            class_names=CLASS_NAMES[name],
            is_image=True,
            pixel_range=(0, 255),
            validation_size=VALIDATION_SIZE,
            test_size=len(y_test),
            has_official_test=True,
        )


def _known_name(argument: str) -> str:
    """The set that is meant. Raises DataError where it is none of them."""
    name = argument.strip().lower().replace("-", "_")
    if name in TEXTS + REGRESSION:
        why, remedy = (
            (
                "is text",
                "save its token ids, padded to one length, with numpy.savez(path, x=ids, y=labels): npz:path",
            )
            if name in TEXTS
            else ("has a quantity as its target: regression, and that is not supported", "choose one of these")
        )
        raise DataError(
            f"Expected an image set of Keras among {', '.join(KerasSets.sets)}, received {name!r}, which {why}; {remedy}."
        )
    if name not in KerasSets.sets:
        close = difflib.get_close_matches(name, KerasSets.sets, n=1)
        hint = f"did you mean {close[0]!r}?" if close else f"write for example {KerasSets.name}:{KerasSets.sets[0]}."
        raise DataError(
            f"Expected an image set of Keras among {', '.join(KerasSets.sets)}, received {argument!r}; {hint}"
        )
    return name


def _loaded(name: str) -> tuple:
    """What Keras' own loader gives; it verifies the archive's checksum."""
    try:
        import keras  # here and only here: it costs seconds

        return getattr(keras.datasets, name).load_data()
    except Exception as error:  # Keras raises a bare Exception offline, and many kinds on a damaged archive
        reason = " ".join(f"{type(error).__name__}: {error}".split())
        folders = ", ".join(map(str, keras_caches()))
        raise DataError(
            f"Expected {name} in Keras' cache ({folders}) or by its download, received {reason}; connect to the internet "
            f"once, or copy the files of {name} into the cache; a damaged file there has to be deleted first."
        ) from error

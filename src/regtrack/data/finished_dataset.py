"""A Dataset that a user's function made: taken as it is, or refused where a setting asks for another."""

import dataclasses

from regtrack.data.dataset import Dataset
from regtrack.errors import DataError


def as_finished(dataset: Dataset, *, split_seed: int, train_size: int, label_noise: float, fold: str = "") -> Dataset:
    """`dataset` itself, with a note if its splits were drawn with another seed.

    Raises:
        DataError: train_size or label_noise is neither unset (0) nor what the data set has already; a fold is asked for.
    """
    if fold:
        raise DataError(
            f"Expected data to draw folds from, received {dataset.name}, whose function returns a finished Dataset; leave cv and fold "
            "out, or return (x, y) instead, from which regtrack draws."
        )
    for setting, wanted, has in (
        ("train_size", train_size, dataset.train_size),
        ("label_noise", label_noise, dataset.label_noise),
    ):
        if wanted not in (0, has):
            raise DataError(
                f"Expected {setting} 0 or {has} for {dataset.name}, whose function returns a finished Dataset, received "
                f"{wanted!r}; leave {setting} out, or return (x, y) instead, from which regtrack draws."
            )
    if split_seed == dataset.split_seed:
        return dataset
    note = f"the splits are the function's own, drawn with split seed {dataset.split_seed}: {split_seed} has no effect"
    return dataclasses.replace(dataset, notes=(*dataset.notes, note))

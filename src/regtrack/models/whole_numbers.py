"""check_whole_numbers: a model that looks numbers up, or takes integers, would cut others without a word."""

import keras
import numpy as np

from regtrack.data import Dataset
from regtrack.data.units import LARGEST_WHOLE
from regtrack.errors import ModelError
from regtrack.models.layout import as_functional
from regtrack.models.probe import table_size, takes_whole_numbers


def check_splits(model: keras.Model, dataset: Dataset, inputs: str) -> None:
    """`check_whole_numbers` of every split, as the model reads it: "source" or "scaled"."""
    if takes_whole_numbers(model):  # else nothing need be converted
        for name, split in dataset.splits.items():
            check_whole_numbers(model, dataset.inputs(split, inputs), f"{name} data of {dataset.name}")


def check_whole_numbers(model: keras.Model, x: np.ndarray, where: str) -> None:
    """Raise ModelError unless `x`, (n, ...) as the model reads it, holds numbers that it takes as they are.

    Args:
        where: the data in words, e.g. "train data of reviews".
    """
    if not takes_whole_numbers(model):
        return
    below, dtype = table_size(model), as_functional(model).inputs[0].dtype
    limits = np.iinfo(dtype) if "int" in dtype else None
    smallest = 0 if below or dtype.startswith("u") else limits.min
    beyond = min(filter(None, (below, limits and limits.max + 1, LARGEST_WHOLE)))
    odd = x[(x != np.floor(x)) | (x < smallest) | (x >= beyond)]
    if not odd.size:
        return
    first = float(odd.flat[0])
    reading = f"an Embedding of {below} rows" if below else f"{dtype} inputs"
    wanted = f"whole numbers from {smallest} to {beyond - 1}"
    if first != np.floor(first):
        remedy = "give it whole numbers (inputs=scaled divides them: leave it out), or build a model that reads floats"
    elif below and smallest <= first:
        remedy = f"build the Embedding with input_dim above {int(x.max())}, or number the tokens anew"
    else:
        remedy = "number them anew"
    raise ModelError(
        f"model {model.name!r}: reads {reading}, so expected {wanted}, received {first:.7g} in {where}; {remedy}"
    )

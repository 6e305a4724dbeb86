"""score_either_way: how a trained model answers a few examples as the source has them, and scaled."""

from dataclasses import dataclass

import keras
import numpy as np

from regtrack import names
from regtrack.data import Dataset
from regtrack.models.probe import takes_whole_numbers

EXAMPLES = 64
"""Enough to tell a model's own units from others, few enough for a large model in a second or two."""
CLEARLY = 2.0
"""Standard deviations of the difference, by the examples that are right one way only (McNemar)."""


@dataclass(frozen=True)
class EitherWay:
    """Of `n` train examples: `right[names.SOURCE]` and `right[names.SCALED]` are classified as their true label, and
    `inputs`, which of the two the model will be given; `other_is_better` says that the other is so clearly."""

    inputs: str
    n: int
    right: dict[str, int]
    other_is_better: bool

    @property
    def other(self) -> str:
        return names.SCALED if self.inputs == names.SOURCE else names.SOURCE

    def __str__(self) -> str:
        words = {names.SOURCE: "the source's own numbers", names.SCALED: "scaled ones"}
        text = (
            f"as it is, before any training, the model is right on {self.right[self.inputs]} of {self.n} training examples "
            f"given {words[self.inputs]} (inputs={self.inputs}), and on {self.right[self.other]} given {words[self.other]}"
        )
        return text + (
            f": it was most likely trained on these, give inputs={self.other}" if self.other_is_better else ""
        )


def score_either_way(model: keras.Model, dataset: Dataset, inputs: str) -> EitherWay | None:
    """Args: model: ends in probabilities. inputs: what it will be given, names.SOURCE or names.SCALED.

    None where there is nothing to choose: both are the same numbers, or the model reads whole numbers only.
    """
    rows = np.unique(np.linspace(0, len(dataset.train) - 1, EXAMPLES).astype(int))
    scaled = dataset.train.x[rows]
    read = {names.SOURCE: dataset.units.source(scaled), names.SCALED: scaled}
    if takes_whole_numbers(model) or np.array_equal(*read.values()):
        return None
    labels = dataset.train.true_label[rows]
    hits = {way: np.asarray(model(x, training=False)).argmax(axis=1) == labels for way, x in read.items()}
    here, elsewhere = hits[inputs], hits[names.SCALED if inputs == names.SOURCE else names.SOURCE]
    gained, lost = int((elsewhere & ~here).sum()), int((here & ~elsewhere).sum())
    clearly = gained - lost > CLEARLY * np.sqrt(gained + lost)
    return EitherWay(inputs, len(rows), {way: int(hit.sum()) for way, hit in hits.items()}, bool(clearly))

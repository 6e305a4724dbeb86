"""Primary: the one measure that chooses a variant and is judged, named before the first network is trained."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from regtrack.diagnosis.compared.losses import compared_by
from regtrack.diagnosis.differences.comparison import VariantErrors
from regtrack.measures.declared import MEASURES
from regtrack.names import ACCURACY, BALANCED_ACCURACY
from regtrack.variants.grid import AUTO

UNEQUAL = 3.0
"""The largest class is so many times the mean of the others, and accuracy hides these: of two classes above 0.75."""


@dataclass(frozen=True)
class Primary:
    """`name` of the measure, and `why` it is this one where that has to be said."""

    name: str = ACCURACY
    why: str = ""

    def value(self, rate: float) -> float:
        """The measure itself, of the mean loss that is compared."""
        return 1 - rate if MEASURES[self.name].higher_is_better else rate

    def errors(
        self, variant: str, probs: Sequence[np.ndarray], labels: np.ndarray, seeds: Sequence[int] = ()
    ) -> VariantErrors:
        """What is compared of a variant's networks, `probs` (n, n_classes) of each, against `labels` (n,); `seeds` are
        their names."""
        wrong = np.stack([p.argmax(axis=1) != labels for p in probs])
        return compared_by(self.name, VariantErrors(variant, wrong, tuple(map(int, seeds))), probs, labels)


def primary_of(asked: str, recorded: str, labels: np.ndarray, n_classes: int) -> Primary:
    """The one that was asked for, where that is not AUTO, else the one that was `recorded` before training ("" where none was), else the
    default for these validation labels; with the reason where a person has to know it."""
    shares = np.bincount(labels, minlength=n_classes) / len(labels)
    given = "" if asked == AUTO else asked
    name = given or recorded or default_primary(labels, n_classes)
    if recorded and name != recorded:
        return Primary(name, f"chosen after training: {MEASURES[recorded].words} was recorded before it")
    if given and not recorded:
        return Primary(name, "chosen after training: none was recorded before it")
    if name == BALANCED_ACCURACY and default_primary(labels, n_classes) == name:
        return Primary(name, f"since the largest class holds {shares.max():.0%} of the validation examples")
    return Primary(name)


def default_primary(labels: np.ndarray, n_classes: int) -> str:
    """Accuracy, but balanced accuracy where classes are UNEQUAL among these labels (n,)."""
    counts = np.bincount(labels, minlength=n_classes)
    others = (len(labels) - counts.max()) / max(n_classes - 1, 1)
    return BALANCED_ACCURACY if n_classes > 1 and counts.max() > UNEQUAL * others else ACCURACY


def to_carry(name: str, labels: np.ndarray, n_classes: int) -> str:
    """What a grid file says of it, so that a sweep of it on these data is judged by it: AUTO where that is the default."""
    return AUTO if name == default_primary(labels, n_classes) else name

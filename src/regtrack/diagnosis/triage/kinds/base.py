"""Kind: what one file of this folder declares. ErrorEvidence: what it may look at."""

import abc
from dataclasses import dataclass, fields
from typing import ClassVar

import numpy as np


@dataclass(frozen=True)
class ErrorEvidence:
    """What the sweep knows of each high-confidence error; a row is one trial's error on one example.

    mean_probs: (n_errors, n_classes), mean of the sweep's trusted trials (see `label_suspicion`); others_mean_probs:
    the same without the trial that errs, NaN where no other is trusted. The rest (n_errors,): given_label; wrong_class, which this trial predicts; suggested_label, suspicion [0, 1] and suspected of
    the example; trials, how many predicted the example; trials_agreeing, how many of them predict wrong_class.
    """

    mean_probs: np.ndarray
    others_mean_probs: np.ndarray
    given_label: np.ndarray
    wrong_class: np.ndarray
    suggested_label: np.ndarray
    suspicion: np.ndarray
    suspected: np.ndarray
    trials: np.ndarray
    trials_agreeing: np.ndarray

    def __len__(self) -> int:
        return len(self.given_label)

    def take(self, rows: np.ndarray) -> "ErrorEvidence":
        return ErrorEvidence(**{field.name: getattr(self, field.name)[rows] for field in fields(self)})

    def of_class(self, label: np.ndarray) -> np.ndarray:
        """(n_errors,) mean probability of each row's `label`."""
        return self.mean_probs[np.arange(len(self)), label]

    def others_of_class(self, label: np.ndarray) -> np.ndarray:
        """(n_errors,) mean probability of each row's `label`, without the trial that errs."""
        return self.others_mean_probs[np.arange(len(self)), label]


class Kind(abc.ABC):
    """A kind of high-confidence error. Kinds are asked by rising `order`, and the first that matches has the error.

    `formerly` are the names that older stores have it by. `because` says why an error is of this kind, as a template of {given} and {rival}, names of classes, and of
    {given_probability} and {rival_probability}.
    """

    name: ClassVar[str]
    title: ClassVar[str]
    order: ClassVar[int]
    because: ClassVar[str]
    formerly: ClassVar[tuple[str, ...]] = ()

    @abc.abstractmethod
    def matches(self, evidence: ErrorEvidence) -> np.ndarray:
        """(n_errors,) booleans."""

    def rival(self, evidence: ErrorEvidence) -> np.ndarray:
        """(n_errors,) the class that is weighed against the given one."""
        return evidence.wrong_class

    def probability(self, evidence: ErrorEvidence, label: np.ndarray) -> np.ndarray:
        """(n_errors,) of each row's `label`, by the trials that this kind asks."""
        return evidence.of_class(label)

"""What splits of one data set share: they learn from most of the same examples, and so agree in what these do to a difference."""

from dataclasses import dataclass

import numpy as np

ERRORS_AHEAD = 0.6
"""Standard errors by which the part of the training examples is taken larger than it is seen: where it decides, seven splits often
show little of it (docs/split-rates.md)."""
ERRORS_AHEAD_ALONE = 0.8
"""The same of a single comparison, which has no others to see it by."""
FLOOR_OF_FREEDOM = 4
"""Satterthwaite's degrees would be one or two where the part is little of what is seen; the errors ahead allow for that already."""


@dataclass(frozen=True)
class Overlap:
    """Of two splits of one data set, the share of the examples that one `trained` or `tested` on which the other did, too."""

    trained: float
    tested: float

    @classmethod
    def of_splits(cls, trained: int, validated: int, tested: int) -> "Overlap":
        """By the counts of examples of a split, drawn at random."""
        every = trained + validated + tested
        return cls(trained / every, tested / every)

    @classmethod
    def of_folds(cls, folds: int, trained: int, validated: int) -> "Overlap":
        """No two test on the same; both train on what neither tests or validates on."""
        kept = trained / (trained + validated)
        return cls((folds - 2) / (folds - 1) * kept, 0.0)


@dataclass(frozen=True, eq=False)
class BetweenSplits:
    """Of m comparisons, each (m,): the variance between the means of the `splits`, what of that is of the seeds (`of_seeds`, with its
    degrees of freedom, 0 where no split has two) and of the test examples of one split (`of_examples`); `trained` and `tested` as
    Overlap has them."""

    splits: np.ndarray
    between: np.ndarray
    of_seeds: np.ndarray
    seed_freedom: np.ndarray
    of_examples: np.ndarray
    trained: np.ndarray
    tested: np.ndarray

    def with_training(self, without: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """(m,) variance of each mean difference on new data with the training examples' part in full, `without` where nothing is seen of it,
        neither in the comparison itself nor in the mean of all, or where that is larger; and its degrees of freedom.

        What an example does to whoever learns from it is a part of every split that trains on it. To first order in the examples two splits
        agree in it as much as they share, so that of its variance over data sets the share `trained` is common to all splits, and
        between them is the rest: seen once, it counts trained / (1 - trained) times more (Nadeau and Bengio's n_test / n_train is for the
        test examples, and too little here). It is what is left between splits beside seeds and test examples, `ERRORS_AHEAD` standard
        errors larger than it is seen. The freedom is Satterthwaite's, FLOOR_OF_FREEDOM to splits - 1: what is left of
        a variance beside others is known less well than they are.
        """
        m, test_between = len(self.splits), (1 - self.tested) * self.of_examples
        ahead = ERRORS_AHEAD if m > 1 else ERRORS_AHEAD_ALONE
        seen = self.between - self.of_seeds - test_between
        error = self._error()
        # Of the mean each counts by its own scale: variants that hardly differ have their own, and share its composition.
        scale = self.between + self.of_seeds
        known = np.where(scale > 0, scale, np.inf)
        # Comparisons with one baseline have half of their variance in common: so many more comparisons tell.
        of_mean = np.mean(error / known) * np.sqrt((1 + 3 / m) / 4)
        of_training = np.maximum(seen + ahead * error, scale * (np.mean(seen / known) + ahead * of_mean))
        counts = 1 / self.splits + self.trained / (1 - self.trained)
        new = of_training * counts
        new += self.of_examples * ((1 - self.tested) / self.splits + self.tested) + self.of_seeds / self.splits
        variance = np.maximum(without, np.where(of_training > 0, new, 0.0))
        return variance, self._freedom(variance, counts)

    def _freedom(self, variance: np.ndarray, counts: np.ndarray) -> np.ndarray:
        """Satterthwaite's of counts * (between - of_seeds) + of_seeds / splits and what else is known."""
        most = self.splits - 1
        spread = (counts * self.between) ** 2 / most
        spread += self._over_seeds(((counts - 1 / self.splits) * self.of_seeds) ** 2)
        found = np.divide(variance**2, spread, out=most.astype(float), where=spread > 0)
        return np.clip(found, FLOOR_OF_FREEDOM, most)

    def _error(self) -> np.ndarray:
        """Standard errors of what is seen of the training examples, by the normal law."""
        return np.sqrt(2 * (self.between**2 / (self.splits - 1) + self._over_seeds(self.of_seeds**2)))

    def _over_seeds(self, squares: np.ndarray) -> np.ndarray:
        """Per degree of freedom of the seeds; 0 where no split has two, and nothing is known of them."""
        return np.where(self.seed_freedom > 0, squares / np.maximum(self.seed_freedom, 1), 0.0)

"""CrossedErrors: variants on the same examples over several seeds, and the interval of any contrast of their errors."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from scipy import stats
from scipy.special import stdtrit

from regtrack.diagnosis.differences.moderation import are_unequal, moderated_variances, p_of_equal_variances
from regtrack.diagnosis.differences.strata import Strata

ROUNDING = 1e-13
"""A variance of shares below this is 0: one example of 10,000 on which one of 20 seeds differs has a thousand times it."""
FEWEST_SEEDS_TO_BORROW_UNEQUALS = 5
"""Where variances are unequal, fewer seeds cannot tell a variant that is the noisier from one that is not, and lent the
others' calm it is told apart from its equals in 7 to 9 % of sweeps of 3 seeds: then nothing is lent."""
CLEARLY_UNEQUAL = 0.25
"""p-value of equal variances below which a variant of the larger one wins less easily (docs/comparison-rates.md has others)."""
HARDLY_EQUAL = 0.7
"""The same where all variances have fewer than FEW_DEGREES of freedom together, two variants of 5 or 6 seeds: the
test then finds little, and at CLEARLY_UNEQUAL one that is four times as noisy and skewed won in 0.031 (docs/comparison-rates.md)."""
FEW_DEGREES = 12


@dataclass(frozen=True, eq=False)
class Contrast:
    """An estimate with the parts of its variance: `seed_variance` and `example_variance` are those of the mean.

    Numbers, or arrays of one shape for many contrasts at once. `freedom` is Satterthwaite's; NaN standard error where
    the seeds' part is unknown (one seed and nothing to borrow).
    """

    mean: float
    seed_variance: float
    example_variance: float
    freedom: float
    seed_freedom: float = 0.0
    """Of the seeds' part alone."""
    examples: float = 0
    """Where known, a contrast without any spread is bounded by them instead of being certain."""
    cautious_freedom: float = np.nan
    """The parts' degrees of freedom, their harmonic mean weighted by variance: Satterthwaite's are too many where the
    noisier part, of few degrees, came out small by chance."""

    @property
    def standard_error(self):
        return np.sqrt(self.seed_variance + self.example_variance)

    def limits(self, level: float = 0.95):
        """Two-sided confidence limits, each side of (1 - level) / 2; without any spread see `bound_without_spread`."""
        # What `stats.t.ppf` ends in, at a fiftieth of its time: a judgement of a sweep asks thousands of times.
        half = stdtrit(self.freedom, 0.5 + level / 2) * self.standard_error
        half = self.or_bound(half, 1 - level)
        return self.mean - half, self.mean + half

    def or_bound(self, half, alpha):
        """Half widths, those of contrasts without any spread replaced by the bound at `alpha`."""
        if not self.examples:
            return half
        return np.where(self.standard_error == 0, bound_without_spread(alpha, self.examples), half)[()]

    @property
    def p_value(self):
        """Two-sided, of no difference."""
        with np.errstate(invalid="ignore", divide="ignore"):
            p = 2 * stats.t.sf(np.abs(self.mean) / self.standard_error, self.freedom)
        certain = np.where(np.equal(self.mean, 0), 1.0, 0.0)  # without any spread
        return np.where(self.standard_error == 0, certain, p)[()]


def bound_without_spread(alpha, n: float):
    """What n examples without a single change cannot rule out: a share of ln(1 / alpha) / n changed, 3 / n at 0.05.

    The rule of three (Hanley & Lippman-Hand 1983, JAMA 249, 1743).
    """
    return -np.log(alpha) / n


def contrast_of(mean, parts: Sequence[tuple[float, float]], example_variance, n: int, example_freedom=None) -> Contrast:
    """A contrast from the (variance, freedom) of independent seed parts and the examples' part (n - 1 degrees, unless
    they are told)."""
    every = [*parts, (example_variance, max(n - 1, 1) if example_freedom is None else example_freedom)]
    seed_variance = sum((variance for variance, _ in parts), start=np.float64(0))
    total = seed_variance + example_variance
    with np.errstate(invalid="ignore", divide="ignore"):
        spread = sum(np.where(np.greater(variance, 0), variance**2 / freedom, 0.0) for variance, freedom in every)
        satterthwaite = np.where(spread > 0, total**2 / spread, max(n - 1, 1))[()]
        of_seeds = sum((np.where(np.greater(v, 0), v**2 / f, 0.0) for v, f in parts), start=np.float64(0))
        seed_freedom = np.where(of_seeds > 0, seed_variance**2 / of_seeds, 0.0)[()]
        inverse = sum(np.where(np.greater(variance, 0), variance / freedom, 0.0) for variance, freedom in every)
        cautious = np.where(inverse > 0, total / inverse, max(n - 1, 1))[()]
    return Contrast(mean, seed_variance, example_variance, satterthwaite, seed_freedom, cautious_freedom=cautious)


class CrossedErrors:
    """Losses of V variants, each over its own seeds, on the same n examples; most often errors, 0 or 1 each.

    The variance of a contrast c of the variants' error rates is

        sum of c_v² s_v² / S_v  +  max(0, var_i(c · m_i) - sum of c_v² w_v / S_v) / n

    with s_v² the variance of seed means (moderated across variants), m_vi the mean over seeds on example i (the share
    that is wrong) and w_v the seeds-by-examples interaction's mean square: the two-way random model, seeds and examples
    both being samples. For a difference of two variants over the same S seeds the second part is
    (MS_example - MS_interaction) / (n S). Conditional on the split.

    s_v² is never below w_v / n, which is what a network's own examples add to it: seeds that agree in their rates and
    not in their examples agree by luck.

    Where classes count alike, rates are means over classes, and var_i and w_v are taken within each class c of n_c
    examples and added up, n / (C² n_c) of each: the variance of a weighted mean of given class sizes.

    Args:
        wrong: for each variant (S_v, n) bool, or losses of any kind, lower being better.
        moderate: False takes each variant's own variance of seed means, as they are.
        classes: (n,) class of each example, where each class is to count alike.
        largest: what the losses of one example can differ by at most.
    """

    def __init__(
        self,
        wrong: Sequence[np.ndarray],
        *,
        moderate: bool = True,
        classes: np.ndarray | None = None,
        largest: float = 1.0,
    ):
        self.n = wrong[0].shape[1]
        self.strata = Strata.of(classes, self.n)
        self.bounding_examples = self.strata.bounding_examples / largest
        """As many examples as those of a plain error rate that leave the same unknown where nothing differs."""
        self.seeds = np.array([len(w) for w in wrong])
        self.seed_rates = [self.strata.mean(w) for w in wrong]
        self.share_wrong = np.stack([w.mean(axis=0) for w in wrong])
        """(V, n): of the seeds, for each example."""
        self.rates = self.strata.mean(self.share_wrong)
        own = [[_interaction(w[:, group], m[group]) for group in self.strata.places] for w, m in zip(wrong, self.share_wrong, strict=True)]  # fmt: skip
        self._interactions = np.array(own).T * self.strata.shares[:, None]  # (C, V)
        unknown = np.isnan(self._interactions).all(axis=0)
        self.interaction = np.where(unknown, np.nan, np.nansum(self._interactions, axis=0))
        self._moderate = moderate

    @cached_property
    def seed_variances(self) -> tuple[np.ndarray, np.ndarray]:
        """(V,) variances of one seed's error rate, and their degrees of freedom."""
        variances, freedoms = self._own_variances
        if self._moderate and not (self.unequal and self.seeds.min() < FEWEST_SEEDS_TO_BORROW_UNEQUALS):
            variances, freedoms = moderated_variances(variances, freedoms)
        return np.maximum(variances, self.variance_of_examples), freedoms

    @cached_property
    def _own_variances(self) -> tuple[np.ndarray, np.ndarray]:
        return variances_over_seeds(self.seed_rates, moderate=False)

    @cached_property
    def unequal(self) -> bool:
        """Whether some variants are noisier over seeds than others, beyond chance."""
        return are_unequal(*self._floored_variances)

    @cached_property
    def _floored_variances(self) -> tuple[np.ndarray, np.ndarray]:
        """(V,) each variant's own, and their degrees of freedom."""
        variances, freedoms = self._own_variances
        return np.maximum(variances, self.variance_of_examples), freedoms

    def scatters_wider(self, a, b) -> np.ndarray:
        """Whether the seeds of variants `a` scatter more widely than those of `b`, where not all scatter alike."""
        variances, freedoms = self._floored_variances
        level = CLEARLY_UNEQUAL if freedoms.sum() >= FEW_DEGREES else HARDLY_EQUAL
        return (p_of_equal_variances(variances, freedoms) < level) & np.greater(variances[a], variances[b])

    @property
    def variance_of_examples(self) -> np.ndarray:
        """(V,) what its own examples add to the variance of one seed's error rate: w_v / n, 0 where unknown."""
        return np.nan_to_num(self.interaction) / self.n

    @cached_property
    def _covariances(self) -> np.ndarray:
        """(C, V, V) within each class."""
        found = []
        for group, size, share in zip(self.strata.places, self.strata.sizes, self.strata.shares, strict=True):
            own = self.share_wrong[:, group]
            centred = own - own.mean(axis=1, keepdims=True)
            found.append(share * (centred @ centred.T) / max(size - 1, 1))
        return np.stack(found)

    def example_part(self, weights: np.ndarray, share_wrong: np.ndarray | None = None) -> tuple[float, float]:
        """(the examples' part of the variance of the contrast, its degrees of freedom): n - 1, and fewer where classes count
        alike and the rare ones vary. `share_wrong` (n,) where weights differ by example."""
        if share_wrong is None:
            some = np.flatnonzero(weights)  # of thousands of variants two
            of_classes = np.einsum(
                "v,cvu,u->c", weights[some], self._covariances[:, some[:, None], some], weights[some]
            )
        else:
            of_classes = self._of_classes(share_wrong)
        # Unknown with one seed: leaving it in widens the interval.
        left = of_classes - np.nansum(weights**2 * self._interactions / self.seeds, axis=1)
        return max(0.0, float(left.sum())) / self.n, self.strata.freedom(left)

    def seed_parts(self, weights: np.ndarray) -> list[tuple[float, float]]:
        """The seeds' parts of the variance of the contrast, a variant's with its degrees of freedom."""
        variances, freedoms = self.seed_variances
        return [(weights[v] ** 2 * variances[v] / self.seeds[v], freedoms[v]) for v in np.flatnonzero(weights)]

    def _of_classes(self, share_wrong: np.ndarray) -> np.ndarray:
        """(C,) variances of (n,) shares over the examples of each class."""
        groups = zip(self.strata.places, self.strata.sizes, self.strata.shares, strict=True)
        return np.array(
            [share * (share_wrong[group].var(ddof=1) if size > 1 else 0.0) for group, size, share in groups]
        )

    def contrast(self, weights: np.ndarray) -> Contrast:
        weights = np.asarray(weights, float)
        of_examples, freedom = self.example_part(weights)
        found = contrast_of(weights @ self.rates, self.seed_parts(weights), of_examples, self.n, freedom)
        return replace(found, examples=self.bounding_examples)

    def alone(self, v: int) -> Contrast:
        """Error rate of variant v: what `contrast` gives of it alone, without a look at all others."""
        variances, freedoms = self.seed_variances
        left = self._covariances[:, v, v] - np.nan_to_num(self._interactions[:, v] / self.seeds[v])
        of_examples, freedom = max(0.0, float(left.sum())) / self.n, self.strata.freedom(left)
        parts = [(variances[v] / self.seeds[v], freedoms[v])]
        found = contrast_of(self.rates[v], parts, of_examples, self.n, freedom)
        return replace(found, examples=self.bounding_examples)

    def difference(self, a, b) -> Contrast:
        """Error rate of variant a minus that of variant b; with index arrays all such differences at once."""
        variances, freedoms = self.seed_variances
        parts = [(variances[v] / self.seeds[v], freedoms[v]) for v in (a, b)]
        of_examples, freedom = self.difference_part(a, b)
        found = contrast_of(self.rates[a] - self.rates[b], parts, of_examples, self.n, freedom)
        return replace(found, examples=self.bounding_examples)

    def difference_part(self, a, b) -> tuple[np.ndarray, np.ndarray]:
        """As `example_part`, of the difference of variants a and b; with index arrays of all such differences at once."""
        covariance, (a, b) = self._covariances, np.broadcast_arrays(a, b)
        total = covariance[:, a, a] + covariance[:, b, b] - 2 * covariance[:, a, b]  # (C, ...)
        total = np.where(total < ROUNDING, 0.0, total)
        own = np.nan_to_num(self._interactions / self.seeds)
        of_classes = total - own[:, a] - own[:, b]
        return np.maximum(0.0, of_classes.sum(axis=0)) / self.n, self.strata.freedom(of_classes)

    def family_freedom(self, contrast: Contrast):
        """Degrees of freedom for a verdict among many: the cautious ones where variances are unequal."""
        return contrast.cautious_freedom if self.unequal else contrast.freedom

    def seed_degrees(self, a, b):
        """Of two variants' variances together, borrowed ones too: what little an interval over seeds can rest on."""
        freedoms = self.seed_variances[1]
        return freedoms[a] + freedoms[b]


def variances_over_seeds(values: Sequence[np.ndarray], *, moderate: bool = True) -> tuple[np.ndarray, np.ndarray]:
    """(V,) variances of one seed's value and their degrees of freedom; `values` holds (S_v,) for each variant."""
    # Of equal values numpy's variance is not always 0.
    variances = np.array([(np.var(v, ddof=1) if np.ptp(v) else 0.0) if len(v) > 1 else np.nan for v in values])
    freedoms = np.array([len(v) - 1.0 for v in values])
    return moderated_variances(variances, freedoms) if moderate else (variances, freedoms)


def _interaction(wrong: np.ndarray, of_examples: np.ndarray) -> float:
    """Mean square of what is left of wrong (S, n) without its seed and example means.

    Of 0 and 1 the sum of squares is the sum: no (S, n) array of residuals.
    """
    seeds, n = wrong.shape
    if seeds < 2 or n < 2:
        return np.nan
    mean, of_seeds = of_examples.mean(), wrong.mean(axis=1)
    mean_square = mean if wrong.dtype == bool else np.square(wrong).mean()
    total = seeds * n * (mean_square - mean**2)
    between = n * ((of_seeds - mean) ** 2).sum() + seeds * ((of_examples - mean) ** 2).sum()
    found = float(total - between) / ((seeds - 1) * (n - 1))
    return found if found > ROUNDING else 0.0

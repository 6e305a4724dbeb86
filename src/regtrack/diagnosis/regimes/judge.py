"""Judge: the questions that tell how a variant fits, answered from all variants of its sweep, and the verdict of the answers."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from regtrack.diagnosis.differences.crossed import (
    Contrast,
    CrossedErrors,
    bound_without_spread,
    contrast_of,
    variances_over_seeds,
)
from regtrack.diagnosis.differences.multiplicity import holm
from regtrack.diagnosis.differences.paired import mean_squares
from regtrack.diagnosis.regimes import remarks, shapes
from regtrack.diagnosis.regimes.against_folk_rule import against_rule
from regtrack.diagnosis.regimes.curve_shapes import rise_after_minimum
from regtrack.diagnosis.regimes.fits import VariantFits
from regtrack.diagnosis.regimes.folk_rules import ARTICLE, FIXED_RATIO, article_rule, fixed_ratio_rule
from regtrack.diagnosis.regimes.freedom import Freedom, Freedoms
from regtrack.diagnosis.regimes.reference_error import cross_fitted_error
from regtrack.diagnosis.regimes.regime import FEWEST_SEEDS, Clause, Regime, decide, is_grounded
from regtrack.diagnosis.regimes.remarks import Remark
from regtrack.diagnosis.regimes.seen_shapes import RISE, shapes_of_curves
from regtrack.diagnosis.regimes.settle import what_would_settle, what_would_tell
from regtrack.diagnosis.regimes.shapes import Shape
from regtrack.names import ACCURACY, BALANCED_ACCURACY, BASELINE, OVERFIT, UNDETERMINED, WELL_FIT, WELL_FIT_HERE

LAST, SELECTED = "last", "selected"
UNKNOWN = Freedom(np.nan)

OUTSIDE = {
    "freer_better": "Does a larger network, held no more, do better?",
    "tighter_better": "Does a smaller or much more regularized network do better?",
}
"""The clauses that clearly different variants answer, or a target in their place."""


@dataclass(frozen=True)
class Thresholds:
    tolerance: float
    margin: float
    target_error: float | None
    level: float


class Judge:
    """What all variants of a sweep share, computed once."""

    def __init__(
        self, fits: list[VariantFits], thresholds: Thresholds, epoch_kind: str, freedoms: Mapping[str, Freedom]
    ):
        self.fits, self.thresholds, self.epoch_kind = fits, thresholds, epoch_kind
        self.freedoms = Freedoms([freedoms.get(f.variant, UNKNOWN) for f in fits])
        self.errors = CrossedErrors([f.wrong for f in fits], classes=fits[0].classes)
        self.train = np.array([f.train_error.mean() for f in fits])
        self.gaps = [f.val_error - f.train_error for f in fits]
        self.mean_gaps = np.array([gap.mean() for gap in self.gaps])
        self.gap_variances = variances_over_seeds(self.gaps)
        self.rises = [rise_after_minimum(f.val_cross_entropy_curve) for f in fits]
        # Not moderated: a variant that rises varies in how far, its calm neighbours say nothing about that.
        self.rise_variances = variances_over_seeds([r[~np.isnan(r)] for r in self.rises], moderate=False)
        self.reached = cross_fitted_error([f.wrong for f in fits], self.errors.strata)
        given = thresholds.target_error
        self.set_aside = "" if given is None else self._why_no_measure(given)
        self.target = None if self.set_aside else given
        self.reference = self.reached if self.target is None and len(fits) > 1 else None
        own = self.reference.weights if self.reference else np.zeros(len(fits))
        # Where the reference rests on the variant itself, its own seeds' noise is on both sides.
        self.train_variances = variances_over_seeds(
            [f.train_error - w * f.val_error for f, w in zip(fits, own, strict=True)]
        )

    def _is_beaten(self, target: float) -> bool:
        """Whether the sweep reaches less than the target: then it is no measure of what is reachable."""
        weights, parts = self.reached.weights, self.errors.seed_parts(self.reached.weights)
        contrast = self._contrast(self.reached.mean - target, parts, weights, self.reached.share_wrong)
        return bool(self._limits(contrast, of_examples=True)[1] < 0)

    def _why_no_measure(self, target: float) -> str:
        if self._is_beaten(target):
            return shapes.TARGET_BEATEN
        return shapes.TARGET_UNREACHED if self._target_is_far and self._larger_is_no_nearer() else ""

    @cached_property
    def _target_is_far(self) -> bool:
        """Whether no variant's train error comes within the margin of the target that was given."""
        seeds, (variances, freedoms) = self.errors.seeds, self.own_train_variances
        limits = (
            contrast_of(self.train[v] - self.thresholds.target_error, [(variances[v] / seeds[v], freedoms[v])], 0.0, self.errors.n).limits(self.thresholds.level)
            for v in range(len(self.fits))
        )  # fmt: skip
        return all(low > self.thresholds.margin for low, _ in limits)

    def _larger_is_no_nearer(self) -> bool:
        """Whether a clearly larger network of this sweep, held no more, trained as well and does no better: then it is
        not the size of its networks that keeps the sweep from the target."""
        return any(larger.answer is False for larger in self._freer_of_all)

    def _doubts_target(self, v: int) -> bool:
        """Whether a larger network speaks against a target that nobody comes near, though not enough to set it aside: it is
        not shown to be better by the margin, and was less than that. Of the largest itself any such pair does."""
        if self.target is None or not self._target_is_far:
            return False
        own = self._freer_of_all[v]
        return any(
            larger.answer is None and larger.estimate is not None and larger.estimate < larger.threshold
            for larger in ([own] if own.estimate is not None else self._freer_of_all)
        )

    @cached_property
    def own_train_variances(self) -> tuple[np.ndarray, np.ndarray]:
        """(V,) variances over seeds of the train error alone, and their degrees of freedom."""
        return variances_over_seeds([f.train_error for f in self.fits])

    @property
    def reference_mean(self) -> float | None:
        return self.reference.mean if self.reference else self.target

    def regime(self, v: int) -> Regime:
        fits = self.fits[v]
        clauses = (self._underfit(v), self._gap(v), self._rising(v), self._better(v), self._far_from_reference(v),
                   self._freer(v), self._tighter(v))  # fmt: skip
        found = self._shapes(v, clauses)
        few = len(fits.seeds) < FEWEST_SEEDS
        verdict = UNDETERMINED if few else _verdict({clause.name: clause.answer for clause in clauses}, found)
        leans_to = verdict if verdict != UNDETERMINED else _leaning(clauses, found)
        folk = {ARTICLE: article_rule(fits, self.reference_mean), FIXED_RATIO: fixed_ratio_rule(fits)}
        regime = Regime(
            variant=fits.variant,
            epoch_kind=self.epoch_kind,
            verdict=verdict,
            leans_to=leans_to,
            seeds=len(fits.seeds),
            examples=self.errors.n,
            train_error=float(self.train[v]),
            val_error=float(self.errors.rates[v]),
            reference_error=self.reference_mean,
            clauses=clauses,
            settle=(),
            folk_rules=folk,
            disagreement=against_rule(verdict, folk[ARTICLE], *clauses[:2]),
            shapes=tuple(found),
            measure=ACCURACY if fits.classes is None else BALANCED_ACCURACY,
        )
        if verdict == UNDETERMINED:
            return replace(regime, settle=what_would_settle(regime, self.thresholds.level))
        return replace(regime, settle=what_would_tell(regime)) if verdict == WELL_FIT_HERE else regime

    def _only(self, v: int) -> np.ndarray:
        """(V,) weights of the contrast that is variant v alone."""
        weights = np.zeros(len(self.fits))
        weights[v] = 1.0
        return weights

    # ---- clauses ----------------------------------------------------------------------------------------------
    def _contrast(self, mean, parts, weights: np.ndarray, share_wrong: np.ndarray | None = None) -> Contrast:
        """Of validation errors: the examples' part is that of the variants' errors with these weights."""
        variance, freedom = self.errors.example_part(weights, share_wrong)
        return contrast_of(mean, parts, variance, self.errors.n, freedom)

    def _limits(self, contrast: Contrast, *, of_examples: bool) -> tuple[float, float]:
        """Never nearer than n examples without an error can tell, 3 / n: few errors have less spread than doubt."""
        low, high = contrast.limits(self.thresholds.level)
        if not of_examples:
            return low, high
        bound = bound_without_spread(1 - self.thresholds.level, self.errors.bounding_examples)
        return np.minimum(low, contrast.mean - bound), np.maximum(high, contrast.mean + bound)

    def _answered(self, clause: Clause, contrast: Contrast, seeds: int, *, of_examples: bool = True) -> Clause:
        low, high = self._limits(contrast, of_examples=of_examples)
        answer = True if low > clause.threshold else False if high < clause.threshold else None
        return replace(clause, estimate=contrast.mean, low=low, high=high, answer=answer,
                       seed_part=contrast.seed_variance * seeds, example_part=contrast.example_variance * self.errors.n,
                       freedom=contrast.seed_freedom)  # fmt: skip

    def _underfit(self, v: int) -> Clause:
        clause = Clause("underfit", "Is the train error above the reference error?", "share", self.thresholds.margin)
        variances, freedoms = self.train_variances
        seeds = self.errors.seeds
        parts = [(variances[v] / seeds[v], freedoms[v])]
        if self.reference is None and self.target is None:
            alone = self._answered(clause, contrast_of(self.train[v], parts, 0.0, self.errors.n), seeds[v], of_examples=False)  # fmt: skip
            if alone.answer is False:
                return replace(alone, remark=Remark(remarks.TRAIN_ERROR_ALONE))
            return replace(clause, remark=Remark(remarks.REACHABLE_UNKNOWN))
        if self.reference is None:
            contrast = contrast_of(self.train[v] - self.target, parts, 0.0, self.errors.n)
            found = self._answered(clause, contrast, seeds[v], of_examples=False)
            doubted = self._doubts_target(v)
            remark = Remark(remarks.TARGET_DOUBTED if doubted else remarks.TARGET_GIVEN, {"target": self.target})
            return replace(found, answer=None if doubted else found.answer, remark=remark)
        others = self.reference.weights.copy()
        others[v] = 0.0
        parts += self.errors.seed_parts(others)
        contrast = self._contrast(
            self.train[v] - self.reference.mean, parts, self.reference.weights, self.reference.share_wrong
        )
        return self._answered(clause, contrast, seeds[v])

    def _gap(self, v: int) -> Clause:
        clause = Clause("gap", "Is the generalization gap above the tolerance?", "share", self.thresholds.tolerance)
        variances, freedoms = self.gap_variances
        seeds, only = self.errors.seeds[v], self._only(v)
        parts = [(variances[v] / seeds, freedoms[v])]
        return self._answered(clause, self._contrast(self.gaps[v].mean(), parts, only), seeds)

    def _rising(self, v: int) -> Clause:
        clause = Clause("rising", "Did validation cross-entropy rise after its minimum?", "nats", RISE)
        if self.epoch_kind == SELECTED:
            return replace(clause, answer=False, remark=Remark(remarks.SELECTED_IS_MINIMUM))
        rise = self.rises[v][~np.isnan(self.rises[v])]
        if len(rise) < 2:
            return replace(clause, remark=Remark(remarks.TOO_SHORT))
        variances, freedoms = self.rise_variances
        parts = [(variances[v] / len(rise), freedoms[v])]
        contrast = contrast_of(rise.mean(), parts, _mean_variance(self.fits[v].rise), self.errors.n)
        return self._answered(clause, contrast, len(rise), of_examples=False)

    def _far_from_reference(self, v: int) -> Clause:
        clause = Clause(
            "far_from_reference", "Is the validation error above the reference error?", "share", self.thresholds.margin
        )
        weights = self._only(v)
        if self.reference is None and self.target is None:
            return replace(clause, remark=Remark(remarks.REACHABLE_UNKNOWN))
        if self.reference is None:
            contrast = self.errors.contrast(weights)
            contrast = replace(contrast, mean=contrast.mean - self.target)
            clause = replace(clause, remark=Remark(remarks.TARGET_GIVEN, {"target": self.target}))
        else:
            weights = weights - self.reference.weights
            parts = self.errors.seed_parts(weights)
            difference = self.errors.share_wrong[v] - self.reference.share_wrong
            contrast = self._contrast(float(self.errors.strata.mean(difference)), parts, weights, difference)
        return self._answered(clause, contrast, self.errors.seeds[v])

    def _better(self, v: int) -> Clause:
        clause = Clause(
            "better_with_smaller_gap", "Is another variant better, with a smaller gap?", "share", 0.0, answer=False
        )
        others = np.delete(np.arange(len(self.fits)), v)
        if not len(others):
            return replace(clause, answer=None, remark=Remark(remarks.NO_OTHER_VARIANT))
        differences = self.errors.difference(v, others)
        adjusted = holm(replace(differences, freedom=self.errors.family_freedom(differences)).p_value)
        # Half of the level's error: among 12 equal variants one is the luckiest, and its gap is then the smallest too.
        shown = (differences.mean > 0) & (adjusted < (1 - self.thresholds.level) / 2)
        shown[shown] = self._has_smaller_gap(v, others[shown])
        candidates = shown if shown.any() else self.mean_gaps[others] < self.mean_gaps[v]
        if not candidates.any():
            return replace(clause, remark=Remark(remarks.NO_SMALLER_GAP))
        a = int(others[np.argmax(np.where(candidates, differences.mean, -np.inf))])
        difference = self.errors.difference(v, a)
        low, high = difference.limits(self.thresholds.level)
        return replace(clause, estimate=difference.mean, low=low, high=high, answer=bool(shown.any()),
                       seed_part=difference.seed_variance * self.errors.seeds[v],
                       example_part=difference.example_variance * self.errors.n, freedom=difference.seed_freedom,
                       remark=Remark(remarks.AMONG_OTHERS, {"variant": self.fits[a].variant, "others": len(others)}))  # fmt: skip

    def _freer(self, v: int) -> Clause:
        by_target = self.target is not None and not self._doubts_target(v)
        return self._known_by_target("freer_better") if by_target else self._freer_of_all[v]

    @cached_property
    def _freer_of_all(self) -> list[Clause]:
        """By variant, what a larger network tells that fits its training examples no worse: one that failed to train is no
        evidence."""
        as_well = self.train <= self.train[:, None] + self.thresholds.margin
        return [
            self._outside(v, "freer_better", self.freedoms.freer_than(v), as_well[v].take)
            for v in range(len(self.fits))
        ]

    def _tighter(self, v: int) -> Clause:
        """One whose gap is smaller, or it is a twin in all but name, and which is not held into underfit."""
        if self.target is not None:
            return self._known_by_target("tighter_better")
        return self._outside(
            v, "tighter_better", self.freedoms.tighter_than(v),
            lambda others: self._has_smaller_gap(v, others) & self._is_no_underfit[others],
        )  # fmt: skip

    @cached_property
    def _is_no_underfit(self) -> np.ndarray:
        """(V,) bool."""
        return np.array([self._underfit(v).answer is False for v in range(len(self.fits))])

    def _known_by_target(self, name: str) -> Clause:
        known = Remark(remarks.TARGET_KNOWN)
        return Clause(name, OUTSIDE[name], "share", self.thresholds.margin, answer=False, remark=known)

    def _outside(
        self, v: int, name: str, is_different: np.ndarray, shows: Callable[[np.ndarray], np.ndarray]
    ) -> Clause:
        """Is a clearly different variant better by the margin? No only where the upper limit of every such variant's
        advantage is below it."""
        clause = Clause(name, OUTSIDE[name], "share", self.thresholds.margin)
        different = np.flatnonzero(is_different)
        if not len(different):
            return replace(clause, remark=Remark(remarks.NONE_IN_SWEEP))
        found = different[shows(different)]
        if not len(found):
            return replace(clause, remark=Remark(remarks.NONE_SHOWS_IT))
        _, highs = self._limits(self.errors.difference(v, found), of_examples=True)
        a = int(found[np.argmax(np.nan_to_num(highs, nan=np.inf))])
        answered = self._answered(clause, self.errors.difference(v, a), self.errors.seeds[v])
        return replace(answered, remark=Remark(remarks.AGAINST, {"variant": self.fits[a].variant}))

    def _has_smaller_gap(self, v: int, others: np.ndarray) -> np.ndarray:
        """Of which of the others it is shown that their generalization gap is smaller than that of variant v."""
        variances, freedoms = self.gap_variances
        seeds = self.errors.seeds
        parts = [(variances[i] / seeds[i], freedoms[i]) for i in (v, others)]
        of_examples, freedom = self.errors.difference_part(v, others)
        mean = self.mean_gaps[v] - self.mean_gaps[others]
        return contrast_of(mean, parts, of_examples, self.errors.n, freedom).limits(self.thresholds.level)[0] > 0

    # ---- shapes -----------------------------------------------------------------------------------------------
    def _shapes(self, v: int, clauses: tuple[Clause, ...]) -> tuple[Shape, ...]:
        level = self.thresholds.level
        found = shapes_of_curves(self.fits[v], level, ended=self.epoch_kind == LAST, rises=clauses[2].answer is True)
        given = self.thresholds.target_error
        if self.set_aside:
            found.append(Shape(self.set_aside, {"target": given, "reached": self.reached.mean}))
        if self.target is not None and len(self.fits) > 1 and self._target_is_far:
            found.append(
                Shape(shapes.TARGET_DOUBTED if self._doubts_target(v) else shapes.TARGET_FAR, {"target": given})
            )
        baseline = next((b for b, f in enumerate(self.fits) if f.variant == BASELINE), None)
        if baseline is not None and baseline != v and clauses[0].answer:
            variances, freedoms = self.own_train_variances
            only = self._only(baseline)
            parts = [(variances[v] / self.errors.seeds[v], freedoms[v]), *self.errors.seed_parts(only)]
            excess = self._contrast(self.train[v] - self.errors.rates[baseline], parts, only)
            if excess.limits(level)[0] > 0:
                errors = {"train_error": self.train[v], "baseline_error": self.errors.rates[baseline]}
                found.append(Shape(shapes.REGULARIZED_INTO_UNDERFIT, {name: float(e) for name, e in errors.items()}))
        return tuple(found)


def _mean_variance(rise: np.ndarray | None) -> float:
    """The examples' part of the variance of a mean over (S, n), without what the seeds bring; 0 where not given."""
    if rise is None or rise.shape[0] < 2:
        return 0.0
    seeds, n = rise.shape
    _, of_examples, interaction = mean_squares(rise)
    return max(0.0, float(of_examples - interaction)) / (n * seeds)


def _verdict(answers: dict[str, bool | None], found: Sequence[Shape]) -> str:
    """Of the answers; well fit neither where all is one class nor before the training is at its end."""
    verdict = decide(answers)
    if verdict != WELL_FIT:
        return verdict
    shown = {shape.name for shape in found}
    if shown & shapes.NEVER_WELL_FIT:
        return UNDETERMINED
    return WELL_FIT if is_grounded(answers) and shapes.TARGET_UNREACHED not in shown else WELL_FIT_HERE


def _leaning(clauses: tuple[Clause, ...], found: Sequence[Shape]) -> str | None:
    """The verdict of the estimates, as if they were exact; None where one is missing that decides."""
    answers = {c.name: c.answer if c.estimate is None else bool(c.estimate > c.threshold) for c in clauses}
    verdict = _verdict(answers, [shape for shape in found if shape.name not in shapes.UNFINISHED])
    if verdict != UNDETERMINED:
        return verdict
    return OVERFIT if answers["underfit"] is False and answers["gap"] else None

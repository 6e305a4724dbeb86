"""Comparisons over several splits of the data, each with seeds of its own: every variant against the baseline, and any two."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields, replace

import numpy as np
import pandas as pd
from scipy import stats

from regtrack.diagnosis.differences.comparison import VariantErrors, crossed_errors_of
from regtrack.diagnosis.differences.crossed import CrossedErrors, bound_without_spread
from regtrack.diagnosis.differences.dunnett import two_sided_quantile
from regtrack.diagnosis.differences.families import NO_LOOK_LEFT
from regtrack.diagnosis.differences.looks import alpha_of_look
from regtrack.diagnosis.differences.over_splits import FEWEST_SPLITS, difference_over_splits, examples_per_train
from regtrack.diagnosis.differences.shared_training import BetweenSplits, Overlap
from regtrack.diagnosis.differences.strata import TOO_FEW_OF_A_CLASS
from regtrack.measures.primaries import COMPARED
from regtrack.names import ACCURACY, BASELINE, BETTER, EQUAL, NO_VERDICT, NOT_SHOWN, OVER_SPLITS_COLUMNS, WORSE

BOUNDING = "bounding_examples"
"""A column of its own making, until intervals are: as of CrossedErrors."""
PARTS = tuple(field.name for field in fields(BetweenSplits) if field.name != "splits")
"""Columns of its own making, until variances are: as of BetweenSplits."""
SHARED_TRAINING = "shown only if which examples are trained on decides little, and splits of the same data cannot tell"
"""Reason why nothing is shown, where the variance without the training examples' part would show it."""
TOO_FEW_SPLITS = f"fewer than {FEWEST_SPLITS} splits"


@dataclass(frozen=True, eq=False)
class SplitErrors:
    """What the networks of one split get wrong on its test examples.

    Args:
        errors: of each variant; all of them on the same examples.
        example_id: (n_examples,) which they are.
        train_examples: by variant, how many its networks learned on.
        validation_examples: how many of the data took no part in either.
    """

    errors: Sequence[VariantErrors]
    example_id: np.ndarray
    train_examples: Mapping[str, int]
    validation_examples: int = 0


def test_is_fixed(splits: Sequence[SplitErrors]) -> bool:
    """Whether all have the same test examples."""
    return all(np.array_equal(split.example_id, splits[0].example_id) for split in splits)


def compare_over_splits(
    splits: Sequence[SplitErrors],
    *,
    baseline: str = BASELINE,
    primary: str = ACCURACY,
    margin: float | None = None,
    looks: int = 1,
    share: float = 1.0,
    folds: int = 0,
    level: float = 0.95,
) -> pd.DataFrame:
    """names.OVER_SPLITS_COLUMNS, a row a variant that has networks of the baseline's seeds in two splits or more. Seeds are
    paired: those of one start from the same weights, and one that only one of the two finished is left out.

    `difference` as of compare_variants, above 0 where `variant` is better, averaged over splits; its interval and `verdict` are
    those of Dunnett's two-sided comparisons with the baseline, with `freedom` degrees (BetweenSplits), all rows together: practically equal
    is what lies within `margin` (default the measure's own) by the same limits; of
    fewer than FEWEST_SPLITS splits, and from the fourth look on, there is neither. `looks` counts how often all splits were judged, as
    splits were added, this time too: each may spend its part of the error, of which this measure has a `share`. With `folds` the splits are those of one partition into so
    many. `split_share`, `seed_share` and `example_share` are parts of the variance of a difference of
    two single trainings of one seed on one split, together 1; missing where nothing varies, the seeds' where no split has two.
    """
    variants = dict.fromkeys(one.variant for split in splits for one in split.errors if one.variant != baseline)
    pairs = [(variant, baseline) for variant in variants]
    return _judged(splits, pairs, share * alpha_of_look(looks, 1 - level), primary=primary, margin=margin, folds=folds)


def compare_pairs_over_splits(
    splits: Sequence[SplitErrors],
    pairs: Sequence[tuple[str, str]],
    *,
    of: int,
    primary: str = ACCURACY,
    margin: float | None = None,
    looks: int = 1,
    folds: int = 0,
    level: float = 0.95,
) -> pd.DataFrame:
    """The same of these (variant, other), each at its part of the error of `of` pairs (Bonferroni), among which they were picked."""
    alpha = alpha_of_look(looks, 1 - level)
    return _judged(splits, pairs, alpha, primary=primary, margin=margin, folds=folds, of=of)


def pair_over_splits(
    splits: Sequence[SplitErrors], variant: str, other: str, *, primary: str = ACCURACY, folds: int = 0
) -> dict | None:
    """A row without limits and verdict, at the seeds that both share; None of fewer than two splits that have both."""
    pairs, trained = [], []
    for split in splits:
        own = {one.variant: one for one in split.errors}
        pair = _paired(own[variant], own[other]) if {variant, other} <= own.keys() else []
        if pair and len(pair[0].wrong):
            pairs.append(pair)
            trained.append(min(split.train_examples[name] for name in (variant, other)))
    if len(pairs) < 2:
        return None
    crossed = [crossed_errors_of(pair) for pair in pairs]
    refused = next((one.refused for pair in pairs for one in pair if one.refused), "") or _of_classes(crossed)
    row = _row(pairs, crossed, test_is_fixed(splits), min(trained), primary, folds)
    validated = splits[0].validation_examples
    if folds:
        overlap = Overlap.of_folds(folds, min(trained), validated)
    else:
        overlap = Overlap.of_splits(min(trained), validated, row["examples"])
    return row | {"reason": refused} | asdict(overlap)


def _paired(one: VariantErrors, other: VariantErrors) -> list[VariantErrors]:
    """Both at the seeds that they share, in one order; as they are where seeds have no names."""
    if not one.seeds:
        return [one, other]
    common = sorted(set(one.seeds) & set(other.seeds))
    return [_at(errors, [errors.seeds.index(seed) for seed in common]) for errors in (one, other)]


def _at(errors: VariantErrors, places: list[int]) -> VariantErrors:
    losses = None if errors.losses is None else errors.losses[places]
    return replace(errors, wrong=errors.wrong[places], losses=losses, seeds=tuple(errors.seeds[i] for i in places))


def _of_classes(crossed: Sequence[CrossedErrors]) -> str:
    """Why classes that count alike allow no verdict, where a split has too few of one, or none at all; else empty."""
    if len({len(one.strata.sizes) for one in crossed}) > 1:
        return TOO_FEW_OF_A_CLASS
    return next((one.strata.refused for one in crossed if one.strata.refused), "")


def _row(
    pairs: list[list[VariantErrors]],
    crossed: Sequence[CrossedErrors],
    is_fixed: bool,
    trained: int,
    primary: str,
    folds: int,
) -> dict:
    """Without interval and verdict."""
    tested = crossed[0].n
    by_examples = float(np.mean([_of_examples(one) for one in crossed]))
    if is_fixed:
        by_examples = _of_examples(_pooled(pairs))
    found = difference_over_splits(
        [one.seed_rates[1] - one.seed_rates[0] for one in crossed],
        test_per_train=0.0 if is_fixed else examples_per_train(tested, trained, folds),
        example_variance=by_examples if is_fixed else 0.0,
    )
    # Where test is drawn with the split its examples are part of what differs between splits; a fixed one's are not.
    of_split = found.split_variance if is_fixed else max(0.0, found.split_variance - by_examples)
    of_examples = by_examples if is_fixed else found.split_variance - of_split
    of_seeds = 0.0 if np.isnan(found.seed_variance) else found.seed_variance
    total = of_split + of_examples + of_seeds
    shares = [part / total if total > 0 else np.nan for part in (of_split, of_seeds, of_examples)]
    # Splits that agree to the last example are luck: their examples alone would add as much.
    standard_error = float(np.sqrt(max(found.variance, by_examples / len(pairs))))
    return {
        "variant": pairs[0][0].variant, "other": pairs[0][1].variant, "splits": len(pairs),
        "seeds": sum(len(pair[0].wrong) for pair in pairs), "examples": tested, "train_examples": trained,
        "test_is_fixed": is_fixed, "primary": primary, "difference": found.mean, "standard_error": standard_error,
        "freedom": found.freedom, "split_share": shares[0], "example_share": shares[2],
        "seed_share": np.nan if np.isnan(found.seed_variance) else shares[1], BOUNDING: crossed[0].bounding_examples,
        "between": found.between, "of_seeds": found.of_seeds, "of_examples": by_examples,
        "seed_freedom": sum(len(pair[0].wrong) - 1 for pair in pairs),
    }  # fmt: skip


def _of_examples(crossed: CrossedErrors) -> float:
    return float(crossed.difference_part(1, 0)[0])


def _pooled(pairs: list[list[VariantErrors]]) -> CrossedErrors:
    """All networks of both on the one test set that they share."""
    first = pairs[0][0]
    both = [np.concatenate([pair[side].compared for pair in pairs]) for side in (0, 1)]
    return CrossedErrors(both, moderate=False, classes=first.classes, largest=first.largest)


def with_training(table: pd.DataFrame) -> pd.DataFrame:
    """Rows of `pair_over_splits`, `standard_error` and `freedom` with all of the training examples' part; where test is fixed it has none, and is
    said to cover less."""
    own, freedom = (table[name].to_numpy(float, copy=True) for name in ("standard_error", "freedom"))
    known = (~table["test_is_fixed"].astype(bool) & np.isfinite(own)).to_numpy()
    parts = {name: table.loc[known, name].to_numpy(float) for name in ("splits", *PARTS)}
    if known.any():
        variance, freedom[known] = BetweenSplits(**parts).with_training(own[known] ** 2)
        own[known] = np.sqrt(variance)
    return table.assign(standard_error=own, freedom=freedom)


def _judged(
    splits: Sequence[SplitErrors],
    pairs: Sequence[tuple[str, str]],
    alpha: float,
    *,
    primary: str,
    margin: float | None,
    folds: int,
    of: int = 0,
) -> pd.DataFrame:
    """All rows together at `alpha`: Dunnett's, or Bonferroni's among `of` comparisons where they are so many."""
    rows = [pair_over_splits(splits, *pair, primary=primary, folds=folds) for pair in pairs]
    table = pd.DataFrame([row for row in rows if row], columns=[*OVER_SPLITS_COLUMNS, BOUNDING, *PARTS])
    margin = COMPARED[primary].equal_margin if margin is None else margin
    few = NO_LOOK_LEFT if not alpha else TOO_FEW_SPLITS
    reason = np.where((table["splits"] >= FEWEST_SPLITS) & (alpha > 0), table["reason"], few)
    enough = reason == ""
    if not enough.any():
        return table.assign(low=np.nan, high=np.nan, verdict=NO_VERDICT, reason=reason)[list(OVER_SPLITS_COLUMNS)]
    alpha, together = (alpha / of, 1) if of else (alpha, len(table))
    told = table.astype({"freedom": float}).assign(standard_error=np.nan)
    told[enough] = with_training(table[enough])
    error, bounding = (told[name].to_numpy(float) for name in ("standard_error", BOUNDING))
    # Where no split, seed or example differs at all, one split's examples bound what they cannot rule out.
    half = np.where(error == 0, bound_without_spread(alpha, bounding), _quantiles(told, alpha, together) * error)
    half = np.where(enough, half, np.nan)
    difference = table["difference"].to_numpy(float)
    low, high = difference - half, difference + half
    # Examples of which three are more than the margin agree by chance, as of one split.
    equal = (low > -margin) & (high < margin) & (3 / bounding <= margin)
    verdict = np.select([low > 0, high < 0, equal], [BETTER, WORSE, EQUAL], NOT_SHOWN)
    verdict = np.where(enough, verdict, NO_VERDICT)
    apart = table["standard_error"].to_numpy(float)
    hidden = (verdict == NOT_SHOWN) & (apart > 0) & (np.abs(difference) > _quantiles(table, alpha, together) * apart)
    reason = np.where(hidden, SHARED_TRAINING, reason)
    return told.assign(low=low, high=high, verdict=verdict, reason=reason)[list(OVER_SPLITS_COLUMNS)]


def _quantiles(table: pd.DataFrame, alpha: float, together: int) -> np.ndarray:
    """(m,) two-sided, Student's of one comparison and Dunnett's of so many together."""
    freedom = table["freedom"].to_numpy(float)
    return stats.t.isf(alpha / 2, freedom) if together == 1 else two_sided_quantile(freedom, together, 1 - alpha)

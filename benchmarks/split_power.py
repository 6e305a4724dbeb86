"""What do splits cost and buy? `python benchmarks/split_power.py [data sets [law ...]]`: power and false verdicts of designs of as many trainings.

Variants answer single examples, each network with its own luck; how hard an example is to a variant hangs on the examples that were
learned from as well, which splits share. Designs of 14 or 15 trainings a variant are compared by the product's own comparison:
splits x seeds over splits, and one split of 14 seeds as a sweep of one split is. Truth is the difference on new data. One split cannot
know how its own training examples fell: what it calls a win may be that split's alone, which `false` counts among equals.
"""

import sys

import numpy as np
from scipy import stats

from regtrack.diagnosis.differences.comparison import VariantErrors, compare_variants
from regtrack.diagnosis.differences.families import TO_BASELINE
from regtrack.diagnosis.differences.split_comparison import SplitErrors, compare_over_splits
from regtrack.names import BETTER, TEST, WORSE

DESIGNS = ((7, 2), (15, 1), (3, 5), (5, 3), (1, 14))
ROWS, TRAIN, TESTED = 2000, 1200, 400
ERROR = 0.15
LAWS = {"seeds": (0.010, 0.002), "alike": (0.006, 0.006), "splits": (0.002, 0.010)}
"""By what dominates: standard deviations of a network's error rate by its seed, and by what it learned from."""
GAIN = 0.02
VARIANTS = 4
SHOWN = {BETTER, WORSE}
FEW = 20


def networks_of(split_luck: np.ndarray, ease: np.ndarray, gains: np.ndarray, seeds: int, seed_sd: float, rng):
    """A VariantErrors a variant, of networks that err on the hard examples: three parts common to all, one their own luck."""
    found = []
    for v, gain in enumerate(gains):
        rate = np.clip(ERROR - gain + split_luck[v] + rng.normal(0, seed_sd, (seeds, 1)), 0.005, 0.6)
        luck = 0.87 * ease + 0.5 * rng.normal(size=(seeds, len(ease)))
        found.append(
            VariantErrors("baseline" if v == 0 else f"v{v}", luck < _normal_quantile(rate), tuple(range(seeds)))
        )
    return found


def _normal_quantile(rate: np.ndarray) -> np.ndarray:
    return stats.norm.ppf(rate) * np.hypot(0.87, 0.5)


def judged(design: tuple[int, int], gains: np.ndarray, law: str, rng) -> dict[str, str]:
    """By variant, the verdict against the baseline, of one data set."""
    (splits, seeds), (seed_sd, split_sd) = design, LAWS[law]
    ease = rng.normal(size=ROWS)
    effect = rng.normal(
        0, split_sd * np.sqrt(TRAIN), (VARIANTS, ROWS)
    )  # what each example does to whoever learns from it
    drawn = []
    for _ in range(splits):
        rows = rng.permutation(ROWS)
        test, train = rows[:TESTED], rows[-TRAIN:]
        errors = networks_of(effect[:, train].mean(axis=1), ease[test], gains, seeds, seed_sd, rng)
        drawn.append((errors, test))
    if splits == 1:
        table = compare_variants(drawn[0][0], split=TEST)
        table = table[table["family"] == TO_BASELINE]
    else:
        names = [one.variant for one in drawn[0][0]]
        table = compare_over_splits(
            [SplitErrors(errors, test, dict.fromkeys(names, TRAIN), ROWS - TRAIN - TESTED) for errors, test in drawn]
        )
    return dict(zip(table["variant"], table["verdict"], strict=True))


def main(data_sets: int, laws: list[str]) -> None:
    print(f"{data_sets:,} data sets each, {VARIANTS} variants, one better by {100 * GAIN:g} points; three standard errors are "
          f"{3 * np.sqrt(0.25 / data_sets):.3f} at most")  # fmt: skip
    print("design   dominates   any false among equals   shown better")
    for law in laws:
        for design in DESIGNS:
            rng = np.random.default_rng(list(LAWS).index(law))
            equal = [judged(design, np.zeros(VARIANTS), law, rng) for _ in range(data_sets)]
            false = np.mean([not SHOWN.isdisjoint(one.values()) for one in equal])
            gains = np.array([0, GAIN, *[0] * (VARIANTS - 2)])
            power = np.mean([judged(design, gains, law, rng).get("v1") == BETTER for _ in range(data_sets)])
            print(f"{design[0]:>2} x {design[1]:<4} {law:<12} {false:>10.3f} {power:>20.3f}", flush=True)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else FEW, sys.argv[2:] or list(LAWS))

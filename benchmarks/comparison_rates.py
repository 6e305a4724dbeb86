"""Is a comparison calibrated? Family-wise error among equal variants, coverage of intervals, power of a real difference."""

import sys
from dataclasses import replace

import numpy as np
from rich.console import Console
from rich.table import Table

from regtrack.diagnosis.differences.comparison import (
    AMONG_ALL,
    BETTER,
    TO_BASELINE,
    WORSE,
    VariantErrors,
    compare_variants,
    not_shown_worse_than_best,
)
from regtrack.diagnosis.simulation import Truth, simulate_wrong

EXAMPLES = 5_000
EQUAL = Truth(0.10, 0.12)
NOISY = replace(EQUAL, seed_sd=0.012)
EFFECT = 0.008


AS_MEASURED = {"agree": 0.90, "own": 0.03}
"""Networks that agree as those of the article do on Fashion-MNIST."""


def simulated(truths, *, seeds: int, n: int, rng, **agreement) -> list[VariantErrors]:
    names = ["baseline", *(f"variant {i}" for i in range(1, len(truths)))]
    return [
        VariantErrors(*pair)
        for pair in zip(names, simulate_wrong(truths, seeds=seeds, n=n, rng=rng, **agreement), strict=True)
    ]


def under_the_null(
    variants: int, seeds: int, *, noisy: bool, tables: int, n: int = EXAMPLES, seed: int = 0
) -> dict[str, float]:
    """Shares of tables of equal variants with any difference shown, by family; coverage; how often Hsu's set loses one
    (any of the equals may be the best: the first is watched)."""
    rng = np.random.default_rng([seed, variants, seeds, noisy])
    truths = [EQUAL] * variants
    if noisy:
        truths = [EQUAL, NOISY, *truths[2:]]
    found = {"all": 0.0, "baseline": 0.0, "coverage": 0.0, "coverage_noisy": 0.0, "in_set": 0.0}
    for _ in range(tables):
        sweep = simulated(truths, seeds=seeds, n=n, rng=rng)
        table = compare_variants(sweep, split="val")
        shown = table["verdict"].isin([BETTER, WORSE])
        covered = (table["low"] <= 0) & (table["high"] >= 0)
        among = table["family"] == AMONG_ALL
        with_noisy = among & ((table["variant"] == "variant 1") | (table["other"] == "variant 1"))
        found["all"] += (shown & among).any() / tables
        found["baseline"] += (shown & (table["family"] == TO_BASELINE)).any() / tables
        found["coverage"] += covered[among].mean() / tables
        found["coverage_noisy"] += covered[with_noisy].mean() / tables
        found["in_set"] += ("baseline" in not_shown_worse_than_best(sweep)) / tables
    return found


def power(
    variants: int,
    seeds: int,
    *,
    tables: int,
    effect: float = EFFECT,
    n: int = EXAMPLES,
    seed: int = 0,
    equal=EQUAL,
    **agreement,
) -> float:
    """How often one variant that is better than its equals by `effect` is shown better than the baseline."""
    rng = np.random.default_rng([seed, variants, seeds])
    truths = [equal, replace(equal, val_error=equal.val_error - effect), *[equal] * (variants - 2)]
    shown = 0
    for _ in range(tables):
        table = compare_variants(simulated(truths, seeds=seeds, n=n, rng=rng, **agreement), split="val")
        row = table[(table["family"] == TO_BASELINE) & (table["variant"] == "variant 1")].iloc[0]
        shown += row["verdict"] == BETTER
    return shown / tables


def main(tables: int = 1_000) -> None:
    console = Console(width=140)
    null = Table("variants", "seeds", "one noisy", "tables", "any of all pairs", "any against baseline", "coverage",
                 "coverage, noisy pairs", "a best one in the set", title=f"equal variants, {EXAMPLES:,} examples")  # fmt: skip
    for variants in (12, 40):
        for seeds in (3, 5, 10):
            for noisy in (False, True):
                n = tables if variants == 12 else max(100, tables // 4)
                found = under_the_null(variants, seeds, noisy=noisy, tables=n)
                shares = [f"{found[name]:.3f}" for name in ("all", "baseline", "coverage", "coverage_noisy", "in_set")]
                null.add_row(str(variants), str(seeds), "yes" if noisy else "no", f"{n:,}", *shares)
    console.print(null)
    effects = (0.004, 0.008, 0.012, 0.016)
    for title, more in (
        (f"{EXAMPLES:,} examples, networks that disagree much, seeds that scatter by {EQUAL.seed_sd:g}", {}),
        ("10,000 examples, networks that agree as on Fashion-MNIST, seeds that scatter by 0.002",
         {"n": 10_000, "equal": replace(EQUAL, seed_sd=0.002), **AS_MEASURED}),
    ):  # fmt: skip
        curve = Table(
            "seeds", *(f"{100 * effect:.1f} points" for effect in effects), title=f"power, 12 variants, Holm: {title}"
        )
        for seeds in (3, 5, 10, 20):
            shares = [power(12, seeds, tables=max(100, tables // 4), effect=effect, **more) for effect in effects]
            curve.add_row(str(seeds), *(f"{share:.2f}" for share in shares))
        console.print(curve)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))

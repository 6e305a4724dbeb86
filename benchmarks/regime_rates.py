"""How often is a regime named right, wrong, or left undetermined? By regtrack, the article's rule and a fixed ratio."""

import sys

import numpy as np
from rich.console import Console
from rich.table import Table

from regtrack.diagnosis.regimes.diagnose import diagnose_regime
from regtrack.diagnosis.regimes.folk_rules import ARTICLE, FIXED_RATIO
from regtrack.diagnosis.simulation import Truth, simulate_fits
from regtrack.names import OVERFIT, UNDERFIT, UNDETERMINED, WELL_FIT

OTHERS = [Truth(0.10, 0.12, name=f"other {i}") for i in range(3)]
BETTER = [Truth(0.10, 0.12, name="better"), Truth(0.10, 0.125, name="next")]

# name: (truth of the judged variant, the other variants, its regime by construction, kind of scenario, seeds, n)
PLAIN, PAST, THRESHOLD, ALONE = "plain", "0.02 past", "on a threshold", "alone"
SCENARIOS = {
    "network far too small": (Truth(0.28, 0.29), OTHERS, UNDERFIT, PLAIN),
    "penalty far too strong, no gap at all": (Truth(0.24, 0.24), OTHERS, UNDERFIT, PLAIN),
    "memorizes pure label noise": (Truth(0.0, 0.5, rise=0.8, rise_sd=0.1), [Truth(0.3, 0.35), Truth(0.32, 0.36)], OVERFIT, PLAIN),
    "gap, and a regularized variant is better": (Truth(0.0, 0.16), BETTER, OVERFIT, PLAIN),
    "infinite data: train and test the same": (Truth(0.12, 0.12), OTHERS, WELL_FIT, PLAIN),
    "capacity matched, small gap": (Truth(0.112, 0.12), OTHERS, WELL_FIT, PLAIN),
    "gap of 0.10 that costs nothing": (Truth(0.02, 0.12), OTHERS, WELL_FIT, PLAIN),
    "flat, noisy curves": (Truth(0.12, 0.12, seed_sd=0.006, epoch_sd=0.05), OTHERS, WELL_FIT, PLAIN),
    "12 equal variants": (Truth(0.11, 0.12), [Truth(0.11, 0.12, name=f"e{i}") for i in range(11)], WELL_FIT, PLAIN),
    "12 equal variants of a large gap": (Truth(0.0, 0.12), [Truth(0.0, 0.12, name=f"e{i}") for i in range(11)], WELL_FIT, PLAIN),
    "seeds that scatter by a point": (Truth(0.05, 0.14, seed_sd=0.011, rise=0.09, rise_sd=0.02), OTHERS, OVERFIT, PLAIN),
    "lone variant, memorizes": (Truth(0.0, 0.2, rise=0.3, rise_sd=0.05), [], OVERFIT, ALONE),
    "lone variant, too small": (Truth(0.28, 0.29), [], UNDERFIT, ALONE),
    "lone variant, well fit": (Truth(0.11, 0.12), [], WELL_FIT, ALONE),
    "underfit by 0.02 past the margin": (Truth(0.16, 0.16), OTHERS, UNDERFIT, PAST),
    "overfit: gap 0.04, rising 0.03": (Truth(0.08, 0.12, rise=0.03), OTHERS, OVERFIT, PAST),
    "overfit: gap 0.04, another better by 0.02": (Truth(0.10, 0.14), [Truth(0.115, 0.12, name=f"b{i}") for i in range(3)], OVERFIT, PAST),
    "well fit: gap 0, at the reference": (Truth(0.12, 0.12), OTHERS, WELL_FIT, PAST),
    "train error on the margin": (Truth(0.14, 0.14), OTHERS, UNDETERMINED, THRESHOLD),
    "gap on the tolerance, rising": (Truth(0.10, 0.12, rise=0.1), OTHERS, UNDETERMINED, THRESHOLD),
    "rise on its threshold, gap 0.10": (Truth(0.02, 0.12, rise=0.01), OTHERS, UNDETERMINED, THRESHOLD),
    "validation error on the margin, gap 0.10": (Truth(0.04, 0.14), [Truth(0.02, 0.12, name=f"t{i}") for i in range(3)], UNDETERMINED, THRESHOLD),
}  # fmt: skip
SEEDS, EXAMPLES = 5, 5_000


def rates(
    name: str, *, tables: int, seeds: int = SEEDS, n: int = EXAMPLES, seed: int = 0
) -> dict[str, dict[str, float]]:
    """judge -> verdict -> share of simulated tables, for the judged variant of a scenario."""
    truth, others, _, _ = SCENARIOS[name]
    rng = np.random.default_rng([seed, list(SCENARIOS).index(name)])
    found = {judge: {} for judge in ("regtrack", ARTICLE, FIXED_RATIO)}
    for _ in range(tables):
        fits = simulate_fits([truth, *others], seeds=seeds, n=n, rng=rng)
        regime = diagnose_regime(fits, variant=fits[0].variant)
        for judge, verdict in {"regtrack": regime.verdict, **regime.folk_rules}.items():
            found[judge][verdict] = found[judge].get(verdict, 0) + 1 / tables
    return found


def outcome(verdicts: dict[str, float], truth: str) -> tuple[float, float, float]:
    """(named right, flatly wrong, undetermined); on a threshold either side's name is wrong."""
    undetermined = verdicts.get(UNDETERMINED, 0.0)
    right = verdicts.get(truth, 0.0) if truth != UNDETERMINED else undetermined
    return right, max(0.0, 1 - undetermined - (right if truth != UNDETERMINED else 0.0)), undetermined


def main(tables: int = 2_000) -> None:
    table = Table("scenario", "truth", "kind", "right", "wrong", "undetermined", "article wrong", "ratio wrong",
                  title=f"{tables:,} simulated tables a scenario, {SEEDS} seeds, {EXAMPLES:,} examples")  # fmt: skip
    for name, (_, _, truth, kind) in SCENARIOS.items():
        found = rates(name, tables=tables)
        right, wrong, undetermined = outcome(found["regtrack"], truth)
        folk = [outcome(found[judge], truth)[1] for judge in (ARTICLE, FIXED_RATIO)]
        table.add_row(name, truth, kind, *(f"{share:.1%}" for share in (right, wrong, undetermined, *folk)))
    Console(width=160).print(table)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))

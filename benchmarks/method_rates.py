"""Are verdicts on methods calibrated? One pass and Monte Carlo dropout on the same networks: errors among equals, coverage, power.

Simulated networks of one variant whose passes are noise on their logits. "Equal": what stands for the passes is
one more pass like the first, so that nothing differs in truth. "Passes": the mean of so many noisy passes against one without noise,
whose true differences are the mean over many draws of more examples. An ensemble's limits are held against the same networks on 20,000 other
examples: they promise no more. Temperatures are left out: their limits are of the validation examples they were fitted to.

    python benchmarks/method_rates.py [sweeps [designs from [to]]]
"""

import sys
from dataclasses import dataclass

import numpy as np
import pandas as pd
from rich.console import Console
from scipy import special

from regtrack.diagnosis.method_verdicts import EXAMPLES, JUDGED_BY, judge_methods
from regtrack.diagnosis.methods import Method, SeedPredictions
from regtrack.names import BETTER, DETERMINISTIC, ENSEMBLE, MC_DROPOUT, WORSE

TRUTHS, LARGE = 60, 4_000
"""Sweeps, of so many test examples, that the truth is the mean of."""
MANY, ENSEMBLES = 20, 40
"""Passes; and in how many sweeps, at most, an ensemble's limits are held against other examples."""
PAIR = ["method", "temperature", "passes", "other", "measure"]


@dataclass(frozen=True)
class Passes:
    """`seeds` networks, `n` test and `n_val` validation examples of three classes; `noise` of a pass on a logit."""

    seeds: int
    n: int
    noise: float = 1.0
    equal: bool = False
    boldness: float = 0.3
    """Standard deviation over seeds of the logarithm of the factor that a network's logits have."""
    margin: float = 2.5
    n_val: int = 500

    def networks(self, rng: np.random.Generator) -> np.ndarray:
        """(seeds, 2): ability and boldness."""
        return np.stack([0.25 * rng.standard_normal(self.seeds), np.exp(self.boldness * rng.standard_normal(self.seeds))], axis=1)  # fmt: skip

    def split(self, rng: np.random.Generator, networks: np.ndarray, n: int) -> tuple[dict[str, np.ndarray], np.ndarray]:
        """By kind of pass (seeds, n, 3) probabilities, and labels (n,)."""
        labels = rng.integers(0, 3, n)
        logits = 0.6 * rng.standard_t(4, (self.seeds, n, 3))
        logits[:, np.arange(n), labels] += self.margin + 1.5 * rng.standard_normal(n) + networks[:, :1]
        bold = networks[:, 1, None, None]

        def passes(count: int, noise: float) -> np.ndarray:
            drawn = (
                special.softmax(bold * (logits + noise * rng.standard_normal(logits.shape)), axis=-1)
                for _ in range(count)
            )
            return sum(drawn) / count

        if self.equal:
            return {kind: passes(1, self.noise) for kind in ("one", "few", "many")}, labels
        return {"one": passes(1, 0.0), "few": passes(self.seeds, self.noise), "many": passes(MANY, self.noise)}, labels

    def judged(self, rng: np.random.Generator, n: int, others: int = 0) -> list[pd.DataFrame]:
        """The verdicts of one sweep on n test examples, and of the same networks on so many others."""
        networks = self.networks(rng)
        val, val_labels = self.split(rng, networks, self.n_val)
        found = []
        for size in (n, others) if others else (n,):
            test, labels = self.split(rng, networks, size)
            one, few, many = (
                tuple(SeedPredictions(*pair) for pair in zip(val[kind], test[kind], strict=True))
                for kind in ("one", "few", "many")
            )
            mean = SeedPredictions(val["one"].mean(axis=0), test["one"].mean(axis=0))
            methods = (
                Method(DETERMINISTIC, False, 1, 1, one), Method(MC_DROPOUT, False, self.seeds, 1, few),
                Method(MC_DROPOUT, False, MANY, 1, many), Method(ENSEMBLE, False, self.seeds, self.seeds, (mean,)),
            )  # fmt: skip
            found.append(judge_methods(methods, labels, val_labels).set_index(PAIR))
        return found


def rates(design: Passes, sweeps: int, seed: int = 0) -> dict[str, dict[str, float]]:
    """By measure, and "all" together, shares of sweeps: any false verdict on the passes where they are equal, all limits against one pass at
    once, 20 passes shown better or worse; of an ensemble's comparisons those whose limits hold."""
    rng = np.random.default_rng([seed, design.seeds, design.n, design.equal])
    truth = None
    if not design.equal:
        truth = (
            pd.concat([design.judged(rng, LARGE)[0]["difference"] for _ in range(TRUTHS)]).groupby(level=PAIR).mean()
        )
    total: dict[str, dict[str, float]] = {}
    for sweep in range(sweeps):
        table, *other = design.judged(rng, design.n, 20_000 if sweep < ENSEMBLES and not design.equal else 0)
        paired = table[(table["interval_covers"] != EXAMPLES) & table["low"].notna()]
        expected = 0.0 if truth is None else truth[paired.index]
        held = (paired["low"] <= expected) & (paired["high"] >= expected)
        shown = paired["verdict"].isin([BETTER, WORSE])
        ensemble = table[(table["interval_covers"] == EXAMPLES) & table["low"].notna()]
        conditional = other[0]["difference"][ensemble.index] if other else None
        for measure in (*JUDGED_BY, "all"):
            own = _of(paired, measure)
            of = total.setdefault(
                measure, {"judged": 0.0, "false": 0.0, "held": 0.0, "shown": 0.0, "ensemble": 0.0, "ensembles": 0.0}
            )
            of["judged"] += bool(own.any())
            of["false"] += design.equal and bool(shown[own].any())
            of["held"] += bool(held[own].all()) and bool(own.any())
            of["shown"] += bool(shown[own & (paired.index.get_level_values("passes") == MANY)].any())
            if conditional is not None:
                own = _of(ensemble, measure)
                of["ensemble"] += float(
                    ((ensemble["low"] <= conditional) & (ensemble["high"] >= conditional))[own].sum()
                )
                of["ensembles"] += int(own.sum())
    return {
        measure: {name: of[name] / max(of["judged"], 1) for name in ("false", "held", "shown")}
        | {"ensemble": of["ensemble"] / of["ensembles"] if of["ensembles"] else np.nan, "given": of["judged"] / sweeps}
        for measure, of in total.items()
    }


def _of(table: pd.DataFrame, measure: str) -> np.ndarray:
    return np.ones(len(table), bool) if measure == "all" else table.index.get_level_values("measure") == measure


DESIGNS = (
    *(Passes(5, n, equal=True) for n in (300, 1_000, 5_000)), Passes(10, 1_000, equal=True), Passes(5, 1_000, equal=True, boldness=0.6),
    Passes(5, 1_000, equal=True, margin=5.5),
    *(Passes(5, n) for n in (300, 1_000, 5_000)), Passes(10, 1_000), Passes(5, 1_000, boldness=0.6), Passes(5, 1_000, margin=5.5),
    Passes(5, 100), Passes(5, 1_000, boldness=0.1), Passes(5, 1_000, equal=True, boldness=0.1),
)  # fmt: skip


def main(sweeps: int = 5, first: int = 0, last: int | None = None) -> None:
    """The default takes three minutes; docs/uncertainty.md says how many its rows have."""
    console = Console()

    def print_row(cells) -> None:
        console.print("| " + " | ".join(cells) + " |", soft_wrap=True, highlight=False)

    console.print(f"{sweeps:,} sweeps a row; a standard error is {np.sqrt(0.05 * 0.95 / sweeps):.3f} at 0.05\n")
    columns = ("false", "held", "shown", "ensemble", "given")
    print_row(("seeds", "examples", "law", "measure", *columns))
    print_row(("---",) * (4 + len(columns)))
    for design in DESIGNS[first:last]:
        law = [("passes", "equal")[design.equal], f"boldness {design.boldness:g}" * (design.boldness != 0.3), f"margin {design.margin:g}" * (design.margin != 2.5)]  # fmt: skip
        for measure, found in rates(design, sweeps).items():
            of = (f"{found[name]:.3f}" for name in columns)
            print_row((str(design.seeds), f"{design.n:,}", ", ".join(filter(None, law)), measure, *of))


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))

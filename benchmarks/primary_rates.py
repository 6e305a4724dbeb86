"""Is a verdict by balanced accuracy, or by negative log-likelihood, calibrated? Errors among equals, coverage and power.

Two generators that share nothing with the formulas: errors of a common and a rare class, each of beta-distributed
difficulties joined by a Gaussian copula, the seeds trading one class for the other; and log-likelihoods of margins with
heavy tails and a few wrong labels.

    python benchmarks/primary_rates.py [tables]
"""

import sys
from dataclasses import dataclass

import numpy as np
from rich.console import Console

from regtrack.diagnosis.compared.losses import largest_loss, loss_of_label
from regtrack.diagnosis.differences.comparison import FEWEST_SEEDS_TO_WIN, MARGIN
from regtrack.diagnosis.differences.crossed import CrossedErrors
from regtrack.diagnosis.differences.families import BETTER, TO_BASELINE, WORSE, judge_family
from regtrack.diagnosis.differences.looks import alpha_of_look
from regtrack.diagnosis.simulated_sweeps import Design, wrong_of
from regtrack.names import NO_VERDICT

ALPHA = 0.05
COMMON = 0.03
"""Error rate of the common class."""
COMMON_SD, RARE_SD = 0.006, 0.04
"""Of a class's error rate over seeds, the rare one's where 0.4 of it is wrong; a seed that finds more of the rare class takes more of the common one for it."""
TRADED = 0.7
WRONG_LABELS = 0.01


@dataclass(frozen=True)
class Classes:
    """A common class and `rare` examples of the other, 19 to 1; variant 1 finds `gain` more of the rare one."""

    variants: int
    seeds: int
    rare: int
    gain: float = 0.0
    error: float = 0.4
    """Of the rare class."""
    shared: float = 0.9
    """Correlation of the latent difficulties of two variants."""
    noisy: bool = False
    """Every second variant is three times as noisy over seeds."""

    @property
    def classes(self) -> np.ndarray:
        return np.repeat([0, 1], [19 * self.rare, self.rare])

    @property
    def settings(self) -> dict:
        return {"classes": self.classes}

    @property
    def truth(self) -> np.ndarray:
        """(variants,) balanced error."""
        found = np.full(self.variants, (COMMON + self.error) / 2)
        found[1] -= self.gain / 2
        return found

    def splits(self, rng: np.random.Generator) -> list[np.ndarray]:
        """(variants, seeds, n) bool of the same networks on validation and on test."""
        shape = (self.variants, self.seeds)
        common, own = rng.standard_normal(shape), rng.standard_normal(shape)
        rare = -TRADED * common + np.sqrt(1 - TRADED**2) * own
        times = np.where(self.noisy & (np.arange(self.variants) % 2 == 1), 3.0, 1.0)[:, None]
        sd = RARE_SD * self.error * (1 - self.error) / 0.24
        parts = (
            (Design(*shape, 19 * self.rare, COMMON, shared=self.shared), COMMON_SD * times * common),
            (Design(*shape, self.rare, self.error, gain=self.gain, shared=self.shared), sd * times * rare),
        )
        return [np.concatenate([wrong_of(*part, rng) for part in parts], axis=-1) for _ in range(2)]


@dataclass(frozen=True)
class Likelihoods:
    """n examples of two classes; variant 1 has margins larger by `gain`."""

    variants: int
    seeds: int
    n: int
    gain: float = 0.0

    @property
    def settings(self) -> dict:
        return {"largest": largest_loss(2)}

    @property
    def truth(self) -> np.ndarray:
        """(variants,) where all are equal; what a gain in margin is worth is not known."""
        return np.where((np.arange(self.variants) == 1) & (self.gain > 0), np.nan, 0.0)

    def splits(self, rng: np.random.Generator) -> list[np.ndarray]:
        """(variants, seeds, n) nats."""
        shape = (self.variants, self.seeds, self.n)
        of_networks = 0.3 * rng.standard_normal((*shape[:2], 1))
        return [self._losses(shape, of_networks, rng) for _ in range(2)]

    def _losses(self, shape, of_networks, rng) -> np.ndarray:
        examples = 4 * (0.9 * rng.standard_normal(self.n) + 0.44 * rng.standard_normal((shape[0], 1, self.n)))
        margins = 5 + examples + of_networks + 1.5 * rng.standard_t(3, shape)
        margins[1] += self.gain
        margins = margins * np.where(rng.random(self.n) < WRONG_LABELS, -1, 1)
        return loss_of_label(1 / (1 + np.exp(-np.clip(margins, -700, 700))), 2)


def rates(design, tables: int, seed: int = 0) -> dict[str, float]:
    """Shares of tables: a false win, any false verdict against the baseline, one comparison covered, all at once,
    variant 1 shown better, and comparisons that get a verdict."""
    rng, total, a = np.random.default_rng([seed, design.variants, design.seeds]), {}, np.arange(1, design.variants)
    equal = (design.truth[0] == design.truth)[1:]
    for _ in range(tables):
        validation, test = design.splits(rng)
        errors, chosen = (CrossedErrors(list(split), **design.settings) for split in (test, validation))
        best = int(chosen.rates.argmin())
        new = judge_family(TO_BASELINE, a, 0 * a, errors, margin=MARGIN, alpha=alpha_of_look(1, ALPHA))
        low, high = new.contrast.limits()
        difference = (design.truth[0] - design.truth)[1:]
        wins = design.seeds >= FEWEST_SEEDS_TO_WIN and best > 0 and equal[best - 1] and new.verdict[best - 1] == BETTER
        wins = wins and not new.reason[best - 1]
        with np.errstate(invalid="ignore"):
            found = {
                "win": wins,
                "baseline": (np.isin(new.verdict, (BETTER, WORSE)) & equal).any(),
                "power": new.verdict[0] == BETTER,
                "given": (new.verdict != NO_VERDICT).mean(),
                "coverage": ((low <= difference) & (difference <= high))[equal].mean() if equal.any() else np.nan,
                "joint": ((new.low <= difference) & (difference <= new.high))[equal].all(),
            }
        for name, value in found.items():
            total[name] = total.get(name, 0.0) + float(value)
    return {name: value / tables for name, value in total.items()}


EQUALS = (
    *(Classes(v, s, rare) for rare in (20, 50) for v in (2, 12) for s in (3, 5, 10)),
    *(Classes(v, s, rare, error=error) for rare in (5, 10, 20) for error in (0.1, 0.4, 0.9)
      for v, s in ((2, 5), (12, 5), (12, 10))),
    *(Classes(v, 5, rare, shared=0.3) for v in (2, 12) for rare in (5, 20)),
    Classes(12, 3, 50, noisy=True), Classes(12, 5, 50, noisy=True),
    *(Likelihoods(v, s, 1_000) for v in (2, 12) for s in (3, 5, 10)),
    Likelihoods(12, 5, 200),
)  # fmt: skip
GAINS = (
    *(Classes(v, s, 50, gain=0.2) for v in (2, 12) for s in (3, 5, 10)),
    *(Likelihoods(v, s, 1_000, gain=0.8) for v in (2, 12) for s in (3, 5, 10)),
)


def named(design) -> tuple[str, ...]:
    if isinstance(design, Classes):
        law = "half noisy" if design.noisy else "" if design.shared == 0.9 else f"shared {design.shared:g}"
        sizes = f"{19 * design.rare} + {design.rare}"
        return "balanced accuracy", str(design.variants), str(design.seeds), sizes, f"{design.error:g}", law
    return "clipped NLL", str(design.variants), str(design.seeds), f"{design.n:,}", "", ""


def main(tables: int = 50) -> None:
    """The default takes minutes; docs/measure-rates.md says how many its rows have."""
    console = Console()

    def print_row(cells) -> None:
        console.print("| " + " | ".join(cells) + " |", soft_wrap=True, highlight=False)

    for title, designs, columns in (
        ("equal variants", EQUALS, ("win", "baseline", "coverage", "joint", "given")),
        ("variant 1 is better", GAINS, ("power", "given")),
    ):
        error = np.sqrt(0.05 * 0.95 / tables)
        console.print(f"\n{title}, {tables:,} tables a row; a standard error is {error:.3f} at 0.05\n", soft_wrap=True)
        print_row(("measure", "variants", "seeds", "examples", "error of the rare class", "law", *columns))
        print_row(("---",) * (6 + len(columns)))
        for design in designs:
            found = rates(design, tables)
            print_row((*named(design), *(f"{found[name]:.3f}" for name in columns)))


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))

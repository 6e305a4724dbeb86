"""Is a verdict by a measure of confidence calibrated? Errors among equals, coverage and power, by every measure that gets one.

Networks give probabilities that share nothing with the formulas: items of some difficulty, networks of some ability and some
boldness, logits with noise of heavy tails. Equal variants are draws of one law, so that every measure's true difference is 0
whatever its value.

    python benchmarks/measure_rates.py [tables [designs from [to]]]
"""

import sys
from dataclasses import dataclass

import numpy as np
from rich.console import Console

from regtrack.diagnosis.compared.classes import compare_classes
from regtrack.diagnosis.compared.influence import FEWEST_ERRORS, SELECTIVE
from regtrack.diagnosis.compared.losses import compared_by
from regtrack.diagnosis.differences.comparison import VariantErrors, crossed_errors_of
from regtrack.diagnosis.differences.families import BETTER, TO_BASELINE, WORSE, judge_family
from regtrack.diagnosis.differences.looks import alpha_of_look
from regtrack.measures.primaries import COMPARED
from regtrack.names import ACCURACY, BASELINE, NO_VERDICT

ALPHA = 0.05
LAWS = ("", "heavy tails", "one stuck", "half noisy")
CLASSES = 3
STUCK = 0.04
"""Share of stuck networks, of every variant alike."""


@dataclass(frozen=True)
class Networks:
    """`variants` of `seeds` networks on `n` test examples of three classes, the smallest a fifth of the largest.

    `margin`: of a network's logit of the right class over the others, the larger the more are right. `spread`: of ability over seeds,
    logits; `boldness` of the logarithm of the factor that all logits of a network have. `gain`: what variant 1 has more of margin;
    `sharper`: of the logarithm of boldness, by which it is bolder.
    """

    variants: int
    seeds: int
    n: int
    margin: float = 2.5
    spread: float = 0.25
    boldness: float = 0.15
    law: str = ""
    gain: float = 0.0
    sharper: float = 0.0

    def draw(self, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
        """Probabilities (variants, seeds, n, CLASSES) float32, and labels (n,), every class among them."""
        shape = (self.variants, self.seeds)
        labels = np.concatenate([np.arange(CLASSES), rng.choice(CLASSES, self.n - CLASSES, p=(5 / 9, 3 / 9, 1 / 9))])
        ability, bold = (sd * self._strays(rng, shape) for sd in (self.spread, self.boldness))
        ease = self.margin + 1.5 * rng.standard_normal(self.n) + 0.5 * rng.standard_normal((self.variants, self.n))
        right = ease[:, None] + ability[..., None]
        right[1] += self.gain
        bold[1] += self.sharper
        logits = 0.6 * rng.standard_t(4, (*shape, self.n, CLASSES)).astype(np.float32)
        np.put_along_axis(
            logits, np.broadcast_to(labels[:, None], (*shape, self.n, 1)),
            np.take_along_axis(logits, np.broadcast_to(labels[:, None], (*shape, self.n, 1)), -1) + right[..., None], -1,
        )  # fmt: skip
        logits *= np.exp(bold)[..., None, None]
        if self.law == "one stuck":
            logits[rng.random(shape) < STUCK] *= 0.02
        logits -= logits.max(axis=-1, keepdims=True)
        probs = np.exp(logits, dtype=np.float32)
        return probs / probs.sum(axis=-1, keepdims=True), labels

    def _strays(self, rng: np.random.Generator, shape) -> np.ndarray:
        if self.law == "heavy tails":
            return rng.standard_t(3, shape) / np.sqrt(3)
        times = np.where((self.law == "half noisy") & (np.arange(shape[0]) % 2 == 1), 3.0, 1.0)
        return times[:, None] * rng.standard_normal(shape)


def rates(design: Networks, tables: int, seed: int = 0) -> dict[str, dict[str, float]]:
    """By measure, shares of tables: any false verdict against the baseline at the primary's error, one comparison covered, variant
    1 shown better, comparisons that get a verdict; under "secondary" any false verdict of all measures but accuracy, which
    share an error; under "classes" any false verdict on a class of the variant that is the best on test, the luckiest there is, and all limits
    of its classes."""
    rng = np.random.default_rng([seed, design.variants, design.seeds, design.n])
    a, total = np.arange(1, design.variants), {}
    alone, shared = alpha_of_look(1, ALPHA), alpha_of_look(1, ALPHA) / (len(COMPARED) - 1)

    def add(measure: str, **shares: float) -> None:
        of = total.setdefault(measure, {"tables": 0.0})
        of["tables"] += 1
        for name, value in shares.items():
            of[name] = of.get(name, 0.0) + float(value)

    for _ in range(tables):
        probs, labels = design.draw(rng)
        wrong = probs.argmax(axis=-1) != labels
        known = [VariantErrors(str(v) if v else BASELINE, own) for v, own in enumerate(wrong)]
        any_false = False
        for measure in COMPARED:
            if measure in SELECTIVE and min(wrong.sum(axis=-1).min(), (~wrong).sum(axis=-1).min()) < FEWEST_ERRORS:
                continue
            errors = crossed_errors_of(
                [compared_by(measure, one, own, labels) for one, own in zip(known, probs, strict=True)]
            )
            found, secondary = (
                judge_family(TO_BASELINE, a, 0 * a, errors, margin=COMPARED[measure].equal_margin, alpha=alpha)
                for alpha in (alone, shared)
            )
            low, high = found.contrast.limits()
            given = found.verdict != NO_VERDICT
            covered = ((low <= 0) & (high >= 0))[given]
            add(
                measure,
                false=np.isin(found.verdict, (BETTER, WORSE)).any(),
                coverage=covered.mean() if given.any() else 1.0,
                better=found.verdict[0] == BETTER,
                secondary_better=secondary.verdict[0] == BETTER,
                given=given.mean(),
            )
            any_false |= measure != ACCURACY and np.isin(secondary.verdict, (BETTER, WORSE)).any()
        add("secondary", false=any_false)
        chosen = known[
            1 + int(wrong[1:].mean(axis=(1, 2)).argmin())
        ].variant  # of those that are not the baseline, the best on test: no luckier
        classes = compare_classes(known, labels, range(CLASSES), chosen)
        add(
            "classes",
            false=classes["verdict"].isin([BETTER, WORSE]).any(),
            coverage=((classes["low"] <= 0) & (classes["high"] >= 0)).mean(),
            better=(classes["verdict"] == BETTER).any(),
            given=(classes["verdict"] != NO_VERDICT).mean(),
        )
    return {
        measure: {name: value / (tables if name == "tables" else of["tables"]) for name, value in of.items()}
        for measure, of in total.items()
    }


DESIGNS = (
    Networks(2, 5, 1_000), Networks(2, 10, 1_000), Networks(12, 3, 1_000), Networks(12, 5, 1_000), Networks(12, 10, 1_000),
    Networks(2, 5, 1_000, law="heavy tails"), Networks(12, 5, 1_000, law="heavy tails"),
    Networks(2, 5, 1_000, law="one stuck"), Networks(12, 5, 1_000, law="one stuck"),
    Networks(2, 5, 1_000, law="half noisy"), Networks(12, 5, 1_000, law="half noisy"),
    Networks(2, 5, 100), Networks(12, 5, 100), Networks(2, 5, 300), Networks(12, 5, 300),
    Networks(2, 5, 1_000, margin=5.5), Networks(12, 5, 1_000, margin=5.5),
    Networks(2, 5, 4_000, spread=0.02, boldness=0.02), Networks(12, 5, 4_000, spread=0.02, boldness=0.02),
)  # fmt: skip
GAINS = (
    Networks(2, 5, 1_000, gain=0.6), Networks(12, 5, 1_000, gain=0.6),
    Networks(2, 5, 1_000, sharper=0.5), Networks(12, 5, 1_000, sharper=0.5),
)  # fmt: skip


def named(design: Networks) -> tuple[str, ...]:
    law = [design.law, f"margin {design.margin:g}" * (design.margin != 2.5), f"seeds {design.spread:g}" * (design.spread != 0.25),
           f"gain {design.gain:g}" * bool(design.gain), f"sharper {design.sharper:g}" * bool(design.sharper)]  # fmt: skip
    return str(design.variants), str(design.seeds), f"{design.n:,}", ", ".join(filter(None, law))


def main(tables: int = 10, first: int = 0, last: int | None = None) -> None:
    """The default takes a minute; docs/comparison.md says how many its rows have."""
    console = Console()

    def print_row(cells) -> None:
        console.print("| " + " | ".join(cells) + " |", soft_wrap=True, highlight=False)

    console.print(
        f"{tables:,} tables a row; a standard error is {np.sqrt(0.05 * 0.95 / tables):.3f} at 0.05\n", soft_wrap=True
    )
    columns = ("tables", "false", "coverage", "better", "secondary_better", "given")
    print_row(("variants", "seeds", "examples", "law", "measure", *columns))
    print_row(("---",) * (5 + len(columns)))
    for design in (*DESIGNS, *GAINS)[first:last]:
        for measure, found in rates(design, tables).items():
            print_row((*named(design), measure, *(f"{found[name]:.3f}" if name in found else "–" for name in columns)))


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))

"""Is a verdict by a measure of confidence calibrated? Errors among equals, coverage and power, by every measure that gets one.

Equal variants are draws of one law (diagnosis.simulated_networks), so that every measure's true difference is 0 whatever its value. What
is chosen on validation and read on test are the same networks, as in a sweep.

    python benchmarks/measure_rates.py [tables [designs from [to]]]
"""

import sys

import numpy as np
from rich.console import Console

from regtrack.diagnosis.choosing import choose_on_validation
from regtrack.diagnosis.compared.classes import compare_classes
from regtrack.diagnosis.compared.losses import compared_by
from regtrack.diagnosis.differences.comparison import FEWEST_SEEDS_TO_WIN, VariantErrors, crossed_errors_of
from regtrack.diagnosis.differences.families import BETTER, TO_BASELINE, WORSE, judge_family
from regtrack.diagnosis.differences.looks import alpha_of_look
from regtrack.diagnosis.simulated_networks import Items, Margins
from regtrack.measures.primaries import COMPARED, PRIMARIES
from regtrack.names import ACCURACY, BASELINE, NO_VERDICT

ALPHA = 0.05


def rates(design, tables: int, seed: int = 0) -> dict[str, dict[str, float]]:
    """By measure, shares: of tables a false win with this measure as the primary one, of tables with a verdict any false one against the
    baseline at the primary's error, one comparison covered, variant 1 shown better; of all comparisons those that get a verdict. Under
    "secondary" any false verdict of all measures but accuracy, which share an error; under "classes" any false verdict on a class of
    the variant that is the best on test, the luckiest there is, and all limits of its classes."""
    rng = np.random.default_rng([seed, design.variants, design.n, *np.atleast_1d(design.seeds)])
    total: dict[str, dict[str, float]] = {}

    def add(measure: str, **shares: float) -> None:
        of = total.setdefault(measure, {"tables": 0.0})
        of["tables"] += 1
        for name, value in shares.items():
            of[name] = of.get(name, 0.0) + float(value)

    for _ in range(tables):
        validation, test = ((_errors(probs, labels), probs, labels) for probs, labels in design.splits(rng, 2))
        any_false = 0.0
        for measure in COMPARED:
            found = _by(measure, design, validation, test)
            any_false = max(any_false, found.pop("secondary_false") * (measure != ACCURACY))
            add(measure, **found)
        add("secondary", false=any_false)
        add("classes", **_by_class(*test[::2]))
    for of in total.values():
        given = of.get("judged", of["tables"])
        for name in of:
            if name in ("false", "coverage", "better", "secondary_better") and given:
                of[name] /= given
            elif name != "tables":
                of[name] /= of["tables"]
    return total


def _errors(probs, labels) -> list[VariantErrors]:
    wrong = [own.argmax(axis=-1) != labels for own in probs]
    return [VariantErrors(str(v) if v else BASELINE, own) for v, own in enumerate(wrong)]


def _by(measure: str, design, validation, test) -> dict[str, float]:
    chosen_of, read = (
        [compared_by(measure, one, own, labels) for one, own in zip(errors, probs, strict=True)]
        for errors, probs, labels in ((validation if measure in PRIMARIES else test), test)
    )
    judged = [one for one in read if not one.refused]
    found = {
        "win": 0.0,
        "false": 0.0,
        "coverage": 0.0,
        "better": 0.0,
        "secondary_better": 0.0,
        "given": 0.0,
        "judged": 0.0,
    }
    if len(judged) < 2 or judged[0].variant != BASELINE:
        return found | {"secondary_false": 0.0}
    errors, a = crossed_errors_of(judged), np.arange(1, len(judged))
    alone = alpha_of_look(1, ALPHA)
    primary, secondary = (
        judge_family(TO_BASELINE, a, 0 * a, errors, margin=COMPARED[measure].equal_margin, alpha=alpha)
        for alpha in (alone, alone / (len(COMPARED) - 1))
    )
    low, high = primary.contrast.limits()
    given = primary.verdict != NO_VERDICT
    places = {one.variant: i - 1 for i, one in enumerate(judged)}
    best = places.get(choose_on_validation(chosen_of).variant, -1) if measure in PRIMARIES else -1
    enough = np.min(design.seeds) >= FEWEST_SEEDS_TO_WIN
    first = places.get("1", -1)
    return found | {
        "win": enough and best >= 0 and primary.verdict[best] == BETTER and not primary.reason[best],
        "false": np.isin(primary.verdict, (BETTER, WORSE)).any(),
        "coverage": ((low <= 0) & (high >= 0))[given].mean() if given.any() else 1.0,
        "better": first >= 0 and primary.verdict[first] == BETTER,
        "secondary_better": first >= 0 and secondary.verdict[first] == BETTER,
        "given": given.sum() / (design.variants - 1),
        "judged": 1.0,
        "secondary_false": np.isin(secondary.verdict, (BETTER, WORSE)).any(),
    }


def _by_class(errors: list[VariantErrors], labels: np.ndarray) -> dict[str, float]:
    # Of those that are not the baseline, the best on test: no luckier.
    chosen = errors[1 + int(np.argmin([one.rate for one in errors[1:]]))].variant
    classes = compare_classes(errors, labels, range(labels.max() + 1), chosen)
    given = classes["verdict"] != NO_VERDICT
    return {
        "false": classes["verdict"].isin([BETTER, WORSE]).any(),
        "coverage": ((classes["low"] <= 0) & (classes["high"] >= 0))[given].mean() if given.any() else 1.0,
        "better": (classes["verdict"] == BETTER).any(),
        "given": given.mean(),
    }


EQUALS = (
    Items(2, 5, 1_000), Items(2, 10, 1_000), Items(12, 3, 1_000), Items(12, 5, 1_000), Items(12, 10, 1_000),
    Items(2, 5, 1_000, law="heavy tails"), Items(12, 5, 1_000, law="heavy tails"),
    Items(2, 5, 1_000, law="one stuck"), Items(12, 5, 1_000, law="one stuck"),
    Items(2, 5, 1_000, law="half noisy"), Items(12, 5, 1_000, law="half noisy"),
    Items(2, 5, 100), Items(12, 5, 100), Items(2, 5, 300), Items(12, 5, 300),
    Items(2, 5, 1_000, margin=5.5), Items(12, 5, 1_000, margin=5.5),
    Items(2, 5, 4_000, spread=0.02, boldness=0.02), Items(12, 5, 4_000, spread=0.02, boldness=0.02),
)  # fmt: skip
MARGINS = tuple(Margins(v, s, 1_000) for v in (2, 12) for s in (3, 5))
HARDER = (
    Items(2, 3, 1_000), Items(2, 3, 100), Items(12, 3, 100),
    Items(2, (5, 3), 1_000), Items(2, (3, 5), 1_000), Items(2, (10, 5), 1_000), Items(2, (5, 10), 1_000),
    Items(12, (5, 3), 1_000), Items(12, (10, 5), 1_000),
    Items(2, 5, 1_000, classes=20, margin=3.5), Items(12, 5, 1_000, classes=20, margin=3.5),
    Items(2, 5, 1_000, classes=100, margin=4.5), Items(12, 5, 1_000, classes=100, margin=4.5),
    Items(2, 5, 1_000, margin=5.8), Items(12, 5, 1_000, margin=5.8), Items(2, 3, 5_000, margin=5.8), Items(2, 5, 5_000, margin=5.8),
)  # fmt: skip
"""Few and unequal seeds, tiny test sets, many classes, accuracies of 0.995."""
GAINS = (
    Items(2, 5, 1_000, gain=0.6), Items(12, 5, 1_000, gain=0.6),
    Items(2, 5, 1_000, sharper=0.5), Items(12, 5, 1_000, sharper=0.5),
    Items(2, 3, 1_000, gain=0.6), Items(12, 3, 1_000, gain=0.6), Items(2, (5, 3), 1_000, gain=0.6),
    Items(2, (10, 5), 1_000, gain=0.6), Items(2, 5, 100, gain=0.6), Items(2, 5, 1_000, classes=20, margin=3.5, gain=0.6),
    Items(2, 5, 5_000, margin=5.8, gain=0.6), Margins(2, 5, 1_000, gain=0.8), Margins(12, 5, 1_000, gain=0.8),
)  # fmt: skip
DESIGNS = (*EQUALS, *MARGINS, *HARDER, *GAINS)


def named(design) -> tuple[str, ...]:
    margin = getattr(design, "margin", 2.5)
    law = [design.law, f"{design.classes} classes" * (design.classes > 3), f"margin {margin:g}" * (margin != 2.5),
           f"seeds {design.spread:g}" * (design.spread not in (0.25, 0.3)), f"gain {design.gain:g}" * bool(design.gain),
           f"sharper {getattr(design, 'sharper', 0):g}" * bool(getattr(design, "sharper", 0))]  # fmt: skip
    seeds = " and ".join(map(str, np.atleast_1d(design.seeds)))
    return str(design.variants), seeds, f"{design.n:,}", ", ".join(filter(None, law))


def main(tables: int = 5, first: int = 0, last: int | None = None) -> None:
    """The default takes a minute; docs/measure-rates.md says how many its rows have."""
    console = Console()

    def print_row(cells) -> None:
        console.print("| " + " | ".join(cells) + " |", soft_wrap=True, highlight=False)

    console.print(
        f"{tables:,} tables a row; a standard error is {np.sqrt(0.05 * 0.95 / tables):.3f} at 0.05\n", soft_wrap=True
    )
    columns = ("win", "false", "coverage", "better", "secondary_better", "given")
    print_row(("variants", "seeds", "examples", "law", "measure", *columns))
    print_row(("---",) * (5 + len(columns)))
    for design in DESIGNS[first:last]:
        for measure, found in rates(design, tables).items():
            print_row((*named(design), measure, *(f"{found[name]:.3f}" if name in found else "–" for name in columns)))


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))

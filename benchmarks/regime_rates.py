"""How often is a regime named right, wrong, or left undetermined? By regtrack, the article's rule and a fixed ratio.

Twice: on the scenarios of `simulation`, and on worlds of another law (`simulated_sweeps`) in which the sweep itself
misleads: all its variants alike in the same fault, targets that are none, unequal classes, seeds that stop or scatter.

    python benchmarks/regime_rates.py [tables] [part of the names of the worlds, which then are all that is asked]
"""

import sys
from dataclasses import dataclass, replace

import numpy as np
from rich.console import Console
from rich.table import Table

from regtrack.diagnosis.differences.strata import Strata
from regtrack.diagnosis.regimes.diagnose import diagnose_regime
from regtrack.diagnosis.regimes.fits import VariantFits
from regtrack.diagnosis.regimes.folk_rules import ARTICLE, FIXED_RATIO
from regtrack.diagnosis.regimes.freedom import Freedom
from regtrack.diagnosis.simulated_sweeps import Design, simulate_sweep, wrong_of
from regtrack.diagnosis.simulation import Truth, cross_entropy_curves, simulate_fits
from regtrack.names import OVERFIT, UNDERFIT, UNDETERMINED, WELL_FIT, WELL_FIT_HERE

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


# What a sweep's variants are: of one size and held ever more, networks of the same kind in all but the seed, a larger
# one without regularization, one held strongly.
ALIKE, TWIN, LARGER, HELD = "alike", "twin", "larger", "held"


@dataclass(frozen=True)
class World:
    """Its first variant is judged. `truth` is its regime outside the sweep; `design` the errors on validation;
    `kinds` and `train` (train error) are of each variant, `rises` (nats) and `falls` (nats an epoch at the end) of all;
    `stops`: one seed ends at epoch 5; `common`: frequency of the common class, given always (`constant`) or rightly.
    With a `rare` class, of so many examples beside those of `design`, every error is the mean of the classes'."""

    truth: str
    design: Design
    kinds: tuple[str, ...]
    train: tuple[float, ...]
    rises: float = 0.0
    falls: float = 0.0
    epochs: int = 40
    stops: bool = False
    common: float = 0.0
    constant: bool = False
    target: float | None = None
    rare: Design | None = None

    @property
    def classes(self) -> np.ndarray | None:
        return None if self.rare is None else np.repeat([0, 1], [self.design.n, self.rare.n])


def _alike(count: int, train: float, *references: tuple[str, float]) -> dict:
    return {"kinds": (*[ALIKE] * count, *(kind for kind, _ in references)),
            "train": (*[train] * count, *(error for _, error in references))}  # fmt: skip


SIX, TWO = {"variants": 6, "seeds": 5, "n": 5_000}, {"variants": 2, "seeds": 5, "n": 5_000}
SEVEN, EIGHT = SIX | {"variants": 7}, {"variants": 8, "seeds": 5, "n": 5_000}
TRADED = 0.7
"""A seed that finds more of the rare class takes more of the common one for it: minus their correlation."""
TRAIN_SD = 0.002
"""Of a train error over seeds."""


def _balanced(sizes: dict, error: float, rare_error: float, gain: float = 0.0, rare_gain: float = 0.0, *, n: int = 250) -> dict:  # fmt: skip
    """A common class of 19 times as many examples as the rare one's n; where there is a gain it is the last variant's."""
    better = sizes["variants"] - 1
    return {
        "design": Design(**sizes | {"n": 19 * n}, error=error, gain=gain, better=better),
        "rare": Design(**sizes | {"n": n}, error=rare_error, gain=rare_gain, better=better, seed_sd=0.03),
    }


WORLDS = {
    "six that all underfit alike": World(UNDERFIT, Design(**SIX, error=0.26), **_alike(6, 0.25)),
    "six that all underfit alike, heavy-tailed seeds": World(UNDERFIT, Design(**SIX, error=0.26, seed_sd=0.008, law="heavy tails"), **_alike(6, 0.25)),
    "six that all underfit alike, and a larger one": World(UNDERFIT, Design(**SIX | {"variants": 7}, error=0.26, gain=0.14, better=6), **_alike(6, 0.25, (LARGER, 0.05))),
    "a lone net beside its twin, both too small": World(UNDERFIT, Design(**TWO, error=0.26), (TWIN, TWIN), (0.25, 0.25)),
    "six that all overfit alike": World(OVERFIT, Design(**SIX, error=0.20), **_alike(6, 0.0)),
    "six that all overfit alike, rising": World(OVERFIT, Design(**SIX, error=0.20), **_alike(6, 0.0), rises=0.1),
    "six that all overfit alike, and one held strongly": World(OVERFIT, Design(**SIX | {"variants": 7}, error=0.20, gain=0.07, better=6), **_alike(6, 0.0, (HELD, 0.11))),
    "one of five seeds stops at epoch 5 of 40": World(OVERFIT, Design(**SIX, error=0.20), **_alike(6, 0.0), rises=0.1, stops=True),
    "three epochs, all alike": World(UNDERFIT, Design(**SIX, error=0.26), **_alike(6, 0.25), epochs=3),
    "curves that still fall steeply": World(UNDERFIT, Design(**SIX, error=0.26), **_alike(6, 0.25), falls=0.04),
    "a constant answer on 95:5, all alike": World(UNDERFIT, Design(**SIX), **_alike(6, 0.05), common=0.95, constant=True),
    "a perfect answer on 95:5, with references": World(WELL_FIT, Design(**EIGHT), **_alike(6, 0.0, (LARGER, 0.0), (HELD, 0.0)), common=0.95),
    "validation of 60, overfit by 0.03": World(OVERFIT, Design(variants=3, seeds=5, n=60, error=0.03, seed_sd=0.002), **_alike(3, 0.0)),
    "twelve equals whose seeds scatter by 5 points": World(WELL_FIT, Design(variants=12, seeds=4, n=5_000, error=0.30, seed_sd=0.05), **_alike(12, 0.29)),
    "a target worse than what is reached": World(UNDERFIT, Design(**SIX, error=0.26), **_alike(6, 0.25), target=0.32),
    "capacity matched, with references": World(WELL_FIT, Design(**EIGHT, error=0.12), **_alike(6, 0.112, (LARGER, 0.10), (HELD, 0.115))),
    "the same, stuck seeds": World(WELL_FIT, Design(**EIGHT, error=0.12, law="stuck seeds"), **_alike(6, 0.112, (LARGER, 0.10), (HELD, 0.115))),
    "the same, heavy-tailed seeds": World(WELL_FIT, Design(**EIGHT, error=0.12, seed_sd=0.008, law="heavy tails"), **_alike(6, 0.112, (LARGER, 0.10), (HELD, 0.115))),
    "gap of 0.10 that costs nothing, with references": World(WELL_FIT, Design(**EIGHT, error=0.12), **_alike(6, 0.02, (LARGER, 0.0), (HELD, 0.11))),
    "balanced: six that all underfit alike": World(UNDERFIT, **_balanced(SIX, 0.05, 0.55), **_alike(6, 0.29)),
    "balanced: six that all underfit alike, and a larger one": World(UNDERFIT, **_balanced(SEVEN, 0.05, 0.55, 0.02, 0.35), **_alike(6, 0.29, (LARGER, 0.08))),
    "balanced: six that all overfit alike": World(OVERFIT, **_balanced(SIX, 0.03, 0.37), **_alike(6, 0.0)),
    "balanced: six that all overfit alike, and one held strongly": World(OVERFIT, **_balanced(SEVEN, 0.03, 0.37, 0.01, 0.17), **_alike(6, 0.0, (HELD, 0.10))),
    "balanced: all overfit by 0.06, 20 of the rare class": World(OVERFIT, **_balanced(SIX, 0.02, 0.10, n=20), **_alike(6, 0.0)),
    "balanced: capacity matched, with references": World(WELL_FIT, **_balanced(EIGHT, 0.04, 0.20), **_alike(6, 0.112, (LARGER, 0.10), (HELD, 0.115))),
    "balanced: the same, 1,000 of the rare class": World(WELL_FIT, **_balanced(EIGHT, 0.04, 0.20, n=1_000), **_alike(6, 0.112, (LARGER, 0.10), (HELD, 0.115))),
    "balanced: gap of 0.10 that costs nothing, with references": World(WELL_FIT, **_balanced(EIGHT, 0.04, 0.20), **_alike(6, 0.02, (LARGER, 0.0), (HELD, 0.11))),
    "balanced: twelve equals": World(WELL_FIT, **_balanced(SIX | {"variants": 12}, 0.04, 0.20), **_alike(12, 0.112)),
    "target 0.02 that nobody can reach, beside a larger one": World(WELL_FIT, Design(**SEVEN, error=0.12), **_alike(6, 0.112, (LARGER, 0.10)), target=0.02),
    "target 0.02 that nobody can reach, heavy-tailed seeds": World(WELL_FIT, Design(**SEVEN, error=0.12, seed_sd=0.008, law="heavy tails"), **_alike(6, 0.112, (LARGER, 0.10)), target=0.02),
    "target 0.10 that the larger one reaches": World(UNDERFIT, Design(**SEVEN, error=0.26, gain=0.14, better=6), **_alike(6, 0.25, (LARGER, 0.09)), target=0.10),
    "target 0.10, a larger one 0.04 nearer": World(UNDERFIT, Design(**SEVEN, error=0.26, gain=0.04, better=6), **_alike(6, 0.25, (LARGER, 0.20)), target=0.10),
    "target 0.10, a larger one 0.02 nearer: on the margin": World(UNDERFIT, Design(**SEVEN, error=0.26, gain=0.02, better=6), **_alike(6, 0.25, (LARGER, 0.22)), target=0.10),
    "target 0.10, a larger one that failed to train": World(UNDERFIT, Design(**SEVEN, error=0.26), **_alike(6, 0.25, (LARGER, 0.28)), target=0.10),
}  # fmt: skip
MISGUIDED = {
    "target 0.02 that nobody can reach, none larger": World(WELL_FIT, Design(**SIX, error=0.12), **_alike(6, 0.112), target=0.02),
    "target 0.10, larger ones that fail alike": World(UNDERFIT, Design(**SEVEN, error=0.26), **_alike(6, 0.25, (LARGER, 0.24)), target=0.10),
}  # fmt: skip
"""Worlds whose evidence from outside is itself wrong: nothing in the sweep can tell that."""


def world_errors(world: World, rng: np.random.Generator) -> np.ndarray:
    """(variants, seeds, n) bool, on validation."""
    if world.rare is None:
        return simulate_sweep(world.design, rng)[0]
    shape = (world.design.variants, world.design.seeds)
    common, own = rng.standard_normal(shape), rng.standard_normal(shape)
    shifts = common, -TRADED * common + np.sqrt(1 - TRADED**2) * own
    parts = zip((world.design, world.rare), shifts, strict=True)
    return np.concatenate([wrong_of(design, design.seed_sd * shift, rng) for design, shift in parts], axis=-1)


def freedoms(kinds: tuple[str, ...]) -> dict[str, Freedom]:
    """By variant; those alike are held by an L2 factor ten times that of the one before, as a usual grid has it."""
    of_kind = {TWIN: Freedom(1_000), LARGER: Freedom(8_000), HELD: Freedom(1_000, {("l2",): 10.0})}
    return {
        f"v{i}": of_kind.get(kind, Freedom(1_000, {("l2",): 10.0 ** (i - 7)} if i else {}))
        for i, kind in enumerate(kinds)
    }


def world_fits(world: World, rng: np.random.Generator) -> list[VariantFits]:
    design, epochs = world.design, world.epochs
    if world.common:
        rare = rng.random(design.n) > world.common
        wrong = np.broadcast_to(rare & world.constant, (design.variants, design.seeds, design.n))
        frequency = 1 - rare.mean()
    else:
        wrong = world_errors(world, rng)
    strata, train_sd = Strata.of(world.classes, wrong.shape[-1]), TRAIN_SD if world.rare is None else 2 * TRAIN_SD
    found = []
    for i, (own, train) in enumerate(zip(wrong, world.train, strict=True)):
        rises = world.rises * (1 + 0.2 * rng.standard_normal(design.seeds))
        curve = cross_entropy_curves(rises, epochs) - world.falls * np.arange(epochs) + 2.5 * design.error
        curve = curve + 0.005 * rng.standard_normal(curve.shape)
        trains = np.clip(train + train_sd * rng.standard_normal((design.seeds, 1)), 0, 1) * np.ones(epochs)
        judged = np.full(design.seeds, epochs)
        if world.stops:
            judged[0], curve[0, 5:] = 5, np.nan
        fits = VariantFits(
            variant=f"v{i}", seeds=tuple(range(design.seeds)), train_error_curve=trains, judged_epoch=judged, wrong=own,
            val_error_curve=strata.mean(own)[:, None] * np.ones(epochs), val_cross_entropy_curve=curve,
            train_cross_entropy_curve=2.5 * trains + 0.02, classes=world.classes,
        )  # fmt: skip
        if world.common:
            share = np.full(design.seeds, 1.0 if world.constant else frequency)
            fits = replace(fits, largest_class_share=share, largest_class_frequency=np.full(design.seeds, frequency))
        found.append(fits)
    return found


def world_rates(name: str, *, tables: int, seed: int = 0) -> dict[str, float]:
    """verdict -> share of simulated sweeps."""
    known, found = WORLDS | MISGUIDED, {}
    world, rng = known[name], np.random.default_rng([seed, 1, list(known).index(name)])
    for _ in range(tables):
        regime = diagnose_regime(world_fits(world, rng), variant="v0", freedoms=freedoms(world.kinds), target_error=world.target)  # fmt: skip
        found[regime.verdict] = found.get(regime.verdict, 0) + 1 / tables
    return found


def rates(
    name: str, *, tables: int, seeds: int = SEEDS, n: int = EXAMPLES, seed: int = 0
) -> dict[str, dict[str, float]]:
    """judge -> verdict -> share of simulated tables, for the judged variant of a scenario."""
    truth, others, _, _ = SCENARIOS[name]
    rng = np.random.default_rng([seed, list(SCENARIOS).index(name)])
    found = {judge: {} for judge in ("regtrack", ARTICLE, FIXED_RATIO)}
    for _ in range(tables):
        fits = simulate_fits([truth, *others], seeds=seeds, n=n, rng=rng)
        regime = diagnose_regime(fits, variant=fits[0].variant, freedoms=_with_references(fits))
        for judge, verdict in {"regtrack": regime.verdict, **regime.folk_rules}.items():
            found[judge][verdict] = found[judge].get(verdict, 0) + 1 / tables
    return found


def _with_references(fits: list[VariantFits]) -> dict[str, Freedom]:
    """The first other is a larger network, the second is held strongly: what a gap may be measured by."""
    kinds = (ALIKE, LARGER, HELD, *[TWIN] * len(fits))[: len(fits)]
    return {one.variant: free for one, free in zip(fits, freedoms(kinds).values(), strict=True)}


def outcome(verdicts: dict[str, float], truth: str) -> tuple[float, float, float, float]:
    """(named right, flatly wrong, as far as this sweep can tell, undetermined); on a threshold either side's name is wrong."""
    undetermined, here = verdicts.get(UNDETERMINED, 0.0), verdicts.get(WELL_FIT_HERE, 0.0)
    right = undetermined if truth == UNDETERMINED else verdicts.get(truth, 0.0)
    return (
        right,
        max(0.0, sum(verdicts.values()) - right - here - undetermined * (truth != UNDETERMINED)),
        here,
        undetermined,
    )


def main(tables: int = 50, part: str = "") -> None:
    """The default takes minutes; docs/regimes.md says how many its tables have."""
    console = Console(width=180)
    if not part:
        print_scenarios(console, tables)
    worlds = Table("world", "truth", "right", "wrong", "here", "undetermined",
                   title=f"{tables:,} sweeps of another law a row, three standard errors")  # fmt: skip
    for name, world in (WORLDS | MISGUIDED).items():
        if part not in name:
            continue
        shares = outcome(world_rates(name, tables=tables), world.truth)
        worlds.add_row(name, world.truth, *(_with_error(share, tables) for share in shares))
    console.print(worlds)


def print_scenarios(console: Console, tables: int) -> None:
    table = Table("scenario", "truth", "kind", "right", "wrong", "here", "undetermined", "article wrong", "ratio wrong",
                  title=f"{tables:,} simulated tables a scenario, {SEEDS} seeds, {EXAMPLES:,} examples")  # fmt: skip
    for name, (_, _, truth, kind) in SCENARIOS.items():
        found = rates(name, tables=tables)
        folk = [outcome(found[judge], truth)[1] for judge in (ARTICLE, FIXED_RATIO)]
        table.add_row(name, truth, kind, *(f"{share:.1%}" for share in (*outcome(found["regtrack"], truth), *folk)))
    console.print(table)


def _with_error(share: float, tables: int) -> str:
    """Percent with three standard errors; where none or all was found, the bound at 0.3 %."""
    error = 3 * np.sqrt(share * (1 - share) / tables) if 0 < round(share, 9) < 1 else 6 / tables
    return f"{share:.1%} ± {100 * error:.1f}"


if __name__ == "__main__":
    main(*map(int, sys.argv[1:2]), *sys.argv[2:3])

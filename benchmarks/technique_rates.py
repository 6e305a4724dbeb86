"""Are techniques compared fairly? Errors among equals where one was tried more often, and coverage of the expected best of k tries.

Twelve variants: the baseline, and techniques of one, three and seven settings; networks by item response and by copula, which share
nothing with the formulas; validation and test read the same networks on other examples, so that lucky seeds carry over.

    python benchmarks/technique_rates.py [tables [which of the three [rows from [to]]]]
"""

import sys
from collections.abc import Iterator

import numpy as np
import pandas as pd
from comparison_rates import table_of
from rich.console import Console

from regtrack.diagnosis.differences.comparison import VariantErrors, compare_variants, crossed_errors_of
from regtrack.diagnosis.differences.families import AMONG_ALL
from regtrack.diagnosis.item_response import answers_of, network_errors, simulate_answers
from regtrack.diagnosis.pareto.dominance import pareto_of
from regtrack.diagnosis.pareto.predictors import Predictor
from regtrack.diagnosis.primary import Primary
from regtrack.diagnosis.simulated_networks import Items
from regtrack.diagnosis.simulated_sweeps import Design, simulate_sweep
from regtrack.diagnosis.techniques.best_of_tries import chances_of_best
from regtrack.diagnosis.techniques.expected_best import expect_best
from regtrack.diagnosis.techniques.settings_read import read_settings
from regtrack.diagnosis.techniques.settings_tried import Tried
from regtrack.diagnosis.techniques.technique_choices import choose_of_each, pairs_of_techniques
from regtrack.names import ACCURACY, BASELINE, BETTER, DETERMINISTIC, NEGATIVE_LOG_LIKELIHOOD, TEST, WORSE

SIZES = {"one": 1, "three": 3, "seven": 7}
TRIED = (
    Tried("none", (BASELINE,)),
    *(Tried(name, tuple(f"{name} {i}" for i in range(size))) for name, size in SIZES.items()),
)
VARIANTS = [variant for one in TRIED for variant in one.variants]
SHOWN = (BETTER, WORSE)
EQUALS = tuple(
    (seeds, sd, law, by)
    for by in ("copula", "item response")
    for seeds, sd, law in ((3, 0.0126, "normal"), (5, 0.0126, "normal"), (5, 0.03, "normal"), (5, 0.01, "half noisy"))
)  # fmt: skip
UNEQUAL = (
    (2, 0.0126, "normal"),
    (3, 0.0126, "normal"),
    (5, 0.0126, "normal"),
    (5, 0.03, "normal"),
    (5, 0.01, "half noisy"),
)
APART = {
    "none": (0.0,),
    "one": (0.01,),
    "three": (-0.01, 0.0, 0.02),
    "seven": (-0.015, -0.015, -0.01, 0.0, 0.01, 0.02, 0.04),
}
"""What each setting's error is above the baseline's, a share."""


def judged(wrong: list[np.ndarray]) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame, list[VariantErrors]]:
    """Techniques, pairs of them, expected best, and the test errors; of validation and test (variants, seeds, n)."""
    validation, test = ([VariantErrors(v, w) for v, w in zip(VARIANTS, of, strict=True)] for of in wrong)
    comparison = compare_variants(test, split=TEST)
    read = read_settings(validation, test, comparison, Primary())
    trials = pd.DataFrame({"variant": np.repeat(VARIANTS, wrong[0].shape[1])})
    techniques = choose_of_each(TRIED, read, trials, primary=ACCURACY)
    return (
        techniques,
        pairs_of_techniques(techniques, comparison),
        expect_best(TRIED, read, trials, primary=ACCURACY),
        test,
    )


def equal_rows(tables: int, rows: slice) -> Iterator[tuple[str, ...]]:
    for number, (seeds, sd, law, by) in list(enumerate(EQUALS))[rows]:
        rng, found = np.random.default_rng([17, number]), []
        simulate = simulate_sweep if by == "copula" else simulate_answers
        for _ in range(tables):
            techniques, pairs, tries, test = judged(
                simulate(Design(len(VARIANTS), seeds, 1_000, seed_sd=sd, law=law), rng, 2)
            )
            chosen = [v for v in test if v.variant in set(techniques["chosen"])]
            alone = compare_variants(chosen, split=TEST)
            to_baseline = alone[alone["family"] != AMONG_ALL].set_index("variant")["verdict"]
            own = techniques[techniques["technique"] != "none"]
            better = own.set_index("technique")["chosen"].map(to_baseline)
            found.append((
                *(better[name] == BETTER for name in SIZES), to_baseline.isin(SHOWN).any(),
                alone.loc[alone["family"] == AMONG_ALL, "verdict"].isin(SHOWN).any(),
                ((own["verdict"] == BETTER) & (own["reason"] == "")).any(), own["verdict"].isin(SHOWN).any(), pairs["verdict"].isin(SHOWN).any(),
                tries["verdict"].isin(SHOWN).any(),
            ))  # fmt: skip
        yield (str(seeds), f"{sd:g}", law, by, *_shares(found))


def unequal_rows(tables: int, rows: slice) -> Iterator[tuple[str, ...]]:
    above = np.concatenate([APART[one.technique] for one in TRIED])
    for number, (seeds, sd, law) in list(enumerate(UNEQUAL))[rows]:
        rng, found, halves = np.random.default_rng([18, number]), [], []
        for _ in range(tables):
            design = Design(len(VARIANTS), seeds, 1_000, seed_sd=sd, law=law)
            errors = np.clip(network_errors(design, rng) + above[:, None], 1e-4, 0.95)
            wrong = answers_of(errors, design.n, rng, 2)
            _, _, tries, test = judged(wrong)
            tries = tries[tries["technique"] != "none"]
            naive, truth, weights = [], [], []
            crossed, losses = crossed_errors_of(test), np.array([w.mean() for w in wrong[0]])
            for one in TRIED[1:]:
                own = [VARIANTS.index(v) for v in one.variants]
                for chances in chances_of_best(losses[own]):
                    weight = np.zeros(len(VARIANTS))
                    weight[own] = -chances
                    weight[0] += 1
                    truth.append(float(weight @ above))
                    naive.append(crossed.contrast(weight).limits())
                    weights.append(weight)
            truth, naive = np.array(truth), np.array(naive)
            low, high = (tries[name].to_numpy() for name in ("low", "high"))
            holds = np.where(np.isnan(low), np.nan, (low <= truth) & (truth <= high))
            alone = (naive[:, 0] <= truth) & (truth <= naive[:, 1])
            given, at = not np.isnan(holds).all(), tries.reset_index(drop=True)
            seven = at.index[at["technique"] == "seven"]
            found.append((alone.mean(), alone[seven[-1]], alone.all(), np.nanmean(holds) if given else np.nan,
                          holds[seven[0]], holds[seven[-1]], np.nanmin(holds) if given else np.nan,
                          at["verdict"][seven[0]] == WORSE, at["verdict"][seven[-1]] == BETTER))  # fmt: skip
            halves.append(
                [np.diff(naive[seven]).mean() / 2, (tries["high"] - tries["low"]).to_numpy()[seven].mean() / 2]
            )
        yield (
            str(seeds),
            f"{sd:g}",
            law,
            *_shares(found),
            *(f"{100 * half:.2f}" for half in np.nanmean(halves, axis=0)),
        )


GAINS = ((3, 1_000, 0.0, ""), (5, 1_000, 0.0, ""), (5, 1_000, 0.0, "half noisy"), (5, 1_000, 0.0, "heavy tails"), (5, 1_000, 0.15, ""), (5, 10_000, 0.15, ""),
         (5, 1_000, 0.8, ""), (5, 10_000, 0.8, ""))  # fmt: skip
"""Seeds, examples, what the second of six networks has more of margin, and the law of the seeds."""


def pareto_rows(tables: int, rows: slice) -> Iterator[tuple[str, ...]]:
    """All of one cost, then with the second ten times as dear as the others, though it is the better one."""
    for number, (seeds, n, gain, law) in list(enumerate(GAINS))[rows]:
        rng, found = np.random.default_rng([19, number]), []
        networks = Items(6, seeds, n, gain=gain, law=law)
        for _ in range(tables):
            [(probs, labels)] = networks.splits(rng, 1)
            by_measure = [
                [Primary(name).errors(f"v{v}", probs[v], labels) for v in range(6)]
                for name in (ACCURACY, NEGATIVE_LOG_LIKELIHOOD)
            ]
            equal, dear = ([cost if v == 1 else 1.0 for v in range(6)] for cost in (1.0, 10.0))
            tables_of = [
                pareto_of(
                    [
                        Predictor(e.variant, DETERMINISTIC, 1, c, e, nll)
                        for e, nll, c in zip(*by_measure, costs, strict=True)
                    ],
                    {},
                )
                for costs in (equal, dear)
            ]
            first, second = ((one["beaten_by"] != "").to_numpy() for one in tables_of)
            others = np.delete(first, 1)
            rates = [[v.rate for v in of] for of in by_measure]
            gained = [np.mean(np.delete(of, 1)) - of[1] for of in rates]
            found.append((first.any(), first[1], others.mean(), second[1], *gained))
        *shares, accuracy, nats = np.array(found, float).T
        yield (
            str(seeds),
            f"{n:,}",
            law,
            f"{100 * accuracy.mean():.1f}, {nats.mean():.3f}",
            *_shares(list(zip(*shares, strict=True))),
        )


def _shares(found: list[tuple]) -> list[str]:
    """Means with three standard errors, of the tables that have one."""
    values = np.array(found, float)
    errors = 3 * np.nanstd(values, axis=0) / np.sqrt((~np.isnan(values)).sum(axis=0))
    return [f"{mean:.3f} ± {error:.3f}" for mean, error in zip(np.nanmean(values, axis=0), errors, strict=True)]


def main(tables: int = 20, which: int = 0, first: int = 0, last: int = 99) -> None:
    """The default takes a minute; docs/technique-rates.md has more. `which` is 1 to 3, else all."""
    console = Console(width=240)
    for number, print_table in enumerate((_print_equals, _print_expected, _print_pareto), start=1):
        if which in (0, number):
            print_table(console, tables, slice(first, last))


def _print_equals(console: Console, tables: int, rows: slice) -> None:
    table_of(
        console, f"any false verdict among equals, {tables:,} tables a row, ± three standard errors",
        ("seeds", "sd", "law", "by", "one better, alone", "three better, alone", "seven better, alone", "any to baseline, alone", "any pair, alone",
         "any wins", "any to baseline", "any pair", "any number of tries"), equal_rows(tables, rows),
    )  # fmt: skip


def _print_expected(console: Console, tables: int, rows: slice) -> None:
    table_of(
        console, f"expected best of k tries, {tables:,} tables a row: limits as if weights were fixed (alone) and of the family",
        ("seeds", "sd", "law", "covers, alone", "seven at 7, alone", "all, alone", "covers", "seven at 1", "seven at 7", "all at once",
         "seven at 1 worse", "seven at 7 better", "half width alone, points", "half width, points"), unequal_rows(tables, rows),
    )  # fmt: skip


def _print_pareto(console: Console, tables: int, rows: slice) -> None:
    table_of(
        console, f"whom nobody should choose of six, {tables:,} tables a row; the second is better by so many points and nats",
        ("seeds", "examples", "law", "better by", "any, all of one cost", "the second", "each of the others", "the second, ten times as dear"),
        pareto_rows(tables, rows),
    )  # fmt: skip


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))

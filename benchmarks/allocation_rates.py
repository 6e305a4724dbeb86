"""Does `seeds: auto` win more often than as many trials of a fixed design, and no more often where nothing is better?

Peer: the same trials spread evenly, verdicts by Dunnett. First by the product's own code on networks that answer examples, by
two generators; then what was tried, on error rates alone, where ten designs cost seconds.

    python benchmarks/allocation_rates.py [tables]
"""

import sys
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import numpy as np
from comparison_rates import ALPHA, GENERATORS, MARGIN, SD, is_win, share_of, table_of
from rich.console import Console
from scipy import stats

from regtrack.diagnosis.allocation.steps import RULE, Confirm, FillUp, Purse, Pursue, Rule, next_step
from regtrack.diagnosis.differences.confirmation import confirm_difference
from regtrack.diagnosis.differences.crossed import CrossedErrors
from regtrack.diagnosis.differences.dunnett import two_sided_quantile
from regtrack.diagnosis.differences.families import BETTER, TO_BASELINE, WORSE, Family, judge_family
from regtrack.diagnosis.differences.looks import alpha_of_look
from regtrack.diagnosis.simulated_sweeps import Design
from regtrack.names import BASELINE, CONFIRMED

START, MOST_ROUNDS = 3, 5
PURSUED = START + MOST_ROUNDS * RULE.more
"""Seeds of a variant that are explored at most here; those after them are fresh."""


@dataclass(frozen=True)
class Spent:
    """One sweep: `explored` seeds of each variant (V,), and the step that ended it."""

    explored: np.ndarray
    last: Confirm | FillUp


def label(variant: int) -> str:
    return str(variant) if variant else BASELINE


def place_of(name: str) -> int:
    return 0 if name == BASELINE else int(name)


def spend(rates: np.ndarray, trials: int, start: int, step: Callable) -> Spent:
    """`rates` (V, seeds) on validation, of more seeds than can be explored."""
    explored, variants = np.full(len(rates), start), [label(v) for v in range(len(rates))]
    cost = dict.fromkeys(variants, 1.0)
    while True:
        left = trials - int(explored.sum())
        known = {name: own[:n] for name, own, n in zip(variants, rates, explored, strict=True)}
        found = step(known, Purse(left, int(explored.sum()) - start * len(rates), cost))
        if not isinstance(found, Pursue) or explored.max() + found.seeds > rates.shape[1]:
            return Spent(explored, found if not isinstance(found, Pursue) else Confirm(found.variants[0], left // 2))
        explored[[variants.index(name) for name in found.variants]] += found.seeds


# ---- the product's own code -----------------------------------------------------------------------------------
def rates(design: Design, trials: int, tables: int, simulate: Callable, seed: int = 0) -> dict:
    """Shares of tables: `won` by a variant that is better (of equals: that is not), by fixed design and allocation; any false verdict
    of the exploration's table; coverage of the confirming limits; means of fresh seeds and of those not pursued."""
    rng, found = np.random.default_rng([seed, design.variants, trials]), defaultdict(list)
    fixed, others = trials // design.variants, np.arange(1, design.variants)
    most_fresh = max((trials - START * design.variants) // 2, fixed)
    design = replace(design, seeds=PURSUED + most_fresh)

    def judged(test: list[np.ndarray]) -> Family:
        alpha = alpha_of_look(1, ALPHA)
        return judge_family(TO_BASELINE, others, 0 * others, CrossedErrors(test), margin=MARGIN, alpha=alpha)

    for _ in range(tables):
        validation, test = simulate(design, rng, splits=2)
        evenly = judged([own[:fixed] for own in test])
        best = int(validation[:, :fixed].mean(axis=(1, 2)).argmin())
        wanted = {1} if design.gain else {*others}
        found["fixed"].append(best in wanted and is_win(evenly, best - 1))
        done = spend(validation[:, :PURSUED].mean(axis=2), trials, START, next_step)
        if isinstance(done.last, FillUp):
            continue
        chosen, n = place_of(done.last.chosen), done.last.seeds
        gain = design.gain if chosen == design.better else 0.0
        fresh = [test[v, PURSUED : PURSUED + n] for v in (chosen, 0)]
        told = confirm_difference(*fresh) if chosen else None
        found["auto"].append(chosen in wanted and told.verdict == CONFIRMED)
        if told:
            found["covered"].append(told.low <= gain <= told.high)
        explored = judged([own[:k] for own, k in zip(test, done.explored, strict=True)]).verdict
        equal = np.array([not (design.gain and v == design.better) for v in others])
        found["exploration"].append((np.isin(explored, (BETTER, WORSE)) & equal).any())
        found["fresh"].append(n)
        found["not_pursued"].append((done.explored == START).sum())
    return found


DESIGNS = tuple((variants, trials, law, sd) for variants, trials, law, sd in (
    (3, 31, "normal", SD), (5, 37, "normal", SD), (12, 60, "normal", SD), (12, 60, "normal", 0.03), (12, 100, "normal", SD),
    (12, 60, "heavy tails", SD), (12, 60, "lognormal spreads", SD), (12, 60, "half noisy", 0.01), (12, 60, "stuck seeds", SD),
    (40, 200, "normal", SD),
))  # fmt: skip
"""Variants, trials, law of the seeds and their standard deviation, on 1,000 examples (see comparison_rates)."""


def rows_of(tables: int) -> Iterator[tuple[str, ...]]:
    for by, simulate in GENERATORS.items():
        for variants, trials, law, sd in DESIGNS:
            row, fresh = [], "–"
            for gain in (0.0, 1.0, 2.0):
                many = max(tables // (3 if gain else 1) // (3 if variants > 20 else 1), 50)
                spread = (
                    2.9 * sd if law == "half noisy" else sd
                )  # the baseline's sd and the variant's 4 sd, root mean square
                design = Design(variants, 0, 1_000, seed_sd=sd, law="" if law == "normal" else law, gain=gain * spread)
                found = rates(design, trials, many, simulate)
                row += [str(share_of(found["fixed"])), str(share_of(found["auto"]))]
                if not gain:
                    row += [f"{np.mean(found['covered']):.3f}", str(share_of(found["exploration"]))]
                    fresh = f"{np.mean(found['fresh']):.1f}"
            yield (by, str(variants), str(trials), f"{sd:g}", "" if law == "normal" else law, *row, fresh)


# ---- what was tried, by error rates alone ---------------------------------------------------------------------
def best_three_and_baseline(known, purse: Purse):
    """Once, two more seeds each: as the allocation was first sketched."""
    if purse.pursued:
        return next_step(known, purse, Rule(apart=-1.0))
    ranked = sorted((name for name in known if name != BASELINE), key=lambda name: known[name].mean())
    return Pursue((*ranked[:3], BASELINE), 2)


def by_rule(rule: Rule) -> Callable:
    return lambda known, purse: next_step(known, purse, rule)


AS_IT_IS = "as it is: 3 to start; of the best 3 those within 1 standard error 2 more, up to half"
TRIED = {
    AS_IT_IS: (3, by_rule(RULE)),
    "nobody pursued": (3, by_rule(Rule(share=0.0))),
    "best 3 and the baseline 2 more, once": (3, best_three_and_baseline),
    "1 seed at a time": (3, by_rule(Rule(more=1))),
    "up to 8 pursued": (3, by_rule(Rule(most=8))),
    "within 2 standard errors": (3, by_rule(Rule(apart=2.0))),
    "whoever is among the best 3, up to a third": (3, by_rule(Rule(apart=np.inf, share=1 / 3))),
    "pursuing takes up to two thirds": (3, by_rule(Rule(share=2 / 3))),
    "2 to start": (2, by_rule(RULE)),
}  # fmt: skip


def welch(chosen: np.ndarray, baseline: np.ndarray, alpha: float = 0.025) -> bool:
    return stats.ttest_ind(chosen, baseline, equal_var=False, alternative="less").pvalue < alpha


def wins_by(design: tuple, gain: float, tables: int, seed: int = 0) -> dict[str, float]:
    """Shares of tables that the right variant wins, by what was tried; seeds alone vary, with standard deviation 1."""
    variants, trials = design
    rng, won, fixed = np.random.default_rng([seed, variants, trials]), defaultdict(int), trials // variants
    quantile = float(
        two_sided_quantile(np.array([variants * (fixed - 1)]), variants - 1, 1 - alpha_of_look(1, ALPHA))[0]
    )
    most = 3 + 2 * MOST_ROUNDS
    for _ in range(tables):
        networks = rng.standard_normal((variants, most + trials))
        networks[1] -= gain

        def right(chosen: int) -> bool:
            return chosen > 0 and (chosen == 1 or not gain)

        evenly = networks[:, :fixed]
        best, error = int(evenly.mean(axis=1).argmin()), np.sqrt(2 * evenly.var(axis=1, ddof=1).mean() / fixed)
        won["fixed, Dunnett"] += right(best) and evenly[0].mean() - evenly[best].mean() > quantile * error
        for name, (start, step) in TRIED.items():
            done = spend(networks[:, :most], trials, start, step)
            if isinstance(done.last, FillUp):
                continue
            chosen, n, fresh = place_of(done.last.chosen), done.last.seeds, networks[:, most:]
            won[name] += right(chosen) and welch(fresh[chosen, :n], fresh[0, :n])
            if name == AS_IT_IS:
                won["the baseline's explored seeds read as well"] += right(chosen) and _with_explored(
                    networks, fresh, chosen, done
                )
                won["the best two confirmed, half of the error each"] += _two(networks, fresh, done, right)
    return {name: count / tables for name, count in won.items()}


def _with_explored(networks, fresh, chosen: int, done: Spent) -> bool:
    """Fresh seeds shared so that both have as many in all; valid only where the baseline itself is never chosen."""
    own = int(done.explored[0])
    more = max(0, (2 * done.last.seeds - own) // 2)
    return welch(fresh[chosen, : 2 * done.last.seeds - more], np.concatenate([networks[0, :own], fresh[0, :more]]))


def _two(networks, fresh, done: Spent, right) -> bool:
    n = 2 * done.last.seeds // 3
    means = [networks[v, :k].mean() for v, k in enumerate(done.explored)]
    return any(right(v) and welch(fresh[v, :n], fresh[0, :n], 0.0125) for v in np.argsort(means)[:2] if v > 0)


def main(tables: int = 200) -> None:
    """The default takes minutes; docs/allocation-rates.md says how many its rows have."""
    console = Console()
    table_of(console, f"fixed design and `seeds: auto` at equal trials, {tables:,} tables a cell of equals, a third of a gain or of 40 variants, ± three standard errors",
             ("by", "variants", "trials", "sd over seeds", "law", "wins among equals, fixed", "auto", "coverage",
              "any false of the exploration", "+1 sd: fixed", "auto", "+2 sd: fixed", "auto", "fresh seeds"), rows_of(tables))  # fmt: skip
    designs, gains = ((12, 60), (12, 100), (5, 40), (40, 200), (3, 31)), (0.0, 1.0, 2.0)
    found = {(d, g): wins_by(d, g, tables if d[0] < 20 else max(tables // 2, 50)) for d in designs for g in gains}
    names = list(next(iter(found.values())))
    lines = ((name, *(" / ".join(f"{found[d, g].get(name, 0):.3f}" for g in gains) for d in designs)) for name in names)
    table_of(console, f"what was tried, seeds alone, {tables:,} tables a cell: wins among equals / at +1 / at +2 sd",
             ("design", *(f"{v} variants, {t} trials" for v, t in designs)), lines)  # fmt: skip


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))

"""Is a comparison calibrated? Wins and errors among equals, coverage, power, looks and confirmation, before and after.

By two generators of their own: simulated_sweeps, on which the rules were chosen, and item_response, which they never saw.
"Before" are the rules until Dunnett's came: Holm at 0.05 over variances moderated at full strength, and a win by one
uncorrected comparison.

    python benchmarks/comparison_rates.py [tables]
"""

import itertools
import sys
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from rich.console import Console

from regtrack.diagnosis.claims.measured import of_contrast
from regtrack.diagnosis.differences.comparison import FEWEST_SEEDS_TO_WIN
from regtrack.diagnosis.differences.confirmation import confirm_difference
from regtrack.diagnosis.differences.crossed import CrossedErrors, contrast_of, variances_over_seeds
from regtrack.diagnosis.differences.families import AMONG_ALL, BETTER, EQUAL, TO_BASELINE, WORSE, Family, judge_family
from regtrack.diagnosis.differences.looks import alpha_of_look
from regtrack.diagnosis.differences.moderation import moderated_variances
from regtrack.diagnosis.differences.multiplicity import holm
from regtrack.diagnosis.item_response import simulate_answers
from regtrack.diagnosis.simulated_sweeps import Design, simulate_sweep
from regtrack.names import CONFIRMED, NO_VERDICT

ALPHA, MARGIN = 0.05, 0.01
SD = 0.0126
"""Over seeds, on 1,000 examples: what 0.004 is beside 10,000."""
EQUALS = (
    Design(12, 3, 1_000, seed_sd=SD), Design(12, 5, 1_000, seed_sd=SD), Design(12, 10, 1_000, seed_sd=SD),
    Design(18, 5, 10_000), Design(12, 5, 1_000, seed_sd=0.025), Design(40, 3, 1_000, seed_sd=SD),
    Design(40, 5, 1_000, seed_sd=SD), Design(40, 20, 1_000, seed_sd=SD),
    Design(2, 2, 1_000, seed_sd=SD), Design(2, 3, 1_000, seed_sd=SD), Design(2, 5, 1_000, seed_sd=SD),
    Design(3, 3, 1_000, seed_sd=SD), Design(4, 3, 1_000, seed_sd=SD), Design(4, 5, 1_000, seed_sd=SD),
    Design(12, 3, 1_000, seed_sd=0.01, law="half noisy"), Design(12, 5, 1_000, seed_sd=0.01, law="half noisy"),
    Design(6, 5, 1_000, seed_sd=0.01, law="half noisy"), Design(4, 5, 1_000, seed_sd=0.01, law="half noisy"),
    Design(2, 5, 1_000, seed_sd=0.01, law="half noisy"), Design(3, 5, 1_000, seed_sd=0.01, law="one noisy"),
    Design(12, 3, 1_000, seed_sd=SD, law="one noisy"), Design(12, 5, 1_000, seed_sd=SD, law="one noisy"),
    Design(12, 3, 1_000, seed_sd=SD, law="lognormal spreads"), Design(12, 5, 1_000, seed_sd=SD, law="lognormal spreads"),
    Design(12, 3, 1_000, seed_sd=SD, law="heavy tails"), Design(12, 5, 1_000, seed_sd=SD, law="heavy tails"),
    Design(12, 5, 1_000, seed_sd=SD, law="stuck seeds"), Design(12, 2, 300), Design(12, 3, 100),
    Design(12, 5, 60, error=0.05), Design(12, 5, 400, error=0.004, seed_sd=0.0005),
    Design(2, 5, 400, error=0.004, seed_sd=0.0005),
)  # fmt: skip
GAINS = tuple(
    Design(variants, seeds, 1_000, seed_sd=SD, gain=gain)
    for variants in (12, 2)
    for seeds in (3, 5, 10)
    for gain in (0.025, 0.038)
) + tuple(Design(12, seeds, 1_000, seed_sd=0.01, law="half noisy", gain=0.06) for seeds in (3, 5))
"""2.5 and 3.8 points on 1,000 examples are what 0.8 and 1.2 are on 10,000."""
DROPOUTS = (*(Design(v, 5, 1_000, seed_sd=SD) for v in (2, 3, 5)), Design(5, 5, 1_000, seed_sd=0.025))
"""The baseline and 1, 2 or 4 rates of dropout."""
CONFIRMED_DESIGNS = (
    *(Design(2, seeds, 1_000, seed_sd=SD, gain=gain) for seeds in (8, 12, 20) for gain in (0.0, 2 * SD)),
    Design(2, 8, 1_000, seed_sd=0.03), Design(2, 8, 300), Design(2, 8, 1_000, error=0.02),
    *(Design(2, 8, 1_000, seed_sd=SD, law=law) for law in ("heavy tails", "stuck seeds")),
    Design(2, 8, 1_000, seed_sd=0.01, law="one noisy"),
)  # fmt: skip
AT_THE_MARGIN = tuple(Design(v, 5, 10_000, seed_sd=0.005, gain=MARGIN, better=0) for v in (2, 12))


def earlier(errors: CrossedErrors, a: np.ndarray, b: np.ndarray):
    """Differences (nearly) as they were: no floor, moderated at full strength from two variants on, Satterthwaite's degrees
    of freedom throughout."""
    now = errors.difference(b, a)
    variances, freedoms = moderated_variances(
        *variances_over_seeds(errors.seed_rates, moderate=False), believed=1.0, fewest=2
    )
    parts = [(variances[v] / errors.seeds[v], freedoms[v]) for v in (b, a)]
    return contrast_of(now.mean, parts, now.example_variance, errors.n)


@dataclass(frozen=True)
class Share:
    """A mean over tables with three standard errors; where none or all was found, the bound at 0.3 %."""

    mean: float
    error: float

    def __str__(self) -> str:
        return f"{self.mean:.3f} ± {self.error:.3f}"


def share_of(values) -> Share:
    values = np.asarray(values, float)
    error = 3 * values.std() / np.sqrt(len(values)) if np.ptp(values) else 6 / len(values)
    return Share(float(values.mean()), float(error))


def is_win(found: Family, comparison: int) -> bool:
    return found.verdict[comparison] == BETTER and not found.reason[comparison]


def true_errors(design: Design) -> np.ndarray:
    truth = np.full(design.variants, design.error)
    truth[design.better] -= design.gain
    return truth


def rates(design: Design, tables: int, simulate: Callable = simulate_sweep, seed: int = 0) -> dict[str, Share]:
    """Shares of tables, and coverages of true differences; see main for what each is."""
    rng = np.random.default_rng([seed, design.variants, design.seeds, design.n])
    truth, a = true_errors(design), np.arange(1, design.variants)
    b, found = np.zeros_like(a), defaultdict(list)
    i, j = (np.array(column) for column in zip(*itertools.combinations(range(design.variants), 2), strict=True))
    difference, equals = truth[b] - truth[a], truth[i] == truth[j]
    at_margin = np.abs(difference) > MARGIN - 1e-9  # not below it by rounding

    def count(**of_table):
        for name, value in of_table.items():
            found[name].append(float(value))

    for _ in range(tables):
        validation, test = simulate(design, rng, splits=2)
        errors, best = CrossedErrors(list(test)), int(validation.mean(axis=(1, 2)).argmin())
        false_win = design.seeds >= FEWEST_SEEDS_TO_WIN and best > 0 and truth[best] >= truth[0]
        old, new = earlier(errors, a, b), judge_family(TO_BASELINE, a, b, errors, margin=MARGIN, alpha=alpha_of_look(1, ALPHA))  # fmt: skip
        old_shown, new_shown = holm(old.p_value) < ALPHA, np.isin(new.verdict, (BETTER, WORSE))
        low, high = old.limits()
        count(win_before=false_win and low[best - 1] > 0, win=false_win and is_win(new, best - 1),
              baseline_before=(old_shown & (difference == 0)).any(), baseline=(new_shown & (difference == 0)).any(),
              power_before=old_shown[0] and old.mean[0] > 0, power=new.verdict[0] == BETTER,
              win_power_before=old_shown[0] and old.mean[0] > 0, win_power=is_win(new, 0),
              equal_before=((low > -MARGIN) & (high < MARGIN) & ~old_shown & at_margin).any(),
              equal=((new.verdict == EQUAL) & at_margin).any(),
              coverage_before=((low <= difference) & (difference <= high)).mean())  # fmt: skip
        given = new.verdict != NO_VERDICT
        count(given=given.mean())
        if given.any():
            low, high = new.contrast.limits()
            inside = (new.low <= difference) & (difference <= new.high)
            count(coverage=((low <= difference) & (difference <= high))[given].mean(), joint=(inside | ~given).all())
        old = holm(earlier(errors, i, j).p_value) < ALPHA
        new = judge_family(AMONG_ALL, i, j, errors, margin=MARGIN, alpha=alpha_of_look(1, ALPHA))
        count(all_before=(old & equals).any(), all=(np.isin(new.verdict, (BETTER, WORSE)) & equals).any())
    return {name: share_of(values) for name, values in found.items()}


def looking_again(tables: int, seed: int = 0) -> tuple[float, float]:
    """Shares of sweeps of 12 equals, judged at 5, 10 and 20 seeds, that ever show a win: error unspent, and spent."""
    rng, unspent, spent, a = np.random.default_rng(seed), 0, 0, np.arange(1, 12)
    for _ in range(tables):
        validation, test = simulate_sweep(Design(12, 20, 1_000, seed_sd=SD), rng, splits=2)
        won = np.zeros(2, bool)
        for look, seeds in enumerate((5, 10, 20), start=1):
            errors, best = CrossedErrors(list(test[:, :seeds])), validation[:, :seeds].mean(axis=(1, 2)).argmin()
            for rule, alpha in enumerate((ALPHA, alpha_of_look(look, ALPHA))):
                found = judge_family(TO_BASELINE, a, 0 * a, errors, margin=MARGIN, alpha=alpha)
                won[rule] |= (found.verdict == BETTER).any() if best == 0 else is_win(found, best - 1)
        unspent, spent = unspent + won[0], spent + won[1]
    return unspent / tables, spent / tables


def dropout_lowers(design: Design, tables: int, seed: int = 0) -> tuple[float, float]:
    """Shares of sweeps of equals in which the variant that validation chooses among all but the baseline is shown to lower
    the test error of the same networks: by its limits alone, and by those that the claim takes."""
    rng, k, shown = np.random.default_rng([seed, 7]), design.variants - 1, np.zeros(2)
    for _ in range(tables):
        validation, test = simulate_sweep(design, rng, splits=2)
        errors, best = CrossedErrors(list(test)), 1 + validation[1:].mean(axis=(1, 2)).argmin()
        contrast = errors.difference(best, 0)
        corrected = replace(contrast, freedom=errors.family_freedom(contrast))
        measured = (
            of_contrast(contrast, design.seeds),
            of_contrast(corrected, design.seeds, chosen_of=k, wider=bool(errors.scatters_wider(best, 0))),
        )
        shown += [found.high < 0 for found in measured]
    return tuple(shown / tables)


def confirmation(
    design: Design, tables: int, simulate: Callable = simulate_sweep, seed: int = 0
) -> tuple[Share, Share]:
    """Shares of tables of fresh seeds of two variants that confirm variant 1, and whose limits hold the truth."""
    rng, confirmed, covered = np.random.default_rng([seed, design.seeds]), [], []
    for _ in range(tables):
        [(baseline, chosen)] = simulate(design, rng)
        found = confirm_difference(chosen, baseline)
        confirmed.append(found.verdict == CONFIRMED)
        covered.append(found.low <= design.gain <= found.high)
    return share_of(confirmed), share_of(covered)


def named(design: Design) -> tuple[str, ...]:
    law = "" if design.law == "normal" else design.law
    return (str(design.variants), str(design.seeds), f"{design.n:,}", f"{design.error:g}", f"{design.seed_sd:g}", law)


DESIGN = ("variants", "seeds", "examples", "error", "sd over seeds", "law")


def table_of(console: Console, title: str, columns: tuple[str, ...], rows) -> None:
    console.print(f"\n{title}\n", soft_wrap=True, highlight=False)
    for row in (columns, ("---",) * len(columns)):
        console.print("| " + " | ".join(row) + " |", soft_wrap=True, highlight=False)
    for row in rows:
        console.print("| " + " | ".join(row) + " |", soft_wrap=True, highlight=False)


def change(found: dict[str, Share], name: str) -> str:
    return f"{found[f'{name}_before'].mean:.3f} → {found[name]}"


GENERATORS = {"copula": simulate_sweep, "item response": simulate_answers}


def main(tables: int = 100) -> None:
    """The default takes minutes; docs/comparison-rates.md has 2,000."""
    console, few = Console(), max(100, tables // 2)

    def of_equals(simulate):
        for design in EQUALS:
            found = rates(design, tables, simulate)
            one, joint = (str(found.get(name, "–")) for name in ("coverage", "joint"))
            yield (*named(design), change(found, "win"), change(found, "baseline"), change(found, "all"),
                   f"{found['coverage_before'].mean:.3f} → {one}", joint, f"{found['given'].mean:.2f}")  # fmt: skip

    for name, simulate in GENERATORS.items():
        table_of(console, f"equal variants by {name}, {tables:,} tables a row, ± three standard errors; before → after",
                 (*DESIGN, "a win", "any against baseline", "any of all pairs", "coverage of one comparison", "all at once",
                  "given a verdict"), of_equals(simulate))  # fmt: skip
        powers = ((d, rates(d, few, simulate)) for d in GAINS)
        gains = ((*named(d), f"{100 * d.gain:.1f}", change(found, "power"), change(found, "win_power"))
                 for d, found in powers)  # fmt: skip
        table_of(console, f"power: one variant is better than the baseline and all others, by {name}, {few:,} tables a row; "
                 "before → after", (*DESIGN, "points", "shown better", "by as much as a win takes"), gains)  # fmt: skip
    margins = ((*named(d), change(rates(d, few), "equal")) for d in AT_THE_MARGIN)
    table_of(console, f"every variant exactly one point from the baseline, {few:,} tables a row; before → after",
             (*DESIGN, "any called equal"), margins)  # fmt: skip
    unspent, spent = looking_again(few)
    table_of(console, f"a win among 12 equals at 5, 10 or 20 seeds, {few:,} sweeps", ("unspent", "spent"),
             [(f"{unspent:.3f}", f"{spent:.3f}")])  # fmt: skip
    claims = ((*named(d), " → ".join(f"{share:.3f}" for share in dropout_lowers(d, tables))) for d in DROPOUTS)
    table_of(console, "the claim that dropout lowers the error, its variants and the baseline being equals, "
             f"{tables:,} sweeps a row; limits of one comparison → those of all", (*DESIGN, "supported"), claims)  # fmt: skip
    fresh = ((name, *named(d), f"{100 * d.gain:.1f}", *map(str, confirmation(d, 4 * tables, simulate)))
             for d in CONFIRMED_DESIGNS for name, simulate in GENERATORS.items())  # fmt: skip
    table_of(console, f"confirmation by fresh seeds of two, {4 * tables:,} tables a row, ± three standard errors",
             ("by", *DESIGN, "points", "confirmed", "coverage"), fresh)  # fmt: skip


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))

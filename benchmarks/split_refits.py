"""Do verdicts over splits hold where models are really fitted? `python benchmarks/split_refits.py [data sets [rows from [to]]]`.

Shares no code with what the rules were chosen on (`split_training.py`). Each variant sees a view of its own of the same examples, and all views have one law:
so the truth is that equal variants are equal, though each is fitted anew to the examples of every split and learns something else from them. Closed-form
fits of many data sets at once; judged by the product's own comparison. Coverage of one 95 % interval for new data
without and with the training examples' part, any of the family's limits that misses the truth at a first look (0.04 wanted), how often the better
variant of a `gain` is shown better, and the half-width. Where variants are not equal the truth is the mean over fresh data.
"""

import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache
from itertools import product

import numpy as np
from scipy import special, stats

from regtrack.diagnosis.differences.split_comparison import SplitErrors, compare_over_splits, pair_over_splits
from regtrack.diagnosis.primary import Primary
from regtrack.names import ACCURACY, BASELINE, BETTER

COLUMNS = 6
VALIDATION, TEST = 0.2, 0.2
AT_ONCE = 25
FRESH, FRESH_TEST = 4_000, 400
"""Data sets, and their test examples, that the truth of unequal variants is the mean of."""
FEW = 10


@dataclass(frozen=True)
class Law:
    """Args:
    heavy: examples of Student's t with 3 degrees of freedom, 3 of 10 of the second class, and features that do not bound them.
    own: share of a view's variance that no other view has; of all variants, of all but the last, which has 1, if `alone`.
    nearest: votes of the 9 nearest examples by three directions, the seed's; else ridge regression on random features.
    noisy: every second variant has 5 random features instead of 16, and scatters with its seed.
    gain: of the signal of variant 1, a share.
    groups: of how many examples that are drawn together; a half of a view's own variance is the group's.
    """

    heavy: bool = False
    own: float = 0.5
    alone: bool = False
    nearest: bool = False
    noisy: bool = False
    gain: float = 0.0
    groups: int = 0

    @property
    def is_equal(self) -> bool:
        return not (self.noisy or self.gain)


@dataclass(frozen=True)
class Design:
    splits: int
    seeds: int
    variants: int = 4
    folds: bool = False
    trained: int = 600

    @property
    def rows(self) -> int:
        return round(self.trained / (1 - VALIDATION - (1 / self.splits if self.folds else TEST)))

    @property
    def name(self) -> str:
        return f"{self.splits} {'folds ' if self.folds else ''}x {self.seeds}"


LAWS = {
    "ridge": Law(),
    "heavy tails": Law(heavy=True),
    "nearest": Law(nearest=True),
    "one differs": Law(own=0.02, alone=True),
    "one differs, heavy tails": Law(own=0.02, alone=True, heavy=True),
    "unequal scatter": Law(noisy=True),
    "groups of 20": Law(groups=20),
    "gain": Law(gain=0.5),
    "gain, heavy tails": Law(gain=0.5, heavy=True),
}
OTHERS = (
    Design(5, 2), Design(10, 2), Design(15, 1), Design(5, 3), Design(5, 2, folds=True), Design(10, 1, folds=True), Design(10, 2, folds=True),
)  # fmt: skip
"""Designs beside the default one."""


def drawn(design: Design, law: Law, count: int, n: int, rng) -> tuple[np.ndarray, np.ndarray]:
    """x (count, variants, n, COLUMNS) and y (count, n) of as many data sets."""
    v = design.variants
    y = rng.random((count, n)) < (0.3 if law.heavy else 0.5)
    own = np.full(v, law.own)
    own[-1] = 1 if law.alone else law.own
    of_group = own / 2 if law.groups else own * 0
    noise = np.sqrt(1 - own)[:, None, None] * normal(rng, count, 1, n, COLUMNS)
    noise += np.sqrt(own - of_group)[:, None, None] * normal(rng, count, v, n, COLUMNS)
    if law.groups:
        together = normal(rng, count, v, -(-n // law.groups), COLUMNS).repeat(law.groups, axis=2)[:, :, :n]
        noise += np.sqrt(of_group)[:, None, None] * together
    if law.heavy:
        noise *= np.sqrt(3 / rng.chisquare(3, (count, 1, n, 1)))
    signal = np.full(v, 0.35)
    signal[1] += law.gain * 0.35
    return (signal[:, None, None] * (2 * y - 1)[:, None, :, None] + noise).astype(np.float32), y


def normal(rng, *shape: int) -> np.ndarray:
    return rng.standard_normal(shape, np.float32)


def probabilities(train: np.ndarray, labels: np.ndarray, at: np.ndarray, weights: np.ndarray, law: Law) -> np.ndarray:
    """(count, n) of the second class, by a fit to `train` (count, n_train, COLUMNS); `weights` (count, COLUMNS + 1, features) are the seed."""
    if law.nearest:
        made, made_at = train @ weights[:, 1:, :3], at @ weights[:, 1:, :3]
        square = (made**2).sum(-1)[:, None] - 2 * made_at @ made.swapaxes(1, 2)
        nearest = np.argpartition(square, 9, axis=-1)[..., :9]
        votes = np.take_along_axis(labels[:, None].repeat(at.shape[1], 1), nearest, -1).sum(-1)
        return (votes + 0.5) / 10
    made, made_at = (features(x, weights, bounded=not law.heavy) for x in (train, at))
    gram = made.swapaxes(1, 2) @ made + np.eye(made.shape[-1], dtype=np.float32)
    fit = np.linalg.solve(gram, made.swapaxes(1, 2) @ (2.0 * labels - 1)[..., None].astype(np.float32))
    return special.expit(3.0 * (made_at @ fit)[..., 0])


def features(x: np.ndarray, weights: np.ndarray, *, bounded: bool) -> np.ndarray:
    made = x @ weights[:, 1:] / np.sqrt(COLUMNS)
    made = np.tanh(made + weights[:, :1]) if bounded else made
    return np.concatenate([np.ones((*made.shape[:2], 1), np.float32), made], axis=-1)


@dataclass(frozen=True, eq=False)
class Fitted:
    """Of one split its rows, and the probabilities (variants, seeds, n) of its networks on those held out."""

    test: np.ndarray
    validation: np.ndarray
    on_test: np.ndarray
    on_validation: np.ndarray
    trained: int


def divided(design: Design, law: Law, n: int, rng) -> Iterator[tuple[np.ndarray, np.ndarray, np.ndarray]]:
    """(test, validation, train) rows of each split, as many of each for all; a fifth of the rows validate; whole groups go together."""
    of_group = max(1, law.groups)
    units, per_unit = np.arange(-(-n // of_group)), np.arange(of_group)
    tested, validated = (
        len(units) // design.splits if design.folds else round(TEST * len(units)),
        round(VALIDATION * len(units)),
    )
    order = rng.permutation(units)
    for split in range(design.splits):
        order = order if design.folds else rng.permutation(units)
        test = order[split * tested :][:tested] if design.folds else order[:tested]
        validation, train = np.split(rng.permutation(np.setdiff1d(units, test)), [validated])
        yield tuple((of[:, None] * of_group + per_unit).ravel() for of in (test, validation, train))


def data_sets_of(design: Design, law: Law, count: int, rng) -> Iterator[tuple[list[Fitted], np.ndarray]]:
    """Of each data set what its networks say on every split, and the labels of all rows."""
    n = design.rows - design.rows % max(1, law.groups)
    x, y = drawn(design, law, count, n, rng)
    at = np.arange(count)[:, None]
    rows = [list(divided(design, law, n, rng)) for _ in range(count)]
    of_set = [[] for _ in range(count)]
    for split in range(design.splits):
        test, validation, train = (np.stack([own[split][part] for own in rows]) for part in range(3))
        held = np.concatenate([test, validation], axis=1)
        made = np.empty((count, design.variants, design.seeds, held.shape[1]))
        for seed in range(design.seeds):
            weights = normal(rng, count, COLUMNS + 1, 4 if law.heavy else 16)
            for v in range(design.variants):
                own = weights[:, :, :5] if law.noisy and v % 2 else weights
                made[:, v, seed] = probabilities(x[at, v, train], y[at, train], x[at, v, held], own, law)
        on_test, on_validation = np.split(made, [test.shape[1]], axis=-1)
        for which, own in enumerate(of_set):
            own.append(Fitted(test[which], validation[which], on_test[which], on_validation[which], train.shape[1]))
    yield from zip(of_set, y.astype(int), strict=True)


def names_of(design: Design) -> list[str]:
    return [BASELINE, *(f"v{v}" for v in range(1, design.variants))]


def two_classes(of_the_second: np.ndarray) -> np.ndarray:
    return np.stack([1 - of_the_second, of_the_second], axis=-1)


def split_errors(fitted: list[Fitted], labels: np.ndarray, names: list[str]) -> list[SplitErrors]:
    found = []
    for one in fitted:
        of_variants = zip(names, two_classes(one.on_test), strict=True)
        errors = [Primary().errors(v, list(own), labels[one.test], range(len(own))) for v, own in of_variants]
        found.append(SplitErrors(errors, one.test, dict.fromkeys(names, one.trained), len(one.validation)))
    return found


def truth_of(design: Design, law: Law) -> np.ndarray:
    """(variants - 1,) what each gains on the baseline on new data of the same sizes."""
    if law.is_equal:
        return np.zeros(design.variants - 1)
    gain = fresh_gain(design.trained, law)
    # Every second one is noisy, or the first gains; all others are the baseline's equals.
    return np.array([gain if (v % 2 if law.noisy else v == 1) else 0.0 for v in range(1, design.variants)])


@cache
def fresh_gain(trained: int, law: Law) -> float:
    """Of variant 1 on two that are equal, the mean over fresh data."""
    rng, rates, three = np.random.default_rng(1), [], Design(7, 2, 3)
    for _ in range(FRESH // 100):
        x, y = drawn(three, law, 100, trained + FRESH_TEST, rng)
        weights = normal(rng, 100, COLUMNS + 1, 4 if law.heavy else 16)
        train, test = np.split(np.arange(x.shape[2]), [trained])
        labels, own = y[:, test].ravel().astype(int), []
        for v in range(3):
            of_seed = weights[:, :, :5] if law.noisy and v % 2 else weights
            probs = probabilities(x[:, v, train], y[:, train], x[:, v, test], of_seed, law).ravel()
            own.append(Primary().errors("", [two_classes(probs)], labels).rate)
        rates.append((own[0] + own[2]) / 2 - own[1])
    return float(np.mean(rates))


def judged(design: Design, law: Law, data_sets: int) -> tuple[np.ndarray, np.ndarray]:
    """(data sets, [covered, any missed, variant 1 shown better, half-width]), and of one in four (..., [covered, half-width]) without
    the training examples' part: it takes as long as the verdicts."""
    rng = np.random.default_rng([*repr((design, law, ACCURACY)).encode()])
    truth, names, folds = truth_of(design, law), names_of(design), design.splits if design.folds else 0
    found, without = [], []
    while len(found) < data_sets:
        for fitted, labels in data_sets_of(design, law, min(AT_ONCE, data_sets - len(found)), rng):
            splits = split_errors(fitted, labels, names)
            table = compare_over_splits(splits, folds=folds)
            half = stats.t.ppf(0.975, table["freedom"]) * table["standard_error"]
            # Where nothing differs at all the limits are a bound by examples.
            half = half.where(half > 0, (table["high"] - table["low"]) / 2)
            off = np.abs(table["difference"].to_numpy() - truth)
            missed = (table["low"] > truth) | (table["high"] < truth)
            if len(found) % 4 == 0:
                rows = [pair_over_splits(splits, name, BASELINE, folds=folds) for name in names[1:]]
                apart = stats.t.ppf(0.975, design.splits - 1) * np.array([row["standard_error"] for row in rows])
                without.append(((off <= apart).mean(), apart.mean()))
            found.append(((off <= half).mean(), missed.any(), table["verdict"].iloc[0] == BETTER, half.mean()))
    return np.array(found, float), np.array(without)


def rows() -> Iterator[tuple[Design, str]]:
    """The family of four by laws, sizes and designs; other designs and families where they learn from little, groups; then power."""
    for law in ("ridge", "heavy tails", "one differs", "one differs, heavy tails", "unequal scatter"):
        for trained in (100, 600, 2_000):
            yield Design(7, 2, trained=trained), law
    yield Design(7, 2, trained=100), "nearest"
    for design in OTHERS:
        yield design, "heavy tails"
    for design in OTHERS:
        yield replace(design, trained=100), "ridge"
    for variants, (law, trained) in product(
        (2, 12), (("ridge", 100), ("heavy tails", 600), ("one differs, heavy tails", 600))
    ):
        yield Design(7, 2, variants, trained=trained), law
    for design in (Design(7, 2), Design(5, 2), Design(5, 2, folds=True)):
        yield design, "groups of 20"
    for design in (Design(7, 2), Design(7, 2, trained=2_000), *OTHERS):
        yield design, "gain"
    yield Design(7, 2), "gain, heavy tails"


def main(data_sets: int = FEW, first: int = 0, last: int | None = None) -> None:
    print(
        "| splits x seeds | variants | train on | law | data sets | coverage | any missed | shown better | half-width, points |"
    )
    print(f"|{'---|' * 9}")
    for design, law in list(rows())[first:last]:
        found, without = (of.mean(axis=0) for of in judged(design, LAWS[law], data_sets))
        (covered, missed, better, half), (covered_without, half_without) = found, without
        told = f"{covered_without:.3f} → {covered:.3f} | {missed:.3f} | {better:.3f} | {100 * half_without:.2f} → {100 * half:.2f}"
        print(
            f"| {design.name} | {design.variants} | {design.trained:,} | {law} | {data_sets:,} | {told} |",
            flush=True,
        )


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))

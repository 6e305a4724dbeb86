"""Do verdicts hold on networks that were really trained? Problems whose regime is known by construction, 20 repeats each.

A repeat is fresh data and 5 fresh seeds. 5,000 validation examples. Trained in this process: starting workers anew for each
repeat takes longer than these small networks do.

    python benchmarks/regime_trained.py [repeats] [first problem]
"""

import os
import sys
import time

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import numpy as np
import pandas as pd
from rich.console import Console
from rich.table import Table

from regtrack.data import Dataset
from regtrack.data.split import Split
from regtrack.diagnosis.regimes.diagnose import diagnose_regime
from regtrack.diagnosis.regimes.folk_rules import ARTICLE, FIXED_RATIO
from regtrack.names import OVERFIT, UNDERFIT, UNDETERMINED, WELL_FIT, WELL_FIT_HERE
from regtrack.training.job import Job
from regtrack.training.one_trial import LastTrainer, trial
from regtrack.variants import Settings, Variant

SEEDS, INPUTS, N_VAL = 5, 10, 5_000


def linear(x):
    """A plane: a handful of units is capacity enough."""
    return x[:, 0] + x[:, 1] > 0


def products(x):
    """Two products of inputs: no single unit can tell."""
    return x[:, 0] * x[:, 1] + x[:, 2] * x[:, 3] > 0


def nothing(x):
    """Labels that know nothing of the inputs."""
    return np.random.default_rng(int(abs(x[0, 0]) * 1e9)).random(len(x)) < 0.5


BIG = dict(hidden_widths="128-128", epochs=40, learning_rate=3e-3)
DEALT = {"12 equal variants": 12}
"""One variant's seeds, dealt into so many groups that go as variants: equal by construction."""
# name: (teacher, label noise, train examples, settings, variants: the first is judged, its regime)
SCENARIOS = {
    "network far too small": (products, 0.1, 4_000, dict(hidden_widths="64-64", epochs=20), [Variant(hidden_widths="1"), Variant()], UNDERFIT),
    "penalty far too strong": (linear, 0.1, 2_000, dict(hidden_widths="8"), [Variant(l1=0.3), Variant()], UNDERFIT),
    "memorizes pure label noise": (nothing, 0.0, 300, BIG, [Variant(), Variant(max_norm=0.5)], OVERFIT),
    "few examples, noisy labels": (linear, 0.2, 200, BIG, [Variant(), Variant(l2=0.1)], OVERFIT),
    "infinite data: train and test the same": (linear, 0.1, 20_000, dict(hidden_widths="8", epochs=15, batch_size=256, learning_rate=5e-3), [Variant(), Variant(l2=1e-4)], WELL_FIT),
    "capacity matched": (linear, 0.1, 5_000, dict(hidden_widths="8", epochs=15, learning_rate=5e-3), [Variant(), Variant(l2=1e-4)], WELL_FIT),
    "12 equal variants": (linear, 0.1, 5_000, dict(hidden_widths="8", epochs=15, batch_size=128, learning_rate=5e-3), [Variant()], WELL_FIT),
    "lone variant, memorizes": (nothing, 0.0, 300, BIG, [Variant()], OVERFIT),
    "lone variant, too small": (products, 0.1, 4_000, dict(hidden_widths="1", epochs=10), [Variant()], UNDERFIT),
}  # fmt: skip


def dataset(teacher, noise: float, n_train: int, rng: np.random.Generator) -> Dataset:
    """Fresh examples of the problem; train, validation and test from one distribution."""
    splits, start = {}, 0
    for name, n in (("train", n_train), ("validation", N_VAL), ("test", 100)):
        x = rng.standard_normal((n, INPUTS)).astype(np.float32)
        label = (teacher(x) ^ (rng.random(n) < noise)).astype(np.int64)
        splits[name] = Split(x, label, label, np.arange(start, start + n))
        start += n
    return Dataset("constructed", **splits, class_names=("no", "yes"), scale=1.0, is_image=False, split_seed=0,
                   train_size=0, label_noise=0.0)  # fmt: skip


def fit_table(results, labels) -> pd.DataFrame:
    """The documented table that diagnose_regime reads, judged at the last epoch."""
    rows = []
    for result in results:
        curve = result.curve
        for epoch in range(1, len(curve) + 1):
            rows.append(
                {"variant": result.variant.label, "seed": result.seed, "epoch": epoch,
                 "train_error": 1 - curve["train/accuracy"][epoch - 1], "val_error": 1 - curve["val/accuracy"][epoch - 1],
                 "train_cross_entropy": curve["train/cross_entropy"][epoch - 1],
                 "val_cross_entropy": curve["val/cross_entropy"][epoch - 1], "val_wrong": None}
            )  # fmt: skip
        rows[-1]["val_wrong"] = result.of("val", "last").probs.argmax(axis=1) != labels
    return pd.DataFrame(rows)


def repeat(name: str, number: int):
    teacher, noise, n_train, settings, variants, _ = SCENARIOS[name]
    rng = np.random.default_rng([number, list(SCENARIOS).index(name)])
    data = dataset(teacher, noise, n_train, rng)
    groups = DEALT.get(name, 1)
    seeds = [int(seed) for seed in rng.integers(0, 2**31, SEEDS * groups)]
    job, last = Job(data, Settings(**settings)), LastTrainer()
    results = [trial(job, variant, seed, last=last) for variant in variants for seed in seeds]
    table = fit_table(results, data.validation.given_label)
    if groups > 1:
        table["variant"] = table["seed"].map({seed: f"equal {i // SEEDS}" for i, seed in enumerate(seeds)})
    return diagnose_regime(table, variant=table["variant"].iloc[0])


def main(repeats: int = 20, first: int = 0) -> None:
    table = Table("scenario", "truth", "right", "wrong", "here", "undetermined", "article wrong", "ratio wrong",
                  title=f"{repeats} trained repeats a scenario, {SEEDS} seeds, {N_VAL:,} validation examples")  # fmt: skip
    for name, (*_, truth) in list(SCENARIOS.items())[first:]:
        start = time.time()
        regimes = [repeat(name, number) for number in range(repeats)]
        verdicts = [regime.verdict for regime in regimes]
        right, here, undetermined = (verdicts.count(word) for word in (truth, WELL_FIT_HERE, UNDETERMINED))
        folk = [sum(r.folk_rules[rule] != truth for r in regimes) for rule in (ARTICLE, FIXED_RATIO)]
        counts = (right, repeats - right - here - undetermined, here, undetermined, *folk)
        table.add_row(name, truth, *map(str, counts))
        first = regimes[0]
        told = ", ".join(f"{c.name} {c.estimate:.3f} ({c.low:.3f}, {c.high:.3f})" for c in first.clauses if c.estimate is not None)  # fmt: skip
        print(f"{name}: {counts}, {time.time() - start:.0f} s; first: {told}", flush=True)
    Console(width=140).print(table)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))

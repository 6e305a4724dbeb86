"""Is a suspected label wrong, on networks that were really trained? Overlapping Gaussians, fresh data and seeds a repeat.

The benchmark label_rates asks the same of simulated networks, many more of them. Labels are right unless changed, however
close the classes stand.

    python benchmarks/label_trained.py [repeats]
"""

import os
import sys

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import numpy as np
import pandas as pd
from rich.console import Console
from rich.table import Table

from regtrack.data import Dataset
from regtrack.data.split import Split
from regtrack.diagnosis.held_out import HeldOut, TrialPredictions
from regtrack.diagnosis.triage.high_confidence_errors import find_high_confidence_errors
from regtrack.diagnosis.triage.kinds.disagreement import Disagreement
from regtrack.diagnosis.triage.label_suspicion import suspect_labels
from regtrack.diagnosis.triage.promised_errors import promised_errors_by_class
from regtrack.training.job import Job
from regtrack.training.one_trial import LastTrainer, trial
from regtrack.variants import Settings, Variant

SEEDS, INPUTS, CLASSES, N_HELD_OUT, THRESHOLD = 3, 6, 4, 2_000, 0.9
WELL = dict(hidden_widths="16", epochs=20, learning_rate=5e-3)
OVER = dict(hidden_widths="128-128", epochs=40, learning_rate=3e-3)
RARE, LOST = 0.05, 0.3
# name: (distance of the classes' centres, train examples, settings, share of all labels changed, whether a rare class loses its labels)
PROBLEMS = {
    "clean, hard": (1.5, 4_000, WELL, 0.0, False),
    "clean, very hard": (1.0, 4_000, WELL, 0.0, False),
    "clean, hard, few examples": (1.5, 300, OVER, 0.0, False),
    "30 % of a rare class lost": (2.0, 4_000, WELL, 0.0, True),
    "5 % of all changed": (1.5, 4_000, WELL, 0.05, False),
    "easy, 5 % of all changed": (4.0, 4_000, WELL, 0.05, False),
}


def dataset(name: str, rng: np.random.Generator) -> Dataset:
    """Each class a Gaussian around its own axis; labels are changed in every split alike."""
    distance, n_train, _, changed, rare = PROBLEMS[name]
    share = np.full(CLASSES, 1 / CLASSES) if not rare else np.array([RARE, *np.full(CLASSES - 1, (1 - RARE) / (CLASSES - 1))])  # fmt: skip
    splits, start = {}, 0
    for split, n in (("train", n_train), ("validation", N_HELD_OUT), ("test", N_HELD_OUT)):
        true = rng.choice(CLASSES, n, p=share)
        x = rng.standard_normal((n, INPUTS)) + distance * np.eye(CLASSES, INPUTS)[true]
        given = np.where(rng.random(n) < changed, (true + rng.integers(1, CLASSES, n)) % CLASSES, true)
        given = np.where(rare & (true == 0) & (rng.random(n) < LOST), 1, given)
        splits[split] = Split(x.astype(np.float32), given, true, np.arange(start, start + n))
        start += n
    return Dataset("constructed", **splits, class_names=tuple("abcd"), scale=1.0, is_image=False, split_seed=0,
                   train_size=0, label_noise=0.0)  # fmt: skip


def held_out_of(results, data: Dataset) -> tuple[HeldOut, HeldOut]:
    """What the networks say at their selected epochs."""
    found = []
    for name, split in (("val", data.validation), ("test", data.test)):
        trials = tuple(TrialPredictions(r.variant.label, r.seed, r.of(name, "selected").probs) for r in results)
        found.append(HeldOut(name, split.example_id, split.given_label, split.true_label, trials))
    return tuple(found)


def repeat(name: str, number: int) -> dict[str, float]:
    rng = np.random.default_rng([number, list(PROBLEMS).index(name)])
    data = dataset(name, rng)
    seeds = [int(seed) for seed in rng.integers(0, 2**31, SEEDS)]
    job, last = Job(data, Settings(**PROBLEMS[name][2])), LastTrainer()
    results = [trial(job, Variant(), seed, last=last) for seed in seeds]
    held_out = held_out_of(results, data)
    suspicion = suspect_labels(held_out)
    errors = find_high_confidence_errors(held_out, suspicion, threshold=THRESHOLD).drop_duplicates("example_id")
    promised = promised_errors_by_class(held_out, data.class_names, threshold=THRESHOLD)
    promised = promised[promised["split"] == "test"]
    suspected, wrong = suspicion["suspected"], suspicion["given_label"] != suspicion["true_label"]
    return {
        "error": float(np.mean([t.probs.argmax(axis=1) != held_out[1].given_label for t in held_out[1].trials])),
        "suspected": suspected.mean(),
        "peer: called label errors": float(np.mean(errors["kind"] == Disagreement.name)),
        "precision": wrong[suspected].mean(),
        "recall": suspected[wrong].mean(),
        "promised wrong": promised["expected_wrong"].iloc[0],
        "seen wrong": promised["observed_wrong"].iloc[0],
        "ours: more than promised": float(promised["more_than_promised"].any()),
    }


def main(repeats: int = 4) -> None:
    table = None
    for name in PROBLEMS:
        rows = pd.DataFrame([repeat(name, number) for number in range(repeats)])
        if table is None:
            table = Table("problem", *rows.columns, title=f"{repeats} trained repeats a problem, {SEEDS} seeds; ± three standard errors")  # fmt: skip
        mean, error = rows.mean(), 3 * rows.std() / np.sqrt(rows.notna().sum())
        cells = ["–" if np.isnan(m) else f"{m:.3g} ± {e:.2g}" for m, e in zip(mean, error, strict=True)]
        table.add_row(name, *cells)
        print(name, *cells, sep=" | ", flush=True)
    Console(width=200).print(table)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))

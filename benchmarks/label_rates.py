"""Is a suspected label wrong? Clean but hard labels, and labels changed on purpose: what is suspected, and what is promised.

A generator of its own: every example has probabilities of its classes, its label is drawn from them, and networks know
them up to noise, as sure as they should be or too sure. A label so drawn is right, however improbable: hard, not wrong.
Prints peer (every suspected error called a label error, as before) | ours; ± is three Monte Carlo standard errors.
A rate of 0 or 1 in every sweep has none: 3 / sweeps bounds it.

    python benchmarks/label_rates.py [sweeps]     (docs/uncertainty.md has 400 of clean labels)
"""

import os
import sys
from dataclasses import dataclass

os.environ.setdefault("OMP_NUM_THREADS", "1")

import numpy as np
import pandas as pd
from rich.console import Console
from rich.table import Table
from scipy import special

from regtrack.diagnosis.held_out import HeldOut, TrialPredictions
from regtrack.diagnosis.triage.audit import audited, draw_sample
from regtrack.diagnosis.triage.high_confidence_errors import find_high_confidence_errors
from regtrack.diagnosis.triage.kinds.disagreement import Disagreement
from regtrack.diagnosis.triage.label_suspicion import suspect_labels
from regtrack.diagnosis.triage.promised_errors import promised_errors_by_class

NETWORKS, THRESHOLD, RARE, LOST = 5, 0.9, 0.03, 0.3


@dataclass(frozen=True)
class World:
    """`hardness`: what a class' evidence is worth, less is harder. `bold`: 1 is as sure as it should be.
    `alike`: noise of the log probabilities that all networks share, mistakes that they make together. `changed`: which
    labels are wrong; `learned`: the networks trained on labels that were changed in the same way, else on right ones."""

    name: str
    hardness: float = 2.4
    bold: float = 1.0
    alike: float = 0.0
    changed: str = "none"
    learned: bool = True
    n: int = 2000
    classes: int = 10


WORLDS = (
    World("clean, hard"), World("clean, 3 classes, hard", classes=3, hardness=1.6),
    World("clean, 3 classes, very hard", classes=3, hardness=1.2),
    World("clean, hard, networks mistaken alike", alike=1.0), World("clean, very hard, mistaken alike", hardness=2.0, alike=1.5),
    World("clean, hard, networks too sure", bold=1.6),
    World("clean, easy", hardness=5.0),
    World("30 % of a rare class lost", changed="rare"), World("the same, in held-out labels only", changed="rare", learned=False),
    World("5 % of all changed", changed="any"), World("the same, in held-out labels only", changed="any", learned=False),
    World("easy, 5 % of all changed", hardness=5.0, changed="any"),
    World("the same, in held-out labels only", hardness=5.0, changed="any", learned=False),
)  # fmt: skip


def transition(world: World) -> np.ndarray:
    """(classes, classes): the chance that a label of the row's class is given as the column's. The rare class is the first."""
    chances = np.eye(world.classes)
    if world.changed == "rare":
        chances[0, :2] = 1 - LOST, LOST
    elif world.changed == "any":
        chances = 0.95 * chances + 0.05 * (1 - chances) / (world.classes - 1)
    return chances


def drawn(rng: np.random.Generator, probs: np.ndarray) -> np.ndarray:
    return (probs.cumsum(axis=1) > rng.random((len(probs), 1))).argmax(axis=1)


def simulated(world: World, rng: np.random.Generator) -> tuple[HeldOut, HeldOut]:
    """Validation and test, as NETWORKS networks of one variant predict them."""
    prior = np.full(world.classes, (1 - RARE) / (world.classes - 1)) if world.changed == "rare" else np.full(world.classes, 1 / world.classes)  # fmt: skip
    if world.changed == "rare":
        prior[0] = RARE
    chances = transition(world)
    splits = []
    for number, split in enumerate(("val", "test")):
        # The evidence of one example: a Gaussian a class, of which its own stands `hardness` higher; then Bayes.
        own = rng.choice(world.classes, world.n, p=prior)
        evidence = rng.normal(size=(world.n, world.classes))
        evidence[np.arange(world.n), own] += world.hardness
        truth = special.softmax(world.hardness * evidence + np.log(prior), axis=1)
        true = drawn(rng, truth)
        given = drawn(rng, chances[true])
        known = truth @ chances if world.learned else truth
        mistaken = np.log(known + 1e-12) + world.alike * rng.normal(size=known.shape)
        trials = [
            special.softmax(world.bold * (mistaken + 0.3 * rng.normal(size=known.shape)), axis=1)
            for _ in range(NETWORKS)
        ]
        ids = np.arange(world.n) + number * world.n
        predictions = tuple(TrialPredictions("baseline", seed, probs) for seed, probs in enumerate(trials))
        splits.append(HeldOut(split, ids, given, true, predictions))
    return tuple(splits)


def judged(world: World, rng: np.random.Generator) -> dict[str, float]:
    held_out = simulated(world, rng)
    suspicion = suspect_labels(held_out)
    errors = find_high_confidence_errors(held_out, suspicion, threshold=THRESHOLD).drop_duplicates("example_id")
    promised = promised_errors_by_class(held_out, range(world.classes), threshold=THRESHOLD)
    promised = promised[promised["split"] == "test"]
    whole = promised[promised["label"].isna()].iloc[0]
    suspected, wrong = suspicion["suspected"], suspicion["given_label"] != suspicion["true_label"]
    return {
        "error": float(np.mean(held_out[1].trials[0].probs.argmax(axis=1) != held_out[1].given_label)),
        "suspected": suspected.mean(),
        "confident errors": len(errors) / len(suspicion),
        "peer: called label errors": float(np.mean(errors["kind"] == Disagreement.name)),
        "precision": wrong[suspected].mean(),
        "recall": suspected[wrong].mean(),
        "promised wrong": whole["expected_wrong"],
        "seen wrong": whole["observed_wrong"],
        "ours: more than promised": float(promised["more_than_promised"].any()),
        "audit holds the precision": audit_holds(suspicion[suspicion["split"] == "test"], wrong, rng),
    }


def audit_holds(suspicion: pd.DataFrame, wrong: pd.Series, rng: np.random.Generator) -> float:
    """Whether the limits of thirty marks, each as the truth has it, hold the share that is wrong among the suspected."""
    ids = suspicion.loc[suspicion["suspected"], "example_id"]
    errors = suspicion.loc[suspicion["suspected"] & wrong.loc[suspicion.index], "example_id"]
    sample = draw_sample(ids, seed=int(rng.integers(2**31)))
    audit = audited(len(ids), sample, marked=sample, errors=errors)
    return float("nan") if audit.precision is None else float(audit.low <= len(errors) / len(ids) <= audit.high)


def main(sweeps: int = 30) -> None:
    console = Console(width=240)
    table = None
    for number, world in enumerate(WORLDS):
        rows = pd.DataFrame([judged(world, np.random.default_rng([number, i])) for i in range(sweeps)])
        if table is None:
            table = Table(
                "world", *rows.columns, title=f"{sweeps} sweeps a row, {NETWORKS} networks; ± three standard errors"
            )
        mean, error = rows.mean(), 3 * rows.std() / np.sqrt(rows.notna().sum())
        cells = ["–" if np.isnan(m) else f"{m:.3g} ± {e:.2g}" for m, e in zip(mean, error, strict=True)]
        table.add_row(world.name, *cells)
        print(world.name, *cells, sep=" | ", flush=True)
    console.print(table)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))

"""What it costs to train a sweep's trials through Ray instead of this machine's own processes: the same tiny trials, side by side."""

import sys
import time
from statistics import median

from rich.console import Console
from rich.table import Table

from regtrack.data import load_dataset
from regtrack.training.events import TrialFinished
from regtrack.training.executors.local import Local
from regtrack.training.executors.on_ray import OnRay
from regtrack.training.job import Job
from regtrack.variants import Settings, Variant

TRIALS, WORKERS, ROUNDS = 100, 2, 3


def main(trials: int = TRIALS) -> None:
    settings = Settings(hidden_widths="8", epochs=1, n_passes=2, batch_size=64)
    job = Job(load_dataset("digits", split_seed=0, train_size=100), settings)
    asked = [(Variant(), seed) for seed in range(trials)]
    table = Table(
        "", "trials", "seconds a trial", "ratio", title=f"{WORKERS} workers; median of {ROUNDS} rounds in turn"
    )
    for workers in (1, WORKERS):
        executors = {"this machine's processes": Local(workers), "Ray": OnRay("local", workers)}
        seconds = {name: [] for name in executors}
        for name, executor in executors.items():
            with executor.at_hand():
                for _ in range(ROUNDS + 1):
                    begun = time.perf_counter()
                    finished = sum(isinstance(event, TrialFinished) for event in executor.run(asked, job))
                    seconds[name].append(time.perf_counter() - begun)
                    assert finished == trials
        own = median(seconds["this machine's processes"][1:])  # the first round imports TensorFlow
        for name, took in seconds.items():
            table.add_row(
                f"{name}, {workers} at a time",
                str(trials),
                f"{median(took[1:]) / trials:.4f}",
                f"{median(took[1:]) / own:.2f}",
            )
    Console(width=110).print(table)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))

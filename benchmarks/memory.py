"""Peak memory of a sweep, by worker, beside one Keras fit of the same network on the same data.

A sweep's processes share what the template imported: each is asked for its proportional set size (PSS), which divides a shared page
among those who have it, every tenth of a second; so is the peer. Linux alone tells it.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).parent.parent
LIMIT = 1.5
EVERY = 0.1
PEER = """
import sys, keras
from regtrack.data import load_dataset
from regtrack.models import build_model
data = load_dataset(sys.argv[1], split_seed=0)
model = build_model("mlp", data.input_shape, data.n_classes, seed=0)
model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
x = (data.validation.x, data.validation.given_label)
model.fit(data.train.x, data.train.given_label, epochs=int(sys.argv[2]), batch_size=64, validation_data=x, verbose=0)
"""


def tree(pid: int) -> list[int]:
    """The process and all below it that are still there."""
    found = [pid]
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        try:
            for child in task.read_text().split():
                found += tree(int(child))
        except OSError:
            continue
    return found


def megabytes(pid: int) -> float:
    """PSS; 0 of a process that has ended."""
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0.0
    return next((int(line.split()[1]) / 1024 for line in lines if line.startswith("Pss:")), 0.0)


def peaks(command: list[str], **environment: str) -> tuple[float, float]:
    """(largest sum over its processes at one moment, largest of one process below the first), MB."""
    process = subprocess.Popen(
        command, cwd=ROOT, env=os.environ | environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    whole = below = 0.0
    while process.poll() is None:
        sizes = {pid: megabytes(pid) for pid in tree(process.pid)}
        whole = max(whole, sum(sizes.values()))
        below = max([below, *(size for pid, size in sizes.items() if pid != process.pid)])
        time.sleep(EVERY)
    if process.returncode:
        raise RuntimeError(f"{command}: exit code {process.returncode}")
    return whole, below


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--dataset", default="fashion_mnist")
    parser.add_argument("--epochs", default="2")
    parser.add_argument("--workers", type=int, default=2)
    given = parser.parse_args()
    peer, _ = peaks([sys.executable, "-c", PEER, given.dataset, given.epochs])
    with tempfile.TemporaryDirectory() as folder:
        sweep = ["pipelines/sweep.py", "--grid", "core", "--dataset", given.dataset, "--epochs", given.epochs]
        sweep += ["--seeds", "2", "--workers", str(given.workers)]
        whole, worker = peaks([sys.executable, *sweep], MLFLOW_TRACKING_URI=f"sqlite:///{folder}/mlflow.db")
    a_worker = whole / given.workers
    print(f"{given.dataset}, core grid, {given.workers} workers, {given.epochs} epochs, MB")
    print("| one Keras fit | whole sweep | a worker's share | ratio | its largest process below | target |")
    print("|---|---|---|---|---|---|")
    print(f"| {peer:.0f} | {whole:.0f} | {a_worker:.0f} | {a_worker / peer:.2f} | {worker:.0f} | {LIMIT} |")


if __name__ == "__main__":
    main()

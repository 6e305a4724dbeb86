"""What does a delivered trial ask of an MLflow server, call by call: how many requests, and whose seconds?

Trials of digits, packed as a sweep packs them, are delivered to the server that MLFLOW_TRACKING_URI names, or to one on sqlite that
is started here. CPU seconds of server and database are those of the kernel (`/proc/*/stat`), so that work beside does
not count. `python benchmarks/server_calls.py [trials] [server's process] [database's process]`.
"""

import contextlib
import os
import sys
import tempfile
import time
from collections import defaultdict
from pathlib import Path

from rich.console import Console
from rich.table import Table
from short_trials import server

TRIALS = 20
METHODS = ("create_run", "log_batch", "log_inputs", "create_logged_model", "log_outputs", "finalize_logged_model",
           "set_terminated")  # fmt: skip
"""Of MLflow's client, that `tracking.delivery` calls; beside them it logs folders of files."""


class Meter:
    """CPU seconds of processes and all below them."""

    def __init__(self, *roots: int):
        parents = {}
        for stat in Path("/proc").glob("[0-9]*/stat"):
            with contextlib.suppress(OSError):
                parents[int(stat.parent.name)] = int(stat.read_text().rpartition(")")[2].split()[1])
        self.pids, before = set(roots), 0
        while len(self.pids) != before:
            before = len(self.pids)
            self.pids |= {pid for pid, parent in parents.items() if parent in self.pids}

    def read(self) -> float:
        """In steps of 10 ms, so that only sums over many calls say something."""
        found = 0
        for pid in self.pids:
            with contextlib.suppress(OSError):
                found += sum(map(int, Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[11:15]))
        return found / os.sysconf("SC_CLK_TCK")


def metered(client, meters: dict[str, Meter], seen: dict[str, list[float]]) -> None:
    """Each of METHODS, and each folder, adds to `seen`: calls, wall-clock seconds, CPU seconds of this process, and of each meter."""
    from regtrack.tracking import delivery, written_model

    places = {(client, name): name for name in METHODS}
    places |= {(delivery, "log_folder"): "artifacts", (written_model, "log_folder"): "models' artifacts"}
    for (owner, name), shown in places.items():
        of = getattr(owner, name)

        def method(*given, _of=of, _name=shown, **named):
            before = [time.perf_counter(), time.process_time(), *(meter.read() for meter in meters.values())]
            found = _of(*given, **named)
            after = [time.perf_counter(), time.process_time(), *(meter.read() for meter in meters.values())]
            for place, value in enumerate([1.0, *(b - a for a, b in zip(before, after, strict=True))]):
                seen[_name][place] += value
            return found

        setattr(owner, name, method)


def measure(uri: str, trials: int, server_pid: int, database_pid: int | None) -> None:
    from regtrack.data import load_dataset
    from regtrack.tracking.store import connect, ensure_experiment
    from regtrack.tracking.writer import SweepWriter
    from regtrack.training.events import EpochEnded
    from regtrack.training.job import Job
    from regtrack.training.one_trial import trial
    from regtrack.variants import Grid, Settings, Variant

    os.environ["MLFLOW_SUPPRESS_PRINTING_URL_TO_STDOUT"] = "true"
    job = Job(load_dataset("digits", split_seed=0), Settings(epochs=3, n_passes=10))
    result = trial(job, Variant(dropout_rate=0.2), 0)
    client = connect(uri)
    writer = SweepWriter(client, ensure_experiment(client, "server-calls"), job)
    writer.start(Grid((result.variant,), tuple(range(trials)), job.settings), primary="accuracy")

    def deliver(seed: int) -> None:
        writer.trial_started(result.variant, seed)
        for epoch, metrics in enumerate(result.curve.epochs, 1):
            writer.epoch_ended(EpochEnded(result.variant, seed, epoch, metrics))
        writer.trial_finished(type(result)(**vars(result) | {"seed": seed}))

    for seed in range(3):
        deliver(seed)
    meters = {"server": Meter(server_pid)} | ({"database": Meter(database_pid)} if database_pid else {})
    seen = defaultdict(lambda: [0.0] * (3 + len(meters)))
    metered(client, meters, seen)
    begun, cpu = time.perf_counter(), time.process_time()
    for seed in range(3, 3 + trials):
        deliver(seed)
    wall, cpu = (time.perf_counter() - begun) / trials, (time.process_time() - cpu) / trials
    table = Table("of a trial", "calls", "wall, ms", "here, CPU ms", *(f"{name}, CPU ms" for name in meters))
    for name, (calls, *seconds) in seen.items():
        table.add_row(name, f"{calls / trials:.1f}", *(f"{1000 * one / trials:.1f}" for one in seconds))
    sums = [sum(column) for column in zip(*seen.values(), strict=True)]
    table.add_row("all calls", f"{sums[0] / trials:.1f}", *(f"{1000 * one / trials:.1f}" for one in sums[1:]))
    table.add_row("with packing", "", f"{1000 * wall:.1f}", f"{1000 * cpu:.1f}")
    Console(width=110).print(table)
    writer.close("FINISHED")


def main(trials: int = TRIALS, server_pid: int | None = None, database_pid: int | None = None) -> None:
    if uri := os.environ.get("MLFLOW_TRACKING_URI", ""):
        measure(uri, trials, server_pid, database_pid)
        return
    with tempfile.TemporaryDirectory() as parent, server(Path(parent)) as (uri, process):
        measure(uri, trials, process, None)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))

"""How far from the ideal are many trials of 0.1 s, by this machine's processes and by Ray, with nothing stored, into sqlite and
through an MLflow server?

A trial sleeps, and gives the result of one that was really trained: all else is the sweep's own code. It stands in where a
worker asks for `one_trial.trial`.
"""

import argparse
import contextlib
import os
import pickle
import secrets
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import replace
from itertools import product
from pathlib import Path
from types import ModuleType

from own_postgresql import database
from rich.console import Console
from rich.table import Table

from regtrack.sweeps.delivering import SIDE_BY_SIDE
from regtrack.training import worker

TRIALS, SECONDS = 50, 0.1
TARGET = 1.3
"""Of the ideal: the trials' own seconds, over the workers."""
TEMPLATE, SLEEP = "SHORT_TRIALS_RESULT", "SHORT_TRIALS_SECONDS"
SEEDS = 5
SERVERS = ("server", "postgresql")
"""`mlflow server`: one process on sqlite, or four on PostgreSQL."""


def prepare() -> None:
    """Of a worker: the stand-in is there instead of a training."""
    if "regtrack.training.one_trial" in sys.modules:
        return
    result, seconds = pickle.loads(Path(os.environ[TEMPLATE]).read_bytes()), float(os.environ[SLEEP])

    def trial(job, variant, seed, on_epoch, *, last):
        time.sleep(seconds)
        for epoch, metrics in enumerate(result.curve.epochs, 1):
            on_epoch(epoch, metrics)
        return replace(result, variant=variant, seed=seed)

    stand_in = sys.modules["regtrack.training.one_trial"] = ModuleType("regtrack.training.one_trial")
    stand_in.trial, stand_in.LastTrainer = trial, lambda: None
    import tensorflow  # noqa: F401  as the module has it that this stands in for: a template imports it before it forks

    worker._one_thread = lambda: None


serve = worker.serve


def events_of(*given):
    """Of a Ray task."""
    from regtrack.training.executors import ray_task

    prepare()
    yield from ray_task.events_of(*given)


def cpu_seconds() -> float:
    """Of this process and of all below it, those that have ended too."""
    ticks, parents = {}, {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            fields = stat.read_text().rpartition(")")[2].split()
            ticks[int(stat.parent.name)], parents[int(stat.parent.name)] = sum(map(int, fields[11:15])), int(fields[1])
    ours, before = {os.getpid()}, 0
    while len(ours) != before:
        before = len(ours)
        ours |= {pid for pid, parent in parents.items() if parent in ours}
    return sum(ticks.get(pid, 0) for pid in ours) / os.sysconf("SC_CLK_TCK")


@contextlib.contextmanager
def server(folder: Path, store: str = "", processes: int = 1) -> Iterator[tuple[str, int]]:
    """(its address, its process) of an MLflow server on this store, or on sqlite in this folder; artifacts lie there."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    process = subprocess.Popen(
        [sys.executable, "-m", "mlflow", "server", "--backend-store-uri", store or f"sqlite:///{folder}/mlflow.db",
         "--artifacts-destination", str(folder / "artifacts"), "--port", str(port), "--workers", str(processes)],
        cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True,
    )  # fmt: skip
    try:
        while True:
            with contextlib.suppress(OSError):
                urllib.request.urlopen(f"http://127.0.0.1:{port}/health", timeout=1)
                break
            time.sleep(0.2)
        yield f"http://127.0.0.1:{port}", process.pid
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def measure(executor, trials, job, uri: str | None, side_by_side: int) -> tuple[float, float, float]:
    """(seconds until the last trial ended, until the store had all, CPU seconds) of a sweep's trials, in a warm executor.

    Args:
        side_by_side: of how many trials the store is told at a time.
    """
    from regtrack.sweeps.delivering import Delivering
    from regtrack.sweeps.progress import SweepProgress
    from regtrack.tracking.spool import Spool
    from regtrack.tracking.store import connect, ensure_experiment
    from regtrack.tracking.writer import SweepWriter
    from regtrack.training.events import EpochEnded, TrialFinished, TrialStarted
    from regtrack.variants import Grid

    def said(_): ...

    handle = dict.fromkeys((TrialStarted, EpochEnded, TrialFinished), said)
    with contextlib.ExitStack() as ending, executor.at_hand():
        if uri:
            client = connect(uri)
            writer = SweepWriter(client, ensure_experiment(client, "short"), job)
            spool = Spool([Path(ending.enter_context(tempfile.TemporaryDirectory()))])
            writer.store = delivering = Delivering(said, spool, "", side_by_side=side_by_side)
            writer.start(Grid(tuple({v: 0 for v, _ in trials}), tuple(range(SEEDS)), job.settings), primary="accuracy")
            handle = {
                TrialStarted: lambda event: writer.trial_started(event.variant, event.seed),
                EpochEnded: writer.epoch_ended,
                TrialFinished: lambda event: writer.trial_finished(event.result),
            }
        for _ in executor.run(trials[: 2 * executor.workers], job):
            pass  # what is imported once is imported
        cpu, begun, finished = cpu_seconds(), time.perf_counter(), 0
        with SweepProgress(trials, job.settings, say=said) as progress:
            for event in executor.run(trials, job):
                handle[type(event)](event)
                progress(event)
                finished += isinstance(event, TrialFinished)
        trained = time.perf_counter() - begun
        assert finished == len(trials), f"{finished} of {len(trials)}"
        if uri:
            delivering.drain()
            delivering.end(lambda: writer.close("FINISHED"), interrupted=False)
        return trained, time.perf_counter() - begun, cpu_seconds() - cpu


def main() -> None:
    given = asked_for()
    os.environ["MLFLOW_SUPPRESS_PRINTING_URL_TO_STDOUT"] = "true"
    # Before Ray is imported, which reads them then: whoever reaches this machine has no business in its cluster.
    os.environ |= {"RAY_AUTH_MODE": "token", "RAY_AUTH_TOKEN": secrets.token_hex(16), "RAY_USAGE_STATS_ENABLED": "0"}
    import short_trials  # by its name, as workers find it

    from regtrack.data import load_dataset
    from regtrack.training import worker_process
    from regtrack.training.executors import ray_task
    from regtrack.training.executors.local import Local
    from regtrack.training.executors.on_ray import OnRay
    from regtrack.training.job import Job
    from regtrack.training.one_trial import trial
    from regtrack.variants import Settings, Variant

    job = Job(load_dataset("digits", split_seed=0), Settings(epochs=3, n_passes=10))
    table = Table(
        "executor", "workers", "store", "all trained, s", "all stored, s", "of the ideal", "CPU ms a trial",
        title=f"{given.trials:,} trials of {given.seconds:g} s; at most {TARGET} times the ideal is wished",
    )  # fmt: skip
    executors = {"processes": Local, "ray": lambda at_a_time: OnRay("local", at_a_time)}
    with tempfile.TemporaryDirectory() as parent:
        folder = Path(parent)
        os.environ |= {TEMPLATE: str(folder / "result"), SLEEP: str(given.seconds)}
        (folder / "result").write_bytes(pickle.dumps(trial(job, Variant(dropout_rate=0.2), 0)))
        worker_process.WORKER, ray_task.events_of = "short_trials", short_trials.events_of
        variants = [Variant(l2=round(1e-6 * (i + 1), 9)) for i in range(-(-given.trials // SEEDS))]
        asked = [(variant, seed) for variant in variants for seed in range(SEEDS)][: given.trials]
        for at_a_time, name, store in product(given.workers, given.executors, given.stores):
            place = folder / f"{name}-{at_a_time}-{store}"
            place.mkdir()
            with contextlib.ExitStack() as running:
                uri = f"sqlite:///{place}/mlflow.db" if store == "sqlite" else None
                if store == "server":
                    uri, _ = running.enter_context(server(place))
                elif store == "postgresql":
                    folder.chmod(0o755)  # the database may be another user's process
                    behind = running.enter_context(database(place / "database"))
                    uri, _ = running.enter_context(server(place, behind, processes=4))
                trained, stored, cpu = measure(
                    executors[name](at_a_time), asked, job, uri, given.side_by_side if store in SERVERS else 1
                )
            ideal = given.trials * given.seconds / at_a_time
            row = (name, str(at_a_time), store, f"{trained:.1f}", f"{stored:.1f}", f"{stored / ideal:.2f}",
                   f"{1000 * cpu / given.trials:.0f}")  # fmt: skip
            table.add_row(*row)
            print(*row, sep=" | ", flush=True)
    Console(width=110).print(table)


def asked_for() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--trials", type=int, default=TRIALS)
    parser.add_argument("--seconds", type=float, default=SECONDS)
    parser.add_argument("--workers", type=int, nargs="+", default=[2])
    parser.add_argument("--executors", nargs="+", choices=("processes", "ray"), default=["processes", "ray"])
    parser.add_argument(
        "--stores", nargs="+", choices=("none", "sqlite", *SERVERS), default=["none", "sqlite", "server"]
    )
    parser.add_argument(
        "--side-by-side", type=int, default=SIDE_BY_SIDE, help="trials that a server is told of at a time"
    )
    return parser.parse_args()


if __name__ == "__main__":
    main()

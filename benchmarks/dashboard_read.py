"""How fast the dashboard's table of trials is read from a sqlite store: MLflow's search_runs, ours, plain SQL."""

import sqlite3
import sys
import tempfile
import time
from contextlib import closing
from pathlib import Path
from statistics import median

import numpy as np
from mlflow import MlflowClient
from mlflow.entities import Metric, Param, RunTag
from rich.console import Console
from rich.table import Table

from regtrack import names
from regtrack.tracking import reader, sql_reader
from regtrack.tracking.store import connect, ensure_experiment, sqlite_path
from regtrack.variants.settings import Settings
from regtrack.variants.variant import Variant

RUNS, METRICS, STEPS, ROUNDS = 1_000, 30, 20, 7
SWEEP = "0" * 32


def fill(client: MlflowClient, experiment_id: str, *, runs: int, seed: int = 0) -> None:
    """Trials of one sweep as the writer makes them: METRICS metrics of STEPS steps, a trial's tags and params."""
    rng = np.random.default_rng(seed)
    known = [
        *names.EPOCH_METRICS,
        *(f"{kind}/{name}" for kind in (names.TEST, names.TEST_MC) for name in names.MEASURES),
    ]
    known += [f"weights/near_zero_share/layer_{i}" for i in range(METRICS - len(known))]
    for number in range(runs):
        variant = Variant(l2=float(f"1e-{number // 5 % 6 + 1}"))
        tags = {names.ROLE: names.ROLE_TRIAL, names.SWEEP_ID: SWEEP, names.VARIANT: variant.label,
                names.TRIAL_KEY: f"{number:032x}"}  # fmt: skip
        params = Settings().model_dump() | variant.to_params() | {names.SEED: number % 5}
        run_id = client.create_run(experiment_id, start_time=number).info.run_id
        metrics = [Metric(name, float(rng.random()), step, step) for name in known for step in range(1, STEPS + 1)]
        client.log_batch(
            run_id,
            metrics=metrics,
            params=[Param(name, str(value)) for name, value in params.items()],
            tags=[RunTag(name, value) for name, value in tags.items()],
        )
        client.set_terminated(run_id)


def plain_sql(connection: sqlite3.Connection, experiment_id: str) -> int:
    """Fetches the same cells and makes nothing of them; returns how many."""
    of_these = f"WHERE run_uuid IN (SELECT run_uuid FROM runs WHERE experiment_id = {int(experiment_id)})"
    tables = ("runs", "tags", "params", "latest_metrics")
    columns = ("run_uuid, status, start_time", *["run_uuid, key, value"] * 3)
    return sum(
        len(connection.execute(f"SELECT {what} FROM {table} {of_these}").fetchall())
        for table, what in zip(tables, columns, strict=True)
    )


def main(runs: int = RUNS) -> None:
    with tempfile.TemporaryDirectory() as folder:
        client = connect(f"sqlite:///{Path(folder)}/mlflow.db")
        uri, experiment_id = client.tracking_uri, ensure_experiment(client, "dashboard-read")
        begun = time.perf_counter()
        fill(client, experiment_id, runs=runs)
        generated = time.perf_counter() - begun
        client = MlflowClient(uri)
        with closing(sqlite3.connect(f"{sqlite_path(uri).as_uri()}?mode=ro", uri=True)) as connection:
            ways = {
                "MLflow's search_runs": lambda: client.search_runs([experiment_id], max_results=runs),
                "the table through the client": lambda: reader.trials(client, experiment_id, SWEEP),
                "regtrack, the table with SQL": lambda: sql_reader.trials(uri, experiment_id, SWEEP),
                "limit: the same cells, fetched": lambda: plain_sql(connection, experiment_id),
            }
            first, seconds = {}, {way: [] for way in ways}
            for round_ in range(ROUNDS + 1):
                for way, read in ways.items():
                    begun = time.perf_counter()
                    found = read()
                    took = time.perf_counter() - begun
                    if round_:
                        seconds[way].append(took)
                    else:
                        first[way] = took
                    del found
    peer = next(iter(ways))
    table = Table("", "first call (s)", "seconds", "ratio to search_runs",
                  title=f"{runs:,} runs x {METRICS} metrics x {STEPS} steps, one experiment; median of {ROUNDS} rounds")  # fmt: skip
    for way, values in seconds.items():
        ratio = median(a / b for a, b in zip(values, seconds[peer], strict=True))
        table.add_row(way, f"{first[way]:.3f}", f"{median(values):.3f}", f"{ratio:.3f}")
    console = Console(width=110)
    console.print(table)
    console.print(f"generated through the client in {generated:.0f} s; target: at most 0.25 of search_runs")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))

"""How fast the dashboard's table of trials is read from a sqlite store (MLflow's search_runs, ours, plain SQL), and how
soon each page answers a filter."""

import os
import sqlite3
import subprocess
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
from regtrack.tracking.addresses import sqlite_path
from regtrack.tracking.store import connect, ensure_experiment
from regtrack.variants.settings import Settings
from regtrack.variants.variant import Variant

RUNS, METRICS, STEPS, ROUNDS = 1_000, 32, 20, 7
FILTERS, FILTER_LIMIT = 15, 0.3
FILTER_OF = {"overview": "find", "fitting_regimes": "variant", "confident_but_wrong": "variant",
             "uncertainty": "variant", "compare_two": "b", "progress": "none"}  # fmt: skip
"""View: what a choice changes in its address. Sweep in progress has no filter; there it is the page itself."""
ROOT = Path(__file__).parents[1]
SWEEP, SEEDS = "0" * 32, 5
ENDED = {names.GENERALIZATION_GAP: 0.05, names.GENERALIZATION_GAP_LOW: 0.03, names.GENERALIZATION_GAP_HIGH: 0.07,
         names.BEST_EPOCH: 3.0, names.LAST_EPOCH: 5.0}  # fmt: skip
"""Metrics whose values have to fit together; the others are any share."""


def fill(client: MlflowClient, experiment_id: str, *, runs: int, steps: int = STEPS, seed: int = 0) -> None:
    """A sweep that has ended, as the writer makes it, without artifacts: METRICS metrics of `steps` steps, a trial's tags
    and params, SEEDS trials a variant."""
    rng = np.random.default_rng(seed)
    tags = {names.ROLE: names.ROLE_SWEEP, names.SWEEP_ID: SWEEP, names.TRIALS_PLANNED: str(runs)}
    client.set_terminated(client.create_run(experiment_id, start_time=0, tags=tags).info.run_id)
    known = [
        *names.EPOCH_METRICS,
        *(f"{kind}/{name}" for kind in (names.TEST, names.TEST_MC) for name in names.MEASURES),
        *(f"{names.SELECTED}{kind}" for kind in ("train_accuracy", "val_accuracy")),
        *(*ENDED, names.FIT_SECONDS),
    ]
    known += [f"weights/near_zero_share/layer_{i}" for i in range(METRICS - len(known))]
    examples = {names.N_TRAIN: 1000, names.N_VAL: 400, names.N_TEST: 400}
    for number in range(runs):
        variant = Variant(l2=float(f"{number // SEEDS + 1}e-6"))
        tags = {names.ROLE: names.ROLE_TRIAL, names.SWEEP_ID: SWEEP, names.VARIANT: variant.label,
                names.TRIAL_KEY: f"{number:032x}"}  # fmt: skip
        params = Settings().model_dump() | variant.to_params() | examples | {names.SEED: number % SEEDS}
        run_id = client.create_run(experiment_id, start_time=number).info.run_id
        metrics = [
            Metric(name, ENDED.get(name, float(rng.random())), step, step)
            for name in known
            for step in range(1, steps + 1)
        ]
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


def judged_sweep(folder: str) -> str:
    """The URI of a store with the demo's sweep, trained and judged: 11 variants x 5 seeds."""
    uri = f"sqlite:///{folder}/demo.db"
    ensure_experiment(connect(uri), "demo")
    environment = os.environ | {"MLFLOW_TRACKING_URI": uri, "MLFLOW_EXPERIMENT_NAME": "demo"}
    subprocess.run([sys.executable, "pipelines/sweep.py"], cwd=ROOT, env=environment, check=True, capture_output=True)
    return uri


def filter_seconds(uri: str, view: str, name: str, rounds: int = FILTERS) -> list[float]:
    """Seconds of each rerun of a page whose address gives `name` a variant that it had not before."""
    os.environ |= {"MLFLOW_TRACKING_URI": uri, "STREAMLIT_LOGGER_LEVEL": "error"}  # it remarks that there is no browser
    from streamlit.testing.v1 import AppTest

    [sweep] = sql_reader.sweeps(uri).itertuples()
    variants = sql_reader.trials(uri, sweep.experiment_id, sweep.sweep_id)["variant"].unique()
    app = AppTest.from_file(str(ROOT / "dashboard" / "app.py"), default_timeout=120)
    if view != "overview":
        app.switch_page(f"views/{view}.py")
    app.run()
    seconds = []
    for number in range(rounds):
        app.query_params[name] = str(variants[number % len(variants)])
        begun = time.perf_counter()
        app.run()
        seconds.append(time.perf_counter() - begun)
        if app.exception:
            raise RuntimeError(f"{view}: {app.exception[0].message}")
    return seconds


def print_filters(console: Console) -> None:
    table = Table("page", "filter (s)", "slowest (s)", "limit (s)",
                  title=f"filter: a rerun of the page after another choice, demo's sweep; median of {FILTERS}")  # fmt: skip
    with tempfile.TemporaryDirectory() as folder:
        uri = judged_sweep(folder)
        for view, name in FILTER_OF.items():
            seconds = filter_seconds(uri, view, name)
            table.add_row(view.replace("_", " "), f"{median(seconds):.3f}", f"{max(seconds):.3f}", f"{FILTER_LIMIT}")
    console.print(table)


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
    print_filters(console)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))

"""How fast the dashboard's table of trials is read from an MLflow server: by its client's search, and as regtrack remembers it."""

import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from statistics import median

from dashboard_read import SWEEP, fill
from mlflow import MlflowClient
from rich.console import Console
from rich.table import Table

from regtrack import names
from regtrack.tracking import reader
from regtrack.tracking.remembered import RememberedRuns
from regtrack.tracking.store import connect, ensure_experiment

RUNS, ROUNDS = 300, 5


def main(runs: int = RUNS) -> None:
    with tempfile.TemporaryDirectory() as folder, socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
        probe.close()
        database = f"sqlite:///{folder}/mlflow.db"
        client = connect(database)
        experiment = ensure_experiment(client, "server-read")
        fill(client, experiment, runs=runs)
        server = subprocess.Popen(
            [sys.executable, "-m", "mlflow", "server", "--backend-store-uri", database, "--port", str(port)],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True,
        )  # fmt: skip
        try:
            address = f"http://127.0.0.1:{port}"
            while not _answers(address):
                time.sleep(0.2)
            measure(MlflowClient(address), experiment)
        finally:
            os.killpg(server.pid, signal.SIGKILL)


def _answers(address: str) -> bool:
    try:
        return urllib.request.urlopen(f"{address}/health", timeout=1).status == 200
    except OSError:
        return False


def measure(client: MlflowClient, experiment: str) -> None:
    remembered, seconds = RememberedRuns(client), {"search": [], "remembered": []}
    reader.trials(client, experiment, SWEEP)  # the server's own first time
    for _ in range(ROUNDS + 1):
        begun = time.perf_counter()
        table = reader.trials(client, experiment, SWEEP)
        seconds["search"].append(time.perf_counter() - begun)
        begun = time.perf_counter()
        assert remembered.trials(experiment, SWEEP).equals(table)
        seconds["remembered"].append(time.perf_counter() - begun)
    finished = table.loc[table["status"] == names.FINISHED, "run_id"][:100]
    begun = time.perf_counter()
    reader.history(client, finished, [names.VAL_ACCURACY])
    at_once = time.perf_counter() - begun
    begun = time.perf_counter()
    for run_id in finished:
        client.get_metric_history(run_id, names.VAL_ACCURACY)
    one_by_one = time.perf_counter() - begun
    shown = Table("", "peer (s)", "ours (s)", "ratio", title=f"{len(table):,} trials over HTTP; median of {ROUNDS}")
    cold, warm = seconds["remembered"][0], seconds["remembered"][1:]
    shown.add_row("first read", f"{seconds['search'][0]:.2f}", f"{cold:.2f}", f"{cold / seconds['search'][0]:.2f}")
    ratio = median(ours / peer for ours, peer in zip(warm, seconds["search"][1:], strict=True))
    shown.add_row("later reads", f"{median(seconds['search'][1:]):.2f}", f"{median(warm):.3f}", f"{ratio:.3f}")
    shown.add_row(
        "a metric's history of 100 trials", f"{one_by_one:.2f}", f"{at_once:.2f}", f"{at_once / one_by_one:.2f}"
    )
    Console(width=110).print(shown)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))

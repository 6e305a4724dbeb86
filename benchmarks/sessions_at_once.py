"""How long do people wait who open the same page of one dashboard at once, and what does its process hold?

`python benchmarks/sessions_at_once.py [served] STORE [PEOPLE] [VIEW ...]`: a dashboard is started on a store, or on an MLflow server on
that, and each person is a connection of their own that says and hears what a browser would. Each view is opened once, so that what
the store gives is remembered and what is measured is the pages' own work; then by a few one after the other, then by all at once.
"""

import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path
from statistics import median

from large_store import VIEWS
from server_calls import Meter
from short_trials import server
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.sync.client import connect

PEOPLE, ALONE = 20, 5


def opened(port: int, view: str) -> float:
    """Seconds until the page is whole. Raises RuntimeError where it shows an exception."""
    begun = time.perf_counter()
    with connect(
        f"ws://127.0.0.1:{port}/_stcore/stream", subprotocols=["streamlit"], origin=f"http://127.0.0.1:{port}",
        max_size=None, open_timeout=600,
    ) as session:  # fmt: skip
        asked = BackMsg()
        asked.rerun_script.page_name = "" if view == VIEWS[0] else view
        session.send(asked.SerializeToString())
        while True:
            heard = ForwardMsg.FromString(session.recv(timeout=600))
            if heard.delta.new_element.HasField("exception"):
                raise RuntimeError(f"{view}: {heard.delta.new_element.exception.message}")
            if heard.WhichOneof("type") == "script_finished":
                return time.perf_counter() - begun


@contextmanager
def dashboard(store: str) -> Iterator[tuple[int, int]]:
    """(port, process) of one that answers."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    app = Path(__file__).parents[1] / "dashboard" / "app.py"
    process = subprocess.Popen(
        [sys.executable, "-m", "streamlit", "run", str(app), "--server.port", str(port)],
        env=os.environ | {"MLFLOW_TRACKING_URI": store}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True,
    )  # fmt: skip
    try:
        while True:
            with suppress(OSError):
                urllib.request.urlopen(f"http://127.0.0.1:{port}/_stcore/health", timeout=1).close()
                break
            time.sleep(0.2)
        yield port, process.pid
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def resident(process: int) -> float:
    """MiB."""
    return int(Path(f"/proc/{process}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 2**20


def main(store: str, people: str = str(PEOPLE), *views: str) -> None:
    with dashboard(store) as (port, process), ThreadPoolExecutor(int(people)) as crowd:
        for view in views or VIEWS:
            first = opened(port, view)
            meter = Meter(process)
            cpu, alone = meter.read(), [opened(port, view) for _ in range(ALONE)]
            between, at_once = meter.read(), [*crowd.map(lambda _, view=view: opened(port, view), range(int(people)))]
            after = meter.read()
            print(
                f"{view} | first {first:.2f} s | alone {median(alone):.2f} s, {1000 * (between - cpu) / ALONE:.0f} CPU ms | {people} at "
                f"once {median(at_once):.2f} s, slowest {max(at_once):.2f} s, {1000 * (after - between) / int(people):.0f} CPU ms each | "
                f"{resident(process):.0f} MiB",
                flush=True,
            )


def served(store: str, *given: str) -> None:
    """Through an MLflow server on that store; files of a local store are read where they lie."""
    with tempfile.TemporaryDirectory() as folder, server(Path(folder), store) as (address, process):
        meter = Meter(process)
        main(address, *given)
        print(f"the server itself: {meter.read():.1f} CPU s")


if __name__ == "__main__":
    served(*sys.argv[2:]) if sys.argv[1] == "served" else main(*sys.argv[1:])

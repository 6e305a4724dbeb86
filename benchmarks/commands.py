"""How long a person waits for whole commands: help, a refused parameter, the demo in a new store; seconds beside the limit."""

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).parent.parent
MAIN = [sys.executable, "-m", "regtrack.cli.main"]
DEMO = ["mlflow", "run", str(ROOT), "--env-manager", "local"]
QUESTIONS = {
    "regtrack --help": ([*MAIN, "--help"], 0, 1, 5),
    "a refused parameter (seeds=x)": ([*MAIN, "run", "--seeds", "x"], 2, 1, 5),
    "the demo, by mlflow run, store and all": (DEMO, 0, 20, 1),
}
"""What is run, its exit code, the seconds it may take, and how often it is timed."""


def seconds(command: list[str], code: int) -> float:
    """Of the command in a new, empty store. Raises RuntimeError where it ends otherwise than it should."""
    with tempfile.TemporaryDirectory() as folder:
        store = {"MLFLOW_TRACKING_URI": f"sqlite:///{folder}/mlflow.db", "MLFLOW_DISABLE_TELEMETRY": "true"}
        start = time.perf_counter()
        done = subprocess.run(command, cwd=ROOT, env=os.environ | store, capture_output=True, text=True, check=False)
        found = time.perf_counter() - start
        if done.returncode != code:
            raise RuntimeError(f"{command}: expected exit code {code}, received {done.returncode}: {done.stderr}")
    return found


def main() -> None:
    print(f"{'command':42} {'median':>8} {'slowest':>8} {'limit':>6}")
    for question, (command, code, limit, times) in QUESTIONS.items():
        found = sorted(seconds(command, code) for _ in range(times))
        print(f"{question:42} {found[len(found) // 2]:8.2f} {found[-1]:8.2f} {limit:6}")


if __name__ == "__main__":
    main()

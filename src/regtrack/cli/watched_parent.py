"""The `mlflow run` that started this entry point: it ends without a word to what it started, which would train on for nobody."""

import os
import signal
import threading
import time
from pathlib import Path

LOOK_SECONDS = 0.5
_gone = threading.Event()


def end_with_mlflow() -> None:
    """From now on SIGTERM reaches this process when the `mlflow run` that started it has ended; nothing where none did."""
    parent = mlflow_parent(os.environ.get("MLFLOW_RUN_ID", ""))
    if parent is not None:
        threading.Thread(target=_watch, args=(parent,), daemon=True).start()


def mlflow_has_gone() -> bool:
    """Whether `mlflow run` ended before this process, so that nobody else closes its run."""
    return _gone.is_set()


def mlflow_parent(run_id: str) -> int | None:
    """The process that runs `mlflow run`, or `mlflow.projects.run`: the nearest above this one, over any shell between, that
    was not itself started with the run's id. None where that is no Python, as where a person set the id at a shell; or where
    the system does not tell (no /proc)."""
    given, pid = f"MLFLOW_RUN_ID={run_id}".encode(), os.getppid()
    while run_id and pid > 0:
        try:
            if given not in Path(f"/proc/{pid}/environ").read_bytes().split(b"\0"):
                return pid if Path(os.readlink(f"/proc/{pid}/exe")).name.startswith("python") else None
            pid = int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])
        except (OSError, ValueError):
            return None
    return None


def _watch(pid: int) -> None:
    began = _began(pid)
    while began and _began(pid) == began:
        time.sleep(LOOK_SECONDS)
    _gone.set()
    os.kill(os.getpid(), signal.SIGTERM)


def _began(pid: int) -> str:
    """When the process began, in ticks since boot, so that another of its number is not taken for it; "" where it has ended."""
    try:
        state, *numbers = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return ""
    return "" if state in "ZX" else numbers[18]
